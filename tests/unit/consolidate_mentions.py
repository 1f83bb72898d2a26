"""Mentions made by hand, for the tests of consolidate."""

from __future__ import annotations

from typing import Any

from legation.records import (
    EventDate,
    EventMention,
    EventType,
    Evidence,
    Part,
    Participant,
    Place,
    Precision,
    Quad,
    Status,
    Versions,
)


def who(country: str | None, name: str | None = None, **values: Any) -> Participant:
    given = {"body": None, "sector": None, "office": None, "text": "x", "start": 0, "end": 1}
    return Participant(country=country, name=name, **(given | values))


def on(start: str, end: str | None = None, precision: str = "day", basis: str = "stated") -> EventDate:
    return EventDate(start=start, end=end or start, precision=Precision(precision), text=start, basis=basis)


def reported(before: str, day: str) -> EventDate:
    return on(before, day, basis="reported")


def at(country: str | None, name: str = "Somewhere", **values: Any) -> Place:
    return Place(name=name, country=country, **({"latitude": None, "longitude": None, "text": None} | values))


def told(mention_id: str, date: EventDate | None = None, **values: Any) -> EventMention:
    """A mention of a meeting of Japan and Korea, published on 15 March 2022, that says nothing else."""
    sentence = values.pop("sentence", f"{mention_id} says so")
    given: dict[str, Any] = {
        "type": EventType.CONSULT,
        "mode": None,
        "quad": Quad.VERBAL_COOPERATION,
        "status": Status.OCCURRED,
        "plover": EventType.CONSULT,
        "cameo": "040",
        "intensity": 2.5,
        "contexts": (),
        "actors": (who("JPN"),),
        "recipients": (who("KOR"),),
        "place": None,
        "attribution": (),
        "evidence": Evidence(part=Part.BODY, sentence=sentence, start=0, end=len(sentence), fields={}),
        "confidence": 0.8,
        "rule": "meet",
        "versions": Versions(pipeline="1.0.0", knowledge="1"),
        "article_id": f"article of {mention_id}",
        "url": None,
        "outlet": f"outlet of {mention_id}",
        "agency": None,
        "published_at": "2022-03-15",
    }
    return EventMention(mention_id=mention_id, date=date, **(given | values))
