"""Records as one line of plain text each, for people: what `tail`, `extract --format table` and `demo` print.

    + 2024-03-02  CONSULT    occurred      Ana Rey (ESP) ↔ MAR  in Rabat  “held talks”  [2 articles, 1 independent]

No colour and no width: a terminal wraps, a pipe does not care. What an article says is never trusted with the
terminal: control characters come out as spaces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from legation.records import (
    Article,
    Change,
    ClassifiedArticle,
    DiplomaticEvent,
    EventCore,
    EventDate,
    EventMention,
    Participant,
    Precision,
    RawArticle,
    Record,
)

_SIGNS = {Change.INITIAL: "+", Change.UPDATE: "~", Change.RETRACTION: "-"}
"""As in a diff: new, changed, gone."""

_TITLE_WIDTH = 100
"""Longer titles are cut: the line is to stay a line on a wide terminal."""


def event_line(event: DiplomaticEvent) -> str:
    """A revision of an event: + new, ~ changed or - withdrawn; date, type, status, parties, place, words, sources."""
    told = f"{_count(event.sources.articles, 'article')}, {event.sources.independent} independent"
    return printable(f"{_SIGNS[event.change]} {_core(event)}  [{told}]")


def mention_line(mention: EventMention) -> str:
    """An event as one article tells it: date, type, status, parties, place, words, outlet (and whose copy it is)."""
    outlet, agency = mention.outlet, mention.agency
    told = f"{outlet}, copy of {agency}" if outlet and agency and outlet != agency else outlet or agency
    return printable(f"{_core(mention)}  [{told or mention.article_id}]")


def raw_line(raw: RawArticle) -> str:
    """A raw article: when and by whom it was published, and its title or what else tells it apart."""
    return _article(raw.published_at, raw.source, raw.title or raw.url or raw.article_id or raw.text)


def article_line(article: Article) -> str:
    """A cleaned article: when and by whom it was published, title, length."""
    length = _count(len(article.sentences), "sentence")
    return f"{_article(article.published_at, article.outlet or article.agency, article.title)}  [{length}]"


def classified_line(classified: ClassifiedArticle) -> str:
    """An article worth reading: as `article_line`, with its relevance and the number of candidate sentences."""
    article, count = classified.article, _count(len(classified.candidates), "candidate")
    head = _article(article.published_at, article.outlet or article.agency, article.title)
    return f"{head}  [relevance {classified.relevance.score:.2f}, {count}]"


_LINES: dict[type[Record], Callable[[Any], str]] = {
    RawArticle: raw_line,
    Article: article_line,
    ClassifiedArticle: classified_line,
    EventMention: mention_line,
    DiplomaticEvent: event_line,
}


def line(record: Record) -> str:
    """The line for a record of any kind that a topic carries."""
    return _LINES[type(record)](record)


def _core(event: EventCore) -> str:
    place = f"  in {event.place.name}" if event.place else ""
    start, end = event.evidence.fields.get("type", (0, 0))
    words = f"  “{event.evidence.sentence[start:end]}”" if end else ""
    return f"{_date(event.date):<10}  {event.type:<9}  {event.status:<12}  {_parties(event)}{place}{words}"


def _date(date: EventDate | None) -> str:
    """As much of it as is known: 2024, 2024-03, 2024-03-02, or an interval 2024-03-01/2024-03-03."""
    if date is None:
        return "undated"
    if date.precision is Precision.YEAR and date.start[:4] == date.end[:4]:
        return date.start[:4]
    if date.precision is Precision.MONTH and date.start[:7] == date.end[:7]:
        return date.start[:7]
    return date.start if date.start == date.end else f"{date.start}/{date.end}"


def _parties(event: EventCore) -> str:
    """`A → B`, or `A ↔ B` where the parties are equals and so stand on both sides."""
    actors, recipients = _names(event.actors), _names(event.recipients)
    if actors and sorted(actors) == sorted(recipients):
        return " ↔ ".join(actors)
    return f"{', '.join(actors) or '?'} → {', '.join(recipients) or '?'}"


def _names(participants: Sequence[Participant]) -> list[str]:
    return [_participant(participant) for participant in participants]


def _participant(participant: Participant) -> str:
    """`Ana Rey (ESP GOV)`, `ESP GOV`, or the article's own words where neither state nor body is known."""
    code = " ".join(filter(None, (participant.code, participant.sector)))
    name = participant.name or ("" if participant.code else f"“{participant.text}”")
    return f"{name} ({code})" if name and code else name or code


def _article(published: str | None, outlet: str | None, title: str | None) -> str:
    shown = title or "(no title)"
    shown = shown if len(shown) <= _TITLE_WIDTH else f"{shown[: _TITLE_WIDTH - 1]}…"
    return printable(f"{(published or 'undated')[:10]:<10}  {outlet or '(no outlet)'}  {shown}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """The text with a space for each control character, line break and the like."""
    return "".join(character if character.isprintable() else " " for character in text)
