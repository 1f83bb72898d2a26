"""On Apache Kafka: for each partition there is one who writes, whoever else believes to be it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced
from faust.types import TP

from integration.running import everything, latest
from legation.runtime.delivery import Undelivered
from legation.runtime.fence import TAKEN, Fence, Superseded
from legation.runtime.headers import Outgoing
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings

pytestmark = pytest.mark.kafka

LARGEST = 10_000
"""Of a message, on the topics here."""


class Place:
    """A changelog of two partitions and a topic of latest values, and those who would write to them."""

    def __init__(self, kafka: str) -> None:
        self.kafka = kafka
        mark = uuid.uuid4().hex[:8]
        self.group, self.changelog, self.latest = f"fence-{mark}", f"fence-{mark}-changelog", f"fence-{mark}-latest"
        self._fences: list[Fence] = []

    async def fence(self) -> Fence:
        """That of one more worker, which has taken both partitions."""
        settings = Settings.load({"LEGATION_KAFKA": self.kafka, "LEGATION_DELIVERY_SECONDS": "10"})
        fence = Fence(settings, Metrics(), self.group, self.changelog)
        self._fences.append(fence)
        await self.take(fence)
        return fence

    async def take(self, fence: Fence) -> dict[TP, int]:
        return dict(await fence.claim([TP(self.changelog, 0), TP(self.changelog, 1)]))

    def news(self, value: bytes) -> list[Outgoing]:
        """An event and its block."""
        return [Outgoing(self.latest, b"event", value), Outgoing(self.changelog, b"a|block", value, partition=0)]

    def stands(self) -> list[bytes]:
        """What the event and the block are in the end."""
        found = latest(everything(self.kafka, self.latest, self.changelog))
        return [found.get(b"event", b""), found.get(b"a|block", b"")]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Place]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        configs = {"max.message.bytes": str(LARGEST)}
        await admin.create_topics([NewTopic(it, 2, 1, topic_configs=configs) for it in (self.changelog, self.latest)])
        await admin.close()
        try:
            yield self
        finally:
            for fence in self._fences:
                await fence.close()


async def write(fence: Fence, messages: list[Outgoing]) -> None:
    writer = fence.writer(0)
    assert writer is not None
    await writer.write(messages)


async def test_who_was_replaced_cannot_write_any_more(kafka: str) -> None:
    async with Place(kafka).open() as place:
        old = await place.fence()
        await write(old, place.news(b"1"))
        new = await place.fence()
        await write(new, place.news(b"3"))
        with pytest.raises(Superseded):
            await write(old, place.news(b"2"))
        await write(new, [])
        assert await asyncio.to_thread(place.stands) == [b"3", b"3"]


async def test_what_the_former_owner_had_begun_to_write_is_undone_and_comes_before_the_claim(kafka: str) -> None:
    async with Place(kafka).open() as place:
        old = await place.fence()
        await write(old, place.news(b"1"))
        writer = old.writer(0)
        assert writer is not None
        await writer.producer.begin_transaction()
        begun = [await writer.producer.send_and_wait(it.topic, b"2", it.key, it.partition) for it in place.news(b"2")]
        new = await place.fence()
        assert await asyncio.to_thread(place.stands) == [b"1", b"1"]
        latter = new.writer(0)
        assert latter is not None
        assert latter.since > begun[1].offset
        with pytest.raises(ProducerFenced):
            await writer.producer.commit_transaction()
        assert await asyncio.to_thread(place.stands) == [b"1", b"1"]


async def test_the_claim_is_the_last_record_of_the_changelog(kafka: str) -> None:
    async with Place(kafka).open() as place:
        fence = await place.fence()
        await write(fence, place.news(b"1"))
        ends = await place.take(fence)
        last = {it.partition: it for it in await asyncio.to_thread(everything, kafka, place.changelog)}
        assert {it.key for it in last.values()} == {TAKEN}
        assert {TP(place.changelog, it.partition): it.offset + 1 for it in last.values()} == ends
        await write(fence, place.news(b"2"))
        assert await asyncio.to_thread(place.stands) == [b"2", b"2"], "who takes its own partition anew goes on"


async def test_all_of_it_is_written_or_nothing(kafka: str) -> None:
    async with Place(kafka).open() as place:
        fence = await place.fence()
        with pytest.raises(Undelivered, match=MessageSizeTooLargeError.__name__):
            await write(fence, [*place.news(b"1"), Outgoing(place.latest, b"large", bytes(2 * LARGEST))])
        await place.fence()
        assert await asyncio.to_thread(place.stands) == [b"", b""]


async def test_partitions_that_are_not_assigned_any_more_are_let_go(kafka: str) -> None:
    async with Place(kafka).open() as place:
        fence = await place.fence()
        await fence.claim([TP(place.changelog, 1)])
        assert fence.writer(0) is None
        assert fence.writer(1) is not None
