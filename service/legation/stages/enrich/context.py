"""Whom a deed was done to that does not say so: the other side of what the article has told of its doer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from legation.knowledge import Kind
from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.found import FRIENDLY, Found
from legation.stages.enrich.parties import at
from legation.stages.enrich.slots import is_held
from legation.stages.enrich.standing import is_at_home, is_known
from legation.stages.enrich.syntax import patient, suffers
from legation.stages.enrich.tree import Token


def other_of_pair(sentence: Sentence, token: Token, actors: Sequence[Participant]) -> list[Participant]:
    """With whom a meeting is where nobody says so ('Ankara proposed a summit'): of the two whom the sentences before
    told of, the one who is not speaking. `token` stands for him.
    """
    if sentence.memory.business:
        return []
    pair = sentence.memory.pair()
    if not any(is_at_home(p, actors) for p in pair):
        return []
    others = (p for p in pair if p.country is not None and not is_at_home(p, actors))
    return at(others, sentence.text, token.idx, token.end)


_DEEDS = frozenset(
    {
        EventType.ACCUSE,
        EventType.ASSAULT,
        EventType.CONCEDE,
        EventType.MOBILIZE,
        EventType.REJECT,
        EventType.RETREAT,
        EventType.SANCTION,
        EventType.THREATEN,
    }
)
"""What a state does to another, or of which it tells another. Whom states arrest or fine are more often their own."""


_OFFERS = frozenset({EventType.AGREE, EventType.AID, EventType.REQUEST})
"""What as many do to nobody in particular: a party that is only named beside is not enough to tell whom."""


_AIMLESS = frozenset({"resign", "weapons"})
"""Modes of deeds that are done to nobody: a resignation, the test of a missile."""


def counterpart(
    sentence: Sentence,
    frame: Frame,
    kind: EventType,
    token: Token,
    actors: Sequence[Participant],
    found: Sequence[Found],
) -> list[Participant]:
    """With whom the actors have to do whose clause names nobody: the only other party of the sentence ('Peru recalled
    its ambassador after the arrest in Quito'). Where there is no other at all, the other side of the last event that
    they had a part in, `found` being those of this sentence so far, else the other of the two told of last; `token`
    stands for them. A frame that needs both parties, and an offer or request, are only for who is both.
    """
    if sentence.memory.business:
        return []  # 'urged lower rates', 'agreed to reschedule': of banks
    if frame.mode == "third-party":
        return at(sentence.memory.several(2, {p.code for p in actors}), sentence.text, token.idx, token.end)
    if kind in _OFFERS | {EventType.REJECT} and frame.slots.closed:
        return []  # 'proposed a summit': to whom, the slots alone can say
    if kind in FRIENDLY and len({p.code for p in actors} - {None}) > 1:
        return []  # 'the two agreed to reopen the crossing': to each other
    shut = kind is EventType.COERCE and not frame.objects.isdisjoint(word_list("borders"))
    if not (kind in _DEEDS | _OFFERS or shut) or frame.mode in _AIMLESS or not any(map(is_known, actors)):
        return []
    if frame.needs == "both" and (frame.part == "n" or kind is EventType.AID):
        return []  # 'over the killing', 'sent missiles to its base'
    said = kind in (EventType.ACCUSE, EventType.REJECT)
    others = sentence.others_than(actors)
    allies = [p for p in others if _is_ally(sentence, p, actors)]
    named = [
        p
        for p in others
        if p.country is not None
        and p.sector is not Sector.JRN
        and not is_at_home(p, allies)
        and not _is_where(sentence, p, said=said)
        and not _is_beside(sentence, p, actors)
    ]
    if any(_is_victim(sentence, p) for p in named):
        return []
    plain = kind in _DEEDS and frame.needs != "both"
    several = len({p.code for p in named}) > 1
    if named and plain and not several:
        return named[:1]
    opposite = _other_side(sentence, kind, allies or actors, found)
    if not named:
        return at(opposite, sentence.text, token.idx, token.end)
    # Of several who are named who was in it before.
    return [p for p in named if is_at_home(p, opposite)][:1] if plain or not several else []


def _is_victim(sentence: Sentence, party: Participant) -> bool:
    """Whether it suffers what the sentence tells: of 'condemned the invasion of Kuwait' Kuwait, of 'sent condolences to
    the Malians' these.
    """
    head = sentence.tree.root_of(party.start, party.end)
    if head is None:
        return False
    verb = next((above for above in head.ancestors if above.pos == "VERB"), None)
    sent = patient(verb) if verb is not None else None
    return suffers(head) or (sent is not None and sent.lemma in word_list("sympathies"))


def _is_where(sentence: Sentence, party: Participant, *, said: bool) -> bool:
    """Whether it is only where something is: Djibouti of 'a panel that meets in Djibouti'; London, of what is said, in
    'criticised the panels in London'.
    """
    head = sentence.tree.root_of(party.start, party.end)
    if head is None or head.dep != "pobj" or head.head.lower not in ("in", "at"):
        return False
    town = said and sentence.kind(head) in (Kind.CAPITAL, Kind.CITY)
    return town or is_held(head.head.head)


def _is_beside(sentence: Sentence, party: Participant, actors: Sequence[Participant]) -> bool:
    """Whether it is one that the doers are only compared with ('unlike Peru') or belong to ('Yemen's Houthis')."""
    head = sentence.tree.root_of(party.start, party.end)
    while head is not None and head.dep == "conj":
        head = head.head
    if head is None:
        return False
    owner = head.dep == "poss" and any(sentence.tree.root_of(p.start, p.end) is head.head for p in actors)
    return owner or (head.dep == "pobj" and head.head.lower in _COMPARING)


def _is_ally(sentence: Sentence, party: Participant, actors: Sequence[Participant]) -> bool:
    """Whether the doers are told to stand by it: 'Chile, which has a defence pact with Peru'."""
    head = sentence.tree.root_of(party.start, party.end)
    above = list(head.ancestors) if head is not None else []
    doers = [sentence.tree.root_of(p.start, p.end) for p in actors]
    aside = any(it.dep == "relcl" and it.head in doers for it in above)
    return aside and any(it.lemma in word_list("treaties") for it in above)


_COMPARING = frozenset({"like", "unlike", "than"})


def _other_side(
    sentence: Sentence, kind: EventType, actors: Sequence[Participant], found: Sequence[Found]
) -> list[Participant]:
    """Of the last event in which the actors were on one side the other side, else the other of the two told of last.
    Of one of whom nothing was told yet: whom the others acted against, if that is what he does, too.
    """
    told = [*reversed((*sentence.memory.told, *found))]
    pair = sentence.memory.pair()
    for one, other in (*map(_sides, told), (pair, pair)):
        for side, opposite in ((one, other), (other, one)):
            if any(is_at_home(p, side) for p in actors if is_known(p)):
                others = [p for p in opposite if is_known(p) and not is_at_home(p, actors)]
                if others:
                    return others
    if kind not in _HOSTILE:
        return []
    against = [p for it in told if it.type in _HOSTILE for p in it.recipients if is_known(p)]
    times = Counter(p.code for p in against)
    most = sorted(against, key=lambda p: -times[p.code])[:1]  # of as many the last
    return [p for p in most if not is_at_home(p, actors)]


def _sides(event: Found) -> tuple[Sequence[Participant], Sequence[Participant]]:
    """Who had to do with whom: of those whom a third party brings together each with the others."""
    brought = event.mode == "third-party" and len({p.code for p in event.recipients} - {None}) > 1
    return event.recipients if brought else event.actors, event.recipients


_HOSTILE = frozenset({EventType.ACCUSE, EventType.COERCE, EventType.SANCTION})
