"""Apostrophes that a feed lost: "nation s decision", "don t", "nation?s", "Finlands president". Only for English text.

Mending changes the text, so it is done before any offset is counted.
"""

from __future__ import annotations

import re
from functools import cache

from legation.knowledge import load

_NEGATED = "is|are|was|were|do|does|did|has|have|had|would|could|should|must|need|ai"
_WE = "[Yy]ou|[Ww]e|[Tt]hey"
_HE = rf"I|[Hh]e|[Ss]he|[Ii]t|{_WE}"

_MENDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), mended)
    for pattern, mended in (
        # an accent or the replacement character in the apostrophe's place, or the question mark that some encoder put
        # there (not in a URL's query)
        (r"(?<=[A-Za-z])[`´\ufffd](?=(?:s|t|re|ve|ll|d|m)\b)", "'"),
        (r"(?<=[a-z])\?(?=(?:s|t|re|ve|ll)\b(?![=&?/]))", "'"),
        # "nation s decision": a lone 's' is no English word; after a single letter it may be one of a list
        (r"(?<=[A-Za-z][a-z]|[A-Z][A-Z]|[A-Z]\.) s(?=[ \n,.;:!?)\"”]|$)(?! [a-z](?:[ ,]|$))", "'s"),
        (rf"\b((?i:{_NEGATED})n|[Ww]on|[Cc]an) t\b(?! [a-z] )", r"\1't"),
        (rf"\b({_WE}) re(?= )", r"\1're"),
        (rf"\b(I|{_WE}|could|should|would|might) ve(?= )", r"\1've"),
        (rf"\b({_HE}|[Tt]hat|[Tt]here) ll(?= )", r"\1'll"),
        (rf"\b({_HE}) d(?= [a-z])", r"\1'd"),
        (r"\bI m(?= [a-z])", "I'm"),
        (r"\bo clock\b", "o'clock"),
    )
)
_NAME = re.compile(r"\b([A-Z][a-z]{3,})s(?= [a-zA-Z])")
_SEVERAL = ("two ", "both ", "the ", "The ")
_Y = re.compile(r"(?<=[a-z][bcdfghjklmnpqrtvwxz]y)s(?= [a-zA-Z])")
"""No plural ends so: 'the countrys president'."""
_APOSTROPHE = re.compile("['\u2019]")
_ANY = re.compile(r"[ ?`´\ufffd](?:s|t|re|ve|ll|d|m|clock)\b")
"""Cheap test: without one of these there is nothing to mend."""


def mend_apostrophes(text: str) -> str:
    """The text with lost apostrophes put back. Mending twice changes nothing more."""
    if _ANY.search(text) is not None:
        for pattern, mended in _MENDS:
            text = pattern.sub(mended, text)
    if _APOSTROPHE.search(text) is None:  # it lost them all
        text = _Y.sub("'s", _NAME.sub(_of_a_state, text))
    return text


def _of_a_state(match: re.Match[str]) -> str:
    """'Finlands president', but not 'the two Chinas'."""
    if match[1] not in _states() or match.string.endswith(_SEVERAL, 0, match.start()):
        return match[0]
    return f"{match[1]}'s"


@cache
def _states() -> frozenset[str]:
    return frozenset(country.name for country in load().countries.values())
