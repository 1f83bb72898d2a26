"""Who stands in the slots of a frame: subject, object, owner, behind a preposition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import Participant
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.fitting import complements
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

UNROLED = frozenset(
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


class Fit(Struct, frozen=True):
    """A frame that fits a predicate: `target` is the predicate's object, `words` are those of the frame's pattern."""

    sentence: Sentence
    frame: Frame
    token: Token
    target: Token | None
    words: Sequence[Token]

    @property
    def is_noun(self) -> bool:
        """Whether the predicate is one."""
        return self.frame.part == "n"


def _speaks_for(person: Participant, party: Participant) -> bool:
    same = (person.country, person.body) == (party.country, party.body)
    return person.name is not None and same and party.sector in (None, person.sector)


def _same_party(one: Participant, other: Participant) -> bool:
    return (one.country, one.body, one.name) == (other.country, other.body, other.name)


def add(into: list[Participant], more: Iterable[Participant]) -> None:
    """Add parties that are not there yet; of one told twice ('India called off talks of the two ministers') the telling
    with a sector stays, and a ministry adds nothing to its minister.
    """
    for participant in more:
        if participant.name is None and is_known(participant) and any(_speaks_for(p, participant) for p in into):
            continue
        told = [i for i, p in enumerate(into) if _same_party(participant, p) and (p.name is not None or is_known(p))]
        told = told or [i for i, p in enumerate(into) if p.name is None and is_known(p) and _speaks_for(participant, p)]
        if not told:
            into.append(participant)
        elif into[told[0]].sector is None or (into[told[0]].name is None and participant.name is not None):
            into[told[0]] = participant


def first_filled(fit: Fit, slots: Sequence[str], others: Sequence[Participant]) -> list[Participant]:
    """The first slot with a party that we can place and that is not one of `others`; failing that, one at home (a
    court and its own citizen); failing that, the first with anyone.
    """
    domestic: list[Participant] = []
    vague: list[Participant] = []
    for slot in slots:
        found = [p for p in fill(fit, slot) if not _is_one_of(p, others)]
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


def fill(fit: Fit, slot: str) -> list[Participant]:
    """Who stands in one slot of a frame: one of `_SLOTS`, or behind a preposition (`*`: any that does not tell time,
    place or topic).
    """
    reader = _SLOTS.get(slot)
    return reader(fit) if reader is not None else _behind(fit, slot)


def _subject(fit: Fit) -> list[Participant]:
    if fit.is_noun:
        return []
    head = subject(fit.token)
    if head is None:
        return fit.sentence.memory.resolving() if is_resolved(fit.token) else []
    found = _acting(fit.sentence, head)
    return [*found, *_joined(fit.sentence, fit.token)] if found else found


def _object(fit: Fit) -> list[Participant]:
    return deep(fit.sentence, fit.target, fit.words) if fit.target is not None else []


def _owner(fit: Fit) -> list[Participant]:
    owned = fit.target if not fit.is_noun and fit.target is not None else fit.token
    return [p for c in owned.children if c.dep == "poss" for p in fit.sentence.participants(c)]


def _modifier(fit: Fit) -> list[Participant]:
    noun = fit.token if fit.is_noun or fit.target is None else fit.target
    before = first_object(noun)  # 'to host Somalia talks', where both are read as objects
    if before is not None:
        return fit.sentence.modifiers(noun) or fit.sentence.participants(before)
    inside = fit.words[1:] if fit.is_noun else ()  # 'the lifting of American sanctions'
    nations = next((found for it in (noun, *inside) if (found := fit.sentence.modifiers(it))), [])
    return [p for p in nations if not _is_against(fit.sentence, p)]


def _opposed(fit: Fit) -> list[Participant]:
    noun = fit.token if fit.is_noun else fit.target or subject(fit.token)
    return [p for p in fit.sentence.modifiers(noun) if _is_against(fit.sentence, p)] if noun is not None else []


def _by_means(fit: Fit) -> list[Participant]:
    return [p for word in fit.words[1:] for p in _doers(fit.sentence, word)]


def _governing(fit: Fit) -> list[Participant]:
    verb = _clause_over(fit.token)
    if verb is None or (fit.frame.slots.equal and _is_apart(fit.token)):
        return []
    head = subject(verb)
    if head is None or head.i == fit.token.i or fit.token.i in {t.i for t in head.subtree}:
        return []
    return fit.sentence.participants(head)


def _in_complement(fit: Fit) -> list[Participant]:
    sentence = fit.sentence
    for complement in complements(fit.token, fit.target):
        own = next((c for c in complement.children if c.dep in ("nsubj", "nsubjpass")), None)
        own = _launcher(own) or own if own is not None and not sentence.participants(own) else own
        if own is not None and _is_self(sentence, own, fit.token):
            if fit.frame.slots.closed:
                return []  # 'claimed that they had attacked Oman' charges nobody
            own = None  # 'denied that it had attacked Chad' is of Chad
        for head in (own, patient(complement)):
            if head is not None and (found := sentence.participants(head)):
                return found
    return []


def _behind(fit: Fit, slot: str) -> list[Participant]:
    """Who stands behind a preposition."""
    listed: list[Participant] = []
    for name, head in _around(fit.frame, fit.token, fit.target, fit.words):
        if head.dep == "pcomp" or head in fit.words or (slot == "*" and suffers(head)):
            continue
        if any(map(is_known, listed)) and head.head.head.dep in ("xcomp", "ccomp", "advcl"):
            continue  # 'appealed to Chad to send troops to the border of Niger'
        if name == slot or (slot == "*" and name not in UNROLED):
            add(listed, deep(fit.sentence, head, fit.words))
            if listed and slot == "*":
                break
    return listed


_SLOTS: Mapping[str, Callable[[Fit], list[Participant]]] = {
    "subj": _subject,
    "obj": _object,
    "poss": _owner,
    "mod": _modifier,  # words before the noun
    "anti": _opposed,  # whom an 'anti-Danish' noun is against
    "means": _by_means,  # whose deed the words of the pattern tell
    "gov": _governing,  # the subject of the verb that a noun hangs on
    "comp": _in_complement,  # whose doing a complement tells
}


def _is_against(sentence: Sentence, nation: Participant) -> bool:
    """'Anti-Danish protests'."""
    return sentence.text[: nation.start].lower().endswith("anti-")


def _doers(sentence: Sentence, deed: Token) -> list[Participant]:
    """Whose deed a noun tells: of 'killed in a Rwandan raid' and 'killed in a raid by Rwanda' Rwanda."""
    owners = [c for c in deed.children if c.dep == "poss"]
    heads = [*owners, *(head for name, head in prepositions(deed) if name in ("by", "from"))]
    named = [p for head in heads for p in sentence.participants(head)]
    return named or [p for p in sentence.modifiers(deed) if not _is_against(sentence, p)]


def is_resolved(verb: Token) -> bool:
    """Whether a verb opens an item of a communique, which leaves out who resolves: 'Strongly condemns'."""
    opens = verb.i == 0 or (verb.i == 1 and verb.tree[0].pos == "ADV")
    return opens and verb.dep == "ROOT" and (verb.tag == "VBZ" or (verb.tag == "VB" and verb.lower.endswith("s")))


def _joined(sentence: Sentence, verb: Token) -> list[Participant]:
    """'Britain joined France in recalling its envoy': who did so before."""
    over = verb.head.head
    if verb.dep != "pcomp" or verb.head.lower != "in" or over.lemma != "join":
        return []
    head = patient(over)
    return sentence.participants(head) if head is not None else []


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


def _launcher(deed: Token) -> Token | None:
    """Whose deed it is that a relative clause tells of: 'the strike that Chad launched was unlawful'."""
    clauses = (c for c in deed.children if c.dep == "relcl")
    return next((c for clause in clauses for c in clause.children if c.dep == "nsubj"), None)


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
        elif child.dep == "acl" and child.lemma in word_list("serving"):  # 'hackers working for Chad'
            makers += [inner for name, inner in prepositions(child) if name == "for"]
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
        own = list(prepositions(token))
        found += [pair for name, head in own if name == "of" for pair in prepositions(head)]
        found += [pair for name, head in own if name in _TOPICAL for pair in prepositions(head) if pair[0] == "between"]
        verb = governor(token)
        if verb is not None and token.dep in ("dobj", "nsubjpass", "pobj", "attr", "conj"):
            found += [(name, head) for name, head in prepositions(verb) if head.i != token.i]
    return found


_TOPICAL = ("on", "for", "about", "over")
"""Prepositions behind which talks have what they are about; whose they are may stand behind that: 'talks on a treaty
between Chad and Libya'."""


def deep(sentence: Sentence, head: Token, words: Sequence[Token]) -> list[Participant]:
    """The party of a phrase, or the one inside a phrase that is none itself ('the attack on a Syrian base')."""
    trigger = head in words
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
        if name in ("in", "at", "on") and is_held(head):
            continue  # 'a conference in Rome on Gaza'
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


def is_held(word: Token) -> bool:
    """Whether 'in' behind it tells where, and no party: 'walked out of the talks in Jeddah', 'an accord signed in'."""
    return word.lower in word_list("occasions") or word.lemma in word_list("concluding")
