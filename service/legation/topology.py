"""Read this first: the whole graph. Everything that runs or describes legation is made from `TOPOLOGY`.

    news.articles.raw.v1 ──clean──▶ news.articles.clean.v1 ──classify──▶ news.articles.classified.v1
                                                                                  │ enrich
    diplomacy.events.latest.v1 ◀─┬─consolidate── diplomacy.mentions.v1 ◀──────────┘
    diplomacy.events.v1        ◀─┘

A record that a stage cannot process goes to `<source topic>.dlq`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from legation import topics
from legation.outcomes import Outcome
from legation.records import DiplomaticEvent, EventMention, Record
from legation.stages.classify import classify, load_words
from legation.stages.clean import clean, load_readers
from legation.stages.consolidate import Block, block_of, fold, parties_key
from legation.stages.enrich import enrich, enrich_many, load_model
from legation.topics import Topic

A = TypeVar("A", bound=Record)
B = TypeVar("B", bound=Record)


@dataclass(frozen=True, slots=True)
class Stage(Generic[A, B]):
    """A pure function from one record to an outcome, between two topics. It runs in worker processes."""

    name: str
    source: Topic[A]
    sink: Topic[B]
    run: Callable[[A], Outcome[B]]
    key: Callable[[B], str]
    """Message key of a record on the sink."""
    seconds: float
    """Of CPU: a process that takes more for a chunk is killed, and so is one that does for a record alone."""
    run_many: Callable[[Sequence[A]], list[Outcome[B]]] | None = None
    """The same for several records at once, where that is faster."""
    warm: Callable[[], None] | None = None
    """Loads what the first record would otherwise wait for."""


@dataclass(frozen=True, slots=True)
class Fold:
    """The stage with a memory: mentions that may be one event share a block; folding is idempotent and commutes."""

    name: str
    source: Topic[EventMention]
    revisions: Topic[DiplomaticEvent]
    latest: Topic[DiplomaticEvent]
    block_of: Callable[[EventMention], str]
    fold: Callable[[Block | None, EventMention, int], tuple[Block, tuple[DiplomaticEvent, ...]]]


@dataclass(frozen=True, slots=True)
class Topology:
    """All stages in the order of the data."""

    stages: tuple[Stage[Any, Any], ...]
    fold: Fold

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all stages, the fold last."""
        return (*(stage.name for stage in self.stages), self.fold.name)


TOPOLOGY = Topology(
    stages=(
        Stage(
            "clean",
            topics.RAW,
            topics.CLEAN,
            clean,
            key=lambda article: article.article_id,
            seconds=10,
            warm=load_readers,
        ),
        Stage(
            "classify",
            topics.CLEAN,
            topics.CLASSIFIED,
            classify,
            key=lambda it: it.article.article_id,
            seconds=10,
            warm=load_words,
        ),
        Stage(
            "enrich",
            topics.CLASSIFIED,
            topics.MENTIONS,
            enrich,
            key=parties_key,
            seconds=30,
            run_many=enrich_many,
            warm=load_model,
        ),
    ),
    fold=Fold("consolidate", topics.MENTIONS, topics.EVENTS, topics.EVENTS_LATEST, block_of, fold),
)
"""Limits in seconds of CPU: a hundred times and more what the slowest honest record took (HTML 100 ms, parsing 300)."""
