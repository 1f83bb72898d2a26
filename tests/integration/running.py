"""The command `legation` in processes of their own, and what lies on the topics afterwards."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from legation.topology import TOPOLOGY

Counts = dict[str, Counter[tuple[str, str]]]
"""Metric (without `legation_`) to (stage or topic, reason) to count."""

LEGATION = str(Path(sys.executable).with_name("legation"))


def legation(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end, whatever that is."""
    return subprocess.run(
        [LEGATION, *arguments],
        env=os.environ | dict(env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


class Worker:
    """A worker that runs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.log = log
        self._url = f"http://127.0.0.1:{port}"

    def counts(self) -> Counts:
        """All counters."""
        counts: Counts = defaultdict(Counter)
        for sample in self._samples():
            if sample.name.endswith("_total"):
                where = sample.labels.get("stage") or sample.labels.get("topic", "")
                labels = where, sample.labels.get("reason", "")
                counts[sample.name.removeprefix("legation_").removesuffix("_total")][labels] += int(sample.value)
        return counts

    def busy_seconds(self) -> float:
        """How long its worker processes have had something to do, all together."""
        return sum(it.value for it in self._samples() if it.name == "legation_chunk_seconds_sum")

    def _samples(self) -> list[Sample]:
        try:
            with urllib.request.urlopen(f"{self._url}/metrics", timeout=10) as answer:
                text = answer.read().decode()
        except OSError:
            return []
        return [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def ends(self, stage: str) -> Counter[str]:
        """How the records of a stage ended: `emitted`, or the reason why not."""
        counts = self.counts()
        found = Counter({"emitted": counts["records_emitted_from"][stage, ""]})
        for end in ("records_skipped", "records_dead_lettered"):
            found.update({labels[1]: count for labels, count in counts[end].items() if labels[0] == stage})
        return found

    def finish(self, payloads: int, seconds: float) -> None:
        """Wait until that many payloads, and all that was made of them, have come to their end."""
        deadline = time.monotonic() + seconds
        # Twice: counters are read one after the other while the worker goes on, and one look may put together the ends
        # of a stage with what had been sent before.
        while not (self.finished(payloads) and self.finished(payloads)):
            assert self.process.poll() is None, f"the worker ended:\n{self.log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"not finished: {self.counts()}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.5)

    def ready(self) -> bool:
        """Whether it has its partitions and its state."""
        try:
            with urllib.request.urlopen(f"{self._url}/health/ready", timeout=10) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            return False

    def finished(self, payloads: int) -> bool:
        """Whether that many payloads, and all that was made of them, have come to their end."""
        counts = self.counts()
        return all(
            counts["records_received"][stage, ""] == self.ends(stage).total() == expected
            for stage, expected in self._expected(counts, payloads)
        )

    def waiting(self, payloads: int) -> int:
        """Records, of whatever stage, that came of so many payloads and have not been taken yet."""
        counts = self.counts()
        return sum(
            expected - counts["records_received"][stage, ""] for stage, expected in self._expected(counts, payloads)
        )

    @staticmethod
    def _expected(counts: Counts, payloads: int) -> list[tuple[str, int]]:
        """How many records each stage has to take in all."""
        sources = [(it.name, it.source.name) for it in (*TOPOLOGY.stages, TOPOLOGY.fold)]
        return [
            (stage, counts["messages_sent"][source, ""] if number else payloads)
            for number, (stage, source) in enumerate(sources)
        ]


@contextmanager
def worker(kafka: str, folder: Path, env: Mapping[str, str] | None = None) -> Iterator[Worker]:
    """A worker, told to stop at the end; it must then end in good order."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environment = {
        "LEGATION_KAFKA": kafka,
        "LEGATION_DATA_DIR": str(folder / "state"),
        "LEGATION_METRICS_PORT": str(port),
        **(env or {}),
    }
    log = folder / "worker.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [LEGATION, "worker"], env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        yield Worker(process, port, log)
        process.terminate()
        assert process.wait(30) == 0, log.read_text()[-3000:]
    finally:
        process.kill()
        process.wait()


def everything(kafka: str, *topics: str) -> list[ConsumerRecord]:
    """All records that lie on the topics now, each topic's in the order of partition and offset."""

    async def consume() -> list[ConsumerRecord]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=kafka,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()
        try:
            found: list[ConsumerRecord] = []
            for topic in topics:
                await consumer._client.add_topic(topic)
                places = [TopicPartition(topic, it) for it in sorted(consumer.partitions_for_topic(topic) or ())]
                assert places, f"no topic {topic}"
                consumer.assign(places)
                ends = await consumer.end_offsets(places)
                await consumer.seek_to_beginning(*places)
                while any([await consumer.position(place) < ends[place] for place in places]):
                    for records in (await consumer.getmany(timeout_ms=500)).values():
                        found += records
            return found
        finally:
            await consumer.stop()

    return asyncio.run(consume())


def latest(records: list[ConsumerRecord]) -> dict[bytes, bytes]:
    """What a compacted topic says in the end: the last value of each key, without the withdrawn ones."""
    found = {record.key: record.value for record in records}
    return {key: value for key, value in found.items() if value is not None}
