"""Finds many phrases in a text at once: whole words, leftmost, longest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from ahocorasick_rs import AhoCorasick

_LEFTMOST_LONGEST = itemgetter(1, 2)
_joined = re.compile(r"\w\w").match
"""Two characters between which no word ends. The underscore joins, as in '@UN_Women'."""


class Matcher:
    """Aho-Corasick over `phrases`. Overlapping search, then words, then the longest: a longer phrase that ends in
    the middle of a word ('New Zealand' in 'New Zealanders') must not hide a shorter one that does not.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        """`phrases` are not empty and are searched as they are, case and all."""
        self._automaton = AhoCorasick(phrases)

    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """The phrases found, as (index of the phrase, start, end), sorted, without overlap."""
        found = [
            (index, start, -end)  # -end: of two that start together the longer sorts first
            for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if not _joined(text, end - 1) and not (start and _joined(text, start - 1))
        ]
        found.sort(key=_LEFTMOST_LONGEST)
        spans: list[tuple[int, int, int]] = []
        free = 0
        for index, start, negative_end in found:
            if start >= free:
                free = -negative_end
                spans.append((index, start, free))
        return spans
