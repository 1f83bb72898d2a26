"""What the record of an event tells, given the mentions behind it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from consolidate_mentions import at, on, reported, told, who
from msgspec.structs import replace

from legation.records import Attribution, AttributionKind, Change, DiplomaticEvent, EventMention, Sector, Status, encode
from legation.stages.consolidate.event import event_of, independent_sources
from legation.stages.consolidate.matching import read

OFFICE = Attribution(kind=AttributionKind.OFFICE, text="the ministry", country="JPN")
NOBODY = Attribution(kind=AttributionKind.ANONYMOUS, text="an official", country=None)


def event(*mentions: EventMention) -> DiplomaticEvent:
    """The event, which is the same in whatever order its mentions are given."""
    [made] = {
        encode(event_of("e", map(read, order))): event_of("e", map(read, order)) for order in permutations(mentions)
    }.values()
    return made


def fields(mention: EventMention, **spans: tuple[int, int]) -> EventMention:
    return replace(mention, evidence=replace(mention.evidence, fields=spans))


def test_one_mention_makes_an_initial_event_that_says_what_it_says() -> None:
    mention = told("a", on("2022-03-14"), actors=(who("JPN", "Aoki"),), contexts=("economic",), confidence=0.73)
    made = event(mention)
    assert (made.revision, made.change, made.reason) == (1, Change.INITIAL, None)
    for name in ("type", "status", "date", "actors", "recipients", "contexts", "confidence", "evidence", "rule"):
        assert getattr(made, name) == getattr(mention, name), name
    assert (made.first_published, made.last_published) == ("2022-03-15", "2022-03-15")
    assert [it.mention_id for it in made.mentions] == ["a"]


def test_the_surest_mention_is_the_evidence_and_lends_what_it_lacks() -> None:
    sure = told("a", confidence=0.9, attribution=(OFFICE,), contexts=("economic",))
    full = told(
        "b", on("2022-03-14"), confidence=0.6, mode="visit", place=at("JPN"), contexts=("diplomatic",),
        actors=(who("JPN", "Hana Aoki", office="envoy", sector=Sector.GOV),), attribution=(NOBODY, OFFICE),
    )  # fmt: skip
    made = event(sure, full)
    assert made.evidence == sure.evidence
    assert (made.date, made.place, made.mode) == (full.date, full.place, "visit")
    assert made.actors == (who("JPN", "Hana Aoki", office="envoy", sector=Sector.GOV),)
    assert made.contexts == ("diplomatic", "economic")
    assert made.attribution == (OFFICE, NOBODY)
    assert (made.revision, made.change) == (2, Change.UPDATE)


def test_a_finer_date_of_another_mention_wins_and_takes_the_words_out_of_the_evidence() -> None:
    sure = fields(told("a", reported("2022-03-14", "2022-03-15"), confidence=0.9), type=(0, 3), date=(4, 9))
    made = event(sure, told("b", on("2022-03-14"), confidence=0.6))
    assert made.date == on("2022-03-14")
    assert made.evidence.fields == {"type": (0, 3)}


@pytest.mark.parametrize(
    ("own", "told_names", "name"),
    [
        (None, ["Hana Aoki"], "Hana Aoki"),
        ("Aoki", ["Hana Aoki", "Ken Mori"], "Hana Aoki"),
        (None, ["Hana Aoki", "Aoki"], "Hana Aoki"),
        (None, ["Hana Aoki", "Ken Mori"], None),
        ("Hana Aoki", ["Aoki"], "Hana Aoki"),
    ],
)
def test_a_name_is_filled_in_when_only_one_person_can_be_meant(
    own: str | None, told_names: list[str], name: str | None
) -> None:
    mention = told("a", actors=(who("JPN", own),), confidence=0.9)
    others = [told(f"b{it}", actors=(who("JPN", it),), confidence=0.5) for it in told_names]
    assert event(mention, *others).actors[0].name == name


def test_a_name_is_not_filled_in_across_sectors_or_for_one_of_two() -> None:
    spy = told("b", actors=(who("JPN", "Hana Aoki", sector=Sector.SPY),), confidence=0.5)
    assert event(told("a", actors=(who("JPN", sector=Sector.GOV),)), spy).actors[0].name is None
    two = told("a", actors=(who("JPN"), who("JPN", office="envoy")))
    assert [it.name for it in event(two, spy).actors] == [None, None]


def moved(*steps: tuple[str | None, Status]) -> DiplomaticEvent:
    return event(*(told(str(index), published_at=day, status=it) for index, (day, it) in enumerate(steps)))


def test_the_status_is_that_of_the_latest_report() -> None:
    made = moved(
        ("2022-03-10", Status.PLANNED), ("2022-03-15T09:00:00Z", Status.OCCURRED), ("2022-03-15", Status.ONGOING)
    )
    assert (made.status, made.reason) == (Status.OCCURRED, "status planned > ongoing > occurred")
    made = moved(("2022-03-12", Status.CANCELLED), ("2022-03-10", Status.PLANNED))
    assert (made.status, made.reason) == (Status.CANCELLED, "status planned > cancelled")
    assert moved((None, Status.PLANNED), ("2022-03-10", Status.PROPOSED)).status is Status.PROPOSED


def test_of_two_reports_of_one_moment_the_later_in_the_life_of_an_event_counts() -> None:
    day = "2022-03-15"
    assert moved((day, Status.OCCURRED), (day, Status.PLANNED)).status is Status.OCCURRED
    assert moved((day, Status.PLANNED), (day, Status.CANCELLED)).status is Status.CANCELLED


def test_the_evidence_is_of_a_mention_with_the_status_of_the_event() -> None:
    plan = told("a", status=Status.PLANNED, confidence=0.99, published_at="2022-03-10", rule="will-meet")
    made = event(plan, told("b", confidence=0.6))
    assert (made.status, made.rule, made.confidence) == (Status.OCCURRED, "meet", 0.6)


@pytest.mark.parametrize(
    ("one", "other", "sources"),
    [
        ({}, {}, 2),
        ({"agency": "Kyodo"}, {"agency": "Kyodo"}, 1),
        ({"agency": "Kyodo"}, {"agency": None, "outlet": "KYODO"}, 1),
        ({"agency": "Kyodo"}, {"agency": "Yonhap"}, 2),
        ({"outlet": "The Post"}, {"outlet": "The Post"}, 1),
        ({"outlet": "The Post", "agency": "Kyodo"}, {"outlet": "The Post"}, 2),
        ({"outlet": None}, {"outlet": None}, 2),
        ({"outlet": None, "sentence": "They met."}, {"outlet": None, "sentence": "they met"}, 1),
        ({"article_id": "x", "agency": "Kyodo"}, {"article_id": "x"}, 1),
        (
            {"sentence": "Envoys of both sides sat down in the old harbour town for talks on fish"},
            {"sentence": "On Monday envoys of both sides sat down in the old harbour town, it was said"},
            1,
        ),
        (
            {"sentence": "Envoys of both sides sat down for talks on fish"},
            {"sentence": "Envoys of both sides sat and had long talks on fish"},
            2,
        ),
    ],
)
def test_copies_count_as_one_source(one: dict[str, Any], other: dict[str, Any], sources: int) -> None:
    made = event(told("a", **one), told("b", **other))
    assert made.sources.independent == sources
    assert made.confidence == (0.96 if sources == 2 else 0.8)


def test_sources_are_joined_through_a_third() -> None:
    first, second = told("a", agency="Kyodo"), told("b", outlet="The Post")
    copy = told("c", agency="Kyodo", sentence=second.evidence.sentence)
    assert len(independent_sources([read(it) for it in (first, second)])) == 2
    assert len(independent_sources([read(it) for it in (first, second, copy)])) == 1


def test_articles_and_outlets_are_counted_beside_the_sources() -> None:
    kyodo = {"agency": "Kyodo", "outlet": "The Post"}
    sources = event(told("a", **kyodo), told("b", **kyodo), told("c", **kyodo, article_id="article of a")).sources
    assert (sources.articles, sources.outlets, sources.independent) == (2, 1, 1)


def test_nobody_is_ever_quite_sure() -> None:
    assert event(*(told(it, confidence=0.95) for it in "abc")).confidence == 0.99


def test_first_and_last_published_compare_instants() -> None:
    made = event(
        told("a", published_at="2022-03-15T08:00:00+09:00"),
        told("b", published_at="2022-03-15"),
        told("c", published_at=None),
    )
    assert (made.first_published, made.last_published) == ("2022-03-15T08:00:00+09:00", "2022-03-15")
    assert event(told("a", published_at=None)).first_published is None
