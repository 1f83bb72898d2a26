"""To whom a reply goes that does not say so: who made the demand, the charge or the move that it refers back to."""

from __future__ import annotations

from collections.abc import Sequence

from legation.knowledge.frames import load_frames
from legation.knowledge.words import word_list
from legation.records import EventType, Participant
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.found import FRIENDLY, Found
from legation.stages.enrich.parties import at
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import content_head, governor, prepositions, subject, surface_subject
from legation.stages.enrich.tree import Token

_ADDRESSED = {
    "demands": frozenset({EventType.REQUEST, EventType.THREATEN}),
    "charges": frozenset({EventType.ACCUSE}),
    "threats": frozenset({EventType.THREATEN, EventType.REQUEST}),
    "offers": frozenset(
        {EventType.REQUEST, EventType.CONSULT, EventType.AGREE, EventType.AID, EventType.COOPERATE, EventType.SUPPORT}
    ),
}
"""What words (lists of `words.tsv`) were said to somebody: only who was addressed replies to them."""

_DONE = {
    "measures": frozenset({EventType.SANCTION, EventType.COERCE, EventType.THREATEN}),
    "attacks": frozenset({EventType.ASSAULT, EventType.MOBILIZE}),
}
"""What deeds anybody may praise or condemn."""

_DEEDS = frozenset().union(*_DONE.values())

_REPLIES = frozenset({EventType.ACCUSE, EventType.AGREE, EventType.CONCEDE, EventType.REJECT, EventType.SUPPORT})


def replied_to(
    sentence: Sentence,
    kind: EventType,
    token: Token,
    target: Token | None,
    actors: Sequence[Participant],
    found: Sequence[Found],
) -> list[Participant]:
    """Who made what `target` refers back to ('rejected the demand', 'condemned the move', 'called it a betrayal'): the
    actors of the last event of that sort that the article told, `found` being those of this sentence so far. Empty
    where `target` is no such word, or says more ('the demand of the unions'), or nobody made one. Their words are
    `target`.
    """
    if kind not in _REPLIES or target is None or not any(map(is_known, actors)):
        return []
    first = (
        token.head if token.dep == "conj" and token.head.dep == "acl" else token
    )  # 'denounced by Mali and hailed by'
    if first.dep in ("relcl", "acl") and (aside := _doer_before(first)):
        others = (p for p in sentence.participants(aside) if is_known(p) and not is_at_home(p, actors))
        return at(others, sentence.text, target.idx, target.end)
    noun = content_head(target)
    if noun.lower not in _PRONOUNS and not _refers_back(noun):  # 'voiced support for the raid'
        about = (content_head(head) for it in (target, token) for name, head in prepositions(it) if name in _ABOUT)
        noun = next(filter(_refers_back, about), noun)
    told = (*sentence.memory.told, *found)
    if noun.lower in _PRONOUNS:
        doers = _last_deed(told, actors)
    elif noun.pos != "NOUN" or not _refers_back(noun):
        return []
    elif noun.lemma in word_list("moves"):  # where no event was read, the move is of whoever was told of last
        doers = _done_for(kind, told, actors) or _last_deed(told, actors) or _told_of(sentence, token)
    else:
        doers = _makers(noun, told, actors, kind)
    others = (p for p in doers if is_known(p) and not is_at_home(p, actors))
    return at(others, sentence.text, target.idx, target.end)


_ABOUT = frozenset({"for", "over", "about", "at", "against", "to", "of", "with"})


def _doer_before(verb: Token) -> Token | None:
    """Who did what a clause behind is about: 'Chad shut the border, which Niger condemned', 'an offer that he made',
    'left the pact, a move hailed by Niger'.
    """
    whole = any(c.lower == "which" and c.dep == "dobj" for c in verb.children)
    if not whole and not any(verb.head.lemma in word_list(name) for name in (*_ADDRESSED, *_DONE, "moves")):
        return None
    clause = governor(verb.head)
    return surface_subject(clause) if clause is not None else None


def _makers(
    noun: Token, told: Sequence[Found], actors: Sequence[Participant], kind: EventType
) -> Sequence[Participant]:
    """Who did the last of what a noun tells by itself: by the lists, else by the frames that it has ('the accord').
    What was said to somebody others may still condemn.
    """
    same = next((event for event in reversed(told) if event.predicate.lemma == noun.lemma), None)
    if same is not None and same.type in _DEEDS:
        return same.actors
    for lists, addressed in ((_ADDRESSED, True), (_DONE, False)):
        for name, types in lists.items():
            for event in reversed(told) if noun.lemma in word_list(name) else ():
                told_of = kind is EventType.ACCUSE and not _is_among(actors, event.actors)
                if event.type in types and (not addressed or told_of or _is_among(actors, event.recipients)):
                    return event.actors
    if noun.lemma in word_list("treaties") and (pair := next(filter(_is_mutual, reversed(told)), None)) is not None:
        return pair.actors if not _is_among(actors, pair.actors) else ()
    frames = load_frames().nouns.get(noun.lemma)
    kinds = {frame.type for frame in frames.all} if frames is not None else ()
    last = next((event for event in reversed(told) if event.type in kinds and event.mode != "third-party"), None)
    if last is None or _is_among(actors, last.actors):
        return ()
    return (*last.actors, *last.recipients) if last.type is EventType.CONSULT else last.actors


def _done_for(kind: EventType, told: Sequence[Found], actors: Sequence[Participant]) -> Sequence[Participant]:
    """Who last did a favour to those who welcome 'the decision', though another deed was told since."""
    favours = (it for it in reversed(told) if it.type in FRIENDLY and _is_among(actors, it.recipients))
    last = next(favours, None) if kind is EventType.SUPPORT else None
    return last.actors if last is not None and not _is_among(actors, last.actors) else ()


def _last_deed(told: Sequence[Found], actors: Sequence[Participant]) -> Sequence[Participant]:
    """Who did what was told last; what one thought of it is no deed to the next, but to whom it was said."""
    for event in reversed(told):
        if not _is_judgement(event) or _is_among(actors, event.recipients):
            return event.actors if not _is_among(actors, event.actors) else ()
    return ()


def _told_of(sentence: Sentence, token: Token) -> Sequence[Participant]:
    """The subject of the clause before, or of the sentence before."""
    for above in token.ancestors:
        head = subject(above)
        if head is not None and head.i < token.i and (found := sentence.participants(head)):
            return found
    return sentence.memory.last_subject


def _is_mutual(event: Found) -> bool:
    """Whether several agreed on it: 'the accord' by which they restore their ties."""
    several = event.actors == event.recipients and len({p.code for p in event.actors} - {None}) > 1
    return several and event.type is not EventType.CONSULT and event.type in FRIENDLY


def _is_judgement(event: Found) -> bool:
    return event.type is EventType.ACCUSE or event.predicate.lemma in word_list("cheers")


def _is_among(some: Sequence[Participant], others: Sequence[Participant]) -> bool:
    return any(is_at_home(participant, others) for participant in some)


def _refers_back(noun: Token) -> bool:
    """'the demand', 'those charges', and nothing behind it that says which."""
    return any(child.lower in _BACK for child in noun.lefts) and not any(
        child.dep in ("relcl", "acl") or (child.dep == "prep" and child.lower in ("of", "by", "from"))
        for child in noun.children
    )


_BACK = frozenset({"the", "this", "that", "these", "those", "such"})


_PRONOUNS = frozenset({"it", "this", "that"})
