"""Who fills the roles of a frame: in its slots, and where these name nobody, in what stands around them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector
from legation.stages.enrich.beyond import (
    owners,
    people_there,
    teller,
)
from legation.stages.enrich.context import other_of_pair
from legation.stages.enrich.fitting import complements
from legation.stages.enrich.found import FRIENDLY, Found
from legation.stages.enrich.recipients import Deed, recipients_of
from legation.stages.enrich.slots import Fit, add, fill, first_filled
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import governor, patient, prepositions, subject
from legation.stages.enrich.tree import Token

_FORCE = frozenset({EventType.ASSAULT, EventType.COERCE})


MUTUAL = frozenset({EventType.AGREE, EventType.CONSULT, EventType.COOPERATE})
"""What takes two to do: to consider it is to propose it."""


def parties_of(fit: Fit, kind: EventType, found: Sequence[Found]) -> tuple[list[Participant], list[Participant]]:
    """The actors and the recipients of an event, in the slots of its frame and, where these name nobody, around them.
    `found` are the events before it in the sentence, which may share a recipient with it.
    """
    sentence, frame, token, target = fit.sentence, fit.frame, fit.token, fit.target
    if frame.slots.equal:
        everyone = _equals(fit, kind)
        if kind is EventType.AGREE and len({p.code for p in everyone} - {None}) == 1:
            add(everyone, _hosts(token, everyone, found))
        return everyone, everyone
    actors = first_filled(fit, frame.slots.actor, ())
    if token.dep == "pcomp" and token.head.lower == "in" and token.head.head.lemma == "join":
        company = patient(token.head.head)  # 'joined Chad in condemning'
        add(actors, sentence.participants(company) if company is not None else ())
    crowd: list[Participant] = []
    storming = kind in _FORCE and bool(actors) and target is not None and target.lemma in word_list("missions")
    if (kind is EventType.PROTEST or storming) and not any(map(is_known, actors)):
        crowd = people_there(sentence, token, target)
        actors = crowd or actors
    if not any(map(is_known, actors)) and token.dep == "conj":  # 'protesters stormed the ministry in Rome and demanded'
        joined = (it for it in found if it.type is EventType.PROTEST and it.predicate is token.head)
        actors = next((list(it.actors) for it in joined if subject(token) is subject(it.predicate)), actors)
    recipients = first_filled(fit, frame.slots.recipient, actors)
    if frame.mode == "ceasefire" and not any(map(is_known, recipients)) and len({p.code for p in actors} - {None}) > 1:
        return actors, actors  # whoever made them stop is not whom they stop to fight
    own = kind is EventType.THREATEN or frame.mode == "expel"
    if own and not actors and any(c.dep == "auxpass" for c in token.children):
        told = teller(sentence, token)  # 'it will be treated as an act of war, Libya said'
        actors = [p for p in told if not is_at_home(p, recipients)]  # 'Chad said two of its diplomats were expelled'
    if not any(map(is_known, actors)):
        actors = owners(sentence, token, target, recipients) or actors
    recipients = recipients_of(Deed(sentence, frame, kind, token, target, actors, recipients, found))
    if frame.mode == "demo" and not any(map(is_known, recipients)):
        # People who march at home without naming anybody address their own government.
        recipients = [msgspec.structs.replace(p, sector=Sector.GOV, name=None, office=None) for p in crowd]
    if not any(map(is_known, recipients)) and _is_mutual(kind, token, target):
        recipients = actors if len({p.code for p in actors} - {None}) > 1 else recipients
    return actors, recipients


def _is_mutual(kind: EventType, token: Token, target: Token | None) -> bool:
    """Whether several do it to each other: 'India and Pakistan agreed to a truce', 'accused each other'."""
    if kind in MUTUAL and token.lemma not in word_list("offering"):  # what two offer, a third takes
        return True
    if kind in FRIENDLY and token.dep == "xcomp" and token.head.lemma == "agree":  # 'to reopen the crossing'
        return True
    if target is not None and _is_reciprocal(target):
        return True
    return kind is EventType.REJECT and not _has_patient(token, target)


def _equals(fit: Fit, kind: EventType) -> list[Participant]:
    """All who take part alike, in whatever slot of the frame."""
    sentence, frame, token = fit.sentence, fit.frame, fit.token
    everyone: list[Participant] = []
    between = [p for name, head in prepositions(token) if name == "between" for p in sentence.participants(head)]
    for slot in dict.fromkeys((*frame.slots.actor, *frame.slots.recipient)):
        if slot == "gov" and len({p.code for p in between} - {None}) > 1:
            continue  # 'he said there were talks between Chad and Mali'
        add(everyone, fill(fit, slot))
    head = token.head
    while token.dep == "relcl" and head.dep in ("appos", "conj") and head.head.i < head.i:
        head = head.head  # 'Obama and his counterpart, Hollande, who met in Rome'
        add(everyone, sentence.participants(head))
    if token.dep == "acl" and token.head.dep == "pobj" and token.head.head.lower == "under":
        verb = governor(token.head)  # 'under a deal signed with Albania, Italy will'
        doer = subject(verb) if verb is not None else None
        if len({p.code for p in everyone} - {None}) == 1 and doer is not None:
            add(everyone, sentence.participants(doer))
    states = [p for p in everyone if p.country is not None]
    if kind is EventType.CONSULT and states and len({p.code for p in everyone} - {None}) == 1:
        # 'Pyongyang agreed to talks, Seoul said': of a meeting of one, whoever tells of it is the other.
        if not any(p.sector is Sector.BUS for p in everyone):  # he who says that Chad talked to the banks was not there
            add(everyone, (p for p in teller(sentence, token) if is_known(p) and not is_at_home(p, everyone)))
        verb = governor(token) if frame.part == "n" else token
        if (
            len(everyone) == 1
            and (verb is None or verb.lemma not in ("meet", "host"))  # they say with whom
            and not any(name in ("with", "between", "of", "among") for name, _ in prepositions(token))
            and token.dep != "pobj"
        ):
            add(everyone, other_of_pair(sentence, token, states))
    return everyone


def _hosts(token: Token, parties: Sequence[Participant], found: Sequence[Found]) -> list[Participant]:
    """With whom somebody signs who went there: 'flew to Nairobi and signed an agreement'."""
    went = (it for it in found if it.mode == "visit" and it.predicate is token.head and token.dep == "conj")
    return [p for it in went if all(is_at_home(p, it.actors) for p in parties) for p in it.recipients]


def _has_patient(token: Token, target: Token | None) -> bool:
    """Whether it is told what the predicate is done to: 'refused to recognise the vote', but not 'refused to budge'."""
    against = any(name in ("to", "against") for name, _ in prepositions(token))
    return target is not None or against or any(patient(it) is not None for it in complements(token, target))


def _is_reciprocal(noun: Token) -> bool:
    before = noun.tree[noun.i - 1].lower
    each = before == "the" and any(
        t.lower == "each" for t in noun.tree.tokens[: noun.i]
    )  # 'each side blamed the other'
    return (noun.lower, before) in (("other", "each"), ("another", "one")) or (noun.lower == "other" and each)
