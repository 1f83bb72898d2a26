"""An article's lines as blocks, each labelled with what it is on its own merits; where it stands is judged later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from legation.stages.clean.agencies import PATTERN as AGENCY
from legation.stages.clean.byline import is_credits, read_byline
from legation.stages.clean.captions import read_caption
from legation.stages.clean.dateline import Opening, read_dateline
from legation.stages.clean.furniture import cut_script_warnings, reason_for
from legation.stages.clean.stamps import RUN_IN, Stamp, read_stamp


class Kind(Enum):
    """What a block is."""

    PROSE = auto()
    HEADING = auto()
    CAPTION = auto()
    STAMP = auto()
    BYLINE = auto()
    CREDITS = auto()
    END = auto()
    """A wire's mark that the story is over."""
    FURNITURE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A line and what was read from it."""

    kind: Kind
    text: str
    reason: str = ""
    """Why it is furniture."""
    credit: str | None = None
    byline: str | None = None
    stamp: Stamp | None = None
    opening: Opening | None = None
    """The dateline that prose begins with."""


_END = re.compile(r"(?:REUTERS?|Reuters?|-30-|30|ENDS?|\(END\)|\[ENDS?\]|Ends|#{3,}|NNNN)\.?")
_SIGN_OFF = re.compile(rf"[-–—_ (/]*(?P<agency>{AGENCY})[-–—_ )/.]*", re.IGNORECASE)
_STRONG_DATELINE = re.compile(
    rf"(?<=[.!?)\w\"”]) (?=(?:[A-ZÀ-Þ][A-ZÀ-Þ'’.-]+[ /]?){{1,4}}(?:,? ?[A-Z][\w .]{{0,30}},?)? ?\((?i:{AGENCY})\)(?: ?[-–—_]+ ?| [A-Z\"“]))"
)
"""A dateline with its agency inside a line: what stands before it is another thing (a caption run into the story)."""
_FIRST = re.compile(r"[A-ZÀ-Þ0-9\"“‘'¿¡$€£<]")
_HEADING_END = re.compile(r"(?:[.,;:…]|[.]{3}|[.!?][\"”'’)])$")
MAX_HEADING = 200
"""Characters: a line of headline and deck; a longer line without full stop is broken prose."""
_MIN_HEADING_WORDS = 2


def read_blocks(paragraphs: list[str]) -> list[Block]:
    """The paragraphs, cut where one thing was run into another, each with its label."""
    return [label(piece, warning) for paragraph in paragraphs for piece, warning in _pieces(paragraph) if piece]


def _pieces(paragraph: str) -> Iterator[tuple[str, bool]]:
    for text, warning in cut_script_warnings(paragraph):
        if warning:
            yield text, True
            continue
        for stretch in _around(RUN_IN, text):
            at = 0
            for match in _STRONG_DATELINE.finditer(stretch):
                yield stretch[at : match.start()], False
                at = match.end()
            yield stretch[at:], False


def _around(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    at = 0
    for match in pattern.finditer(text):
        yield text[at : match.start()].strip()
        yield match["stamp"]
        at = match.end()
    yield text[at:].strip()


def label(text: str, warning: bool = False) -> Block:
    """The block that a line is, on its own."""
    if warning:
        return Block(Kind.FURNITURE, text, reason="script-warning")
    if _END.fullmatch(text):
        return Block(Kind.END, text)
    stamp = read_stamp(text)
    if stamp is not None:
        return Block(Kind.STAMP, text, stamp=stamp, byline=stamp.byline)
    if _SIGN_OFF.fullmatch(text):
        return Block(Kind.BYLINE, text, byline=text.strip(" -–—_()/."))
    caption = read_caption(text)
    if caption is not None:
        return Block(Kind.CAPTION, caption[0], credit=caption[1])
    reason = reason_for(text)
    if reason is not None:
        return Block(Kind.FURNITURE, text, reason=reason)
    byline = read_byline(text)
    if byline is not None:
        return Block(Kind.BYLINE, text, byline=byline)
    if is_credits(text):
        return Block(Kind.CREDITS, text)
    opening = read_dateline(text)
    if opening is None and _is_heading(text):
        return Block(Kind.HEADING, text)
    return Block(Kind.PROSE, text, opening=opening)


def _is_heading(text: str) -> bool:
    return (
        len(text) <= MAX_HEADING
        and text.count(" ") + 1 >= _MIN_HEADING_WORDS
        and _FIRST.match(text) is not None
        and _HEADING_END.search(text) is None
    )
