"""Who fills the roles of a frame: in its slots, and where these name nobody, in what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from legation.knowledge import Kind
from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Quad, Sector
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.context import counterpart
from legation.stages.enrich.fitting import complements, object_of
from legation.stages.enrich.found import MATERIAL_CONFLICT, Found
from legation.stages.enrich.replies import replied_to
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import (
    conjuncts,
    content_head,
    first_object,
    governor,
    patient,
    prepositions,
    subject,
    suffers,
)
from legation.stages.enrich.tree import Token
from legation.vocabulary import QUADS

_UNROLED = frozenset(
    "in at during after before since until till as over about amid by than because like despite following "
    "including via through throughout within without near upon ahead between".split()
)
"""Prepositions that tell time, place, manner or topic: what follows is no recipient unless a frame says so."""


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


_HOSTILE = frozenset(
    {*(kind for kind, quad in QUADS.items() if quad is Quad.VERBAL_CONFLICT), *MATERIAL_CONFLICT, EventType.REQUEST}
)


_GIVING = frozenset({EventType.SUPPORT, EventType.AID, EventType.AGREE})
"""'Reiterated the government's support for the Sudanese': the giver's own name in the gift is no recipient."""


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
        return everyone, everyone
    actors = _first(sentence, frame, token, target, frame.slots.actor, words, ())
    crowd: list[Participant] = []
    if kind is EventType.PROTEST and not any(is_known(p) for p in actors):
        crowd = _locals(sentence, token, target)
        actors = crowd or actors
    recipients = _first(sentence, frame, token, target, frame.slots.recipient, words, actors)
    if kind is EventType.THREATEN and not actors and any(c.dep == "auxpass" for c in token.children):
        actors = teller(sentence, token)  # 'it will be treated as an act of war, Libya said'
    if not any(is_known(p) for p in actors):
        actors = _owners(sentence, token, target, recipients) or actors
    at_home = target is not None and target.lemma in word_list("states")  # 'criticized the government for'
    own = all(is_at_home(p, actors) for p in recipients)
    given = kind in _GIVING and own
    if kind is EventType.ACCUSE and recipients and target is not None and not sentence.is_party(target):
        given = own  # Chad 'condemned the arrest of two Chadians in Niger'
    if given or (not frame.slots.closed and not at_home and not any(is_known(p) for p in recipients)):
        recipients = _within_reach(sentence, token, target, actors) or recipients
    if kind is EventType.AID:  # 'offered British help'
        recipients = [p for p in recipients if p.sector is not None or not is_at_home(p, actors)]
    if [p.text for p in recipients] == ["it"]:  # what is judged is what was done, sooner than who is named before
        recipients = replied_to(sentence, kind, token, target, actors, found) or recipients
    if all(not is_known(p) or is_at_home(p, actors) for p in recipients):
        recipients = _addressed(sentence, token) or recipients
    if not any(is_known(p) for p in recipients):
        recipients = (
            list(shared(token, kind, actors, found))
            or _aimed_at(sentence, kind, token)
            or _on_condition(sentence, token, actors)
            or _spoken_of(sentence, token, actors)
            or (_other_of_pair(sentence, token, actors) if frame.mode == "meet" else [])
            or replied_to(sentence, kind, token, target, actors, found)
            or counterpart(sentence, frame, kind, token, actors, found)
            or recipients
        )
    if frame.mode == "demo" and not any(is_known(p) for p in recipients):
        # People who march at home without naming anybody address their own government.
        recipients = [msgspec.structs.replace(p, sector=Sector.GOV, name=None, office=None) for p in crowd]
    mutual = kind in MUTUAL and token.lemma not in ("offer", "volunteer")  # what two offer, a third takes
    mutual = mutual or (target is not None and _is_reciprocal(target))
    mutual = mutual or (kind is EventType.REJECT and not _has_patient(token, target))
    if mutual and not any(is_known(p) for p in recipients) and len({p.code for p in actors} - {None}) > 1:
        recipients = actors  # 'India and Pakistan agreed to a truce', 'accused each other'
    return actors, recipients


def _equals(
    sentence: Sentence, frame: Frame, kind: EventType, token: Token, target: Token | None, words: Sequence[Token]
) -> list[Participant]:
    """All who take part alike, in whatever slot of the frame."""
    everyone: list[Participant] = []
    for slot in dict.fromkeys((*frame.slots.actor, *frame.slots.recipient)):
        _extend(everyone, _slot(sentence, frame, token, target, slot, words))
    head = token.head
    while token.dep == "relcl" and head.dep in ("appos", "conj") and head.head.i < head.i:
        head = head.head  # 'Obama and his counterpart, Hollande, who met in Rome'
        _extend(everyone, sentence.participants(head))
    if token.dep == "acl" and token.head.dep == "pobj" and token.head.head.lower == "under":
        verb = governor(token.head)  # 'under a deal signed with Albania, Italy will'
        doer = subject(verb) if verb is not None else None
        if len({p.code for p in everyone} - {None}) == 1 and doer is not None:
            _extend(everyone, sentence.participants(doer))
    states = [p for p in everyone if p.country is not None]
    if kind is EventType.CONSULT and states and len({p.code for p in everyone} - {None}) == 1:
        # 'Pyongyang agreed to talks, Seoul said': of a meeting of one, whoever tells of it is the other.
        _extend(everyone, (p for p in teller(sentence, token) if is_known(p) and not is_at_home(p, everyone)))
        verb = governor(token) if frame.part == "n" else token
        if (
            len(everyone) == 1
            and (verb is None or verb.lemma not in ("meet", "host"))  # they say with whom
            and not any(name in ("with", "between", "of", "among") for name, _ in prepositions(token))
            and token.dep != "pobj"
        ):
            _extend(everyone, _other_of_pair(sentence, token, states))
    return everyone


def _other_of_pair(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """With whom a meeting is where nobody says so ('Ankara proposed a summit'): of the two whom the sentences before
    told of, the one who is not speaking. `token` stands for him.
    """
    pair = sentence.memory.pair()
    if not any(is_at_home(p, actors) for p in pair):
        return []
    others = (p for p in pair if p.country is not None and not is_at_home(p, actors))
    return [
        msgspec.structs.replace(p, text=sentence.text[token.idx : token.end], start=token.idx, end=token.end)
        for p in others
    ]


def refusers(sentence: Sentence, frame: Frame, token: Token, words: Sequence[Token]) -> list[Participant]:
    """Who of two refuses what both would do: the subject."""
    target, _ = object_of(frame, token)
    return _slot(sentence, frame, token, target, "subj", words)


def _speaks_for(person: Participant, party: Participant) -> bool:
    return person.name is not None and (person.country, person.body, person.sector) == (
        party.country,
        party.body,
        party.sector,
    )


def _same_party(one: Participant, other: Participant) -> bool:
    return (one.country, one.body, one.name) == (other.country, other.body, other.name)


def _extend(into: list[Participant], more: Iterable[Participant]) -> None:
    """Add parties that are not there yet; of one told twice ('India called off talks of the two ministers') the telling
    with a sector stays, and a ministry adds nothing to its minister.
    """
    for participant in more:
        if participant.name is None and is_known(participant) and any(_speaks_for(p, participant) for p in into):
            continue
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
        (_same_party(participant, other) and participant.start == other.start)
        or (is_at_home(participant, (other,)) and participant.text.lower() in _OWN_WORDS)
        for other in others
    )


_OWN_WORDS = frozenset("it they he she we i its their his her our my itself themselves himself herself".split())


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
            if before is not None:
                return sentence.modifiers(noun) or sentence.participants(before)
            inside = words[1:] if nominal else ()  # 'the lifting of American sanctions'
            return next((found for it in (noun, *inside) if (found := sentence.modifiers(it))), [])
        case "gov":
            verb = _clause_over(token)
            if verb is None or (frame.slots.equal and _is_apart(token)):
                return []
            head = subject(verb)
            if head is None or head.i == token.i or token.i in {t.i for t in head.subtree}:
                return []
            return sentence.participants(head)
        case "comp":
            for complement in complements(token, target):
                own = next((c for c in complement.children if c.dep in ("nsubj", "nsubjpass")), None)
                if own is not None and _is_self(sentence, own, token):
                    if frame.slots.closed:
                        return []  # 'claimed that they had attacked Oman' charges nobody
                    own = None  # 'denied that it had attacked Chad' is of Chad
                for head in (own, patient(complement)):
                    if head is not None and (found := sentence.participants(head)):
                        return found
            return []
        case _:
            listed: list[Participant] = []
            for name, head in _around(frame, token, target, words):
                if head.dep == "pcomp" or head.i in {w.i for w in words} or (slot == "*" and suffers(head)):
                    continue
                if any(map(is_known, listed)) and head.head.head.dep in ("xcomp", "ccomp", "advcl"):
                    continue  # 'appealed to Chad to send troops to the border of Niger'
                if name == slot or (slot == "*" and name not in _UNROLED):
                    _extend(listed, _deep(sentence, head, words))
                    if listed and slot == "*":
                        break
            return listed


def _clause_over(noun: Token) -> Token | None:
    """The verb that a noun hangs on; of 'urged Mali to sign during a visit to Oman' the main one, since what an
    infinitive seems to have beside it is the clause's.
    """
    verb = governor(noun)
    if noun.dep == "pobj" and noun.head.lower in _BESIDE:
        while verb is not None and verb.dep in ("acl", "xcomp", "advcl") and any(c.tag == "TO" for c in verb.children):
            verb = verb.head if verb.head.pos in ("VERB", "AUX") else governor(verb.head)
    return verb


_BESIDE = frozenset({"during", "on", "after", "before"})


def _is_self(sentence: Sentence, noun: Token, verb: Token) -> bool:
    """Whether a noun stands for the verb's own subject, or for its people."""
    head = subject(verb)
    mine = sentence.participants(head) if head is not None else []
    sectors = {None, *(p.sector for p in mine)}  # an army's president is another
    return bool(mine) and all(is_at_home(p, mine) and p.sector in sectors for p in sentence.participants(noun))


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
        for complement in complements(token, target):
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
    if (
        not trigger or head.pos == "PROPN" or sentence.is_office(head)
    ):  # the ambassador of 'summoned the ambassador' too
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
        if name in ("in", "at") and _is_occasion(head):
            continue
        inner.setdefault(name, []).append(token)
    for name in _DEEP:
        for token in inner.get(name, ()):
            if suffers(token) and not trigger:
                continue
            if token.dep == "pcomp":
                target = patient(token)
                nested = sentence.participants(target) if target is not None else []
            else:
                nested = sentence.participants(token)
            if any(is_known(p) for p in nested):
                return nested
    return found


def _is_apart(meeting: Token) -> bool:
    """Whether a clause only dates itself by a meeting, or tells of one: its subject need not have been there ('rates
    rose before the summit', 'he was referring to a meeting').
    """
    if meeting.dep != "pobj" or any(name in ("with", "between") for name, _ in prepositions(meeting)):
        return False
    return meeting.head.lower in ("before", "until", "since") or meeting.head.head.lemma in word_list("mentioning")


def _is_occasion(noun: Token) -> bool:
    """Where it is held is no party: 'walked out of the talks in Jeddah'."""
    return noun.lower in word_list("occasions")


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


def _within_reach(
    sentence: Sentence, token: Token, target: Token | None, actors: Sequence[Participant]
) -> list[Participant]:
    """The nearest party inside what the predicate governs, where no slot named one: in 'refused to send peacekeepers to
    Iraq' or 'expelled aid workers employed by the United Nations'. Nearest in the tree, then in the text.
    """
    layer = [c for c in token.children if (c.dep in _GOVERNED and not _is_next(c)) or _is_aim(c)]
    if target is not None and target not in layer:
        layer.append(target)
    for _ in range(_REACH):
        deeper: list[Token] = []
        for head in sorted(layer, key=lambda t: t.i):
            if head.i > token.i and head.pos in ("NOUN", "PROPN", "ADJ") and not suffers(head):
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
                and not (c.lower in ("in", "at") and (_is_occasion(head) or head.lemma in word_list("concluding")))
                and not _is_next(c)
            ]
        layer = deeper
    return []


def _is_next(verb: Token) -> bool:
    """Whether it is joined to a verb before, and tells another deed."""
    return verb.dep == "conj" and verb.pos == "VERB"


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


def _addressed(sentence: Sentence, token: Token) -> list[Participant]:
    """To whom a message went: 'telephoned the premier to demand an answer'."""
    if token.dep not in ("advcl", "xcomp") or token.head.lemma not in word_list("messages"):
        return []
    target = patient(token.head)
    return [p for p in sentence.participants(target) if is_known(p)] if target is not None else []


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


_WHERE = _TOWARDS | frozenset("in at on across of outside throughout around through near from".split())


def _owners(
    sentence: Sentence, token: Token, target: Token | None, recipients: Sequence[Participant]
) -> list[Participant]:
    """Who did what a passive tells without saying by whom: whose sanctions were lifted, whose troops were sent."""
    if target is None or not any(c.dep == "auxpass" for c in token.children) or not any(map(is_known, recipients)):
        return []
    owned = [p for c in target.children if c.dep == "poss" for p in sentence.participants(c)]
    holders = [subject(c) for c in target.children if c.dep == "acl" and c.tag == "VBN"]  # 'sailors held by Oman'
    owned = owned or [p for head in holders if head is not None for p in sentence.participants(head)]
    return [p for p in owned or sentence.modifiers(target) if is_known(p) and not is_at_home(p, recipients)]


def captors(sentence: Sentence, seized: Token) -> list[Participant]:
    """'Russia freed the sailors seized in May': who lets go had taken."""
    verb = governor(seized.head)
    head = subject(verb) if verb is not None and verb.lemma in word_list("letting go") else None
    return sentence.participants(head) if head is not None else []


def teller(sentence: Sentence, token: Token) -> list[Participant]:
    """Who says it: the subject of the verb of saying above, or who stands before a headline's colon."""
    inner = token
    for above in token.ancestors:
        if above.lemma in word_list("saying") or above.lemma in ("insist", "vow", "warn"):
            if inner.dep == "prep":
                return []  # 'told reporters during the meeting'
            head = subject(above)
            return sentence.participants(head) if head is not None and head.i != token.i else []
        inner = above
    if token.dep == "appos" and token.tree[token.head.i + 1].text == ":":
        return sentence.participants(token.head)
    return []


def shared(
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
