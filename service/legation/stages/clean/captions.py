"""Captions: text that belongs to a picture, told by the credit that it ends with or the label that it begins with."""

from __future__ import annotations

import re

from legation.stages.clean.names import is_agency

_NAME = r"[A-ZÀ-Þ][\w.'’-]*(?:[ /][A-ZÀ-Þa-z][\w.'’-]*){0,5}"
_PHOTO = r"(?i:file photos?|photos?(?: by)?|photograph|image|picture|pool|handout)"

_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        # | POOL / AFP-JIJI
        r" ?\| ?(?P<credit>[A-Z][A-Z0-9.,&' /-]{2,60}|[Pp]hoto[^|\n]{2,50})$",
        # REUTERS/Name/File Photo
        rf" ?(?P<credit>R(?:EUTERS|euters)/{_NAME})\.?$",
        # (AP Photo/Name), (Photo by Name/Getty Images), [Photo/Xinhua], (File photo)
        rf" ?[(\[](?P<credit>[^()\[\]\n]{{0,40}}\b{_PHOTO}\b[^()\[\]\n]{{0,70}})[)\]]\.?$",
        # Photo: Name, Credit: N. Name/AFP
        r"[ |—–-]*\b(?P<credit>(?i:(?:photo(?:graph)?|credit|picture|image)(?: credit| by)?): ?"
        r"[A-Z](?:[^\n.:]|(?<=[ :][A-Z])\.){2,60})\.?$",
        r" (?P<credit>(?:©|\(c\)) ?[A-Z][^\n.]{2,60})$",
    )
)
"""Credits that their form makes certain."""
_SIGNED = (
    re.compile(r" ?[(\[](?P<credit>[^()\[\]\n]{2,50}/[^()\[\]\n]{2,60})[)\]]\.?$"),  # (Xinhua/Name), (Name/AFP)
    re.compile(rf"(?:^|(?<=[.!?\"”]) )(?P<credit>(?:{_NAME} ?[/|] ?){{1,2}}{_NAME}|{_NAME})$"),  # Name / AFP
)
"""Credits if one of their parts is an agency, also alone on a line."""
_PARTS = re.compile(r" ?[/|] ?| via ")
_PICTURES = re.compile(r"Getty(?: Images)?|EPA(?:-EFE)?|Shutterstock|Alamy|POOL|Pool")
"""Who sells pictures and writes no copy."""
_CREDIT_AT_MOST = 120
"""Characters from the end among which a credit begins."""
_MARK = re.compile(r"[/|:©(\[]")
"""What a credit has, if a full stop ends it."""
_LABEL = re.compile(
    r"(?:\[(?:file )?(?:photo|image)\]|(?:file photo|file|photo|(?:image|media) caption|caption|in photo|pictured)"
    r"(?:[:,]| [-–—]+)) ?(?=[A-Z\"“])",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    r"\[(?:file )?(?:photo|image|picture): ?(?P<text>[^\[\]\n]+?)(?:(?<=[.!?\"”]) (?P<credit>[^/.]+/[^/.]+))?\]",
    re.IGNORECASE,
)
"""'[Photo: The two before their talks. KCNA/Handout]'."""
_BRACKETED = re.compile(rf"(?P<after>[.!?\"”])? ?\((?P<credit>{_NAME})\)\.?$")
RUN_IN_CAPTION = re.compile(
    r"(?<=[.!?\"”]) (?P<caption>\[(?:file )?(?:photo|image)\] ?[^\[\]\n]{20,400}?"
    rf"\((?:[^()\n]{{0,40}}\b{_PHOTO}\b[^()\n]{{0,40}}|[A-Z][\w /]{{1,40}})\)(?: ?\([A-Z][\w /]{{1,40}}\))*)(?: |$)",
    re.IGNORECASE,
)
"""A caption that lost its line ends: from its label to the last of its credits."""
MAX_CAPTION = 700
"""Characters: captions are short; a longer paragraph with a credit at its end is a story with its sign-off."""


def read_caption(paragraph: str) -> tuple[str, str | None] | None:
    """(text, credit) of a paragraph that is a caption wherever it stands; no text where it is the credit alone."""
    if len(paragraph) > MAX_CAPTION:
        return None
    if whole := _IN_BRACKETS.fullmatch(paragraph):
        return whole["text"], whole["credit"]
    label = _LABEL.match(paragraph)
    start = label.end() if label else 0
    tail = max(start, len(paragraph) - _CREDIT_AT_MOST)
    if _MARK.search(paragraph, tail) or not paragraph.endswith((".", '"', "”")):
        for match in filter(None, (pattern.search(paragraph, tail) for pattern in (*_CREDITS, *_SIGNED))):
            if match.re not in _SIGNED or _is_signed(match["credit"]):
                return paragraph[start : match.start()].strip(), match["credit"].strip()
    if label is None:
        return None
    return read_bracketed_credit(paragraph[start:]) or (paragraph[start:].strip(), None)


def read_bracketed_credit(paragraph: str) -> tuple[str, str] | None:
    """(text, credit) of a paragraph that ends in '(Kyodo)', or in another name in brackets after its full stop.

    Before the story opens that is a caption, at its end a sign-off.
    """
    is_closed = paragraph.endswith((")", ")."))  # to search costs more
    match = _BRACKETED.search(paragraph, max(0, len(paragraph) - _CREDIT_AT_MOST)) if is_closed else None
    if match is None or not (match["after"] or is_agency(match["credit"])):
        return None
    return paragraph[: match.start() + len(match["after"] or "")].strip(), match["credit"]


def _is_signed(credit: str) -> bool:
    parts = _PARTS.split(credit)
    return any(is_agency(part) or _PICTURES.fullmatch(part) for part in parts) and not is_agency(credit)
