"""Stamps: lines that tell nothing but when, by whom and where the copy was published.

'May 13, 2021 (Mainichi Japan)', 'Kyodo May 13, 2021', 'Published: 13 May 2021 10:15 GMT',
'KYODO NEWS - May 13, 2021 - 20:11'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from legation.stages.clean.byline import read_byline
from legation.stages.clean.dates import DAY, MONTH, YEAR, find_date
from legation.stages.clean.names import agency_named, is_agency, outlet_name

MAX_STAMP = 140
"""Characters: label, weekday, date, time, zone, byline and outlet; longer is prose."""

_LABEL = re.compile(
    r"\b(?:first |date |last )?(?:published|posted|updated|modified|issued|released|date|source)\b(?: on| at)?:?",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\b(?:updated|modified)\b", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:at )?T?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]\.?m\b\.?"
    r"|\b(?:GMT|UTC|[BCEHIJKMPS][SD]?T|CEST|A[EC]ST|HKT|SGT|MSK|Z)\b(?: ?[+-]\d{1,2}(?::?\d{2})?)?"
    r"|[+-]\d{2}:?\d{2}\b",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(?:Editor|Edited by|All, [A-Z]\w+)\b.*$")
"""What portals add after the date ('| Editor: ...', '| All, Japan')."""
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,50})[)\]]")
_MARKS = re.compile(r"[\s|,;:/·•–—-]+")
_NAME = re.compile(r"[A-Z][\w.&'’-]*(?: (?:[A-Z][\w.&'’-]*|of|the|and)){0,5}")
_HEADLINE = 4
"""Words from which a name before a date is a headline with a date in it."""
_DATE = rf"{MONTH} {DAY}, {YEAR}"
_RUN_IN = re.compile(
    rf"(?<=[^\s,;]) (?:(?P<bracketed>{_DATE} \([A-Z][\w ]{{2,30}}\))|(?P<before>(?:[A-Z][\w.&'-]* ){{1,4}}){_DATE})"
    r"(?= [A-Z\"“]|$)"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What such a line tells."""

    day: date
    outlet: str | None = None
    agency: str | None = None
    byline: str | None = None
    updated: bool = False
    """The day is that of a later change, not of publication."""
    bare: bool = False
    """Nothing but the date: it may also head an entry in a list of days."""


def read_stamp(line: str) -> Stamp | None:
    """What a line tells that is nothing but a stamp; None for any other line."""
    if len(line) > MAX_STAMP or (found := find_date(line)) is None:
        return None
    day, start, end = found
    dateless = _without_dates(_REST.sub("", f"{line[:start]} {line[end:]}"))
    plain = _TIME.sub(" ", _WEEKDAY.sub(" ", _LABEL.sub(" ", dateless)))
    bracketed = _BRACKETS.search(plain)
    outside = _trim(_BRACKETS.sub(" ", plain))
    inside = _trim(bracketed[1]) if bracketed else ""
    updated = _UPDATED.search(line) is not None
    byline = read_byline(outside)
    if byline is not None:
        agency = agency_named(byline) or agency_named(inside)
        return Stamp(day, agency=agency, byline=byline, updated=updated)
    names = [name for name in (inside, outside) if name]
    if any(not _NAME.fullmatch(name) for name in names) or len(outside.split()) >= _HEADLINE:
        return None
    return Stamp(
        day,
        outlet=outlet_name(inside) if inside and agency_named(inside) is None else None,
        agency=next(filter(None, map(agency_named, names)), None),
        updated=updated,
        bare=not names and _LABEL.search(dateless) is None and _TIME.search(dateless) is None,
    )


def run_in_stamps(text: str) -> Iterator[tuple[int, int]]:
    """Where stamps stand inside a line, for they lost their line ends: a date with its outlet in brackets, or an
    agency's name with a date."""
    for match in _RUN_IN.finditer(text):
        if match["bracketed"]:
            yield match.span("bracketed")
            continue
        words = match["before"].split()
        for i in range(len(words)):  # the longest name first: 'AFP-JIJI Kyodo News May 13, 2021' ends a caption
            if is_agency(" ".join(words[i:])):
                yield match.end("before") - len(" ".join(words[i:])) - 1, match.end()
                break


def _without_dates(text: str) -> str:
    while (again := find_date(text)) is not None:
        text = f"{text[: again[1]]} {text[again[2] :]}"
    return text


def _trim(text: str) -> str:
    return _MARKS.sub(" ", text).strip(" .")
