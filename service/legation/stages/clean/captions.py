"""Captions: text that belongs to a picture, told by the credit that it ends with."""

from __future__ import annotations

import re

from legation.stages.clean.agencies import PATTERN as AGENCY

_NAMES = r"[A-ZÀ-Þ][\w.'’-]*(?:[ /-][A-ZÀ-Þa-z][\w.'’-]*){0,5}"
_TAIL = r"(?:[ /]*(?:File(?: Photo)?|FILE(?: PHOTO)?|Handout|HANDOUT|Pool|POOL))*"
_SURE = (
    # | POOL / AFP-JIJI
    re.compile(r" ?\| ?(?P<credit>[A-Z][A-Z0-9.,&' /-]{2,60}| ?Photo[^|\n]{2,50})$"),
    # REUTERS/Name/File Photo
    re.compile(rf" ?(?P<credit>(?:REUTERS|Reuters)/{_NAMES}{_TAIL})\.?$"),
    # (AP Photo/Name), (Photo by Name/Getty Images), [Photo/Xinhua], (Xinhua/Name), (File photo)
    re.compile(
        r" ?[(\[](?P<credit>[^()\[\]\n]{0,40}\b(?:[Pp]hotos?|PHOTO|Photograph|Image|Picture|Pool|POOL|Handout)\b[^()\[\]\n]{0,70}"
        rf"|(?i:{AGENCY}) ?/ ?[^()\[\]\n]{{2,60}}|[^()\[\]\n]{{2,50}}/ ?(?i:{AGENCY}|Getty Images|EPA|EPA-EFE))[)\]]\.?$"
    ),
    # Photo: Name, Photograph: Name/AFP, Credit: Name
    re.compile(
        r"[ |—–-]*\b(?P<credit>(?:Photo(?:graph)?|PHOTO|Credit|CREDIT|Picture|Image)(?: credit| by)?: ?[A-Z][^\n.:]{2,60})\.?$"
    ),
    # ... / AFP via Getty Images, © AFP
    re.compile(
        rf" (?P<credit>(?:{_NAMES} ?/ ?)?(?:(?i:{AGENCY}) via )?(?:AP|AFP|Getty Images|Getty|EPA|EPA-EFE|Shutterstock|Xinhua|Anadolu))$"
    ),
    re.compile(r" (?P<credit>(?:©|\(c\)) ?[A-Z][^\n.]{2,60})$"),
)
_PREFIX = re.compile(
    r"(?:FILE PHOTO|File photo|FILE|PHOTO|Photo|Image caption|Media caption|Caption|IN PHOTO|Pictured)(?:[:,]| [-–—]+) ?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf" ?\((?P<credit>(?i:{AGENCY}))\)\.?$")
MAX_CAPTION = 700
"""Characters: captions are short; a longer paragraph with a credit at its end is a story's sign-off."""


def read_caption(paragraph: str) -> tuple[str, str | None] | None:
    """(text, credit) of a paragraph that is a caption wherever it stands."""
    if len(paragraph) > MAX_CAPTION:
        return None
    prefix = _PREFIX.match(paragraph)
    start = prefix.end() if prefix else 0
    for pattern in _SURE:
        match = pattern.search(paragraph, start)
        if match:
            return paragraph[start : match.start()].strip(), match["credit"].strip()
    if prefix:
        bracketed = read_bracketed_credit(paragraph[start:])
        return bracketed if bracketed else (paragraph[start:].strip(), None)
    return None


def read_bracketed_credit(paragraph: str) -> tuple[str, str] | None:
    """(text, credit) of a paragraph that ends in '(Kyodo)': a caption before the story opens, a sign-off at its end."""
    match = _BRACKETED.search(paragraph)
    return (paragraph[: match.start()].strip(), match["credit"]) if match else None
