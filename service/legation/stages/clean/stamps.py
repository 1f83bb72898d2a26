"""Stamps: lines that tell nothing but when, by whom and where the copy was published.

'May 13, 2021 (Mainichi Japan)', 'Kyodo May 13, 2021', 'Published: 13 May 2021 10:15 GMT', 'KYODO NEWS - May 13, 2021 - 20:11'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from legation.stages.clean.agencies import PATTERN as AGENCY
from legation.stages.clean.agencies import agency_named
from legation.stages.clean.byline import read_byline
from legation.stages.clean.dates import find_date

MAX_STAMP = 140
"""Characters: label, weekday, date, time, zone, byline and outlet; longer is prose."""

_LABEL = re.compile(
    r"\b(?:first )?(?:published|posted|updated|last (?:updated|modified)|modified|created|date|issued|released|source|publish(?:ed)? date)\b"
    r"(?: on| at)?:?",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\b(?:last )?(?:updated|modified)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:at )?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[ap]\.?m\.?)?|\b\d{1,2} ?[ap]\.?m\.?|"
    r"(?:\b(?:GMT|UTC|JST|KST|EST|EDT|ET|BST|CET|CEST|IST|PST|PDT|PT|HKT|SGT|MSK|AEST|Z)\b(?:[+-]\d{1,2}(?::?\d{2})?)?)|T(?=$|\s)|[+-]\d{2}:?\d{2}",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b[.,]?", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,50})[)\]]")
_EDITOR = re.compile(r"\b(?:Editor|Edited by|All, [A-Z]\w+|Updated)\b.*$")
_OUTLET = re.compile(r"[A-Z][\w.&'’-]*(?: (?:[A-Z][\w.&'’-]*|of|the|and)){0,5}")
_EDITIONS = re.compile(r"(?<=\w) (?:Japan|Online|Digital|English|International Edition)$")
"""What an outlet adds to its name for an edition ('Mainichi Japan')."""
_COUNT_OF_SEPARATORS = re.compile(r"[\s|,;:/·•–—-]+")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What such a line tells."""

    day: date | None
    outlet: str | None = None
    agency: str | None = None
    byline: str | None = None
    updated: bool = False
    """The day is that of a later change, not of publication."""
    bare: bool = False
    """Nothing but the date: it may also head an entry in a list of days."""


def read_stamp(line: str) -> Stamp | None:
    """What a line tells that is nothing but a stamp; None for any other line."""
    if len(line) > MAX_STAMP or not any(c.isdigit() for c in line):
        return None
    found = find_date(line)
    if found is None:
        return None
    day, (start, end) = found
    rest = _EDITOR.sub(" ", f"{line[:start]} {line[end:]}")
    while (again := find_date(rest)) is not None:
        rest = f"{rest[: again[1][0]]} {rest[again[1][1] :]}"
    labelled = _LABEL.sub(" ", rest)
    plain = _WEEKDAY.sub(" ", _TIME.sub(" ", labelled))
    bracketed = _BRACKETS.search(plain)
    named = _trim(bracketed[1]) if bracketed else ""
    rest_of = _trim(_BRACKETS.sub(" ", plain))
    if rest_of.lower().startswith("by "):
        byline = read_byline(rest_of)
        if byline is None:
            return None
        return Stamp(day, byline=byline, agency=agency_named(byline.rsplit(",")[-1]))
    names = [name for name in (named, rest_of) if name]
    agency = next(filter(None, map(agency_named, names)), None)
    outlet = None
    for name in names:
        if agency_named(name) is None:
            if not _OUTLET.fullmatch(name):
                return None
            outlet = _EDITIONS.sub("", name)
    if outlet and not bracketed and len(outlet.split()) > 3:
        return None  # a headline with a date in it
    return Stamp(
        day,
        outlet=outlet if bracketed else None,
        agency=agency,
        updated=bool(_UPDATED.search(line)),
        bare=not names and labelled == rest and _TIME.search(line) is None,
    )


def _trim(text: str) -> str:
    return _COUNT_OF_SEPARATORS.sub(" ", text).strip(" .")


_MONTH_DAY_YEAR = r"[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d"
RUN_IN = re.compile(
    rf"(?<=[^\s,;]) (?P<stamp>{_MONTH_DAY_YEAR} \([A-Z][\w ]{{2,30}}\)|(?:{AGENCY}) {_MONTH_DAY_YEAR})(?= (?:[A-Z\"“]|$))"
)
"""A stamp with an outlet or agency that has lost its line end; it is cut out of the line it stands in."""
