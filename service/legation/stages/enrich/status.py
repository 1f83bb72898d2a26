"""Held or only hoped for: the status of an event from tense, modals, negation and the words above it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from msgspec import Struct

from legation.knowledge.manifest import packaged_rows
from legation.knowledge.words import word_list
from legation.records import Status
from legation.stages.enrich.syntax import (
    conjuncts,
    content_head,
    is_caused,
    is_parted,
    is_unique,
    issuer,
    prepositions,
    surface_subject,
)
from legation.stages.enrich.tree import Token

_MAX_HOPS = 6
"""Clauses above the predicate that can bear on it ('said that he hoped to be able to meet' is three)."""


class Effect(StrEnum):
    """What a word above an event makes of it. The first seven are statuses."""

    ONGOING = "ongoing"
    PLANNED = "planned"
    PROPOSED = "proposed"
    CANCELLED = "cancelled"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    NONE = "none"
    """It does not happen, or nobody asserts it: 'failed to meet'."""


class Reading(Struct, frozen=True):
    """The status of an event, the word that decided it, and whether it was refused ('will not')."""

    status: Status | None
    """None: the text does not say that it happens at all."""
    cause: Token | None = None
    refused: bool = False
    purpose: bool = False
    """It is what something else is done for ('sent troops to fight'): an aim, not an announcement."""


@cache
def _words() -> Mapping[tuple[str, str], Effect]:
    return {
        (part, word): Effect(row.text("effect"))
        for row in packaged_rows("statuses.tsv", ("part", "words", "effect"))
        for part in [row.text("part")]
        for word in row.many("words")
    }


def load_statuses() -> None:
    """Read the list of words now instead of at the first event."""
    _words()


_MAYBE = frozenset({"may", "might", "could", "can"})
_SHOULD = frozenset({"should", "must", "ought"})
_BESIDE = frozenset({"at", "during", "amid"})
"""What a verb does at an event says nothing of the event: 'discussed a treaty at talks'."""
_AT = frozenset({"at", "before", "during"})
"""But what will be done at an event is as far off as the event."""
_MEANS = frozenset({"in", "by", "via", "through"})
"""Nor does what it does by an event: 'urged restraint in a call' tells that there was one."""
_CONDITIONS = frozenset({"if", "unless", "whether", "lest"})


def status_of(predicate: Token) -> Reading:
    """How sure the text is that the event of this predicate (verb, noun or adjective) is real."""
    words = _words()
    token = predicate
    told = False
    for hop in range(_MAX_HOPS):
        if token.pos in ("VERB", "AUX"):
            if hop == 0 or not told:
                reading = _of_verb(token, first=hop == 0)
                if reading is not None:
                    return _wished(token, reading)
                told = True
            if token.dep in ("ROOT",):
                break
            head = token.head
            described = (head, *(c for c in token.children if c.dep == "nsubj"))
            if token.dep in ("relcl", "acl") and _is_infinitive(token) and any(map(is_unique, described)):
                return Reading(Status.OCCURRED, head)  # 'the first president to visit'
            if token.dep == "relcl" and _is_infinitive(token):
                to = next(c for c in token.children if c.tag == "TO")
                first = head.dep == "ROOT" or token.tree[head.left_edge.i - 1].text == ":"
                if first and token.tree[to.i - 1] in conjuncts(head):
                    return Reading(Status.PLANNED, to)  # a headline: 'Turkey to host talks'
                return _reading(words.get(("n", head.lemma), Effect.PROPOSED), head)  # 'time for Iran to free them'
            if token.dep == "acl" and head.pos in ("NOUN", "PROPN"):
                if head.lower == "order" and head.head.lower == "in":
                    return Reading(Status.PLANNED, token, purpose=True)  # 'in order to reassure'
                if head.lemma in word_list("fictions"):
                    return Reading(None, head)  # 'a film shot in Chad'
                effect = words.get(("n", head.lemma))
                if effect is Effect.PLANNED and (no := _no(head)) is not None:
                    return Reading(Status.OCCURRED, no, refused=True)  # 'has no plans to meet'
                if effect is not None and token.tag == "VB":
                    if head.dep == "dobj" and (negation := _negated(head.head)) is not None:
                        return Reading(None, negation)  # 'has not shown willingness to open'
                    return _reading(_outer(head) or effect, head)
                if token.tag == "VB" and (no := _no(head)) is not None:
                    return Reading(None, no)  # 'no discussions to hold a summit'
                if token.tag == "VB":
                    return Reading(Status.PLANNED, token, purpose=True)
                if effect is Effect.NONE and any(c.dep in ("nsubj", "nsubjpass", "mark") for c in token.children):
                    return Reading(None, head)  # 'accusations that it had supplied arms'
                if token.tag == "VBG" and issuer(head) is not None:
                    token, told = head, False  # 'will pass a law barring'
                    continue
                if token.tag != "VB" and not any(c.dep in ("nsubj", "nsubjpass", "mark") for c in token.children):
                    break  # 'talks held in Paris': a fact about the noun
                if token.tag != "VB":
                    token = head  # 'sceptical of the claim that it had withdrawn'
                    continue
            if token.dep == "relcl":
                if not any(c.dep == "mark" and c.lower == "that" and c.tag == "IN" for c in token.children):
                    break
                token = head  # no relative clause: 'a report that it had met them'
                continue
            if token.dep == "conj":
                token = head
                told = _has_own_auxiliaries(token) is False and told
                continue
            if is_caused(token):
                token, told = head, False
                continue
            if is_parted(token):
                break
            if token.dep in ("xcomp", "ccomp", "pcomp", "pobj", "advcl", "acl", "csubj"):
                if token.dep == "advcl":
                    if any(c.lower in _CONDITIONS for c in token.children):
                        return Reading(None, token)
                    if _is_infinitive(token):
                        if any(c.dep == "attr" and is_unique(c) for c in head.children):
                            return Reading(Status.OCCURRED, head)  # 'became the third country to recognise'
                        return Reading(Status.PLANNED, token, purpose=True)
                    if (said := _when(token)) is not None:
                        return said
                    break  # its own tense counts, not that of the main clause
                if head.dep == "prep":
                    if head.lower == "without":
                        return Reading(None, head)  # 'parted without agreeing on a date'
                    head = head.head
                if head.lemma == "be":  # 'is sceptical about their motives in'
                    head = next((c for c in head.children if c.dep == "acomp" and c.i < token.i), head)
                kind = "v" if head.pos in ("VERB", "AUX") else "n" if head.pos in ("NOUN", "PROPN") else "a"
                effect = words.get((kind, head.lemma))
                if effect is Effect.PLANNED and head.lemma in word_list("scheduled") and _was_before(head):
                    effect = Effect.CANCELLED  # 'had been due to meet'
                if effect is not None and head.lemma not in word_list("saying"):
                    if any(c.dep == "mark" and c.lower in _CONDITIONS for c in head.children):
                        return Reading(None, head)  # 'asked if Japan was expected to retaliate'
                    if _is_infinitive(head) and head.dep == "advcl":
                        return Reading(None, head)  # 'gathered to demand that they leave'
                    if _negated(head):
                        return Reading(Status.DENIED if effect is Effect.DENIED else None, head)
                    if effect is Effect.ONGOING and (begun := status_of(head)).status is not Status.OCCURRED:
                        return begun  # 'began to withdraw', but 'will begin to' and 'agreed to start'
                    return _reading(effect, head)
                if head.lemma in word_list("object control") and (negation := _negated(head)) is not None:
                    return Reading(None, negation)  # 'will not let its army take the port'
                if token.dep == "xcomp" and _is_infinitive(token):
                    yet = any(c.dep == "advmod" and c.lower == "yet" for c in head.children)
                    if yet and head.lemma in ("be", "have"):
                        return Reading(None, head)  # 'has yet to sign'
                    if any(c.dep == "attr" and is_unique(c) for c in head.children):
                        return Reading(Status.OCCURRED, head)  # 'is the first country to sign'
                    if head.lemma == "go" and head.tag == "VBG":  # 'is going to sign'
                        negation = _negated(head)
                        return Reading(
                            Status.OCCURRED if negation else Status.PLANNED, negation or head, bool(negation)
                        )
                    if head.lemma == "be":  # 'is to visit', but 'was to have visited'
                        past = any(c.dep == "aux" and c.lemma == "have" for c in token.children)
                        return Reading(Status.CANCELLED if past else Status.PLANNED, head)
                # 'will have to close', 'is not going to resign': what helps a verb bears on it
                told = head.lemma in word_list("saying") or (told and token.dep not in ("xcomp", "pcomp"))
                token = head
                continue
            break
        # nouns and adjectives
        if token.dep == "pobj" and token.head.dep == "prep" and (no := _no(token.head.head)) is not None:
            given = token.head.lower == "about" and any(c.dep == "poss" or c.lower == "the" for c in token.children)
            return Reading(
                Status.OCCURRED if given else None, no
            )  # 'no regrets about the trip', 'no talk about a deal'
        for child in token.children:
            if child.dep == "amod" and (effect := words.get(("a", child.lower))) is not None:
                return _reading(_outer(token) or effect, child)  # 'a planned visit', but 'put off a planned visit'
        if (no := _no(token)) is not None:
            return Reading(Status.OCCURRED, no, refused=True) if _is_refusal(token) else Reading(None, no)
        head = token.head
        if token.dep == "acomp" and head.lemma == "be" and (negation := _negated(head)) is not None:
            return Reading(Status.OCCURRED, negation, refused=True)  # 'is not willing to'
        if token.dep == "ROOT":
            break
        if token.dep == "pobj":
            anchor = head.head
            if head.lower == "without":
                return Reading(None, head)
            kind = "v" if anchor.pos in ("VERB", "AUX") else "n" if anchor.pos in ("NOUN", "PROPN") else "a"
            effect = words.get((kind, anchor.lemma))
            beside = head.lower in _BESIDE or (kind == "v" and head.lower in _MEANS)
            ahead = kind == "v" and head.lower == "on" and head.i < anchor.i  # 'on a visit to Rome, he urged'
            with_it = head.lower in _AT and kind == "v"
            if with_it and (then := status_of(anchor)).status is Status.PLANNED and then.cause is not token:
                return then  # 'will brief the king before talks in Rome', 'will be signed at a summit'
            if beside or ahead or head.lower in word_list("dating"):
                break  # an event that another is dated by is a fact
            if effect is not None:
                none = any(c.dep == "det" and c.lower == "no" for c in anchor.children)  # 'no date for talks'
                return Reading(None, anchor) if none or _negated(anchor) else _reading(effect, anchor)
            if kind == "v" and head.lower == "on":
                break
            token = anchor
            continue
        if token.dep == "nsubj" and head.lemma == "be":  # 'talks are possible', but 'accusations are not new'
            quality = next((words.get(("a", c.lemma)) for c in head.children if c.dep == "acomp"), None)
            return _reading(quality, head) if quality is not None else Reading(Status.OCCURRED)
        if token.dep == "nsubj" and any(_is_nothing(child) for child in head.children):
            break  # talks that 'produced no accord' were held
        if token.dep in ("dobj", "nsubjpass", "nsubj", "attr", "conj", "compound", "appos"):
            if head.pos in ("VERB", "AUX"):
                effect = words.get(("v", head.lemma))
                if effect is not None and token.dep in ("dobj", "nsubjpass"):
                    aim = effect is Effect.PLANNED and head.dep == "xcomp"
                    if aim and (wish := status_of(head)).status is Status.PROPOSED:
                        return wish  # 'hopes to arrange a visit'
                    return _reading(effect, head)
                if token.dep == "nsubj" and head.lemma in word_list("depending"):
                    return Reading(None, head)  # 'talks with Chad hinge on oil'
            token = head
            continue
        break
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
    part = "v" if head.pos in ("VERB", "AUX") else "n" if head.pos in ("NOUN", "PROPN") else "a"
    effect = _words().get((part, head.lemma))
    return _reading(effect, head) if effect in (Effect.PROPOSED, Effect.DENIED, Effect.NONE) else reading


def _own_subject(verb: Token) -> int:
    return next((c.i for c in verb.children if c.dep in ("nsubj", "nsubjpass")), -1)


def _no(noun: Token) -> Token | None:
    return next((c for c in noun.children if c.dep in ("det", "neg") and c.lower == "no"), None)


def _is_refusal(noun: Token) -> bool:
    """'There will be no talks', 'Merkel: no talks': whoever says so does not want them."""
    verb = noun.head
    if noun.dep in ("attr", "nsubj", "nsubjpass") and verb.pos in ("VERB", "AUX"):
        return any(c.dep == "aux" and c.lower in _REFUSING for c in verb.children)
    return noun.dep in ("ROOT", "appos", "dep")


def _is_infinitive(verb: Token) -> bool:
    return any(c.dep == "aux" and c.tag == "TO" for c in verb.children)


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


def _reading(effect: Effect, cause: Token) -> Reading:
    return Reading(None if effect is Effect.NONE else Status(effect.value), cause)


def _was_before(word: Token) -> bool:
    """'Had been due to', 'had planned to': told of a plan only when it came to nothing."""
    verb = word.head if word.dep == "acomp" else word
    return any(c.dep == "aux" and c.lower == "had" for c in verb.children)


def _has_condition(verb: Token) -> bool:
    return any(c.dep == "advcl" and any(m.lower in _CONDITIONS for m in c.children) for c in verb.children)


def _negated(verb: Token) -> Token | None:
    return next(
        (
            c
            for c in verb.children
            if c.dep == "neg" or c.lower in ("never", "neither") or _is_over(c) or _is_nobody(c) or _is_nothing(c)
        ),
        None,
    )


def _is_over(adverb: Token) -> bool:
    """'No longer'."""
    return adverb.lower == "longer" and any(c.lower == "no" for c in adverb.children)


def _is_nothing(thing: Token) -> bool:
    """'Imposed no sanctions', 'will send no more weapons'; but 'a no-fly zone' is something."""
    if thing.dep != "dobj" or thing.head.lemma in word_list("seeing"):
        return False
    before = (t for c in thing.lefts for t in c.subtree)
    return any(t.lower == "no" and t.tree[t.i + 1].text != "-" for t in before)


def _is_nobody(subject: Token) -> bool:
    """'No date (was set)', 'nobody (was killed)', 'neither Serbia nor Bosnia (will)'."""
    return subject.dep in ("nsubj", "nsubjpass") and (
        subject.lower in ("nobody", "none", "nothing", "neither")
        or any(c.lower in ("no", "neither") for c in subject.lefts)
    )


def _is_said(verb: Token) -> bool:
    """Whether somebody says it: in 'said it would sign and that he would visit' both."""
    for _ in range(_MAX_HOPS):
        if verb.dep != "conj" or verb.head.pos not in ("VERB", "AUX") or verb.head.lemma in word_list("saying"):
            break
        if any(c.dep == "mark" and c.lower == "that" for c in verb.children):
            return any(above.lemma in word_list("saying") for above in verb.ancestors)
        verb = verb.head
    return verb.dep in ("ccomp", "xcomp", "conj", "advcl") and verb.head.lemma in word_list("saying")


def _has_own_auxiliaries(verb: Token) -> bool:
    return any(c.dep in ("aux", "neg") for c in verb.children)


_AWAITED = frozenset({"until", "till", "once"})


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


def _of_verb(verb: Token, *, first: bool) -> Reading | None:
    """What auxiliaries and negation of one verb say; None: nothing against its being a fact."""
    if any(name == "in" and content_head(head).lemma in word_list("fictions") for name, head in prepositions(verb)):
        return Reading(None, verb)
    if any(c.dep == "advmod" and c.lower in ("almost", "nearly") for c in verb.children):
        return Reading(None, verb)
    if verb.dep == "advcl" and any(
        c.dep == "aux" and c.lower in ("had", "were") and c.i < _own_subject(verb) for c in verb.children
    ):
        return Reading(None, verb)  # 'Had Iraq attacked'
    if verb.dep == "ROOT" and _is_infinitive(verb):
        return Reading(Status.PLANNED, verb)  # a headline: 'Vietnam to send peacekeepers'
    if _is_order(verb):
        return Reading(None, verb)  # 'end all restrictions, he said'
    negated = _negated(verb)
    modal = next((c for c in verb.children if c.dep == "aux" and c.tag == "MD"), None)
    if any(c.dep == "mark" and c.lower in _CONDITIONS for c in verb.children):
        return Reading(None, verb)
    if _is_headline_plan(verb):
        return Reading(Status.PLANNED, verb)
    if modal is not None:
        word = modal.lower
        if negated is not None:
            return Reading(Status.OCCURRED, negated, refused=True) if word in _REFUSING else Reading(None, negated)
        if word in ("will", "shall", "'ll", "wo"):
            return Reading(Status.PLANNED, modal)
        if word in ("would", "could", "should") and _has_condition(verb):
            return Reading(Status.HYPOTHETICAL, modal)
        if word == "should" and any(c.dep in ("nsubj", "nsubjpass") and c.i > modal.i for c in verb.children):
            return Reading(Status.HYPOTHETICAL, modal)  # 'Should he visit'
        if word in ("would", "'d"):
            if _is_said(verb):
                return Reading(Status.PLANNED, modal)
            return Reading(Status.HYPOTHETICAL, modal)
        if word in _MAYBE:
            return Reading(Status.HYPOTHETICAL, modal)
        if word in _SHOULD:  # a demand of whoever says so, which frames of saying read
            return Reading(None, modal)
    if negated is not None:
        above = verb.head if verb.dep == "ccomp" else None
        if above is not None and above.lemma in word_list("saying") and first:
            speaker = surface_subject(above)
            own = surface_subject(verb)
            if speaker is not None and own is not None and (own.pos == "PRON" or own.lower == speaker.lower):
                return Reading(Status.DENIED, negated)
        now = any(c.dep == "aux" and c.lower in ("does", "do") for c in verb.children)
        if now and verb.lemma in word_list("granting"):
            return Reading(Status.OCCURRED, negated, refused=True)  # 'does not recognise the vote'
        return Reading(None, negated)
    helpers = {c.lemma for c in verb.children if c.dep == "aux"}
    present = any(c.dep == "aux" and c.tag in ("VBZ", "VBP") for c in verb.children)
    if verb.tag == "VBG" and present and "be" in helpers and "have" not in helpers:
        return Reading(Status.ONGOING, verb)
    return None


def _is_order(verb: Token) -> bool:
    """An imperative that somebody is quoted with."""
    quoted = verb.dep == "ccomp" and verb.head.lemma in word_list("saying") and verb.i < verb.head.i
    return quoted and verb.tag == "VB" and not any(c.dep in ("aux", "nsubj", "nsubjpass") for c in verb.children)


def _is_headline_plan(verb: Token) -> bool:
    """'Turkey to host talks', where the parser sees a sentence or a name with a clause behind it."""
    if not any(c.dep == "aux" and c.tag == "TO" for c in verb.children):
        return False
    if verb.dep == "ROOT":
        return any(c.dep == "nsubj" and c.i < verb.i for c in verb.children)
    head = verb.head
    return verb.dep in ("relcl", "acl") and head.dep == "ROOT" and head.pos == "PROPN" and head.i + 2 == verb.i


_REFUSING = frozenset({"will", "would", "wo", "'ll", "'d", "shall"})
