"""The fold: a mention into its block, and the revisions that this makes."""

from __future__ import annotations

import re
from hashlib import sha256

import msgspec
from msgspec import field

from legation.records import Change, DiplomaticEvent, EventMention, Record, encode
from legation.stages.consolidate.event import event_of
from legation.stages.consolidate.keys import anchor_day, block_of, direction, reading_order
from legation.stages.consolidate.matching import Reading, clusters, read

DAY_BYTES = 64 * 1024
"""Room for the mentions of one day in a block: about 30 of 2 KB. A block is written anew for each mention, so what it
costs grows with the square of its size; with 31 days it stays within 2 MiB, a quarter of what the topics take."""

MENTION_BYTES = DAY_BYTES // 4
"""A larger mention is turned away, or it would leave no room for others: 16 KiB, a summit of 40 with every name."""

ID_LENGTH = 32
"""Hex digits of an event id: 128 bits."""


class Block(Record, frozen=True):
    """All mentions that may be one event, sorted by mention_id."""

    mentions: tuple[EventMention, ...] = ()
    full: dict[str, tuple[str, str]] = field(default_factory=dict)
    """For each day that had no room left: reading order of the first mention that was turned away."""


def fold(block: Block | None, mention: EventMention) -> tuple[Block, tuple[DiplomaticEvent, ...]]:
    """Put `mention` into its block (that of `block_of(mention)`; None where there is none yet).

    Returns the new block and the revisions to publish: one for each event that this makes or changes (always for the
    mention's own), then a retraction for each that is no longer an event. No revision at all means that the block has
    no room for the mention. Folding a mention again leaves the block alone and repeats its event's revision.

    What is latest in the end is a function of the set of mentions, if revisions are confirmed before the block is
    stored: then a crash between the two replays the very same fold.
    """
    block = block or Block()
    after = _insert(block, mention)
    if after is block and all(it.mention_id != mention.mention_id for it in block.mentions):
        return block, ()
    return after, _revisions(block_of(mention), mention.mention_id, block.mentions, after.mentions)


def _insert(block: Block, mention: EventMention) -> Block:
    """The block with the mention, or with the newer of two versions of it; each day within `DAY_BYTES`."""
    known = next((it for it in block.mentions if it.mention_id == mention.mention_id), None)
    if len(encode(mention)) > MENTION_BYTES or (known is not None and _version(mention) <= _version(known)):
        return block
    day, order = str(anchor_day(mention)), reading_order(mention)
    others = [it for it in block.mentions if it is not known]
    if day in block.full and order >= block.full[day]:
        return block
    room, full = DAY_BYTES, block.full
    kept = [it for it in others if str(anchor_day(it)) != day]
    # The earliest published stay. What was turned away stays away, though a smaller mention may have room still:
    # else what is in the block would depend on the order of arrival.
    for it in sorted((mention, *(it for it in others if str(anchor_day(it)) == day)), key=reading_order):
        room -= len(encode(it))
        if room < 0:
            full = {**full, day: reading_order(it)}
            break
        kept.append(it)
    return Block(mentions=tuple(sorted(kept, key=lambda it: it.mention_id)), full=full)


def _version(mention: EventMention) -> tuple[list[str], str, bytes]:
    """Of two mentions with one id the greater counts: the later pipeline (by its numbers), then by the bytes."""
    numbers = [it.zfill(9) for it in re.findall(r"[0-9]+", mention.versions.pipeline)]
    return numbers, mention.versions.knowledge, encode(mention)


def _revisions(
    key: str, mention_id: str, before: tuple[EventMention, ...], after: tuple[EventMention, ...]
) -> tuple[DiplomaticEvent, ...]:
    both = {id(it): it for it in (*before, *after)}  # most mentions stand in both: each is read once
    readings = {address: read(it) for address, it in both.items()}
    new = _events(key, [readings[id(it)] for it in after])
    old = new if before is after else _events(key, [readings[id(it)] for it in before])
    holder = {it.mention_id: event_id for event_id, mentions in new.items() for it in mentions}
    changed = [
        event_of(event_id, mentions)
        for event_id, mentions in sorted(new.items())
        if event_id == holder.get(mention_id) or mentions != old.get(event_id)
    ]
    gone = [
        _retraction(event_of(event_id, mentions), [holder[it.mention_id] for it in mentions if it.mention_id in holder])
        for event_id, mentions in sorted(old.items())
        if event_id not in new
    ]
    return (*changed, *gone)


def _retraction(event: DiplomaticEvent, heirs: list[str]) -> DiplomaticEvent:
    """The last record of an event that is none. `heirs`: for each of its mentions the event that has it now."""
    reason = f"merged-into {max(sorted(heirs), key=heirs.count)}" if heirs else "no-room"
    return msgspec.structs.replace(event, revision=event.revision + 1, change=Change.RETRACTION, reason=reason)


def _events(key: str, readings: list[Reading]) -> dict[str, list[EventMention]]:
    """The mentions of each event, by event_id.

    The id is a hash of block, direction and anchor (the event's day, mostly), so it does not change when an earlier
    report comes in late. Where several events share all three, the first published has that id, and the others take
    the id of their first mention into the hash. docs/consolidate.md has what this choice was measured against.
    """
    events: dict[str, list[EventMention]] = {}
    taken: set[str] = set()
    for cluster in sorted(clusters(readings), key=lambda it: (not it.seed.exact, it.founder.order)):
        name = "|".join((key, direction(cluster.founder.mention), cluster.anchor))
        if name in taken:
            name = f"{name}|{cluster.founder.mention.mention_id}"
        taken.add(name)
        members = sorted(cluster.members, key=lambda it: it.order)
        events[sha256(name.encode()).hexdigest()[:ID_LENGTH]] = [it.mention for it in members]
    return events
