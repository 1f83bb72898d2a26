"""What an event's record tells: made from all mentions behind it, in an order that does not depend on theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from math import prod

import msgspec

from legation.records import (
    Attribution,
    Change,
    DiplomaticEvent,
    EventCore,
    EventDate,
    EventMention,
    Evidence,
    MentionRef,
    Participant,
    Place,
    Precision,
    Sources,
    Status,
)
from legation.stages.consolidate.matching import Reading
from legation.stages.consolidate.names import name_words, same_person

MAX_CONFIDENCE = 0.99
"""However many sources tell of it, it may not be so."""

_SETTLED = (
    Status.HYPOTHETICAL,
    Status.PROPOSED,
    Status.PLANNED,
    Status.DENIED,
    Status.CANCELLED,
    Status.ONGOING,
    Status.OCCURRED,
)
"""Which status stands where reports of the same moment differ (a bare date is often all there is): the later in the
life of an event."""

_FINENESS = (Precision.YEAR, Precision.QUARTER, Precision.MONTH, Precision.WEEK, Precision.DAY)

_CORE = tuple(it.name for it in msgspec.structs.fields(EventCore))
_REF = tuple(it.name for it in msgspec.structs.fields(MentionRef))


def event_of(event_id: str, readings: Iterable[Reading]) -> DiplomaticEvent:
    """The record of the event that these (one or more, of one cluster) tell of.

    Its status is that of the latest published mention, and it is told as the best of the mentions with that status
    tells it: so evidence, offsets and rule prove what the record says. What the best one lacks comes from the others.
    """
    ordered = sorted(readings, key=lambda it: it.order)
    mentions = [it.mention for it in ordered]
    latest = max(ordered, key=_latest)
    status = latest.mention.status
    best = max((it for it in mentions if it.status is status), key=_quality)
    ranked = [best, *(it for it in mentions if it is not best)]
    core = {name: getattr(best, name) for name in _CORE}
    core["contexts"] = tuple(sorted({context for it in mentions for context in it.contexts}))
    core["mode"] = next((it.mode for it in ranked if it.mode is not None), None)
    core["date"] = max((it.date for it in ranked), key=_date_detail)
    core["place"] = max((it.place for it in ranked), key=_place_detail)
    told = _told(mentions)
    core["actors"] = _named(best.actors, told)
    core["recipients"] = _named(best.recipients, told)
    core["attribution"] = _attribution(ranked)
    core["evidence"] = _evidence(best, core["date"], core["place"])
    sources = independent_sources(ordered)
    alike = [it for it in ordered if it.status == latest.status]
    core["confidence"] = _confidence(sources if len(alike) == len(ordered) else independent_sources(alike))
    published = [it.published_at for it in mentions if it.published_at is not None]
    return DiplomaticEvent(
        **core,
        event_id=event_id,
        revision=len(ordered),
        change=Change.INITIAL if len(ordered) == 1 else Change.UPDATE,
        reason=_course(ordered),
        mentions=tuple(MentionRef(**{name: getattr(it, name) for name in _REF}) for it in mentions),
        sources=Sources(
            articles=len({it.article_id for it in mentions}),
            outlets=len({it.outlet for it in mentions if it.outlet is not None}),
            independent=len(sources),
        ),
        first_published=published[0] if published else None,
        last_published=published[-1] if published else None,
    )


def independent_sources(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The mentions, grouped by who really reports: one group for all copies of an agency's or an outlet's text.

    Mentions belong together that share one of their `marks`.
    """
    if len(readings) == 1:
        return [[*readings]]
    first: dict[object, int] = {}
    leader = list(range(len(readings)))

    def find(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    for index, reading in enumerate(readings):
        for met in {first.setdefault(mark, index) for mark in reading.marks} - {index}:
            one, other = sorted((find(index), find(met)))
            leader[other] = one
    groups: dict[int, list[Reading]] = defaultdict(list)
    for index, reading in enumerate(readings):
        groups[find(index)].append(reading)
    return list(groups.values())


def _confidence(sources: Iterable[Iterable[Reading]]) -> float:
    """That not all of these independent sources are wrong: 1 - product of (1 - c), each counted at its surest."""
    doubts = (1 - max(it.mention.confidence for it in group) for group in sources)
    # Rounded, since 1 - (1 - c) is not c in floating point; four digits are more than it is worth.
    return min(MAX_CONFIDENCE, round(1 - prod(doubts), 4))


def _latest(it: Reading) -> tuple[bool, str, int, str]:
    published, mention_id = it.order
    return it.published is not None, published, _SETTLED.index(it.mention.status), mention_id


def _course(readings: Sequence[Reading]) -> str | None:
    """How the status moved on, in order of publication: 'status planned > occurred'; None where it did not."""
    course = [status for status, _ in groupby(it.mention.status for it in sorted(readings, key=_latest))]
    return f"status {' > '.join(course)}" if len(course) > 1 else None


def _quality(mention: EventMention) -> tuple[float, tuple[int, int], int, int]:
    """Higher is better; of equals, `max` takes the first, which is the first published."""
    persons = sum(it.name is not None for it in (*mention.actors, *mention.recipients))
    return mention.confidence, _date_detail(mention.date), _place_detail(mention.place), persons


def _date_detail(it: EventDate | None) -> tuple[int, int]:
    """Higher is finer: the unit, then the shorter span."""
    if it is None:
        return -1, 0
    days = date.fromisoformat(it.end) - date.fromisoformat(it.start)
    return _FINENESS.index(it.precision), -days.days


def _place_detail(place: Place | None) -> int:
    return 0 if place is None else 1 + (place.country is not None) + (place.latitude is not None)


def _evidence(best: EventMention, when: EventDate | None, where: Place | None) -> Evidence:
    """The best mention's, without the words of a date or place that another mention tells better."""
    other = {name for name, same in (("date", when == best.date), ("place", where == best.place)) if not same}
    if not other:
        return best.evidence
    fields = {name: span for name, span in best.evidence.fields.items() if name not in other}
    return msgspec.structs.replace(best.evidence, fields=fields)


def _attribution(ranked: Iterable[EventMention]) -> tuple[Attribution, ...]:
    """All who say so, each once; the best mention's first, so that `attribution.0` in its evidence stays true."""
    found: dict[object, Attribution] = {}
    for mention in ranked:
        for it in mention.attribution:
            found.setdefault((it.kind, " ".join(it.text.casefold().split()), it.country), it)
    return tuple(found.values())


def _told(mentions: Iterable[EventMention]) -> dict[str, list[Participant]]:
    """Who is named, by party."""
    told: dict[str, list[Participant]] = defaultdict(list)
    for mention in mentions:
        for it in (*mention.actors, *mention.recipients):
            if (code := it.code) and it.name is not None and name_words(it.name):
                told[code].append(it)
    return told


def _named(side: tuple[Participant, ...], told: Mapping[str, Collection[Participant]]) -> tuple[Participant, ...]:
    """The side, with names and offices that it lacks and others tell. Two of one party are left as they are."""
    codes = [it.code for it in side]
    return tuple(
        _complete(it, told.get(code, ())) if code and codes.count(code) == 1 else it
        for it, code in zip(side, codes, strict=True)
    )


def _complete(participant: Participant, told: Collection[Participant]) -> Participant:
    """Name, office and sector from `told`, if there is one person only that `participant` can be."""
    if all(it == participant for it in told):  # of most events there is one report
        return participant
    known = name_words(participant.name or "")
    alike = [
        it
        for it in told
        if (participant.sector is None or it.sector in (None, participant.sector))
        and same_person(known, name_words(it.name or ""))
    ]
    names = {name_words(it.name or "") for it in alike}
    if not all(same_person(one, other) for one in names for other in names):
        return participant
    alike = [participant, *alike]
    return msgspec.structs.replace(
        participant,
        name=max((it.name for it in alike), key=lambda name: len(name_words(name or ""))),
        office=next((it.office for it in alike if it.office is not None), None),
        sector=next((it.sector for it in alike if it.sector is not None), None),
    )
