"""What tests that need Kafka share: one broker for the whole run, or one of a test's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from legation.broker import EmbeddedKafka


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a broker, so that `-m "not kafka"` runs without one."""
    for item in items:
        if {"kafka", "own_kafka"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an Apache Kafka that lasts for the whole run: that of LEGATION_KAFKA, or one started here.

    Topic names are fixed, so a test must not mind what others left there.
    """
    if existing := os.environ.get("LEGATION_KAFKA"):
        yield existing
        return
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.bootstrap


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Callable[..., EmbeddedKafka]]:
    """Start a cluster for one test, `own_kafka(nodes=3)`: to kill, to suspend, to restart."""
    clusters: list[EmbeddedKafka] = []

    def start(nodes: int = 1) -> EmbeddedKafka:
        cluster = EmbeddedKafka(tmp_path / f"kafka-{len(clusters)}", nodes=nodes)
        clusters.append(cluster)
        cluster.start()
        return cluster

    yield start
    for cluster in clusters:
        cluster.stop()
