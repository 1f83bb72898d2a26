"""Apostrophes that a feed lost: "nation s decision", "don t", "nation?s". Only for English text.

Mending changes the text, so it is done before any offset is counted.
"""

from __future__ import annotations

import re

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
_ANY = re.compile(r"[ ?`´\ufffd](?:s|t|re|ve|ll|d|m|clock)\b")
"""Cheap test: without one of these there is nothing to mend."""


def mend_apostrophes(text: str) -> str:
    """The text with lost apostrophes put back. Mending twice changes nothing more."""
    if _ANY.search(text) is None:
        return text
    for pattern, mended in _MENDS:
        text = pattern.sub(mended, text)
    return text
