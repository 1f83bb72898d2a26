"""Bylines: who wrote it."""

from __future__ import annotations

import re

_NAME = r"[A-ZÀ-Þ][\w'’.-]*(?: (?:[A-ZÀ-Þ][\w'’.-]*|de|van|von|der|bin|al|el|la|di|da))*"
_NAMES = rf"{_NAME}(?:(?:, | and | & ){_NAME})*"
_AFFILIATION = r"(?:(?:, | ?[|/–—] ?| of | for | - )(?:the )?[A-ZÀ-Þ][\w&'’. /-]{1,60})?"
_BYLINE = re.compile(rf"(?i:(?:written )?by|from):? (?P<who>{_NAMES}{_AFFILIATION})[ .*|]*")
_FULL_NAME = r"[A-Z][\w'’.-]+(?: [A-Z]\.)? [A-Z][\w'’-]+"
_RUN_IN = re.compile(
    rf"B[Yy] (?P<who>{_FULL_NAME}(?:(?:, | and ){_FULL_NAME})*(?:, (?:The )?[A-Z][a-z]+ (?:[A-Z][a-z]+ ?){{1,3}}?)?) "
    r"(?=[A-Z]{3,}[A-Z ,./]*(?:\([A-Z]|[–—]|--|, [A-Z][a-z]+))"
)
_CREDITS = re.compile(
    r"\W*(?:(?:additional |further )?(?:reporting|writing|editing|compiled|edited|written|reported|translated)"
    r"(?: and \w+)?(?: by\b|:)|with assistance (?:from|by)\b|editors?:).{3,}",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(r".{3,160} contributed(?: (?:to this (?:report|story|article)|reporting)\b.{0,60})?\.?")
_DESK = re.compile(r"[a-z]{2,4}(?:[/,] ?[a-z]{2,4})* \([^()]{2,80}\)")
"""'ab/cd (AP, dpa)': who edited it, from whose copy."""
_PERSONS = re.compile(rf"{_FULL_NAME}(?:(?:, | and ){_FULL_NAME})*(?: in [A-Z][\w ]{{2,30}})?")
MAX_BYLINE = 120
"""Characters: three names with an agency; longer is prose."""
_MAX_CREDITS = 400
"""Characters: a desk of a dozen names."""


def read_byline(line: str) -> str | None:
    """The names (with the agency, if told) of a line that is nothing but a byline."""
    match = _BYLINE.fullmatch(line) if len(line) <= MAX_BYLINE else None
    return match["who"].strip(" .") if match else None


def read_run_in_byline(paragraph: str) -> tuple[str, int] | None:
    """The byline that runs into a dateline ('By JANE ROE PARIS (AP) — ...'), and where the paragraph goes on."""
    match = _RUN_IN.match(paragraph)
    return (match["who"].strip(" ,"), match.end()) if match else None


def is_persons(line: str) -> bool:
    """Whether the line reads like names of persons: beside a stamp that is a byline, elsewhere it may be anything."""
    return len(line) <= MAX_BYLINE and _PERSONS.fullmatch(line) is not None


def is_credits(line: str) -> bool:
    """Whether the paragraph names reporters and editors, as agencies do below their copy."""
    return len(line) <= _MAX_CREDITS and bool(
        _CREDITS.fullmatch(line) or _DESK.fullmatch(line) or (" contributed" in line and _CONTRIBUTED.fullmatch(line))
    )
