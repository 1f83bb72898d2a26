"""From text to paragraphs: wires wrap at some seventy columns, feeds put a paragraph on a line."""

from __future__ import annotations
import itertools

_WRAP = range(40, 91)
"""Columns at which wires, mail and terminals wrap."""
_ENDS = (".", "!", "?", ":", '"', "”", ")", "’", "'")


def paragraphs(text: str) -> list[str]:
    """The paragraphs, without blanks at their ends; wrapped lines are joined where the text as a whole is wrapped."""
    lines = text.split("\n")
    if not _is_wrapped(lines):
        return [stripped for line in lines if (stripped := _squeeze(line))]
    joined: list[str] = []
    previous = ""
    for line in lines:
        stripped = _squeeze(line)
        if stripped:
            if previous and _continues(previous, line):
                glue = "" if (stripped.startswith("-") and stripped[1:2].isalpha()) or joined[-1].endswith("-") else " "
                joined[-1] += glue + stripped
            else:
                joined.append(stripped)
        previous = line if stripped else ""
    return joined


def _squeeze(line: str) -> str:
    return " ".join(line.split(" ")) if "  " not in line else " ".join(line.split())


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines break inside sentences: at least twice, and in a quarter of all places where one follows another."""
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a and b]
    broken = sum(len(a) in _WRAP and not a.endswith(_ENDS) and b[:1].islower() for a, b in pairs)
    return broken >= 2 and 4 * broken >= len(pairs)


def _continues(previous: str, line: str) -> bool:
    if line.startswith("  ") and not previous.startswith("  "):
        return False  # an indented line begins a paragraph
    indent = len(line) - len(line.lstrip())
    if indent > len(previous) - len(previous.lstrip()):
        return False
    if previous.strip().isupper() and not line.strip().isupper():
        return False  # a headline in capitals, then text
    return not (len(previous) < _WRAP.start and previous.endswith(_ENDS))
