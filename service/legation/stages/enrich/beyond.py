"""Who is meant where the slots of a frame name nobody: by what stands around them in the sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from legation.knowledge import Kind
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Quad, Sector
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.found import MATERIAL_CONFLICT, Found
from legation.stages.enrich.slots import UNROLED, deep, is_held
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import governor, is_misread, patient, prepositions, subject, suffers
from legation.stages.enrich.tree import Token
from legation.vocabulary import QUADS

_HOSTILE = frozenset(
    {*(kind for kind, quad in QUADS.items() if quad is Quad.VERBAL_CONFLICT), *MATERIAL_CONFLICT, EventType.REQUEST}
)


def within_reach(
    sentence: Sentence, token: Token, target: Token | None, actors: Sequence[Participant]
) -> list[Participant]:
    """The nearest party inside what the predicate governs, where no slot named one: in 'refused to send peacekeepers to
    Iraq' or 'expelled aid workers employed by the United Nations'. Nearest in the tree, then in the text.
    """
    layer = [
        c for c in token.children if (c.dep in _GOVERNED and not _is_next(c) and not _is_in_court(c)) or _is_aim(c)
    ]
    if target is not None and target not in layer:
        layer.append(target)
    first = token.i
    if target is not None and any(c.dep == "acl" and c.tag == "VBN" for c in target.children):
        first = min(token.i, target.i)  # 'the ban imposed on Togo was lifted'
    for _ in range(_REACH):
        deeper: list[Token] = []
        for head in sorted(layer, key=lambda t: t.i):
            if head.i > first and head.pos in ("NOUN", "PROPN", "ADJ") and not suffers(head):
                found = [p for p in sentence.participants(head) if is_known(p) and not is_at_home(p, actors)]
                if found:
                    return found
            # 'Help Indonesia adjust' is parsed as a clause.
            helped = head.head.i > token.i and head.head.lemma in word_list("object control")
            deeper += [
                c
                for c in head.children
                if (c.dep in _GOVERNED or _is_aim(c) or (c.dep == "nsubj" and helped))
                and c.lower not in _APART
                and head.lower != "close"  # 'bombed a camp close to the Kenyan border'
                and not (c.lower in ("in", "at") and is_held(head))
                and not _is_next(c)
                and not _is_in_court(c)
            ]
        layer = deeper
    return []


def _is_next(verb: Token) -> bool:
    """Whether it is joined to a verb before, and tells another deed; but 'to burn and raze the port' does both to the
    port.
    """
    shared = verb.i - verb.head.i == 2 and any(c.dep == "dobj" for c in verb.children)
    return verb.dep == "conj" and verb.pos in ("VERB", "AUX") and not shared


def _is_in_court(preposition: Token) -> bool:
    """'Was convicted in a New York court': the court did it."""
    return preposition.lower in ("in", "at", "before") and any(
        c.lemma in word_list("courts") for c in preposition.children
    )


_REACH = 6
"""Layers of the tree that are searched: 'threatened - shell - positions - of - group - in - Lebanon'."""


def _is_aim(clause: Token) -> bool:
    """'Gave ten million euros to help people in Somalia'."""
    return (
        clause.dep == "advcl"
        and any(c.dep == "aux" and c.tag == "TO" for c in clause.children)
        and not any(c.dep == "nsubj" for c in clause.children)
    )


_GOVERNED = frozenset(
    "xcomp ccomp dobj dative prep pobj pcomp acl relcl conj agent attr nsubjpass appos poss amod compound nmod".split()
)


_APART = UNROLED - frozenset({"in", "into", "by", "near", "between", "within", "through", "as"})
"""What these lead to is another story ('after', 'despite', 'because of')."""


def on_condition(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """Who must do something first: 'will not lift the embargo until Cuba frees', 'will leave unless the EU'."""
    told = (token, *token.ancestors, *(c for c in token.children if c.dep == "xcomp"))  # 'threatened to leave if'
    for clause in (c for above in told for c in above.children if c.dep == "advcl"):
        if any(c.dep in ("mark", "advmod") and c.lower in ("if", "unless", "until") for c in clause.children):
            for inner in (clause, *(c for c in clause.children if c.dep == "ccomp")):
                head = subject(inner)
                found = [p for p in sentence.participants(head) if is_known(p)] if head is not None else []
                if found and not any(is_at_home(p, actors) for p in found):
                    return found
    return []


def spoken_of(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """Of whom something is said: '"We will not recognise it," the minister said of Spain's vote'."""
    verb = token
    while verb.dep in ("ccomp", "xcomp", "conj") and verb.head.pos in ("VERB", "AUX"):
        verb = verb.head
    if verb is token or verb.lemma not in word_list("saying"):
        return []
    for name, head in prepositions(verb):
        if name in ("of", "about") and head.dep == "pobj":
            return [p for p in deep(sentence, head, ()) if is_known(p) and not is_at_home(p, actors)]
    return []


def granting(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """Who did something once he was asked to: 'Vietnam freed the monk after France demanded his release'."""
    if token.dep != "advcl" or not any(c.lower in ("after", "when", "once", "as") for c in token.lefts):
        return []
    head = subject(token.head)
    found = [p for p in sentence.participants(head) if is_known(p)] if head is not None else []
    return [] if any(is_at_home(p, actors) for p in found) else found


def addressed(sentence: Sentence, token: Token) -> list[Participant]:
    """To whom a message went: 'telephoned the premier to demand an answer', 'sent a note to Chad demanding one'."""
    if token.dep not in ("advcl", "xcomp"):
        return []
    sent = patient(token.head)
    if token.head.lemma not in word_list("messages") and (sent is None or sent.lemma not in word_list("letters")):
        return []
    reached = [sent, *(head for name, head in prepositions(token.head) if name == "to")]
    return [p for head in reached if head is not None for p in sentence.participants(head) if is_known(p)]


def people_there(sentence: Sentence, token: Token, target: Token | None) -> list[Participant]:
    """Who protests where nobody is named: the people of the place, as told with them ('thousands in Tbilisi') or with
    what they did ('took to the streets of Lima'); a crowd without a place is where the story was filed.
    """
    crowd = subject(token) if token.pos in ("VERB", "AUX") else None  # 'drivers are out on strike'
    joined = [c for c in token.children if c.dep == "conj" and c.pos == "VERB"]  # 'looted and burned in Lima'
    for head in (crowd, token, target, *joined):
        place = _place_of(sentence, head, 2) if head is not None else None
        if place is None:
            continue
        named = next(iter(sentence.participants(crowd)), None) if crowd is not None else None
        if named is not None:
            return [msgspec.structs.replace(named, country=place.country)]
        return [msgspec.structs.replace(place, sector=Sector.CVL, office=None)]
    if crowd is not None and sentence.memory.home is not None:  # in a story from Khartoum
        people = (p for p in sentence.participants(crowd) if p.sector in _PEOPLE and p.code is None)
        return [msgspec.structs.replace(p, country=sentence.memory.home) for p in people][:1]
    return []


_PEOPLE = frozenset({Sector.AGR, Sector.CVL, Sector.EDU, Sector.JRN, Sector.LAB, Sector.MED, Sector.REL})


def _place_of(sentence: Sentence, head: Token, depth: int) -> Participant | None:
    """The country in which a phrase is set: 'workers at a mine in Peru'."""
    for name, inner in prepositions(head):
        if name not in _WHERE or inner.dep == "pcomp":
            continue
        if sentence.kind(inner) in _PLACES and name not in _TOWARDS:
            return next((p for p in sentence.participants(inner) if p.country is not None), None)
        if depth and (nested := _place_of(sentence, inner, depth - 1)) is not None:
            return nested
    return None


_PLACES = frozenset({Kind.COUNTRY, Kind.CAPITAL, Kind.CITY, Kind.REGION})


_TOWARDS = frozenset({"to", "into", "onto"})


_WHERE = _TOWARDS | frozenset("in at on across of outside throughout around through near from".split())


def owners(
    sentence: Sentence, token: Token, target: Token | None, recipients: Sequence[Participant]
) -> list[Participant]:
    """Who did what a passive tells without saying by whom: whose sanctions were lifted, whose troops were sent."""
    if target is None or not any(c.dep == "auxpass" for c in token.children):
        return []
    holders = [subject(c) for c in target.children if c.dep == "acl" and c.tag == "VBN"]  # 'sailors held by Oman'
    owned = [p for head in holders if head is not None for p in sentence.participants(head)]
    if any(map(is_known, recipients)):  # else it may be they to whom it was done
        whose = [p for c in target.children if c.dep == "poss" for p in sentence.participants(c)]
        owned = whose or owned or sentence.modifiers(target)
    return [p for p in owned if is_known(p) and not is_at_home(p, recipients)]


def captors(sentence: Sentence, seized: Token) -> list[Participant]:
    """'Russia freed the sailors seized in May': who lets go had taken."""
    verb = governor(seized.head)
    head = subject(verb) if verb is not None and verb.lemma in word_list("letting go") else None
    return sentence.participants(head) if head is not None else []


def teller(sentence: Sentence, token: Token) -> list[Participant]:
    """Who says it: the subject of the verb of saying above, or who stands before a headline's colon."""
    inner = token
    for above in token.ancestors:
        if above.lemma in word_list("saying") or above.lemma in word_list("insisting"):
            if inner.dep == "prep":
                return []  # 'told reporters during the meeting'
            head = subject(above)
            return sentence.participants(head) if head is not None and head.i != token.i else []
        inner = above
    if token.dep == "appos" and token.tree[token.head.i + 1].text == ":":
        return sentence.participants(token.head)
    return []


def shared(
    predicate: Token, kind: EventType, actors: Sequence[Participant], found: Iterable[Found]
) -> tuple[Participant, ...]:
    """The recipients of an event joined to this predicate, where both are hostile and either the same party does both
    ('condemned the coup in Niger and called for the release of'), or others do the same ('Peru broke with Spain, and
    Chile recalled its envoy').
    """
    doers = {p.code for p in actors} - {None}
    if kind not in _HOSTILE or not doers:
        return ()
    for other in found:
        same = {p.code for p in other.actors} == doers
        alike = other.type is kind and doers.isdisjoint(p.code for p in other.recipients)
        if (
            other.type in _HOSTILE
            and (same or alike)
            and (_is_joined(predicate, other.predicate) or _is_joined(other.predicate, predicate))
        ):
            return tuple(p for p in other.recipients if is_known(p) and p.code not in doers)
    return ()


def _is_joined(verb: Token, other: Token) -> bool:
    """Whether a verb is joined to another by 'and' or as its participle."""
    misread = is_misread(verb) and verb.head.head is other  # 'and the bank paused lending'
    return misread or (verb.head is other and (verb.dep == "conj" or (verb.dep == "advcl" and verb.tag == "VBG")))
