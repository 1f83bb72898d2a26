"""The test driver itself, on a toy topology: what is sent, what comes out, and what a crash leaves."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import TOY, article

from legation import topics
from legation.outcomes import RejectReason
from legation.testing import Driver, Point

RAW = topics.RAW.name
ARTICLES = [
    article("a", "JPN KOR 2022-03-14\nJPN USA ?"),
    article("b", "KOR JPN 2022-03-14", source="The Post"),
    article("c", "JPN USA 2022-03-13", source="The Post", published="2022-03-14"),
    b"{broken",
    article("d", "a late goal"),
    article("e", "boom"),
    article("f", "KOR JPN ?", published="2022-03-14"),
]


def sent(values: list[bytes], driver: Driver | None = None) -> Driver:
    driver = driver or Driver(TOY)
    for value in values:
        quiet = driver.send(RAW, value)
        while not quiet:
            quiet = driver.run()
    return driver


def test_every_record_is_counted_once_by_what_became_of_it() -> None:
    driver = sent(ARTICLES)
    assert driver.counts == {
        "trim": {"emitted": 6, "not-json": 1},
        "find": {"emitted": 4, "sport": 1, "error": 1},
        "consolidate": {"emitted": 5},
    }


def test_dead_letters_keep_the_original_bytes_and_key() -> None:
    driver = Driver(TOY)
    driver.send(RAW, b"{broken", key=b"k")
    [dead] = driver.dead_letters
    assert (dead.stage, dead.reject.reason, dead.message.key, dead.message.value) == (
        "trim", RejectReason.NOT_JSON, b"k", b"{broken",
    )  # fmt: skip
    assert driver.read(topics.RAW.dlq) == [dead.message]


def test_a_withdrawn_event_is_on_the_log_but_not_among_the_latest() -> None:
    driver = sent(ARTICLES[:3])
    changes = [json.loads(it.value or b"")["change"] for it in driver.read(topics.EVENTS.name)]
    assert changes.count("retraction") == 1
    assert len(driver.latest()) == 2
    assert None in [it.value for it in driver.read(topics.EVENTS_LATEST.name)]


def test_messages_are_read_in_the_order_in_which_they_were_sent() -> None:
    driver = sent(ARTICLES[:2])
    assert [it.value for it in driver.read(RAW)] == ARTICLES[:2]
    assert [it.key for it in driver.read(topics.MENTIONS.name)] == [b"JPN+KOR", b"JPN+USA", b"JPN+KOR"]


POINTS: list[tuple[str, Point]] = [*product(TOY.names, ("send", "ack")), ("consolidate", "state")]  # type: ignore[list-item]


@pytest.mark.parametrize(("stage", "before"), POINTS)
def test_a_crash_anywhere_leaves_the_same_latest(stage: str, before: Point) -> None:
    driver = Driver(TOY, commit_every=2)
    driver.crash(stage, before, after=1)
    assert [driver.send(RAW, it) for it in ARTICLES].count(False) == 1
    assert driver.latest() == sent(ARTICLES).latest()


def test_a_crash_before_the_ack_redelivers() -> None:
    driver = Driver(TOY)
    driver.crash("find")
    assert not driver.send(RAW, ARTICLES[1])
    assert driver.latest() == {}
    assert driver.run()
    assert driver.counts["find"]["emitted"] == 2
    assert len(driver.read(topics.MENTIONS.name)) == 2
    [event] = driver.latest().values()
    assert json.loads(event)["revision"] == 1


LINES = st.tuples(
    st.sampled_from(["JPN KOR", "KOR JPN", "JPN USA"]),
    st.sampled_from(["?", "2022-03-12", "2022-03-13", "2022-03-14"]),
).map(" ".join)
TEXTS = st.lists(LINES | st.sampled_from(["", "a late goal", "boom"]), min_size=1, max_size=3).map("\n".join)
DAYS = st.sampled_from(["2022-03-13", "2022-03-14", "2022-03-15"])
CRASHES = st.lists(st.tuples(st.sampled_from(POINTS), st.integers(0, 6)), max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXTS, DAYS), min_size=1, max_size=6), CRASHES, st.integers(1, 5), st.randoms())
def test_crashes_and_order_leave_the_same_latest(texts, crashes, commit_every, random) -> None:  # type: ignore[no-untyped-def]
    articles = [article(str(index), text, published=day) for index, (text, day) in enumerate(texts)]
    undisturbed = sent(articles).latest()
    random.shuffle(articles)
    driver = Driver(TOY, commit_every=commit_every)
    for (stage, before), after in crashes:
        driver.crash(stage, before, after)
    assert sent(articles, driver).latest() == undisturbed
