"""Which events of a sentence tell the same, and which only lead to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, takewhile

from msgspec.structs import replace

from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.beyond import shared
from legation.stages.enrich.found import FRIENDLY, MATERIAL, Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.parties import at
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.status import status_of
from legation.stages.enrich.syntax import (
    content_head,
    governor,
    is_unique,
    is_wish,
    issuer,
    patient,
    prepositions,
    subject,
    surface_subject,
)
from legation.stages.enrich.tree import Token

_AHEAD = frozenset({Status.PLANNED, Status.PROPOSED})


_ABSORBING = frozenset(
    {EventType.REQUEST, EventType.REJECT, EventType.THREATEN, EventType.ACCUSE, EventType.SUPPORT, EventType.CONCEDE}
)
"""What these are about ('urged Iran to release', 'praised the decision to withdraw') is not what the sentence tells."""


def with_shared(found: list[Found]) -> list[Found]:
    """Give an event that names no recipient that of one which follows it ('recalled its envoy, accusing Mali of'), and
    one that takes two and names one those of its like ('recognised Mali and said it would open relations').
    """
    told: list[Found] = []
    for event in found:
        if not any(map(is_known, event.recipients)) and event.mode not in ("curfew", "martial-law"):
            others = shared(event.predicate, event.type, event.actors, found)
            event = replace(event, recipients=others or event.recipients)
        elif event.frame.slots.equal and event.actors == event.recipients and len(_codes(event.actors)) == 1:
            likes = (it for it in found if it.type is event.type and not _codes(it.recipients) <= _codes(event.actors))
            like = next((it for it in likes if _codes(it.actors) == _codes(event.actors)), None)
            together = (*event.actors, *(like.recipients if like is not None else ()))
            event = replace(event, actors=together, recipients=together)
        told.append(event)
    return told


def with_gapped(sentence: Sentence, found: list[Found]) -> list[Found]:
    """Tell also what others did whose verb is left out: 'Japan pledged 20 million dollars to Nepal, India 15 million',
    'the queen flew to Rome and the king to Oslo'. Their predicate is who did it.
    """
    told: list[Found] = []
    for event in found:
        gapped = [] if event.actors == event.recipients else _gapped(event.predicate)
        doers = [[p for p in sentence.participants(doer) if is_known(p)] for doer, _ in gapped]
        goals = [sentence.participants(last) if last.pos == "PROPN" else [] for _, last in gapped]
        others = _codes(party for parties in (*doers, *goals) for party in parties)
        rest = tuple(p for p in event.recipients if p.code not in others)
        if not others or not any(map(is_known, rest)):
            told.append(event)
            continue
        told.append(replace(event, recipients=rest))
        for (doer, last), actors, goal in zip(gapped, doers, goals, strict=True):
            if actors:
                words = (doer.idx, last.end)
                to = tuple(goal) or rest
                told.append(replace(event, predicate=doer, trigger=words, actors=tuple(actors), recipients=to))
    return told


def with_followers(sentence: Sentence, found: list[Found]) -> list[Found]:
    """Tell also who 'followed suit' or 'answered in kind': the last deed told once more, or returned to its doers."""
    told = list(found)
    for token in sentence.tree:
        if token.lemma not in _LIKEWISE or not _does_likewise(token):
            continue
        head, reading = subject(token), status_of(token)
        doers = [p for p in sentence.participants(head) if is_known(p)] if head is not None else []
        deeds = [it for it in (*sentence.memory.told, *found) if it.type in MATERIAL and it.predicate is not token]
        if not doers or not deeds or reading.status is None or _is_threatened(token, reading.status, found):
            continue
        if any(is_at_home(p, deeds[-1].actors) for p in doers):
            continue
        last = deeds[-1]
        to = last.actors if any(is_at_home(p, last.recipients) for p in doers) else last.recipients
        words = (token.idx, token.end)
        if last not in found:  # told in another sentence: here the verb stands for them
            to = tuple(at(to, sentence.text, *words))
        told = [it for it in told if it.predicate is not token]
        told.append(
            replace(
                last,
                predicate=token,
                trigger=words,
                actors=tuple(doers),
                recipients=to,
                status=reading.status,
                cause=reading.cause,
            )
        )
    return told


def _is_threatened(verb: Token, status: Status, found: Sequence[Found]) -> bool:
    """Whether an event tells it already that is yet to come: 'will answer in kind', 'vowed to answer in kind'."""
    return any(
        (it.predicate is verb and status in _AHEAD) or (it.predicate is verb.head and it.type is EventType.THREATEN)
        for it in found
    )


def _does_likewise(verb: Token) -> bool:
    words = {c.lower for c in verb.children} | {t.lower for name, t in prepositions(verb) if name == "in"}
    return verb.pos == "VERB" and not words.isdisjoint(_LIKEWISE[verb.lemma])


_LIKEWISE = {
    **dict.fromkeys(("respond", "answer", "reply", "retaliate", "reciprocate", "react"), ("kind",)),
    "follow": ("suit",),
    "do": ("same", "likewise"),
}
"""Verbs, and the words that go with them."""


def _gapped(verb: Token) -> list[tuple[Token, Token]]:
    """Who did the same as the subject of a verb, each with what ends telling it: those behind the verb who stand before
    a number alone, where it has a number of something, or before its preposition once more.
    """
    target = patient(verb) if verb.pos == "VERB" else None
    tokens = verb.tree.tokens
    found: list[tuple[Token, Token]] = []
    if target is not None and any(t.tag in _NUMBERS for t in target.subtree):
        for name in tokens[verb.i + 1 : -1]:
            if name.pos == "PROPN" and tokens[name.i + 1].tag in _NUMBERS:
                after = next((t for t in tokens[name.i + 1 :] if t.tag not in _NUMBERS), tokens[-1])
                alone = after.pos == "PUNCT" or after.lower == "and"
                if alone and tokens[name.left_edge.i - 1].lower in (",", "and"):
                    found.append((name, tokens[after.i - 1]))
    goals = [(c, t) for c in verb.children if c.dep in ("prep", "dative") for t in c.children if t.dep == "pobj"]
    for (first, goal), (second, other) in pairwise(goals):
        doer = next((c for c in goal.children if c.dep == "conj" and c.subtree[-1].i + 1 == second.i), None)
        if doer is not None and first.lower == second.lower:
            found.append((doer, other))
    return found


_NUMBERS = frozenset({"CD", "$"})


def without_embedded(sentence: Sentence, found: list[Found]) -> list[Found]:
    """Drop what only leads to another event ('agreed' of 'agreed to meet') or is only wished ('urged to stop')."""
    dropped: dict[int, str] = {}
    partners: dict[int, tuple[Participant, ...]] = {}  # with whom a deed was agreed that is told without them
    for outer in found:
        inside = content_of(outer.predicate)
        for inner in found:
            if inner is outer:
                continue
            if _is_said_in(inner, outer):
                dropped[id(outer)] = _leads_to(inner)  # 'wrote to the council, asking it to meet'
                continue
            if inner.predicate.i not in inside or _is_aside(inner):
                continue
            if outer.type is inner.type is EventType.AGREE and not _codes(inner.actors) & _codes(outer.actors):
                dropped[id(inner)] = _embedded(outer)  # 'agreed to let the court settle their dispute'
                if len(_codes(outer.actors)) > 1:
                    partners[id(outer)] = outer.actors
            elif outer.type is EventType.AGREE and inner.type is EventType.THREATEN:
                dropped[id(outer)] = _leads_to(inner)  # 'vowed to retaliate'
            elif outer.type is EventType.THREATEN and _is_means(inner.predicate, outer.predicate):
                dropped[id(outer)] = _leads_to(inner)  # 'retaliated by closing the border'
            elif outer.type is EventType.REQUEST and inner.type is EventType.CONSULT and _takes_part(outer, inner):
                dropped[id(outer)] = _leads_to(inner)  # 'suggested that the two meet'
            elif _is_its_text(outer.predicate, inner.predicate):
                dropped[id(outer)] = _leads_to(inner)  # 'adopted a measure demanding'
            elif inner.status is Status.DENIED and inner.type not in FRIENDLY:
                dropped[id(inner)] = _embedded(outer)  # 'denied bombing a camp' is a rejection
            elif inner.status is Status.DENIED or (
                outer.type is EventType.AGREE and inner.status in _AHEAD and not _is_besides(outer, inner)
            ):
                if _tells_who(inner) or not _tells_who(outer):  # but 'signed a pact for the withdrawal of all forces'
                    dropped[id(outer)] = _leads_to(inner)
                    if not any(map(is_known, inner.recipients)):
                        partners[id(inner)] = outer.recipients  # 'the three agreed to drop their tariffs'
            elif outer.type is inner.type and inner.predicate.lemma in outer.frame.infinitives:
                dropped[id(inner)] = _embedded(outer)  # 'tried to overthrow'
            elif outer.type in MATERIAL and inner.status in _AHEAD and _everyone(inner) <= _everyone(outer):
                dropped[id(inner)] = _embedded(outer)  # 'sent troops to help defend it'
            elif outer.type in _ABSORBING or _is_charge(outer.predicate, inner.predicate):
                dropped[id(inner)] = _embedded(outer)
    kept = _kept(sentence, found, dropped)
    return [replace(event, recipients=partners.get(id(event)) or event.recipients) for event in kept]


def _is_said_in(said: Found, message: Found) -> bool:
    """Whether a letter is written only to say something: calls and visits count besides."""
    told = said.predicate.dep in ("advcl", "xcomp") and said.predicate.head is message.predicate
    return (
        told
        and message.type is EventType.CONSULT
        and message.mode is None
        and _codes(said.recipients) != set()
        and message.predicate.lemma in word_list("writing")
    )


def _codes(parties: Iterable[Participant]) -> set[str]:
    return {p.code for p in parties if p.code is not None}


def _everyone(event: Found) -> set[str]:
    return _codes(event.actors) | _codes(event.recipients)


def _tells_who(event: Found) -> bool:
    return any(map(is_known, event.actors))


def _is_its_text(outer: Token, inner: Token) -> bool:
    """Whether the inner is what an instrument says that the doer of the outer makes."""
    maker = issuer(inner.head) if inner.dep == "acl" else None
    return maker is not None and maker is subject(outer)


def _takes_part(asking: Found, meeting: Found) -> bool:
    """Whether who asks for a meeting would be there, and another, too."""
    codes = {p.code for p in meeting.actors if is_known(p)}
    return len(codes) > 1 and any(p.code in codes for p in asking.actors if is_known(p))


def _is_means(inner: Token, outer: Token) -> bool:
    """Whether the outer was done by doing the inner, or what is joined to it by 'and'."""
    first = inner.head if inner.dep == "conj" else inner
    return first.dep == "pcomp" and first.head.lower == "by" and first.head.head is outer and outer.tag != "VB"


def _leads_to(inner: Found) -> str:
    return f"only leads to “{inner.predicate.text}”"


def _embedded(outer: Found) -> str:
    return f"embedded under “{outer.predicate.text}”"


def _is_aside(event: Found) -> bool:
    """Whether a clause of its own tells it as a fact: 'urged Iran to free the clerk whom it had seized from Oman'."""
    verb = event.predicate
    if verb.dep == "advcl" and verb.tag == "VBD" and any(c.lower in _TEMPORAL for c in verb.children):
        return True  # 'asked Spain to write off the debt when he lunched with the king'
    if verb.dep == "pobj" and verb.head.lower == "during":
        return True
    verb = verb.head if verb.dep == "conj" and verb.head.dep == "acl" else verb
    if verb.dep == "acl" and verb.head.lemma in word_list("moves") and verb.tree[verb.head.left_edge.i - 1].text == ",":
        return True  # 'agreed to leave the pact, a move hailed by'
    if verb.dep in ("acl", "relcl") and verb.tag == "VB" and is_unique(verb.head):
        return True  # 'was cheered as the first leader to visit'
    return (
        verb.dep == "relcl"
        and not any(c.dep == "aux" and c.tag in ("MD", "TO") for c in verb.children)
        and any(map(is_known, event.actors))
        and any(map(is_known, event.recipients))
    )


_TEMPORAL = frozenset({"when", "after", "before", "while", "as", "since"})


def _is_besides(outer: Found, inner: Found) -> bool:
    """Whether a relative clause tells it: 'signed accords under which they will leave'."""
    within = takewhile(lambda it: it is not outer.predicate, (inner.predicate, *inner.predicate.ancestors))
    return any(it.dep == "relcl" and not any(c.tag == "TO" for c in it.children) for it in within)


def _is_charge(outer: Token, inner: Token) -> bool:
    """'Arrested for spying', 'an embargo in revenge for seizing': what someone is charged with is not told as a fact,
    and was not done by whoever charges him.
    """
    of = inner.head if inner.dep in ("pcomp", "pobj") else None
    if of is None or of.lower not in ("for", "of", "over"):
        return False
    return of.head is outer or (inner.dep == "pcomp" and of.head.lemma in word_list("penalties"))


def content_of(predicate: Token) -> set[int]:
    """Tokens of what an event is about: complement clauses and objects, with all under them."""
    found: set[int] = set()
    for child in predicate.children:
        if child.dep in ("xcomp", "ccomp", "dobj", "nsubjpass", "prep", "acl", "dative", "attr") or is_wish(child):
            if child.dep == "ccomp" and child.i < predicate.i:
                continue  # the main statement, with the verb of saying set after it
            beside = child.lower in ("after", "before", "during", "since", "at", "in", "following")
            if child.dep == "prep" and (beside or child.i < predicate.i):
                continue  # 'on a visit to Kyiv, he urged'
            found.update(t.i for t in child.subtree)
    return found


def without_repeats(sentence: Sentence, found: list[Found]) -> list[Found]:
    """One event for each type and set of parties in a sentence: the one whose frame is narrowest, then the first."""
    best: dict[tuple[object, ...], Found] = {}
    dropped: dict[int, str] = {}
    for event in found:
        key = (
            event.type,
            event.mode,
            event.status,
            tuple(sorted({p.code or p.name or "" for p in event.actors})),
            tuple(sorted({p.code or p.name or "" for p in event.recipients})),
        )
        old = best.get(key)
        if old is None:
            best[key] = event
            continue
        told, again = (event, old) if event.frame.specificity > old.frame.specificity else (old, event)
        best[key] = told
        dropped[id(again)] = f"told by “{told.predicate.text}” too"
    for event in found:
        if event.type is EventType.ASSAULT and not any(map(is_known, event.recipients)):
            outer = next((it for it in found if it.type is event.type and _is_outcome(event.predicate, it)), None)
            if outer is not None:
                dropped[id(event)] = f"told by “{outer.predicate.text}” too"  # 'hit the town, killing eight'
        if any(_is_conceded(event, it) for it in found):
            dropped[id(event)] = "what was conceded"  # 'backed down and agreed to free them'
        if event.type is EventType.MOBILIZE and any(_is_fired(event.predicate, it) for it in found):
            dropped[id(event)] = "told by what was hit, too"
        for outer in (it for it in found if it.status in _AHEAD and event.status not in _AHEAD):
            if event.predicate.dep == "advcl" and _is_outcome(event.predicate, outer) and _tells_all(outer, event):
                dropped[id(outer)] = f"told by “{event.predicate.text}” too"  # 'agreed to a truce, halting a war'
    off = [event for event in found if event.status is Status.CANCELLED]
    for event in found:
        if event.status in _AHEAD and any(_tells_all(other, event) for other in off):
            dropped[id(event)] = "called off in the same sentence"  # 'the summit planned for May was called off'
        verb = governor(event.predicate) if event.predicate.pos == "NOUN" else None
        if any(_is_notice(event, other) for other in found):
            dropped[id(event)] = "what they are told who are expelled"
        if event.predicate.dep == "acl" and any(_is_held(event.predicate.head, other) for other in found):
            dropped[id(event)] = "says who held it"  # 'talks with Ukraine hosted by Oman'
        if any(_is_met_there(other, event) for other in found):
            dropped[id(event)] = "what the visit is for"  # 'flew to Rome to meet the pope'
        tellers = (other for other in found if other.predicate is verb and id(other) not in dropped)
        if verb is not None and any(_tells_all(other, event) for other in tellers):
            dropped[id(event)] = f"told by “{verb.text}” too"  # 'brought Malta to a halt with a strike'
    return _kept(sentence, found, dropped)


def _is_notice(threat: Found, expulsion: Found) -> bool:
    """Whether those who are expelled are only told when to be gone: 'expelled two and gave them a week to leave'."""
    return (
        threat.type is EventType.THREATEN
        and threat.frame.lemma == "give"
        and expulsion.mode == "expel"
        and _codes(threat.recipients) == _codes(expulsion.recipients)
    )


def _is_held(noun: Token, meeting: Found) -> bool:
    """Whether a noun, or what it is a round of, tells a meeting of two by itself."""
    told = meeting.predicate in (noun, content_head(noun)) and meeting.predicate.pos == "NOUN"
    return told and meeting.type is EventType.CONSULT and len(_codes(meeting.actors)) > 1


def _is_conceded(deed: Found, yielding: Found) -> bool:
    verb = deed.predicate.head
    joined = deed.predicate.dep == "xcomp" and verb.dep == "conj" and verb.head is yielding.predicate
    ahead = deed.type is EventType.RETREAT and deed.status in _AHEAD
    return joined and ahead and yielding.type is EventType.CONCEDE and _codes(deed.actors) == _codes(yielding.actors)


def _is_fired(verb: Token, event: Found) -> bool:
    """'Missiles fired by Yemen struck a ship': they tell one attack."""
    return event.type is EventType.ASSAULT and verb.dep == "acl" and surface_subject(event.predicate) is verb.head


def _is_outcome(verb: Token, event: Found) -> bool:
    """Whether a participle or a relative clause only tells what the event did."""
    participle = verb.dep == "advcl" and verb.tag == "VBG"
    return (participle or verb.dep == "relcl") and verb.head is event.predicate


def _tells_all(event: Found, other: Found) -> bool:
    """Whether an event has the type and all known parties of another."""
    return (
        event.type is other.type
        and {p.code for p in other.actors} <= {None, *(p.code for p in event.actors)}
        and {p.code for p in other.recipients} <= {None, *(p.code for p in event.recipients)}
    )


def _is_met_there(visit: Found, meeting: Found) -> bool:
    """Whether a meeting with the host is what a visit, or a call, is made for: 'flew to Rome to meet', 'for talks'."""
    word = meeting.predicate
    while word.dep == "pobj" and word.head.lower == "of" and word.head.head.lemma in word_list("transparent"):
        word = word.head.head  # 'for two days of talks'
    aim = word.head.head if word.dep == "pobj" and word.head.lower == "for" else word.head
    going = word.dep == "xcomp" and visit.predicate.lemma in word_list("going")  # 'flies in to meet'
    return (
        visit.type is meeting.type is EventType.CONSULT
        and (word.dep == "advcl" or going or (aim is not word.head and visit.mode is not None))
        and visit.predicate in (aim, governor(aim) if aim.pos in ("NOUN", "PROPN") else aim)
        and {p.code for p in meeting.actors} <= {None, *(p.code for p in (*visit.actors, *visit.recipients))}
    )


def _kept(sentence: Sentence, found: list[Found], dropped: Mapping[int, str]) -> list[Found]:
    """All but the dropped, for which `dropped` has the reason by id."""
    for event in found:
        if id(event) in dropped:
            sentence.note(About.FRAME, event.predicate.idx, event.predicate.end, dropped[id(event)], event.frame.name)
    return [event for event in found if id(event) not in dropped]
