"""The pipeline in one process: what each payload became, and the events at the end."""

from __future__ import annotations

from toy import TOY, article

from legation.outcomes import RejectReason, Skip, SkipReason
from legation.pipeline import Pipeline


def test_two_outlets_tell_of_one_event() -> None:
    pipeline = Pipeline(TOY)
    pipeline.feed(article("a", "JPN KOR 2022-03-14"))
    pipeline.feed(article("b", "KOR JPN 2022-03-14", source="The Post"))
    [event] = pipeline.events()
    assert (event.revision, event.sources.articles, event.sources.independent) == (2, 2, 2)


def test_a_report_names_every_message_and_every_end() -> None:
    pipeline = Pipeline(TOY)
    report = pipeline.feed(article("a", "JPN KOR 2022-03-14\nJPN USA 2022-03-14"))
    assert [it.topic for it in report.messages] == [
        "toy.trimmed.v1",
        *["diplomacy.mentions.v1"] * 2,
        *["diplomacy.events.v1", "diplomacy.events.latest.v1"] * 2,
    ]
    assert report.ends == ()
    assert pipeline.feed(article("b", "a late goal")).ends == (("find", Skip(SkipReason.SPORT)),)
    ends = [pipeline.feed(value).ends for value in (b"\x00", b"[]", article("c", ""), article("d", "boom"))]
    assert [(name, end.reason) for [(name, end)] in ends] == [
        ("trim", RejectReason.NOT_JSON),
        ("trim", RejectReason.INVALID),
        ("trim", RejectReason.NO_TEXT),
        ("find", RejectReason.ERROR),
    ]


def test_until_stops_after_the_stage() -> None:
    report = Pipeline(TOY, until="find").feed(article("a", "JPN KOR 2022-03-14"))
    assert [it.topic for it in report.messages] == ["toy.trimmed.v1", "diplomacy.mentions.v1"]


def test_events_come_in_the_order_of_their_days() -> None:
    pipeline = Pipeline(TOY)
    pipeline.feed(article("a", "JPN KOR 2022-03-14\nCHN USA 2022-02-01\nJPN USA ?", published="2022-03-10"))
    assert [it.date and it.date.start for it in pipeline.events()] == ["2022-02-01", None, "2022-03-14"]
