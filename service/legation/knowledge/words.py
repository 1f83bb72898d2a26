"""Word lists that rules of reading use: `data/words.tsv`."""

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
    return _lists()[name]


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    return read_lists(packaged_rows("words.tsv", ("name", "words", "about")))


def read_lists(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """Lists by name; raises `KnowledgeError` where a name stands twice."""
    lists: dict[str, frozenset[str]] = {}
    for row in rows:
        if row.text("name") in lists:
            row.fail("name", "stands twice")
        lists[row.text("name")] = frozenset(row.many("words"))
    return lists
