"""All words that classify looks for, found in one pass over a text; what each is a sign of is told by data files.

Words are compared in lower case, and every mark is a blank: in 'anti-government' there is 'government'. So is every
letter beyond ASCII, in the texts as in the words: no word here needs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from ahocorasick_rs import AhoCorasick

from legation.knowledge.manifest import packaged_rows
from legation.knowledge.tables import Row
from legation.records import Sector

DOMAINS = ("parties", "politics", "sport", "business", "culture", "housekeeping", "crime")
"""What `domains.tsv` tells apart."""


@dataclass(slots=True)
class Word:
    """A word or phrase and all that it is a sign of. A `*` at its end stands for any ending."""

    text: str
    domains: list[tuple[str, int]] = field(default_factory=list)
    """News domain and weight."""
    contexts: list[tuple[str, int]] = field(default_factory=list)
    """PLOVER context and weight."""
    office: bool = False
    """Names an office or a sort of people ('minister', 'protesters')."""
    sector: Sector | None = None
    """Of the office, where the word itself tells it."""


class Lexicon:
    """The words of `domains.tsv`, `contexts.tsv`, `offices.tsv` and `agents.tsv`.

    Raises:
        KnowledgeError: a file is not as it should be.
    """

    def __init__(self) -> None:
        words: dict[str, Word] = {}

        def word(text: str) -> Word:
            return words.setdefault(text, Word(text))

        for row in packaged_rows("domains.tsv", ("domain", "weight", "phrases")):
            if row.text("domain") not in DOMAINS:
                row.fail("domain", f"is none of {', '.join(DOMAINS)}")
            for phrase in row.many("phrases"):
                word(phrase).domains.append((row.text("domain"), _weight(row)))
        for row in packaged_rows("contexts.tsv", ("context", "weight", "phrases")):
            for phrase in row.many("phrases"):
                for form in (phrase, phrase + "s"):
                    word(form).contexts.append((row.text("context"), _weight(row)))
        for name in ("offices.tsv", "agents.tsv"):
            for row in packaged_rows(name, ("name", "aliases", "sector", "weak")):
                for phrase in (row.text("name"), *row.many("aliases")):
                    word(phrase).office = True
                    word(phrase).sector = row.sector("sector")
        self._words = tuple(words.values())
        # A blank on each side makes a pattern a whole word; one before a `*` only its beginning.
        self._automaton = AhoCorasick(
            [f" {plain(text.rstrip('*'))}{'' if text.endswith('*') else ' '}" for text in words]
        )
        self._blanks = tuple(1 if text.endswith("*") else 2 for text in words)

    def scan(self, plain_text: str) -> list[tuple[int, int, Word]]:
        """The words in a text made plain, as (start, end, word), ordered by end. They may overlap, as 'foreign
        minister' and 'minister' do. The end of a word with a `*` is that of what stands before the `*`.
        """
        words, blanks = self._words, self._blanks
        return [
            (start, end - blanks[index], words[index])
            for index, start, end in self._automaton.find_matches_as_indexes(f" {plain_text} ", overlapping=True)
        ]


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once a process."""
    return Lexicon()


def plain(text: str) -> str:
    """Lower case, with a blank for every mark and every letter beyond ASCII; each character stays where it was."""
    return text.encode("ascii", "replace").translate(_PLAIN).decode("ascii")


_PLAIN = bytes(code if chr(code).isalnum() else 32 for code in range(128)).lower() + bytes(128)
"""Byte to byte, a hundred times faster than by characters. `encode` makes a question mark of what is not ASCII."""


def _weight(row: Row) -> int:
    return {"1": 1, "2": 2}.get(row.text("weight")) or row.fail("weight", "is neither 1 nor 2")
