"""The sample articles: the manifest and the payloads tell of the same things."""

from __future__ import annotations

from collections import Counter

import pytest

from legation.cli.inputs import Payload, expand, read
from legation.outcomes import RejectReason
from legation.pipeline import Pipeline
from legation.records import DiplomaticEvent, InvalidRecord, RawArticle, decode
from legation.samples import FOLDER, Expected, Sample, load_manifest

SAMPLES = load_manifest().samples


def payloads() -> dict[tuple[str, int], bytes]:
    files = expand([str(FOLDER)])
    return {
        (item.file.removeprefix(f"{FOLDER}/"), item.line): item.value
        for item in read(files)
        if isinstance(item, Payload)
    }


def test_every_payload_is_in_the_manifest_and_the_other_way_round() -> None:
    assert sorted(payloads()) == sorted((sample.file, sample.line) for sample in SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.file}-{sample.line}")
def test_a_payload_can_be_read_unless_its_fate_is_not_to_be(sample: Sample) -> None:
    value = payloads()[sample.file, sample.line]
    if sample.reject in (RejectReason.INVALID, RejectReason.NOT_JSON):
        with pytest.raises(InvalidRecord) as caught:
            decode(value, RawArticle)
        assert caught.value.is_json == (sample.reject is RejectReason.INVALID)
    else:
        raw = decode(value, RawArticle)
        assert bool(raw.text or raw.html) == (sample.reject is not RejectReason.NO_TEXT)


def test_there_is_something_of_everything() -> None:
    fates = Counter(fate for sample in SAMPLES for fate in sample.skip or (sample.reject or "events",))
    assert fates["events"] >= 14
    assert {"sport", "business", "culture", "domestic", "language", "empty-after-cleaning"} < fates.keys()
    assert {"not-json", "no-text", "invalid"} < fates.keys()


@pytest.mark.parametrize(
    "sample", [it for it in SAMPLES if it.skip or it.reject], ids=lambda it: f"{it.file}-{it.line}"
)
def test_a_sample_that_tells_of_nothing_ends_as_the_manifest_says(sample: Sample) -> None:
    ((_, end),) = Pipeline().feed(payloads()[sample.file, sample.line]).ends
    assert end.reason in (*sample.skip, sample.reject)


@pytest.fixture(scope="module")
def events() -> list[DiplomaticEvent]:
    pipeline = Pipeline()
    for value in payloads().values():
        pipeline.feed(value)
    return pipeline.events()


@pytest.mark.parametrize("expected", load_manifest().events, ids=str)
def test_an_expected_event_comes_out_once(expected: Expected, events: list[DiplomaticEvent]) -> None:
    assert sum(map(expected.is_met_by, events)) == 1
