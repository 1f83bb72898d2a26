from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from legation.outcomes import Reject, RejectReason, Skip, SkipReason
from legation.pipeline import Message, Step
from legation.runtime.metrics import Metrics

EMITTED = Step((Message("t", b"k", b"v"),))
steps = st.one_of(
    st.just(EMITTED),
    st.sampled_from(SkipReason).map(lambda reason: Step(skip=Skip(reason))),
    st.sampled_from(RejectReason).map(lambda reason: Step(reject=Reject(reason, "m"))),
)


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0


def total(metrics: Metrics, name: str, stage: str) -> float:
    return sum(
        sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == name and sample.labels.get("stage") == stage
    )


@given(st.lists(st.lists(steps, max_size=20), max_size=20), st.data())
def test_the_law_holds_at_any_moment(waves: list[list[Step]], data: Any) -> None:
    metrics = Metrics()
    ledger = metrics.ledger("clean")
    waiting: list[list[Step]] = []

    def check() -> None:
        ends = sum(
            total(metrics, f"legation_records_{end}_total", "clean")
            for end in ("emitted_from", "skipped", "dead_lettered")
        )
        in_progress = value(metrics, "legation_records_in_progress", stage="clean")
        assert value(metrics, "legation_records_received_total", stage="clean") == ends + in_progress
        assert in_progress == sum(map(len, waiting))

    for wave in waves:
        ledger.take(len(wave))
        waiting.append(wave)
        check()
        if data.draw(st.booleans()):
            ledger.settle(waiting.pop(0))
            check()


def test_every_end_is_counted_under_its_reason() -> None:
    metrics = Metrics()
    ledger = metrics.ledger("clean")
    ledger.take(4)
    ledger.settle([EMITTED, Step(skip=Skip(SkipReason.SPORT)), Step(reject=Reject(RejectReason.CRASH, "m")), EMITTED])
    assert value(metrics, "legation_records_emitted_from_total", stage="clean") == 2
    assert value(metrics, "legation_records_skipped_total", stage="clean", reason="sport") == 1
    assert value(metrics, "legation_records_dead_lettered_total", stage="clean", reason="crash") == 1


def test_stages_have_accounts_of_their_own() -> None:
    metrics = Metrics()
    metrics.ledger("clean").take(3)
    metrics.ledger("enrich").take(1)
    assert value(metrics, "legation_records_in_progress", stage="clean") == 3
    assert value(metrics, "legation_records_in_progress", stage="enrich") == 1


def test_a_reason_is_there_before_it_first_happens() -> None:
    metrics = Metrics()
    metrics.ledger("clean")
    for reason in RejectReason:
        labels = {"stage": "clean", "reason": reason.value}
        assert metrics.registry.get_sample_value("legation_records_dead_lettered_total", labels) == 0


@pytest.mark.parametrize("act", ["take", "settle", "chunk"])
def test_whatever_happens_to_a_record_counts_as_a_move(act: str) -> None:
    metrics = Metrics()
    ledger = metrics.ledger("clean")
    ledger.take(1)
    before = metrics.moved()
    match act:
        case "take":
            ledger.take(1)
        case "settle":
            ledger.settle([EMITTED])
        case "chunk":
            metrics.chunk_seconds.labels("clean").observe(0.1)
    assert metrics.moved() > before


def test_the_documentation_lists_every_metric_with_its_meaning() -> None:
    page = (Path(__file__).parents[2] / "docs/runtime.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(legation_\w+)` \| .*\| (.+) \|$", page, re.MULTILINE)
    endings = {"counter": "_total", "info": "_info"}
    assert told == [
        (family.name + endings.get(family.type, ""), family.documentation)
        for family in Metrics().registry.collect()
        if family.name.startswith("legation_")
    ]


def test_the_page_is_what_prometheus_reads_and_every_metric_says_what_it_means() -> None:
    metrics = Metrics()
    metrics.ledger("clean")
    families = list(text_string_to_metric_families(metrics.exposition().decode()))
    ours = [family for family in families if family.name.startswith("legation_")]
    assert len(ours) > 15
    for family in ours:
        assert family.documentation.endswith("."), family.name
        for sample in family.samples:
            assert set(sample.labels) <= {"stage", "reason", "topic", "le", "version"}, (
                "few labels, never a URL or an id"
            )
        if family.type == "counter":
            assert all(sample.name.endswith(("_total", "_created")) for sample in family.samples)
