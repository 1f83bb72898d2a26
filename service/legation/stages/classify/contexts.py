"""PLOVER contexts: what a piece of text is about besides the event itself. Precision first: no word, no context."""

from __future__ import annotations

from collections.abc import Iterable

from legation.stages.classify.lexicon import Word, lexicon, plain

_NEEDED = 2
"""The weight that a sentence must gather: one strong word, or two different weak ones (`contexts.tsv`)."""
_CHARACTERS_A_POINT = 600
"""An article must gather one more for each so many characters: in a long text every word falls some time."""


def contexts(text: str) -> tuple[str, ...]:
    """Names of the contexts of a sentence or of an article, sorted; empty where no word tells of any."""
    return contexts_of(lexicon().scan(plain(text)), len(text))


def contexts_of(hits: Iterable[tuple[int, int, Word]], characters: int) -> tuple[str, ...]:
    """As `contexts`, from the words already found in a text of so many characters.

    Of words that overlap the longest counts: a 'general assembly' has no general.
    """
    found = [hit for hit in hits if hit[2].contexts]
    found.sort(key=lambda hit: (hit[0], -hit[1]))
    seen: dict[str, Word] = {}
    free = 0
    for start, end, word in found:
        if start >= free:
            free = end
            seen[word.text] = word
    gathered: dict[str, int] = {}
    for word in seen.values():
        for context, weight in word.contexts:
            gathered[context] = gathered.get(context, 0) + weight
    needed = _NEEDED + characters // _CHARACTERS_A_POINT
    return tuple(sorted(name for name, weight in gathered.items() if weight >= needed and name != NO_CONTEXT))


NO_CONTEXT = "none"
"""Look-alikes in `contexts.tsv`, which hide the words in them: the Islamic Republic is a state, not a religion."""
