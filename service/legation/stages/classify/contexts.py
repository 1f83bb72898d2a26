"""PLOVER contexts: what a piece of text is about besides the event itself. Precision first: no word, no context."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from legation.knowledge.matcher import Matcher
from legation.knowledge.tables import read_rows

_NEEDED = 2
"""The weight that a sentence must gather: one strong word, or two different weak ones (`contexts.tsv`)."""
_CHARACTERS_A_POINT = 600
"""An article must gather one more for each so many characters: in a long text every word falls some time."""


class _Contexts:
    """`contexts.tsv`, indexed."""

    def __init__(self) -> None:
        self.weights: dict[str, list[tuple[str, int]]] = {}
        text = (files("legation.knowledge") / "data" / "contexts.tsv").read_text(encoding="utf-8")
        for row in read_rows("contexts.tsv", text, ("context", "weight", "phrases")):
            weight = {"1": 1, "2": 2}.get(row.text("weight")) or row.fail("weight", "is neither 1 nor 2")
            for phrase in row.many("phrases"):
                for form in (phrase, phrase + "s"):
                    self.weights.setdefault(form, []).append((row.text("context"), weight))
        self.phrases = tuple(self.weights)
        self.matcher = Matcher(self.phrases)


_load = cache(_Contexts)


def contexts(text: str) -> tuple[str, ...]:
    """Names of the contexts of a sentence or of an article, sorted; empty where no word tells of any."""
    known = _load()
    seen = {known.phrases[index] for index, _, _ in known.matcher.spans(text.lower())}
    gathered: dict[str, int] = {}
    for phrase in seen:
        for context, weight in known.weights[phrase]:
            gathered[context] = gathered.get(context, 0) + weight
    needed = _NEEDED + len(text) // _CHARACTERS_A_POINT
    return tuple(sorted(context for context, weight in gathered.items() if weight >= needed))
