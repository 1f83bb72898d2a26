"""A Faust app, a cluster and a pool that do what a test says; for test_agents.py and test_agents_delivery.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError
from faust.types import TP, RecordMetadata

from legation.pipeline import Step


@dataclass
class Sent:
    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None
    headers: list[tuple[str, bytes]]


class FakeProducer:
    """Takes messages into batches, one a topic, of what is sent before the loop is given a turn; `fault` may refuse
    a batch, and `limit` is the largest value that any takes (a larger one has its whole batch refused)."""

    def __init__(self) -> None:
        self.log: list[Sent] = []
        """What was confirmed, in order."""
        self.attempts = 0
        self.fault: Callable[[Sent], KafkaError | None] = lambda _: None
        self.limit = 10**9
        self.largest_request = 10**9
        self.hold = asyncio.Event()
        self.hold.set()
        self._batches: dict[str, list[tuple[Sent, asyncio.Future[RecordMetadata]]]] = {}

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: list[tuple[str, bytes]],
    ) -> asyncio.Future[RecordMetadata]:
        self.attempts += 1
        if len(value or b"") > self.largest_request:
            try:
                raise MessageSizeTooLargeError("larger than a request")
            except KafkaError as error:
                raise ProducerSendError("while sending") from error
        future: asyncio.Future[RecordMetadata] = asyncio.get_running_loop().create_future()
        if topic not in self._batches:
            self._batches[topic] = []
            asyncio.get_running_loop().create_task(self._deliver(topic))
        self._batches[topic].append((Sent(topic, key, value, partition, headers), future))
        return future

    async def _deliver(self, topic: str) -> None:
        await self.hold.wait()
        batch = self._batches.pop(topic)
        too_large = any(len(sent.value or b"") > self.limit for sent, _ in batch)
        for sent, future in batch:
            error = MessageSizeTooLargeError("batch") if too_large else self.fault(sent)
            if error is not None:
                future.set_exception(error)
                continue
            self.log.append(sent)
            tp = TP(topic, sent.partition or 0)
            future.set_result(RecordMetadata(topic, tp.partition, tp, len(self.log) - 1))


class FakeConsumer:
    def __init__(self, partitions: Sequence[TP]) -> None:
        self.partitions = set(partitions)
        self.sought: list[dict[TP, int]] = []
        self.paused: set[TP] = set()

    def assignment(self) -> set[TP]:
        return self.partitions

    def pause_partitions(self, partitions: Sequence[TP]) -> None:
        self.paused |= set(partitions)

    def resume_partitions(self, partitions: Sequence[TP]) -> None:
        self.paused -= set(partitions)

    async def seek_wait(self, places: dict[TP, int]) -> None:
        self.sought.append(dict(places))


class FakeApp:
    def __init__(self, *partitions: TP) -> None:
        self.consumer_generation_id = 1
        self.producer = FakeProducer()
        self.consumer = FakeConsumer(partitions)
        self.conf = SimpleNamespace(id="group")


class FakeCluster:
    async def starts(self, group: str, partitions: Sequence[TP]) -> dict[TP, int]:
        return dict.fromkeys(partitions, 0)


@dataclass
class FakePool:
    """Gives the step that `act` makes of a value, when `go` is set."""

    act: Callable[[bytes | None], Step]
    go: asyncio.Event = field(default_factory=asyncio.Event)
    chunks: list[Sequence[bytes | None]] = field(default_factory=list)
    most: int = 1000

    def fitting(self, stage: Any) -> int:
        return self.most

    async def run(self, stage: Any, values: Sequence[bytes | None]) -> list[Step]:
        self.chunks.append(values)
        await self.go.wait()
        return [self.act(value) for value in values]


@dataclass
class FakeMessage:
    topic: str
    partition: int
    offset: int
    value: bytes | None
    key: bytes | None = b"k"
    timestamp: float = 1_700_000_000.0
    headers: list[tuple[str, bytes | None]] = field(default_factory=list)
    generation_id: int = 1

    @property
    def tp(self) -> TP:
        return TP(self.topic, self.partition)


class FakeEvent:
    def __init__(self, message: FakeMessage, acked: list[tuple[int, int]]) -> None:
        self.message = message
        self._acked = acked

    def ack(self) -> None:
        self._acked.append((self.message.partition, self.message.offset))
