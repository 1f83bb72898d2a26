"""What tests that need Kafka share: one broker for the whole run, or one of a test's own."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code

from legation.broker import EmbeddedKafka
from legation.cli.topics import apply

# A shell that runs tests in the background has them ignore SIGINT, and so would every command that they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a broker, so that `-m "not kafka"` runs without one."""
    for item in items:
        if {"kafka", "own_kafka"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an Apache Kafka that lasts for the whole run: that of LEGATION_KAFKA, or one started here.

    Topic names are fixed, so a test that counts records wants `fresh_kafka`.
    """
    if existing := os.environ.get("LEGATION_KAFKA"):
        if topics := asyncio.run(_admin(existing)):
            pytest.exit(
                f"LEGATION_KAFKA has topics ({topics[0]}, ...), and the tests delete all: give them an empty cluster"
            )
        yield existing
        _delete_topics(existing)
        return
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.bootstrap


@pytest.fixture
def fresh_kafka(kafka: str) -> str:
    """The Kafka of the whole run with legation's topics, all empty, and no other topic (so no table's changelog)."""
    _delete_topics(kafka)
    asyncio.run(apply(kafka))
    return kafka


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


def _delete_topics(kafka: str) -> None:
    """All but Kafka's own; their groups' offsets go with them."""
    asyncio.run(_admin(kafka, delete=True))
    while asyncio.run(_admin(kafka)):
        time.sleep(0.02)  # the controller has deleted them; the broker hears of it a moment later


async def _admin(kafka: str, *, delete: bool = False) -> list[str]:
    """The topics that are there, but for Kafka's own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
        topics = [topic["topic"] for topic in await admin.describe_topics() if not topic["is_internal"]]
        if delete and topics:
            for topic, code, *_ in (await admin.delete_topics(topics)).topic_error_codes:
                if code:
                    raise for_code(code)(f"cannot delete {topic}")
        return topics
    finally:
        await admin.close()
