"""Calendar dates as house styles write them in date lines and datelines (running text is read by enrich)."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|Jun\.|July?|Jul\.|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"

FULL_DATE = (
    re.compile(rf"\b{_MONTH} {_DAY},? {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY} {_MONTH},? {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_YEAR}[-/.](?P<month>[01]\d)[-/.](?P<day>[0-3]\d)(?!\d)"),
)
"""A day with its year. Numbers alone only with the year first: 5/6/2021 is two days."""
DAY_OF_YEAR = (
    re.compile(rf"\b{_MONTH} {_DAY}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY} {_MONTH}(?!\w)", re.IGNORECASE),
)
"""A day without its year."""


def find_date(text: str) -> tuple[date, tuple[int, int]] | None:
    """The first full date that exists in the calendar, with its place in the text."""
    best: tuple[date, tuple[int, int]] | None = None
    for pattern in FULL_DATE:
        for match in pattern.finditer(text):
            day = _date(int(match["year"]), match["month"], match["day"])
            if day is not None and (best is None or match.start() < best[1][0]):
                best = day, match.span()
            break
    return best


def complete(text: str, near: date | None) -> date | None:
    """The day that `text` names: as written, or, where the year is left out, the one nearest to `near`."""
    full = find_date(text)
    if full is not None:
        return full[0]
    match = next(filter(None, (pattern.search(text) for pattern in DAY_OF_YEAR)), None)
    if match is None or near is None:
        return None
    days = [_date(year, match["month"], match["day"]) for year in (near.year - 1, near.year, near.year + 1)]
    return min((d for d in days if d is not None), key=lambda d: abs(d - near), default=None)


def _date(year: int, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(year, number, int(day))
    except ValueError:
        return None
