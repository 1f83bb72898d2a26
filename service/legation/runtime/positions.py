"""Notices records that Faust has lost on the way from the cluster to an agent.

It happens: after a rebalance of an app that has a table, Faust lets records flow before it clears its queues, and what
was read in between is gone (faust 0.15.3, `Recovery.on_recovery_completed`). Offsets after the gap would then be
acknowledged, and the records never be read. So each offset must follow the one before; else the gap is read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import TypeAlias

Partition: TypeAlias = tuple[str, int]


class Verdict(Enum):
    """What to do with a record."""

    TAKE = auto()
    DROP = auto()
    """It comes again."""
    SEEK = auto()
    """Drop it, and read again from the offset that is expected, once nothing is queued any more."""


class Positions:
    """The offsets that are to come next, of the partitions of one assignment."""

    def __init__(self, generation: int | None, starts: Mapping[Partition, int]) -> None:
        """`starts`: the first offset of each partition that is not committed."""
        self.generation = generation
        self._next = dict(starts)
        self._suspects: dict[Partition, int] = {}
        self.unsought: set[Partition] = set()
        """Partitions that are still to be read again. Whoever has done it takes them out."""

    def next(self, partition: Partition) -> int:
        """The offset that is to come; 0 where nothing is known yet."""
        return self._next.get(partition, 0)

    def judge(self, partition: Partition, offset: int) -> Verdict:
        """What to do with the record at `offset`.

        Offsets may have holes in earnest (a compacted topic, a transaction). Then reading again gives the same record
        again, or one before it. One after it was still queued; or, if the seek is done, came in spite of it.
        """
        if offset > self._next.get(partition, offset):
            suspect = self._suspects.get(partition)
            if suspect is None or (offset > suspect and partition not in self.unsought):
                self._suspects.setdefault(partition, offset)
                self.unsought.add(partition)
                return Verdict.SEEK
            if offset > suspect or partition in self.unsought:
                return Verdict.DROP
        self._suspects.pop(partition, None)
        self._next[partition] = offset + 1
        return Verdict.TAKE
