"""What can become of a record in a stage: emitted, skipped or rejected. Nothing else, and never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


class SkipReason(StrEnum):
    """Why a good record rightly goes no further. Closed: a new reason is a new member."""

    EMPTY_AFTER_CLEANING = "empty-after-cleaning"
    """Only boilerplate, captions or furniture was left."""
    LANGUAGE = "language"
    """The article is in a language that no reader here understands."""
    SPORT = "sport"
    BUSINESS = "business"
    CULTURE = "culture"
    DOMESTIC = "domestic"
    """Politics or crime inside one country, with no event that the vocabulary knows."""
    NO_PARTIES = "no-parties"
    """No state, body or armed group is named."""
    NO_EVENT = "no-event"
    """Candidate sentences were read and none of them tells of an event."""
    BLOCK_FULL = "block-full"
    """So many mentions of one type, of the same parties and day are known already that this one is let go."""


class RejectReason(StrEnum):
    """Why a record cannot be processed and is dead-lettered. Closed: a new reason is a new member."""

    NOT_JSON = "not-json"
    """The bytes are not UTF-8 JSON (null bytes, wrong encoding, broken syntax)."""
    INVALID = "invalid"
    """JSON, but not the record that this topic carries; the message names the field."""
    NO_TEXT = "no-text"
    """Neither `text` nor `html` holds anything."""
    TOO_LARGE = "too-large"
    TIMEOUT = "timeout"
    """The stage took more CPU than its limit, or slept, and its process was killed; tried once more, alone."""
    CRASH = "crash"
    """The stage killed its process; tried once more, alone."""
    ERROR = "error"
    """The stage raised: a fault of ours, with this record."""
    UNDELIVERABLE = "undeliverable"
    """The broker refused what the stage made of it (larger than the topic allows, for one)."""


@dataclass(frozen=True, slots=True)
class Emit(Generic[T]):
    """`records` (one or more) go to the stage's sink."""

    records: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """The record ends here, as it should; `detail` says more than the reason, for people."""

    reason: SkipReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """The record goes to the dead letters. `message` carries no article text."""

    reason: RejectReason
    message: str
    error_type: str = ""


Outcome: TypeAlias = Emit[T] | Skip | Reject
