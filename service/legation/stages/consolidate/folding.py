"""The fold: a mention into its block, and the revisions that this makes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256

import msgspec
from msgspec import field

from legation.records import Change, DiplomaticEvent, EventMention, Record, encode
from legation.stages.consolidate.event import event_of
from legation.stages.consolidate.matching import Reading, clusters, read

DAY_BYTES = 64 * 1024
"""Room for the mentions of one day in a block: about 30 of 2 KB. A block is written anew for each mention, so what it
costs grows with the square of its size; with 31 days it stays within 2 MiB, a quarter of what the topics take."""

MENTION_BYTES = DAY_BYTES // 4
"""A larger mention is turned away, or it would leave no room for others: 16 KiB, a summit of 40 with every name."""

ID_LENGTH = 32
"""Hex digits of an event id: 128 bits."""


Events = dict[str, list[Reading]]
"""The mentions of each event, by event_id."""


class Block(Record, frozen=True, dict=True):
    """All mentions that may be one event, sorted by mention_id.

    What was found out about them stays with the block in memory, and goes over to the one that a fold makes of it:
    finding it out again is most of what a fold into a large block would cost.
    """

    mentions: tuple[EventMention, ...] = ()
    full: dict[str, tuple[str, str]] = field(default_factory=dict)
    """For each day that had no room left: reading order of the first mention that was turned away."""
    touched: int = 0
    """When the last mention came that changed it, in seconds since 1970; 0 where nobody tells."""

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The mentions, each read."""
        return tuple(read(it) for it in self.mentions)

    @cached_property
    def events(self) -> dict[str, Events]:
        """What they are reports of, by direction: mentions with another one are never of one event."""
        return {it: _events(self.readings, it) for it in {reading.direction for reading in self.readings}}


def fold(block: Block | None, mention: EventMention, at: int = 0) -> tuple[Block, tuple[DiplomaticEvent, ...]]:
    """Put `mention` into its block (that of `block_of(mention)`; None where there is none yet).

    `at` is when it came, in seconds since 1970; 0 where nobody tells.

    Returns the new block and the revisions to publish: one for each event that this makes or changes (always for the
    mention's own), then a retraction for each that is no longer an event. No revision at all means that the block has
    no room for the mention. Folding a mention again leaves the block alone and repeats its event's revision.

    What is latest in the end is a function of the set of mentions, if revisions are confirmed before the block is
    stored: then a crash between the two replays the very same fold.
    """
    block = block or Block()
    after = _insert(block, read(mention), at)
    if after is block and all(it.mention_id != mention.mention_id for it in block.mentions):
        return block, ()
    return after, _revisions(mention.mention_id, block, after)


def _insert(block: Block, new: Reading, at: int) -> Block:
    """The block with the mention, or with the newer of two versions of it; each day within `DAY_BYTES`."""
    mention_id = new.mention.mention_id
    known = next((it for it in block.readings if it.mention.mention_id == mention_id), None)
    if new.size > MENTION_BYTES or (known is not None and _version(new.mention) <= _version(known.mention)):
        return block
    others = [it for it in block.readings if it is not known]
    if new.day in block.full and new.order >= block.full[new.day]:
        return block
    room, full = DAY_BYTES, block.full
    kept = [it for it in others if it.day != new.day]
    # The earliest published stay. What was turned away stays away, though a smaller mention may have room still:
    # else what is in the block would depend on the order of arrival.
    for it in sorted((new, *(it for it in others if it.day == new.day)), key=lambda it: it.order):
        room -= it.size
        if room < 0:
            full = {**full, new.day: it.order}
            break
        kept.append(it)
    return _following(block, tuple(sorted(kept, key=lambda it: it.mention.mention_id)), full, at)


def _following(block: Block, readings: tuple[Reading, ...], full: dict[str, tuple[str, str]], at: int) -> Block:
    """The block with these mentions, and what is known of them from the one before."""
    after = Block(mentions=tuple(it.mention for it in readings), full=full, touched=max(at, block.touched))
    after.__dict__["readings"] = readings
    touched = {it.direction for it in {*readings} ^ {*block.readings}}
    same = {name: events for name, events in block.events.items() if name not in touched}
    after.__dict__["events"] = same | {name: events for name in touched if (events := _events(readings, name))}
    return after


def _version(mention: EventMention) -> tuple[list[str], str, bytes]:
    """Of two mentions with one id the greater counts: the later pipeline (by its numbers), then by the bytes."""
    numbers = [it.zfill(9) for it in re.findall(r"[0-9]+", mention.versions.pipeline)]
    return numbers, mention.versions.knowledge, encode(mention)


def _revisions(mention_id: str, before: Block, after: Block) -> tuple[DiplomaticEvent, ...]:
    old, new = _by_id(before), _by_id(after)
    holder = {it.mention.mention_id: event_id for event_id, readings in new.items() for it in readings}
    changed = [
        event_of(event_id, readings)
        for event_id, readings in sorted(new.items())
        if event_id == holder.get(mention_id) or readings != old.get(event_id)
    ]
    gone = [
        _retraction(
            event_of(event_id, readings), [holder[it] for r in readings if (it := r.mention.mention_id) in holder]
        )
        for event_id, readings in sorted(old.items())
        if event_id not in new
    ]
    return (*changed, *gone)


def _by_id(block: Block) -> Events:
    return {event_id: readings for events in block.events.values() for event_id, readings in events.items()}


def _retraction(event: DiplomaticEvent, heirs: list[str]) -> DiplomaticEvent:
    """The last record of an event that is none. `heirs`: for each of its mentions the event that has it now."""
    reason = f"merged-into {max(sorted(heirs), key=heirs.count)}" if heirs else "no-room"
    return msgspec.structs.replace(event, revision=event.revision + 1, change=Change.RETRACTION, reason=reason)


def _events(readings: Iterable[Reading], direction: str) -> Events:
    """The events of one block and direction.

    The id is a hash of block, direction and anchor (the event's day, mostly), so it does not change when an earlier
    report comes in late. Where several events share all three, the first published has that id, and the others take
    the id of their first mention into the hash. docs/consolidate.md has what this choice was measured against.
    """
    events: Events = {}
    taken: set[str] = set()
    found = clusters(it for it in readings if it.direction == direction)
    for cluster in sorted(found, key=lambda it: (not it.seed.exact, it.founder.order)):
        name = "|".join((cluster.founder.block, direction, cluster.anchor))
        if name in taken:
            name = f"{name}|{cluster.founder.mention.mention_id}"
        taken.add(name)
        events[sha256(name.encode()).hexdigest()[:ID_LENGTH]] = sorted(cluster.members, key=lambda it: it.order)
    return events
