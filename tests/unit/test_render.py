"""Records as lines."""

from __future__ import annotations

from typing import Any

import pytest

from legation.cli.render import event_line, line, mention_line, raw_line
from legation.records import DiplomaticEvent, EventMention, RawArticle, Record, convert

ESP = {"country": "ESP", "body": None, "sector": "GOV", "name": "Ana Rey", "office": None, "text": "Rey", "start": 0}
MAR = {"country": "MAR", "body": None, "sector": "GOV", "name": None, "office": None, "text": "Rabat", "start": 0}
REBELS = {"country": None, "body": None, "sector": None, "name": None, "office": None, "text": "rebels", "start": 0}
DAY = {"start": "2024-03-02", "end": "2024-03-02", "precision": "day", "text": None, "basis": "stated"}


def party(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "end": len(values["text"])}


CORE: dict[str, Any] = {
    "type": "CONSULT",
    "mode": None,
    "quad": "verbal-cooperation",
    "status": "occurred",
    "plover": "CONSULT",
    "cameo": "036",
    "intensity": 4.0,
    "contexts": [],
    "actors": [party(ESP), party(MAR)],
    "recipients": [party(MAR), party(ESP)],
    "date": DAY,
    "place": {"name": "Rabat", "country": "MAR", "latitude": None, "longitude": None, "text": None},
    "attribution": [],
    "evidence": {"part": "body", "sentence": "They met.", "start": 0, "end": 9, "fields": {"type": [5, 8]}},
    "confidence": 0.9,
    "rule": "meet",
    "versions": {"pipeline": "1", "knowledge": "1"},
}
SOURCE = {"article_id": "a1", "url": None, "outlet": "The Gazette", "agency": "Efe", "published_at": None}


def event(**changes: Any) -> DiplomaticEvent:
    sources = {"articles": 2, "outlets": 2, "independent": 1}
    own = {"event_id": "e1", "revision": 2, "change": "initial", "reason": None, "mentions": [], "sources": sources}
    seen = {"first_published": None, "last_published": None}
    return convert({**CORE, **own, **seen, **changes}, DiplomaticEvent)


def test_an_event_of_equals() -> None:
    assert event_line(event()) == (
        "+ 2024-03-02  CONSULT    occurred      Ana Rey (ESP GOV) ↔ MAR GOV  in Rabat  “met”"
        "  [2 articles, 1 independent]"
    )


def test_an_event_with_a_direction_and_parties_unknown() -> None:
    shown = event_line(event(change="update", type="ACCUSE", actors=[party(REBELS)], recipients=[], place=None))
    assert shown.startswith("~ 2024-03-02  ACCUSE     occurred      “rebels” → ?  “met”  [")


def test_an_event_that_is_withdrawn() -> None:
    assert event_line(event(change="retraction")).startswith("- ")


@pytest.mark.parametrize(
    ("start", "end", "precision", "shown"),
    [
        ("2024-03-01", "2024-03-31", "month", "2024-03   "),
        ("2024-01-01", "2024-12-31", "year", "2024      "),
        ("2024-03-04", "2024-03-10", "week", "2024-03-04/2024-03-10"),
        ("2023-12-31", "2024-01-01", "day", "2023-12-31/2024-01-01"),
    ],
)
def test_a_date_shows_as_much_as_is_known(start: str, end: str, precision: str, shown: str) -> None:
    date = {**DAY, "start": start, "end": end, "precision": precision}
    assert event_line(event(date=date)).startswith(f"+ {shown}  CONSULT")


def test_an_event_without_a_date() -> None:
    assert event_line(event(date=None)).startswith("+ undated     CONSULT")


def test_a_mention_names_its_outlet_and_whose_copy_it_is() -> None:
    mention = convert({**CORE, **SOURCE, "mention_id": "m1"}, EventMention)
    assert mention_line(mention).endswith("  in Rabat  “met”  [The Gazette, copy of Efe]")
    own = convert({**CORE, **SOURCE, "mention_id": "m1", "outlet": "Efe"}, EventMention)
    assert mention_line(own).endswith("[Efe]")
    bare = convert({**CORE, **SOURCE, "mention_id": "m1", "outlet": None, "agency": None}, EventMention)
    assert mention_line(bare).endswith("[a1]")


def test_a_long_title_is_cut() -> None:
    shown = raw_line(RawArticle(text="...", title="word " * 100))
    assert len(shown) < 140
    assert shown.endswith("…")


@pytest.mark.parametrize(
    "record",
    [
        RawArticle(text="...", title="\x1b[31mred\x1b[0m\nsecond line", source="\x07"),
        event(place={**CORE["place"], "name": "\x9b2J\u2028"}),
    ],
)
def test_no_control_character_reaches_the_terminal(record: Record) -> None:
    assert line(record).isprintable()
