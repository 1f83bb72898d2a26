"""Blocks that stay in memory: what the state says, within bounds, for one assignment."""

from __future__ import annotations

import pytest
from consolidate_mentions import told

from legation.records import encode
from legation.runtime import blocks
from legation.runtime.blocks import Blocks
from legation.stages.consolidate import Block


@pytest.fixture
def state() -> dict[bytes, bytes]:
    return {key.encode(): encode(Block(mentions=(told(key),))) for key in "abc"}


def test_a_block_is_read_from_the_state_until_it_is_kept(state: dict[bytes, bytes]) -> None:
    known = Blocks(state.get)
    block, size = known.get("a")
    assert block is not None
    assert (encode(block), size) == (state[b"a"], len(state[b"a"]))
    assert known.get("z") == (None, 0)
    known.keep("a", block, size)
    state.clear()
    assert known.get("a")[0] is block
    assert known.get("b") == (None, 0)


def test_another_assignment_knows_nothing_of_what_was_kept(state: dict[bytes, bytes]) -> None:
    known = Blocks(state.get)
    known.under(1)
    known.keep("a", Block(), 2)
    known.under(1)
    assert known.get("a")[0] == Block()
    known.under(2)
    assert known.get("a")[0] != Block()


def test_those_used_longest_ago_go_first_when_there_is_no_more_room(
    state: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "KEPT_BYTES", 100)
    known = Blocks(state.get)
    for key, size in (("a", 40), ("b", 40), ("a", 50), ("c", 45)):
        known.keep(key, Block(), size)
    assert [key for key in "abc" if known.get(key)[0] == Block()] == ["a", "c"]
    known.keep("b", Block(), 1000)
    assert [key for key in "abc" if known.get(key)[0] == Block()] == ["b"]
