"""Blocks that were folded into last, as they are in memory: to read one anew takes longer than a fold into it."""

from __future__ import annotations

from collections.abc import Callable

from legation.records import decode
from legation.stages.consolidate import Block

KEPT_BYTES = 2 * 1024 * 1024
"""Of blocks as they are stored; with all that is known of their mentions they take up to seven times as much."""


class Blocks:
    """The blocks of the partitions of one assignment: those used last from memory, the others from the state."""

    def __init__(self, stored: Callable[[bytes], bytes | None]) -> None:
        """`stored` reads the state."""
        self._stored = stored
        self._term = 0
        self._kept: dict[str, tuple[Block, int]] = {}
        self._bytes = 0

    def under(self, term: int) -> None:
        """Forget all when partitions have been taken anew: in between, somebody else may have written to the state."""
        if term != self._term:
            self._term = term
            self._kept.clear()
            self._bytes = 0

    def get(self, key: str) -> tuple[Block | None, int]:
        """A block, if there is one, and its size in bytes as it is stored."""
        if key in self._kept:
            return self._kept[key]
        stored = self._stored(key.encode())
        return (None, 0) if stored is None else (decode(stored, Block), len(stored))

    def keep(self, key: str, block: Block, size: int) -> None:
        """Remember what the state says now, for as long as there is room; the last one in any case."""
        self._bytes += size - self._kept.pop(key, (block, 0))[1]
        self._kept[key] = block, size
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.pop(next(iter(self._kept)))[1]
