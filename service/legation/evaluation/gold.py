"""legation's own gold format: what a careful analyst reads out of an article. docs/eval.md tells it with examples.

Where more than one value is right, a field holds the list of them. A field that is left out is not judged; one that
is null says that the text does not tell.
"""

from __future__ import annotations

import hashlib
from typing import Literal, TypeAlias, TypeVar, cast

from msgspec import UNSET, UnsetType

from legation.records import AttributionKind, EventType, Precision, RawArticle, Record, Sector, Status
from legation.vocabulary import MODES, plover_type

T = TypeVar("T")

OneOf: TypeAlias = T | list[T]


def values(of: OneOf[T]) -> tuple[T, ...]:
    """All values that are right."""
    return cast("tuple[T, ...]", tuple(of) if isinstance(of, list) else (of,))


class GoldParticipant(Record, frozen=True, forbid_unknown_fields=True):
    """Who took part; `optional` ones may be named by a prediction or not."""

    country: OneOf[str] | None = None
    body: OneOf[str] | None = None
    sector: Sector | None = None
    name: str | None = None
    optional: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The codes that name it, any of which is right."""
        return frozenset(code for of in (self.country, self.body) if of is not None for code in values(of))


class GoldDate(Record, frozen=True, forbid_unknown_fields=True):
    """As `records.EventDate`, without the words."""

    start: str
    end: str
    precision: Precision


class GoldPlace(Record, frozen=True, forbid_unknown_fields=True):
    """Where it was; country null where the place lies in none, or in a disputed one."""

    name: str
    country: str | None


class GoldAttribution(Record, frozen=True, forbid_unknown_fields=True):
    """Who says so; `text` may be longer or shorter than what is predicted."""

    kind: AttributionKind
    text: str | None = None


class GoldEvent(Record, frozen=True, forbid_unknown_fields=True):
    """One event. The first of several right values is the one that it is counted under."""

    type: OneOf[EventType]
    status: OneOf[Status]
    actors: tuple[GoldParticipant, ...]
    recipients: tuple[GoldParticipant, ...]
    evidence: OneOf[str]
    """A part of the sentence that tells of it; several, where the article tells of it more than once."""
    plover: EventType | None = None
    """The strict reading, where it does not follow from type and status."""
    mode: OneOf[str] | UnsetType | None = UNSET
    date: GoldDate | list[GoldDate | None] | UnsetType | None = UNSET
    place: GoldPlace | list[GoldPlace | None] | UnsetType | None = UNSET
    attribution: tuple[GoldAttribution, ...] | UnsetType = UNSET
    optional: bool = False
    """An analyst may code it or not: neither a miss when it is not found, nor an error when it is."""

    def __post_init__(self) -> None:
        """Refuse a mode that PLOVER does not have for the type."""
        known = frozenset[str]().union(*(MODES.get(kind, frozenset()) for kind in self.types))
        for mode in values(self.mode) if isinstance(self.mode, str | list) else ():
            if mode not in known:
                raise ValueError(f"`mode` {mode!r} is no mode of {', '.join(self.types)}")

    @property
    def types(self) -> tuple[EventType, ...]:
        """All types that are right."""
        return values(self.type)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """All statuses that are right."""
        return values(self.status)

    @property
    def strict(self) -> frozenset[EventType]:
        """What the strict PLOVER manual calls it."""
        if self.plover is not None:
            return frozenset({self.plover})
        return frozenset(plover_type(kind, status) for kind in self.types for status in self.statuses)

    @property
    def equal(self) -> bool:
        """Whether the parties meet as equals, so that their order says nothing."""
        return self.actors == self.recipients

    @property
    def domestic(self) -> bool:
        """Whether one party is on both sides, but not as its own equal: a state and its people, two armies."""
        actors, recipients = (frozenset[str]().union(*(it.codes for it in side)) for side in self.sides)
        return not self.equal and bool(actors & recipients)

    @property
    def sides(self) -> tuple[tuple[GoldParticipant, ...], tuple[GoldParticipant, ...]]:
        """Actors and recipients."""
        return self.actors, self.recipients


class GoldRow(Record, frozen=True, forbid_unknown_fields=True):
    """An article with all events in it."""

    id: str
    split: Literal["dev", "held", "fresh"]
    """`fresh` are rows that were written when the reader was there, and that nobody has tuned on. Of `gold.jsonl` the
    split is the one of `split_of`; batches are measured once, blind, and then all `dev`."""
    tags: tuple[str, ...]
    article: RawArticle
    events: tuple[GoldEvent, ...]

    def __post_init__(self) -> None:
        """Refuse evidence that is not in the article."""
        told = "\n".join(filter(None, (self.article.title, self.article.text, self.article.html)))
        for event in self.events:
            for evidence in values(event.evidence):
                if evidence not in told:
                    raise ValueError(f"`evidence` {evidence!r} is not in the article")


def split_of(row_id: str) -> Literal["dev", "held"]:
    """The half that a row is in: by its id alone, so that nobody chooses, and a new row moves no other."""
    return "dev" if hashlib.sha256(row_id.encode()).digest()[0] % 2 == 0 else "held"
