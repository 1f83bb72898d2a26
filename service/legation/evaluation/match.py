"""Which prediction is which gold event, and what is right about it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from msgspec import UnsetType

from legation.evaluation.gold import GoldAttribution, GoldDate, GoldEvent, GoldParticipant, GoldPlace, values
from legation.records import Attribution, EventDate, EventMention, Participant, Place

_CONFUSED, _OPTIONAL, _REQUIRED = 1, 10_000, 20_000
"""What a pair weighs, least first: parties and sentence right but the type wrong; an optional event; an event.
Each plus at most 100 for the share of fields that are right, so that no sum of fields outweighs an event
(in an article of fewer than a hundred)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a prediction stands to the gold event that it may be: same sentence, same parties."""

    hit: bool
    """The type is right too."""
    fields: tuple[tuple[str, bool], ...]
    """(field, right) for each that the gold judges; `sector` and `name` once a participant."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of a gold event and of the prediction that stands for it."""

    gold: int
    mention: int
    verdict: Verdict


def pair(golds: Sequence[GoldEvent], mentions: Sequence[EventMention]) -> list[Pair]:
    """The best one-to-one matching: as many events as can be, then as many of their fields as can be."""
    verdicts = [[judge(gold, mention) for mention in mentions] for gold in golds]
    weights = [
        [_weight(gold, verdict) for verdict in row] for gold, row in zip(golds, verdicts, strict=True)
    ]  # fmt: skip
    return [
        Pair(row, column, verdict) for row, column in assign(weights) if (verdict := verdicts[row][column]) is not None
    ]


def _weight(gold: GoldEvent, verdict: Verdict | None) -> int:
    if verdict is None or (gold.optional and not verdict.hit):
        return 0
    fields = sum(right for _, right in verdict.fields) * 100 // max(1, len(verdict.fields))
    return (_CONFUSED if not verdict.hit else _OPTIONAL if gold.optional else _REQUIRED) + fields


def judge(gold: GoldEvent, mention: EventMention) -> Verdict | None:
    """Compare one prediction with one gold event; None where sentence or parties differ.

    The type is right when it is one of gold's, by the record's reading or by the strict one: a planned meeting read
    as AGREE, or a promise of aid read as AID planned, is the same event. The field `type` tells the readings apart.
    """
    if not _same_parties(gold, mention):
        return None
    if not any(_overlaps(evidence, mention.evidence.sentence) for evidence in values(gold.evidence)):
        return None
    hit = mention.type in gold.types or mention.plover in gold.types or mention.type in gold.strict
    return Verdict(hit, tuple(_fields(gold, mention)))


def _overlaps(evidence: str, sentence: str) -> bool:
    """Whether two texts share a run of at least half the shorter one, by letters and digits alone: cleaning may have
    mended apostrophes and spaces, and cut a sentence elsewhere."""
    one, other = _squeezed(evidence), _squeezed(sentence)
    if one in other:
        return True
    run = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return 0 < min(len(one), len(other)) <= 2 * run


def _squeezed(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _codes(participants: Sequence[Participant]) -> set[str]:
    return {code for it in participants for code in (it.body, it.country) if code is not None}


def _same_parties(gold: GoldEvent, mention: EventMention) -> bool:
    """Each side shares a party with gold's; of equals, two of them, on whatever side, or the only one.

    One side is enough of an optional event, and of a domestic one, where the text seldom says whose people they are.
    """
    found = _codes(mention.actors), _codes(mention.recipients)
    if gold.equal:
        needed = _needed(gold.actors)
        return sum(bool(codes & (found[0] | found[1])) for codes in needed) >= min(2, len(needed))
    if gold.optional or gold.domestic:
        return any(it.codes & codes for side, codes in zip(gold.sides, found, strict=True) for it in side)
    return all(
        any(it & codes for it in needed)
        for side, codes in zip(gold.sides, found, strict=True)
        if (needed := _needed(side))
    )


def _needed(side: Sequence[GoldParticipant]) -> list[frozenset[str]]:
    """The codes of each participant that a prediction must name."""
    return [it.codes for it in side if it.codes and not it.optional]


def _exactly(side: Sequence[GoldParticipant], codes: set[str]) -> bool:
    """All that are needed are there, and no other than gold's."""
    allowed = frozenset[str]().union(*(it.codes for it in side))
    return codes <= allowed and all(it & codes for it in _needed(side))


def _fields(gold: GoldEvent, mention: EventMention) -> Iterator[tuple[str, bool]]:
    same_type = mention.type in gold.types
    yield "type", same_type
    if same_type:  # a mode and a status belong to their type
        if not isinstance(gold.mode, UnsetType):
            yield "mode", mention.mode in ((None,) if gold.mode is None else values(gold.mode))
        yield "status", mention.status in gold.statuses
    actors, recipients = mention.actors, mention.recipients
    if gold.equal:
        actors = recipients = (*actors, *recipients)
    sides = tuple(zip(gold.sides, (actors, recipients), strict=True))
    for field, (side, found) in zip(("actors", "recipients"), sides, strict=True):
        yield field, _exactly(side, _codes(found))
    for side, found in sides[:1] if gold.equal else sides:
        yield from _participants(side, found)
    if not isinstance(gold.date, UnsetType):
        yield "date", any(_same_date(it, mention.date) for it in _alternatives(gold.date))
    if not isinstance(gold.place, UnsetType):
        yield "place", any(_same_place(it, mention.place) for it in _alternatives(gold.place))
    if not isinstance(gold.attribution, UnsetType):
        yield "attribution", _same_sources(gold.attribution, mention.attribution)


def _alternatives(of: object) -> Sequence[object]:
    return of if isinstance(of, list) else (of,)


def _participants(side: Sequence[GoldParticipant], found: Sequence[Participant]) -> Iterator[tuple[str, bool]]:
    """Sector and name of those that were found at all."""
    for gold in side:
        same = [it for it in found if gold.codes & {it.body, it.country}]
        if same and gold.sector is not None:
            yield "sector", any(it.sector is gold.sector for it in same)
        if same and gold.name is not None:
            yield "name", any(_same_name(gold.name, it.name) for it in same)


def _same_date(gold: object, found: EventDate | None) -> bool:
    if found is None or not isinstance(gold, GoldDate):
        return gold is found
    return (gold.start, gold.end, gold.precision) == (found.start, found.end, found.precision)


def _same_place(gold: object, found: Place | None) -> bool:
    if found is None or not isinstance(gold, GoldPlace):
        return gold is found
    names = (found.name, found.text)  # of Kyiv, the text may say Kiev
    return gold.country in (None, found.country) and any(_same_name(gold.name, name) for name in names)


def _same_sources(gold: Sequence[GoldAttribution], found: Sequence[Attribution]) -> bool:
    return len(gold) == len(found) and all(
        any(it.kind is one.kind and (one.text is None or _same_name(one.text, it.text)) for it in found) for one in gold
    )


def _same_name(gold: str, found: str | None) -> bool:
    """Whether one name contains the other, whatever the accents and the case."""
    if not found:
        return False
    one, other = (_squeezed(unicodedata.normalize("NFKD", name)) for name in (gold, found))
    return one in other or other in one


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The one-to-one pairs (row, column) whose weights sum to the most; a weight of 0 may not pair.

    `weights` is a rectangle of numbers of at least 0. The Hungarian method with potentials, O(rows² · columns): rows
    enter one by one, each along the cheapest augmenting path. A spare column of weight 0 a row lets it stay alone.
    """
    if not weights or not weights[0]:
        return []
    rows, columns = len(weights), len(weights[0]) + len(weights)
    cost = [[-weight for weight in row] + [0] * rows for row in weights]
    row_potential, column_potential = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [0] * (columns + 1)  # the row (from 1) that has a column (from 1); column 0 is where a new row waits
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        slack, before, done = [math.inf] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while True:
            done[column] = True
            for other in range(1, columns + 1):
                reduced = cost[owner[column] - 1][other - 1] - row_potential[owner[column]] - column_potential[other]
                if not done[other] and reduced < slack[other]:
                    slack[other], before[other] = reduced, column
            nearest = min((it for it in range(1, columns + 1) if not done[it]), key=slack.__getitem__)
            step = slack[nearest]
            for other in range(columns + 1):
                if done[other]:
                    row_potential[owner[other]] += step
                    column_potential[other] -= step
                else:
                    slack[other] -= step
            column = nearest
            if not owner[column]:
                break
        while column:
            owner[column], column = owner[before[column]], before[column]
    pairs = ((owner[column] - 1, column - 1) for column in range(1, columns - rows + 1) if owner[column])
    return sorted((row, column) for row, column in pairs if weights[row][column])
