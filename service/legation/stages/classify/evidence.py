"""What speaks for reading a sentence closely, and what against it: parties, words of politics, words of other news."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from legation.knowledge import Kind, Match, load
from legation.knowledge.words import PREFIXES
from legation.records import Sector
from legation.stages.classify.lexicon import DOMAINS, Word, lexicon, plain

_STATES = frozenset({Kind.COUNTRY, Kind.ADJECTIVE, Kind.CAPITAL})
_ACTORS = frozenset({Kind.SEAT, Kind.AGENCY, Kind.BODY, Kind.GROUP, Kind.PERSON})
_NOT_STATE = frozenset(
    {
        None,
        Sector.AGR,
        Sector.BUS,
        Sector.CVL,
        Sector.EDU,
        Sector.ELI,
        Sector.JRN,
        Sector.LAB,
        Sector.MED,
        Sector.SOC,
    }
)
"""Sectors that are seldom a party to politics by themselves; None: 'spokesman', 'official', 'head' of whatever."""

OTHER_NEWS = ("sport", "business", "culture")


class Evidence:
    """Of one sentence (or title). A word counts once, however often it falls."""

    __slots__ = ("actors", "codes", "offices", "others", "states", "weights", "words")

    def __init__(self) -> None:
        self.states: set[str] = set()
        """Country codes."""
        self.actors: set[str] = set()
        """Names of bodies, governments' seats, groups, leaders."""
        self.codes: set[str] = set()
        """Codes of all these: of 'the White House' and 'American' one, USA."""
        self.offices = 0
        """How many offices of state and forces are named."""
        self.others = 0
        """How many other people ('protesters', 'a spokesman') are."""
        self.words: set[str] = set()
        """Words of any news domain."""
        self.weights = [0] * len(DOMAINS)
        """What they weigh together, in the order of `DOMAINS`."""

    def parties(self) -> float:
        """How much of a party to politics is named: 1 for a state or an office of state, 2 for a name that can be
        nothing else, a half for other people. No more than two of each count: lists are long.
        """
        return (
            min(len(self.states), 2)
            + 2 * min(len(self.actors), 2)
            + 2 * min(self.weights[_PARTIES], 1)
            + min(self.offices, 2)
            + min(self.others, 2) / 2
        )

    def score(self) -> float:
        """How much speaks for reading it: its parties and words of politics, less its words of other news.

        Of those the first is free, for a team may be one of inspectors. No more than four points count of each sort:
        what is clear is clear.
        """
        other = sum(min(self.weights[domain] - 1, 4) for domain in _OTHERS if self.weights[domain] > 1)
        return self.parties() + min(self.weights[_POLITICS], 4) - other

    def tells_of_relations(self, news: str) -> bool:
        """Whether it names two parties, or an act told more by politics than by money and crime: what is read in `news`
        of another sort. In sport two states are two teams, unless a strong word of politics stands between them.
        """
        politics = self.weights[_POLITICS]
        if news == "sport" and politics <= self.weights[_SPORT]:
            return False
        other = self.weights[_BUSINESS] + self.weights[_HOUSEKEEPING] + self.weights[_CRIME]
        return len(self.codes) + self.weights[_PARTIES] > 1 or (politics >= _PLAIN and politics > other)


_PLAIN = 4
"""Weight of two strong words of politics, or one and two weak ones."""
_PARTIES, _POLITICS, _SPORT, _BUSINESS, _HOUSEKEEPING, _CRIME = map(
    DOMAINS.index, ("parties", "politics", "sport", "business", "housekeeping", "crime")
)
_OTHERS = tuple(DOMAINS.index(domain) for domain in OTHER_NEWS)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence of each text, and all words in `plain`, which is `joined`, the texts on a line each, made plain."""

    evidence: list[Evidence]
    joined: str
    plain: str
    starts: list[int]
    hits: list[tuple[int, int, Word]]

    def words(self, index: int) -> list[str]:
        """All words of one text, in lower case; 'co-operate', whose hyphen is a blank here, is one."""
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.plain)
        return _PREFIX.sub(r"\1", self.plain[self.starts[index] : end]).split()

    def introduces(self, index: int) -> bool:
        """Whether an office of state stands beside what may be the name of its holder: an article tells that once."""
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.plain)
        return self.evidence[index].offices > 0 and any(
            word.office and self.starts[index] <= first < end and _is_beside_a_name(self.joined, first, last)
            for first, last, word in self.hits
        )

    def weights(self) -> dict[str, int]:
        """What the different words of all texts weigh together, by domain; of politics only the strong ones, for the
        others fall in all news.
        """
        weights = dict.fromkeys(DOMAINS, 0)
        for word in self._different_words():
            for domain, weight in word.domains:
                if weight > 1 or domain != "politics":
                    weights[domain] += weight
        return weights

    def politics_beside_crime(self) -> int:
        """What the strong words of politics weigh that police and courts do not use, too ('arrested', 'shot')."""
        found = (dict(word.domains) for word in self._different_words())
        return sum(weight for weights in found if "crime" not in weights and (weight := weights.get("politics", 0)) > 1)

    def _different_words(self) -> Iterable[Word]:
        return {word.text: word for _, _, word in self.hits if word.domains}.values()

    def found(self, domain: str, chosen: Container[int], *, strong: bool) -> list[str]:
        """Different words of a domain in the chosen texts, in order; whole, where a `*` left their end open."""
        found: dict[str, None] = {}
        wanted = {(domain, 2)} if strong else {(domain, 2), (domain, 1)}
        for start, end, word in self.hits:
            if not wanted.isdisjoint(word.domains) and bisect_right(self.starts, start) - 1 in chosen:
                found[self.plain[start : self.plain.find(" ", end)]] = None
        return list(found)


def weigh(texts: Sequence[str]) -> Weighed:
    """Find names and words in the texts."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    joined = "\n".join(texts)
    evidence = [Evidence() for _ in texts]
    for match in load().find(joined):
        _add_name(evidence[bisect_right(starts, match.start) - 1], match)
    plain_text = plain(joined) + " "
    hits = lexicon().scan(plain_text)
    last_office = 0
    for start, end, word in hits:
        found = evidence[bisect_right(starts, start) - 1]
        if word.domains and word.text not in found.words:
            found.words.add(word.text)
            for domain, weight in word.domains:
                found.weights[DOMAINS.index(domain)] += weight
        if word.office and end != last_office:  # 'foreign minister' and the 'minister' in it are one
            last_office = end
            if word.sector in _NOT_STATE:
                found.others += 1
            else:
                found.offices += 1
    return Weighed(evidence, joined, plain_text, starts, hits)


def _is_beside_a_name(text: str, start: int, end: int) -> bool:
    """Whether a capital follows an office, or a word behind it ('the president of Chile, Ana Rojas'), or stands before
    a comma before it ('Li Na, who is their first minister').
    """
    return _AFTER.match(text, end) is not None or _BEFORE.search(text, max(start - _APPOSITION, 0), start) is not None


_PREFIX = re.compile(rf"\b({'|'.join(PREFIXES)}) ")
_AFTER = re.compile(r",? \W?(?:[a-z]+ )?[^\W\d_a-z]")
_BEFORE = re.compile(r"[^\W\d_a-z][\w'’.-]+,[^,;:\n]*$")
_APPOSITION = 50
"""Characters from a name to the end of what its bearer is."""


def _add_name(evidence: Evidence, match: Match) -> None:
    """Count a name once, whatever it may stand for: *Russian* names one state, though there was a Soviet Union."""
    for entry in match.entries:
        if entry.kind in _STATES:
            evidence.states.add(entry.country or entry.name)
        elif entry.kind in _ACTORS:
            evidence.actors.add(match.text)
        else:
            continue
        if (code := entry.country or entry.body) is not None:
            evidence.codes.add(code)
        return
