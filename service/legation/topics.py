"""Every topic legation reads or writes: name, record, key, partitions, retention. Nothing else names a topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from legation.records import Article, ClassifiedArticle, DiplomaticEvent, EventMention, RawArticle, Record

R = TypeVar("R", bound=Record)

_MIB = 1024 * 1024
_DAY_MS = 24 * 60 * 60 * 1000

DEFAULT_PARTITIONS = 8
"""The most workers that can share one stage, each with as many processes as its machine has cores; more partitions
later would move keys, so not too few (docs/scaling.md)."""


@dataclass(frozen=True, slots=True)
class Topic(Generic[R]):
    """A topic: `name`, the `record` on it, what it is keyed by (`key`, in words), and how long it keeps."""

    name: str
    record: type[R]
    key: str
    retention_ms: int
    """-1 keeps for ever."""
    partitions: int = DEFAULT_PARTITIONS
    compacted: bool = False
    dead_letters: bool = True
    """Whether a stage reads it, so that it needs a `.dlq` beside it."""
    max_message_bytes: int = 8 * _MIB
    """The largest record that the broker takes. 8 MiB: the largest article that clean lets through
    (`MAX_CHARACTERS`), twice over for body and sentences, at four bytes a character."""

    @property
    def dlq(self) -> str:
        """Name of the topic for this topic's dead letters: the original bytes, with `legation-dlq-*` headers."""
        return f"{self.name}.dlq"

    @property
    def dlq_max_message_bytes(self) -> int:
        """A dead letter is the original with headers added: 1 MiB for them, so that the largest record still fits."""
        return self.max_message_bytes + _MIB


TIMESTAMPS = {"message.timestamp.type": "LogAppendTime"}
"""Of every topic: the brokers' clock. By the clock of whoever sends, a record dated more than an hour ahead would be
refused, and one dated too far back would be past its retention at once."""

DLQ_RETENTION_MS = 30 * _DAY_MS
"""Long enough to mend a fault and replay."""

RAW = Topic("news.articles.raw.v1", RawArticle, "article_id", retention_ms=7 * _DAY_MS, max_message_bytes=40 * _MIB)
"""A week: long enough to replay after a bad release. 40 MiB: absurd payloads too must reach the dead letters."""
CLEAN = Topic("news.articles.clean.v1", Article, "article_id", retention_ms=3 * _DAY_MS)
"""Can be made again from RAW, so shorter."""
CLASSIFIED = Topic("news.articles.classified.v1", ClassifiedArticle, "article_id", retention_ms=3 * _DAY_MS)
MENTIONS = Topic("diplomacy.mentions.v1", EventMention, "parties", retention_ms=90 * _DAY_MS)
"""Keyed by the parties, sorted ('JPN+KOR'): all that may be one event meets on one partition."""
EVENTS = Topic("diplomacy.events.v1", DiplomaticEvent, "event_id", retention_ms=-1, dead_letters=False)
"""Every revision, in order."""
EVENTS_LATEST = Topic(
    "diplomacy.events.latest.v1", DiplomaticEvent, "event_id", retention_ms=-1, compacted=True, dead_letters=False
)
"""The last revision of each event; a tombstone withdraws."""

ALL: tuple[Topic[Record], ...] = (RAW, CLEAN, CLASSIFIED, MENTIONS, EVENTS, EVENTS_LATEST)  # type: ignore[assignment]
