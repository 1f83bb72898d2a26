"""What is found: an event as it is read in a sentence, before it becomes a mention."""

from __future__ import annotations

from msgspec import Struct

from legation.knowledge.frames import Frame
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Quad, Status
from legation.stages.enrich.tree import Token
from legation.vocabulary import QUADS

MATERIAL_CONFLICT = frozenset(kind for kind, quad in QUADS.items() if quad is Quad.MATERIAL_CONFLICT)
MATERIAL = MATERIAL_CONFLICT | {kind for kind, quad in QUADS.items() if quad is Quad.MATERIAL_COOPERATION}
FRIENDLY = frozenset(
    kind for kind, quad in QUADS.items() if quad in (Quad.VERBAL_COOPERATION, Quad.MATERIAL_COOPERATION)
)


class Found(Struct, frozen=True):
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
