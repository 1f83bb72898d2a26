"""Bylines: who wrote it."""

from __future__ import annotations

import re

_NAME = r"(?:[A-ZÀ-Þ][\w'’.-]*)(?:[ -](?:[A-ZÀ-Þ][\w'’.-]*|de|van|von|der|bin|al|el|la|di|da))*"
_AFFILIATION = r"(?:(?:, ?| ?[|/–—] ?| of | for | - )(?:the )?[A-ZÀ-Þ][\w&'’. /-]{1,60})?"
BYLINE = re.compile(
    rf"[ *]*(?:By|BY|by|Written by|From)[: ] *(?P<who>{_NAME}(?:(?:, ?| and | & ){_NAME})*{_AFFILIATION})[ .*]*"
)
_INLINE = re.compile(
    rf"(?:By|BY) (?P<who>{_NAME}(?:(?:, ?| and ){_NAME})*?)(?:, (?P<agency>[A-Z][\w ]+?))? (?=[A-Z]{{3,}}[A-Z ,./a-z]*(?:\([A-Z]|[–—-]))"
)
_CREDITS = re.compile(
    r"[(\[]?(?:(?:Additional |Further )?(?:Reporting|Writing|Editing|Compiled|Edited|Written|Reported|Translated)"
    r"(?: and \w+)?(?: by|:)).{3,300}",
    re.DOTALL,
)
MAX_BYLINE = 120
"""Characters: three names with an agency; longer is prose."""


def read_byline(line: str) -> str | None:
    """The names (with the agency, if told) of a line that is nothing but a byline."""
    if len(line) > MAX_BYLINE:
        return None
    match = BYLINE.fullmatch(line)
    return match["who"].strip(" .") if match else None


def read_inline_byline(paragraph: str) -> tuple[str, int] | None:
    """The byline that runs into a dateline ('By JANE ROE PARIS (AP) — ...'), and where the paragraph goes on."""
    if not paragraph.startswith(("By ", "BY ")):
        return None
    match = _INLINE.match(paragraph[: MAX_BYLINE + 60])
    return (match.group()[3:].strip(), match.end()) if match else None


def is_credits(line: str) -> bool:
    """Whether the paragraph names reporters and editors, as agencies do below their copy."""
    return len(line) <= 400 and _CREDITS.fullmatch(line) is not None
