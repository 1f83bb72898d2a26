"""Whether a frame fits a word of a sentence: object, particle, prepositions, complements."""

from __future__ import annotations

from legation.knowledge.frames import ANY_OBJECT, Frame
from legation.knowledge.words import word_list
from legation.records import EventType
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.syntax import conjuncts, content_head, is_wish, patient, prepositions, subject
from legation.stages.enrich.tree import Token

_CALENDAR = word_list("calendar")


def fit(sentence: Sentence, frame: Frame, token: Token) -> list[Token] | None:
    """The tokens that make the frame fit, the predicate first; None where it does not."""
    words = [token]
    if frame.negated and not _is_negated(token):
        return None
    target, particle = object_of(frame, token)
    if frame.particle is not None:
        if particle is None:
            return None
        words.append(particle)
    if frame.objects:
        hit = _object_hit(sentence, frame, target) or _time_given(frame, token)
        if hit is None:
            return None
        if not frame.objects <= ANY_OBJECT:
            words.append(hit)
    if frame.words:
        holders = [target or token, *complements(token, None)]
        after = target.i + 1 if target is not None else -1  # 'sent him packing'
        holders += [c for c in token.children if c.dep in _DESCRIBING]
        holders += [c for c in token.children if c.dep == "advcl" and (c.pos == "ADJ" or c.i == after)]
        inside = (t for holder in holders for t in holder.subtree)
        if frame.denies:
            hit = next((t for t in inside if f"not {t.lower}" in frame.words and _is_denied_of(t)), None)
        else:
            hit = next((t for t in inside if t.lower in frame.words or t.lemma in frame.words), None)
        if hit is None:
            return None
        words.append(hit)
    if frame.subjects:
        head = subject(token) if frame.part == "v" else None
        if head is None or frame.subjects.isdisjoint((head.lemma, content_head(head).lemma)):
            return None
    if frame.prepositions:
        around = list(prepositions(token))
        if target is not None:
            around += [pair for head in (target, content_head(target)) for pair in prepositions(head)]
        if not any(
            name in frame.prepositions and not (name == "on" and head.text in _CALENDAR) for name, head in around
        ):
            return None  # 'fired a missile on Friday' is no firing on anybody
    if frame.complements and not any(
        ("*" in frame.complements or c.lemma in frame.complements) and not _is_denied(frame, c)
        for complement in complements(token, target)
        for c in (complement, *(it for it in complement.children if it.dep == "conj"))  # 'claimed it crossed and fired'
    ):
        return None
    if frame.clauses and not any(_is_clause(frame, c) for c in complements(token, target)):
        return None
    if frame.infinitives and not any(
        ("*" in frame.infinitives or c.lemma in frame.infinitives)
        and any(a.dep == "aux" and a.tag == "TO" for a in c.children)
        for c in (*complements(token, target), *(c for c in token.children if c.dep == "advcl"))
    ):
        return None
    return words


def _is_negated(verb: Token) -> bool:
    return any(c.dep == "neg" for c in verb.children)


def _is_denied_of(quality: Token) -> bool:
    """'was not fair', 'was neither fair nor free'."""
    return _is_negated(quality.head) or any(c.lower == "neither" for c in quality.children)


def object_of(frame: Frame, token: Token) -> tuple[Token | None, Token | None]:
    """(object, the preposition or particle that the frame names), where they are there."""
    if frame.particle is None:
        return (patient(token) if frame.part == "v" else None), None
    for child in token.children:
        if child.lower == frame.particle and (child.dep != "mark" or child.i > token.i):  # not 'as Chad denounced it'
            if child.dep in ("prep", "agent", "dative"):
                aside = any(c.dep == "dobj" for c in token.children) and frame.particle not in _AWAY
                if child.i < token.i or aside:
                    continue  # 'called the king on Friday' is no calling on
                inner = next((c for c in child.children if c.dep in ("pobj", "pcomp")), None)
                if inner is not None and inner.text in _CALENDAR:
                    continue
                return (inner if inner is not None else patient(token)), child
            if child.dep in _BESIDE or child.tag in ("JJ", "RP"):
                return patient(token), child
    after = token.tree[token.i + 1] if token.i + 1 < len(token.tree.tokens) else token
    if after.lower == frame.particle and after.dep in ("amod", "quantmod"):  # 'set free two', 'handed over 13 sailors'
        return patient(token), after
    return None, None


_BESIDE = frozenset({"prt", "advmod", "npadvmod", "acomp", "oprd", "mark", "intj"})
"""How a particle hangs on its verb; where it is read as what the object does ('let the trucks through'), by its tag."""

_AWAY = frozenset({"away", "back", "down", "off", "out", "up"})
"""Particles that keep to their verb behind its object, too: 'threw the envoy out of the country'."""


_DESCRIBING = frozenset({"oprd", "acomp", "prep", "agent", "dative", "advmod", "npadvmod"})
"""What else may hold a word of the pattern: 'held him accountable', 'described it as illegal', 'reacted angrily'."""


def _is_denied(frame: Frame, complement: Token) -> bool:
    """'Said that Chile does not spy' says nothing of spying, 'vowed not to strike' is no threat; but 'urged Chile not
    to spy' asks for something.
    """
    counts = complement.dep == "ccomp" or frame.type is EventType.THREATEN
    if frame.denies:
        return False  # what it denies is the charge: 'said the vote was not fair'
    return counts and any(c.dep == "neg" for c in complement.children)


def _is_clause(frame: Frame, complement: Token) -> bool:
    """Whether a complement has a subject of its own and, where the frame wants one, the right modal: an auxiliary, or
    the complement's own verb with an infinitive ('needs to', 'has to').
    """
    return any(c.dep in ("nsubj", "nsubjpass") for c in complement.children) and (
        "*" in frame.clauses
        or ("<base>" in frame.clauses and _is_base(complement))
        or any(c.tag in ("MD", "TO") and c.lower in frame.clauses for c in complement.children)
        or (complement.lemma in frame.clauses and _obliges(complement))
    )


def _obliges(verb: Token) -> bool:
    """'Has to see', but 'has yet to see' asks nobody."""
    return any(c.dep == "xcomp" for c in verb.children) and not any(c.lower == "yet" for c in verb.children)


def _is_base(verb: Token) -> bool:
    """'Suggested that it leave' asks for something, 'suggested that it was leaving' tells of it."""
    return verb.tag in ("VB", "VBP", "NN") and not any(c.dep in ("aux", "auxpass") for c in verb.children)


def _object_hit(sentence: Sentence, frame: Frame, target: Token | None) -> Token | None:
    if target is None:
        return None
    if "*" in frame.objects:
        return target
    if "<person>" in frame.objects and any(
        (p.name or p.office) and p.start <= target.idx < p.end for p in sentence.participants(target)
    ):
        return target
    for head in conjuncts(target):
        real = content_head(head)
        for part in real.lefts:  # 'an aircraft carrier group'
            named = real.pos == "PROPN" and part.dep == "amod"  # 'the frigate Surcouf'
            titled = part.dep == "compound" and (part.pos == "NOUN" or sentence.is_office(part))  # 'Ambassador Cheng'
            if (named or titled) and (part.lemma in frame.objects or part.lower in frame.objects):
                return real
        if real.lemma in frame.objects or real.lower in frame.objects:
            return real
        if head.lemma in frame.objects:
            return head
    return None


def _time_given(frame: Frame, verb: Token) -> Token | None:
    """'Gave Chad a month to leave', where the month is read as a time."""
    if not any(c.dep == "dative" for c in verb.children):
        return None
    return next((c for c in verb.children if c.dep == "npadvmod" and c.lemma in frame.objects), None)


def complements(token: Token, target: Token | None) -> list[Token]:
    """The clauses that complete a predicate or its object, with or without a preposition before them."""
    found = [
        c
        for c in token.children
        if c.dep in ("xcomp", "ccomp") or is_wish(c) or (c.dep == "dep" and c.i < token.i and c.pos != "DET")
    ]
    if token.dep == "parataxis":
        found.append(token.head)  # '"A provocation," he said of'
    if token.pos == "NOUN":  # 'the demand that Iran leave', 'the refusal to leave'
        clauses = (c for c in token.children if c.dep in ("acl", "relcl"))
        found += [c for c in clauses if c.tag not in ("VBN", "VBG") or any(it.dep == "mark" for it in c.children)]
    for child in token.children:
        if child.dep == "prep":
            found += [c for c in child.children if c.dep == "pcomp"]
        elif child.dep == "npadvmod":  # 'gave Chad a week to leave', where the week is read as a time
            found += [c for c in child.children if c.dep in ("acl", "relcl") and c.tag == "VB"]
    if target is not None:
        found += [c for c in target.children if c.dep in ("acl", "xcomp", "ccomp", "relcl") and c.tag in ("VB", "VBG")]
    return found
