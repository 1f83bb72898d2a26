"""Word lists that rules of reading use, `data/words.tsv`, and which hyphens stand inside a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from legation.knowledge.manifest import packaged_rows
from legation.knowledge.tables import Row


@cache
def word_list(name: str) -> frozenset[str]:
    """The list called `name`.

    Raises:
        KeyError: there is none.
        KnowledgeError: the file is broken.
    """
    return word_lists()[name]


PREFIXES = ("co", "re")
"""What is one word with what follows its hyphen ('co-operate', 're-open'): half of the British press writes it so."""


def closed(word: str) -> str:
    """A word, in lower case, without the hyphen behind a prefix: 'cooperated' for 'co-operated'."""
    prefix, _, rest = word.partition("-")
    return prefix + rest if prefix in PREFIXES else word


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """All lists by name.

    Raises:
        KnowledgeError: the file is broken.
    """
    return read_lists(packaged_rows("words.tsv", ("name", "words", "about")))


def read_lists(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """Lists by name; raises `KnowledgeError` where a name stands twice."""
    lists: dict[str, frozenset[str]] = {}
    for row in rows:
        if row.text("name") in lists:
            row.fail("name", "stands twice")
        lists[row.text("name")] = frozenset(row.many("words"))
    return lists
