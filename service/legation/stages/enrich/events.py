"""From a parsed sentence to the events in it: the narrowest frame that fits each word, with its parties and status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from legation.knowledge import Kind
from legation.knowledge.frames import ANY_OBJECT, Frame, FrameIndex
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.beyond import captors, teller
from legation.stages.enrich.fitting import fit
from legation.stages.enrich.found import FRIENDLY, MATERIAL_CONFLICT, Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.overlaps import content_of, with_gapped, with_shared, without_embedded, without_repeats
from legation.stages.enrich.roles import MUTUAL, parties_of, refusers
from legation.stages.enrich.standing import SAID, is_at_home, is_known, objection
from legation.stages.enrich.status import Reading, bears_on_events, status_of
from legation.stages.enrich.syntax import governor, is_definite, is_misread, patient, prepositions, subject
from legation.stages.enrich.tree import Token


def find_events(sentence: Sentence, index: FrameIndex) -> list[Found]:
    """All events of a sentence in the order of their predicates."""
    found: list[Found] = []
    shadowed: set[int] = set()  # nouns that a verb's frame has already read
    for token in sentence.tree:
        if token.i in shadowed or (token.dep == "amod" and token.pos != "ADJ" and not is_misread(token)):
            continue  # 'visiting president', 'jailed leader': what someone is, not what is told
        if token.pos in ("VERB", "AUX") or token.tag.startswith("VB"):
            frames = index.verbs.get(token.lemma, ())
            _first_fit(sentence, token, frames, found, shadowed)
        elif token.pos == "ADJ" and token.dep in ("acomp", "conj", "oprd", "attr", "amod", "ROOT"):
            _first_fit(sentence, token, index.adjectives.get(token.lemma, ()), found, shadowed)
    for token in sentence.tree:
        frames = index.nouns.get(token.lemma, ())
        if not frames or token.pos not in ("NOUN", "PROPN") or token.text in word_list("calendar"):  # 'in March'
            continue
        named = sentence.match(token)
        if named is not None and " " in named.text:
            continue  # the Cooperation of 'Organisation for Economic Cooperation and Development'
        if token.i not in shadowed and not _is_backdrop(token):
            _first_fit(sentence, token, frames, found, shadowed)
    found.sort(key=lambda event: event.predicate.i)
    return with_gapped(sentence, without_repeats(sentence, without_embedded(sentence, with_shared(found))))


def _is_backdrop(noun: Token) -> bool:
    """'on the sidelines of the G7 meeting', 'ahead of talks': what is told happened beside it; and 'the treaty between
    Chad and Mali' was made before.
    """
    if noun.lemma in word_list("treaties") and is_definite(noun):
        return True
    above = noun.head.head if noun.dep == "pobj" else noun
    topic = noun.head.lower in _TOPIC and noun.lemma in word_list("treaties")  # 'a row over the accord'
    return noun.dep == "pobj" and (topic or above.lemma in word_list("backdrops"))


_TOPIC = frozenset({"about", "over", "under", "despite"})


def _first_fit(
    sentence: Sentence, token: Token, frames: Iterable[Frame], found: list[Found], shadowed: set[int]
) -> None:
    """Read the narrowest frame that fits and whose needs are met; a look-alike that fits ends the search."""
    is_missing = sentence.tree.words.isdisjoint
    meant: EventType | None = None  # what a frame that knows the object took it for, though its parties did not do
    for frame in frames:
        if meant is not None and frame.type not in (None, meant) and not frame.objects:
            continue  # 'struck a deal' is no blow
        if any(map(is_missing, frame.needed)) or (words := fit(sentence, frame, token)) is None:
            continue
        if frame.type is None:
            sentence.note(About.FRAME, token.idx, token.end, "a look-alike, which is no event", frame.name)
            shadowed.update(word.i for word in words)
            if not any(bears_on_events(word) for word in words[1:]):
                shadowed.update(content_of(token))  # 'declined to comment on the raid', but not 'voiced hope for talks'
            return
        event = _fill(sentence, frame, frame.type, token, words, found)
        if isinstance(event, Found):
            found.append(event)
            told = {token.head.i} if token.dep == "acl" else set()  # of 'a truce brokered by Oman' the truce too
            shadowed.update(word.i for word in words if word.i not in told)
            return
        sentence.note(About.FRAME, token.idx, token.end, event, frame.name)
        if not frame.objects <= ANY_OBJECT:
            meant = meant or frame.type


def _fill(
    sentence: Sentence,
    frame: Frame,
    kind: EventType,
    token: Token,
    words: Sequence[Token],
    found: Sequence[Found],
) -> Found | str:
    """The event, if its parties and its status allow one, else why not; `found` are those before it."""
    reading = status_of(token)
    if kind is EventType.THREATEN and token.lemma in word_list("litotes"):
        reading = Reading(Status.OCCURRED, token)  # 'will not hesitate to strike'
    said = _is_message(kind, token, reading)
    reason = _doubt(frame, kind, token, reading, said)
    if reason is not None:
        return reason
    actors, recipients = parties_of(sentence, frame, kind, token, words, found)
    if frame.slots.equal and kind is EventType.CONSULT and any(p.sector is Sector.JRN for p in actors):
        return "an interview is no meeting"
    if frame.mode == "phone" and _names_something(token):
        return "calls somebody something"  # 'called the premier a disgrace'
    refusing = teller(sentence, token) if reading.refused and kind is EventType.CONSULT else []
    passive = _is_done_to(frame, kind, token, recipients)
    if not any(map(is_known, refusing)) and not passive:
        reason = objection(sentence, frame, kind, actors, recipients)
        if reason is not None:
            return reason
    if reading.refused and frame.slots.equal:  # one side refuses what both would do
        actors = refusers(sentence, frame, token, words) or refusing
        recipients = [p for p in recipients if not is_at_home(p, actors)]
    if token.dep == "acl" and kind is EventType.COERCE and not any(map(is_known, actors)):
        actors = captors(sentence, token)
    if token.dep == "acl" and not (
        _is_headline(token) or (any(map(is_known, actors)) and any(map(is_known, recipients)))
    ):
        return "describes a noun, and one side is unknown"  # 'sailors seized in November': nobody says by whom
    if token.dep == "acl" and kind is EventType.SUPPORT and token.tag in ("VBN", "VBG"):
        return "says what they are, not what happened"  # 'rebels backed by'
    settled = _settled(sentence, frame, kind, token, reading, said, actors)
    if settled is None:
        return "refused, which is no event of this type"
    kind, status = settled
    start = min(word.idx for word in words)
    end = max(word.end for word in words)
    trigger = (token.idx, token.end) if end - start > 60 else (start, end)
    mode = frame.mode if kind is frame.type else None
    if kind is EventType.CONSULT and mode is None and _is_multilateral(actors):
        mode = "multilateral"
    return Found(frame, kind, token, trigger, tuple(actors), tuple(recipients), status, reading.cause, mode)


def _names_something(call: Token) -> bool:
    objects = [c for c in call.children if c.dep in ("dobj", "oprd")]
    quoted = any(c.tag == "``" for inner in (call, *objects) for c in inner.children if c.i > call.i)
    asked = any(
        name in ("on", "upon", "for") and head.text not in word_list("calendar") for name, head in prepositions(call)
    )  # 'called on Togo to'
    return call.lemma == "call" and (asked or len(objects) > 1 or quoted or any(c.dep == "oprd" for c in objects))


def _is_message(kind: EventType, token: Token, reading: Reading) -> bool:
    """'Called the president to thank him', 'rang to protest': whoever sends a message to say so has said so."""
    by_message = (
        kind in _SAYABLE
        and token.head.lemma in word_list("messages")
        and not any(c.dep == "prt" for c in token.head.children)  # 'called in the envoy to complain' is one complaint
    )
    return by_message and (reading.purpose or reading.cause is token.head)


_SAYABLE = frozenset({EventType.SUPPORT, EventType.ACCUSE, EventType.REQUEST, EventType.PROTEST})
"""What is done by saying it; a state that protests accuses."""


def _doubt(frame: Frame, kind: EventType, token: Token, reading: Reading, said: bool) -> str | None:
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


def _settled(
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


def _is_headline(participle: Token) -> bool:
    """'Nine Indian soldiers killed in clash': the participle is what a sentence without a verb tells."""
    return participle.head.dep == "ROOT" and not any(t.tag in _FINITE for t in participle.tree)


_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})


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


def _is_multilateral(parties: Sequence[Participant]) -> bool:
    """PLOVER: a meeting of three or more parties, or of an international body."""
    return len({p.code for p in parties} - {None}) > 2 or any(p.sector is Sector.IGO for p in parties)


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


def _is_done_to(frame: Frame, kind: EventType, token: Token, recipients: Sequence[Participant]) -> bool:
    """'Sanctions on Togo were lifted': a deed told in the passive, which need not say by whom."""
    return (
        frame.part == "v"
        and kind in _DEEDS
        and any(c.dep == "auxpass" for c in token.children)
        and subject(token) is None
        and any(is_known(p) for p in recipients)
    )


_DEEDS = MATERIAL_CONFLICT | {EventType.RETREAT, EventType.AID}
