"""Measures mentions against legation's own gold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from legation.evaluation.gold import GoldEvent, GoldParticipant, GoldRow, values
from legation.evaluation.match import Pair, pair
from legation.evaluation.measures import Finding, Reading, Result, Share, Tally
from legation.records import EventMention, EventType, Participant, RawArticle, Status

K = TypeVar("K", EventType, Status)

FIELDS = ("type", "mode", "status", "actors", "recipients", "sector", "name", "date", "place", "attribution")
"""In the order of the report."""


def article(row: GoldRow) -> RawArticle:
    """The row's article, under the row's id."""
    return msgspec.structs.replace(row.article, article_id=row.id)


def measure(rows: Sequence[tuple[GoldRow, Reading]]) -> Result:
    """Precision, recall and F1 of events, by type and by status; share right of each field of the events found.

    An event is right when it is in the right sentence with the right type and parties. A prediction that is no
    event of gold's, or is one that another prediction already stands for, is spurious; one that stands for an optional
    event counts nowhere. `quiet` is the share of rows without any event in which none was found.
    """
    events, quiet = Tally(), Share()
    types: dict[EventType, Tally] = defaultdict(Tally)
    statuses: dict[Status, Tally] = defaultdict(Tally)
    fields = {field: Share() for field in FIELDS}
    findings: list[Finding] = []
    for row, reading in rows:
        pairs = pair(row.events, reading.mentions)
        findings += _findings(row, reading, pairs)
        if not row.events:
            quiet.add(not reading.mentions and not reading.rejected)
        hits = {it.gold: it for it in pairs if it.verdict.hit}
        for index, gold in enumerate(row.events):
            if gold.optional:
                continue
            if index not in hits:
                events.missed += 1
                types[gold.types[0]].missed += 1
                statuses[gold.statuses[0]].missed += 1
                continue
            events.right += 1
            types[gold.types[0]].right += 1
            verdict, mention = hits[index].verdict, reading.mentions[hits[index].mention]
            right_status = dict(verdict.fields).get("status")
            if right_status:
                statuses[mention.status].right += 1
            elif right_status is not None:
                statuses[mention.status].spurious += 1
                statuses[gold.statuses[0]].missed += 1
            for field, right in verdict.fields:
                if field != "type":
                    fields[field].add(right)
        for it in pairs:  # with those whose type is wrong, so that it can be
            if not row.events[it.gold].optional:
                fields["type"].add(dict(it.verdict.fields)["type"])
        accounted = {it.mention for it in hits.values()}
        for index, mention in enumerate(reading.mentions):
            if index not in accounted:
                events.spurious += 1
                types[mention.type].spurious += 1
                statuses[mention.status].spurious += 1
    return Result(
        {
            "events": events,
            **{f"type.{kind}": types[kind] for kind in EventType if kind in types},
            **{f"status.{status}": statuses[status] for status in Status if status in statuses},
            **{f"field.{field}": share for field, share in fields.items()},
            "quiet": quiet,
        },
        findings,
    )


def _findings(row: GoldRow, reading: Reading, pairs: Sequence[Pair]) -> list[Finding]:
    found: list[Finding] = []
    hits = {it.gold: it for it in pairs if it.verdict.hit}
    why = f" [{'; '.join(reading.ends)}]" if reading.ends else ""
    for index, gold in enumerate(row.events):
        if index not in hits and not gold.optional:
            found.append(Finding(row.id, "missed", _gold(gold) + why, values(gold.evidence)[0]))
    accounted = {it.mention for it in hits.values()}
    for index, mention in enumerate(reading.mentions):
        if index not in accounted:
            found.append(Finding(row.id, "spurious", _mention(mention), mention.evidence.sentence))
    for it in hits.values():
        wrong = [field for field, right in it.verdict.fields if not right]
        if wrong and not row.events[it.gold].optional:
            mention = reading.mentions[it.mention]
            detail = f"{', '.join(wrong)}: {_gold(row.events[it.gold])} read as {_mention(mention)}"
            found.append(Finding(row.id, "field", detail, mention.evidence.sentence))
    return found


def _gold(event: GoldEvent) -> str:
    given = msgspec.to_builtins(event)
    kinds = "|".join(event.types) + (f"/{given['mode']}" if given.get("mode") else "")
    told = [f"{field}={_plain(given[field])}" for field in ("date", "place", "attribution") if field in given]
    status = "|".join(event.statuses)
    return " ".join([kinds, status, _gold_side(event.actors), "→", _gold_side(event.recipients), *told])


def _mention(mention: EventMention) -> str:
    kind = mention.type + (f"/{mention.mode}" if mention.mode else "")
    date, place = mention.date, mention.place
    told = [
        f"date={f'{date.start}..{date.end} {date.precision}' if date else '-'}",
        f"place={f'{place.name}, {place.country}' if place else '-'}",
        f"attribution={'; '.join(f'{it.kind}: {it.text}' for it in mention.attribution) or '-'}",
        f"rule={mention.rule}",
    ]
    return " ".join([kind, mention.status, _side(mention.actors), "→", _side(mention.recipients), *told])


def _plain(value: object) -> str:
    """A part of a gold event on one line."""
    if isinstance(value, list | tuple):
        return " | ".join(map(_plain, value)) or "-"
    if isinstance(value, dict):
        if "precision" in value:
            return f"{value['start']}..{value['end']} {value['precision']}"
        return ", ".join(str(part) for part in value.values() if part)
    return "-" if value is None else str(value)


def _gold_side(side: Sequence[GoldParticipant]) -> str:
    shown = ("/".join(sorted(it.codes)) + (f":{it.sector}" if it.sector else "") for it in side if not it.optional)
    return "+".join(shown) or "-"


def _side(side: Sequence[Participant]) -> str:
    shown = ((it.code or "?") + (f":{it.sector}" if it.sector else "") for it in side)
    return "+".join(shown) or "-"
