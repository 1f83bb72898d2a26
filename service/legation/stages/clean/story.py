"""One article's blocks taken apart: title, byline, dateline, captions, stamps, furniture, and the body that is left."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from legation.records import Removed
from legation.stages.clean.agencies import agency_named
from legation.stages.clean.blocks import Block, Kind
from legation.stages.clean.byline import read_inline_byline
from legation.stages.clean.captions import read_bracketed_credit
from legation.stages.clean.dateline import Opening, read_dateline
from legation.stages.clean.stamps import Stamp

_REMOVED_TEXT = 200
"""Characters of what was removed that the record keeps (see `Removed.text`)."""
_WORDS = re.compile(r"\w+")
_SAME_TITLE = 0.6
"""Share of the shorter one's words that two headlines have in common when one repeats the other."""
_LEAD = 3
"""Paragraphs among which the dateline is looked for: a summary may stand before it."""
_SIGN_OFF = re.compile(
    r"(?: *[-–—_/(]+ ?| +)(?P<agency>REUTERS?|Reuters?|AFP|AP|Kyodo|Xinhua|Yonhap|dpa|TASS|PTI|ANI|IANS)[)/]?\.?$"
)
_FROM_REPEAT = 40
"""Characters: shorter paragraphs may be said twice ('No comment.')."""


@dataclass(slots=True)
class Story:
    """What one article's blocks hold."""

    title: str | None = None
    byline: str | None = None
    agency: str | None = None
    opening: Opening | None = None
    stamps: list[Stamp] = field(default_factory=list)
    captions: list[tuple[str, str | None]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)

    def remove(self, reason: str, text: str) -> None:
        """Note what was taken out."""
        self.removed.append(Removed(reason=reason, characters=len(text), text=text[:_REMOVED_TEXT]))


def read_story(blocks: list[Block], title: str | None) -> Story:
    """Take the blocks of one article apart. `title` is the feed's, if it gave one: then headings that repeat it go."""
    story = Story(title=title)
    prose_left = sum(block.kind is Kind.PROSE for block in blocks)
    seen: set[str] = set()
    for block in blocks:
        prose_left -= block.kind is Kind.PROSE
        match block.kind:
            case Kind.FURNITURE:
                story.remove(block.reason, block.text)
            case Kind.CREDITS:
                story.remove("credits", block.text)
            case Kind.END:
                story.remove("sign-off", block.text)
                story.agency = story.agency or agency_named(block.text)
            case Kind.CAPTION:
                story.captions.append((block.text, block.credit))
            case Kind.BYLINE:
                story.remove("byline", block.text)
                _take_byline(story, block.byline or "")
            case Kind.STAMP if block.stamp and not (block.stamp.bare and story.paragraphs and prose_left):
                story.remove("stamp", block.text)
                story.stamps.append(block.stamp)
                story.byline = story.byline or block.stamp.byline
                story.agency = story.agency or block.stamp.agency
            case Kind.HEADING if not story.paragraphs and not _repeats(block.text, story.title) and story.title is None:
                story.title = block.text
            case Kind.HEADING if _repeats(block.text, story.title):
                story.remove("repeat", block.text)
            case _:
                _take_prose(story, block, last=prose_left == 0, seen=seen)
    return story


def _take_byline(story: Story, who: str) -> None:
    agency = agency_named(who) or agency_named(who.rsplit(",")[-1])
    story.agency = story.agency or agency
    if agency_named(who) is None and story.byline is None:
        story.byline = who


def _take_prose(story: Story, block: Block, *, last: bool, seen: set[str]) -> None:
    text, opening = block.text, block.opening
    if len(story.paragraphs) < _LEAD and story.opening is None:
        inline = read_inline_byline(text)
        if inline is not None:
            story.remove("byline", text[: inline[1]])
            _take_byline(story, inline[0])
            text = text[inline[1] :]
            opening = read_dateline(text)
        if opening is not None and (opening.strong or not story.paragraphs):
            story.opening = opening
            story.agency = opening.agency or story.agency
            text = text[opening.end :]
        elif not story.paragraphs and not last:
            caption = read_bracketed_credit(text)
            if caption is not None:
                story.captions.append(caption)
                return
    if last:
        text = _without_sign_off(story, text)
    if len(text) >= _FROM_REPEAT and text in seen:
        story.remove("repeat", text)
        return
    seen.add(text)
    if text:
        story.paragraphs.append(text)


def _without_sign_off(story: Story, text: str) -> str:
    match = _SIGN_OFF.search(text)
    if match is None or text[: match.start()].rstrip()[-1:] not in tuple('.!?"”’)'):
        return text
    story.remove("sign-off", match.group().strip())
    story.agency = story.agency or agency_named(match["agency"])
    return text[: match.start()].rstrip()


def _repeats(heading: str, title: str | None) -> bool:
    if title is None:
        return False
    first, second = (set(_WORDS.findall(text.lower())) for text in (heading, title))
    return bool(first and second) and len(first & second) >= _SAME_TITLE * max(len(first), len(second))
