"""Counts of right and wrong, and the figures made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from legation.records import EventMention


@dataclass(slots=True)
class Tally:
    """Things found against things that are there."""

    right: int = 0
    spurious: int = 0
    """Found, but not there (or there once and found again)."""
    missed: int = 0

    def figures(self) -> dict[str, float]:
        """Precision, recall and F1 by name; without those that would divide by nothing."""
        parts = {
            "precision": (self.right, self.right + self.spurious),
            "recall": (self.right, self.right + self.missed),
            "f1": (2 * self.right, 2 * self.right + self.spurious + self.missed),
        }
        return {name: over / under for name, (over, under) in parts.items() if under}


@dataclass(slots=True)
class Share:
    """How many of those that were judged are right."""

    right: int = 0
    judged: int = 0

    def add(self, right: bool) -> None:
        """Count one more."""
        self.right += right
        self.judged += 1

    def figures(self) -> dict[str, float]:
        """The share, named ''; nothing where nothing was judged."""
        return {"": self.right / self.judged} if self.judged else {}


Measure: TypeAlias = Tally | Share


def figures(measures: Mapping[str, Measure]) -> dict[str, float]:
    """All figures by their full name: `events.f1`, `type.CONSULT.recall`, `field.date`. A floor file has the same."""
    return {
        ".".join(filter(None, (name, part))): value
        for name, measure in measures.items()
        for part, value in measure.figures().items()
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """What the pipeline made of one row: mentions, and where the row or a part of it ended without one, and why."""

    mentions: tuple[EventMention, ...] = ()
    ends: tuple[str, ...] = ()
    rejected: bool = False
    """One of the ends is a fault, not a decision: it says nothing about the row."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, for people."""

    row: str
    kind: str
    """missed | spurious | field"""
    detail: str
    text: str
    """The sentence it is about."""


@dataclass(slots=True)
class Result:
    """What a measurement gives: counts by name, in the order of a report, and what went wrong, in the order of rows."""

    measures: dict[str, Measure] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
