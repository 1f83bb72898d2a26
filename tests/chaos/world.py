"""A cluster's topics, what is fed into them, and the workers that come and go: what every disturbance acts upon."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from prometheus_client.parser import text_string_to_metric_families

from chaos import real
from chaos.network import Network
from integration import worker_toy
from integration.running import everything
from legation.broker.embedded import free_ports
from legation.topics import TIMESTAMPS, Topic
from legation.topology import Topology

TESTS = Path(__file__).parents[1]

SESSION_SECONDS = 6.0
"""What a killed worker's partitions wait for. Kafka's own least: on a loaded machine a heartbeat may come late."""

PROCESSES = 2
"""Of each worker."""

REPLICAS = 3
IN_SYNC = 2
"""Of every topic where there are so many brokers, as `legation topics apply` would have it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A topology to disturb; `reference` is how a worker names it."""

    reference: str
    topology: Topology
    topics: tuple[Topic, ...]
    prefix: str = ""
    """What its topics' names begin with, where each world puts a prefix of its own."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """What its workers are given beside."""

    def lasting(self, seconds: float, articles: int) -> Subject:
        """The same, so slow that one worker takes this long for so many articles at the least, and no processor.

        What is disturbed when the work is done shows nothing.
        """
        return replace(self, environ={"STAGE_PAUSE": f"{PROCESSES * seconds / articles:.4f}"})


TOY = Subject("integration.worker_toy:TOPOLOGY", worker_toy.TOPOLOGY, worker_toy.ALL, prefix="toy")
REAL = Subject("chaos.real:TOPOLOGY", real.TOPOLOGY, real.ALL)


class World:
    """One topology on one cluster, with workers for it."""

    def __init__(self, kafka: str, folder: Path, subject: Subject = TOY, *, brokers: int = 1) -> None:
        """Creates the topics."""
        self.kafka = kafka
        self.folder = folder
        self.subject = subject
        self.prefix = f"toy-{uuid.uuid4().hex[:8]}" if subject.prefix else "legation"
        self.workers: list[Worker] = []
        """All that were ever started."""
        self.crew: dict[int, Worker] = {}
        """Those that `tend` keeps alive, by their place."""
        self.settings: dict[str, object] = {}
        """What all workers from now on are given, beside their own."""
        self.network: Network | None = None
        """What the worker at the first place is beyond."""
        self.mended = 0
        """How often `tend` found that a worker had ended of itself, and started another."""
        self.fed = 0
        asyncio.run(self._create(min(REPLICAS, brokers)))

    def name(self, topic: str) -> str:
        """The topic's name here."""
        return topic.replace(self.subject.prefix, self.prefix, 1) if self.subject.prefix else topic

    async def _create(self, replicas: int) -> None:
        durable = {"min.insync.replicas": str(IN_SYNC)} if replicas == REPLICAS else {}
        new = []
        for topic in self.subject.topics:
            config = {"cleanup.policy": "compact" if topic.compacted else "delete", **TIMESTAMPS, **durable}
            sizes = {topic.name: topic.max_message_bytes}
            if topic.dead_letters:
                sizes[topic.dlq] = topic.dlq_max_message_bytes
            new += [
                NewTopic(
                    self.name(it), topic.partitions, replicas, topic_configs=config | {"max.message.bytes": str(size)}
                )
                for it, size in sizes.items()
            ]
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        await admin.create_topics(new)
        await admin.close()

    def feed(self, values: Iterable[bytes | None], keys: Sequence[str] | None = None) -> None:
        """Onto the raw topic, keyed by their number where no keys are given."""

        async def send() -> None:
            producer = AIOKafkaProducer(bootstrap_servers=self.kafka, linger_ms=5, max_request_size=50_000_000)
            await producer.start()
            futures = []
            for number, value in enumerate(values):
                key = str(number) if keys is None else keys[number]
                futures.append(await producer.send(self.name(self.source), value, key=key.encode()))
            await asyncio.gather(*futures)
            await producer.stop()
            self.fed += len(futures)

        asyncio.run(send())

    @property
    def sources(self) -> dict[str, str]:
        """Stage to the topic that it reads, in the order of the data, as the subject names it."""
        topology = self.subject.topology
        return {it.name: it.source.name for it in (*topology.stages, topology.fold)}

    @property
    def source(self) -> str:
        """The topic that is fed."""
        return self.subject.topology.stages[0].source.name

    def worker(
        self, beyond: Network | None = None, faults: Mapping[str, str] | None = None, **settings: object
    ) -> Worker:
        """One more worker, with these settings; `faults` are for `chaos.worker`."""
        it = Worker(self, self.settings | settings, dict(faults or {}), beyond)
        self.workers.append(it)
        return it

    def keep(self, place: int, *, faults: Mapping[str, str] | None = None, **settings: object) -> Worker:
        """A worker that is replaced by one without faults when it ends of itself; it has its own data directory."""
        it = self.worker(
            self.network if place == 0 else None, faults, data_dir=self.folder / f"state-{place}", **settings
        )
        self.crew[place] = it
        return it

    def tend(self) -> None:
        """Do what a supervisor does: start again what has ended."""
        for place, it in list(self.crew.items()):
            if it.process.poll() is not None:
                self.mended += 1
                self.keep(place)

    def records(self, topic: str) -> list[ConsumerRecord]:
        """All that lies on a topic."""
        return everything(self.kafka, self.name(topic))

    def positions(self) -> dict[str, tuple[int, int]]:
        """Of each stage, asked in the order of the data: records committed, and records on its source.

        Nothing where the cluster does not tell.
        """

        async def ask() -> dict[str, tuple[int, int]]:
            options = {"bootstrap_servers": self.kafka, "request_timeout_ms": 5000}
            admin, consumer = AIOKafkaAdminClient(**options), AIOKafkaConsumer(**options, enable_auto_commit=False)
            found = {}
            try:
                await admin.start()
                await consumer.start()
                topics = {it.name: it.partitions for it in self.subject.topics}
                for stage, topic in self.sources.items():
                    places = [TopicPartition(self.name(topic), it) for it in range(topics[topic])]
                    group = f"{self.prefix}.{stage}"
                    committed = await admin.list_consumer_group_offsets(group, partitions=places)
                    ends = await consumer.end_offsets(places)
                    # A group that has committed nothing for a partition says -1.
                    found[stage] = sum(max(0, it.offset) for it in committed.values()), sum(ends.values())
            finally:
                await consumer.stop()
                await admin.close()
            return found

        try:
            return asyncio.run(ask())
        # A group that has never met, a broker that is down; or what a consumer raises when stopped that did not start.
        except (KafkaError, OSError, asyncio.CancelledError):
            return {}

    def behind(self, stage: str) -> int:
        """Records that the stage has not committed."""
        committed, end = self.positions()[stage]
        return end - committed

    def done(self) -> bool:
        """All is committed: asked in the order of the data, so that nothing slips by in between."""
        positions = self.positions()
        return bool(positions) and all(committed == end for committed, end in positions.values())

    def until(self, what: Callable[[], object], seconds: float) -> None:
        """Wait, and tend the crew meanwhile.

        Raises:
            TimeoutError: it has not come to pass.
        """
        deadline = time.monotonic() + seconds
        while not what():
            self.tend()
            if time.monotonic() > deadline:
                logs = "\n".join(f"{place}: {it.log()[-1500:]}" for place, it in self.crew.items())
                raise TimeoutError(f"not in {seconds:g} s; {self.positions()}\n{logs}")
            time.sleep(0.2)

    def close(self) -> None:
        """Kill what still runs."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.send_signal(signal.SIGCONT)
                worker.process.kill()
                worker.process.wait()


class Worker:
    """A worker process, its metrics and its log."""

    def __init__(
        self, world: World, settings: Mapping[str, object], faults: dict[str, str], beyond: Network | None
    ) -> None:
        self._host = "127.0.0.1" if beyond is None else beyond.worker_host
        (self._port,) = free_ports(1)
        self._log = world.folder / f"worker-{len(world.workers)}.log"
        given = {
            "kafka": world.kafka,
            "group": world.prefix,
            "data_dir": world.folder / "state",
            "metrics_host": self._host,
            "metrics_port": self._port,
            "processes": PROCESSES,
            "session_seconds": SESSION_SECONDS,
            **settings,
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*(beyond.launcher if beyond else ()), sys.executable, "-c", "from chaos.worker import main; main()"],
                cwd=TESTS,
                env=os.environ
                | {"TOY_PREFIX": world.prefix, "CHAOS_TOPOLOGY": world.subject.reference}
                | {**world.subject.environ, **faults}
                | {f"LEGATION_{name.upper()}": str(value) for name, value in given.items()},
                stdin=subprocess.DEVNULL,
                stderr=log,
            )

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body; 0 where nothing answers."""
        try:
            with urllib.request.urlopen(f"http://{self._host}:{self._port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def counts(self) -> Counter[tuple[str, ...]]:
        """(what became of them, stage) or (that, stage, reason) to the number of records."""
        return Counter(
            {
                (
                    family.name.removeprefix("legation_records_"),
                    sample.labels["stage"],
                    *([sample.labels["reason"]] if "reason" in sample.labels else []),
                ): int(sample.value)
                for family in text_string_to_metric_families(self.ask("/metrics")[1])
                if family.name.startswith("legation_records_")
                for sample in family.samples
                if not sample.name.endswith("_created") and sample.value
            }
        )

    def until(self, what: Callable[[], object], seconds: float = 60) -> None:
        """Wait; the worker must not end meanwhile."""
        deadline = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, f"the worker ended:\n{self.log()[-3000:]}"
            assert time.monotonic() < deadline, f"not in time; {self.counts()}\n{self.log()[-3000:]}"
            time.sleep(0.1)

    @property
    def ready(self) -> bool:
        return self.ask("/health/ready")[0] == 200

    def until_ready(self) -> None:
        self.until(lambda: self.ready)

    def received(self, stage: str) -> int:
        return self.counts()["received", stage]

    def end(self, number: int = signal.SIGTERM, seconds: float = 20) -> int:
        """Send a signal and wait for the exit status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)
