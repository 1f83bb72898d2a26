"""Which mentions are one event."""

from __future__ import annotations

import time
from itertools import permutations
from typing import Any

import pytest
from consolidate_mentions import at, on, reported, told, who

from legation.records import EventMention, EventType, Status
from legation.stages.consolidate import Block
from legation.stages.consolidate.names import name_words, same_person

MARCH_14, MARCH_15 = on("2022-03-14"), on("2022-03-15")


def events(*mentions: EventMention) -> set[str]:
    """Events as 'a b': the ids of their mentions; the same in whatever order the mentions are given."""
    results = {
        frozenset(
            " ".join(sorted(it.mention.mention_id for it in readings))
            for events in Block(mentions=order).events.values()
            for readings in events.values()
        )
        for order in permutations(mentions)
    }
    [result] = results
    return set(result)


def test_one_day_is_one_event_and_two_days_are_two() -> None:
    assert events(told("a", MARCH_14), told("b", MARCH_14), told("c", MARCH_15)) == {"a b", "c"}


def test_a_report_of_the_day_joins_the_event_of_that_day_or_of_the_day_before() -> None:
    assert events(told("a", MARCH_14), told("b", reported("2022-03-14", "2022-03-15"))) == {"a b"}
    assert events(told("a", MARCH_15), told("b", reported("2022-03-14", "2022-03-15"))) == {"a b"}
    assert events(told("a", MARCH_14), told("b", reported("2022-03-15", "2022-03-16"))) == {"a", "b"}


@pytest.mark.parametrize(
    ("published", "together"), [("2022-03-13", 0), ("2022-03-14", 1), ("2022-03-17", 1), ("2022-03-18", 0)]
)
def test_an_undated_mention_joins_what_happened_in_the_three_days_before_it(published: str, together: int) -> None:
    found = events(told("a", MARCH_14), told("b", published_at=published))
    assert found == ({"a b"} if together else {"a", "b"})


def test_undated_mentions_join_while_one_day_fits_them_all() -> None:
    days = {name: told(name, published_at=f"2022-03-{day}") for name, day in zip("abc", (13, 15, 18), strict=True)}
    assert events(days["a"], days["b"]) == {"a b"}
    assert events(*days.values()) == {"a b", "c"}


def test_a_vague_mention_does_not_tie_two_days_together() -> None:
    vague = told("c", reported("2022-03-14", "2022-03-15"))
    assert events(told("a", MARCH_14), told("b", MARCH_15), vague) == {"a", "b c"}


def test_a_vague_mention_joins_the_event_of_its_persons() -> None:
    aoki, mori = ((who("JPN", name),) for name in ("Hana Aoki", "Ken Mori"))
    found = events(
        told("a", MARCH_14, actors=aoki),
        told("b", MARCH_15, actors=mori),
        told("c", published_at="2022-03-16", actors=aoki),
    )
    assert found == {"a c", "b"}


def test_a_vague_mention_joins_the_event_that_its_own_article_tells_of() -> None:
    found = events(told("a", MARCH_14, article_id="x"), told("b", MARCH_15), told("c", article_id="x"))
    assert found == {"a c", "b"}


def test_a_month_is_matched_with_the_same_month_only() -> None:
    march = on("2022-03-01", "2022-03-31", "month")
    quarter = on("2022-01-01", "2022-03-31", "quarter")
    assert events(told("a", march), told("b", march), told("c", quarter), told("d", MARCH_14)) == {"a b", "c", "d"}


def test_a_week_joins_the_event_of_one_of_its_days() -> None:
    week = on("2022-03-14", "2022-03-20", "week")
    assert events(told("a", MARCH_14), told("b", week)) == {"a b"}
    assert events(told("a", on("2022-03-21")), told("b", week)) == {"a", "b"}


def test_a_span_of_many_days_is_coarse_whatever_it_is_called() -> None:
    span = on("0001-01-01", "9999-12-31", "day")
    started = time.monotonic()
    assert events(told("a", MARCH_14), told("b", span), told("c", span)) == {"a", "b c"}
    assert time.monotonic() - started < 1  # not three million days one by one


def test_a_plan_becomes_the_event_of_its_day() -> None:
    plan = told("a", MARCH_15, status=Status.PLANNED, published_at="2022-03-10")
    assert events(plan, told("b", MARCH_15)) == {"a b"}
    assert events(plan, told("b", MARCH_15, status=Status.CANCELLED)) == {"a b"}


def test_without_an_equal_day_a_plan_and_a_meeting_are_two() -> None:
    assert events(told("a", status=Status.PLANNED), told("b")) == {"a", "b"}
    assert events(told("a", status=Status.PLANNED), told("b", MARCH_14)) == {"a", "b"}
    assert events(told("a", MARCH_14, status=Status.PLANNED), told("b")) == {"a", "b"}
    assert events(told("a", status=Status.CANCELLED), told("b", status=Status.PLANNED)) == {"a", "b"}


def test_an_undated_plan_joins_the_plan_that_is_in_the_news_then() -> None:
    plan = told("a", on("2022-03-29"), status=Status.PLANNED, published_at="2022-03-13")
    hope = told("b", status=Status.PROPOSED, published_at="2022-03-15")
    assert events(plan, hope) == {"a b"}
    assert events(plan, told("b", status=Status.PROPOSED, published_at="2022-03-17")) == {"a", "b"}


def test_other_persons_are_another_event() -> None:
    one, other, both = ((who("JPN", "Hana Aoki"),), (who("JPN", "Ken Mori"),), (who("JPN", "Aoki"), who("JPN", "Mori")))
    assert events(told("a", MARCH_14, actors=one), told("b", MARCH_14, actors=other)) == {"a", "b"}
    assert events(told("a", MARCH_14, actors=one), told("b", MARCH_14, actors=both)) == {"a b"}
    assert events(told("a", MARCH_14, actors=one), told("b", MARCH_14)) == {"a b"}


def test_another_mode_or_place_is_another_event() -> None:
    call, visit = told("a", MARCH_14, mode="phone"), told("b", MARCH_14, mode="visit")
    assert events(call, visit) == {"a", "b"}
    assert events(call, told("c", MARCH_14)) == {"a c"}
    assert events(told("a", MARCH_14, place=at("CHN")), told("b", MARCH_14, place=at("GBR"))) == {"a", "b"}
    assert events(told("a", MARCH_14, place=at("CHN")), told("b", MARCH_14, place=at(None))) == {"a b"}


def test_an_accusation_has_a_direction_and_a_meeting_has_none() -> None:
    one = {"actors": (who("JPN"),), "recipients": (who("KOR"),)}
    back = {"actors": (who("KOR"),), "recipients": (who("JPN"),)}
    assert events(told("a", MARCH_14, **one), told("b", MARCH_14, **back)) == {"a b"}
    accuse = {"type": EventType.ACCUSE}
    assert events(told("a", MARCH_14, **one, **accuse), told("b", MARCH_14, **back, **accuse)) == {"a", "b"}


FISH = "Ministers agreed on quotas for herring and mackerel in northern waters"
FISH_AGAIN = "The quotas for herring and mackerel, a spokesman said, were agreed at night"
STEEL = "A scheme against cheap steel was adopted as well"


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({"sentence": FISH}, {"sentence": FISH_AGAIN}, True),
        ({"sentence": FISH}, {"sentence": STEEL}, False),
        ({"sentence": FISH, "article_id": "x"}, {"sentence": STEEL, "article_id": "x"}, True),
        ({"actors": (who("JPN", "Aoki"),)}, {"actors": (who("JPN", "Hana Aoki"),)}, True),
        ({"actors": (who("JPN", "Aoki"),)}, {}, False),
    ],
)
def test_what_one_party_does_to_nobody_known_needs_more_than_the_day(one: Any, other: Any, together: bool) -> None:
    for unknown in ({"recipients": ()}, {"recipients": (who(None),)}):
        found = events(told("a", MARCH_14, **{**unknown, **one}), told("b", MARCH_14, **{**unknown, **other}))
        assert found == ({"a b"} if together else {"a", "b"})


def test_vague_reports_of_other_things_than_meetings_need_it_too() -> None:
    deal = {"type": EventType.AGREE, "status": Status.OCCURRED}
    assert events(told("a", MARCH_14, **deal), told("b", MARCH_14, **deal)) == {"a b"}
    assert events(told("a", MARCH_14, **deal), told("b", **deal)) == {"a", "b"}
    assert events(told("a", MARCH_14, **deal, sentence=FISH), told("b", **deal, sentence=FISH_AGAIN)) == {"a b"}
    assert events(told("a", MARCH_14), told("b")) == {"a b"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Suga", "Yoshihide Suga", True),
        ("Park Jie Won", "Park Jie-won", True),
        ("Park Ji-won", "Park Jie Won", True),
        ("Xi Jinping", "Xi Jin-ping", True),
        ("J. Biden", "Joe Biden", True),
        ("Donald Trump", "Donald J. Trump", True),
        ("Antony Blinken", "Anthony Blinken", True),
        ("Josep Borrell", "Josep  BORRELL", True),
        ("Mevlüt Çavuşoğlu", "Mevlut Cavusoglu", True),
        ("O’Brien", "Robert O'Brien", True),
        ("Joe Biden", "Jill Biden", False),
        ("Kim Jong Un", "Kim Jong Il", False),
        ("Kim Jong Un", "Kim Yo Jong", False),
        ("Park Jie Won", "Park Geun Hye", False),
        ("Hana Aoki", "Ken Mori", False),
        ("Suga", "Moon", False),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert same_person(name_words(one), name_words(other)) is same
    assert same_person(name_words(other), name_words(one)) is same
