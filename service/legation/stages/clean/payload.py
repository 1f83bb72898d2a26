"""Several articles in one payload: where each begins."""

from __future__ import annotations

from legation.stages.clean.blocks import Block, Kind

_HEADLINE = 3
"""Words: a shorter heading is a section's name."""
_LONG_HEADLINE = 5
"""Words: a bare date below a shorter heading is more likely an entry in a list of days than an article's opening."""
_DECKS = 2
"""Headings that may stand between a headline and its story (a deck, a kicker)."""


def split(blocks: list[Block]) -> list[list[Block]]:
    """The blocks of each article, in order; one list where nothing says that a second article begins.

    One begins at a heading that is followed by prose and, before it, by what only an opening has: a script warning
    run into the heading, a stamp, a byline or a dateline; or that follows a wire's end mark. What went before must be
    an article too: with prose, and a headline or a sign of its own. A heading alone is a subheading. Of articles that
    begin with an agency's dateline, the next one begins another, heading or not; of those that begin with any, one
    below a rule does.
    """
    stories: list[list[Block]] = [[]]
    has_prose = has_head = has_dateline = is_wire = after_end = after_rule = False
    for i, block in enumerate(blocks):
        is_filed = block.opening is not None and block.opening.agency is not None
        if (
            (is_wire and has_prose and is_filed)
            or (after_rule and has_dateline and has_prose and block.opening is not None and block.opening.strong)
            or (block.kind is Kind.HEADING and has_prose and has_head and _opens(blocks, i, after_end, has_dateline))
        ):  # fmt: skip
            stories.append([])
            has_prose = has_head = has_dateline = is_wire = False
        is_wire = is_wire or (is_filed and not has_prose)
        has_dateline = has_dateline or (block.opening is not None and not has_prose)
        has_prose = has_prose or block.kind is Kind.PROSE
        has_head = has_head or _is_sign(block) or (block.kind is Kind.HEADING and not stories[-1])
        after_rule = block.reason == "rule"
        if block.kind is not Kind.FURNITURE:
            after_end = block.kind is Kind.END
        stories[-1].append(block)
    return stories


def _is_sign(block: Block) -> bool:
    """Whether the block is of a sort that stands at an article's head or foot only."""
    return block.kind in (Kind.STAMP, Kind.BYLINE, Kind.END) or (block.opening is not None and block.opening.strong)


def _opens(blocks: list[Block], at: int, after_end: bool, after_dateline: bool) -> bool:
    """Whether the heading at `at` is the headline of an article, which what follows it shows.

    A weak dateline ('Lima – ...') is a sign only where the article before began with a dateline too.
    """
    words = len(blocks[at].text.split())
    if words < _HEADLINE:
        return False
    signed = after_end or blocks[at].warned
    decks = 0
    for i in range(at + 1, len(blocks)):
        block = blocks[i]
        match block.kind:
            case Kind.PROSE:
                return signed or _is_sign(block) or (after_dateline and block.opening is not None)
            case Kind.HEADING:
                decks += 1
                if decks > _DECKS:
                    return False
            case Kind.STAMP if block.stamp is not None:
                signed = signed or not block.stamp.bare or words >= _LONG_HEADLINE
            case Kind.BYLINE:
                signed = True
            case Kind.END | Kind.CREDITS:
                return False
    return False
