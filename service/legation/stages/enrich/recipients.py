"""Whom it was done to: whom the slots of a frame name, corrected; where these name nobody, who stands nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct

from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.beyond import addressed, granting, on_condition, spoken_of, within_reach
from legation.stages.enrich.context import counterpart
from legation.stages.enrich.found import FRIENDLY, Found
from legation.stages.enrich.parties import at
from legation.stages.enrich.referents import of_pronoun
from legation.stages.enrich.replies import replied_to
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import content_head, subject
from legation.stages.enrich.tree import Token


class Deed(Struct, frozen=True):
    """What was done, and by whom. `target` is the predicate's object, `slotted` are those whom the frame's slots name,
    `found` the events before it in the sentence.
    """

    sentence: Sentence
    frame: Frame
    kind: EventType
    token: Token
    target: Token | None
    actors: Sequence[Participant]
    slotted: list[Participant]
    found: Sequence[Found]


class Rule(NamedTuple):
    """What becomes of the recipients so far. The example is an article, and a test: without the rule its last event of
    the type has other recipients.
    """

    reason: str
    example: str
    type: EventType
    read: Callable[[Deed, list[Participant]], list[Participant]]


def recipients_of(deed: Deed) -> list[Participant]:
    """Whom it was done to: whom the slots name, as `CORRECTIONS` leave it, if one of them can be placed and is another
    than the actors; else the first whom one of the `SOURCES` gives.
    """
    recipients = deed.slotted
    for correction in CORRECTIONS:
        recipients = correction.read(deed, recipients)
    abroad = deed.kind not in _AT_HOME or (deed.target is not None and deed.target.lemma in word_list("borders"))
    placed = any(is_known(p) and not (abroad and is_at_home(p, deed.actors)) for p in recipients)
    if placed and abroad and len({p.code for p in deed.actors} - {None}) == 1:
        recipients = [p for p in recipients if p.code is None or not is_at_home(p, deed.actors)]  # 'to strike them'
    fighters = any(p.sector in _NOBODYS for p in recipients)
    settled = placed or fighters or (recipients and deed.frame.slots.closed) or _is_unplaced(deed)
    if settled or _is_of_his(deed) or _is_to_people(deed, recipients):
        return recipients
    return next((found for source in SOURCES if (found := source.read(deed, recipients))), recipients)


_AT_HOME = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.MOBILIZE, EventType.PROTEST, EventType.REQUEST})
"""What is done at home as well as abroad."""


_NOBODYS = frozenset({Sector.CRM, Sector.REB})
"""Who is no state's: whose the guerrillas are that an army shot, nothing else in the article can say."""


def _is_unplaced(deed: Deed) -> bool:
    """'Accused the West': somebody by a name that we do not know."""
    named = deed.target is not None and deed.target.pos == "PROPN"
    return named and deed.target is not None and not any(map(is_known, deed.sentence.participants(deed.target)))


def _is_of_his(deed: Deed) -> bool:
    """'Defended its patrols': supports nobody."""
    before = deed.target.lefts if deed.target is not None else ()
    return deed.kind is EventType.SUPPORT and any(c.tag == "PRP$" for c in before)


def _is_to_people(deed: Deed, recipients: list[Participant]) -> bool:
    """'Warned residents to take cover': threatens no state."""
    return deed.kind is EventType.THREATEN and any(p.sector is Sector.CVL for p in recipients)


def _within_reach(deed: Deed, recipients: list[Participant]) -> list[Participant]:
    own = deed.kind in _GIVING and all(is_at_home(p, deed.actors) for p in deed.slotted)
    at_home = deed.target is not None and deed.target.lemma in word_list("states")  # 'criticized the government for'
    everybody = (
        deed.kind is EventType.REQUEST and deed.target is not None and deed.target.lemma in word_list("everybody")
    )
    unknown = not (deed.frame.slots.closed or at_home or everybody) and not any(map(is_known, recipients))
    found = within_reach(deed.sentence, deed.token, deed.target, deed.actors) if own or unknown else []
    return found or recipients


_GIVING = frozenset({EventType.SUPPORT, EventType.AID, EventType.AGREE})


def _without_giver(deed: Deed, recipients: list[Participant]) -> list[Participant]:
    if deed.kind is not EventType.AID:
        return recipients
    return [p for p in recipients if p.sector is not None or not is_at_home(p, deed.actors)]


def _doer_of_it(deed: Deed, recipients: list[Participant]) -> list[Participant]:
    pointed = [p.text for p in recipients] == ["it"]
    return (_replied_to(deed, recipients) if pointed else []) or recipients


def _addressee(deed: Deed, recipients: list[Participant]) -> list[Participant]:
    if any(is_known(p) and not is_at_home(p, deed.actors) for p in recipients):
        return recipients
    return addressed(deed.sentence, deed.token) or recipients


def _owner(deed: Deed, recipients: list[Participant]) -> list[Participant]:
    if deed.kind not in _ABROAD and deed.frame.mode not in _TAKEN:
        return recipients
    whose = content_head(deed.target).children if deed.target is not None else ()
    pronoun = next((c for c in whose if c.tag == "PRP$"), None)
    owners = of_pronoun(deed.sentence, pronoun, subject(deed.token)) if pronoun is not None else []
    himself = [p for p in recipients if is_at_home(p, deed.actors) and p.text.lower().startswith(_OWN)]
    return [p for p in owners if is_known(p)] or [p for p in recipients if p not in himself]


_OWN = ("its ", "their ", "his ", "her ")


_ABROAD = frozenset({EventType.ASSAULT, EventType.PROTEST, EventType.THREATEN})
_TAKEN = frozenset({"expel", "seize"})


def _on_condition(deed: Deed, _: list[Participant]) -> list[Participant]:
    return on_condition(deed.sentence, deed.token, deed.actors)


def _spoken_of(deed: Deed, _: list[Participant]) -> list[Participant]:
    return spoken_of(deed.sentence, deed.token, deed.actors)


def _granting(deed: Deed, _: list[Participant]) -> list[Participant]:
    answered = (it for it in deed.found if it.predicate is deed.token.head)
    if deed.kind is not EventType.REQUEST or any(it.type not in FRIENDLY for it in answered):
        return []  # who hits back was not asked to
    return granting(deed.sentence, deed.token, deed.actors)


def _replied_to(deed: Deed, _: list[Participant]) -> list[Participant]:
    told = (subject(c) for c in deed.token.children if c.dep == "ccomp")  # 'said the measures were unlawful'
    target = deed.target or next((head for head in told if head is not None and head.pos == "NOUN"), None)
    return replied_to(deed.sentence, deed.kind, deed.token, target, deed.actors, deed.found)


def _same_as_before(deed: Deed, _: list[Participant]) -> list[Participant]:
    told = (*deed.sentence.memory.told, *deed.found)
    last = told[-1] if told and any(c.lower in _ALSO for c in deed.token.children) else None
    if last is None or last.type is not deed.kind or any(is_at_home(p, deed.actors) for p in last.recipients):
        return []
    return at(filter(is_known, last.recipients), deed.sentence.text, deed.token.idx, deed.token.end)


_ALSO = frozenset({"also", "too", "likewise", "similarly"})


def _counterpart(deed: Deed, _: list[Participant]) -> list[Participant]:
    return counterpart(deed.sentence, deed.frame, deed.kind, deed.token, deed.actors, deed.found)


def _captor(deed: Deed, recipients: list[Participant]) -> list[Participant]:
    if deed.kind is not EventType.REQUEST or deed.target is None or deed.target.lemma not in word_list("release"):
        return recipients
    held = next((c for c in deed.target.children if c.lower == "of"), None)
    if held is None or any(p.start < held.idx for p in recipients):
        return recipients
    known = [p for p in recipients if is_known(p)]
    captors: Sequence[Participant] = ()
    for taking in (it for it in (*deed.sentence.memory.told, *deed.found) if it.type in _TAKING):
        if any(is_at_home(p, taking.recipients) for p in known) or (not known and taking.mode in ("arrest", "seize")):
            captors = [p for p in taking.actors if not is_at_home(p, deed.actors)]
    return at(captors, deed.sentence.text, held.idx, held.end) or recipients


_TAKING = frozenset({EventType.COERCE, EventType.ASSAULT})


CORRECTIONS = (
    Rule(
        "what is given, or done to a thing, is for whoever is named in it",
        "Oman pledged money to Kenya on Monday. Kuwait has donated ten million dollars to rebuild schools in Bosnia.",
        EventType.AID,
        _within_reach,
    ),
    Rule(
        "a helper's own name in his help says nothing",
        "Britain will give British aid to save lives.",
        EventType.AID,
        _without_giver,
    ),
    Rule(
        "'it' is what was done, sooner than who is named before",
        "Iran test-fired a missile. Germany condemned it. Britain called it reckless.",
        EventType.ACCUSE,
        _doer_of_it,
    ),
    Rule(
        "who is to be freed is not asked to free them, but who took them",
        "Hezbollah captured two Israeli soldiers. France demanded the release of the Israeli soldiers.",
        EventType.REQUEST,
        _captor,
    ),
    Rule(
        "what a message says is for whoever gets it",
        "The premier of Japan telephoned Seoul's ambassador to convey his congratulations.",
        EventType.SUPPORT,
        _addressee,
    ),
    Rule(
        "nobody storms or expels what is his own: 'its embassy' is another's",
        "Togo protested to Ghana after a mob attacked its embassy in Accra.",
        EventType.ASSAULT,
        _owner,
    ),
)
"""In this order, each on what those before it leave."""

SOURCES = (
    Rule(
        "what waits for somebody is for him",
        "Togo will answer in kind if Ireland and Denmark expel its diplomats.",
        EventType.THREATEN,
        _on_condition,
    ),
    Rule(
        "what is said of somebody's is for him",
        '"We will not recognise it," the Chilean minister said of Spain\'s vote.',
        EventType.REJECT,
        _spoken_of,
    ),
    Rule(
        "who does it once asked is who was asked",
        "Kosovo eased a curfew on Serbs in Mitrovica after France asked for leniency.",
        EventType.REQUEST,
        _granting,
    ),
    Rule(
        "a reply is for whoever made what it refers to",
        "Niger accused Chad of raids. Libya met Chad. Chad dismissed the claim as untenable.",
        EventType.REJECT,
        _replied_to,
    ),
    Rule(
        "what others also do is for the same",
        "Peru sent tents to Nepal. Chile and Cuba also sent search teams.",
        EventType.AID,
        _same_as_before,
    ),
    Rule(
        "a hostile deed or an offer is for the other of two",
        "Chad accused Niger of raids. Chad recalled its ambassador.",
        EventType.SANCTION,
        _counterpart,
    ),
)
"""In this order: what stands closer in the tree before what stands farther, and the sentence before the article."""
