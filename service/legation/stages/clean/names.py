"""Names of news agencies and outlets in credits, bylines, stamps and datelines, as the knowledge files have them."""

from __future__ import annotations

import re

from legation.knowledge import Kind, load

_PARTS = re.compile(r"\s*[/|,;]\s*|\s+[-–—]\s+|\s+(?:and|via|of|for)\s+", re.IGNORECASE)
_MARKS = " .,()[]/=_–—-"
_ROLE = re.compile(r" (?:[A-Z]\w+ ){0,3}(?:Staff|Writers?|Reporters?|Correspondents?|Editors?)$")
"""What stands after an agency's name in a byline ('AP Auto Writer', 'Reuters Staff')."""
MAX_NAME = 40
"""Characters: no agency's name is longer; longer text is not looked up."""


def is_agency(text: str) -> bool:
    """Whether the text is an agency's name and nothing else, but for marks around it."""
    return _whole(text, Kind.NEWS_AGENCY) is not None


def agency_named(text: str) -> str | None:
    """The agency that the text names, as a whole or as one of its parts ('Jane Roe, Associated Press')."""
    names = (_whole(part, Kind.NEWS_AGENCY) for part in (text, *_PARTS.split(text)))
    return next(filter(None, names), None)


def agency_in(text: str) -> str | None:
    """The first agency named anywhere in the text: where the place alone says that an agency stands there, so that
    'Hina' and 'MAP', which elsewhere are other things, are agencies.
    """
    names = (text, f"{text} news agency")
    entries = (entry for name in names for match in load().find(name) for entry in match.entries)
    return next((entry.name for entry in entries if entry.kind is Kind.NEWS_AGENCY), None)


def is_city(text: str) -> bool:
    """Whether the text is the name of a city and nothing else."""
    return _whole(text, Kind.CITY, Kind.CAPITAL) is not None


def outlet_name(text: str) -> str:
    """The usual name of an outlet ('Mainichi Japan' is the Mainichi); what is not known stays as it is."""
    return _whole(text, Kind.OUTLET) or text


def _whole(text: str, *kinds: Kind) -> str | None:
    name = _ROLE.sub("", text.strip(_MARKS))
    if not name or len(name) > MAX_NAME:
        return None
    for match in load().find(name):
        if match.text == name:
            return next((entry.name for entry in match.entries if entry.kind in kinds), None)
    return None
