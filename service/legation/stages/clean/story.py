"""One article's blocks taken apart: title, byline, dateline, captions, stamps, furniture, and the body that is left."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from legation.records import Removed
from legation.stages.clean.blocks import Block, Kind
from legation.stages.clean.byline import is_persons, read_run_in_byline
from legation.stages.clean.captions import read_bracketed_credit
from legation.stages.clean.dateline import Opening, read_dateline
from legation.stages.clean.names import agency_in, agency_named, is_agency
from legation.stages.clean.stamps import Stamp

_KEPT = 200
"""Characters of what was removed that the record keeps (see `Removed.text`)."""
_WORD = re.compile(r"\w+")
_SAME_TITLE = 0.6
"""Share of the longer one's words that two headlines have in common when one repeats the other."""
_KICKER = re.compile(
    r"[A-Z\W]{3,30}|[A-Z][A-Za-z]+(?: [A-Z][a-z]+){0,2}(?: ?[/|>] ?[A-Z][a-z]+)+|[A-Z][a-z]+"
    r"|[A-Z][A-Z-]+/[A-Z-]*(?: \([A-Z]+(?: \d+)?(?:, [A-Z]+)*\))?"
)
"""A section's name: capitals, one word, or a path of them; a wire's slug ('NIGER-MALI/BORDER (UPDATE 2)')."""
_BETWEEN = frozenset({Kind.BYLINE, Kind.STAMP, Kind.FURNITURE})
"""What may stand between a kicker and the headline."""
_FLAG = re.compile(
    r"^(?:\((?:\d\w\w )?(?:LEAD|LD|URGENT|UPDATE|Recast)\) ?|(?:UPDATE|WRAPUP|RPT|REFILE)(?: ?\d+)? ?[-:–] ?)"
)
"""What wires put before the headline of a new version."""
_LEAD = 3
"""Paragraphs among which the dateline is looked for: a summary may stand before it."""
_SIGN_OFF = re.compile(
    r"(?<=[.!?\"”')])[ (/–—_-]+(?P<agency>(?i:reuters?)|AFP|AP|Kyodo|Xinhua|Yonhap|dpa|TASS|PTI|ANI|IANS)[)/]?\.?$"
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
    """(text, credit)."""
    paragraphs: list[str] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """The paragraphs so far."""

    def remove(self, reason: str, text: str) -> None:
        """Note what was taken out."""
        self.removed.append(Removed(reason=reason, characters=len(text), text=text[:_KEPT]))

    def sign(self, who: str) -> None:
        """Note a byline, which may name an agency, or nothing else."""
        self.agency = self.agency or agency_named(who)
        if self.byline is None and not is_agency(who):
            self.byline = who


def read_story(blocks: list[Block], title: str | None) -> Story:
    """Take the blocks of one article apart. `title` is the feed's, if it gave one: then headings that repeat it go."""
    story = Story(title=title)
    prose = prose_left = sum(block.kind is Kind.PROSE for block in blocks)
    is_lone = prose == 0 and sum(block.kind is Kind.HEADING for block in blocks) == 1
    after_links = False
    for i, block in enumerate(blocks):
        after_links = block.reason == "read-more" or (after_links and block.kind is Kind.HEADING)
        is_head = prose_left == prose  # before the first paragraph of the story
        prose_left -= block.kind is Kind.PROSE
        match block.kind:
            case Kind.FURNITURE:
                story.remove(block.reason, block.text)
            case Kind.CREDITS:
                story.remove("credits", block.text)
            case Kind.END:
                story.remove("sign-off", block.text)
                story.agency = story.agency or agency_in(block.text.title())
            case Kind.CAPTION if block.text:
                story.captions.append((block.text, block.credit))
            case Kind.CAPTION:
                _take_credit(story, block.credit or "")
            case Kind.BYLINE if block.byline:
                story.remove("byline", block.text)
                story.sign(block.byline)
            case Kind.STAMP if block.stamp and not (block.stamp.bare and not is_head and prose_left):
                _take_stamp(story, block.text, block.stamp)
            case Kind.HEADING if is_head and not is_lone and _take_heading(story, blocks, i):
                pass
            case Kind.HEADING if after_links and not is_head:
                story.remove("read-more", block.text)  # what the label before it links to
            case Kind.HEADING if story.title and _repeats(block.text, story.title):
                story.remove("repeat", block.text)
            case _:
                _take_prose(story, block, is_last=prose_left == 0)
    return story


def _take_heading(story: Story, blocks: list[Block], at: int) -> bool:
    """Whether the heading, above all prose, was the title, a kicker above it, or names beside a stamp."""
    text = blocks[at].text
    beside = {block.kind for block in blocks[max(0, at - 1) : at + 2]}
    if story.title is None:
        below = [block.kind for block in blocks[at + 1 :] if block.kind not in _BETWEEN]
        if below[:1] == [Kind.HEADING] and _KICKER.fullmatch(text):
            story.remove("kicker", text)
        else:
            story.title = _FLAG.sub("", text)
        return True
    if Kind.STAMP in beside and is_persons(text):
        story.remove("byline", text)
        story.sign(text)
        return True
    return False


def _take_credit(story: Story, credit: str) -> None:
    """A credit on a line of its own: where it follows a first paragraph before any dateline, that was the caption."""
    if len(story.paragraphs) == 1 and story.opening is None:
        story.captions.append((story.paragraphs.pop(), credit))
    else:
        story.remove("credit", credit)


def _take_stamp(story: Story, text: str, stamp: Stamp) -> None:
    story.remove("stamp", text)
    story.stamps.append(stamp)
    story.agency = story.agency or stamp.agency
    if stamp.byline:
        story.sign(stamp.byline)


def _take_prose(story: Story, block: Block, *, is_last: bool) -> None:
    text = block.text
    if story.opening is None and len(story.paragraphs) < _LEAD:
        text = _take_opening(story, text, block.opening)
        caption = read_bracketed_credit(text) if not (is_last or story.opening or story.paragraphs) else None
        if caption is not None:
            story.captions.append(caption)
            return
    if is_last and (match := _SIGN_OFF.search(text)):
        story.remove("sign-off", match.group().strip())
        story.agency = story.agency or agency_named(match["agency"])
        text = text[: match.start()]
    if len(text) >= _FROM_REPEAT and text in story.seen:
        story.remove("repeat", text)
    elif text:
        story.seen.add(text)
        story.paragraphs.append(text)


def _take_opening(story: Story, text: str, opening: Opening | None) -> str:
    """The paragraph without the byline and dateline that it begins with."""
    run_in = read_run_in_byline(text)
    if run_in is not None:
        who, end = run_in
        story.remove("byline", text[:end].strip())
        story.sign(who)
        text = text[end:]
        opening = read_dateline(text)
    if opening is None or (story.paragraphs and not opening.strong):
        return text
    story.opening = opening
    story.agency = opening.agency or story.agency
    return text[opening.end :]


def _repeats(heading: str, title: str) -> bool:
    first, second = (set(_WORD.findall(text.lower())) for text in (heading, title))
    return len(first & second) >= _SAME_TITLE * max(len(first), len(second), 1)
