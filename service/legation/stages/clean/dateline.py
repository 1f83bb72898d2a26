"""Datelines: where, when and by which agency the copy was filed, written before its first words.

House styles read: 'TOKYO (Kyodo)', 'TOKYO, May 13 (Reuters) -', 'BEIJING, March 6 (Xinhua) --', 'London –', 'PARIS —',
'UNITED NATIONS (AP) _', 'SEOUL, South Korea (AP) —', 'MOSCOW, May 13. /TASS/.', 'TOKYO, May 13, Kyodo -'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from legation.records import Dateline
from legation.stages.clean.agencies import PATTERN as AGENCY
from legation.stages.clean.agencies import agency_named
from legation.stages.clean.dates import complete

_CAPS_WORD = r"(?:[A-ZÀ-Þ][A-ZÀ-Þ'’.-]*[A-ZÀ-Þ.])"
_CAPS_PLACE = rf"{_CAPS_WORD}(?:[ /]{_CAPS_WORD}){{0,4}}"
_NAME_WORD = r"(?:[A-ZÀ-Þ][a-zß-ÿ'’.-]+|(?:de|la|of|du|al|el|on|and)(?= [A-Z]))"
_NAME_PLACE = rf"{_NAME_WORD}(?:[ /-]{_NAME_WORD}){{0,3}}"
_REGION = rf"(?:, ?(?:{_NAME_PLACE}|{_CAPS_PLACE}|[A-Z]\.[A-Z]\.)| ?\[[A-Z][\w ]+\])"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH})(?:,? (?:19|20)\d\d)?"
_DASH = r"(?:--+|[-–—_])"
_BRACKETS = r"\((?P<agency>[^()\n]{2,40})\)"

_PATTERNS = (
    # PLACE[, Region][, May 13] (Agency) [-]
    re.compile(
        rf"(?P<place>{_CAPS_PLACE})(?:{_REGION})?(?:[,.]? ?(?P<date>{_DATE}),?)? {_BRACKETS}(?: ?{_DASH}+|:)? *"
    ),
    re.compile(
        rf"(?P<place>{_NAME_PLACE})(?:{_REGION})?(?:[,.]? ?(?P<date>(?i:{_DATE})),?)? "
        rf"\((?P<agency>(?i:{AGENCY})[^()\n]{{0,20}})\)(?: ?\.?{_DASH}+|:)? *"
    ),
    # PLACE, May 13, Agency -   and   PLACE, May 13. /TASS/.
    re.compile(
        rf"(?P<place>{_CAPS_PLACE}|{_NAME_PLACE})(?:{_REGION})?, ?(?:(?P<date>(?i:{_DATE})),? )?(?P<agency>{AGENCY}) ?{_DASH}+ *"
    ),
    re.compile(rf"(?P<place>{_CAPS_PLACE})(?:{_REGION})?, ?(?P<date>(?i:{_DATE}))\. /(?P<agency>[A-Z-]+)/\.? *"),
    # PLACE[, Region][, May 13] -
    re.compile(rf"(?P<place>{_CAPS_PLACE})(?:{_REGION})?(?:,? ?(?P<date>(?i:{_DATE})))?,? ?(?:{_DASH}+(?= )|[–—]) *"),
    # Place, May 13 -
    re.compile(rf"(?P<place>{_NAME_PLACE})(?:{_REGION})?, ?(?P<date>{_DATE}),? ?{_DASH}+ +"),
)
_WEAK = re.compile(rf"(?P<place>{_NAME_PLACE})(?:{_REGION})? (?:--|[–—]) (?=[A-Z\"“‘'])")
"""'London – The ministers ...': also the shape of an aside, so only good where a story opens."""
_NOT_PLACES = frozenset(
    [
        "UPDATE",
        "CORRECTED",
        "CORRECTION",
        "EXCLUSIVE",
        "BREAKING",
        "ANALYSIS",
        "FACTBOX",
        "TIMELINE",
        "OPINION",
        "WATCH",
        "FILE",
        "PHOTO",
        "VIDEO",
        "NOTE",
        "NEW",
        "Q",
        "A",
        "BRIEF",
        "INSIGHT",
        "COLUMN",
        "EXPLAINER",
        "LIVE",
        "READ",
        "MORE",
    ]
)
_MINOR = frozenset(
    ["de", "du", "des", "of", "on", "au", "al", "el", "la", "le", "and", "the", "upon", "sur", "del", "da", "do"]
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A dateline at the beginning of a paragraph: the paragraph goes on at `end`. `strong`: it can be nothing else."""

    text: str
    place: str
    date_text: str | None
    agency: str | None
    end: int
    strong: bool

    def dateline(self, near: date | None) -> Dateline:
        """As a record; a year left out is the one that brings the day nearest to `near`."""
        day = complete(self.date_text, near) if self.date_text else None
        return Dateline(text=self.text, place=self.place, date=day.isoformat() if day else None)


def read_dateline(paragraph: str) -> Opening | None:
    """The dateline that the paragraph begins with, if any."""
    head = paragraph[:160]
    for pattern in _PATTERNS:
        match = pattern.match(head)
        if match and match.end() < len(head):
            opening = _opening(match, strong=True)
            if opening is not None:
                return opening
    match = _WEAK.match(head)
    return _opening(match, strong=False) if match else None


def _opening(match: re.Match[str], *, strong: bool) -> Opening | None:
    groups = match.groupdict()
    place = groups["place"].split("/")[0]
    if place.split()[0].rstrip(":") in _NOT_PLACES or len(place) < 3:
        return None
    agency = groups.get("agency")
    return Opening(
        text=match.group().strip(),
        place=_in_title_case(place) if place.isupper() else place,
        date_text=groups.get("date"),
        agency=agency_named(agency) if agency else None,
        end=match.end(),
        strong=strong,
    )


def _in_title_case(place: str) -> str:
    words = re.split(r"([ -])", place.lower())
    return "".join(word if i and word in _MINOR else word[:1].upper() + word[1:] for i, word in enumerate(words))
