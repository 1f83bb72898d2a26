"""A worker with faults built in, as the environment asks for. Nothing of this is in the product: it wraps public
functions of it, of Faust and of the Kafka client, in a process that only tests start.

CHAOS_TOPOLOGY    which topology, as `load_topology` reads it
CHAOS_KILL        stage/point/n: SIGKILL when that stage is at that point (one of `POINTS`) for the nth time
CHAOS_LOSE_EVERY  n: lose one record in n between the cluster and the agents, none of them twice
CHAOS_DEAF        any: lose them all, so that nothing moves though there are records to read
CHAOS_CLOCK       a file with seconds: SIGUSR1 has the clock read it anew, and go wrong by so much
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
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


class _Killer:
    """Told of each time that a stage is at the point, it counts, and kills."""

    def __init__(self, stage: str, point: str, number: int) -> None:
        self._stage = stage
        self._point = point
        self._left = count(number, -1)

    def at(self, group: str) -> None:
        """Some stage, that of the consumer group, is at the point now."""
        if group.rpartition(".")[2] == self._stage and next(self._left) == 1:
            os.write(2, f"killed: {self._stage} {self._point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def _around(owner: Any, name: str, before: Callable[..., None], after: Callable[..., None]) -> None:
    """Call `before` and `after` around a method that is a coroutine, with its arguments."""
    method: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        before(*arguments, **named)
        result = await method(*arguments, **named)
        after(*arguments, **named)
        return result

    setattr(owner, name, wrapped)


def _nothing(*_: object, **__: object) -> None:
    pass


def _before_send(killer: _Killer) -> None:
    from legation.runtime.delivery import Delivery

    _around(Delivery, "send", lambda self, messages: messages and killer.at(self._app.conf.id), _nothing)


def _during_send(killer: _Killer) -> None:
    """Half of the messages are with the client, which may have sent some of them."""
    from legation.runtime.delivery import Delivery

    attempt = Delivery._attempt

    async def half(self: Delivery, messages: Any) -> Any:
        if len(messages) > 1:
            await attempt(self, messages[: len(messages) // 2])
            killer.at(self._app.conf.id)
            return await attempt(self, messages)
        return await attempt(self, messages)

    Delivery._attempt = half  # type: ignore[method-assign]


def _after_send(killer: _Killer) -> None:
    from legation.runtime.delivery import Delivery

    _around(Delivery, "send", _nothing, lambda self, messages: messages and killer.at(self._app.conf.id))


def _before_commit(killer: _Killer) -> None:
    from aiokafka import AIOKafkaConsumer

    _around(AIOKafkaConsumer, "commit", lambda self, *_: killer.at(self._group_id or ""), _nothing)


def _after_commit(killer: _Killer) -> None:
    from aiokafka import AIOKafkaConsumer

    _around(AIOKafkaConsumer, "commit", _nothing, lambda self, *_: killer.at(self._group_id or ""))


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
    "before send": _before_send,
    "during send": _during_send,
    "after send": _after_send,
    "before commit": _before_commit,
    "after commit": _after_commit,
    "before table write": lambda killer: _table_write(killer, 0),
    "during table write": lambda killer: _table_write(killer, 0.5),
    "after table write": lambda killer: _table_write(killer, 1),
}
"""In the order in which a batch comes by them, but that the table is written between the last two sends and the commit.
Those of the table are for the fold alone."""


# --- other faults ----------------------------------------------------------------------------------------------------


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
    """
    true = time.time
    wrong_by = 0.0

    def jump(*_: object) -> None:
        nonlocal wrong_by
        wrong_by = float(file.read_text())

    time.time = lambda: true() + wrong_by
    signal.signal(signal.SIGUSR1, jump)
