"""Writes for a partition that only whoever took it last can make.

Where the last write wins, a worker that was cut off or stopped, and taken for dead, must not write over its successor:
neither what it has in hand, nor what lies in its sockets. No asking and no clock on its side can rule that out, so the
brokers do: each partition of the mentions has a transactional id, and whoever takes one starts a producer with that.
From then on they refuse what any earlier producer with it sends, and what that had not committed is undone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced
from faust.types import TP, RecordMetadata

from legation.runtime.app import BATCH_BYTES, REQUEST_BYTES, REQUEST_SECONDS
from legation.runtime.control import EX_UNAVAILABLE
from legation.runtime.delivery import Undelivered
from legation.runtime.headers import Outgoing
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings

CLAIM_SECONDS = 20.0
"""To take all partitions of an assignment: milliseconds, unless brokers are away. Faust waits for 30 s and then stops
reading state for good, so it has to fail before."""

STOP_SECONDS = 2.0
"""For a producer to close its connections; one that is cut off cannot know that it has nothing left to send."""

OPEN_SECONDS = 900.0
"""The longest that brokers let a transaction be open, as they come (`transaction.max.timeout.ms`)."""

TAKEN = b"taken"
"""Key of the record that marks a claim in the changelog. No block has it: theirs have `|` in them."""


class Superseded(RuntimeError):
    """Another worker has the partitions of what is in hand, and does it again."""

    status = EX_UNAVAILABLE


class Writer:
    """Writes for one partition, until another takes it."""

    def __init__(self, producer: AIOKafkaProducer, metrics: Metrics, seconds: float) -> None:
        """`producer` is started, with the partition's transactional id; a write may take so many `seconds`."""
        self.producer = producer
        self.since = -1
        """Offset in the changelog from which on nobody else has written."""
        self._metrics = metrics
        self._seconds = seconds
        self._limit: asyncio.Timeout | None = None
        self._gone = False

    async def write(self, messages: Sequence[Outgoing]) -> list[RecordMetadata]:
        """Send all, or none; gives where each one ended up.

        The client itself sends again what is not confirmed. What a failure leaves open, the next to take the partition
        undoes; so a writer is of no use after one.

        Raises:
            Superseded: another has taken the partition.
            Undelivered: the cluster refuses a message, or has not confirmed all in time.
        """
        try:
            async with asyncio.timeout(0 if self._gone else self._seconds) as self._limit:
                await self.producer.begin_transaction()
                sent = [
                    await self.producer.send(
                        it.topic, it.value, key=it.key, partition=it.partition, headers=list(it.headers)
                    )
                    for it in messages
                ]
                placed = cast(list[RecordMetadata], await asyncio.gather(*sent))
                await self.producer.commit_transaction()
        except (KafkaError, TimeoutError) as error:
            if self._gone or isinstance(error, ProducerFenced):
                raise Superseded("its partitions are another's, as this was not heard of for too long") from error
            raise Undelivered(f"the cluster does not take messages ({type(error).__name__}: {error})") from error
        finally:
            self._limit = None
        for topic, count in Counter(it.topic for it in messages).items():
            self._metrics.sent.labels(topic).inc(count)
        return placed

    async def stop(self) -> None:
        """End at once what is being written, and close all connections."""
        self._gone = True
        if self._limit is not None:
            self._limit.reschedule(0)
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.producer.stop()


class Fence:
    """The writers of the partitions that a worker has."""

    def __init__(self, settings: Settings, metrics: Metrics, group: str, changelog: str) -> None:
        """For consumers of `group`, whose state is on the topic `changelog`. Nothing is taken yet."""
        self._metrics = metrics
        self._group = group
        self._changelog = changelog
        self._seconds = settings.delivery_seconds
        self._options: dict[str, Any] = settings.client_options() | {
            "max_batch_size": BATCH_BYTES,
            "max_request_size": REQUEST_BYTES,
            "request_timeout_ms": int(REQUEST_SECONDS * 1000),
            "transaction_timeout_ms": int(min(self._seconds, OPEN_SECONDS) * 1000),
        }
        self.term = 0
        """How often partitions have been taken: what is known of their state is so for one term."""
        self._writers: dict[int, Writer] = {}
        self._stopping: set[asyncio.Task[None]] = set()

    async def claim(self, partitions: Collection[TP]) -> Mapping[TP, int]:
        """Take these partitions of the changelog and let go of all others; gives the end of each.

        The record that marks the claim is the last of all that was committed before it, and is the last there is until
        its owner writes: who has read up to it has the whole state.

        Raises:
            Superseded: yet another has taken one of them.
            Undelivered: the cluster does not answer.
        """
        self.term += 1
        numbers = {it.partition for it in partitions}
        for number in self._writers.keys() - numbers:
            self._let_go(self._writers.pop(number))
        try:
            async with asyncio.timeout(CLAIM_SECONDS):
                await asyncio.gather(*(self._take(number) for number in sorted(numbers)))
        except (KafkaError, TimeoutError) as error:
            raise Undelivered(f"the cluster does not let partitions be taken ({type(error).__name__})") from error
        return {it: self._writers[it.partition].since + 1 for it in partitions}

    def writer(self, partition: int) -> Writer | None:
        """Who writes for this partition; None if it has not been taken."""
        return self._writers.get(partition)

    async def close(self) -> None:
        """Let go of all."""
        for writer in self._writers.values():
            self._let_go(writer)
        self._writers.clear()
        await asyncio.gather(*self._stopping)

    async def _take(self, number: int) -> None:
        producer = AIOKafkaProducer(transactional_id=f"{self._group}-{number}", **self._options)
        writer = Writer(producer, self._metrics, self._seconds)
        try:
            await producer.start()
            [place] = await writer.write([Outgoing(self._changelog, TAKEN, None, partition=number)])
        except BaseException:
            self._let_go(writer)
            raise
        writer.since = place.offset
        if former := self._writers.get(number):
            self._let_go(former)
        self._writers[number] = writer

    def _let_go(self, writer: Writer) -> None:
        """Stop it, whatever state it is in, and do not wait for that."""
        task = asyncio.create_task(writer.stop())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
