"""From a parsed sentence to the events in it: which frames fit, who fills their roles, which of them tell the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from legation.knowledge import Kind
from legation.knowledge.frames import ANY_OBJECT, Frame, FrameIndex
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Quad, Sector, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.notes import About
from legation.stages.enrich.standing import is_at_home, is_known, objection
from legation.stages.enrich.status import bears_on_events, status_of
from legation.stages.enrich.syntax import (
    conjuncts,
    content_head,
    first_object,
    governor,
    is_misread,
    is_wish,
    patient,
    prepositions,
    subject,
)
from legation.stages.enrich.tree import Token
from legation.vocabulary import QUADS

_AHEAD = frozenset({Status.PLANNED, Status.PROPOSED})

_UNROLED = frozenset(
    "in at during after before since until till as over about amid by than because like despite following "
    "including via through throughout within without near upon ahead between".split()
)
"""Prepositions that tell time, place, manner or topic: what follows is no recipient unless a frame says so."""

_CALENDAR = word_list("calendar")

_DEEP = (
    "by",
    "of",
    "from",
    "against",
    "on",
    "to",
    "with",
    "between",
    "for",
    "in",
    "into",
    "toward",
    "towards",
    "at",
    "over",
)
"""Where a party stands in a phrase that is none itself ('the attack on a Syrian base by Israel'), in order of trust."""

_ABSORBING = frozenset(
    {EventType.REQUEST, EventType.REJECT, EventType.THREATEN, EventType.ACCUSE, EventType.SUPPORT, EventType.CONCEDE}
)
"""What these are about ('urged Iran to release', 'praised the decision to withdraw') is not what the sentence tells."""


_MATERIAL_CONFLICT = frozenset(kind for kind, quad in QUADS.items() if quad is Quad.MATERIAL_CONFLICT)

_HOSTILE = frozenset(
    {*(kind for kind, quad in QUADS.items() if quad is Quad.VERBAL_CONFLICT), *_MATERIAL_CONFLICT, EventType.REQUEST}
)

_FRIENDLY = frozenset(
    kind for kind, quad in QUADS.items() if quad in (Quad.VERBAL_COOPERATION, Quad.MATERIAL_COOPERATION)
)


@dataclass(frozen=True, slots=True)
class Found:
    """An event read in a sentence."""

    frame: Frame
    type: EventType
    predicate: Token
    trigger: tuple[int, int]
    """The words that fit the frame, as offsets in the sentence."""
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    status: Status
    cause: Token | None
    mode: str | None

    @property
    def told_by(self) -> Token:
        """The word whose clause says when it was: 'vowed on Monday to annex' is the threat of that Monday."""
        is_vow = self.type is EventType.THREATEN and self.cause is not None and self.cause.lemma in word_list("vows")
        return self.cause if is_vow and self.cause is not None else self.predicate


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
        if not frames or token.pos not in ("NOUN", "PROPN") or token.text in _CALENDAR:  # 'in March'
            continue
        named = sentence.match(token)
        if named is not None and " " in named.text:
            continue  # the Cooperation of 'Organisation for Economic Cooperation and Development'
        if token.i not in shadowed and not _is_backdrop(token):
            _first_fit(sentence, token, frames, found, shadowed)
    found.sort(key=lambda event: event.predicate.i)
    return _without_repeats(sentence, _without_embedded(sentence, _with_shared(found)))


def _with_shared(found: list[Found]) -> list[Found]:
    """Give an event that names no recipient that of one which follows it: 'recalled its envoy, accusing Mali of'."""
    return [
        event
        if any(map(is_known, event.recipients))
        else replace(event, recipients=_shared(event.predicate, event.type, event.actors, found) or event.recipients)
        for event in found
    ]


def _shared(
    predicate: Token, kind: EventType, actors: Sequence[Participant], found: Iterable[Found]
) -> tuple[Participant, ...]:
    """The recipients of an event joined to this predicate, where the same party does both and both are hostile:
    'condemned the coup in Niger and called for the release of'.
    """
    doers = {p.code for p in actors} - {None}
    if kind not in _HOSTILE or not doers:
        return ()
    for other in found:
        if (
            other.type in _HOSTILE
            and {p.code for p in other.actors} == doers
            and (_is_joined(predicate, other.predicate) or _is_joined(other.predicate, predicate))
        ):
            return tuple(p for p in other.recipients if is_known(p) and p.code not in doers)
    return ()


def _is_joined(verb: Token, other: Token) -> bool:
    """Whether a verb is joined to another by 'and' or as its participle."""
    return verb.head is other and (verb.dep == "conj" or (verb.dep == "advcl" and verb.tag == "VBG"))


def _is_backdrop(noun: Token) -> bool:
    """'on the sidelines of the G7 meeting', 'ahead of talks': what is told happened beside it."""
    above = noun.head.head if noun.dep == "pobj" else noun
    return noun.dep == "pobj" and above.lemma in word_list("backdrops")


def _first_fit(
    sentence: Sentence, token: Token, frames: Iterable[Frame], found: list[Found], shadowed: set[int]
) -> None:
    """Read the narrowest frame that fits and whose needs are met; a look-alike that fits ends the search."""
    around = sentence.tree.words
    for frame in frames:
        if any(map(around.isdisjoint, frame.needed)) or (words := _fit(sentence, frame, token)) is None:
            continue
        if frame.type is None:
            sentence.note(About.FRAME, token.idx, token.end, "a look-alike, which is no event", frame.name)
            shadowed.update(word.i for word in words)
            if not any(bears_on_events(word) for word in words[1:]):
                shadowed.update(_content(token))  # 'declined to comment on the attack', but not 'voiced hope for talks'
            return
        event = _fill(sentence, frame, frame.type, token, words, found)
        if isinstance(event, Found):
            found.append(event)
            shadowed.update(word.i for word in words)
            return
        sentence.note(About.FRAME, token.idx, token.end, event, frame.name)


def _object(frame: Frame, token: Token) -> tuple[Token | None, Token | None]:
    """(object, the preposition or particle that the frame names), where they are there."""
    if frame.particle is None:
        return (patient(token) if frame.part == "v" else None), None
    for child in token.children:
        if child.lower == frame.particle:
            if child.dep in ("prep", "agent", "dative"):
                if child.i < token.i or any(c.dep == "dobj" for c in token.children):
                    continue  # 'called the king on Friday' is no calling on
                inner = next((t for p, t in prepositions(token) if p == frame.particle), None)
                return (inner if inner is not None else patient(token)), child
            if child.dep in ("prt", "advmod", "npadvmod", "acomp", "oprd", "mark", "intj"):
                return patient(token), child
    return None, None


def _fit(sentence: Sentence, frame: Frame, token: Token) -> list[Token] | None:
    """The tokens that make the frame fit, the predicate first; None where it does not."""
    words = [token]
    target, particle = _object(frame, token)
    if frame.particle is not None:
        if particle is None:
            return None
        words.append(particle)
    if frame.objects:
        hit = _object_hit(sentence, frame, target)
        if hit is None:
            return None
        if not frame.objects <= ANY_OBJECT:
            words.append(hit)
    if frame.words:
        holders = [target or token, *_complements(token, None)]
        holders += [c for c in token.children if c.dep in _DESCRIBING or (c.dep == "advcl" and c.pos == "ADJ")]
        inside = (t for holder in holders for t in holder.subtree)
        hit = next((t for t in inside if t.lower in frame.words or t.lemma in frame.words), None)
        if hit is None:
            return None
        words.append(hit)
    if frame.subjects:
        head = subject(token) if frame.part == "v" else None
        if head is None or content_head(head).lemma not in frame.subjects:
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
        ("*" in frame.complements or c.lemma in frame.complements) and not _is_denied(c)
        for c in _complements(token, target)
    ):
        return None
    if frame.clauses and not any(_is_clause(frame, c) for c in _complements(token, target)):
        return None
    if frame.infinitives and not any(
        ("*" in frame.infinitives or c.lemma in frame.infinitives)
        and any(a.dep == "aux" and a.tag == "TO" for a in c.children)
        for c in (*_complements(token, target), *(c for c in token.children if c.dep == "advcl"))
    ):
        return None
    return words


_DESCRIBING = frozenset({"oprd", "acomp", "prep", "agent", "dative", "advmod"})
"""What else may hold a word of the pattern: 'held him accountable', 'described it as illegal', 'reacted angrily'."""


def _is_denied(complement: Token) -> bool:
    """'Said that Chile does not spy' says nothing of spying; 'urged Chile not to spy' asks for something."""
    return complement.dep == "ccomp" and any(c.dep == "neg" for c in complement.children)


def _is_clause(frame: Frame, complement: Token) -> bool:
    """Whether a complement has a subject of its own and, where the frame wants one, the right modal: an auxiliary, or
    the complement's own verb with an infinitive ('needs to', 'has to').
    """
    return any(c.dep in ("nsubj", "nsubjpass") for c in complement.children) and (
        "*" in frame.clauses
        or any(c.tag == "MD" and c.lower in frame.clauses for c in complement.children)
        or (complement.lemma in frame.clauses and any(c.dep == "xcomp" for c in complement.children))
    )


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
            if (named or (part.dep == "compound" and part.pos == "NOUN")) and part.lemma in frame.objects:
                return real
        if real.lemma in frame.objects or real.lower in frame.objects:
            return real
        if head.lemma in frame.objects:
            return head
    return None


def _complements(token: Token, target: Token | None) -> list[Token]:
    found = [c for c in token.children if c.dep in ("xcomp", "ccomp") or is_wish(c)]
    if token.pos == "NOUN":  # 'the demand that Iran leave', 'the refusal to leave'
        found += [c for c in token.children if c.dep in ("acl", "relcl") and c.tag not in ("VBN", "VBG")]
    for child in token.children:
        if child.dep == "prep":
            found += [c for c in child.children if c.dep == "pcomp"]
    if target is not None:
        found += [c for c in target.children if c.dep in ("acl", "xcomp", "ccomp", "relcl") and c.tag in ("VB", "VBG")]
    return found


# --- roles ---


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
    if reading.status is None:
        return f"not told as a fact: “{reading.cause.text if reading.cause else token.text}”"
    by_message = kind is EventType.SUPPORT and token.head.lemma in word_list("messages")
    said = by_message and (reading.purpose or reading.cause is token.head)
    announcing = kind is EventType.CONSULT or (kind is EventType.AGREE and token.lemma in word_list("signing"))
    if reading.purpose and not announcing and not said:
        return "an aim, not an announcement"
    if reading.cause is not None and kind not in _MUTUAL and not said and _is_musing(reading.cause, token):
        return f"only considered, asked for or wished: “{reading.cause.text}”"
    if frame.status is Status.CANCELLED and reading.status is Status.PROPOSED:
        return "not broken off, only asked for"
    if (
        reading.status is Status.PROPOSED
        and kind in _MATERIAL_CONFLICT
        and reading.cause is not None
        and reading.cause.dep in ("acl", "relcl")
    ):
        return "says what they are, not what happened"  # 'a group seeking to overthrow'
    if any(name in ("in", "during", "since", "by", "from") and _is_history(head) for name, head in prepositions(token)):
        return "history, before the states that we know"
    target, _ = _object(frame, token)
    if frame.slots.equal:
        everyone: list[Participant] = []
        for slot in dict.fromkeys((*frame.slots.actor, *frame.slots.recipient)):
            _extend(everyone, _slot(sentence, frame, token, target, slot, words))
        if kind is EventType.CONSULT and any(p.sector is Sector.JRN for p in everyone):
            return "an interview is no meeting"
        states = [p for p in everyone if p.country is not None]
        if kind is EventType.CONSULT and states and len({p.code for p in everyone} - {None}) == 1:
            # 'Pyongyang agreed to talks, Seoul said': of a meeting of one, whoever tells of it is the other.
            _extend(everyone, (p for p in _teller(sentence, token) if is_known(p) and not is_at_home(p, everyone)))
        actors = recipients = everyone
    else:
        actors = _first(sentence, frame, token, target, frame.slots.actor, words, ())
        crowd: list[Participant] = []
        if kind is EventType.PROTEST and not any(is_known(p) for p in actors):
            crowd = _locals(sentence, token, target)
            actors = crowd or actors
        recipients = _first(sentence, frame, token, target, frame.slots.recipient, words, actors)
        if not any(is_known(p) for p in actors):
            actors = _owners(sentence, token, target, recipients) or actors
        at_home = target is not None and target.lemma in word_list("states")  # 'criticized the government for'
        given = kind in _GIVING and all(is_at_home(p, actors) for p in recipients)
        if given or (not frame.slots.closed and not at_home and not any(is_known(p) for p in recipients)):
            recipients = _within_reach(sentence, token, target, actors) or recipients
        if not any(is_known(p) for p in recipients):
            recipients = (
                list(_shared(token, kind, actors, found))
                or _aimed_at(sentence, kind, token)
                or _on_condition(sentence, token, actors)
                or _spoken_of(sentence, token, actors)
                or recipients
            )
        if frame.mode == "demo" and not any(is_known(p) for p in recipients):
            # People who march at home without naming anybody address their own government.
            recipients = [msgspec.structs.replace(p, sector=Sector.GOV, name=None, office=None) for p in crowd]
        mutual = kind in _EACH_OTHER or (target is not None and _is_reciprocal(target))
        if mutual and not any(is_known(p) for p in recipients) and len({p.code for p in actors} - {None}) > 1:
            recipients = actors  # 'India and Pakistan agreed to a truce', 'accused each other'
    refusing = _teller(sentence, token) if reading.refused and kind is EventType.CONSULT else []
    passive = _is_done_to(frame, kind, token, recipients)
    if not any(map(is_known, refusing)) and not passive:
        reason = objection(sentence, frame, kind, actors, recipients)
        if reason is not None:
            return reason
    if reading.refused and frame.slots.equal:  # one side refuses what both would do
        actors = _slot(sentence, frame, token, target, "subj", words) or refusing
        recipients = [p for p in recipients if not is_at_home(p, actors)]
    if token.dep == "acl" and kind is EventType.COERCE and not any(map(is_known, actors)):
        actors = _captors(sentence, token)
    if token.dep == "acl" and not (
        _is_headline(token) or (any(map(is_known, actors)) and any(map(is_known, recipients)))
    ):
        return "describes a noun, and one side is unknown"  # 'sailors seized in November': nobody says by whom
    if token.dep == "acl" and kind is EventType.SUPPORT:
        return "says what they are, not what happened"  # 'rebels backed by'
    status = frame.status if frame.status is not Status.OCCURRED else reading.status
    if said:
        status = Status.OCCURRED
    if reading.status in (Status.CANCELLED, Status.DENIED, Status.HYPOTHETICAL):
        status = reading.status
    cause = reading.cause.lemma if reading.cause is not None else None
    announced = status is Status.PLANNED or (status is Status.HYPOTHETICAL and cause in ("will", "would"))
    if (
        announced
        and kind in _MATERIAL_CONFLICT
        and kind is not EventType.PROTEST
        and (_is_conditional(token) or _is_of_any(token))
    ):
        kind, status = EventType.THREATEN, Status.OCCURRED  # 'will impose sanctions if'
    if kind is EventType.PROTEST and token.lemma == "protest" and _is_state(sentence, token):
        kind = EventType.ACCUSE  # what crowds do in the street states do by note
    if status is Status.PLANNED and kind in _MATERIAL_CONFLICT and cause in word_list("vows"):
        kind, status = EventType.THREATEN, Status.OCCURRED
    if reading.refused:
        refusal = _refusal(kind)
        if refusal is None or _is_conditional(token, ("if",)):  # but 'no talks unless they leave' refuses them
            return "refused, which is no event of this type"
        kind, status = refusal, Status.OCCURRED
    if kind is EventType.THREATEN and status in (Status.PLANNED, Status.HYPOTHETICAL):
        status = Status.OCCURRED  # 'would treat it as war': the threat is made by saying so
    start = min(word.idx for word in words)
    end = max(word.end for word in words)
    trigger = (token.idx, token.end) if end - start > 60 else (start, end)
    mode = frame.mode if kind is frame.type else None
    if kind is EventType.CONSULT and mode is None and _is_multilateral(actors):
        mode = "multilateral"
    return Found(frame, kind, token, trigger, tuple(actors), tuple(recipients), status, reading.cause, mode)


def _is_state(sentence: Sentence, verb: Token) -> bool:
    head = subject(verb) if verb.pos == "VERB" else None
    return head is not None and sentence.kind(head) in (Kind.COUNTRY, Kind.CAPITAL, Kind.SEAT, Kind.AGENCY)


def _is_history(time: Token) -> bool:
    """Whether a year or war is of another age: codes stand for states of today, and no analyst counts Waterloo."""
    if time.lower in ("war", "ii"):
        return any(t.lower == "world" for t in time.lefts)
    return len(time.text) == 4 and time.text.isdigit() and int(time.text) < _FIRST_YEAR


_FIRST_YEAR = 1900
"""Before it hardly any state of today can be told from an empire that held its name."""


def _is_headline(participle: Token) -> bool:
    """'Nine Indian soldiers killed in clash': the participle is what a sentence without a verb tells."""
    return participle.head.dep == "ROOT" and not any(t.tag in _FINITE for t in participle.tree)


_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})


def _owners(
    sentence: Sentence, token: Token, target: Token | None, recipients: Sequence[Participant]
) -> list[Participant]:
    """Who did what a passive tells without saying by whom: whose sanctions were lifted, whose troops were sent."""
    if target is None or not any(c.dep == "auxpass" for c in token.children) or not any(map(is_known, recipients)):
        return []
    owned = [p for c in target.children if c.dep == "poss" for p in sentence.participants(c)]
    return [p for p in owned or sentence.modifiers(target) if is_known(p) and not is_at_home(p, recipients)]


def _captors(sentence: Sentence, seized: Token) -> list[Participant]:
    """'Russia freed the sailors seized in May': who lets go had taken."""
    verb = governor(seized.head)
    head = subject(verb) if verb is not None and verb.lemma in word_list("letting go") else None
    return sentence.participants(head) if head is not None else []


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


def _is_of_any(verb: Token) -> bool:
    """'Will shoot down any plane that crosses the border': a condition, too."""
    target = patient(verb) if verb.pos == "VERB" else None
    return target is not None and any(c.lower == "any" for c in target.lefts)


def _refusal(kind: EventType) -> EventType | None:
    """What 'will not' makes of a type: a refusal of what is friendly or yielding, nothing of the rest."""
    return EventType.REJECT if kind in _FRIENDLY else None


_GIVING = frozenset({EventType.SUPPORT, EventType.AID, EventType.AGREE})
"""'Reiterated the government's support for the Sudanese': the giver's own name in the gift is no recipient."""

_MUTUAL = frozenset({EventType.AGREE, EventType.CONSULT, EventType.COOPERATE})
"""What takes two to do: to consider it is to propose it."""

_EACH_OTHER = _MUTUAL | {EventType.REJECT}
"""Types in which several actors without a recipient do it to each other."""


def _same_party(one: Participant, other: Participant) -> bool:
    return (one.country, one.body, one.name) == (other.country, other.body, other.name)


def _is_done_to(frame: Frame, kind: EventType, token: Token, recipients: Sequence[Participant]) -> bool:
    """'Sanctions on Togo were lifted': a deed told in the passive, which need not say by whom."""
    return (
        frame.part == "v"
        and kind in _DEEDS
        and any(c.dep == "auxpass" for c in token.children)
        and subject(token) is None
        and any(is_known(p) for p in recipients)
    )


_DEEDS = _MATERIAL_CONFLICT | {EventType.RETREAT, EventType.AID}


def _extend(into: list[Participant], more: Iterable[Participant]) -> None:
    """Add parties that are not there yet; of one told twice ('India called off talks of the two ministers') the telling
    with a sector stays.
    """
    for participant in more:
        told = [i for i, p in enumerate(into) if _same_party(participant, p) and (p.name is not None or is_known(p))]
        if not told:
            into.append(participant)
        elif into[told[0]].sector is None:
            into[told[0]] = participant


def _first(
    sentence: Sentence,
    frame: Frame,
    token: Token,
    target: Token | None,
    slots: Sequence[str],
    words: Sequence[Token],
    others: Sequence[Participant],
) -> list[Participant]:
    """The first slot with a party that we can place and that is not one of `others`; failing that, one at home (a
    court and its own citizen); failing that, the first with anyone.
    """
    domestic: list[Participant] = []
    vague: list[Participant] = []
    for slot in slots:
        found = [p for p in _slot(sentence, frame, token, target, slot, words) if not _is_one_of(p, others)]
        if any(is_known(p) and not is_at_home(p, others) for p in found):
            return found
        if any(is_known(p) for p in found):
            domestic = domestic or found
        vague = vague or found
    return domestic or vague


def _is_one_of(participant: Participant, others: Sequence[Participant]) -> bool:
    """Whether it is the very same: named by the same words, or by a pronoun for them."""
    return any(
        _same_party(participant, other) and (participant.start == other.start or participant.text.lower() in _OWN_WORDS)
        for other in others
    )


_OWN_WORDS = frozenset("it they he she we i its their his her our my itself themselves himself herself".split())


def _within_reach(
    sentence: Sentence, token: Token, target: Token | None, actors: Sequence[Participant]
) -> list[Participant]:
    """The nearest party inside what the predicate governs, where no slot named one: in 'refused to send peacekeepers to
    Iraq' or 'expelled aid workers employed by the United Nations'. Nearest in the tree, then in the text.
    """
    layer = [c for c in token.children if c.dep in _GOVERNED or _is_aim(c)]
    if target is not None and target not in layer:
        layer.append(target)
    for _ in range(_REACH):
        deeper: list[Token] = []
        for head in sorted(layer, key=lambda t: t.i):
            if head.i > token.i and head.pos in ("NOUN", "PROPN", "ADJ"):
                found = [p for p in sentence.participants(head) if is_known(p) and not is_at_home(p, actors)]
                if found:
                    return found
            # 'Help Indonesia adjust' is parsed as a clause.
            helped = head.head.i > token.i and head.head.lemma in word_list("object control")
            deeper += [
                c
                for c in head.children
                if (c.dep in _GOVERNED or _is_aim(c) or (c.dep == "nsubj" and helped))
                and c.lower not in _APART
                and not (c.dep == "conj" and c.pos == "VERB")
            ]
        layer = deeper
    return []


def _on_condition(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """Who must do something first: 'will not lift the embargo until Cuba frees', 'will leave unless the EU'."""
    for clause in (c for above in (token, *token.ancestors) for c in above.children if c.dep == "advcl"):
        if any(c.dep in ("mark", "advmod") and c.lower in ("if", "unless", "until") for c in clause.children):
            for inner in (clause, *(c for c in clause.children if c.dep == "ccomp")):
                head = subject(inner)
                found = [p for p in sentence.participants(head) if is_known(p)] if head is not None else []
                if found and not any(is_at_home(p, actors) for p in found):
                    return found
    return []


_REACH = 6
"""Layers of the tree that are searched: 'threatened - shell - positions - of - group - in - Lebanon'."""


def _is_aim(clause: Token) -> bool:
    """'Gave ten million euros to help people in Somalia'."""
    return (
        clause.dep == "advcl"
        and any(c.dep == "aux" and c.tag == "TO" for c in clause.children)
        and not any(c.dep == "nsubj" for c in clause.children)
    )


_GOVERNED = frozenset(
    "xcomp ccomp dobj dative prep pobj pcomp acl relcl conj agent attr nsubjpass appos poss amod compound nmod".split()
)
_APART = _UNROLED - frozenset({"in", "into", "by", "near", "between", "within", "through", "as"})
"""What these lead to is another story ('after', 'despite', 'because of')."""


def _locals(sentence: Sentence, token: Token, target: Token | None) -> list[Participant]:
    """Who protests where nobody is named: the people of the place, as told with them ('thousands in Tbilisi') or with
    what they did ('took to the streets of Lima').
    """
    crowd = subject(token) if token.pos == "VERB" else None
    joined = [c for c in token.children if c.dep == "conj" and c.pos == "VERB"]  # 'looted and burned in Lima'
    for head in (crowd, token, target, *joined):
        place = _place_of(sentence, head, 2) if head is not None else None
        if place is None:
            continue
        named = next(iter(sentence.participants(crowd)), None) if crowd is not None else None
        if named is not None:
            return [msgspec.structs.replace(named, country=place.country)]
        return [msgspec.structs.replace(place, sector=Sector.CVL, office=None)]
    return []


def _place_of(sentence: Sentence, head: Token, depth: int) -> Participant | None:
    """The country in which a phrase is set: 'workers at a mine in Peru'."""
    for name, inner in prepositions(head):
        if name not in _WHERE or inner.dep == "pcomp":
            continue
        if sentence.kind(inner) in _PLACES and name not in _TOWARDS:
            return next((p for p in sentence.participants(inner) if p.country is not None), None)
        if depth and (nested := _place_of(sentence, inner, depth - 1)) is not None:
            return nested
    return None


_PLACES = frozenset({Kind.COUNTRY, Kind.CAPITAL, Kind.CITY, Kind.REGION})
_TOWARDS = frozenset({"to", "into", "onto"})
_WHERE = _TOWARDS | frozenset("in at across of outside throughout around through near from".split())


def _teller(sentence: Sentence, token: Token) -> list[Participant]:
    """Who says it: the subject of the verb of saying above, or who stands before a headline's colon."""
    for above in token.ancestors:
        if above.lemma in word_list("saying") or above.lemma in ("insist", "vow", "warn"):
            head = subject(above)
            return sentence.participants(head) if head is not None and head.i != token.i else []
    if token.dep == "appos" and token.tree[token.head.i + 1].text == ":":
        return sentence.participants(token.head)
    return []


def _is_reciprocal(noun: Token) -> bool:
    return (noun.lower, noun.tree[noun.i - 1].lower) in (("other", "each"), ("another", "one"))


def _aimed_at(sentence: Sentence, kind: EventType, token: Token) -> list[Participant]:
    """Against whom people protest where an infinitive says it: 'took to the streets to denounce Spain'."""
    if kind is not EventType.PROTEST:
        return []
    for clause in token.children:
        if clause.dep == "advcl" and any(c.tag == "TO" for c in clause.children):
            asked = [subject(c) for c in clause.children if c.dep == "ccomp"]
            for head in (patient(clause), *asked):
                if head is not None and any(map(is_known, found := _deep(sentence, head, ()))):
                    return found
    return []


def _spoken_of(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """Of whom something is said: '"We will not recognise it," the minister said of Spain's vote'."""
    verb = token
    while verb.dep in ("ccomp", "xcomp", "conj") and verb.head.pos in ("VERB", "AUX"):
        verb = verb.head
    if verb is token or verb.lemma not in word_list("saying"):
        return []
    for name, head in prepositions(verb):
        if name in ("of", "about") and head.dep == "pobj":
            return [p for p in _deep(sentence, head, ()) if is_known(p) and not is_at_home(p, actors)]
    return []


def _slot(
    sentence: Sentence, frame: Frame, token: Token, target: Token | None, slot: str, words: Sequence[Token]
) -> list[Participant]:
    nominal = frame.part == "n"
    match slot:
        case "subj":
            head = subject(token) if not nominal else None
            return _acting(sentence, head) if head is not None else []
        case "obj":
            return _deep(sentence, target, words) if target is not None else []
        case "poss":
            owner = target if not nominal and target is not None else token
            return [p for c in owner.children if c.dep == "poss" for p in sentence.participants(c)]
        case "mod":
            noun = token if nominal or target is None else target
            before = first_object(noun)  # 'to host Somalia talks', where both are read as objects
            return sentence.modifiers(noun) or (sentence.participants(before) if before is not None else [])
        case "gov":
            verb = governor(token)
            if verb is None:
                return []
            head = subject(verb)
            if head is None or head.i == token.i or token.i in {t.i for t in head.subtree}:
                return []
            return sentence.participants(head)
        case "comp":
            for complement in _complements(token, target):
                own = next((c for c in complement.children if c.dep in ("nsubj", "nsubjpass")), None)
                if own is not None and own.pos == "PRON" and _is_self(sentence, own, token):
                    own = None  # 'denied that it had attacked Chad' is of Chad
                for head in (own, patient(complement)):
                    if head is not None and (found := sentence.participants(head)):
                        return found
            return []
        case _:
            listed: list[Participant] = []
            for name, head in _around(frame, token, target, words):
                if head.dep == "pcomp" or head.i in {w.i for w in words}:
                    continue
                if name == slot or (slot == "*" and name not in _UNROLED):
                    _extend(listed, _deep(sentence, head, words))
                    if listed and slot == "*":
                        break
            return listed


def _is_self(sentence: Sentence, pronoun: Token, verb: Token) -> bool:
    """Whether a pronoun stands for the verb's own subject."""
    head = subject(verb)
    mine = sentence.participants(head) if head is not None else []
    return bool(mine) and all(is_at_home(p, mine) for p in sentence.participants(pronoun))


def _acting(sentence: Sentence, head: Token) -> list[Participant]:
    """Who acts where the subject is what they did: in 'an air strike by Russia killed' it is Russia."""
    found = sentence.participants(head)
    if any(is_known(p) for p in found):
        return found
    makers = [token for name, token in prepositions(head) if name == "by"]
    for child in head.children:
        if child.dep == "acl" and child.tag == "VBN" and (maker := subject(child)) is not None:
            makers.append(maker)  # 'missiles fired by the Israeli army struck'
    for token in makers:
        if inner := sentence.participants(token):
            return inner
    return found


def _around(frame: Frame, token: Token, target: Token | None, words: Sequence[Token]) -> list[tuple[str, Token]]:
    """Prepositions of the predicate, of its object and other words, of a complement that the frame names ('vowed to
    strike back at') and, of a noun, of the verb that it hangs on.
    """
    found = list(prepositions(token))
    for word in words[1:]:
        if word.pos == "NOUN" and word != target:
            found += prepositions(word)
    if target is not None:
        for head in conjuncts(target):
            found += prepositions(content_head(head))
    if frame.complements or frame.infinitives:
        for complement in _complements(token, target):
            found += prepositions(complement)
    if token.dep == "acomp":  # 'was furious on Friday at'
        found += prepositions(token.head)
    getter = next((c for c in token.children if c.dep == "nsubjpass"), None)
    if getter is not None and target is not None and target.dep == "dobj":
        found.append(("to", getter))  # 'Mali was given a loan by'
    doer = subject(token) if frame.subjects else None
    if doer is not None:  # 'flights between Oman and Iran resumed'
        found += [pair for pair in prepositions(doer) if pair[0] in ("between", "with")]
    if frame.part == "n":  # 'the arrest of a priest by the police', where 'by' hangs on the priest
        found += [pair for name, head in prepositions(token) if name == "of" for pair in prepositions(head)]
        verb = governor(token)
        if verb is not None and token.dep in ("dobj", "nsubjpass", "pobj", "attr", "conj"):
            found += [(name, head) for name, head in prepositions(verb) if head.i != token.i]
    return found


def _deep(sentence: Sentence, head: Token, words: Sequence[Token]) -> list[Participant]:
    """The party of a phrase, or the one inside a phrase that is none itself ('the attack on a Syrian base')."""
    trigger = head.i in {w.i for w in words}
    if not trigger or sentence.is_office(head):  # the ambassador of 'summoned the ambassador' too
        found = sentence.participants(head)
        if any(is_known(p) for p in found):
            return found
    if trigger:
        found = sentence.modifiers(head)
        found = found or [p for c in head.children if c.dep == "poss" for p in sentence.participants(c)]
        if found:
            return found
    inner = dict[str, list[Token]]()
    for name, token in prepositions(head):
        inner.setdefault(name, []).append(token)
    for name in _DEEP:
        for token in inner.get(name, ()):
            if token.dep == "pcomp":
                target = patient(token)
                nested = sentence.participants(target) if target is not None else []
            else:
                nested = sentence.participants(token)
            if any(is_known(p) for p in nested):
                return nested
    return found


# --- which of them tell the same ---


def _without_embedded(sentence: Sentence, found: list[Found]) -> list[Found]:
    """Drop what only leads to another event ('agreed' of 'agreed to meet') or is only wished ('urged to stop')."""
    dropped: dict[int, str] = {}
    for outer in found:
        inside = _content(outer.predicate)
        for inner in found:
            if inner is outer or inner.predicate.i not in inside or _is_aside(inner):
                continue
            if outer.type is EventType.AGREE and inner.type is EventType.THREATEN:
                dropped[id(outer)] = _leads_to(inner)  # 'vowed to retaliate'
            elif inner.status is Status.DENIED and inner.type not in _FRIENDLY:
                dropped[id(inner)] = _embedded(outer)  # 'denied bombing a camp' is a rejection
            elif inner.status is Status.DENIED or (outer.type is EventType.AGREE and inner.status in _AHEAD):
                dropped[id(outer)] = _leads_to(inner)
            elif outer.type is inner.type and inner.predicate.lemma in outer.frame.infinitives:
                dropped[id(inner)] = _embedded(outer)  # 'tried to overthrow'
            elif outer.type in _ABSORBING or _is_charge(outer.predicate, inner.predicate):
                dropped[id(inner)] = _embedded(outer)
    return _kept(sentence, found, dropped)


def _leads_to(inner: Found) -> str:
    return f"only leads to “{inner.predicate.text}”"


def _embedded(outer: Found) -> str:
    return f"embedded under “{outer.predicate.text}”"


def _is_aside(event: Found) -> bool:
    """Whether a relative clause tells it as a fact: 'urged Iran to free the clerk whom it had seized from Oman'."""
    verb = event.predicate
    return (
        verb.dep == "relcl"
        and not any(c.dep == "aux" and c.tag in ("MD", "TO") for c in verb.children)
        and any(map(is_known, event.actors))
        and any(map(is_known, event.recipients))
    )


def _is_charge(outer: Token, inner: Token) -> bool:
    """'Arrested for spying', 'sentenced for helping': what someone is charged with is not told as a fact."""
    return inner.dep == "pcomp" and inner.head.lower in ("for", "of", "over") and inner.head.head is outer


def _content(predicate: Token) -> set[int]:
    """Tokens of what an event is about: complement clauses and objects, with all under them."""
    found: set[int] = set()
    for child in predicate.children:
        if child.dep in ("xcomp", "ccomp", "dobj", "nsubjpass", "prep", "acl", "dative", "attr") or is_wish(child):
            if child.dep == "ccomp" and child.i < predicate.i:
                continue  # the main statement, with the verb of saying set after it
            if child.dep == "prep" and child.lower in ("after", "before", "during", "since", "at", "in", "following"):
                continue
            found.update(t.i for t in child.subtree)
    return found


def _without_repeats(sentence: Sentence, found: list[Found]) -> list[Found]:
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
    off = [event for event in found if event.status is Status.CANCELLED]
    for event in found:
        if event.status in _AHEAD and any(_tells_all(other, event) for other in off):
            dropped[id(event)] = "called off in the same sentence"  # 'the summit planned for May was called off'
        verb = governor(event.predicate) if event.predicate.pos == "NOUN" else None
        if verb is not None and any(other.predicate is verb and _tells_all(other, event) for other in found):
            dropped[id(event)] = f"told by “{verb.text}” too"  # 'brought Malta to a halt with a strike'
    return _kept(sentence, found, dropped)


def _tells_all(event: Found, other: Found) -> bool:
    """Whether an event has the type and all known parties of another."""
    return (
        event.type is other.type
        and {p.code for p in other.actors} <= {None, *(p.code for p in event.actors)}
        and {p.code for p in other.recipients} <= {None, *(p.code for p in event.recipients)}
    )


def _kept(sentence: Sentence, found: list[Found], dropped: Mapping[int, str]) -> list[Found]:
    """All but the dropped, for which `dropped` has the reason by id."""
    for event in found:
        if id(event) in dropped:
            sentence.note(About.FRAME, event.predicate.idx, event.predicate.end, dropped[id(event)], event.frame.name)
    return [event for event in found if id(event) not in dropped]
