"""enrich: who did what to whom, when, where, with which status, and who says so.

parse -> actors (who is who) -> events (fitting, roles, status, standing, overlaps)
      -> timing, places, attribution -> mentions
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from legation.knowledge import load
from legation.knowledge.frames import load_frames
from legation.outcomes import Emit, Outcome, Skip, SkipReason
from legation.records import ClassifiedArticle, EventMention, EventType, Part, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.events import find_events
from legation.stages.enrich.memory import Memory
from legation.stages.enrich.mentions import Spot, mention_of, spot_of
from legation.stages.enrich.notes import Note
from legation.stages.enrich.parse import load_parser, parse
from legation.stages.enrich.places import place_of_dateline
from legation.stages.enrich.status import load_statuses
from legation.stages.enrich.tree import Tree

__all__ = ["MAX_CHARACTERS", "Traced", "enrich", "enrich_many", "load_model", "retells", "same", "trace"]

_REALISED = frozenset({Status.OCCURRED, Status.ONGOING})

MAX_CHARACTERS = 1_000
"""Longer sentences are tables and lists run together: the parse is noise there, and costs most."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A sentence that was read, and the events found in it, each with what was considered for its fields."""

    spot: Spot
    events: tuple[tuple[EventMention, tuple[Note, ...]], ...]
    considered: tuple[Note, ...]
    """For events: frames that were refused, and whom words stand for that name nobody."""


def load_model() -> None:
    """Load model and word lists now instead of at the first article."""
    load()
    load_frames()
    load_statuses()
    load_parser()


def enrich(classified: ClassifiedArticle) -> Outcome[EventMention]:
    """Read the candidate sentences of an article: one mention an event, or a skip where none tells of one."""
    return enrich_many((classified,))[0]


def enrich_many(articles: Sequence[ClassifiedArticle]) -> list[Outcome[EventMention]]:
    """As `enrich`, for several articles: their sentences are parsed together, which takes half the time."""
    chosen = [_spots(classified) for classified in articles]
    trees = iter(parse([spot.text for spots in chosen for spot in spots]))
    return [
        _read(classified, spots, list(islice(trees, len(spots))))
        for classified, spots in zip(articles, chosen, strict=True)
    ]


def _spots(classified: ClassifiedArticle) -> list[Spot]:
    spots = (spot_of(classified.article, candidate) for candidate in classified.candidates)
    return [spot for spot in spots if len(spot.text) <= MAX_CHARACTERS]


def trace(classified: ClassifiedArticle) -> tuple[Outcome[EventMention], list[Traced]]:
    """As `enrich`, with all that was considered on the way: for `legation explain`."""
    spots, traced = _spots(classified), list[Traced]()
    return _read(classified, spots, parse([spot.text for spot in spots]), traced), traced


def _read(
    classified: ClassifiedArticle, spots: Sequence[Spot], trees: Sequence[Tree], traced: list[Traced] | None = None
) -> Outcome[EventMention]:
    article = classified.article
    knowledge, frames = load(), load_frames()
    day = article.published_at[:10] if article.published_at else None
    filed_from = place_of_dateline(article.dateline, knowledge, day)
    memory = Memory(
        day=day,
        home=filed_from.country if filed_from is not None else None,
        business=classified.business,
    )
    sentences = [Sentence(spot.text, tree, knowledge, memory) for spot, tree in zip(spots, trees, strict=True)]
    for sentence in sentences:  # who is who, before what they did: names are given in full only once, often later
        sentence.learn()
    mentions: list[EventMention] = []
    passed = 0
    for spot, sentence in zip(spots, sentences, strict=True):
        if spot.candidate.part is Part.BODY:  # sentences that tell no event still say whom 'the two countries' means
            for skipped in article.sentences[passed : spot.candidate.index]:
                memory.pass_by(skipped.text, knowledge)
            passed = spot.candidate.index + 1
        sentence.forget()
        sentence.notes = None if traced is None else []
        found = find_events(sentence, frames)
        considered = sentence.taken()
        told = [(mention_of(article, spot, sentence, event, knowledge), sentence.taken()) for event in found]
        mentions += [mention for mention, _ in told]
        memory.told += found
        if traced is not None:
            traced.append(Traced(spot, tuple(told), considered))
        sentence.close()
    if not mentions:
        return Skip(SkipReason.NO_EVENT, f"{len(spots)} sentences read")
    return Emit(_once_an_article(mentions))


def _once_an_article(mentions: list[EventMention]) -> tuple[EventMention, ...]:
    """An article that tells of an event in its title, its lead and a caption makes one mention of it: the best told."""
    kept: list[EventMention] = []
    for mention in mentions:
        for place, other in enumerate(kept):
            if same(mention, other):
                if _told(mention) > _told(other):
                    kept[place] = mention
                break
        else:
            kept.append(mention)
    return tuple(mention for mention in kept if not any(retells(other, mention) for other in kept))


def same(one: EventMention, other: EventMention) -> bool:
    """Whether two mentions of one article tell of one event. A title is short: it may leave out one side, or say less
    exactly what was done."""
    titled = Part.TITLE in (one.evidence.part, other.evidence.part)
    return (
        one.type is other.type
        and (titled or one.type not in _ONE_BY_ONE or _verb(one) == _verb(other))
        and (one.status is other.status or {one.status, other.status} <= _REALISED)
        and (_parties(one) == _parties(other) or (titled and _parties_agree(one, other)))
        and (titled or one.mode == other.mode or one.mode is None or other.mode is None)
        and (
            one.date is None
            or other.date is None
            or (one.date.start, one.date.end) == (other.date.start, other.date.end)
        )
        and not _names_differ(one, other)
    )


_ONE_BY_ONE = frozenset({EventType.SUPPORT, EventType.AID, EventType.SANCTION})
"""What another verb makes another deed ('welcomed' and 'backed', 'recalled' and 'suspended'); agreements, meetings,
arrests and charges are told again in other words.
"""


def _verb(mention: EventMention) -> str:
    return mention.rule.rsplit(".", 1)[1]


def retells(mention: EventMention, headline: EventMention) -> bool:
    """Whether the text has an event of a party of which a title tells one: a story tells at length what its headline
    tells without grammar, and where they differ the headline was misread.
    """
    return (
        headline.evidence.part is Part.TITLE
        and mention.evidence.part is not Part.TITLE
        and not _codes(mention).isdisjoint(_codes(headline))
    )


def _codes(mention: EventMention) -> frozenset[str]:
    return frozenset(p.code for p in (*mention.actors, *mention.recipients) if p.code is not None)


def _parties(mention: EventMention) -> tuple[frozenset[str | None], frozenset[str | None]]:
    return (
        frozenset(p.code or p.text for p in mention.actors),
        frozenset(p.code or p.text for p in mention.recipients),
    )


def _parties_agree(one: EventMention, other: EventMention) -> bool:
    """Whether both have an actor in common and, where both know of recipients, one of these."""
    sides = ((one.actors, other.actors), (one.recipients, other.recipients))
    acted, suffered = (tuple({p.code for p in it} - {None} for it in pair) for pair in sides)
    return bool(acted[0] & acted[1]) and (not suffered[0] or not suffered[1] or bool(suffered[0] & suffered[1]))


def _names_differ(one: EventMention, other: EventMention) -> bool:
    """Whether both name people of one country and none is the same: two of its ministers who met the same guest."""
    people = [
        {(p.code, p.name.split()[-1]) for p in (*m.actors, *m.recipients) if p.name is not None} for m in (one, other)
    ]
    shared = {code for code, _ in people[0]} & {code for code, _ in people[1]}
    return any(people[0].isdisjoint((code, name) for of, name in people[1] if of == code) for code in shared)


def _told(mention: EventMention) -> tuple[bool, bool, bool, bool, float]:
    return (
        mention.date is not None and mention.date.basis != "reported",
        any(p.code for p in mention.recipients),
        mention.evidence.part is Part.BODY,
        mention.place is not None,
        mention.confidence,
    )
