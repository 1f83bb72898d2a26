"""Where an event was: the place its own clause names, the place a visit went to, or the dateline's."""

from __future__ import annotations

from legation.knowledge import Entry, Kind, Knowledge, Match
from legation.knowledge.words import word_list
from legation.records import Dateline, Place, Quad
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.events import Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.syntax import clause_of
from legation.stages.enrich.tree import Token
from legation.vocabulary import QUADS

_PLACE_RANK = {Kind.CITY: 0, Kind.CAPITAL: 1, Kind.REGION: 2, Kind.COUNTRY: 3}
"""Of several places in a clause the finest is told."""
_READINGS = (Kind.CAPITAL, Kind.CITY, Kind.COUNTRY, Kind.REGION)
"""Of the readings of one name the first counts: 'Georgia' is the country, not the state of the U.S."""

_PREPOSITIONS = frozenset({"in", "at", "outside", "near", "inside"})
_VISIT_PREPOSITIONS = frozenset({"to", "in"})
_WORDS_ALONE = frozenset({Quad.VERBAL_COOPERATION, Quad.VERBAL_CONFLICT})
_TOPICS = frozenset({"on", "about", "over", "regarding", "concerning"})
_MODIFYING = frozenset({"amod", "appos", "compound", "nmod", "npadvmod", "poss"})
_MAX_HOPS = 9
"""Up from 'London' in 'takes part in a meeting with X on the sidelines of a gathering in London'."""


def place_of(sentence: Sentence, event: Found, knowledge: Knowledge) -> tuple[Place, int, int] | None:
    """The place that the clause of an event names, with its offsets in the sentence; None where it names none."""
    predicate, visit = event.predicate, event.mode == "visit"
    clause = clause_of(predicate)
    if (capital := _capital_of(sentence, predicate, clause, knowledge)) is not None:
        return capital
    best: tuple[tuple[int, int, int], Match, Entry] | None = None
    for match in sentence.matches:
        entry = _reading(match)
        if entry is None:
            continue
        token = sentence.tree.root_of(match.start, match.end)
        if token is None or (token.dep != "pobj" and token.dep != "conj"):
            if token is not None and token.dep in _MODIFYING:
                sentence.note(About.PLACE, match.start, match.end, f"only modifies “{token.head.text}”")
            continue
        preposition = token.head if token.dep == "pobj" else None
        if preposition is None:
            continue
        allowed = _PREPOSITIONS | (_VISIT_PREPOSITIONS if visit else frozenset())
        if preposition.lower not in allowed:
            continue
        distance = _distance(preposition.head, predicate, clause)
        if distance is None:
            sentence.note(About.PLACE, match.start, match.end, f"not in the clause of “{predicate.text}”")
            continue
        if not visit and entry.kind is not Kind.CAPITAL and _is_topic(preposition.head, sentence, event):
            sentence.note(About.PLACE, match.start, match.end, "where the matter lies that is talked of")
            continue
        rank = (distance, _PLACE_RANK[entry.kind], match.start)
        if best is None or rank < best[0]:
            best = rank, match, entry
    if best is None:
        return None
    _, match, entry = best
    return _place(entry, match.text, knowledge), match.start, match.end


def _capital_of(
    sentence: Sentence, predicate: Token, clause: Token | None, knowledge: Knowledge
) -> tuple[Place, int, int] | None:
    """'In the Pakistani capital'."""
    for token in sentence.tree:
        if token.lower != "capital" or token.dep != "pobj" or token.head.lower not in ("in", "to", "at"):
            continue
        nation = next((p for p in sentence.modifiers(token) if p.country is not None), None)
        if nation is None or nation.country is None or _distance(token.head.head, predicate, clause) is None:
            continue
        country = knowledge.countries[nation.country]
        end = token.end
        text = sentence.text[nation.start : end]
        if country.capital is not None:
            place = Place(
                name=country.capital,
                country=nation.country,
                latitude=country.latitude,
                longitude=country.longitude,
                text=text,
            )
            return place, nation.start, end
    return None


def _is_topic(anchor: Token, sentence: Sentence, event: Found) -> bool:
    """Whether a place is where the matter lies that is talked of: 'discussed the war in Syria'. It is not in 'signed a
    treaty on trade in Rome' and 'talks on Syria in Geneva': capitals are where people meet, no place lies in another.
    """
    if QUADS[event.type] not in _WORDS_ALONE or sentence.match(anchor) is not None:
        return False
    token = anchor
    for _ in range(_MAX_HOPS):
        if token.i == event.predicate.i or token.dep == "ROOT":
            return False
        if token.dep == "pobj" and token.head.lower in _TOPICS and token.lemma not in word_list("backdrops"):
            return True
        if token.dep == "dobj" and token.head.i == event.predicate.i:
            told = event.trigger[0] <= token.idx < event.trigger[1]
            return not told and not sentence.participants(token)  # 'met officials in Oslo' they did there
        token = token.head
    return False


def says_here(sentence: Sentence) -> bool:
    """Whether the sentence says 'here': where the reporter is."""
    return any(token.lower == "here" and token.dep == "advmod" for token in sentence.tree)


def place_of_dateline(dateline: Dateline | None, knowledge: Knowledge) -> Place | None:
    """The place a story was filed from, if it is one we know."""
    if dateline is None or dateline.place is None:
        return None
    for match in knowledge.find(dateline.place):
        entry = _reading(match)
        if entry is not None:
            return _place(entry, dateline.place, knowledge)
    return None


def _place(entry: Entry, text: str, knowledge: Knowledge) -> Place:
    """A country has the coordinates of no point in it: they stay unknown."""
    return Place(name=entry.name, country=entry.country, latitude=entry.latitude, longitude=entry.longitude, text=text)


def _reading(match: Match) -> Entry | None:
    ranked = [entry for entry in match.entries if entry.kind in _PLACE_RANK]
    return min(ranked, key=lambda entry: _READINGS.index(entry.kind)) if ranked else None


def _distance(anchor: Token, predicate: Token, clause: Token | None) -> int | None:
    """Steps from where the preposition hangs up to the predicate or its clause; None: it belongs to another clause.

    It may hang on a noun inside the clause ('on the sidelines of a meeting in London'), but not on a person or office
    ('the president of the court in Dakar' tells where the court is).
    """
    token = anchor
    for steps in range(_MAX_HOPS):
        if token.i == predicate.i or (clause is not None and token.i == clause.i):
            return steps
        if token.pos in ("VERB", "AUX"):
            # A clause inside ours ('met ... after talks broke down in Rome') tells of something else,
            # unless ours is inside it: 'said in Paris that'.
            return None
        if token.dep == "ROOT":
            return None
        token = token.head
    return None
