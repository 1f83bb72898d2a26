"""The cluster as an onlooker sees it: which topics are there, and how far a group is behind.

On connections of its own, so that it still sees clearly when a consumer has stopped without a word.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, KafkaTimeoutError, TopicAlreadyExistsError, for_code

from legation.runtime.control import EX_UNAVAILABLE
from legation.runtime.positions import Partition
from legation.runtime.settings import Settings

CONNECT_ATTEMPTS = 5
"""With pauses of one to four seconds: half a minute, in which a broker that is being restarted comes back."""

CREATE_SECONDS = 30.0
"""For a new topic to get from the controller to the brokers: some milliseconds, unless one of them is down."""

REQUEST_MS = 10_000
"""An answer that takes longer is none."""


_MOCK = "mockCluster"
"""What the id of librdkafka's mock of Kafka begins with. Those of Apache Kafka are random, and 22 characters long."""


class NoCluster(RuntimeError):
    """No broker answers."""

    status = EX_UNAVAILABLE


class Cluster:
    """Asks the cluster; an async context manager."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is connected yet."""
        self._settings = settings

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            NoCluster: no broker answered, several times.
        """
        options = self._settings.client_options()
        for attempt in range(1, CONNECT_ATTEMPTS + 1):
            self._admin = AIOKafkaAdminClient(**options, request_timeout_ms=REQUEST_MS)
            try:
                await self._admin.start()
                break
            except (KafkaError, OSError) as error:
                await self._admin.close()
                if attempt == CONNECT_ATTEMPTS:
                    raise NoCluster(
                        f"no Kafka answers at {self._settings.kafka} ({error}); start one with `legation broker`, or "
                        "set LEGATION_KAFKA"
                    ) from None
                await asyncio.sleep(min(attempt, 4) * random.uniform(0.5, 1))
        self._consumer = AIOKafkaConsumer(**options, request_timeout_ms=REQUEST_MS, enable_auto_commit=False)
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        await self._consumer.stop()
        await self._admin.close()

    async def brokers(self) -> int:
        """How many brokers are up.

        Raises:
            KafkaError: no answer.
        """
        return len((await self._admin.describe_cluster())["brokers"])

    async def is_mock(self) -> bool:
        """As the function of this name.

        Raises:
            KafkaError: no answer.
        """
        return await is_mock(self._admin)

    async def partitions(self) -> dict[str, int]:
        """The number of partitions of every topic.

        Raises:
            KafkaError: no answer.
        """
        return {topic["topic"]: len(topic["partitions"]) for topic in await self._admin.describe_topics()}

    async def create(self, name: str, partitions: int, replication: int, config: Mapping[str, str]) -> None:
        """Create a topic, if nobody does so meanwhile, and wait until the cluster tells of it.

        Raises:
            KafkaError: no answer, or it refuses.
        """
        new = NewTopic(name, partitions, replication, topic_configs=dict(config))
        for topic, code, *_ in (await self._admin.create_topics([new])).topic_errors:
            if code not in (0, TopicAlreadyExistsError.errno):
                raise for_code(code)(f"cannot create {topic}")
        deadline = time.monotonic() + CREATE_SECONDS
        while name not in await self.partitions():
            if time.monotonic() > deadline:
                raise KafkaTimeoutError(f"{name} was created, but is not to be seen after {CREATE_SECONDS:g} s")
            await asyncio.sleep(0.05)

    async def starts(self, group: str, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The first offset of each partition that the group has not committed, and that is still there.

        Raises:
            KafkaError: no answer.
        """
        asked = [TopicPartition(topic, partition) for topic, partition in partitions]
        if not asked:
            return {}
        committed = await self._admin.list_consumer_group_offsets(group, partitions=asked)
        begins = await self._consumer.beginning_offsets(asked)
        return {it: max(begins[it], committed[it].offset if it in committed else 0) for it in asked}

    async def behind(self, group: str, partitions: Iterable[Partition]) -> int:
        """How many records of these partitions the group has not committed.

        Raises:
            KafkaError: no answer.
        """
        starts = await self.starts(group, partitions)
        if not starts:
            return 0
        ends = await self._consumer.end_offsets(list(starts))
        return sum(max(0, ends[it] - start) for it, start in starts.items())


async def is_mock(admin: AIOKafkaAdminClient) -> bool:
    """Whether this is librdkafka's mock of Kafka. It ends transactions by a batch whose checksum is wrong, and so what
    comes from it, and from no other, is not to be checked.

    Raises:
        KafkaError: no answer.
    """
    return str((await admin.describe_cluster())["cluster_id"]).startswith(_MOCK)
