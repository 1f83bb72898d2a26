"""From a parsed sentence to the events in it: the narrowest frame that fits each word, with its parties and status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from legation.knowledge.frames import ANY_OBJECT, Frame, FrameIndex, Frames
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.auxiliaries import Reading
from legation.stages.enrich.beyond import captors, on_condition, teller
from legation.stages.enrich.fitting import fit, object_of
from legation.stages.enrich.found import MATERIAL_CONFLICT, Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.overlaps import (
    content_of,
    with_followers,
    with_gapped,
    with_shared,
    without_embedded,
    without_repeats,
)
from legation.stages.enrich.roles import parties_of
from legation.stages.enrich.slots import Fit, fill
from legation.stages.enrich.standing import is_at_home, is_known, objection
from legation.stages.enrich.status import bears_on_events, status_of
from legation.stages.enrich.syntax import is_definite, is_misread, subject
from legation.stages.enrich.telling import doubt, is_foretold, told_as
from legation.stages.enrich.tree import Token


def find_events(sentence: Sentence, index: FrameIndex) -> list[Found]:
    """All events of a sentence in the order of their predicates."""
    found: list[Found] = []
    shadowed: set[int] = set()  # nouns that a verb's frame has already read
    for token in sentence.tree:
        if token.i in shadowed or (token.dep == "amod" and token.pos != "ADJ" and not is_misread(token)):
            continue  # 'visiting president', 'jailed leader': what someone is, not what is told
        if token.pos in ("VERB", "AUX") or token.tag.startswith("VB"):
            _first_fit(sentence, token, index.verbs, found, shadowed)
        elif token.pos == "ADJ" and token.dep in ("acomp", "conj", "oprd", "attr", "amod", "ROOT"):
            _first_fit(sentence, token, index.adjectives, found, shadowed)
    for token in sentence.tree:
        if token.lemma not in index.nouns or token.pos not in ("NOUN", "PROPN") or token.text in word_list("calendar"):
            continue  # 'in March'
        named = sentence.match(token)
        if named is not None and " " in named.text:
            continue  # the Cooperation of 'Organisation for Economic Cooperation and Development'
        if token.i not in shadowed and not _is_backdrop(token):
            _first_fit(sentence, token, index.nouns, found, shadowed)
    found.sort(key=lambda event: event.predicate.i)
    if len(found) > 1:
        found = without_repeats(sentence, without_embedded(sentence, with_shared(found)))
    return with_gapped(sentence, with_followers(sentence, found))


def _is_backdrop(noun: Token) -> bool:
    """'on the sidelines of the G7 meeting', 'ahead of talks': what is told happened beside it; 'the treaty between Chad
    and Mali' was made before; and 'riot police' are no riot.
    """
    if noun.dep == "compound" and noun.head.lemma in word_list("named for deeds"):
        return True
    if noun.lemma in word_list("treaties") and is_definite(noun):
        return True
    above = noun.head.head if noun.dep == "pobj" else noun
    topic = noun.head.lower in _TOPIC and noun.lemma in word_list("treaties")  # 'a row over the accord'
    there = noun.head.lower in ("at", "during") and above.lemma == "meet"  # 'met at the summit of the Union'
    return noun.dep == "pobj" and (topic or there or above.lemma in word_list("backdrops"))


_TOPIC = frozenset({"about", "over", "under", "despite"})


def _first_fit(
    sentence: Sentence, token: Token, table: Mapping[str, Frames], found: list[Found], shadowed: set[int]
) -> None:
    """Read the narrowest frame that fits and whose needs are met; a look-alike that fits ends the search."""
    frames = table.get(token.lemma)
    if frames is None:
        return
    meant: EventType | None = None  # what a frame that knows the object took it for, though its parties did not do
    for frame in frames.beside(sentence.tree.words):
        if meant is not None and frame.type not in (None, meant) and not frame.objects:
            continue  # 'struck a deal' is no blow
        if (words := fit(sentence, frame, token)) is None:
            continue
        if frame.type is None:
            sentence.note(About.FRAME, token.idx, token.end, "a look-alike, which is no event", frame.name)
            shadowed.update(word.i for word in words)
            if not any(map(bears_on_events, words)) or any(it.lemma in word_list("charges") for it in words):
                shadowed.update(content_of(token))  # 'declined to comment on the raid', but not 'voiced hope for talks'
            return
        event = _fill(Fit(sentence, frame, token, object_of(frame, token)[0], words), frame.type, found)
        if isinstance(event, Found):
            found.append(event)
            told = {token.head.i} if token.dep == "acl" else set()  # of 'a truce brokered by Oman' the truce too
            shadowed.update(word.i for word in words if word.i not in told)
            return
        sentence.note(About.FRAME, token.idx, token.end, event, frame.name)
        if not frame.objects <= ANY_OBJECT:
            meant = meant or frame.type


def _fill(fit: Fit, kind: EventType, found: Sequence[Found]) -> Found | str:
    """The event, if its parties and its status allow one, else why not; `found` are those before it."""
    sentence, frame, token = fit.sentence, fit.frame, fit.token
    # Of a frame that is told by a denial ('will not hesitate to strike') 'not' and 'will' are part.
    reading = Reading(Status.OCCURRED, token) if frame.negated else status_of(token)
    said = _is_message(kind, token, reading)
    if (reason := doubt(frame, kind, token, reading, said)) is not None:
        return reason
    actors, recipients = parties_of(fit, kind, found)
    if frame.slots.equal and kind is EventType.CONSULT and any(p.sector is Sector.JRN for p in actors):
        return "an interview is no meeting"
    refusing = teller(sentence, token) if reading.refused and kind is EventType.CONSULT else []
    if not any(map(is_known, refusing)) and not _is_done_to(frame, kind, token, recipients):
        reason = objection(sentence, frame, kind, actors, recipients)
        if reason is not None:
            return reason
    if reading.refused and frame.slots.equal:  # one side refuses what both would do
        actors = fill(fit, "subj") or refusing
        recipients = [p for p in recipients if not is_at_home(p, actors)] or on_condition(sentence, token, actors)
    if token.dep in ("acl", "relcl") and kind is EventType.COERCE and not any(map(is_known, actors)):
        actors = captors(sentence, token)
    if token.dep == "acl" and (reason := _description(kind, token, actors, recipients)) is not None:
        return reason
    telling = told_as(sentence, frame, kind, token, reading, said, actors)
    if is_foretold(telling):
        return "a threat that somebody else foretells"
    mode = frame.mode if telling.kind is frame.type else None
    if telling.kind is EventType.CONSULT and mode is None and _is_multilateral(actors):
        mode = "multilateral"
    sides = tuple(actors), tuple(recipients)
    return Found(frame, telling.kind, token, _trigger(fit), *sides, telling.status, reading.cause, mode)


def _trigger(fit: Fit) -> tuple[int, int]:
    """From the first to the last word of the pattern; only the predicate where they stand too far apart to be read."""
    start, end = min(word.idx for word in fit.words), max(word.end for word in fit.words)
    return (start, end) if end - start <= _LONGEST_TRIGGER else (fit.token.idx, fit.token.end)


_LONGEST_TRIGGER = 60
"""Characters: half a line."""


def _description(
    kind: EventType, participle: Token, actors: Sequence[Participant], recipients: Sequence[Participant]
) -> str | None:
    """Why a participle behind a noun only says what it is."""
    if not _is_headline(participle) and not (any(map(is_known, actors)) and any(map(is_known, recipients))):
        return "describes a noun, and one side is unknown"  # 'sailors seized in November': nobody says by whom
    described = participle.head.lemma not in word_list("moves")  # but 'a move hailed by'
    if described and kind is EventType.SUPPORT and participle.tag in ("VBN", "VBG"):
        return "says what they are, not what happened"  # 'rebels backed by'
    return None


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


def _is_headline(participle: Token) -> bool:
    """'Nine Indian soldiers killed in clash': the participle is what a sentence without a verb tells."""
    return participle.head.dep == "ROOT" and not any(t.tag in _FINITE for t in participle.tree)


_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})


def _is_multilateral(parties: Sequence[Participant]) -> bool:
    """PLOVER: a meeting of three or more parties, or of an international body."""
    return len({p.code for p in parties} - {None}) > 2 or any(p.sector is Sector.IGO for p in parties)


def _is_done_to(frame: Frame, kind: EventType, token: Token, recipients: Sequence[Participant]) -> bool:
    """'Sanctions on Togo were lifted': a deed told in the passive, which need not say by whom."""
    return (
        frame.part == "v"
        and kind in _DEEDS
        and not frame.infinitives  # 'would be forced to rely on': by the drought
        and any(c.dep == "auxpass" for c in token.children)
        and subject(token) is None
        and any(is_known(p) for p in recipients)
    )


_DEEDS = MATERIAL_CONFLICT | {EventType.RETREAT, EventType.AID}
