"""The short run of `make chaos`: most of its scenarios, each cut down to seconds, with stages that do nothing much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from chaos.articles import articles
from chaos.scenarios import Played, play
from chaos.verdict import Article, Trace, in_process
from chaos.world import TOY
from legation.broker import EmbeddedKafka

COUNT = 1200
SEED = 20260301

LANES = 4
"""Scenarios that run side by side: each mostly waits, for a worker to start or for a session to end."""

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.slow,
    pytest.mark.timeout(600),  # a machine with other things to do takes ten times as long as an idle one
]


@pytest.fixture(scope="module")
def undisturbed(fed: list[Article]) -> Trace:
    """What the articles should leave, without Kafka: so the reference has nothing to do with what is tested."""
    return in_process(TOY, fed)


@pytest.fixture(scope="module")
def fed() -> list[Article]:
    return articles(TOY, COUNT, SEED)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    """One for all scenarios that leave brokers alone. Not that of LEGATION_KAFKA, which may grant no short sessions."""
    with EmbeddedKafka(tmp_path_factory.mktemp("chaos")) as kafka:
        yield kafka


@pytest.fixture(scope="module")
def plays(
    request: pytest.FixtureRequest,
    fed: list[Article],
    undisturbed: Trace,
    broker: EmbeddedKafka,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[Played]]]:
    """The scenarios that were asked for, on their way."""
    names = [it.callspec.params["name"] for it in request.session.items if it.path == request.path]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(LANES) as lanes:
        yield {
            name: lanes.submit(
                play, name, TOY, fed, undisturbed, SEED, tmp_path_factory.mktemp(name), brief=True, kafka=broker
            )
            for name in names
        }
        lanes.shutdown(cancel_futures=True)


@pytest.mark.parametrize(
    "name",
    [  # those that take longest first
        "worker-stalls",
        "one-of-three-brokers-killed",
        "worker-killed-at-points",
        "worker-suspended",
        "broker-killed",
        "worker-killed",
        "disk-full",
        "rebalance-storm",
        "clock-jumps",
        "worker-asked-to-stop",
        "broker-suspended",
    ],
)
def test_nothing_is_lost_and_nothing_is_there_twice_in_effect(
    name: str, plays: Mapping[str, Future[Played]], undisturbed: Trace
) -> None:
    played = plays[name].result()
    assert played.complaints == ()
    assert (played.verdict.missing, played.verdict.spurious) == (0, 0)
    assert played.trace.latest == undisturbed.latest
    assert played.verdict.events + played.verdict.skips + played.verdict.letters >= COUNT
