"""Datelines: where, when and by which agency the copy was filed, written before its first words.

House styles: 'TOKYO (Kyodo)', 'TOKYO, May 13 (Reuters) -', 'BEIJING, March 6 (Xinhua) --', 'London –', 'PARIS —',
'UNITED NATIONS (AP) _', 'SEOUL, South Korea (AP) —', 'MOSCOW, May 13. /TASS/.', 'TOKYO, May 13, Kyodo -', 'LAHORE:',
'Tehran, 3 March:', 'SUVA (PL) May 13:', 'PARIS/ROME, May 13.'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from legation.records import Dateline
from legation.stages.clean.dates import DAY, MONTH, YEAR, complete
from legation.stages.clean.names import agency_in, is_city

_CAPS_WORD = r"[A-ZÀ-Þ][A-ZÀ-Þ'’.-]*[A-ZÀ-Þ.]"
_CAPS = rf"{_CAPS_WORD}(?:[ /]{_CAPS_WORD}){{0,4}}"
_NAME_WORD = r"(?:[A-ZÀ-Þ][a-zß-ÿ'’.]+|(?:de|la|of|du|al|el|on|au)(?=[ -][A-Z]))"
_NAME = rf"{_NAME_WORD}(?:[ /-]{_NAME_WORD}){{0,3}}"
_REGION = rf"(?:, ?(?:{_NAME}|{_CAPS}|(?:[A-Z]\.){{2,3}})| ?\[[A-Z][\w ]+\])?"
_DATE = rf"(?i:{MONTH} {DAY}|{DAY} {MONTH})(?:,? {YEAR})?"
_DATED = rf"(?:[,.]? ?(?P<date>{_DATE}),?)?"
_DASH = r"(?:--+|[-–—_])"

_TAIL = rf"(?: ?\.?{_DASH}+| ?:)? *"

_BY_AGENCY = tuple(
    re.compile(pattern)
    for pattern in (
        # Place[, Region][, May 13] (Agency) [-]
        rf"(?P<place>{_NAME}|{_CAPS}){_REGION}{_DATED} ?\((?P<agency>[^()\d\n]{{2,40}})\){_TAIL}",
        # PLACE, May 13, Agency -
        rf"(?P<place>{_CAPS}|{_NAME}){_REGION}{_DATED}[,.]? (?P<agency>[A-Za-z]+(?:[ -][A-Z][a-z]+)?) ?{_DASH}+ *",
        # PLACE, May 13. /TASS/.
        rf"(?P<place>{_CAPS}){_REGION}{_DATED}\. /(?P<agency>[A-Z-]+)/\.? *",
        # May 13 (Agency) --
        rf"(?P<date>{_DATE}) \((?P<agency>[^()\d\n]{{2,40}})\){_TAIL}",
    )
)
"""Datelines that the agency's name makes certain."""
_BY_FORM = tuple(
    re.compile(pattern)
    for pattern in (
        # PLACE (Somebody) May 13:
        rf"(?P<place>{_CAPS}){_REGION} ?\([A-Z][^()\d\n]{{1,40}}\),? (?P<date>{_DATE}) ?(?:{_DASH}+|:) +",
        # PLACE[, Region][, May 13] (Somebody) [-]
        rf"(?P<place>{_CAPS}){_REGION}{_DATED} ?\([A-Z][^()\d\n]{{1,40}}\){_TAIL}",
        # PLACE, May 13[.] [/SOMEBODY/.]
        rf"(?P<place>{_CAPS}){_REGION}, ?(?P<date>{_DATE})[.:]?(?: /[A-Z-]+/\.?)? +(?=[A-Z\"“‘])",
        # PLACE[, Region][, May 13] -
        rf"(?P<place>{_CAPS}){_REGION}{_DATED},? ?(?:--+|[–—_]|-(?= [A-Z\"“‘])) *",
        # Place[, Region], 13 May (Somebody) [-]
        rf"(?P<place>{_NAME}){_REGION}, ?(?P<date>{_DATE}) ?\([A-Z][^()\d\n]{{1,40}}\){_TAIL}",
        # Place, 13 May:
        rf"(?P<place>{_NAME}|{_CAPS}){_REGION}, ?(?P<date>{_DATE}): +",
        # Place, May 13 -
        rf"(?P<place>{_NAME}){_REGION}, ?(?P<date>{_DATE}),? ?{_DASH}+ +",
    )
)
"""Datelines that capitals or a date make certain."""
_CITY = re.compile(rf"(?P<place>{_CAPS}|{_NAME}){_REGION}(?:: +| - )")
"""'NEW DELHI: India has ...' in papers of South Asia and the Gulf, 'Oslo - The king ...': good where the place is one
that we know."""
_WEAK = re.compile(rf"(?P<place>{_NAME}){_REGION} (?:--|[–—]) ")
"""'London – The ministers ...': also the shape of an aside, so only good where a story opens."""
_BEGINNING = re.compile(
    rf"(?:{_CAPS}|{_NAME})(?![a-zß-ÿ]){_REGION}"
    rf"(?:, ?{_DATE}|{_DATED}[,.]? ?(?:[(/:–—_-]|[A-Za-z]+(?:[ -][A-Z][a-z]+)? ?{_DASH}))"
    rf"|{_DATE} \("
)
"""How all of these begin: one look in place of twelve."""
_HEAD = 160
"""Characters: no dateline is longer."""
_MARK = re.compile(r"[–—_(/:]|-[ -]| \d\d?\.? ")
"""What every dateline has: a cheap test for what most paragraphs have not."""
_STORY = re.compile(r"[A-ZÀ-Þ\"“‘'0-9$€£<(](?:[^ ]* ){4}")
"""What follows a dateline: five words at least, the first with a capital; a row of a table does not."""
_NO_PLACE = re.compile(
    r"(?:UPDATE|CORRECT\w*|EXCLUSIVE|BREAKING|ANALYSIS|FACTBOX|TIMELINE|OPINION|WATCH|FILE|PHOTO|VIDEO|NOTE|BRIEF|INSIGHT"
    r"|COLUMN|EXPLAINER|LIVE|READ|MORE|[AP]\.M|ADVISORY|EDITORS?|SUMMARY|PREVIEW)\b"
)
_MINOR = re.compile(r"(?:de|du|des|of|on|au|al|el|la|le|and|the|upon|sur|del|da|do)")


@dataclass(frozen=True, slots=True)
class Opening:
    """A dateline at the beginning of a paragraph, which goes on at `end`. `strong`: it can be nothing else."""

    text: str
    place: str | None
    date_text: str | None
    agency: str | None
    end: int
    strong: bool

    def day(self, near: date | None) -> date | None:
        """The day it names; a year left out is the one that brings the day nearest to `near`."""
        return complete(self.date_text, near) if self.date_text else None

    def record(self, near: date | None) -> Dateline:
        """As a record."""
        day = self.day(near)
        return Dateline(text=self.text, place=self.place, date=day.isoformat() if day else None)


def read_dateline(paragraph: str) -> Opening | None:
    """The dateline that the paragraph begins with, if any."""
    head = paragraph[:_HEAD]
    if not head[:1].isupper() or _BEGINNING.match(head) is None or _MARK.search(head) is None:
        return None
    for pattern in _BY_AGENCY:
        match = pattern.match(head)
        if match and (agency := agency_in(match["agency"])) and (opening := _opening(match, paragraph, agency)):
            return opening
    for pattern in _BY_FORM:
        match = pattern.match(head)
        if match and (opening := _opening(match, paragraph)):
            return opening
    match = _CITY.match(head)
    if (
        match
        and is_city(_as_written(match["place"]))
        and (opening := _opening(match, paragraph, strong=match["place"].isupper()))
    ):
        return opening
    match = _WEAK.match(head)
    return _opening(match, paragraph, strong=False) if match else None


def _opening(match: re.Match[str], paragraph: str, agency: str | None = None, *, strong: bool = True) -> Opening | None:
    told = match.groupdict()
    place = (told.get("place") or "").split("/")[0].rstrip(".")
    if _NO_PLACE.match(place) or _STORY.match(paragraph, match.end()) is None:
        return None
    return Opening(
        text=match.group().strip(),
        place=_as_written(place) or None,
        date_text=told.get("date"),
        agency=agency,
        end=match.end(),
        strong=strong,
    )


def _as_written(place: str) -> str:
    """'PORT-AU-PRINCE' as 'Port-au-Prince', "O'HARE" as "O'Hare"; what is not all capitals stays."""
    if not place.isupper():
        return place
    parts = re.split(r"([ '’-])", place.lower())
    return "".join(
        part if i and _MINOR.fullmatch(part) else part[:1].upper() + part[1:] for i, part in enumerate(parts)
    )
