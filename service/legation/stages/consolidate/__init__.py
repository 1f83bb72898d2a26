"""consolidate: which mentions tell of one event."""

from __future__ import annotations

from legation.records import DiplomaticEvent, EventMention, Record


class Block(Record, frozen=True):
    """All mentions, sorted by mention_id, that may be one event."""

    mentions: tuple[EventMention, ...] = ()


def parties_key(mention: EventMention) -> str:
    """Stub."""
    raise NotImplementedError


def block_of(mention: EventMention) -> str:
    """Stub."""
    raise NotImplementedError


def fold(block: Block | None, mention: EventMention) -> tuple[Block, tuple[DiplomaticEvent, ...]]:
    """Stub."""
    raise NotImplementedError
