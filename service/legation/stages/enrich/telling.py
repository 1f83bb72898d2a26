"""What the words around a predicate make of an event: none at all, another type ('will strike if'), or its status."""

from __future__ import annotations

from collections.abc import Sequence

from legation.knowledge import Kind
from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.beyond import teller
from legation.stages.enrich.found import FRIENDLY, MATERIAL_CONFLICT
from legation.stages.enrich.roles import MUTUAL
from legation.stages.enrich.standing import SAID, is_at_home
from legation.stages.enrich.status import Reading
from legation.stages.enrich.syntax import governor, patient, prepositions, subject
from legation.stages.enrich.tree import Token


def doubt(frame: Frame, kind: EventType, token: Token, reading: Reading, said: bool) -> str | None:
    """Why the words around the predicate tell of no event at all; None where they do."""
    if reading.status is None:
        return f"not told as a fact: “{reading.cause.text if reading.cause else token.text}”"
    announcing = kind is EventType.CONSULT or (kind is EventType.AGREE and token.lemma in word_list("signing"))
    if reading.purpose and not announcing and not said:
        return "an aim, not an announcement"
    if reading.cause is not None and kind not in MUTUAL and not said and _is_musing(reading.cause, token):
        return f"only considered, asked for or wished: “{reading.cause.text}”"
    if reading.cause is not None and kind in SAID and reading.cause.lower in _ABLE:
        return f"only possible: “{reading.cause.text}”"  # 'can reject', 'may condemn'
    if reading.cause is not None and kind not in MUTUAL and reading.cause.lower in _LIKELY:
        return f"only thought likely: “{reading.cause.text}”"
    if kind in MATERIAL_CONFLICT and _is_habit(token):
        return "a general truth"
    if kind is EventType.ASSAULT and token.dep == "advcl" and token.head.lemma in word_list("accidents"):
        return "an accident"  # 'crashed, killing forty'
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
    if any(t.lower == "ago" and _is_of_an_age(t) for t in token.tree):
        return "history, before the states that we know"  # 'a century ago', 'two hundred years ago'
    return None


def _is_habit(verb: Token) -> bool:
    """'Said Canada restricts trade': the present tense in what was said in the past."""
    told = verb.dep == "ccomp" and verb.head.lemma in word_list("saying") and verb.head.tag == "VBD"
    present = verb.tag in ("VBZ", "VBP") and not any(c.dep in ("aux", "auxpass") for c in verb.children)
    return told and present and verb.i > verb.head.i


_ABLE = frozenset({"can", "could", "may", "might"})


_LIKELY = frozenset({"likely", "possible", "potential", "prospective", "eventual"})


def told_as(
    sentence: Sentence,
    frame: Frame,
    kind: EventType,
    token: Token,
    reading: Reading,
    said: bool,
    actors: Sequence[Participant],
) -> tuple[EventType, Status] | None:
    """What type and status a refusal, a condition or a vow leave; None: what is refused is no event."""
    status = frame.status if frame.status is not Status.OCCURRED else reading.status
    enacted = kind in _ENACTED or (kind is EventType.RETREAT and frame.mode is None)  # a ban is lifted by a vote, too
    if said or (enacted and reading.cause is not None and reading.cause.lemma == "vote"):
        status = Status.OCCURRED
    if reading.status in (Status.CANCELLED, Status.DENIED, Status.HYPOTHETICAL):
        status = reading.status
    cause = reading.cause.lemma if reading.cause is not None else None
    announced = status is Status.PLANNED or (status is Status.HYPOTHETICAL and cause in ("will", "would"))
    if (
        announced
        and kind in MATERIAL_CONFLICT
        and kind is not EventType.PROTEST
        and (_is_conditional(token) or _is_of_any(token))
    ):
        kind, status = EventType.THREATEN, Status.OCCURRED  # 'will impose sanctions if'
    if kind is EventType.AGREE and _is_never(token):
        return EventType.REJECT, Status.OCCURRED
    if kind is EventType.PROTEST and _is_state(sentence, token, actors):
        if token.lemma == "protest":
            kind = EventType.ACCUSE  # what crowds do in the street states do by note
        elif frame.mode == "obstruct":
            kind = EventType.COERCE  # a navy that blocks a port
    vowed = cause in word_list("vows") or token.lemma in word_list("answering")
    if status is Status.PLANNED and kind in MATERIAL_CONFLICT and vowed:
        kind, status = EventType.THREATEN, Status.OCCURRED
    if reading.refused:
        if kind not in FRIENDLY or _is_conditional(token, ("if",)):  # but 'no talks unless they leave' refuses them
            return None
        return EventType.REJECT, Status.OCCURRED
    if frame.particle == "back" and kind is EventType.ACCUSE and status in (Status.PLANNED, Status.HYPOTHETICAL):
        kind = EventType.THREATEN  # 'would hit back'
    if kind is EventType.THREATEN and status in (Status.PLANNED, Status.HYPOTHETICAL):
        status = Status.OCCURRED  # 'would treat it as war': the threat is made by saying so
    if (
        kind is EventType.THREATEN
        and frame.type is not kind
        and cause in ("will", "would")
        and _is_foretold(sentence, token, actors)
    ):
        return None
    return None if status is None else (kind, status)


def _is_foretold(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> bool:
    """Whether somebody else says that they will: 'Brussels would hit back, an economist said'."""
    told = teller(sentence, token)
    return any(p.name is not None for p in told) and not any(is_at_home(p, actors) for p in told)


_ENACTED = frozenset(
    {EventType.ACCUSE, EventType.AGREE, EventType.COERCE, EventType.REJECT, EventType.SANCTION, EventType.SUPPORT}
)
"""'Voted to impose sanctions': what a council decides is done by its vote; troops and money are yet to come."""


def _is_state(sentence: Sentence, verb: Token, actors: Sequence[Participant]) -> bool:
    """Whether a state or its officials do it, and not a crowd."""
    head = subject(verb) if verb.pos == "VERB" else None
    named = head is not None and sentence.kind(head) in (Kind.COUNTRY, Kind.CAPITAL, Kind.SEAT, Kind.AGENCY)
    return named or (head is not None and any(p.sector in (Sector.GOV, Sector.IGO) for p in actors))


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
