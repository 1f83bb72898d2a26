"""The pipeline in one process, from bytes to bytes: what `extract`, the test driver and the workers share.

`step` is the only place where a stage meets bytes: a record is read and written alike with Kafka and without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from legation.outcomes import Reject, RejectReason, Skip
from legation.records import Change, DiplomaticEvent, InvalidRecord, decode, encode
from legation.topology import TOPOLOGY, Stage


@dataclass(frozen=True, slots=True)
class Message:
    """A keyed record on its way to `topic`; `value` None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one message in one stage: messages out, or a skip, or a reject. Can be pickled."""

    messages: tuple[Message, ...] = ()
    skip: Skip | None = None
    reject: Reject | None = None


def step(stage: Stage[Any, Any], value: bytes | None) -> Step:
    """Take one message through one stage. Never raises: a fault in the stage is a `Reject` like any other."""
    try:
        outcome = stage.run(decode(value or b"", stage.source.record))
        if isinstance(outcome, Skip):
            return Step(skip=outcome)
        if isinstance(outcome, Reject):
            return Step(reject=outcome)
        return Step(
            tuple(Message(stage.sink.name, stage.key(record).encode(), encode(record)) for record in outcome.records)
        )
    except InvalidRecord as error:
        reason = RejectReason.INVALID if error.is_json else RejectReason.NOT_JSON
        return Step(reject=Reject(reason, str(error), type(error).__name__))
    except MemoryError:
        raise  # ours, not the record's: the process is to be replaced
    except Exception as error:
        # The type and place, not the message: it may quote the article.
        return Step(reject=Reject(RejectReason.ERROR, _where(error), type(error).__name__))


def _where(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame is not None else "unknown place"
    return f"{type(error).__name__} in {place}"


def publish(event: DiplomaticEvent) -> tuple[Message, Message]:
    """The two messages that a revision becomes: one on the log of revisions, one (or a tombstone) on the latest."""
    key, value = event.event_id.encode(), encode(event)
    latest = None if event.change is Change.RETRACTION else value
    return (
        Message(TOPOLOGY.fold.revisions.name, key, value),
        Message(TOPOLOGY.fold.latest.name, key, latest),
    )
