"""Measures one field or one stage against sets that others made for it: dates, parties, pages. Read where they lie.

`timebank`: TimeBank's texts (`text`, `dct` the day of writing) with the date expressions in them and their values.
`actors`: NGEC's phrases that stand for an actor (`text`), with the code of its country (`expect`).
`html`: the article-extraction benchmark's pages (`html`) with the article's text (`article_body`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from legation.evaluation.measures import Averages, Finding, Reading, Result, Share
from legation.records import Article, Participant, RawArticle, Record, Sentence
from legation.stages.enrich.dates import Anchor, DateSpan, find_dates

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How TIMEX3 values of a day begin; those of an hour go on with `T`."""
_BODIES = {"EUR": "EU", "IGO": None, "UNO": None}
"""NGEC's codes that are no country, with the body that is meant; None where any international body will do."""
_SHINGLE = 4
"""Words: the benchmark compares texts by their runs of four."""
_WORD = re.compile(r"\w+")


class Timex(Record, frozen=True):
    """One date expression: `text[start:end]`, and its TIMEX3 value."""

    start: int
    end: int
    text: str
    type: str
    value: str | None = None


class TimebankRow(Record, frozen=True):
    """A text with the date expressions in it."""

    id: str
    dct: str
    text: str
    timexes: tuple[Timex, ...]


class PhraseRow(Record, frozen=True):
    """A phrase that stands for an actor. `expect["country"]` is alpha-3 or one of three codes for bodies, or empty;
    `kwargs["query_date"]` is the day for which it is asked."""

    id: str
    text: str
    expect: dict[str, str]
    kwargs: dict[str, str]


class PageRow(Record, frozen=True):
    """A page with the text of the article on it."""

    id: str
    url: str
    html: str
    article_body: str


def timebank_article(row: TimebankRow) -> RawArticle:
    """The text, published on the day of writing."""
    return RawArticle(article_id=row.id, text=row.text, published_at=row.dct[:10])


def phrase_article(row: PhraseRow) -> RawArticle:
    """A sentence in which the phrase is the actor: nothing else in it says whose it is."""
    subject = row.text[:1].upper() + row.text[1:]
    text = f"{subject} accused Tonga of breaking a treaty."
    return RawArticle(article_id=row.id, text=text, published_at=row.kwargs.get("query_date"))


def page_article(row: PageRow) -> RawArticle:
    """The page with its address."""
    return RawArticle(article_id=row.id, url=row.url, html=row.html)


def measure_timebank(rows: Sequence[tuple[TimebankRow, Reading]]) -> Result:
    """Of the expressions that stand for a day, the share that is read as that day, or as a row of days that begins or
    ends with it: of all (`day`), of those in a sentence that an event was read from (`day.events`), of those in a
    dateline (`day.dateline`), and of those that an event was dated by (`day.dates`)."""
    result = Result()
    shares = {name: Share() for name in ("day", "day.events", "day.dateline", "day.dates")}
    for row, reading in rows:
        spans = list(_dates_read(row, reading))
        for timex in row.timexes:
            if timex.type not in ("DATE", "TIME") or _DAY.match(timex.value or "") is None:
                continue
            day = date.fromisoformat((timex.value or "")[:10])
            over = [it for it in spans if it.start < timex.end and timex.start < it.end]
            right = any(day in (it.first, it.last) for it in over)
            where = {"day"}.union(*(it.where for it in over))
            for name in where:
                shares[name].add(right)
            if not right:
                read = ", ".join(f"{it.first}..{it.last}" for it in over) or "-"
                around = row.text[max(0, timex.start - 100) : timex.end + 60]
                result.findings.append(
                    Finding(
                        row.id,
                        "field" if over else "missed",
                        f"{max(where)}: {timex.text!r} {day}, read: {read}",
                        around,
                    )
                )
    result.measures |= shares
    return result


def measure_actors(rows: Sequence[tuple[PhraseRow, Reading]]) -> Result:
    """Of the phrases that name a country or body, the share of which it was found: `country`, and both together."""
    result = Result()
    shares = {name: Share() for name in ("named", "country", "body")}
    for row, reading in rows:
        expected = row.expect.get("country")
        if not expected:
            continue
        actors = [actor for mention in reading.mentions for actor in mention.actors]
        right = any(_is(actor, expected) for actor in actors)
        for name in ("named", "body" if expected in _BODIES else "country"):
            shares[name].add(right)
        if not right:
            found = ", ".join(actor.code or "?" for actor in actors) or "-"
            result.findings.append(Finding(row.id, "field", f"{expected}, found: {found}", row.text))
    result.measures |= shares
    return result


def measure_pages(rows: Sequence[tuple[PageRow, Reading]]) -> Result:
    """The benchmark's own measure: precision and recall of runs of four words, averaged over pages; F1 of the two.
    `english` are the pages that the later stages read."""
    result = Result()
    averages = {name: Averages() for name in ("pages", "english")}
    for row, reading in rows:
        gold = _shingles(row.article_body)
        found = _shingles("\n".join(it.body for it in reading.articles))
        right = (gold & found).total()
        for name in ("pages", *(["english"] if any(it.language == "en" for it in reading.articles) else [])):
            averages[name].add(right, gold.total(), found.total())
        if 2 * right < 0.9 * (gold.total() + found.total()):  # worth a look: clearly under the average
            detail = f"{right} of {gold.total()} runs of words found, {found.total() - right} spurious"
            result.findings.append(Finding(row.id, "field", detail, row.url))
    result.measures |= averages
    return result


class _Read(Record, frozen=True):
    """A date that the stages read: where in the row's text, which days, and what part it has in the story."""

    start: int
    end: int
    first: date
    last: date
    where: frozenset[str]


def _dates_read(row: TimebankRow, reading: Reading) -> Iterator[_Read]:
    """All dates of the cleaned articles, with offsets in the text as it was before cleaning."""
    place = _finder(row.text)
    for article in reading.articles:
        day = date.fromisoformat(article.published_at[:10]) if article.published_at else None
        dateline = article.dateline
        filed = date.fromisoformat(dateline.date) if dateline and dateline.date else None
        if dateline and filed and (span := place(dateline.text, 0, len(dateline.text))) is not None:
            yield _Read(start=span[0], end=span[1], first=filed, last=filed, where=frozenset({"day.dateline"}))
        previous: DateSpan | None = None
        for sentence in article.sentences:
            for found in find_dates(sentence.text, Anchor(day, filed), previous=previous):
                previous = found
                if (span := place(sentence.text, found.start_char, found.end_char)) is not None:
                    where = frozenset(_part(sentence, found, article, reading))
                    yield _Read(start=span[0], end=span[1], first=found.start, last=found.end, where=where)


def _part(sentence: Sentence, found: DateSpan, article: Article, reading: Reading) -> Iterator[str]:
    for mention in reading.mentions:
        if mention.article_id == article.article_id and mention.evidence.sentence == sentence.text:
            yield "day.events"
            if mention.date is not None and mention.date.text == found.text:
                yield "day.dates"


def _finder(text: str) -> Callable[[str, int, int], tuple[int, int] | None]:
    """Finds where part[start:end] stands in `text`, by letters and digits alone: cleaning mends all else."""
    offsets = [index for index, character in enumerate(text) if character.isalnum()]
    squeezed = "".join(text[index] for index in offsets)

    def find(part: str, start: int, end: int) -> tuple[int, int] | None:
        at = squeezed.find("".join(filter(str.isalnum, part)))
        first = at + sum(map(str.isalnum, part[:start]))
        last = at + sum(map(str.isalnum, part[:end])) - 1
        return (offsets[first], offsets[last] + 1) if at >= 0 and last >= first else None

    return find


def _is(actor: Participant, expected: str) -> bool:
    if expected not in _BODIES:
        return actor.country == expected
    return actor.body is not None and _BODIES[expected] in (None, actor.body)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    count = max(1, len(words) - _SHINGLE + 1) if words else 0
    return Counter(tuple(words[index : index + _SHINGLE]) for index in range(count))
