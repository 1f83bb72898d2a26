"""The records that travel between stages, from RawArticle to DiplomaticEvent, and how they become bytes.

All are frozen. What is not known is null, never a default code. Reading ignores unknown fields; a known field
of the wrong type raises `InvalidRecord`, which names the field and the reason. `schemas/` is generated from
this file (`make schemas`), and a test fails when the two drift.

Offsets are Python character offsets, half open: `text[start:end]`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import msgspec
import orjson
from msgspec import Meta

from legation.outcomes import RejectReason

R = TypeVar("R", bound="Record")


class InvalidRecord(ValueError):
    """Bytes or values that are not the record asked for. `is_json` tells broken JSON from a wrong record."""

    def __init__(self, message: str, *, is_json: bool) -> None:
        super().__init__(message)
        self.is_json = is_json


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: immutable, compared by value, unknown fields ignored on reading."""


_JSON = msgspec.json.Encoder()


def encode(record: Record) -> bytes:
    """The record as UTF-8 JSON, fields in the order of their definition: equal records give equal bytes."""
    return _JSON.encode(record)


def decode(data: bytes, kind: type[R]) -> R:
    """Read `kind` from JSON bytes.

    Raises:
        InvalidRecord: not JSON, or not this record; the message names the field and the reason.
    """
    try:
        values = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidRecord(f"not JSON: {error.msg} at character {error.pos}", is_json=False) from None
    return convert(values, kind)


def convert(values: Any, kind: type[R]) -> R:
    """Read `kind` from plain values (what a JSON parser gives).

    Raises:
        InvalidRecord: a field has the wrong type or value; the message names it.
    """
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise InvalidRecord(f"not a {kind.__name__}: {error}", is_json=True) from None


# --- vocabulary (PLOVER 2.0) -----------------------------------------------------------------------------------------


class EventType(StrEnum):
    """The sixteen event types of PLOVER."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    CONCEDE = "CONCEDE"
    COOPERATE = "COOPERATE"
    AID = "AID"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


class Quad(StrEnum):
    """PLOVER's four classes: words or deeds, together or against."""

    VERBAL_COOPERATION = "verbal-cooperation"
    MATERIAL_COOPERATION = "material-cooperation"
    VERBAL_CONFLICT = "verbal-conflict"
    MATERIAL_CONFLICT = "material-conflict"


class Status(StrEnum):
    """Whether the event is held or only hoped for."""

    OCCURRED = "occurred"
    ONGOING = "ongoing"
    PLANNED = "planned"
    PROPOSED = "proposed"
    CANCELLED = "cancelled"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"


class Sector(StrEnum):
    """PLOVER's actor sectors, with IGO for international bodies."""

    GOV = "GOV"
    JUD = "JUD"
    LEG = "LEG"
    MIL = "MIL"
    SPY = "SPY"
    PTY = "PTY"
    REB = "REB"
    OPP = "OPP"
    COP = "COP"
    PRM = "PRM"
    UAF = "UAF"
    BUS = "BUS"
    CRM = "CRM"
    CVL = "CVL"
    EDU = "EDU"
    JRN = "JRN"
    LAB = "LAB"
    MED = "MED"
    REF = "REF"
    REL = "REL"
    SOC = "SOC"
    ELI = "ELI"
    PRE = "PRE"
    AGR = "AGR"
    IGO = "IGO"


class Part(StrEnum):
    """The part of an article that offsets count in."""

    TITLE = "title"
    BODY = "body"
    CAPTION = "caption"


# --- raw -------------------------------------------------------------------------------------------------------------

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Moment = Annotated[str, Meta(extra_json_schema={"pattern": r"^[0-9]{4}-?([0-9]{2}-?[0-9]{2}|W[0-9]{2})"})]
"""ISO 8601 instant or bare date. The pattern is for the schema: reading checks that there is such a moment."""
Day = Annotated[str, Meta(extra_json_schema={"pattern": f"^{_ISO_DATE.pattern}$"})]
"""ISO 8601 date. The pattern is for the schema: reading checks that there is such a day."""
Country = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
"""ISO 3166-1 alpha-3."""
Offset = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


@lru_cache(maxsize=4096)  # every stage reads the same few
def parse_published(value: str) -> date | datetime:
    """Read an ISO 8601 date or instant. A bare date stays a date: no midnight is made up.

    Raises:
        ValueError: not ISO 8601, or no such day.
    """
    if _ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value)


def _check_moments(record: Record, *names: str) -> None:
    """Refuse what is not ISO 8601 (msgspec puts the record's name before the message)."""
    for name in names:
        value = getattr(record, name)
        if value is not None:
            try:
                parse_published(value)
            except ValueError:
                raise ValueError(f"`{name}` is not an ISO 8601 date or instant: {value[:40]!r}") from None


class RawArticle(Record, frozen=True):
    """An article as a feed hands it over. `text` or `html` is needed; all else helps."""

    article_id: Annotated[str, Meta(min_length=1, max_length=512)] | None = None
    url: Annotated[str, Meta(max_length=8192)] | None = None
    source: str | None = None
    """The outlet that published it."""
    published_at: Moment | None = None
    """ISO 8601 instant or bare date, checked on reading."""
    fetched_at: Moment | None = None
    """ISO 8601 instant, checked on reading."""
    title: str | None = None
    text: str | None = None
    html: str | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    """BCP 47 tag, as the feed claims it; clean looks for itself (35: the longest tag RFC 5646 asks to support)."""

    def __post_init__(self) -> None:
        """Refuse moments that are none."""
        _check_moments(self, "published_at", "fetched_at")


# --- clean -----------------------------------------------------------------------------------------------------------


class Versions(Record, frozen=True):
    """What made this record: two runs with equal versions and equal input give equal bytes."""

    pipeline: str
    knowledge: str
    model: str | None = None


class Sentence(Record, frozen=True):
    """One sentence: `text` is the part's text[start:end]."""

    text: str
    start: Offset
    end: Offset


class Dateline(Record, frozen=True):
    """'TOKYO, May 13 (Kyodo) -': where and when the copy was filed. `date` is ISO 8601, or null where not told."""

    text: str
    place: str | None = None
    date: str | None = None


class Caption(Record, frozen=True):
    """A picture's caption, kept apart from the body: it tells of events, but of another day than the story may."""

    text: str
    sentences: tuple[Sentence, ...]
    credit: str | None = None


class Removed(Record, frozen=True):
    """Something that cleaning took out, and why (`script-warning`, `share-buttons`, `repeat`, ...)."""

    reason: str
    characters: Offset
    text: Annotated[str, Meta(max_length=200)]
    """Its beginning (200 characters: enough to recognise it)."""


class Article(Record, frozen=True):
    """A cleaned article. Offsets of `sentences` count in `body`; those of a caption in the caption's text."""

    article_id: str
    raw_id: str
    """article_id of the payload that it came in."""
    url: str | None
    outlet: str | None
    agency: str | None
    """Normalised name of the news agency whose copy this is ('Kyodo'), from byline, dateline or credit line."""
    byline: str | None
    published_at: Moment | None
    """ISO 8601 date or instant."""
    published_from: str | None
    """feed | text | dateline | html | url: where published_at was taken from."""
    fetched_at: Moment | None
    language: str | None
    """ISO 639-1, found in the text."""
    title: str | None
    dateline: Dateline | None
    body: str
    sentences: tuple[Sentence, ...]
    captions: tuple[Caption, ...]
    content_hash: str
    """sha256 of title and body in hex: equal copy, equal hash."""
    removed: tuple[Removed, ...]
    versions: Versions


# --- classify --------------------------------------------------------------------------------------------------------


class Candidate(Record, frozen=True):
    """A sentence worth parsing. `index` counts in the sentences of its part; `caption` tells which caption."""

    part: Part
    index: Offset
    caption: Offset | None = None


class Relevance(Record, frozen=True):
    """How sure classify is (0 to 1) that the article is about diplomacy, with the words that made it so."""

    score: Share
    reasons: tuple[str, ...]


class ClassifiedArticle(Record, frozen=True):
    """An article that is worth reading closely, and where to read."""

    article: Article
    relevance: Relevance
    candidates: tuple[Candidate, ...]
    contexts: tuple[str, ...]
    """PLOVER contexts of the article as a whole, sorted."""
    business: bool = False
    """Whether much of it is told in words of business: who is left unnamed there is seldom a state."""


# --- enrich ----------------------------------------------------------------------------------------------------------


class Participant(Record, frozen=True):
    """Who took part. `text` is evidence.sentence[start:end]. If both are set, `body` is a group tied to `country`."""

    country: Country | None
    """ISO 3166-1 alpha-3."""
    body: str | None
    """Code of an international body or armed group (UN, NATO, HAMAS), from knowledge."""
    sector: Sector | None
    name: str | None
    """Name of the person, as the article gives it in full somewhere; null where none is named."""
    office: str | None
    text: str
    start: Offset
    end: Offset

    @property
    def code(self) -> str | None:
        """Whom it is counted as: the body or group where there is one, else the country; None where unknown."""
        return self.body or self.country


class Precision(StrEnum):
    """How exactly the text tells the date."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class EventDate(Record, frozen=True):
    """When the event was, or is to be. `start` and `end` are ISO 8601 dates, both inclusive."""

    start: Day
    end: Day
    precision: Precision
    text: str | None
    """The words that say so, where words do."""
    basis: str
    """stated | relative | dateline | reported | caption: how the text gave the date.
    `reported`: the sentence gives no date of its own but says on which day it was reported as done;
    start is the day before, end the day of the report."""

    def __post_init__(self) -> None:
        """Refuse days that are none, and an end before the start."""
        for name in ("start", "end"):
            value = getattr(self, name)
            if not _ISO_DATE.fullmatch(value):
                raise ValueError(f"`{name}` is not an ISO 8601 date: {value[:40]!r}")
            _check_moments(self, name)
        if self.end < self.start:
            raise ValueError(f"`end` {self.end} is before `start` {self.start}")


class Place(Record, frozen=True):
    """Where it was. Degrees in WGS 84, null where the knowledge files have none."""

    name: str
    country: Country | None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None
    text: str | None
    """The words in the evidence sentence, or the dateline's place."""


class AttributionKind(StrEnum):
    """What sort of source says so."""

    NAMED = "named"
    OFFICE = "office"
    ANONYMOUS = "anonymous"
    OUTLET = "outlet"
    DOCUMENT = "document"


class Attribution(Record, frozen=True):
    """Who says so."""

    kind: AttributionKind
    text: str
    country: Country | None


class Evidence(Record, frozen=True):
    """The sentence an event was read from: article part text[start:end] == sentence.

    `fields` maps a field's name (`type`, `date`, `place`, `status`, `attribution.0`) to [start, end] in `sentence`.
    """

    part: Part
    sentence: str
    start: Offset
    end: Offset
    fields: dict[str, tuple[int, int]]
    caption: Offset | None = None


class EventCore(Record, frozen=True):
    """What a mention and a consolidated event have in common."""

    type: EventType
    mode: str | None
    quad: Quad
    status: Status
    plover: EventType
    """The type by the strict PLOVER manual for this pair of type and status."""
    cameo: str
    intensity: float
    contexts: tuple[str, ...]
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    """Parties that meet as equals stand in both lists."""
    date: EventDate | None
    place: Place | None
    attribution: tuple[Attribution, ...]
    evidence: Evidence
    confidence: Share
    rule: str
    """Name of the frame in knowledge that read it."""
    versions: Versions


class EventMention(EventCore, frozen=True):
    """One event as one article tells it."""

    mention_id: str
    article_id: str
    url: str | None
    outlet: str | None
    agency: str | None
    published_at: Moment | None

    def __post_init__(self) -> None:
        """Refuse a moment that is none."""
        _check_moments(self, "published_at")


# --- consolidate -----------------------------------------------------------------------------------------------------


class Change(StrEnum):
    """What a revision does to the event."""

    INITIAL = "initial"
    UPDATE = "update"
    RETRACTION = "retraction"


class MentionRef(Record, frozen=True):
    """A mention behind an event."""

    mention_id: str
    article_id: str
    url: str | None
    outlet: str | None
    agency: str | None
    published_at: Moment | None


class Sources(Record, frozen=True):
    """How many tell of it. Copies of one agency's text count once in `independent`."""

    articles: int
    outlets: int
    independent: int


class DiplomaticEvent(EventCore, frozen=True):
    """One event in the world, as all mentions so far tell it. Evidence and offsets are those of its best mention."""

    event_id: str
    revision: Annotated[int, Meta(ge=1)]
    """The number of mentions behind it: 1, 2, 3, ... whatever order they came in; one more for a retraction. It falls
    when a mention turns out to tell of another event: what is latest is told by the topic's order, not by this."""
    change: Change
    reason: str | None
    """How its status moved on ('status planned > occurred'), or why it was retracted ('merged-into <event_id>')."""
    mentions: tuple[MentionRef, ...]
    sources: Sources
    first_published: Moment | None
    last_published: Moment | None


# --- dead letters ----------------------------------------------------------------------------------------------------


def _header(field: str) -> str:
    """The name of the header that holds a field."""
    return f"legation-dlq-{field.replace('_', '-')}"


class DeadLetter(Record, frozen=True, kw_only=True, rename=_header):
    """Headers of a dead letter, beside the original ones; its key and value are the original bytes.

    A header's value is the text of the value here ('3', 'not-json'), in UTF-8; what is null has no header.
    """

    original_topic: str
    original_partition: Offset
    original_offset: Offset
    original_timestamp: int | None = None
    """Milliseconds since 1970."""
    consumer_group: str
    stage: str
    reason: RejectReason
    error_type: str
    error_message: Annotated[str, Meta(max_length=500)]
    """What was wrong, without article text (500 characters: a field's path and a reason fit many times over)."""
    attempts: Annotated[int, Meta(ge=1)]
    pipeline_version: str
    failed_at: Moment
    replay_count: Offset
    """How often it was sent back to its topic and came here again."""
    fingerprint: str
    """Equal for dead letters of one cause: what `legation dlq` groups by."""
    value_left_out: str | None = None
    """Why the letter has no value, if its topic would not take it; the original is found by its offset."""


class Replayed(Record, frozen=True, kw_only=True, rename=_header):
    """Headers of a note among the dead letters: that one of the same partition, before it, was sent to its topic again.

    The note has the letter's key and no value. It lies beside the letters since a log cannot be changed, and in the
    same partition, so that it is there for as long as its letter is.
    """

    replayed_offset: Offset
    """The letter's."""
    replayed_to_partition: Offset
    replayed_to_offset: Offset
    """Where it lies now, on the topic that it came from."""
    replayed_at: Moment
