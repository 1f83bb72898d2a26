"""To whom a reply goes that does not say so: who made the demand, the charge or the move that it refers back to."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from legation.knowledge.words import word_list
from legation.records import EventType, Participant
from legation.stages.enrich.found import MATERIAL_CONFLICT, Found
from legation.stages.enrich.standing import is_at_home, is_known
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
    "moves": MATERIAL_CONFLICT | {EventType.REJECT, EventType.AGREE, EventType.SUPPORT, EventType.RETREAT},
}
"""What deeds anybody may praise or condemn."""

_REPLIES = frozenset({EventType.REJECT, EventType.ACCUSE, EventType.SUPPORT, EventType.CONCEDE})


def replied_to(
    kind: EventType, target: Token | None, actors: Sequence[Participant], told: Sequence[Found]
) -> list[Participant]:
    """Who made what `target` refers back to ('rejected the demand', 'condemned the move'): the actors of the last event
    of that sort in `told`, the events of the article so far. Empty where `target` is no such word, or says more
    ('the demand of the unions'), or nobody made one. Their words are `target`.
    """
    if kind not in _REPLIES or target is None or not _refers_back(target) or not any(map(is_known, actors)):
        return []
    for lists, addressed in ((_ADDRESSED, True), (_DONE, False)):
        for name, types in lists.items():
            if target.lemma not in word_list(name):
                continue
            for event in reversed(told):
                if event.type not in types or (addressed and not any(is_at_home(p, actors) for p in event.recipients)):
                    continue
                found = [p for p in event.actors if is_known(p) and not is_at_home(p, actors)]
                if found:
                    return [replace(p, text=target.text, start=target.idx, end=target.end) for p in found]
    return []


def _refers_back(noun: Token) -> bool:
    """'the demand', 'those charges', and nothing behind it that says which."""
    return any(child.lower in _BACK for child in noun.lefts) and not any(
        child.dep in ("relcl", "acl") or (child.dep == "prep" and child.lower in ("of", "by", "from"))
        for child in noun.children
    )


_BACK = frozenset({"the", "this", "that", "these", "those", "such"})
