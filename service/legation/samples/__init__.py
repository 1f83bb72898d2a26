"""Sample articles with the noise of real ones, and what is to become of each: for the demo and for tests.

All of it is invented, people and events alike; only the states are real. `manifest.toml` says what each payload shows.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from legation.outcomes import RejectReason, SkipReason
from legation.records import DiplomaticEvent, EventType, Record, Status

FOLDER = Path(__file__).parent
"""What `legation feed` and `legation extract` can be given."""


class Sample(Record, frozen=True):
    """One payload and its fate: events, unless it names a `skip` (of the only article in it) or a `reject`.

    `skip` may name several reasons that would all be right.
    """

    file: str
    line: int
    about: str
    skip: tuple[SkipReason, ...] = ()
    reject: RejectReason | None = None


class Expected(Record, frozen=True):
    """An event that must come out; the samples may well tell of more."""

    type: EventType
    status: Status
    parties: tuple[str, ...]
    """Codes of all states and bodies that take part, sorted."""
    start: str | None = None
    """First day (ISO 8601), where the text tells it."""
    articles: int = 1
    independent: int = 1

    def __str__(self) -> str:
        """'CONSULT occurred CHL+PER 2025-03-11 (2 articles, 2 independent)'."""
        told = f"({self.articles} articles, {self.independent} independent)"
        return " ".join(filter(None, [self.type, self.status, "+".join(self.parties), self.start, told]))

    def is_met_by(self, event: DiplomaticEvent) -> bool:
        """Whether `event`, in its last revision, is this one."""
        return (
            (event.type, event.status) == (self.type, self.status)
            and parties(event) == self.parties
            and (self.start is None or (event.date is not None and event.date.start == self.start))
            and (event.sources.articles, event.sources.independent) == (self.articles, self.independent)
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """All samples, and all events expected of them."""

    samples: tuple[Sample, ...]
    events: tuple[Expected, ...]


def parties(event: DiplomaticEvent) -> tuple[str, ...]:
    """Codes of the states and bodies on either side, sorted, each once."""
    codes = (party.code for party in (*event.actors, *event.recipients))
    return tuple(sorted({code for code in codes if code is not None}))


def load_manifest(folder: Path = FOLDER) -> Manifest:
    """Read the `manifest.toml` in a folder of samples.

    Raises:
        OSError: there is none.
        ValueError: it is not TOML, or not a manifest.
    """
    values = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    return Manifest(
        samples=msgspec.convert(values.get("sample", []), tuple[Sample, ...]),
        events=msgspec.convert(values.get("event", []), tuple[Expected, ...]),
    )
