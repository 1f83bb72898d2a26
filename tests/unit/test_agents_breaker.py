from __future__ import annotations

import random

import pytest

from legation.runtime.breaker import Breaker, BreakerOpen


def breaker(share: float = 0.5, window: int = 100, run: int = 20) -> Breaker:
    return Breaker("clean", share=share, window=window, run=run)


def opens_after(it: Breaker, records: list[bool]) -> int | None:
    for index, dead in enumerate(records, 1):
        try:
            it.note(dead)
        except BreakerOpen:
            return index
    return None


def test_one_in_a_hundred_never_opens_it() -> None:
    chance = random.Random(1)
    assert opens_after(breaker(), [chance.random() < 0.01 for _ in range(20_000)]) is None


def test_a_run_opens_it_at_its_last_record() -> None:
    assert opens_after(breaker(), [False, *[True] * 30]) == 1 + 20


def test_a_good_record_ends_a_run() -> None:
    assert opens_after(breaker(share=1), ([True] * 19 + [False]) * 10) is None


def test_a_share_opens_it_when_the_window_is_full_and_not_before() -> None:
    mostly_dead = ([True] * 2 + [False]) * 100
    assert opens_after(breaker(), mostly_dead) == 101
    assert opens_after(breaker(), mostly_dead[:100]) is None


def test_the_share_is_that_of_the_last_records_only() -> None:
    good, bad = [False] * 1000, ([True] * 2 + [False]) * 100
    opened = opens_after(breaker(), [*good, *bad])
    assert opened is not None
    assert 1050 < opened <= 1100  # more than 50 of the last 100, whatever came before


def test_exactly_the_share_is_allowed() -> None:
    assert opens_after(breaker(), [True, False] * 500) is None


def test_the_message_says_who_and_how_many() -> None:
    it = breaker(run=3)
    it.note(True)
    it.note(True)
    with pytest.raises(BreakerOpen, match="clean rejected 3 records in a row"):
        it.note(True)
