"""What is acknowledged last is committed before a worker leaves or gives its partitions away, also while Faust, which
does so once a second, is at it: else the next worker does it again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import TP, Message

from legation.runtime.app import Consumer, build_app
from legation.runtime.settings import Settings
from legation.runtime.worker import Worker, _Unit
from legation.topology import TOPOLOGY

PLACE = TP("source", 0)


class Committing:
    """An app whose consumer has been dealt one partition of a cluster that takes its time over commits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = build_app(Settings.load({}), "clean", replication=1)
        self.consumer = cast(Consumer, self.app.consumer)
        self.asked = asyncio.Event()
        self.committed = 0
        monkeypatch.setattr(self.consumer, "assignment", lambda: {PLACE})
        monkeypatch.setattr(self.consumer, "_commit", self._commit)
        monkeypatch.setattr(self.app.producer, "flush", self._flush)
        monkeypatch.setattr(self.app.topics, "acks_enabled_for", lambda _: True)
        monkeypatch.setattr(self.app, "stop", self.consumer.on_stop)  # as Faust does, among much else

    async def _flush(self) -> None:
        """Nothing is sent here."""

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        self.asked.set()
        await asyncio.sleep(0.05)
        self.committed = offsets[PLACE]
        return True

    def acknowledge(self, offset: int) -> None:
        self.consumer.ack(Message("source", 0, offset, 0, 0, [], b"", b"", None))

    async def interrupted(self) -> asyncio.Task[bool]:
        """Acknowledge one, have Faust begin to commit it, and acknowledge the next."""
        self.acknowledge(0)
        under_way = asyncio.create_task(self.consumer.commit())
        await self.asked.wait()
        self.acknowledge(1)
        return under_way


async def test_on_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    it = Committing(monkeypatch)
    monkeypatch.setattr(_Unit, "ready", True)
    under_way = await it.interrupted()
    await Worker(Settings.load({}))._leave_one(_Unit("clean", "source", it.app, cast(Any, None)))
    assert it.committed == 2
    await under_way


async def test_when_partitions_are_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    it = Committing(monkeypatch)
    idle = SimpleNamespace(quiet=it.app.producer.flush)
    Worker(Settings.load({}))._add(_Unit("clean", "source", it.app, cast(Any, idle)), TOPOLOGY.stages[0].source)
    under_way = await it.interrupted()
    await it.app.on_partitions_revoked.send({PLACE})
    assert it.committed == 2
    await under_way


async def test_what_is_in_hand_when_partitions_are_taken_away_is_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    it = Committing(monkeypatch)

    async def quiet() -> None:
        it.acknowledge(0)

    busy = SimpleNamespace(quiet=quiet)
    Worker(Settings.load({}))._add(_Unit("clean", "source", it.app, cast(Any, busy)), TOPOLOGY.stages[0].source)
    await it.app.on_partitions_revoked.send({PLACE})
    assert it.committed == 1


async def test_a_fault_of_an_agent_does_not_leave_it_but_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_: object) -> None:
        raise RuntimeError("broken")

    it, worker = Committing(monkeypatch), Worker(Settings.load({}))
    worker._add(_Unit("clean", "source", it.app, cast(Any, SimpleNamespace(run=run))), TOPOLOGY.stages[0].source)
    body = asyncio.create_task(cast(Any, it.app.agents["clean"].fun(cast(Any, None))))
    async with asyncio.timeout(5):
        await worker._control.failed.wait()
    left = body.done()
    body.cancel()
    assert not left


async def test_what_does_not_heed_being_cancelled_holds_no_worker_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop() -> None:
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await released.wait()
                return

    released = asyncio.Event()
    monkeypatch.setattr("legation.runtime.worker.LEAVE_SECONDS", 0.05)
    worker = Worker(Settings.load({}))
    worker._control.fail("the disk is full", 70)
    worker._units = [_Unit("clean", "source", cast(Any, SimpleNamespace(stop=stop)), cast(Any, None))]
    leaving = asyncio.create_task(worker._leave())
    await asyncio.wait([leaving], timeout=5)
    ended = leaving.done()
    released.set()
    assert ended
