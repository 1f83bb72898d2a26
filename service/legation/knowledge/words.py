"""Word lists that rules of reading use: `data/words.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from legation.knowledge.manifest import packaged_rows


@cache
def word_list(name: str) -> frozenset[str]:
    """The list called `name`.

    Raises:
        KeyError: there is none.
        KnowledgeError: the file is broken.
    """
    return _lists()[name]


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    rows = packaged_rows("words.tsv", ("name", "words", "about"))
    return {row.text("name"): frozenset(row.many("words")) for row in rows}
