"""What a verb's own helpers say of it: tense, modals, negation, and whether it is told as a fact at all."""

from __future__ import annotations

from msgspec import Struct

from legation.knowledge.words import word_list
from legation.records import Status
from legation.stages.enrich.syntax import content_head, prepositions, surface_subject
from legation.stages.enrich.tree import Token

CONDITIONS = frozenset({"if", "unless", "whether", "lest"})

_MAX_HOPS = 6
"""Verbs joined one to the other that a 'said' before the first may bear on; a parse is deeper only by mistake."""
_WILL = frozenset({"will", "shall", "'ll", "wo"})
_WOULD = frozenset({"would", "'d"})
_MAYBE = frozenset({"may", "might", "could", "can"})
_SHOULD = frozenset({"should", "must", "ought"})
REFUSING = _WILL | _WOULD
"""With 'not', who says them refuses."""


class Reading(Struct, frozen=True):
    """The status of an event, the word that decided it, and whether it was refused ('will not')."""

    status: Status | None
    """None: the text does not say that it happens at all."""
    cause: Token | None = None
    refused: bool = False
    purpose: bool = False
    """It is what something else is done for ('sent troops to fight'): an aim, not an announcement."""


def read_verb(verb: Token, *, first: bool) -> Reading | None:
    """What auxiliaries and negation of one verb say; None: nothing against its being a fact. `first`: it is the event's
    own predicate, not a verb above it.
    """
    if _is_unreal(verb):
        return Reading(None, verb)
    if _is_headline_plan(verb):
        return Reading(Status.PLANNED, verb)
    negation = negated(verb)
    modal = next((c for c in verb.children if c.dep == "aux" and c.tag == "MD"), None)
    if modal is not None and (reading := _of_modal(verb, modal, negation)) is not None:
        return reading
    if negation is not None:
        return _of_negation(verb, negation, first=first)
    helpers = [c for c in verb.children if c.dep == "aux"]
    lemmas = {c.lemma for c in helpers}
    present = any(c.tag in ("VBZ", "VBP") for c in helpers)
    if verb.tag == "VBG" and present and "be" in lemmas and "have" not in lemmas:
        return Reading(Status.ONGOING, verb)
    return None


def _is_unreal(verb: Token) -> bool:
    """'Attacks in a film', 'almost attacked', 'if it attacks', 'had it attacked', 'attack, he said'."""
    if any(name == "in" and content_head(head).lemma in word_list("fictions") for name, head in prepositions(verb)):
        return True
    return _is_order(verb) or any(
        (c.dep == "advmod" and c.lower in ("almost", "nearly"))
        or (c.dep == "mark" and c.lower in CONDITIONS)
        or (verb.dep == "advcl" and c.dep == "aux" and c.lower in ("had", "were") and c.i < _own_subject(verb))
        for c in verb.children
    )


def _own_subject(verb: Token) -> int:
    return next((c.i for c in verb.children if c.dep in ("nsubj", "nsubjpass")), -1)


def _is_order(verb: Token) -> bool:
    """An imperative that somebody is quoted with."""
    quoted = verb.dep == "ccomp" and verb.head.lemma in word_list("saying") and verb.i < verb.head.i
    return quoted and verb.tag == "VB" and not any(c.dep in ("aux", "nsubj", "nsubjpass") for c in verb.children)


def _is_headline_plan(verb: Token) -> bool:
    """'Turkey to host talks', where the parser sees a sentence or a name with a clause behind it."""
    head = verb.head
    beside_name = verb.dep in ("relcl", "acl") and head.dep == "ROOT" and head.pos == "PROPN" and head.i + 2 == verb.i
    return (verb.dep == "ROOT" or beside_name) and is_infinitive(verb)


def _of_modal(verb: Token, modal: Token, negation: Token | None) -> Reading | None:
    word = modal.lower
    if negation is not None:
        return Reading(Status.OCCURRED, negation, refused=True) if word in REFUSING else Reading(None, negation)
    if word in _WILL:
        return Reading(Status.PLANNED, modal)
    if word in ("would", "could", "should") and _has_condition(verb):
        return Reading(Status.HYPOTHETICAL, modal)
    if word == "should" and any(c.dep in ("nsubj", "nsubjpass") and c.i > modal.i for c in verb.children):
        return Reading(Status.HYPOTHETICAL, modal)  # 'Should he visit'
    if word in _WOULD:
        return Reading(Status.PLANNED if _is_said(verb) else Status.HYPOTHETICAL, modal)
    if word in _MAYBE:
        return Reading(Status.HYPOTHETICAL, modal)
    # a demand of whoever says so, which frames of saying read
    return Reading(None, modal) if word in _SHOULD else None


def _of_negation(verb: Token, negation: Token, *, first: bool) -> Reading:
    if first and verb.dep == "ccomp" and verb.head.lemma in word_list("saying"):
        speaker, own = surface_subject(verb.head), surface_subject(verb)
        if speaker is not None and own is not None and (own.pos == "PRON" or own.lower == speaker.lower):
            return Reading(Status.DENIED, negation)
    now = any(c.dep == "aux" and c.lower in ("does", "do") for c in verb.children)
    if now and verb.lemma in word_list("granting"):
        return Reading(Status.OCCURRED, negation, refused=True)  # 'does not recognise the vote'
    return Reading(None, negation)


def is_infinitive(verb: Token) -> bool:
    """'To sign'."""
    return any(c.dep == "aux" and c.tag == "TO" for c in verb.children)


def has_auxiliaries(verb: Token) -> bool:
    """Whether it has helpers, which bear on verbs that are joined to it, too."""
    return any(c.dep in ("aux", "neg") for c in verb.children)


def negated(verb: Token) -> Token | None:
    """The word that negates a verb, beside it or in its subject or object."""
    return next(
        (
            c
            for c in verb.children
            if c.dep == "neg" or c.lower in ("never", "neither") or _is_over(c) or _is_nobody(c) or is_nothing(c)
        ),
        None,
    )


def _is_over(adverb: Token) -> bool:
    """'No longer'."""
    return adverb.lower == "longer" and any(c.lower == "no" for c in adverb.children)


def _is_nobody(subject: Token) -> bool:
    """'No date (was set)', 'nobody (was killed)', 'neither Serbia nor Bosnia (will)'."""
    return subject.dep in ("nsubj", "nsubjpass") and (
        subject.lower in ("nobody", "none", "nothing", "neither")
        or any(c.lower in ("no", "neither") for c in subject.lefts)
    )


def is_nothing(thing: Token) -> bool:
    """'Imposed no sanctions', 'will send no more weapons'; but 'a no-fly zone' is something."""
    if thing.dep != "dobj" or thing.head.lemma in word_list("seeing"):
        return False
    before = (t for c in thing.lefts for t in c.subtree)
    return any(t.lower == "no" and t.tree[t.i + 1].text != "-" for t in before)


def _has_condition(verb: Token) -> bool:
    return any(c.dep == "advcl" and any(m.lower in CONDITIONS for m in c.children) for c in verb.children)


def _is_said(verb: Token) -> bool:
    """Whether somebody says it: in 'said it would sign and that he would visit' both."""
    for _ in range(_MAX_HOPS):
        if verb.dep != "conj" or verb.head.pos not in ("VERB", "AUX") or verb.head.lemma in word_list("saying"):
            break
        if any(c.dep == "mark" and c.lower == "that" for c in verb.children):
            return any(above.lemma in word_list("saying") for above in verb.ancestors)
        verb = verb.head
    return verb.dep in ("ccomp", "xcomp", "conj", "advcl") and verb.head.lemma in word_list("saying")
