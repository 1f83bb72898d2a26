"""A Kafka for demos, tests and a developer's machine; see docs/broker.md.

`EmbeddedKafka` runs Apache Kafka itself. `cluster` is for those who just need an address.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from legation.broker.embedded import EmbeddedKafka, attach
from legation.broker.engines import NoEngine
from legation.broker.jars import KAFKA_VERSION, BrokerUnavailable
from legation.broker.mock import CAVEAT, MockKafka

__all__ = [
    "KAFKA_VERSION",
    "BrokerUnavailable",
    "EmbeddedKafka",
    "MockKafka",
    "NoEngine",
    "attach",
    "cluster",
    "default_data_dir",
]

_log = logging.getLogger(__name__)


@contextmanager
def cluster(existing: str | None, data_dir: Path, *, port: int = 0) -> Iterator[str]:
    """The address of a Kafka to use: `existing` (LEGATION_KAFKA) where given, else of one started in `data_dir`.

    Where Apache Kafka cannot be run it is librdkafka's mock, with a warning in the log.

    Raises:
        BrokerUnavailable: none of them can be had.
    """
    if existing:
        yield existing
        return
    kafka = EmbeddedKafka(data_dir, port=port)
    try:
        kafka.start()
    except NoEngine as reason:
        with MockKafka(reason) as mock:
            _log.warning("%s\n%s", reason, CAVEAT)
            yield mock.bootstrap
        return
    try:
        yield kafka.bootstrap
    finally:
        kafka.stop()


def default_data_dir() -> Path:
    """Where `legation broker` keeps its data: one place a user, so that `stop` finds it from any directory."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "legation" / "broker"
