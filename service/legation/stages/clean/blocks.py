"""An article's lines as blocks, each labelled with what it is on its own merits; where it stands is judged later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct
from msgspec.structs import replace

from legation.stages.clean.byline import is_credits, read_byline
from legation.stages.clean.captions import RUN_IN_CAPTION, read_bracketed_credit, read_caption
from legation.stages.clean.dateline import Opening, read_dateline
from legation.stages.clean.furniture import cut_script_warnings, reason_for
from legation.stages.clean.names import MAX_NAME, agency_in, is_agency
from legation.stages.clean.sentences import split_sentences
from legation.stages.clean.stamps import Stamp, read_stamp, run_in_stamps


class Kind(Enum):
    """What a block is."""

    PROSE = auto()
    HEADING = auto()
    CAPTION = auto()
    STAMP = auto()
    BYLINE = auto()
    CREDITS = auto()
    """Who reported and edited, below the copy."""
    END = auto()
    """A wire's mark that the story is over."""
    FURNITURE = auto()


class Block(Struct, frozen=True):
    """A line, or a part of one, and what was read from it."""

    kind: Kind
    text: str
    reason: str = ""
    """Why it is furniture."""
    credit: str | None = None
    byline: str | None = None
    stamp: Stamp | None = None
    opening: Opening | None = None
    """The dateline that prose begins with."""
    warned: bool = False
    """Whether a script warning was run into it, as feeds do with headlines."""


_END = re.compile(r"(?i:reuters?|-?30-?|-0-|\W?ends?\W?|enditem|n{4})\.*|#{3,}")
_END_RUN_IN = re.compile(r" (?=(?:==\w+|Enditem|-0-|-30-|\(END\)|#{3,})$)")
_LONGEST_END = 16
"""Characters of such a mark."""
_CAPS = r"[A-ZÀ-Þ][A-ZÀ-Þ'’.-]{1,20}"
_PLACE = rf"{_CAPS}(?:[ /]{_CAPS}){{0,3}}(?:, ?[A-Z][\w .]{{0,30}},?)?"
_RUN_IN_DATELINE = re.compile(rf"(?<=[a-z.!?)\"”]) (?={_PLACE} ?\((?P<agency>[A-Z][\w .&'/-]{{1,40}})\)[ –—_-])")
_AFTER_CREDIT = re.compile(rf"(?<=[.!?\"”]) ?\([^()\n]{{2,60}}\)(?P<cut> )(?={_PLACE} ?(?:\([A-Z]|[–—]|--? ))")
"""Before a dateline with its agency, or any dateline that follows a credit in brackets: what stands before a dateline
is another thing (a caption, a headline)."""
_CAPITAL = re.compile(r"[A-ZÀ-Þ0-9\"“‘'¿¡$€£<(\[]")
_ENTRY_TIME = re.compile(
    r"(?P<time>\d{1,2}:\d{2}(?: ?[ap]\.?m\b\.?)?(?: (?:GMT|UTC|[BCEMP][DES]?T|CEST))?)"
    r"(?:$|(?: ?[–—:|-]+ | )(?=[A-Z\"“].{15}))"
)
"""The time above or at the start of an entry of a live page: '18:40 Egypt calls for restraint', '14:05 - Norway will'.
Before fewer than 16 characters it may be a score."""
_STOPS = (".", ",", ";", ":", "…")
_CLOSED = re.compile(r"[.!?](?:[\"”'’)]|[\"”'’)]? [–—-]+ [A-Z][\w ]{1,20})$")
"""A full stop with what may stand behind it: a quotation mark, an agency's name ('... ended." — LETA')."""
_LONGEST_CLOSE = 40
"""Characters of that."""
_MAX_HEADING = 200
"""Characters: a headline with its deck; a longer line without full stop is broken prose."""
_MAX_QUESTION = 100
"""Characters: longer questions are asked in the text."""


def read_blocks(paragraphs: list[str]) -> list[Block]:
    """The paragraphs, cut where one thing was run into another, each with its label."""
    return [block for paragraph in paragraphs for block in _pieces(paragraph)]


def _pieces(paragraph: str) -> Iterator[Block]:
    if (entry := _ENTRY_TIME.match(paragraph)) is not None:
        yield Block(Kind.FURNITURE, entry["time"], reason="entry-time")
        paragraph = paragraph[entry.end() :]
        if not paragraph:
            return
    pieces = list(cut_script_warnings(paragraph))
    for i, (text, is_warning) in enumerate(pieces):
        if is_warning:
            yield Block(Kind.FURNITURE, text, reason="script-warning")
            continue
        cut = list(_cut(text)) if text else []
        for j, (piece, before_stamp) in enumerate(cut):
            before_warning = i + 1 < len(pieces) and j + 1 == len(cut)
            blocks = _label_with_headline(piece) if before_stamp or before_warning else [label(piece)]
            if before_warning:
                blocks[-1] = replace(blocks[-1], warned=True)
            yield from blocks


def _cut(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut around stamps, and before datelines and end marks, that have lost their line ends.

    With each piece, whether a stamp was cut out after it.
    """
    cuts = [match.span() for match in _END_RUN_IN.finditer(text, max(0, len(text) - _LONGEST_END))]
    # Most lines have none of these and need no closer look; a byline that runs into a dateline stays with it.
    if (") " in text or ", 20" in text or ", 19" in text) and not text.startswith(("By ", "BY ")):
        cuts += [*run_in_stamps(text), *(match.span("cut") for match in _AFTER_CREDIT.finditer(text))]
        for match in RUN_IN_CAPTION.finditer(text):
            cuts += [(match.start(), match.start("caption")), (match.end("caption"), match.end())]
        cuts += [match.span() for match in _RUN_IN_DATELINE.finditer(text) if agency_in(match["agency"])]
    if not cuts:
        yield text, False
        return
    at = 0
    for start, end in sorted(cuts):
        stamp = text[start:end].strip()
        if piece := text[at:start].strip():
            yield piece, bool(stamp)
        if stamp:
            yield stamp, False
        at = end
    if text[at:].strip():
        yield text[at:].strip(), False


def _label_with_headline(text: str) -> list[Block]:
    """A line that a warning or stamp cut off: its last words may be a headline that prose has run into."""
    block = label(text)
    last = split_sentences(text)[-1]
    if block.kind in (Kind.HEADING, Kind.PROSE) and last.start and _is_heading(last.text):
        return [label(text[: last.start].strip()), label(last.text)]
    return [block]


def label(text: str) -> Block:
    """The block that a line is, on its own."""
    if _END.fullmatch(text):
        return Block(Kind.END, text)
    if stamp := read_stamp(text):
        return Block(Kind.STAMP, text, stamp=stamp, byline=stamp.byline)
    if len(text) <= MAX_NAME and (agency := _agency_line(text)):
        return Block(Kind.BYLINE, text, byline=agency)
    if caption := read_caption(text):
        return Block(Kind.CAPTION, caption[0], credit=caption[1])
    if reason := reason_for(text):
        return Block(Kind.FURNITURE, text, reason=reason)
    if byline := read_byline(text):
        return Block(Kind.BYLINE, text, byline=byline)
    if is_credits(text):
        return Block(Kind.CREDITS, text)
    opening = read_dateline(text)
    if opening is None and _is_heading(text):
        return Block(Kind.HEADING, text)
    return Block(Kind.PROSE, text, opening=opening)


def _agency_line(text: str) -> str | None:
    """The agency whose name is all of the line, or its beginning before a place or another agency ('AFP, Lima')."""
    name = text.partition(",")[0]
    return name if is_agency(name) and all(word[:1].isupper() for word in text[len(name) :].split()[1:]) else None


def _is_heading(text: str) -> bool:
    return (
        len(text) <= (_MAX_QUESTION if text.endswith(("?", "!")) else _MAX_HEADING)
        and not text.endswith(_STOPS)
        and _CAPITAL.match(text) is not None
        and not _CLOSED.search(text, max(0, len(text) - _LONGEST_CLOSE))
        and read_bracketed_credit(text) is None
    )
