"""For tests, yours too: the real topology without a broker, in one thread, with crashes where you want them.

    driver = Driver()
    driver.send("news.articles.raw.v1", b'{"text": "..."}')
    driver.latest()

Messages go through the same `step`, `fold_step` and `publish` as with Kafka. Each topic is a log with one partition;
each stage reads from its last committed offset and, like the service, commits only after it has sent and remembered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from legation.outcomes import Reject
from legation.pipeline import Message, Step, fold_step, step
from legation.stages.consolidate import Block
from legation.topology import TOPOLOGY, Fold, Stage, Topology

Point = Literal["send", "state", "ack"]
"""What a crash comes before: the confirmed send, the storing of the fold's block, or the commit of the offset."""


@dataclass(frozen=True, slots=True)
class DeadLettered:
    """A message that `stage` could not process, as it lies on the dead letter topic, and why."""

    message: Message
    stage: str
    reject: Reject


class _Crash(Exception):
    """The process dies here."""


class Driver:
    """Runs a topology in memory. `commit_every`: offsets are committed after so many records of a stage, so that a
    crash redelivers up to as many."""

    def __init__(self, topology: Topology = TOPOLOGY, *, commit_every: int = 1) -> None:
        """Start with empty topics."""
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in topology.names}
        """For each stage: `emitted`, or the reason of a skip or a reject, each time that a record was processed."""
        self.dead_letters: list[DeadLettered] = []
        self._topology = topology
        self._commit_every = commit_every
        self._topics: dict[str, list[Message]] = defaultdict(list)
        self._committed: Counter[str] = Counter()
        self._blocks: dict[str, Block] = {}
        self._crashes: dict[tuple[str, Point], int] = {}

    def send(self, topic: str, value: bytes | None, key: bytes = b"") -> bool:
        """Publish a message and run; what `run` says."""
        self._topics[topic].append(Message(topic, key, value))
        return self.run()

    def read(self, topic: str) -> list[Message]:
        """All messages on the topic, in order; dead letters are on `<source topic>.dlq`."""
        return list(self._topics[topic])

    def latest(self) -> dict[str, bytes]:
        """What compaction leaves of the topic of latest events: event_id to value, without the withdrawn ones."""
        last = {message.key.decode(): message.value for message in self._topics[self._topology.fold.latest.name]}
        return {key: value for key, value in last.items() if value is not None}

    def crash(self, stage: str, before: Point = "ack", after: int = 0) -> None:
        """Let the process die once, at the stage's next record, or `after` that many more."""
        self._crashes[stage, before] = after

    def run(self) -> bool:
        """Process until all is quiet; False if it ended in a crash. Run again to resume from the last commit."""
        position = self._committed.copy()
        try:
            for stage in self._topology.stages:
                self._drain(stage, position, partial(self._step, stage))
            self._drain(self._topology.fold, position, self._fold)
        except _Crash:
            return False
        self._committed = position
        return True

    def _drain(self, stage: Stage[Any, Any] | Fold, position: Counter[str], process: Callable[[Message], Step]) -> None:
        log = self._topics[stage.source.name]
        while position[stage.name] < len(log):
            message = log[position[stage.name]]
            done = process(message)
            end = done.skip or done.reject
            self.counts[stage.name][end.reason if end else "emitted"] += 1
            self._maybe_crash(stage.name, "ack")
            position[stage.name] += 1
            if position[stage.name] % self._commit_every == 0:
                self._committed[stage.name] = position[stage.name]

    def _step(self, stage: Stage[Any, Any], message: Message) -> Step:
        done = step(stage, message.value)
        self._send(stage, message, done)
        return done

    def _fold(self, message: Message) -> Step:
        fold = self._topology.fold
        folded = fold_step(fold, message.value, self._blocks.get)
        self._send(fold, message, folded.step)
        self._maybe_crash(fold.name, "state")
        if folded.key is not None and folded.block is not None:
            self._blocks[folded.key] = folded.block
        return folded.step

    def _send(self, stage: Stage[Any, Any] | Fold, message: Message, done: Step) -> None:
        self._maybe_crash(stage.name, "send")
        for made in done.messages:
            self._topics[made.topic].append(made)
        if done.reject:
            dead = Message(stage.source.dlq, message.key, message.value)
            self._topics[dead.topic].append(dead)
            self.dead_letters.append(DeadLettered(dead, stage.name, done.reject))

    def _maybe_crash(self, stage: str, before: Point) -> None:
        left = self._crashes.pop((stage, before), None)
        if left == 0:
            raise _Crash
        if left is not None:
            self._crashes[stage, before] = left - 1
