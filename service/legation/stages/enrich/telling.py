"""What the words around a predicate make of an event: none at all, another type ('will strike if'), or its status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from legation.knowledge import Kind
from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.auxiliaries import Reading
from legation.stages.enrich.beyond import teller
from legation.stages.enrich.found import FRIENDLY, MATERIAL_CONFLICT
from legation.stages.enrich.roles import MUTUAL
from legation.stages.enrich.standing import SAID, is_at_home
from legation.stages.enrich.status import status_of
from legation.stages.enrich.syntax import conjuncts, governor, patient, prepositions, subject
from legation.stages.enrich.tree import Token


def doubt(frame: Frame, kind: EventType, token: Token, reading: Reading, said: bool) -> str | None:
    """Why the words around the predicate tell of no event at all; None where they do."""
    if reading.status is None:
        return f"not told as a fact: “{reading.cause.text if reading.cause else token.text}”"
    announcing = kind is EventType.CONSULT or (kind is EventType.AGREE and token.lemma in word_list("signing"))
    if reading.purpose and not (announcing or _has_gathered(kind, token)) and not said:
        return "an aim, not an announcement"
    mutual = kind in MUTUAL and (kind is not EventType.COOPERATE or frame.slots.equal)
    if reading.cause is not None and not mutual and not said and _is_musing(reading.cause, token):
        return f"only considered, asked for or wished: “{reading.cause.text}”"
    said_so = kind in SAID or frame.type is EventType.THREATEN
    if reading.cause is not None and said_so and reading.cause.lower in _ABLE:
        return f"only possible: “{reading.cause.text}”"  # 'can reject', 'may condemn'
    if reading.cause is not None and kind not in MUTUAL and reading.cause.lower in word_list("likely"):
        return f"only thought likely: “{reading.cause.text}”"
    if (frame.mode == "phone" or kind is EventType.PROTEST) and _names_something(token):
        return "calls somebody something"  # 'called the premier a disgrace'
    if kind is EventType.CONSULT and _is_fixture(token):
        return "a game"  # 'Iceland meet France on Sunday'
    answered = kind is EventType.THREATEN and token.lemma in word_list("answering")
    if answered and any(c.lower == "by" for c in token.children):
        return "tells how it was answered"  # 'retaliated by widening the list'
    if kind is EventType.AGREE and token.dep == "pobj" and token.head.head.lemma in word_list("sought"):
        return f"only sought: “{token.head.head.text}”"
    if kind is EventType.REQUEST and token.dep == "advcl" and token.tag == "VBN" and subject(token) is None:
        return "a question"  # 'Asked what the council would do, he smiled'
    if kind in MATERIAL_CONFLICT and _is_habit(token):
        return "a general truth"
    if kind is EventType.ASSAULT and any(verb.lemma in word_list("accidents") for verb in _tied(token)):
        return "an accident"  # 'crashed, killing forty', 'was killed after falling'
    if kind is EventType.ASSAULT and token.dep == "relcl" and token.head.lemma in word_list("attacks of war"):
        return "what a war did"  # 'eleven days of fighting that killed hundreds'
    if token.dep in ("acl", "relcl") and token.tag in ("VBN", "VB") and _is_rare(token):
        return "a record, which only says how rare it is"
    if kind is EventType.PROTEST and any(name in ("behind", "around") for name, _ in prepositions(token)):
        return "stands by somebody"  # 'leaders rallied behind Chad'
    if token.dep in ("acl", "relcl") and _is_of_a_refused_text(token.head):
        return "in a text that was not adopted"  # 'vetoed a resolution that demanded'
    if frame.status is Status.CANCELLED and reading.status is Status.PROPOSED:
        return "not broken off, only asked for"
    if (
        reading.status is Status.PROPOSED
        and kind in MATERIAL_CONFLICT
        and reading.cause is not None
        and reading.cause.dep in ("acl", "relcl")
    ):
        return "says what they are, not what happened"  # 'a group seeking to overthrow'
    if any(name in ("in", "during", "since", "by", "from") and _is_history(head) for name, head in prepositions(token)):
        return "history, before the states that we know"
    if any(map(_is_of_an_age, token.tree.all_of("ago"))):
        return "history, before the states that we know"  # 'a century ago', 'two hundred years ago'
    if reading.refused and (kind not in FRIENDLY or _is_conditional(token, ("if",))):
        return "refused, which is no event of this type"  # but 'no talks unless they leave' refuses them
    return None


def _names_something(call: Token) -> bool:
    objects = [c for c in call.children if c.dep in ("dobj", "oprd")]
    objects += [c for it in objects for c in it.lefts if c.dep == "compound" and c.tag == "NNS"]  # 'the strikes murder'
    quoted = any(c.tag == "``" for inner in (call, *objects) for c in inner.children if c.i > call.i)
    asked = any(
        name in ("on", "upon", "for") and head.text not in word_list("calendar") for name, head in prepositions(call)
    )  # 'called on Togo to'
    return call.lemma == "call" and (asked or len(objects) > 1 or quoted or any(c.dep == "oprd" for c in objects))


def _has_gathered(kind: EventType, token: Token) -> bool:
    """'Gathered to protest'."""
    return kind is EventType.PROTEST and token.head.lemma in word_list("gathering")


def _is_rare(clause: Token) -> bool:
    """'The largest drill held by Chad since', 'the highest official to come', also where he is read as its subject; not
    'the latest capital to recognise'.
    """
    nouns = (clause.head, *(c for c in clause.lefts if c.dep == "nsubj"))
    return any(c.tag == "JJS" and c.lower not in word_list("unique") for noun in nouns for c in noun.lefts)


def _tied(verb: Token) -> list[Token]:
    """The verb that a participle belongs to, and those of its own clauses of time and cause."""
    above = [verb.head] if verb.dep == "advcl" else []
    below = [c for c in verb.children if c.dep == "advcl"]
    below += [c for it in below if it.pos == "NOUN" for c in it.children if c.dep == "acl"]  # 'when a bus overturned'
    return above + below + [c for p in verb.children if p.dep == "prep" for c in p.children if c.dep == "pcomp"]


def _is_of_a_refused_text(noun: Token) -> bool:
    verb = governor(noun) if noun.lemma in word_list("instruments") else None
    return verb is not None and verb.lemma in word_list("stopping")


def _is_habit(verb: Token) -> bool:
    """'Said Canada restricts trade': the present tense in what was said in the past."""
    told = verb.dep == "ccomp" and verb.head.lemma in word_list("saying") and verb.head.tag == "VBD"
    present = verb.tag in ("VBZ", "VBP") and not any(c.dep in ("aux", "auxpass") for c in verb.children)
    return told and present and verb.i > verb.head.i


def _is_fixture(verb: Token) -> bool:
    """Whether one state takes a verb in the plural: so reporters tell of its team."""
    before = verb.tree[max(verb.i - 1, 0)]
    alone = before.dep == "nsubj" and before.tag in ("NN", "NNP") and not before.lefts
    return verb.lemma == "meet" and verb.tag == "VBP" and alone and len(conjuncts(before)) == 1


_ABLE = frozenset({"can", "could", "may", "might"})


class Telling(Struct, frozen=True):
    """An event as it is read so far, and what its words may make of it."""

    sentence: Sentence
    frame: Frame
    token: Token
    reading: Reading
    actors: Sequence[Participant]
    kind: EventType
    status: Status

    @property
    def cause(self) -> str | None:
        """The word above it that decided its status."""
        return self.reading.cause.lemma if self.reading.cause is not None else None

    @property
    def is_to_come(self) -> bool:
        """Whether it is yet to be done, if ever."""
        return self.status in (Status.PLANNED, Status.HYPOTHETICAL)


class Turn(NamedTuple):
    """A rule: an event for which it `holds` becomes one of `kind` and `status`, where these are told. The example is a
    test: without the rule it is read otherwise.
    """

    reason: str
    example: str
    holds: Callable[[Telling], bool]
    kind: EventType | None = None
    status: Status | None = None


def told_as(
    sentence: Sentence,
    frame: Frame,
    kind: EventType,
    token: Token,
    reading: Reading,
    said: bool,
    actors: Sequence[Participant],
) -> Telling:
    """An event of which there is no `doubt`, with the type and status that the words around leave it."""
    if reading.purpose and _has_gathered(kind, token):
        reading = status_of(token.head)  # they did, if they gathered
    telling = Telling(sentence, frame, token, reading, actors, kind, _status(frame, kind, reading, said))
    for turn in TURNS:
        if turn.holds(telling):
            telling = replace(telling, kind=turn.kind or telling.kind, status=turn.status or telling.status)
    return telling


def _status(frame: Frame, kind: EventType, reading: Reading, said: bool) -> Status:
    """Its status as the clause tells it, unless saying or voting it does it, or the frame tells another."""
    enacted = kind in _ENACTED or (kind is EventType.RETREAT and frame.mode is None)  # a ban is lifted by a vote, too
    if reading.status in (Status.CANCELLED, Status.DENIED, Status.HYPOTHETICAL):
        return reading.status
    if said or (enacted and reading.cause is not None and reading.cause.lemma == "vote"):
        return Status.OCCURRED
    return reading.status if frame.status is Status.OCCURRED and reading.status is not None else frame.status


def _is_note(it: Telling) -> bool:
    return it.kind is EventType.PROTEST and it.token.lemma == "protest" and _is_state(it)


def _is_blockade(it: Telling) -> bool:
    return it.kind is EventType.PROTEST and it.frame.mode == "obstruct" and _is_state(it)


def _is_of_an_offer(it: Telling) -> bool:
    told = (subject(clause) for clause in it.token.children if clause.dep == "ccomp" and clause.lemma == "be")
    offered = any(of is not None and any(of.lemma in word_list(name) for name in ("offers", "demands")) for of in told)
    return it.kind is EventType.ACCUSE and offered


def _is_on_condition(it: Telling) -> bool:
    announced = it.status is Status.PLANNED or (it.status is Status.HYPOTHETICAL and it.cause in ("will", "would"))
    deed = it.kind in _THREATENED
    return announced and deed and (_is_conditional(it.token) or _is_of_any(it.token))


_THREATENED = (MATERIAL_CONFLICT | {EventType.ACCUSE}) - {EventType.PROTEST}
"""What it is a threat to announce on a condition, a charge in court among it ('will take Bern to court unless')."""


def _is_vow(it: Telling) -> bool:
    vowed = it.cause in word_list("vows") or it.token.lemma in word_list("answering")
    return vowed and it.status is Status.PLANNED and it.kind in MATERIAL_CONFLICT


def _is_refusal(it: Telling) -> bool:
    return it.reading.refused


def _is_vow_never(it: Telling) -> bool:
    return it.kind is EventType.AGREE and _is_never(it.token)


def _is_hitting_back(it: Telling) -> bool:
    return it.kind is EventType.ACCUSE and it.frame.particle == "back" and it.is_to_come


def _is_threat_to_come(it: Telling) -> bool:
    return it.kind is EventType.THREATEN and it.is_to_come


TURNS = (
    Turn(
        "to call an offer or a demand unacceptable is to reject it",
        "Niger said the proposal of Chad was unacceptable.",
        _is_of_an_offer,
        EventType.REJECT,
    ),
    Turn("officials protest by note", "Manila protested after the raid by China.", _is_note, EventType.ACCUSE),
    Turn("soldiers who block a road compel", "Israel blocked the crossing to Egypt.", _is_blockade, EventType.COERCE),
    Turn(
        "a deed announced on a condition is a threat",
        "Chad will expel two envoys of Niger if the raids go on.",
        _is_on_condition,
        EventType.THREATEN,
        Status.OCCURRED,
    ),
    Turn(
        "a deed vowed is a threat",
        "Ghana vowed to close its border with Togo.",
        _is_vow,
        EventType.THREATEN,
        Status.OCCURRED,
    ),
    Turn(
        "to refuse a kindness is to reject it",
        "Chad will not free the sailors of Niger.",
        _is_refusal,
        EventType.REJECT,
        Status.OCCURRED,
    ),
    Turn(
        "to vow never to do one is to refuse it",
        "The Taliban vowed never to hand over the Saudi militant.",
        _is_vow_never,
        EventType.REJECT,
        Status.OCCURRED,
    ),
    Turn(
        "to hit back some day is a threat",
        "Chile will hit back at Peru, the Chilean minister said.",
        _is_hitting_back,
        EventType.THREATEN,
        Status.OCCURRED,
    ),
    Turn(
        "a threat is made by saying so",
        "Chad would regard a blockade by Niger as an act of war.",
        _is_threat_to_come,
        status=Status.OCCURRED,
    ),
)
"""In this order, each on what those before it leave: to vow to protest is a note, to block a road *if* a threat."""


def is_foretold(it: Telling) -> bool:
    """Whether it is a threat only because somebody else says what they will do: 'Brussels would hit back, an economist
    said'.
    """
    if it.kind is not EventType.THREATEN or it.frame.type is it.kind or it.cause not in ("will", "would"):
        return False
    told = teller(it.sentence, it.token)
    return any(p.name is not None for p in told) and not any(is_at_home(p, it.actors) for p in told)


_ENACTED = frozenset(
    {EventType.ACCUSE, EventType.AGREE, EventType.COERCE, EventType.REJECT, EventType.SANCTION, EventType.SUPPORT}
)
"""'Voted to impose sanctions': what a council decides is done by its vote; troops and money are yet to come."""


def _is_state(it: Telling) -> bool:
    """Whether a state or its officials do it, and not a crowd."""
    head = subject(it.token) if it.token.pos == "VERB" else None
    named = head is not None and it.sentence.kind(head) in (Kind.COUNTRY, Kind.CAPITAL, Kind.SEAT, Kind.AGENCY)
    return named or (head is not None and any(p.sector in (Sector.GOV, Sector.IGO) for p in it.actors))


def _is_history(time: Token) -> bool:
    """Whether a year or war is of another age: codes stand for states of today, and no analyst counts Waterloo."""
    if time.lower in ("war", "ii"):
        return any(t.lower == "world" for t in time.lefts)
    return len(time.text) == 4 and time.text.isdigit() and int(time.text) < _FIRST_YEAR


def _is_of_an_age(ago: Token) -> bool:
    before = {t.lower for child in ago.children for t in child.subtree}
    return not before.isdisjoint(("century", "centuries")) or ("hundred" in before and "years" in before)


_FIRST_YEAR = 1900
"""Before it hardly any state of today can be told from an empire that held its name."""


def _is_musing(cause: Token, predicate: Token) -> bool:
    """Whether someone only considers a deed ('is weighing sanctions'), asks for it, or wishes that others did it."""
    if cause is predicate:
        return False  # 'is demanding', which says only that it goes on
    if cause.lemma in word_list("considering") or cause.lemma in word_list("asking"):
        return True
    if cause.dep == "dobj" and cause.head.lemma in word_list("considering"):
        return True  # 'is studying proposals to ease'
    return cause.lemma in word_list("wishing") and any(
        clause.dep in ("ccomp", "acl")
        and any(c.dep in ("nsubj", "nsubjpass") for c in clause.children)
        and predicate in clause.subtree
        for clause in cause.children
    )


def _is_conditional(predicate: Token, words: Sequence[str] = ("if", "unless", "should")) -> bool:
    """Whether an 'if', an 'unless' or a 'should he' hangs on the clause."""
    clause = predicate if predicate.pos in ("VERB", "AUX") else governor(predicate)
    return clause is not None and any(
        c.dep == "advcl" and any(m.lower in words for m in c.children) for c in clause.children
    )


def _is_never(vow: Token) -> bool:
    """'Vowed never to negotiate', 'pledged not to recognise the vote': a refusal. 'Pledged not to attack' is none."""
    return any(
        clause.dep in ("xcomp", "ccomp")
        and clause.lemma in word_list("granting")
        and any(c.dep == "neg" or c.lower == "never" for c in clause.children)
        for clause in vow.children
    )


def _is_of_any(verb: Token) -> bool:
    """'Will shoot down any plane that crosses the border': a condition, too."""
    target = patient(verb) if verb.pos == "VERB" else None
    return target is not None and any(c.lower == "any" for c in target.lefts)
