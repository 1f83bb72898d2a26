"""Whether consolidate still has its partitions, and their state, when it writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import zip_longest
from types import SimpleNamespace
from typing import Any

import pytest
from agents_fakes import FakeApp, FakeCluster, FakeEvent, FakeMessage
from faust.types import TP, RecordMetadata
from msgspec.structs import replace

from chaos.articles import meetings
from integration.worker_toy import EVENTS, LATEST, TOPOLOGY, find
from legation.outcomes import Emit
from legation.records import DiplomaticEvent, EventMention, RawArticle, decode, encode
from legation.runtime.agents import Context, FoldAgent
from legation.runtime.control import EX_UNAVAILABLE, Control
from legation.runtime.fence import Superseded
from legation.runtime.headers import Outgoing
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings
from legation.stages.consolidate import Block

FOLD = TOPOLOGY.fold
CHANGELOG = "group-blocks-changelog"
START, DAY = 1_700_000_000, 24 * 60 * 60
DAYS = Settings().state_days


def mentions(count: int) -> list[bytes]:
    found = []
    for article in meetings(count):
        outcome = find(decode(article, RawArticle))
        assert isinstance(outcome, Emit)
        found += [encode(it) for it in outcome.records]
    return found


class FakeWriter:
    """Confirms all that is written, until it is `fenced`."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.fenced = False
        self.written: list[list[Outgoing]] = []
        self.during: Callable[[], object] = lambda: None

    async def write(self, messages: list[Outgoing]) -> list[RecordMetadata]:
        self.during()
        if self.fenced:
            raise Superseded("fenced")
        self.written.append(messages)
        places = [TP(it.topic, it.partition or 0) for it in messages]
        return [RecordMetadata(*place, place, self.since + 1 + at) for at, place in enumerate(places)]


class World:
    """A fold agent among fakes, whose state has been `read` up to some offset."""

    def __init__(self) -> None:
        self.app: Any = FakeApp(TP(FOLD.source.name, 0))
        self.writers = {0: FakeWriter(since=7)}
        self.read: int | None = 7
        self.acked: list[tuple[int, int]] = []
        self.stored: list[Any] = []
        self.control = Control()
        self.queue: asyncio.Queue[FakeEvent] = asyncio.Queue()
        self.table: Any = SimpleNamespace(
            data={},
            changelog_topic=SimpleNamespace(get_topic_name=lambda: CHANGELOG),
            persisted_offset=lambda _: self.read,
            apply_changelog_batch=self.stored.extend,
        )
        self.fence: Any = SimpleNamespace(term=1, writer=lambda partition: self.writers.get(partition))
        context = Context(Settings.load({}), Metrics(), self.control, FakeCluster())  # type: ignore[arg-type]
        self.agent = FoldAgent(context, self.app, FOLD, self.table, self.fence)

    async def fold(self, values: list[bytes], days: Sequence[float] = ()) -> None:
        """Have it fold these, which came on such `days` of some time, until they are acknowledged or it fails."""
        for offset, (value, day) in enumerate(zip_longest(values, days, fillvalue=0.0)):
            message = FakeMessage(FOLD.source.name, 0, offset, value, timestamp=START + day * DAY)
            self.queue.put_nowait(FakeEvent(message, self.acked))
        async with self.running(), asyncio.timeout(10):
            while len(self.acked) < len(values) and self.control.failure is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stream: Any = SimpleNamespace(channel=SimpleNamespace(queue=self.queue))
        body = asyncio.create_task(self.control.guard("consolidate", self.agent.run(stream)))
        try:
            yield
        finally:
            self.control.draining.set()
            body.cancel()

    @property
    def nothing_done(self) -> bool:
        return not (self.app.producer.log or self.writers[0].written or self.acked or self.stored)


async def test_revisions_and_blocks_are_written_together_and_then_stored_and_acknowledged() -> None:
    world = World()
    world.writers[0].during = lambda: seen.append((len(world.stored), len(world.acked)))
    seen: list[tuple[int, int]] = []
    await world.fold(mentions(3))
    assert len(world.acked) == 3
    assert set(seen) == {(0, 0)}
    [written] = world.writers[0].written
    blocks = [it for it in written if it.topic == CHANGELOG]
    assert {it.topic for it in written} == {EVENTS.name, LATEST.name, CHANGELOG}
    assert all(it.partition == 0 for it in blocks)
    assert [(it.message.key, it.message.value) for it in world.stored] == [(it.key, it.value) for it in blocks]
    assert all(it.message.offset > 7 for it in world.stored)
    assert not world.app.producer.log, "what nobody fences"


async def test_one_that_has_been_replaced_keeps_nothing_acknowledges_nothing_and_ends_the_worker() -> None:
    world = World()
    world.writers[0].fenced = True
    await world.fold(mentions(3))
    assert world.nothing_done
    assert world.control.failure is not None
    assert world.control.failure.status == EX_UNAVAILABLE


async def test_what_was_folded_before_the_partition_was_taken_anew_is_not_written_after() -> None:
    world = World()
    former, latter = world.writers[0], FakeWriter(since=20)

    def taken_anew(_: bytes) -> None:
        former.fenced = True
        world.writers[0] = latter

    world.table.data = SimpleNamespace(get=taken_anew)
    await world.fold(mentions(3))
    assert world.nothing_done
    assert not former.written
    assert world.control.failure is not None


async def test_without_all_of_the_state_of_its_partitions_it_writes_nothing_and_ends_the_worker() -> None:
    for read in (None, 6):
        world = World()
        world.read = read
        await world.fold(mentions(3))
        assert world.nothing_done
        assert world.control.failure is not None
        assert "state" in world.control.failure.message


async def test_for_a_partition_that_was_not_taken_it_writes_nothing_and_ends_the_worker() -> None:
    world = World()
    writer = world.writers.pop(0)
    await world.fold(mentions(3))
    world.writers[0] = writer
    assert world.nothing_done
    assert world.control.failure is not None


async def test_between_giving_partitions_up_and_taking_them_anew_none_is_begun() -> None:
    world = World()
    [value] = mentions(1)

    def feed() -> None:
        message = FakeMessage(FOLD.source.name, 0, 0, value, generation_id=world.app.consumer_generation_id)
        world.queue.put_nowait(FakeEvent(message, world.acked))

    await world.agent.quiet()
    async with world.running(), asyncio.timeout(10):
        feed()
        await asyncio.sleep(0.05)
        assert world.queue.empty()
        assert world.nothing_done
        world.fence.term += 1
        world.app.consumer_generation_id += 1
        feed()
        while not world.acked:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert world.acked == [(0, 0)]


async def test_a_mention_whose_revision_no_topic_takes_is_dead_lettered_before_its_block_knows_it() -> None:
    world = World()
    world.agent._most[LATEST.name] = 1000
    await world.fold(mentions(1))
    [letter] = world.app.producer.log
    assert letter.topic == FOLD.source.dlq
    assert dict(letter.headers)["legation-dlq-reason"] == b"undeliverable"
    assert world.acked == [(0, 0)]
    assert not world.writers[0].written
    assert not world.stored


async def test_no_more_blocks_are_in_memory_at_once_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legation.runtime.agents.FOLD_BYTES", 1)
    values = mentions(3)
    blocks = {FOLD.block_of(decode(value, EventMention)).encode(): encode(Block()) for value in values}
    world = World()
    world.table.data.update(blocks)
    await world.fold(values)
    assert len(blocks) > 1
    assert len(world.writers[0].written) > 1, "all blocks were stored at the end, together"


def reports(count: int) -> list[bytes]:
    """Of one event, in articles of their own."""
    [value] = mentions(1)
    mention = decode(value, EventMention)
    return [encode(replace(mention, mention_id=f"{it}", article_id=f"{it}")) for it in range(count)]


def revisions(world: World) -> list[int]:
    return [
        decode(it.value or b"", DiplomaticEvent).revision
        for written in world.writers[0].written
        for it in written
        if it.topic == EVENTS.name
    ]


@pytest.mark.parametrize("batches", [[2], [1, 1]], ids=["in one batch", "from the state"])
@pytest.mark.parametrize(("days", "told"), [(DAYS, [1, 2]), (DAYS + 1, [1, 1])])
async def test_what_no_mention_has_joined_for_long_is_forgotten(batches: list[int], days: int, told: list[int]) -> None:
    values, came, state = reports(2), [0, days], {}
    found = []
    for size in batches:
        world = World()
        world.table.data = state
        await world.fold(values[:size], came[:size])
        del values[:size], came[:size]
        state = {it.message.key: it.message.value for it in world.stored}
        found += revisions(world)
    assert found == told


async def test_each_mention_that_joins_keeps_the_others_from_being_forgotten() -> None:
    world = World()
    await world.fold(reports(3), [0, DAYS - 1, 2 * DAYS - 2])
    assert revisions(world) == [1, 2, 3]


async def test_a_mention_that_comes_again_makes_nothing_be_forgotten() -> None:
    """The records of a partition are read again from some time back, when its worker has died."""
    world = World()
    first, second = reports(2)
    await world.fold([first, second, first, second], [0, DAYS, 0, DAYS])
    assert revisions(world) == [1, 2, 2, 2]
