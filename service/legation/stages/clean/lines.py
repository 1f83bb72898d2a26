"""From text to paragraphs: wires wrap at some seventy columns, feeds put a paragraph on a line."""

from __future__ import annotations

import re
from itertools import pairwise

_NARROW = range(30, 91)
"""Columns at which wires, mail and terminals wrap, and what a first line may lose to a dateline that was cut off."""
_CLOSED = (".", "!", "?", ":", '."', ".”", "?”", "!”")
_LOWER = re.compile(r"[a-z0-9]")
_ROW = re.compile(r"\S {2,}\S.*\S {2,}\S")
"""Three columns or more."""
_SIGN_OFF = re.compile(r" *(?i:reuters?)\W*")
_LONGEST_SIGN_OFF = 16
"""Characters of ' REUTER...' and its like."""
_CUT = re.compile(r"(?P<head>[^\W\d_]{2,})-$")
_CUTS = 2
"""Lines that end inside a word, from which a text is set in columns: one may be an accident."""
_PREFIXES = frozenset(
    "all anti co counter cross ex far full half high long low mid multi non one post pre pro quasi self semi short so "
    "third three trans two ultra vice well four five six".split()
)
"""What keeps its hyphen wherever the line ends: 'vice-president'."""
_BULLET = " •·▪●■►▶*"


def paragraphs(text: str) -> list[str]:
    """The paragraphs, without blanks and bullets at their ends; wrapped lines are joined where the text is wrapped."""
    lines = text.split("\n")
    is_cut = "-\n" in text and sum(_is_cut(line, after) for line, after in pairwise(lines)) >= _CUTS
    is_wrapped = _is_wrapped(lines)
    if not is_cut and not is_wrapped:
        return [paragraph for line in lines if (paragraph := _squeeze(line))]
    joined: list[str] = []
    previous = ""
    for line in lines:
        words = _squeeze(line)
        is_next = _continues(previous, line) if is_wrapped else _LOWER.match(line) is not None
        if words and previous and is_next:
            joined[-1] = _join(joined[-1], words, is_cut=is_cut)
        elif words:
            joined.append(words)
        previous = line
    return joined


def _is_cut(line: str, after: str) -> bool:
    return line.endswith("-") and _CUT.search(line) is not None and _LOWER.match(after) is not None


def _join(before: str, after: str, *, is_cut: bool) -> str:
    """Two lines as one. A word at its hyphen keeps it ('trade-' 'related', or, as some wires wrap, 'trade' '-related'),
    unless the text cuts its words ('yester-' 'day')."""
    cut = _CUT.search(before) if is_cut and _is_cut(before, after) else None
    if cut is not None:
        return before + after if cut["head"].lower() in _PREFIXES else before[:-1] + after
    glue = "" if before.endswith("-") or (after[0] == "-" and after[1:2].isalpha()) else " "
    return before + glue + after


def _squeeze(line: str) -> str:
    squeezed = " ".join(line.lstrip(_BULLET).split())
    return squeezed[1:-1] if squeezed[:1] == "^" and squeezed[-1:] == "@" else squeezed  # a wire's mark of a headline


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines break inside sentences: in a third of the places where an unindented line follows a narrow one.

    A text with more wide lines than such breaks has a paragraph on a line, whatever its headings look like.
    """
    breaks = broken = 0
    for line, after in pairwise(lines):
        if len(line) in _NARROW and after and not after.startswith("  "):
            breaks += 1
            broken += not line.endswith(_CLOSED) and _LOWER.match(after) is not None
    return broken > 0 and 3 * broken >= breaks and broken >= sum(len(line) >= _NARROW.stop for line in lines)


def _continues(previous: str, line: str) -> bool:
    """Whether, in a wrapped text, the line goes on with the paragraph of the line before."""
    indent = len(line) - len(line.lstrip())
    if indent > len(previous) - len(previous.lstrip()) or _is_row(previous) or _is_row(line):
        return False
    if _is_cut(previous, line):
        return True
    if any(len(it) <= _LONGEST_SIGN_OFF and _SIGN_OFF.fullmatch(it) for it in (previous, line)):
        return False
    if previous.isupper() != line.isupper():
        return False  # a headline in capitals, then text
    return len(previous) in _NARROW or not previous.endswith(_CLOSED)


def _is_row(line: str) -> bool:
    return "  " in line.strip() and _ROW.search(line) is not None
