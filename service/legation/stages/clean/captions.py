"""Captions: text that belongs to a picture, told by the credit that it ends with or the label that it begins with."""

from __future__ import annotations

import re

from legation.stages.clean.agencies import PATTERN as AGENCY

_NAME = r"[A-ZÀ-Þ][\w.'’-]*(?:[ /][A-ZÀ-Þa-z][\w.'’-]*){0,5}"
_HOUSE = (
    rf"(?i:{AGENCY}|(?:AP|AFP) via Getty Images|Getty(?: Images)?(?: via AFP)?|EPA(?:-EFE)?|Shutterstock|Bloomberg)"
)
_PHOTO = r"(?i:file photos?|photos?(?: by)?|photograph|image|picture|pool|handout)"

_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        # | POOL / AFP-JIJI
        r" ?\| ?(?P<credit>[A-Z][A-Z0-9.,&' /-]{2,60}|[Pp]hoto[^|\n]{2,50})$",
        # REUTERS/Name/File Photo
        rf" ?(?P<credit>R(?:EUTERS|euters)/{_NAME})\.?$",
        # (AP Photo/Name), (Photo by Name/Getty Images), [Photo/Xinhua], (Name/AFP), (File photo)
        rf" ?[(\[](?P<credit>[^()\[\]\n]{{0,40}}\b{_PHOTO}\b[^()\[\]\n]{{0,70}}|{_HOUSE} ?/ ?[^()\[\]\n]{{2,60}}"
        rf"|[^()\[\]\n]{{2,50}}/ ?{_HOUSE})[)\]]\.?$",
        # Photo: Name, Credit: Name/AFP
        r"[ |—–-]*\b(?P<credit>(?i:photo(?:graph)?|credit|picture|image)(?i: credit| by)?: ?[A-Z][^\n.:]{2,60})\.?$",
        # Name / AFP, © AFP
        rf"(?<=[.!?\"”]) (?P<credit>(?:{_NAME} ?/ ?)?{_HOUSE})$",
        r" (?P<credit>(?:©|\(c\)) ?[A-Z][^\n.]{2,60})$",
    )
)
_CREDIT_ALONE = re.compile(rf"(?P<credit>(?:{_NAME} ?[/|] ?){{1,2}}{_HOUSE})")
_CREDIT_AT_MOST = 120
"""Characters from the end among which a credit begins."""
_MARK = re.compile(r"[/|:©(\[]")
"""What a credit has, if a full stop ends it."""
_LABEL = re.compile(
    r"(?:file photo|file|photo|(?:image|media) caption|caption|in photo|pictured)(?:[:,]| [-–—]+) ?(?=[A-Z\"“])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf" ?\((?P<credit>(?i:{AGENCY}))\)\.?$")
MAX_CAPTION = 700
"""Characters: captions are short; a longer paragraph with a credit at its end is a story with its sign-off."""


def read_caption(paragraph: str) -> tuple[str, str | None] | None:
    """(text, credit) of a paragraph that is a caption wherever it stands; no text where it is the credit alone."""
    if len(paragraph) > MAX_CAPTION:
        return None
    if len(paragraph) <= _CREDIT_AT_MOST and (match := _CREDIT_ALONE.fullmatch(paragraph)):
        return "", match["credit"]
    label = _LABEL.match(paragraph)
    start = label.end() if label else 0
    tail = max(start, len(paragraph) - _CREDIT_AT_MOST)
    if _MARK.search(paragraph, tail) or not paragraph.endswith((".", '"', "”")):
        for pattern in _CREDITS:
            match = pattern.search(paragraph, tail)
            if match:
                return paragraph[start : match.start()].strip(), match["credit"].strip()
    if label is None:
        return None
    return read_bracketed_credit(paragraph[start:]) or (paragraph[start:].strip(), None)


def read_bracketed_credit(paragraph: str) -> tuple[str, str] | None:
    """(text, credit) of a paragraph that ends in '(Kyodo)': a caption before the story opens, a sign-off at its end."""
    match = _BRACKETED.search(paragraph, max(0, len(paragraph) - _CREDIT_AT_MOST))
    return (paragraph[: match.start()].strip(), match["credit"]) if match else None
