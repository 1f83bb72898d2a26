"""consolidate: which mentions tell of one event.

A pure fold over a *set* of mentions: order, duplicates and replays do not change the final record. So at-least-once
delivery is enough. `keys` says which mentions meet, `matching` which of them are one event, `event` what is told of it.
"""

from __future__ import annotations

from legation.stages.consolidate.folding import Block, fold
from legation.stages.consolidate.keys import block_of, parties_key

__all__ = ["Block", "block_of", "fold", "parties_key"]
