"""Sends messages and waits until the cluster has confirmed every one."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import cast

import faust
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    ProducerClosed,
    TopicAuthorizationFailedError,
)
from faust.exceptions import ProducerSendError
from faust.types import RecordMetadata

from legation.runtime.control import EX_UNAVAILABLE
from legation.runtime.headers import Outgoing
from legation.runtime.metrics import Metrics

BACKOFF_SECONDS = 0.25
BACKOFF_MOST_SECONDS = 10.0
"""The pause doubles from the one to the other, each time cut by chance to between half and all of it, so that many
workers do not come back to a broker at once."""


_FOR_GOOD = (
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    PolicyViolationError,
    ProducerClosed,
    TopicAuthorizationFailedError,
)
"""Waiting does not mend these. The client's own word, `retriable`, is no guide: it says no of a broker that is away."""

_log = logging.getLogger("legation.delivery")


class Undelivered(RuntimeError):
    """The cluster did not take a message, for a reason that waiting has not mended. The message says which."""

    status = EX_UNAVAILABLE


class Delivery:
    """Sends through a Faust app's producer.

    `producer.send` is Faust's own lowest public way: it leaves out channels and sensors, and costs what the client
    underneath costs. Messages for one partition stay in order, also over retries: when one is not confirmed, all of
    the group are sent again.
    """

    def __init__(self, app: faust.App, metrics: Metrics, seconds: float) -> None:
        """Give up after `seconds`."""
        self._app = app
        self._metrics = metrics
        self._seconds = seconds

    async def send(self, messages: Sequence[Outgoing]) -> list[RecordMetadata | None]:
        """Send all and wait; gives where each one ended up, or None for one that was refused as too large.

        Raises:
            Undelivered: the cluster refuses a message for good, or has not confirmed all in time.
        """
        results = await self._confirmed(messages)
        refused = [index for index, it in enumerate(results) if isinstance(it, KafkaError)]
        if refused:
            # The cluster refuses a batch as a whole. Each by itself tells which it was; and what follows under the
            # same key is sent once more, so that the last word stays the last.
            keys = {messages[index].key for index in refused}
            for index in range(refused[0], len(messages)):
                if messages[index].key in keys:
                    results[index : index + 1] = await self._confirmed(messages[index : index + 1])
        placed = [None if isinstance(it, KafkaError) else it for it in results]
        for topic, count in Counter(it.topic for it in placed if it is not None).items():
            self._metrics.sent.labels(topic).inc(count)
        return placed

    async def _confirmed(self, messages: Sequence[Outgoing]) -> list[RecordMetadata | KafkaError]:
        """Send until each is confirmed, or refused as too large (then with the error)."""
        deadline = time.monotonic() + self._seconds
        pause = BACKOFF_SECONDS
        while True:
            results = await self._attempt(messages)
            failure = next((it for it in results if isinstance(it, KafkaError) and not _too_large(it)), None)
            if failure is None:
                return results
            reason = f"{type(failure).__name__}: {failure}".removesuffix(": ")
            if isinstance(failure, _FOR_GOOD) or time.monotonic() + pause > deadline:
                raise Undelivered(f"the cluster does not take messages ({reason})")
            _log.warning("the cluster has not confirmed %d messages (%s); sending them again", len(messages), reason)
            self._metrics.send_retries.inc()
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, BACKOFF_MOST_SECONDS)

    async def _attempt(self, messages: Sequence[Outgoing]) -> list[RecordMetadata | KafkaError]:
        send = self._app.producer.send
        pending: list[asyncio.Future[RecordMetadata] | KafkaError] = []
        for it in messages:
            try:
                headers = cast(list[tuple[str, bytes]], list(it.headers))  # Faust knows no header without a value
                pending.append(await send(it.topic, it.key, it.value, it.partition, None, headers))
            except ProducerSendError as error:
                if not isinstance(error.__cause__, KafkaError):
                    raise
                pending.append(error.__cause__)
        results: list[RecordMetadata | KafkaError] = []
        for future in pending:
            try:
                results.append(future if isinstance(future, KafkaError) else await future)
            except KafkaError as error:
                results.append(error)
        return results


def _too_large(error: KafkaError) -> bool:
    return isinstance(error, MessageSizeTooLargeError)
