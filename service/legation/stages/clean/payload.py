"""Several articles in one payload: where each begins."""

from __future__ import annotations

from legation.stages.clean.blocks import Block, Kind

_LONG_HEADLINE = 5
"""Words: a bare date below a shorter heading is more likely an entry in a list of days than a new article."""
_DECKS = 2
"""Headings that may stand between a headline and its story (a deck, a kicker)."""


def split(blocks: list[Block]) -> list[list[Block]]:
    """The blocks of each article, in order; one list where nothing says that a second article begins.

    A new one begins at a heading that is followed by what only an opening has: a script warning run into the heading,
    a stamp, a byline or a dateline, and then prose; or that follows a wire's end mark. The article before must have
    prose of its own. A heading alone is a subheading.
    """
    stories: list[list[Block]] = [[]]
    has_prose = False
    for i, block in enumerate(blocks):
        if has_prose and block.kind is Kind.HEADING and _opens(blocks, i):
            stories.append([])
            has_prose = False
        stories[-1].append(block)
        has_prose = has_prose or block.kind is Kind.PROSE
    return stories


def _opens(blocks: list[Block], at: int) -> bool:
    sign = _last_before(blocks, at) is Kind.END
    decks = 0
    for j in range(at + 1, len(blocks)):
        block = blocks[j]
        if block.kind is Kind.PROSE:
            return sign or (block.opening is not None and block.opening.strong)
        if block.kind is Kind.HEADING:
            decks += 1
            if decks > _DECKS:
                return False
        elif block.kind is Kind.STAMP and block.stamp is not None:
            sign = sign or not block.stamp.bare or len(blocks[at].text.split()) >= _LONG_HEADLINE
        elif block.kind is Kind.BYLINE:
            sign = True
        elif block.kind is Kind.FURNITURE:
            sign = sign or (block.reason == "script-warning" and j == at + 1)
        elif block.kind in (Kind.END, Kind.CREDITS):
            return False
    return False


def _last_before(blocks: list[Block], at: int) -> Kind | None:
    return next((b.kind for b in reversed(blocks[:at]) if b.kind is not Kind.FURNITURE), None)
