"""Counts of right and wrong, and the figures made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean, harmonic_mean
from typing import TypeAlias

from legation.records import Article, EventMention


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


@dataclass(slots=True)
class Averages:
    """Precision and recall of one text after another: each text counts the same, however long it is."""

    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)

    def add(self, right: int, there: int, found: int) -> None:
        """Count one more; what divides by nothing is left out."""
        if found:
            self.precisions.append(right / found)
        if there:
            self.recalls.append(right / there)

    def figures(self) -> dict[str, float]:
        """Both averages by name, and F1 of the two; nothing where nothing was found."""
        if not self.precisions or not self.recalls:
            return {}
        precision, recall = fmean(self.precisions), fmean(self.recalls)
        return {"precision": precision, "recall": recall, "f1": harmonic_mean((precision, recall))}


Measure: TypeAlias = Tally | Share | Averages


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
    articles: tuple[Article, ...] = ()
    """As clean leaves them."""


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
