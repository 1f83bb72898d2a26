"""The real stages on the sample articles: crashes, order and repetition leave the same events, byte for byte."""

from __future__ import annotations

from collections import Counter

import pytest

from legation import samples, topics
from legation.pipeline import Pipeline, Report
from legation.records import Change, DiplomaticEvent, decode, encode
from legation.testing import Driver, Point
from legation.topology import TOPOLOGY

PAYLOADS = (samples.FOLDER / "articles.jsonl").read_bytes().splitlines()


@pytest.fixture(scope="module")
def fed() -> tuple[Pipeline, list[Report]]:
    pipeline = Pipeline()
    return pipeline, [pipeline.feed(it) for it in PAYLOADS]


def latest(pipeline: Pipeline) -> dict[str, bytes]:
    return {it.event_id: encode(it) for it in pipeline.events()}


def test_two_outlets_tell_of_one_event(fed: tuple[Pipeline, list[Report]]) -> None:
    assert max(it.sources.independent for it in fed[0].events()) >= 2


def test_every_payload_ends_somewhere(fed: tuple[Pipeline, list[Report]]) -> None:
    for report in fed[1]:
        assert report.ends or {it.topic for it in report.messages} >= {topics.EVENTS.name, topics.EVENTS_LATEST.name}
    reasons = Counter(str(end.reason) for report in fed[1] for _, end in report.ends)
    assert reasons["error"] == 0
    assert reasons["not-json"] >= 1


@pytest.mark.parametrize(
    ("stage", "before"), [("clean", "ack"), ("enrich", "send"), ("enrich", "ack"), ("consolidate", "state")]
)
def test_a_crash_and_another_order_leave_the_same_events(
    fed: tuple[Pipeline, list[Report]], stage: str, before: Point
) -> None:
    driver = Driver(commit_every=3)
    driver.crash(stage, before, after=2)
    quiet = [driver.send(topics.RAW.name, it) for it in reversed(PAYLOADS)]
    assert quiet.count(False) == 1
    assert driver.latest() == latest(fed[0])


def test_each_record_has_one_outcome_in_each_stage() -> None:
    driver = Driver()
    for it in PAYLOADS:
        driver.send(topics.RAW.name, it)
    for stage in (*TOPOLOGY.stages, TOPOLOGY.fold):
        assert driver.counts[stage.name].total() == len(driver.read(stage.source.name)) > 0
    assert len(driver.dead_letters) == sum(len(driver.read(it.dlq)) for it in topics.ALL if it.dead_letters) > 0


def test_the_log_of_revisions_ends_in_what_is_latest() -> None:
    driver = Driver()
    for it in PAYLOADS:
        driver.send(topics.RAW.name, it)
    last = {it.key: decode(it.value or b"", DiplomaticEvent) for it in driver.read(topics.EVENTS.name)}
    assert {it.event_id: encode(it) for it in last.values() if it.change is not Change.RETRACTION} == driver.latest()


def test_a_second_run_gives_the_same_bytes(fed: tuple[Pipeline, list[Report]]) -> None:
    again = Pipeline()
    assert [again.feed(it) for it in PAYLOADS] == fed[1]
    assert latest(again) == latest(fed[0])
