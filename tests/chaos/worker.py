"""A worker with faults built in, as the environment asks for. Nothing of this is in the product: it wraps public
functions of it, of Faust and of the Kafka client, in a process that only tests start.

CHAOS_TOPOLOGY    which topology, as `load_topology` reads it
CHAOS_KILL        stage/point/n: SIGKILL when that stage is at that point (one of `POINTS`) for the nth time
CHAOS_STALL       stage/n: that stage's nth group of messages is never confirmed, and nothing says so
CHAOS_LOSE_EVERY  n: lose one record in n between the cluster and the agents, none of them twice
CHAOS_DEAF        any: lose them all, so that nothing moves though there are records to read
CHAOS_CLOCK       a file with seconds: SIGUSR1 has the clock read it anew, and go wrong by so much
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the worker, as `legation worker` does."""
    if file := os.environ.get("CHAOS_CLOCK"):
        follow_clock(Path(file))  # before anyone has imported `time.time`
    from legation.runtime.logs import set_up
    from legation.runtime.settings import Settings
    from legation.runtime.worker import run

    if spec := os.environ.get("CHAOS_KILL"):
        stage, point, number = spec.split("/")
        POINTS[point](_Killer(stage, point, int(number)))
    if spec := os.environ.get("CHAOS_STALL"):
        stage, number = spec.split("/")
        stall(stage, int(number))
    if number := os.environ.get("CHAOS_LOSE_EVERY"):
        lose_every(int(number))
    if os.environ.get("CHAOS_DEAF"):
        lose_all()
    settings = Settings.load()
    set_up(settings)
    status = run(settings, os.environ["CHAOS_TOPOLOGY"])
    sys.stderr.flush()
    os._exit(status)


# --- death at a point ------------------------------------------------------------------------------------------------


FOLD = "consolidate"
"""The stage that writes through a fence, in every topology."""

LINGER_SECONDS = 2.5
"""A point that can wait is a slow one: what was acknowledged too early is committed by then, once a second as it is."""


class _Killer:
    """Told of each time that a stage is at the point, it counts, and kills."""

    def __init__(self, stage: str, point: str, number: int) -> None:
        self._stage = stage
        self._point = point
        self._left = count(number, -1)

    def _due(self, group: str) -> bool:
        return group.rpartition(".")[2] == self._stage and next(self._left) == 1

    def at(self, group: str) -> None:
        """Some stage, that of the consumer group, is at the point now."""
        if self._due(group):
            os.write(2, f"killed: {self._stage} {self._point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    async def lingering_at(self, group: str) -> None:
        """The same, where the stage can be held while all else goes on."""
        if self._due(group):
            await asyncio.sleep(LINGER_SECONDS)
            os.write(2, f"killed: {self._stage} {self._point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def _around_send(killer: _Killer, share: float) -> None:
    """This share of the messages is confirmed, and the others are not even with the client.

    Of what the fold writes in a transaction it is all or none, with "during" just before the commit.
    """
    from legation.runtime.delivery import Delivery
    from legation.runtime.fence import Writer

    send, write = Delivery.send, Writer.write

    async def partly(self: Delivery, messages: Sequence[Any]) -> Any:
        if not messages:
            return await send(self, messages)
        done = round(share * len(messages))
        placed = await send(self, messages[:done])
        await killer.lingering_at(self._app.conf.id)
        return placed + await send(self, messages[done:])

    async def written(self: Writer, messages: Sequence[Any]) -> Any:
        if self.since < 0:  # nothing has been folded yet
            return await write(self, messages)
        commit = self.producer.commit_transaction

        async def committing() -> None:
            await killer.lingering_at(FOLD)
            await commit()

        if share == 0:
            await killer.lingering_at(FOLD)
        elif share < 1:
            self.producer.commit_transaction = committing
        placed = await write(self, messages)
        self.producer.commit_transaction = commit
        if share == 1:
            await killer.lingering_at(FOLD)
        return placed

    Delivery.send = partly  # type: ignore[method-assign]
    Writer.write = written  # type: ignore[method-assign]


def _around_commit(killer: _Killer, *, after: bool) -> None:
    from aiokafka import AIOKafkaConsumer

    commit = AIOKafkaConsumer.commit

    async def killing(self: AIOKafkaConsumer, *arguments: Any) -> None:
        if not after:
            killer.at(self._group_id or "")
        await commit(self, *arguments)
        if after:
            killer.at(self._group_id or "")

    AIOKafkaConsumer.commit = killing


def _table_write(killer: _Killer, share: float) -> None:
    """This share of a batch of changes is in the local store; the changelog has all of it."""
    from faust.tables.table import Table

    apply = Table.apply_changelog_batch

    def partly(self: Table[Any, Any], batch: Any) -> None:
        changes = list(batch)
        done = round(share * len(changes))
        apply(self, changes[:done])
        killer.at(self.app.conf.id)
        apply(self, changes[done:])

    Table.apply_changelog_batch = partly  # type: ignore[method-assign]


POINTS: dict[str, Callable[[_Killer], None]] = {
    "before send": lambda killer: _around_send(killer, 0),
    "during send": lambda killer: _around_send(killer, 0.5),
    "after send": lambda killer: _around_send(killer, 1),
    "before table write": lambda killer: _table_write(killer, 0),
    "during table write": lambda killer: _table_write(killer, 0.5),
    "after table write": lambda killer: _table_write(killer, 1),
    "before commit": lambda killer: _around_commit(killer, after=False),
    "after commit": lambda killer: _around_commit(killer, after=True),
}
"""In the order in which a batch comes by them. Those of the table are for the fold alone."""


# --- other faults ----------------------------------------------------------------------------------------------------


def stall(stage: str, number: int) -> None:
    """Let a stage wait for ever for what it sends, as a consumer or producer does that has got stuck."""
    from legation.runtime.delivery import Delivery
    from legation.runtime.fence import Writer

    send, write = Delivery.send, Writer.write
    left = count(number, -1)

    async def stalling(self: Delivery, messages: Sequence[Any]) -> Any:
        if messages and self._app.conf.id.rpartition(".")[2] == stage and next(left) <= 1:
            await asyncio.Event().wait()
        return await send(self, messages)

    async def stalling_too(self: Writer, messages: Sequence[Any]) -> Any:
        if self.since >= 0 and stage == FOLD and next(left) <= 1:
            await asyncio.Event().wait()
        return await write(self, messages)

    Delivery.send = stalling  # type: ignore[method-assign]
    Writer.write = stalling_too  # type: ignore[method-assign]


def lose_every(number: int) -> None:
    """Have Faust lose one record in so many between the cluster and the agents, none of them twice."""
    from faust.types import EventT
    from mode.utils.queues import ThrowableQueue

    put = ThrowableQueue.force_put_nowait
    counter = count(1)
    lost = set()

    def put_or_lose(queue: ThrowableQueue, item: EventT[Any]) -> None:
        place = (item.message.tp, item.message.offset)
        if next(counter) % number or place in lost:
            put(queue, item)
        else:
            lost.add(place)

    ThrowableQueue.force_put_nowait = put_or_lose  # type: ignore[method-assign]


def lose_all() -> None:
    """Have Faust fall silent: it reads, and hands nothing to the agents."""
    from mode.utils.queues import ThrowableQueue

    ThrowableQueue.force_put_nowait = lambda *_: None  # type: ignore[method-assign]


def follow_clock(file: Path) -> None:
    """Let `time.time` be wrong by what the file says whenever SIGUSR1 comes.

    It is the clock of whoever asks Python for it, which is all of the worker, of Faust and of the Kafka client, but for
    `datetime.now` (the date on a dead letter). The monotonic clock is right, as it is on a machine whose clock is set.
    Records get the time that they are sent from the machine itself, in C, if nobody says what it is; so it is said.
    """
    true = time.time
    wrong_by = 0.0

    def jump(*_: object) -> None:
        nonlocal wrong_by
        wrong_by = float(file.read_text())

    time.time = lambda: true() + wrong_by
    signal.signal(signal.SIGUSR1, jump)

    from aiokafka import AIOKafkaProducer

    send = AIOKafkaProducer.send

    async def dated(self: AIOKafkaProducer, *arguments: Any, **named: Any) -> Any:
        if named.get("timestamp_ms") is None:
            named["timestamp_ms"] = int(time.time() * 1000)
        return await send(self, *arguments, **named)

    AIOKafkaProducer.send = dated
