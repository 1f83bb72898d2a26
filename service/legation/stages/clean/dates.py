"""Calendar dates as house styles write them in stamps and datelines (running text is read by enrich)."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
YEAR = r"(?:19|20)\d\d"

_FULL = (
    re.compile(rf"\b(?P<month>{MONTH}) (?P<day>{DAY}),? (?P<year>{YEAR})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>{DAY}) (?P<month>{MONTH}),? (?P<year>{YEAR})\b", re.IGNORECASE),
    re.compile(rf"(?<![\d.])(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>{YEAR})\b"),
    re.compile(rf"\b(?P<year>{YEAR})(?P<mark>[-/.])(?P<month>[01]\d)(?P=mark)(?P<day>[0-3]\d)(?!\d)"),
)
"""A day with its year. Of numbers alone only those with dots or with the year first: 5/6/2021 is two days."""
_ANY_YEAR = re.compile(YEAR)
"""Cheap test: most lines have no year, so no full date."""
_YEARLESS = (
    re.compile(rf"\b(?P<month>{MONTH}) (?P<day>{DAY})(?!\w)", re.IGNORECASE),
    re.compile(rf"\b(?P<day>{DAY}) (?P<month>{MONTH})(?!\w)", re.IGNORECASE),
)


def find_date(text: str) -> tuple[date, int, int] | None:
    """The first full date that the calendar has, with its start and end in the text."""
    if _ANY_YEAR.search(text) is None:
        return None
    found = []
    for pattern in _FULL:
        match = pattern.search(text)
        day = _date(int(match["year"]), match) if match else None
        if match and day:
            found.append((match.start(), match.end(), day))
    if not found:
        return None
    start, end, day = min(found)
    return day, start, end


def complete(text: str, near: date | None) -> date | None:
    """The day that `text` names: as written, or, where the year is left out, the one nearest to `near`."""
    full = find_date(text)
    if full is not None:
        return full[0]
    match = next(filter(None, (pattern.search(text) for pattern in _YEARLESS)), None)
    if match is None or near is None:
        return None
    days = (_date(year, match) for year in (near.year - 1, near.year, near.year + 1))
    return min((day for day in days if day is not None), key=lambda day: abs(day - near), default=None)


def _date(year: int, match: re.Match[str]) -> date | None:
    month, day = match["month"], match["day"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(year, number, int(re.sub(r"\D", "", day)))
    except ValueError:
        return None
