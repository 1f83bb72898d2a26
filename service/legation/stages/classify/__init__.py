"""classify: is the article about relations between states and international bodies, and which sentences to read.

Cheap: two passes over the text, one for names and one for words, then arithmetic on what was found. It decides how much
the next stage costs, and it may not lose an event: an article is skipped only where no sentence tells of an act with a
party to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from legation.knowledge import load
from legation.knowledge.frames import may_tell, triggers
from legation.outcomes import Emit, Outcome, Skip, SkipReason
from legation.records import Article, Candidate, ClassifiedArticle, Part, Relevance
from legation.stages.classify.contexts import contexts, contexts_of
from legation.stages.classify.evidence import OTHER_NEWS, Weighed, weigh
from legation.stages.classify.lexicon import lexicon

__all__ = ["MAX_CANDIDATES", "Screened", "classify", "contexts", "load_words", "screen"]

MAX_CANDIDATES = 60
"""Sentences of one article that are parsed: at half a millisecond each they hold up the others for 30 ms. News has some
twenty; only minutes of parliaments and collections have more than sixty that matter."""

READ_LANGUAGES = ("en", None)
"""Languages that are read, and unknown, for text too short to tell."""
_THRESHOLD = 2.0
"""Evidence that a sentence needs: two states, or one and a strong word of politics."""
_OTHER_NEWS_THRESHOLD = 5.0
"""The same in an article on sport, business or culture, where 'Germany beat Italy' and 'U.S. shares were hit'."""
_OTHER_NEWS = 4
"""Weight of different words that makes an article one of other news, if they also outweigh those of politics."""
_SPORT = 8
"""Weight of words of sport that makes an article one of sport if they have half the weight of those of politics."""
_HOUSEKEEPING = 6
"""The same for a state's money matters, whose words fall in politics, too."""
_SOME_MONEY = 3
"""Weight of words of money that makes a matter of politics one of money, too: a strong word and a weak one."""

_CRIME = 5
"""The same for police and courts with ordinary cases: two strong words and a weak one."""


def load_words() -> None:
    """Load now what the first article would otherwise wait for."""
    load()
    lexicon()
    triggers()


def classify(article: Article) -> Outcome[ClassifiedArticle]:
    """Choose the sentences of an article that may tell of an event, or skip it."""
    if article.language not in READ_LANGUAGES:
        return Skip(SkipReason.LANGUAGE, article.language)
    screened = screen(article)
    places, weighed = screened.places, screened.weighed
    evidence = weighed.evidence
    chosen: list[int] = []
    for index, found in enumerate(evidence):
        # a sentence that names nobody may speak of those named before
        if screened.objection(index) is None and (chosen or found.parties()):
            chosen.append(index)
    if not chosen:
        return _skip(screened.other, weighed)
    if len(chosen) > MAX_CANDIDATES:
        chosen = sorted(sorted(chosen, key=lambda index: -evidence[index].score())[:MAX_CANDIDATES])
    classified = ClassifiedArticle(
        article=article,
        relevance=_relevance(weighed, chosen),
        candidates=tuple(places[index] for index in chosen),
        contexts=contexts_of(weighed.hits, len(weighed.plain)),
        business=_is_business(weighed.weights()),
    )
    return Emit((classified,))


@dataclass(frozen=True, slots=True)
class Screened:
    """What an article's sentences were found to hold, and what is asked of one that is to be read."""

    places: list[Candidate]
    weighed: Weighed
    other: str | None
    """Sport, business, culture or housekeeping, where the article is about that."""
    threshold: float

    def objection(self, index: int) -> str | None:
        """Why a sentence is not worth parsing; None where it may be."""
        if self.weighed.evidence[index].score() < self.threshold:
            return "too little of politics in it"
        words = self.weighed.words(index)
        if triggers().keys().isdisjoint(words):
            return "no word that can tell of an event"
        if not may_tell(words) and not self.weighed.introduces(index):  # who holds an office may act later on
            return "no words that can tell of an event together"
        if self.other is not None and not self.weighed.evidence[index].tells_of_relations(self.other):
            return f"no second party, and too little of politics for {self.other}"
        return None


def screen(article: Article) -> Screened:
    """Find the names and words of an article that speak for and against reading it."""
    places, texts = _parts(article)
    weighed = weigh(texts)
    other = _other_news(weighed)
    return Screened(places, weighed, other, _THRESHOLD if other is None else _OTHER_NEWS_THRESHOLD)


def _parts(article: Article) -> tuple[list[Candidate], list[str]]:
    """Every sentence of title, body and captions: its place, and its text."""
    parts: list[tuple[Candidate, str]] = []
    if article.title:
        parts.append((Candidate(part=Part.TITLE, index=0), article.title))
    parts += [(Candidate(part=Part.BODY, index=i), sentence.text) for i, sentence in enumerate(article.sentences)]
    for number, caption in enumerate(article.captions):
        parts += [
            (Candidate(part=Part.CAPTION, index=i, caption=number), sentence.text)
            for i, sentence in enumerate(caption.sentences)
        ]
    return [place for place, _ in parts], [text for _, text in parts]


def _other_news(weighed: Weighed) -> str | None:
    """Sport, business or culture, where an article is about that and more than about politics. Where it names one party
    only, a state's housekeeping is added to business, and crime counts.
    """
    weights = weighed.weights()
    found = {domain: weights[domain] for domain in OTHER_NEWS}
    domain = max(found, key=found.__getitem__)
    if found[domain] >= _OTHER_NEWS and found[domain] > weights["politics"]:
        return domain
    if weights["sport"] >= _SPORT and 2 * weights["sport"] > weights["politics"]:
        return "sport"  # teams attack, surrender and are denied all match long
    alone = len(set[str]().union(*(evidence.codes for evidence in weighed.evidence))) <= 1
    crime = weights["crime"]
    if alone and crime >= _CRIME and crime > weighed.politics_beside_crime():
        return "crime"
    money = weights["business"] + weights["housekeeping"]
    if alone and money >= _HOUSEKEEPING and money > weights["politics"]:
        return "business" if weights["business"] > weights["housekeeping"] else "housekeeping"
    return None


def _is_business(weights: Mapping[str, int]) -> bool:
    """Whether an article that is read all the same tells much of money: in some words of it, and in one for four of
    politics.
    """
    money = weights["business"] + weights["housekeeping"]
    return money >= _SOME_MONEY and 4 * money > weights["politics"]


_SKIPS = {
    "sport": SkipReason.SPORT,
    "business": SkipReason.BUSINESS,
    "culture": SkipReason.CULTURE,
    "housekeeping": SkipReason.DOMESTIC,
    "crime": SkipReason.DOMESTIC,
}


def _skip(other: str | None, weighed: Weighed) -> Skip:
    if other is not None:
        words = weighed.found(other, range(len(weighed.evidence)), strong=False)
        return Skip(_SKIPS[other], f"words of {other}: {', '.join(words[:_REASONS])}")
    if any(found.parties() for found in weighed.evidence):
        return Skip(SkipReason.DOMESTIC, "no sentence names a party to politics and an act")
    return Skip(SkipReason.NO_PARTIES)


_REASONS = 8
"""Words shown: enough to see why, few enough to read."""
_HALF = 6
"""Points at which relevance is one half: a report of a crime at home has four or five, one of a state visit a dozen."""


def _relevance(weighed: Weighed, chosen: Sequence[int]) -> Relevance:
    """From 0 to 1: a point for each different strong word of politics in the candidates, two for each state or body
    after the first, for relations need two.
    """
    words = weighed.found("politics", set(chosen), strong=True)
    parties: set[str] = set()
    for index in chosen:
        parties |= weighed.evidence[index].states | weighed.evidence[index].actors
    points = len(words) + 2 * max(len(parties) - 1, 0)
    return Relevance(score=round(points / (points + _HALF), 3), reasons=tuple(words[:_REASONS]))
