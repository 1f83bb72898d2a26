"""What was considered and not told, and why: kept for `legation explain` only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a note is about."""

    FRAME = "frame"
    DATE = "date"
    PLACE = "place"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of the words [start, end) of a sentence, and why. `rule` is the frame that was tried, or
    the pattern that a date was read by.
    """

    about: About
    start: int
    end: int
    reason: str
    rule: str | None
