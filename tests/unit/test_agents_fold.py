"""Whether consolidate still has its partitions, and their state, before it writes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from agents_fakes import FakeApp, FakeCluster, FakeEvent, FakeMessage
from faust.types import TP

from chaos.articles import meetings
from integration.worker_toy import LATEST, TOPOLOGY, find
from legation.outcomes import Emit
from legation.records import EventMention, RawArticle, decode, encode
from legation.runtime.agents import LEASE_SHARE, Context, FoldAgent
from legation.runtime.control import EX_UNAVAILABLE, Control
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings
from legation.stages.consolidate import Block

FOLD = TOPOLOGY.fold
CHANGELOG = "group-blocks-changelog"


def mentions(count: int) -> list[bytes]:
    found = []
    for article in meetings(count):
        outcome = find(decode(article, RawArticle))
        assert isinstance(outcome, Emit)
        found += [encode(it) for it in outcome.records]
    return found


class World:
    """A fold agent among fakes; `held` is what the cluster says of its partitions."""

    def __init__(self) -> None:
        place = TP(FOLD.source.name, 0)
        self.app: Any = FakeApp(place)
        self.app.assignor = SimpleNamespace(assigned_actives=lambda: self.states)
        self.app.consumer.holds = self._holds
        self.states = {TP(CHANGELOG, 0)}
        self.held = True
        self.asked: list[dict[TP, int]] = []
        self.acked: list[tuple[int, int]] = []
        self.stored: list[Any] = []
        self.control = Control()
        self.queue: asyncio.Queue[FakeEvent] = asyncio.Queue()
        table: Any = SimpleNamespace(
            data={},
            changelog_topic=SimpleNamespace(get_topic_name=lambda: CHANGELOG),
            apply_changelog_batch=self.stored.extend,
        )
        context = Context(Settings.load({}), Metrics(), self.control, FakeCluster())  # type: ignore[arg-type]
        self.agent = FoldAgent(context, self.app, FOLD, table)

    async def _holds(self, starts: dict[TP, int]) -> bool:
        self.asked.append(starts)
        return self.held

    async def fold(self, values: list[bytes], first: int = 0) -> None:
        """Have it fold these, until they are acknowledged or it fails."""
        for offset, value in enumerate(values, first):
            self.queue.put_nowait(FakeEvent(FakeMessage(FOLD.source.name, 0, offset, value), self.acked))
        stream: Any = SimpleNamespace(channel=SimpleNamespace(queue=self.queue))
        body = asyncio.create_task(self.control.guard("consolidate", self.agent.run(stream)))
        async with asyncio.timeout(10):
            while len(self.acked) < first + len(values) and self.control.failure is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        self.control.draining.set()
        body.cancel()

    @property
    def nothing_done(self) -> bool:
        return not (self.app.producer.log or self.acked or self.stored)


async def test_it_asks_whose_the_partitions_are_and_then_writes_revisions_and_blocks() -> None:
    world = World()
    await world.fold(mentions(3))
    assert world.asked == [{TP(FOLD.source.name, 0): 0}]
    topics = [sent.topic for sent in world.app.producer.log]
    assert topics.index(LATEST.name) < topics.index(CHANGELOG)
    assert world.stored
    assert len(world.acked) == 3


async def test_one_that_has_been_replaced_writes_nothing_and_ends_the_worker() -> None:
    world = World()
    world.held = False
    await world.fold(mentions(3))
    assert world.nothing_done
    assert world.control.failure is not None
    assert world.control.failure.status == EX_UNAVAILABLE


async def test_without_the_state_of_its_partitions_it_writes_nothing_and_ends_the_worker() -> None:
    world = World()
    world.states = {TP(CHANGELOG, 1)}
    await world.fold(mentions(3))
    assert world.nothing_done
    assert world.control.failure is not None
    assert "state" in world.control.failure.message


async def test_the_clusters_word_is_good_for_less_than_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    seconds = LEASE_SHARE * Settings.load({}).session_seconds
    world.agent._in_hand = [FakeEvent(FakeMessage(FOLD.source.name, 0, 5, b""), [])]  # type: ignore[list-item]
    now = 1000.0
    monkeypatch.setattr("legation.runtime.agents.time.monotonic", lambda: now)
    for later in (0, seconds - 0.1, seconds + 0.1):
        now = 1000 + later
        await world.agent._require_hold()
    assert len(world.asked) == 2


async def test_no_more_blocks_are_in_memory_at_once_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legation.runtime.agents.FOLD_BYTES", 1)
    values = mentions(3)
    blocks = {FOLD.block_of(decode(value, EventMention)).encode(): encode(Block()) for value in values}
    world = World()
    world.agent._table.data.update(blocks)  # type: ignore[attr-defined]
    await world.fold(values)
    topics = [sent.topic for sent in world.app.producer.log]
    stored_at = [at for at, topic in enumerate(topics) if topic == CHANGELOG]
    assert len(blocks) > 1
    assert stored_at != list(range(stored_at[0], len(topics))), "all blocks were stored at the end, together"
