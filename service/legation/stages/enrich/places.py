"""Where an event was: the place its own clause names, the place a visit went to, or the dateline's."""

from __future__ import annotations

from legation.knowledge import Entry, Kind, Knowledge, Match
from legation.knowledge.words import word_list
from legation.records import Dateline, EventType, Place, Quad, Sector
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.found import Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.parties import days_end
from legation.stages.enrich.syntax import clause_of, misread_setting, settings_of, surface_subject
from legation.stages.enrich.tree import Token
from legation.vocabulary import QUADS

_PLACE_RANK = {Kind.CITY: 0, Kind.CAPITAL: 1, Kind.SEAT: 2, Kind.REGION: 3, Kind.COUNTRY: 4}
"""Of several places in a clause the finest is told; a city rather than a building in it."""
_READINGS = (Kind.CAPITAL, Kind.CITY, Kind.COUNTRY, Kind.REGION, Kind.SEAT)
"""Of the readings of one name the first counts: 'Georgia' is the country, not the state of the U.S."""

_PREPOSITIONS = frozenset({"in", "at", "outside", "near", "inside", "across", "throughout", "off"})
_GOING = frozenset({"to"})
"""Of visits and invitations."""
_AIMED = frozenset({"at", "against", "into", "on"})
"""Of attacks."""
_WORDS_ALONE = frozenset({Quad.VERBAL_COOPERATION, Quad.VERBAL_CONFLICT})
_TOPICS = frozenset({"on", "about", "into", "over", "regarding", "concerning"})
_MODIFYING = frozenset({"amod", "appos", "compound", "nmod", "npadvmod", "poss"})
_MAX_HOPS = 9
"""Up from 'London' in 'takes part in a meeting with X on the sidelines of a gathering in London'."""


def place_of(sentence: Sentence, event: Found, knowledge: Knowledge) -> tuple[Place, int, int] | None:
    """The place that the clause of an event names, with its offsets in the sentence; None where it names none."""
    predicate = event.predicate
    homes = _homes(event)
    if (capital := _capital_of(sentence, homes, knowledge)) is not None:
        return capital
    goes = event.mode == "visit" or predicate.lemma in word_list("inviting")
    allowed = _PREPOSITIONS | _GOING if goes else _PREPOSITIONS
    found: list[tuple[tuple[int, int, int], Match, Entry]] = []
    for match in sentence.matches:
        entry = _reading(match, sentence.memory.day)
        token = sentence.tree.root_of(match.start, match.end) if entry is not None else None
        if entry is None or token is None:
            continue
        preposition = _preposition(token)
        if (
            (event.type is EventType.ASSAULT or event.mode == "visit")
            and entry.kind is not Kind.COUNTRY
            and (hit := _hit(token)) is not None
            and hit.head.i in homes
        ):
            found.append(((0, _PLACE_RANK[entry.kind], match.start), match, entry))
            continue
        if preposition is None:
            if token.dep in _MODIFYING:
                sentence.note(About.PLACE, match.start, match.end, f"only modifies “{token.head.text}”")
            continue
        leaves = preposition.lower == "for" and preposition.head.lemma in word_list("leaving")
        on_it = preposition.lower == "on" and preposition is not token.head  # 'on the island of Hainan'
        aimed = event.type is EventType.ASSAULT and entry.kind is not Kind.COUNTRY and _is_target(preposition, homes)
        if preposition.lower not in allowed and not (leaves or on_it or aimed):
            continue
        distance = _distance(preposition.head, sentence, homes)
        if distance is None:
            sentence.note(About.PLACE, match.start, match.end, f"not in the clause of “{predicate.text}”")
        elif event.mode != "visit" and _is_topic(preposition.head, sentence, event, entry):
            sentence.note(About.PLACE, match.start, match.end, "where the matter lies that is talked of")
        else:
            found.append(((distance, _PLACE_RANK[entry.kind], match.start), match, entry))
    if not found:
        return _host(sentence, event, knowledge)
    _, match, entry = min(found, key=lambda it: it[0])
    if entry.kind in _WIDE:  # 'near Derna, in eastern Libya', 'at the Kremlin in Moscow'
        inside = [it for it in found if it[2].kind not in _WIDE and it[2].country == entry.country]
        _, match, entry = min(inside, key=lambda it: it[0], default=(None, match, entry))
    return _place(entry, match.text, knowledge), match.start, match.end


_WIDE = frozenset({Kind.COUNTRY, Kind.REGION, Kind.SEAT})


def _homes(event: Found) -> frozenset[int]:
    """The words on which the event's place may hang: its predicate, the verb of its clause, what it is done while
    ('speaking in Bern, he accused') and what is done for it ('was in Bern to meet')."""
    homes = {event.predicate.i}
    clause = clause_of(event.predicate)
    if clause is not None:
        homes.add(clause.i)
        homes.update(it.i for it in settings_of(clause) if it.lemma in word_list("settings"))
        above = clause.head
        helpers = {it.tag for it in clause.children if it.dep == "aux"}
        is_aim = clause.dep in ("advcl", "xcomp") and "TO" in helpers
        is_result = clause.dep == "advcl" and clause.tag == "VBG"  # 'a bomb exploded in Bern, killing two'
        if (is_aim and above.lemma in word_list("going")) or is_result or misread_setting(clause):
            homes.add(above.i)
    homes.update(it.i for it in event.predicate.children if it.dep in ("acl", "relcl") and _sets(it))
    return frozenset(homes)


def _sets(verb: Token) -> bool:
    """'Talks held in Bern', 'a summit that will open in Bern'."""
    return verb.lemma in word_list("scheduling")


def _is_target(preposition: Token, homes: frozenset[int]) -> bool:
    """'Rockets fell on Haifa', 'fired rockets into Haifa', 'launched a raid on Haifa'."""
    above = preposition.head
    return preposition.lower in _AIMED and (above.i in homes or (above.dep == "dobj" and above.head.i in homes))


def _named(token: Token) -> Token:
    """The word that a place is the name of: 'in the port city of Derna', 'in Beirut's suburbs', 'on Sentosa island'."""
    while True:
        inner = token.dep in ("poss", "compound")
        above = token.head if inner else token.head.head
        of = inner or (token.dep == "pobj" and token.head.lower == "of")
        if not of or above.lemma not in word_list("kinds of place"):
            return token
        token = above


def _preposition(token: Token) -> Token | None:
    """The preposition before a place."""
    named = _named(token)
    return named.head if named.dep == "pobj" else None


def _hit(token: Token) -> Token | None:
    """The object that a place is, or that it is the name of: 'shelled Kherson', 'visited the town of Mekele'."""
    named = _named(token)
    return named if named.dep in ("dobj", "nsubjpass") else None


def _host(sentence: Sentence, event: Found, knowledge: Knowledge) -> tuple[Place, int, int] | None:
    """Where it was by who was the host: 'Oslo hosted talks'."""
    clause = clause_of(event.predicate)
    host = surface_subject(clause) if clause is not None and clause.lemma == "host" else None
    match = sentence.match(host) if host is not None else None
    entry = _reading(match, sentence.memory.day) if match is not None else None
    return (_place(entry, match.text, knowledge), match.start, match.end) if match and entry else None


def _capital_of(sentence: Sentence, homes: frozenset[int], knowledge: Knowledge) -> tuple[Place, int, int] | None:
    """'In the Pakistani capital'."""
    for token in sentence.tree.all_of("capital"):
        if token.dep != "pobj" or token.head.lower not in ("in", "to", "at"):
            continue
        nation = next((p for p in sentence.modifiers(token) if p.country is not None), None)
        if nation is None or nation.country is None or _distance(token.head.head, sentence, homes) is None:
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


def _is_topic(anchor: Token, sentence: Sentence, event: Found, entry: Entry) -> bool:
    """Whether a place is where the matter lies: 'discussed the war in Syria', 'expelled him over a murder in Kent'. It
    is not in 'signed a treaty on trade in Rome' and 'talks on Syria in Geneva': capitals are where people meet.
    """
    if entry.kind is Kind.CAPITAL or sentence.match(anchor) is not None:
        return False
    words_alone = QUADS[event.type] in _WORDS_ALONE
    token = anchor
    for _ in range(_MAX_HOPS):
        if token.i == event.predicate.i or token.dep == "ROOT":
            return False
        if token.dep == "pobj" and token.head.lower in _TOPICS and token.lemma not in word_list("backdrops"):
            return words_alone or token.head.lower == "over"
        if words_alone and token.dep == "dobj" and token.head.i == event.predicate.i:
            told = event.trigger[0] <= token.idx < event.trigger[1]
            return not told and not sentence.participants(token)  # 'met officials in Oslo' they did there
        token = token.head
    return False


def says_here(sentence: Sentence) -> bool:
    """Whether the sentence says 'here': where the reporter is."""
    return any(token.dep == "advmod" and token.head.pos in ("VERB", "AUX") for token in sentence.tree.all_of("here"))


def place_of_dateline(dateline: Dateline | None, knowledge: Knowledge, day: str | None) -> Place | None:
    """The place a story of `day` was filed from, if it is one we know."""
    if dateline is None or dateline.place is None:
        return None
    for match in knowledge.find(dateline.place):
        entry = _reading(match, day)
        if entry is not None:
            return _place(entry, dateline.place, knowledge)
    return None


def _place(entry: Entry, text: str, knowledge: Knowledge) -> Place:
    """A country has the coordinates of no point in it: they stay unknown."""
    return Place(name=entry.name, country=entry.country, latitude=entry.latitude, longitude=entry.longitude, text=text)


def _reading(match: Match, day: str | None) -> Entry | None:
    ranked = [entry for entry in match.entries if entry.kind in _PLACE_RANK]
    return min(ranked, key=lambda entry: (_READINGS.index(entry.kind), days_end(entry, day))) if ranked else None


def _distance(anchor: Token, sentence: Sentence, homes: frozenset[int]) -> int | None:
    """Steps from where the preposition hangs up to one of `homes`; None: it belongs to something else.

    It may hang on a noun inside the clause ('on the sidelines of a meeting in London'), but not in the subject ('the
    president of the court in Dakar', 'the war in Yemen was discussed'), unless that is a crowd ('crowds in Dakar').
    """
    token = anchor
    for steps in range(_MAX_HOPS):
        if token.i in homes:
            return steps
        if token.pos in ("VERB", "AUX"):
            # A clause inside ours ('met ... after talks broke down in Rome') tells of something else,
            # unless ours is inside it: 'said in Paris that'.
            return None
        if token.dep == "ROOT" or (token.dep in ("nsubj", "nsubjpass") and not _is_crowd(token, sentence)):
            return None
        token = token.head
    return None


def _is_crowd(noun: Token, sentence: Sentence) -> bool:
    people = sentence.participants(noun)
    return bool(people) and all(it.office is None and it.sector in _CROWDS for it in people)


_CROWDS = frozenset(
    {Sector.COP, Sector.CVL, Sector.SOC, Sector.LAB, Sector.OPP, Sector.EDU, Sector.REL, Sector.REF, None}
)
