"""The short run of `make chaos`: most of its scenarios, each cut down to seconds, with stages that do nothing much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chaos.articles import articles
from chaos.scenarios import play
from chaos.verdict import Article, Trace, in_process
from chaos.world import SLOW_TOY
from legation.broker import EmbeddedKafka

COUNT = 1200
SEED = 20260301

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.slow,
    pytest.mark.timeout(600),  # a machine with other things to do takes ten times as long as an idle one
]


@pytest.fixture(scope="module")
def fed() -> list[Article]:
    return articles(SLOW_TOY, COUNT, SEED)


@pytest.fixture(scope="module")
def undisturbed(fed: list[Article]) -> Trace:
    """What the articles should leave, without Kafka: so the reference has nothing to do with what is tested."""
    return in_process(SLOW_TOY, fed)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    """One for all scenarios that leave brokers alone. Not that of LEGATION_KAFKA, which may grant no short sessions."""
    with EmbeddedKafka(tmp_path_factory.mktemp("chaos")) as kafka:
        yield kafka


@pytest.mark.parametrize(
    "name",
    [
        "worker-killed",
        "worker-killed-at-points",
        "worker-asked-to-stop",
        "worker-suspended",
        "worker-stalls",
        "broker-killed",
        "broker-suspended",
        "one-of-three-brokers-killed",
        "rebalance-storm",
        "disk-full",
        "clock-jumps",
    ],
)
def test_nothing_is_lost_and_nothing_is_there_twice_in_effect(
    name: str, fed: Sequence[Article], undisturbed: Trace, broker: EmbeddedKafka, tmp_path: Path
) -> None:
    played = play(name, SLOW_TOY, fed, undisturbed, SEED, tmp_path, brief=True, kafka=broker)
    assert played.complaints == ()
    assert (played.verdict.missing, played.verdict.spurious) == (0, 0)
    assert played.trace.latest == undisturbed.latest
    assert played.verdict.events + played.verdict.skips + played.verdict.letters >= COUNT
