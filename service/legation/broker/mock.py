"""librdkafka's mock cluster: the last resort where there is neither Java nor docker."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from legation.broker.engines import NoEngine
from legation.broker.jars import BrokerUnavailable
from legation.topics import ALL

CAVEAT = (
    "This is NOT Apache Kafka but librdkafka's mock of it, for want of Java and docker: it keeps about 5 MB a "
    "partition, in memory, forgets it all at the end, and knows no topic configuration. Good enough to see legation "
    "work, and for nothing else."
)


CHANGELOGS = ("legation.consolidate-blocks-changelog", "legation-demo.consolidate-blocks-changelog")
"""Where a worker keeps its state: one without settings, and that of the demo. They could not create them."""

_WARNING = 4
"""As syslog counts. At librdkafka's default, 5, it notes on stderr that it is a mock; we say so in our own words."""


class MockKafka:
    """A mock cluster within this process, as a context manager; it has all topics, of four partitions each."""

    def __init__(self, reason: NoEngine) -> None:
        """Nothing is started yet. `reason` tells why it has to be a mock, should that not be to be had either."""
        self.bootstrap = ""
        self._reason = reason
        self._client: Any = None

    def __enter__(self) -> Self:
        """Start, on a port that librdkafka chooses.

        Raises:
            BrokerUnavailable: confluent-kafka is not installed.
        """
        try:
            from confluent_kafka.admin import AdminClient
        except ImportError:
            raise BrokerUnavailable(
                f"{self._reason}\nFor a mock of Kafka, the last resort: pip install 'legation[mock-broker]'"
            ) from None
        self._client = AdminClient({"test.mock.num.brokers": 1, "log_level": _WARNING})
        brokers = self._client.list_topics(timeout=10).brokers.values()
        self.bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        names = [name for it in ALL for name in ((it.name, it.dlq) if it.dead_letters else (it.name,))]
        for name in (*names, *CHANGELOGS):  # it has no request to create a topic, but makes those that one asks about
            self._client.list_topics(name, timeout=10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop: librdkafka takes the cluster down with its client."""
        self._client = None
