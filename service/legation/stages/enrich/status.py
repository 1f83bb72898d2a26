"""Held or only hoped for: the status of an event from tense, modals, negation and the words above it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from legation.knowledge.manifest import packaged_rows
from legation.knowledge.words import word_list
from legation.records import Status
from legation.stages.enrich.auxiliaries import (
    CONDITIONS,
    REFUSING,
    Reading,
    has_auxiliaries,
    is_infinitive,
    is_nothing,
    negated,
    read_verb,
)
from legation.stages.enrich.syntax import conjuncts, has_subject, is_caused, is_parted, is_unique, issuer
from legation.stages.enrich.tree import Token

_MAX_HOPS = 6
"""Clauses above the predicate that can bear on it ('said that he hoped to be able to meet' is three)."""


class Effect(StrEnum):
    """What a word above an event makes of it. The first six are statuses."""

    ONGOING = "ongoing"
    PLANNED = "planned"
    PROPOSED = "proposed"
    CANCELLED = "cancelled"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    NONE = "none"
    """It does not happen, or nobody asserts it: 'failed to meet'."""


@cache
def _words() -> Mapping[tuple[str, str], Effect]:
    return {
        (part, word): row.choice("effect", Effect)
        for row in packaged_rows("statuses.tsv", ("part", "words", "effect"))
        for part in [row.text("part")]
        for word in row.many("words")
    }


def load_statuses() -> None:
    """Read the list of words now instead of at the first event."""
    _words()


_BESIDE = frozenset({"at", "during", "amid"})
"""What a verb does at an event says nothing of the event: 'discussed a treaty at talks'."""
_AT = frozenset({"at", "before", "during"})
"""But what will be done at an event is as far off as the event."""
_MEANS = frozenset({"in", "by", "via", "through"})
"""Nor does what it does by an event: 'urged restraint in a call' tells that there was one."""


Step: TypeAlias = Reading | tuple[Token, bool] | None
"""What stands above a word makes a status of it; or leads to the next word to ask, with whether a verb's helpers have
been asked on the way; or says nothing against a fact (None)."""


def status_of(predicate: Token) -> Reading:
    """How sure the text is that the event of this predicate (verb, noun or adjective) is real."""
    token, told = predicate, False
    for hop in range(_MAX_HOPS):
        is_verb = token.pos in ("VERB", "AUX")
        if is_verb and not told and (reading := read_verb(token, first=hop == 0)) is not None:
            return _wished(token, reading)
        step = _above_verb(token) if is_verb else _above_noun(token, told)
        if isinstance(step, Reading):
            return step
        if step is None:
            break
        token, told = step
    return Reading(Status.OCCURRED)


def _wished(verb: Token, reading: Reading) -> Reading:
    """What is said to be coming or going on, or refused, unless someone only hopes, fears, alleges or denies it: 'hoped
    that Chad would help', 'rumours that it would not come'.
    """
    head = verb.head
    open_ = reading.refused or reading.status in (Status.PLANNED, Status.HYPOTHETICAL, Status.ONGOING)
    if not open_ or verb.dep not in ("ccomp", "acl"):
        return reading
    if head.lemma in word_list("wishing"):
        return Reading(Status.PROPOSED, head)
    effect = _effect_of(head)
    return _reading(effect, head) if effect in (Effect.PROPOSED, Effect.DENIED, Effect.NONE) else reading


# --- above a clause ---


def _above_verb(verb: Token) -> Step:
    head = verb.head
    if verb.dep in ("relcl", "acl"):
        described = (head, *(c for c in verb.children if c.dep == "nsubj"))
        if is_infinitive(verb) and any(map(is_unique, described)):
            return Reading(Status.OCCURRED, head)  # 'the first president to visit'
        if verb.dep == "relcl":
            return _of_relative(verb)
        if head.pos in ("NOUN", "PROPN"):
            return _of_noun_clause(verb)
    if verb.dep == "conj":
        if verb.tag == "VBD" and head.tag == "VB" and has_subject(verb):
            return None  # 'Tokyo will send ships, and Washington praised it'
        return head, not has_auxiliaries(head)  # 'will double its aid and open an office'
    if is_caused(verb):
        return head, False
    if verb.dep == "ROOT" or is_parted(verb):
        return None
    if verb.dep == "advcl":
        return _of_adverbial(verb)
    return _of_complement(verb) if verb.dep in ("xcomp", "ccomp", "pcomp", "pobj", "acl", "csubj") else None


def _of_relative(verb: Token) -> Step:
    head = verb.head
    if is_infinitive(verb):
        to = next(c for c in verb.children if c.tag == "TO")
        first = head.dep == "ROOT" or verb.tree[head.left_edge.i - 1].text == ":"
        if first and verb.tree[to.i - 1] in conjuncts(head):
            return Reading(Status.PLANNED, to)  # a headline: 'Turkey to host talks'
        return _reading(_words().get(("n", head.lemma), Effect.PROPOSED), head)  # 'time for Iran to free them'
    if any(c.dep == "mark" and c.lower == "that" and c.tag == "IN" for c in verb.children):
        return head, True  # no relative clause: 'a report that it had met them'
    return None


def _of_noun_clause(verb: Token) -> Step:
    """What a noun makes of the clause behind it: 'plans to meet', 'the claim that it had met them', 'talks held in'."""
    noun, effect = verb.head, _effect_of(verb.head)
    if noun.lower == "order" and noun.head.lower == "in":
        return Reading(Status.PLANNED, verb, purpose=True)  # 'in order to reassure'
    if noun.lemma in word_list("fictions"):
        return Reading(None, noun)  # 'a film shot in Chad'
    no = _no(noun)
    if effect is Effect.PLANNED and no is not None:
        return Reading(Status.OCCURRED, no, refused=True)  # 'has no plans to meet'
    if verb.tag == "VB" and effect is not None:
        if noun.dep == "dobj" and (negation := negated(noun.head)) is not None:
            return Reading(None, negation)  # 'has not shown willingness to open'
        return _reading(_outer(noun) or effect, noun)
    if verb.tag == "VB":  # 'no discussions to hold a summit', but 'a bridge to link'
        return Reading(None, no) if no is not None else Reading(Status.PLANNED, verb, purpose=True)
    clause = any(c.dep in ("nsubj", "nsubjpass", "mark") for c in verb.children)
    if effect is Effect.NONE and clause:
        return Reading(None, noun)  # 'accusations that it had supplied arms'
    if verb.tag == "VBG" and issuer(noun) is not None:
        return noun, False  # 'will pass a law barring'
    return (noun, True) if clause else None  # 'sceptical of the claim that it had withdrawn', but 'talks held in Paris'


def _of_adverbial(verb: Token) -> Step:
    """A clause beside another: its own tense counts, not that of the main clause."""
    if any(c.lower in CONDITIONS for c in verb.children):
        return Reading(None, verb)
    if not is_infinitive(verb):
        return _when(verb)
    if any(c.dep == "attr" and is_unique(c) for c in verb.head.children):
        return Reading(Status.OCCURRED, verb.head)  # 'became the third country to recognise'
    return Reading(Status.PLANNED, verb, purpose=True)


def _when(clause: Token) -> Reading | None:
    """What is to be, where the present tense dates something else: 'when they meet in June', 'until it has left'."""
    words = {c.lower for c in clause.children if c.dep in ("mark", "advmod")}
    main = clause.head.head if clause.head.lower == "soon" else clause.head
    awaited = main is not clause.head or words & _AWAITED
    if clause.tag == "VBD" and awaited and any(c.tag == "MD" for c in main.children):
        return Reading(None, clause)  # 'would help as soon as Chad agreed'
    helpers = {c.lower for c in clause.children if c.dep in ("aux", "neg")}
    if clause.tag not in (("VBN",) if helpers & {"has", "have"} else ("VBZ", "VBP")) or helpers - {"has", "have"}:
        return None
    if words & _AWAITED:
        return Reading(None, clause)
    return Reading(Status.PLANNED, clause) if words & {"when", "before", "after"} else None


_AWAITED = frozenset({"until", "till", "once"})


def _of_complement(verb: Token) -> Step:
    """What the word makes of a clause that it governs: 'hoped to meet', 'is ready to', 'said that'."""
    head = verb.head
    if head.dep == "prep":
        if head.lower == "without":
            return Reading(None, head)  # 'parted without agreeing on a date'
        head = head.head
    if head.lemma == "be":  # 'is sceptical about their motives in'
        head = next((c for c in head.children if c.dep == "acomp" and c.i < verb.i), head)
    if (reading := _of_governor(head)) is not None:
        return reading
    if head.lemma in word_list("object control") and (negation := negated(head)) is not None:
        return Reading(None, negation)  # 'will not let its army take the port'
    if verb.dep == "xcomp" and is_infinitive(verb) and (reading := _of_infinitive(verb, head)) is not None:
        return reading
    # 'will have to close', 'is not going to resign': what helps a verb bears on it
    return head, head.lemma in word_list("saying") or verb.dep not in ("xcomp", "pcomp")


def _of_governor(head: Token) -> Reading | None:
    effect = _effect_of(head)
    if effect is Effect.PLANNED and head.lemma in word_list("scheduled") and _was_before(head):
        effect = Effect.CANCELLED  # 'had been due to meet'
    if effect is None or head.lemma in word_list("saying"):
        return None
    if any(c.dep == "mark" and c.lower in CONDITIONS for c in head.children):
        return Reading(None, head)  # 'asked if Japan was expected to retaliate'
    if is_infinitive(head) and head.dep == "advcl":
        return Reading(None, head)  # 'gathered to demand that they leave'
    if negated(head):
        return Reading(Status.DENIED if effect is Effect.DENIED else None, head)
    if effect is Effect.ONGOING and (begun := status_of(head)).status is not Status.OCCURRED:
        return begun  # 'began to withdraw', but 'will begin to' and 'agreed to start'
    return _reading(effect, head)


def _of_infinitive(verb: Token, head: Token) -> Reading | None:
    if any(c.dep == "mark" and c.lower in CONDITIONS for c in head.children):
        return Reading(None, head)  # 'if Oman were to sign'
    if head.lemma in ("be", "have") and any(c.dep == "advmod" and c.lower == "yet" for c in head.children):
        return Reading(None, head)  # 'has yet to sign'
    if any(c.dep == "attr" and is_unique(c) for c in head.children):
        return Reading(Status.OCCURRED, head)  # 'is the first country to sign'
    if head.lemma == "go" and head.tag == "VBG":  # 'is going to sign'
        negation = negated(head)
        return Reading(Status.PLANNED, head) if negation is None else Reading(Status.OCCURRED, negation, refused=True)
    if head.lemma == "be":  # 'is to visit', but 'was to have visited'
        past = any(c.dep == "aux" and c.lemma == "have" for c in verb.children)
        return Reading(Status.CANCELLED if past else Status.PLANNED, head)
    return None


def _was_before(word: Token) -> bool:
    """'Had been due to', 'had planned to': told of a plan only when it came to nothing."""
    verb = word.head if word.dep == "acomp" else word
    return any(c.dep == "aux" and c.lower == "had" for c in verb.children)


# --- above a noun or an adjective ---


def _above_noun(noun: Token, told: bool) -> Step:
    head = noun.head
    if noun.dep == "pobj" and head.dep == "prep" and (no := _no(head.head)) is not None:
        given = head.lower == "about" and any(c.dep == "poss" or c.lower == "the" for c in noun.children)
        return Reading(Status.OCCURRED if given else None, no)  # 'no regrets about the trip', 'no talk about a deal'
    for child in noun.children:
        if child.dep == "amod" and (effect := _words().get(("a", child.lower))) is not None:
            return _reading(_outer(noun) or effect, child)  # 'a planned visit', but 'put off a planned visit'
    if (no := _no(noun)) is not None:
        return Reading(Status.OCCURRED, no, refused=True) if _is_refusal(noun) else Reading(None, no)
    if noun.dep == "acomp" and head.lemma == "be" and (negation := negated(head)) is not None:
        return Reading(Status.OCCURRED, negation, refused=True)  # 'is not willing to'
    if noun.dep == "pobj":
        return _of_phrase(noun, told)
    if noun.dep == "nsubj" and head.lemma == "be":  # 'talks are possible', but 'accusations are not new'
        quality = next((_words().get(("a", c.lemma)) for c in head.children if c.dep == "acomp"), None)
        return _reading(quality, head) if quality is not None else None
    if noun.dep == "nsubj" and any(map(is_nothing, head.children)):
        return None  # talks that 'produced no accord' were held
    if noun.dep in ("dobj", "nsubjpass", "nsubj", "attr", "conj", "compound", "appos"):
        return (_of_verb_over(noun) if head.pos in ("VERB", "AUX") else None) or (head, told)
    return None


def _of_phrase(noun: Token, told: bool) -> Step:
    """What is told of an event behind a preposition: 'called for talks', 'no date for talks', 'met after talks'."""
    preposition, anchor = noun.head, noun.head.head
    if preposition.lower == "without":
        return Reading(None, preposition)
    verbal = anchor.pos in ("VERB", "AUX")
    if preposition.lower in _AT and verbal:
        then = status_of(anchor)
        if then.status is Status.PLANNED and then.cause is not noun:
            return then  # 'will brief the king before talks in Rome', 'will be signed at a summit'
    beside = preposition.lower in _BESIDE or (verbal and preposition.lower in _MEANS)
    ahead = verbal and preposition.lower == "on" and preposition.i < anchor.i  # 'on a visit to Rome, he urged'
    if beside or ahead or preposition.lower in word_list("dating"):
        return None  # an event that another is dated by is a fact
    if (effect := _effect_of(anchor)) is not None:
        none = any(c.dep == "det" and c.lower == "no" for c in anchor.children)  # 'no date for talks'
        return Reading(None, anchor) if none or negated(anchor) else _reading(effect, anchor)
    return None if verbal and preposition.lower == "on" else (anchor, told)


def _of_verb_over(noun: Token) -> Reading | None:
    """What a verb makes of the event that is its object or subject: 'cancelled the visit', 'talks hinge on oil'."""
    verb = noun.head
    if noun.dep in ("dobj", "nsubjpass") and (effect := _words().get(("v", verb.lemma))) is not None:
        if effect is Effect.PLANNED and verb.dep == "xcomp" and (wish := status_of(verb)).status is Status.PROPOSED:
            return wish  # 'hopes to arrange a visit'
        return _reading(effect, verb)
    return Reading(None, verb) if noun.dep == "nsubj" and verb.lemma in word_list("depending") else None


def _no(noun: Token) -> Token | None:
    return next((c for c in noun.children if c.dep in ("det", "neg") and c.lower == "no"), None)


def _is_refusal(noun: Token) -> bool:
    """'There will be no talks', 'Merkel: no talks': whoever says so does not want them."""
    verb = noun.head
    if noun.dep in ("attr", "nsubj", "nsubjpass") and verb.pos in ("VERB", "AUX"):
        return any(c.dep == "aux" and c.lower in REFUSING for c in verb.children)
    return noun.dep in ("ROOT", "appos", "dep")


def _outer(noun: Token) -> Effect | None:
    """What the verb does to a plan or hope: 'scrapped plans to visit'."""
    if noun.dep not in ("dobj", "nsubjpass"):
        return None
    if any(c.dep == "prt" and c.lower in ("off", "back") for c in noun.head.children):
        return Effect.CANCELLED  # 'called off', 'put off', 'pushed back'
    effect = _words().get(("v", noun.head.lemma))
    return effect if effect in (Effect.CANCELLED, Effect.DENIED, Effect.NONE) else None


def bears_on_events(word: Token) -> bool:
    """Whether a noun gives a status to what it is of ('hope', 'plan'), instead of denying it ('accusation'), or a verb
    denies it ('denied reports that they had met').
    """
    if word.pos in ("VERB", "AUX"):
        return _words().get(("v", word.lemma)) is Effect.DENIED
    return _words().get(("n", word.lemma)) in (Effect.PLANNED, Effect.PROPOSED, Effect.ONGOING)


def _effect_of(word: Token) -> Effect | None:
    part = "v" if word.pos in ("VERB", "AUX") else "n" if word.pos in ("NOUN", "PROPN") else "a"
    return _words().get((part, word.lemma))


def _reading(effect: Effect, cause: Token) -> Reading:
    return Reading(None if effect is Effect.NONE else Status(effect.value), cause)
