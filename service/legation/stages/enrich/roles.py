"""Who fills the roles of a frame: in its slots, and where these name nobody, in what stands around them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.beyond import (
    addressed,
    on_condition,
    owners,
    people_there,
    spoken_of,
    teller,
    within_reach,
)
from legation.stages.enrich.context import counterpart, other_of_pair
from legation.stages.enrich.fitting import complements, object_of
from legation.stages.enrich.found import Found
from legation.stages.enrich.referents import of_pronoun
from legation.stages.enrich.replies import replied_to
from legation.stages.enrich.slots import add, fill, first_filled
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import content_head, governor, patient, prepositions, subject
from legation.stages.enrich.tree import Token

_GIVING = frozenset({EventType.SUPPORT, EventType.AID, EventType.AGREE})
"""'Reiterated the government's support for the Sudanese': the giver's own name in the gift is no recipient."""


_FORCE = frozenset({EventType.ASSAULT, EventType.COERCE})
_MOVING = frozenset({EventType.THREATEN, EventType.SANCTION, EventType.MOBILIZE})
"""'Put its army on alert', 'threatened to recall its envoy from Bern': nor are those whom they move."""


MUTUAL = frozenset({EventType.AGREE, EventType.CONSULT, EventType.COOPERATE})
"""What takes two to do: to consider it is to propose it."""


def parties_of(
    sentence: Sentence, frame: Frame, kind: EventType, token: Token, words: Sequence[Token], found: Sequence[Found]
) -> tuple[list[Participant], list[Participant]]:
    """The actors and the recipients of an event, in the slots of its frame and, where these name nobody, around them.
    `found` are the events before it in the sentence, which may share a recipient with it.
    """
    target, _ = object_of(frame, token)
    if frame.slots.equal:
        everyone = _equals(sentence, frame, kind, token, target, words)
        if kind is EventType.AGREE and len({p.code for p in everyone} - {None}) == 1:
            add(everyone, _hosts(token, everyone, found))
        return everyone, everyone
    actors = first_filled(sentence, frame, token, target, frame.slots.actor, words, ())
    crowd: list[Participant] = []
    storming = kind in _FORCE and bool(actors) and target is not None and target.lemma in word_list("missions")
    if (kind is EventType.PROTEST or storming) and not any(map(is_known, actors)):
        crowd = people_there(sentence, token, target)
        actors = crowd or actors
    recipients = first_filled(sentence, frame, token, target, frame.slots.recipient, words, actors)
    if frame.mode == "ceasefire" and not any(map(is_known, recipients)) and len({p.code for p in actors} - {None}) > 1:
        return actors, actors  # whoever made them stop is not whom they stop to fight
    if kind is EventType.THREATEN and not actors and any(c.dep == "auxpass" for c in token.children):
        actors = teller(sentence, token)  # 'it will be treated as an act of war, Libya said'
    if not any(map(is_known, actors)):
        actors = owners(sentence, token, target, recipients) or actors
    recipients = _recipients(sentence, frame, kind, token, target, actors, recipients, found)
    if frame.mode == "demo" and not any(map(is_known, recipients)):
        # People who march at home without naming anybody address their own government.
        recipients = [msgspec.structs.replace(p, sector=Sector.GOV, name=None, office=None) for p in crowd]
    if not any(map(is_known, recipients)) and _is_mutual(kind, token, target):
        recipients = actors if len({p.code for p in actors} - {None}) > 1 else recipients
    return actors, recipients


def _recipients(
    sentence: Sentence,
    frame: Frame,
    kind: EventType,
    token: Token,
    target: Token | None,
    actors: Sequence[Participant],
    slotted: list[Participant],
    found: Sequence[Found],
) -> list[Participant]:
    """Whom it was done to: who is `slotted`, if he can be placed and is another than the actors; else who is nearest,
    by what stands closer in the tree before what stands farther, and the sentence before the article.
    """
    recipients = slotted
    at_home = target is not None and target.lemma in word_list("states")  # 'criticized the government for'
    own = all(is_at_home(p, actors) for p in recipients)
    given = kind in _GIVING and own
    if kind in _MOVING and own and all(p.text.lower().startswith(_OWN) for p in recipients):
        recipients = []
    if kind is EventType.ACCUSE and recipients and target is not None and not sentence.is_party(target):
        given = own  # Chad 'condemned the arrest of two Chadians in Niger'
    if given or (not frame.slots.closed and not at_home and not any(map(is_known, recipients))):
        recipients = within_reach(sentence, token, target, actors) or recipients
    if kind is EventType.AID:  # 'offered British help'
        recipients = [p for p in recipients if p.sector is not None or not is_at_home(p, actors)]
    pointed = [p.text for p in recipients] == ["it"]  # the deed, sooner than who is named before
    if pointed or (own and token.dep == "relcl"):  # 'shut the port to Omani ships, which Muscat condemned'
        recipients = replied_to(sentence, kind, token, target, actors, found) or recipients
    if all(not is_known(p) or is_at_home(p, actors) for p in recipients):
        recipients = addressed(sentence, token) or recipients
    himself: list[Participant] = []
    if kind in _ABROAD or frame.mode in _TAKEN:
        himself = [p for p in recipients if is_at_home(p, actors) and p.text.lower().startswith(_OWN)]
        recipients = _owner(sentence, token, target) or [p for p in recipients if p not in himself]
    aside = [p for p in recipients if is_known(p) and (kind in _AT_HOME or not is_at_home(p, actors))]
    if aside or (recipients and frame.slots.closed):
        return recipients
    if kind is EventType.SUPPORT and target is not None and any(c.tag == "PRP$" for c in target.lefts):
        return recipients  # 'defended its patrols'
    return (
        on_condition(sentence, token, actors)
        or spoken_of(sentence, token, actors)
        or replied_to(sentence, kind, token, target, actors, found)
        or counterpart(sentence, frame, kind, token, actors, found)
        or recipients
        or himself
    )


def _owner(sentence: Sentence, token: Token, target: Token | None) -> list[Participant]:
    """Whose it is where somebody does it to 'its embassy', 'two of their trawlers': never his own."""
    whose = content_head(target).children if target is not None else ()
    pronoun = next((c for c in whose if c.tag == "PRP$"), None)
    return [p for p in of_pronoun(sentence, pronoun, subject(token)) if is_known(p)] if pronoun is not None else []


_OWN = ("its ", "their ", "his ", "her ")
_AT_HOME = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.MOBILIZE, EventType.PROTEST, EventType.REQUEST})
"""What is done at home as well as abroad."""
_ABROAD = frozenset({EventType.ASSAULT, EventType.PROTEST, EventType.THREATEN})
_TAKEN = frozenset({"expel", "seize"})
"""Types and modes of what nobody does to his own: the embassy of 'threatened to storm its embassy' is another's."""


def _is_mutual(kind: EventType, token: Token, target: Token | None) -> bool:
    """Whether several do it to each other: 'India and Pakistan agreed to a truce', 'accused each other'."""
    if kind in MUTUAL and token.lemma not in ("offer", "volunteer", "mediate"):  # what two offer, a third takes
        return True
    if target is not None and _is_reciprocal(target):
        return True
    return kind is EventType.REJECT and not _has_patient(token, target)


def _equals(
    sentence: Sentence, frame: Frame, kind: EventType, token: Token, target: Token | None, words: Sequence[Token]
) -> list[Participant]:
    """All who take part alike, in whatever slot of the frame."""
    everyone: list[Participant] = []
    between = [p for name, head in prepositions(token) if name == "between" for p in sentence.participants(head)]
    for slot in dict.fromkeys((*frame.slots.actor, *frame.slots.recipient)):
        if slot == "gov" and len({p.code for p in between} - {None}) > 1:
            continue  # 'he said there were talks between Chad and Mali'
        add(everyone, fill(sentence, frame, token, target, slot, words))
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


def refusers(sentence: Sentence, frame: Frame, token: Token, words: Sequence[Token]) -> list[Participant]:
    """Who of two refuses what both would do: the subject."""
    target, _ = object_of(frame, token)
    return fill(sentence, frame, token, target, "subj", words)


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
