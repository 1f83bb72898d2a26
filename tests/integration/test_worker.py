"""What the worker promises, on a real Kafka, with stages that misbehave on demand (worker_toy.py).

Every record ends once in effect: emitted, skipped or dead-lettered, whatever dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from prometheus_client.parser import text_string_to_metric_families

from integration import worker_toy
from integration.running import everything, latest
from legation.broker import EmbeddedKafka
from legation.pipeline import Pipeline
from legation.records import DiplomaticEvent, RawArticle, decode, encode
from legation.runtime.cluster import Cluster
from legation.runtime.settings import Settings

TESTS = Path(__file__).parents[1]

SESSION_SECONDS = 6
"""The shortest that a broker grants: a killed worker's partitions are free again after it."""

COUNTRIES = "ARG AUS BRA CAN CHN DEU EGY ESP FRA GBR IDN IND IRL ITA JPN KEN KOR MEX NGA PAK RUS TUR USA ZAF".split()
PAIRS = list(itertools.combinations(COUNTRIES, 2))


class Run:
    """A toy topology with topics of its own, and workers for it."""

    def __init__(self, kafka: str, folder: Path) -> None:
        self.kafka = kafka
        self.folder = folder
        self.prefix = f"toy-{uuid.uuid4().hex[:8]}"
        self.workers: list[Worker] = []
        asyncio.run(self._create())

    def name(self, topic: str) -> str:
        return f"{self.prefix}.{topic}.v1"

    async def _create(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        new = []
        for topic in worker_toy.ALL:
            name = topic.name.replace("toy", self.prefix, 1)
            config = {"cleanup.policy": "compact" if topic.compacted else "delete"}
            sizes = [(name, topic.max_message_bytes), (f"{name}.dlq", topic.dlq_max_message_bytes)]
            new += [
                NewTopic(it, worker_toy.PARTITIONS, 1, topic_configs=config | {"max.message.bytes": str(size)})
                for it, size in sizes
            ]
        await admin.create_topics(new)
        await admin.close()

    def feed(self, values: Sequence[bytes | None]) -> None:
        """Onto the raw topic, keyed by their number."""

        async def send() -> None:
            producer = AIOKafkaProducer(bootstrap_servers=self.kafka, linger_ms=5, max_request_size=50_000_000)
            await producer.start()
            futures = [
                await producer.send(self.name("raw"), value, key=str(number).encode())
                for number, value in enumerate(values)
            ]
            await asyncio.gather(*futures)
            await producer.stop()

        asyncio.run(send())

    def worker(self, faust_loses: bool = False, **settings: object) -> Worker:
        it = Worker(self, settings, faust_loses)
        self.workers.append(it)
        return it

    def records(self, topic: str) -> list[ConsumerRecord]:
        return everything(self.kafka, self.name(topic))

    def behind(self, stage: str) -> int:
        """Records that the stage has not committed."""
        source = {"act": "raw", "find": "mid", "consolidate": "mentions"}[stage]

        async def ask() -> int:
            async with Cluster(Settings.load({"LEGATION_KAFKA": self.kafka})) as cluster:
                places = [(self.name(source), partition) for partition in range(worker_toy.PARTITIONS)]
                return await cluster.behind(f"{self.prefix}.{stage}", places)

        return asyncio.run(ask())

    def done(self) -> bool:
        """All is committed: asked in the order of the data, so that nothing slips by in between."""
        try:
            return not any(map(self.behind, ("act", "find", "consolidate")))
        except KafkaError:  # a group that has never met, a broker that is down
            return False

    def expected_latest(self, values: Sequence[bytes | None]) -> dict[bytes, bytes]:
        """What an undisturbed run gives, without Kafka."""
        pipeline = Pipeline(worker_toy.TOPOLOGY)
        for value in values:
            pipeline.feed(value)
        return {event.event_id.encode(): encode(event) for event in pipeline.events()}


class Worker:
    """A worker process, its metrics and its log."""

    def __init__(self, run: Run, settings: dict[str, object], faust_loses: bool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self._port = server.getsockname()[1]
        self._log = run.folder / f"worker-{len(run.workers)}.log"
        given = {
            "kafka": run.kafka,
            "group": run.prefix,
            "data_dir": run.folder / "state",
            "metrics_port": self._port,
            "processes": 2,
            "session_seconds": SESSION_SECONDS,
            **settings,
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from integration.worker_toy import main; main()"],
                cwd=TESTS,
                env=os.environ
                | {"TOY_PREFIX": run.prefix, **({"TOY_LOSE_EVERY": "53"} if faust_loses else {})}
                | {f"LEGATION_{name.upper()}": str(value) for name, value in given.items()},
                stdin=subprocess.DEVNULL,
                stderr=log,
            )

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=5) as answer:
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
        deadline = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, f"the worker ended:\n{self.log()[-3000:]}"
            assert time.monotonic() < deadline, f"not in time; {self.counts()}\n{self.log()[-3000:]}"
            time.sleep(0.1)

    def until_ready(self) -> None:
        self.until(lambda: self.ask("/health/ready")[0] == 200)

    def received(self, stage: str) -> int:
        return self.counts()["received", stage]

    def end(self, number: int = signal.SIGTERM, seconds: float = 20) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)


@pytest.fixture
def run(kafka: str, tmp_path: Path) -> Iterator[Run]:
    yield from _run(kafka, tmp_path)


def _run(kafka: str, folder: Path) -> Iterator[Run]:
    it = Run(kafka, folder)
    yield it
    for worker in it.workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()


def meetings(count: int, pairs: int = len(PAIRS)) -> list[bytes]:
    """Articles of which each tells of one meeting; several tell of the same."""
    return [
        encode(
            RawArticle(
                article_id=f"a-{i}",
                text="{} {} 2022-03-{:02}".format(*PAIRS[i % pairs], i // (8 * pairs) % 28 + 1),
                source=f"Outlet {i % 5}",
                published_at=f"2022-04-{i % 28 + 1:02}",
            )
        )
        for i in range(count)
    ]


def settled(worker: Worker, received: dict[str, int]) -> Callable[[], bool]:
    """Each stage has received so many, and has none in hand."""

    def check() -> bool:
        counts = worker.counts()
        return all(
            counts["received", stage] == number and not counts["in_progress", stage]
            for stage, number in received.items()
        )

    return check


def runs(pid: str) -> bool:
    """Whether there is such a process, other than as a zombie that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ids(records: list[ConsumerRecord]) -> Counter[bytes]:
    return Counter(record.key for record in records)


def test_every_record_ends_once_whatever_poison_is_between(run: Run) -> None:
    good = meetings(300)
    poison: dict[str, tuple[bytes | None, str]] = {
        text: (encode(RawArticle(article_id=text, text=text)), reason)
        for text, reason in {
            "crash": "crash",
            "hang": "timeout",
            "regex": "timeout",
            "raise": "error",
            "swell": "undeliverable",
        }.items()
    }
    poison |= {
        "cut": (b'{"text": "cut', "not-json"),
        "null bytes": (b"\x00\x00", "not-json"),
        "wrong type": (b'{"text": 7}', "invalid"),
        "tombstone": (None, "not-json"),
        "very large": (b'["' + b"x" * 39_000_000 + b'"]', "invalid"),
    }
    values: list[bytes | None] = list(good)
    for i, (value, _) in enumerate(poison.values()):
        values.insert(20 + 25 * i, value)
    values.insert(200, encode(RawArticle(article_id="skip", text="skip")))
    run.feed(values)
    worker = run.worker()
    worker.until(settled(worker, {"act": len(values), "find": len(good), "consolidate": len(good)}))
    counts = worker.counts()
    assert worker.end() == 0

    letters = everything(run.kafka, run.name("raw") + ".dlq")
    became = Counter((letter.value, dict(letter.headers)["legation-dlq-reason"].decode()) for letter in letters)
    for name, it in poison.items():
        assert became.pop(it, 0) == 1, name
    assert not became
    assert sorted(record.value for record in run.records("mid")) == sorted(good)
    assert latest(run.records("latest")) == run.expected_latest(good)
    # The law: what was received has ended, and for the reason it should have.
    expected = Counter(reason for _, reason in poison.values())
    assert {labels[-1]: n for labels, n in counts.items() if labels[:2] == ("dead_lettered", "act")} == expected
    assert counts["skipped", "act", "sport"] == 1
    assert counts["emitted_from", "act"] == len(good)


def test_asked_to_stop_under_load_it_loses_and_repeats_nothing(run: Run) -> None:
    values = meetings(2500)
    run.feed(values)
    first = run.worker()
    first.until(lambda: first.received("find") > 300)
    began = time.monotonic()
    assert first.end() == 0
    assert time.monotonic() - began < 15
    assert run.behind("act"), "it was to be stopped in the middle"
    second = run.worker()
    second.until(run.done)
    assert second.end() == 0
    assert ids(run.records("mid")) == Counter({f"a-{i}".encode(): 1 for i in range(len(values))})
    assert len(run.records("mentions")) == len(run.records("events")) == len(values)
    assert latest(run.records("latest")) == run.expected_latest(values)


def test_killed_three_times_it_loses_nothing_and_ends_as_if_undisturbed(run: Run) -> None:
    values = meetings(2500)
    run.feed(values)
    chance = random.Random(7)
    for _ in range(3):
        worker = run.worker()
        done = chance.randrange(50, 300)
        worker.until(lambda: worker.received("consolidate") > done)  # noqa: B023
        worker.end(signal.SIGKILL)
        assert run.behind("act"), "it was to be killed in the middle"
    last = run.worker()
    last.until(run.done)
    assert set(ids(run.records("mid"))) == {f"a-{i}".encode() for i in range(len(values))}
    assert len({record.value for record in run.records("mentions")}) == len(values)
    assert latest(run.records("latest")) == run.expected_latest(values)


def test_what_consolidate_knows_outlives_the_worker_with_its_data_and_without(run: Run) -> None:
    values = meetings(360, pairs=20)
    for part in range(3):  # each tells of the same meetings
        run.feed(values[part::3])
        worker = run.worker()
        worker.until(run.done)
        assert worker.end() == 0
        assert (run.folder / "state").is_dir()
        if part == 1:
            shutil.rmtree(run.folder / "state")
    events = latest(run.records("latest"))
    assert events == run.expected_latest(values)
    assert max(len(decode(it, DiplomaticEvent).mentions) for it in events.values()) > 3


def test_what_faust_loses_on_the_way_is_read_again(run: Run) -> None:
    values = meetings(500)
    run.feed(values)
    worker = run.worker(faust_loses=True, stall_seconds=12)
    worker.until(run.done)
    assert "reading again" in worker.log()
    assert worker.end() == 0
    assert set(ids(run.records("mid"))) == {f"a-{i}".encode() for i in range(len(values))}
    assert latest(run.records("latest")) == run.expected_latest(values)


def test_workers_come_and_go_and_share_the_partitions(run: Run) -> None:
    values = meetings(2400)
    run.feed(values[::2])
    first = run.worker(processes=1)
    first.until(lambda: first.received("find") > 100)
    second = run.worker(processes=1, data_dir=run.folder / "second")
    second.until_ready()
    run.feed(values[1::2])
    second.until(lambda: second.received("act") > 50)
    assert first.end() == 0
    second.until(run.done)
    assert second.end() == 0
    assert set(ids(run.records("mid"))) == {f"a-{i}".encode() for i in range(len(values))}
    assert latest(run.records("latest")) == run.expected_latest(values)


def test_a_broker_that_is_killed_and_comes_back_costs_nothing(
    own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path
) -> None:
    broker = own_kafka()
    with contextlib.contextmanager(_run)(broker.bootstrap, tmp_path) as run:
        values = meetings(2500)
        run.feed(values)
        worker = run.worker()
        worker.until(lambda: worker.received("find") > 200)
        broker.kill()
        time.sleep(2)
        broker.start()
        deadline = time.monotonic() + 120
        while not run.done():  # it goes on, or ends and is started again, as a supervisor would
            assert time.monotonic() < deadline, worker.log()[-3000:]
            if worker.process.poll() is not None:
                assert worker.process.returncode != 0
                worker = run.worker()
            time.sleep(0.5)
        assert worker.end() == 0
        assert set(ids(run.records("mid"))) == {f"a-{i}".encode() for i in range(len(values))}
        assert latest(run.records("latest")) == run.expected_latest(values)


def test_a_stage_that_rejects_everything_stops_the_worker(run: Run) -> None:
    run.feed([b"{"] * 300)
    worker = run.worker(breaker_run=100)
    assert worker.process.wait(60) == 65
    assert "act rejected 100 records in a row" in worker.log()
    assert len(everything(run.kafka, run.name("raw") + ".dlq")) < 100 + 2 * 32


def test_a_second_signal_ends_it_at_once_and_leaves_nothing_running(run: Run) -> None:
    run.feed([encode(RawArticle(article_id="h", text="regex"))])
    worker = run.worker()
    worker.until(lambda: worker.counts()["in_progress", "act"])
    children = subprocess.run(
        ["pgrep", "-P", str(worker.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert children
    worker.process.send_signal(signal.SIGTERM)
    worker.until(lambda: worker.ask("/health/ready") == (503, "stopping\n"))
    assert worker.end(signal.SIGINT, seconds=5) == 130
    deadline = time.monotonic() + 5
    while any(map(runs, children)):
        assert time.monotonic() < deadline, "worker processes outlive their worker"
        time.sleep(0.1)


def test_missing_topics_are_named_and_not_created(kafka: str, tmp_path: Path) -> None:
    with contextlib.contextmanager(_run)(kafka, tmp_path) as run:
        run.prefix = f"{run.prefix}-other"
        worker = run.worker()
        assert worker.process.wait(60) == 69
        assert f"{run.prefix}.raw.v1" in worker.log()
        assert "legation topics apply" in worker.log()


def test_a_cluster_that_is_not_there_is_said_so(run: Run) -> None:
    worker = run.worker(kafka="127.0.0.1:1")
    assert worker.process.wait(60) == 69
    assert "no Kafka answers at 127.0.0.1:1" in worker.log()
    assert len(worker.log().splitlines()) == 1
