"""Apostrophes that a feed lost: "nation s decision", "don t", "nation?s". Only for English text.

Mending changes the text, so it is done before any offset is counted.
"""

from __future__ import annotations

import re

_MENDS: tuple[tuple[re.Pattern[str], str], ...] = (
    # a letter's grave or acute accent, or a question mark, in the apostrophe's place
    (re.compile(r"(?<=[A-Za-z])[`´](?=(?:s|t|re|ve|ll|d|m)\b)"), "'"),
    (re.compile(r"(?<=[a-z])\?(?=(?:s|t|re|ve|ll)\b(?![=&?/]))"), "'"),
    # "nation s decision": an 's' alone is no English word; not after a single letter, where letters are listed
    (re.compile(r"(?<=[A-Za-z][a-z]|[A-Z][A-Z]|[A-Z]\.) s(?=[ \n,.;:!?)\"”]|$)(?! [a-z](?:[ ,]|$))"), "'s"),
    (
        re.compile(r"\b(is|are|was|were|do|does|did|has|have|had|wo|would|ca|could|should|must|need|ai)n t\b", re.I),
        r"\1n't",
    ),
    (re.compile(r"\b(ca|wo) n t\b", re.I), r"\1n't"),
    (re.compile(r"\bcan t\b(?! [a-z] )"), "can't"),
    (re.compile(r"\bCan t\b(?! [a-z] )"), "Can't"),
    (re.compile(r"\b(you|we|they|You|We|They) re(?= )(?! elect)"), r"\1're"),
    (re.compile(r"\b(I|you|we|they|You|We|They|could|should|would|might) ve(?= )"), r"\1've"),
    (re.compile(r"\b(I|you|we|they|he|she|it|You|We|They|He|She|It|that|That|there|There) ll(?= )"), r"\1'll"),
    (re.compile(r"\b(I|you|we|they|he|she|You|We|They|He|She) d(?= [a-z])"), r"\1'd"),
    (re.compile(r"\bI m(?= [a-z])"), "I'm"),
    (re.compile(r"\bo clock\b"), "o'clock"),
)
_ANY = re.compile(r"[ ?`´](?:s|t|re|ve|ll|d|m|clock)\b")
"""Cheap test: without one of these there is nothing to mend."""


def mend_apostrophes(text: str) -> str:
    """The text with lost apostrophes put back. Mending twice changes nothing more."""
    if _ANY.search(text) is None:
        return text
    for pattern, mended in _MENDS:
        text = pattern.sub(mended, text)
    return text
