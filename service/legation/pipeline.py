"""The pipeline in one process, from bytes to bytes: what `extract`, the test driver and the workers share.

`step` and `steps` are the only place where a stage meets bytes: a record is read and written alike with Kafka and
without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from legation.outcomes import Outcome, Reject, RejectReason, Skip, SkipReason
from legation.records import Change, DiplomaticEvent, EventMention, InvalidRecord, Part, decode, encode
from legation.stages.consolidate import Block
from legation.topology import TOPOLOGY, Fold, Stage, Topology

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """A keyed record on its way to `topic`; `value` None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one message in one stage: messages out, or a skip, or a reject."""

    messages: tuple[Message, ...] = ()
    skip: Skip | None = None
    reject: Reject | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """What became of one mention in the fold, and the block to remember (`key` and `block`; None if it was rejected).

    Remember the block only after the step's messages are confirmed: a crash between the two then repeats the fold as
    it was. The other way round, a retraction could be lost.
    """

    step: Step
    key: str | None = None
    block: Block | None = None


def step(stage: Stage[Any, Any], value: bytes | None) -> Step:
    """Take one message through one stage. Never raises: a fault in the stage is a `Reject` like any other."""
    record = _read(stage, value)
    return _finish(stage, record if isinstance(record, Reject) else _attempt(lambda: stage.run(record)))


def steps(stage: Stage[Any, Any], values: Sequence[bytes | None]) -> list[Step]:
    """Take several messages through one stage: the same steps as one by one, sooner where the stage can batch."""
    if stage.run_many is None or len(values) < 2:
        return [step(stage, value) for value in values]
    records = [_read(stage, value) for value in values]
    sound = [record for record in records if not isinstance(record, Reject)]
    run_many = stage.run_many
    outcomes = _attempt(lambda: run_many(sound))
    if isinstance(outcomes, Reject):  # one of them is at fault: find it
        return [step(stage, value) for value in values]
    following = iter(outcomes)
    return [_finish(stage, record if isinstance(record, Reject) else next(following)) for record in records]


def _read(stage: Stage[Any, Any], value: bytes | None) -> Any:
    """The record that a stage reads, or a `Reject`."""
    return _attempt(lambda: decode(value or b"", stage.source.record))


def _finish(stage: Stage[Any, Any], outcome: Outcome[Any]) -> Step:
    if isinstance(outcome, Skip):
        return Step(skip=outcome)
    if isinstance(outcome, Reject):
        return Step(reject=outcome)
    made = _attempt(
        lambda: tuple(Message(stage.sink.name, stage.key(it).encode(), encode(it)) for it in outcome.records)
    )
    return Step(reject=made) if isinstance(made, Reject) else Step(made)


def fold_step(fold: Fold, value: bytes | None, recall: Callable[[str], Block | None], at: int = 0) -> Folded:
    """Take one message, which came `at` so many seconds since 1970 (0 where nobody tells), through the fold.

    `recall` gives the block of a key; only what it raises is raised here.
    """

    def read() -> tuple[EventMention, str]:
        mention = decode(value or b"", fold.source.record)
        return mention, fold.block_of(mention)

    found = _attempt(read)
    if isinstance(found, Reject):
        return Folded(Step(reject=found))
    mention, key = found
    known = recall(key)

    def run() -> Folded:
        block, events = fold.fold(known, mention, at)
        messages = tuple(message for event in events for message in publish(event, fold))
        return Folded(Step(messages, skip=None if messages else Skip(SkipReason.BLOCK_FULL, key)), key, block)

    result = _attempt(run)
    return Folded(Step(reject=result)) if isinstance(result, Reject) else result


def _attempt(work: Callable[[], T]) -> T | Reject:
    try:
        return work()
    except MemoryError:
        raise  # ours, not the record's: the process is to be replaced
    except InvalidRecord as error:
        reason = RejectReason.INVALID if error.is_json else RejectReason.NOT_JSON
        return Reject(reason, str(error), type(error).__name__)
    except Exception as error:
        # The type and place, not the message: it may quote the article.
        return Reject(RejectReason.ERROR, _where(error), type(error).__name__)


def _where(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame is not None else "unknown place"
    return f"{type(error).__name__} in {place}"


def publish(event: DiplomaticEvent, fold: Fold = TOPOLOGY.fold) -> tuple[Message, Message]:
    """The two messages that a revision becomes: one on the log of revisions, one (or a tombstone) on the latest."""
    key, value = event.event_id.encode(), encode(event)
    latest = None if event.change is Change.RETRACTION else value
    return Message(fold.revisions.name, key, value), Message(fold.latest.name, key, latest)


def chronological(event: DiplomaticEvent) -> tuple[str, str, int, int, str]:
    """Sorts events for people: by the day it was, else the day it was first reported, else last; then as an article
    tells them.
    """
    day = event.date.start if event.date is not None else (event.first_published or "~")
    article = event.mentions[0].article_id if event.mentions else ""
    told = event.evidence
    return day[:10], article, tuple(Part).index(told.part), told.start, event.event_id


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one payload: all messages made from it, on whatever topic, and where it or they ended."""

    messages: tuple[Message, ...]
    ends: tuple[tuple[str, Skip | Reject], ...]
    """(stage, why): none for a record that was emitted from."""


class Pipeline:
    """The whole topology in one process, without a broker: raw articles in, events out.

    `until` names the last stage to run, None for all. `work` takes messages through a stage, as `steps` does.
    """

    def __init__(
        self,
        topology: Topology = TOPOLOGY,
        until: str | None = None,
        work: Callable[[Stage[Any, Any], Sequence[bytes | None]], list[Step]] = steps,
    ) -> None:
        """Start with no event known."""
        self._work = work
        count = len(topology.names) if until is None else topology.names.index(until) + 1
        self._stages = topology.stages[:count]
        self._fold = topology.fold if count > len(self._stages) else None
        self._blocks: dict[str, Block] = {}
        self._latest: dict[bytes, bytes | None] = {}

    def feed(self, value: bytes | None) -> Report:
        """Take one raw article through all stages."""
        return self.feed_many((value,))[0]

    def feed_many(self, values: Sequence[bytes | None]) -> list[Report]:
        """Take raw articles through all stages, each stage with all of them: the same reports, sooner."""
        messages: list[list[Message]] = [[] for _ in values]
        ends: list[list[tuple[str, Skip | Reject]]] = [[] for _ in values]

        def note(article: int, name: str, result: Step) -> tuple[Message, ...]:
            messages[article].extend(result.messages)
            if end := result.skip or result.reject:
                ends[article].append((name, end))
            return result.messages

        going = list(enumerate(values))
        for stage in self._stages:
            done = self._work(stage, [value for _, value in going])
            going = [
                (article, message.value)
                for (article, _), result in zip(going, done, strict=True)
                for message in note(article, stage.name, result)
            ]
        if self._fold is not None:
            for article, value in going:
                folded = fold_step(self._fold, value, self._blocks.get)
                if folded.key is not None and folded.block is not None:
                    self._blocks[folded.key] = folded.block
                for message in note(article, self._fold.name, folded.step):
                    if message.topic == self._fold.latest.name:
                        self._latest[message.key] = message.value
        return [Report(tuple(made), tuple(ended)) for made, ended in zip(messages, ends, strict=True)]

    def events(self) -> list[DiplomaticEvent]:
        """All events so far, each as it is known now, in chronological order."""
        return sorted((decode(it, DiplomaticEvent) for it in self._latest.values() if it), key=chronological)
