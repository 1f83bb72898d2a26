from __future__ import annotations

import asyncio

import pytest
from agents_fakes import FakeApp, Sent
from aiokafka.errors import KafkaError, KafkaTimeoutError, TopicAuthorizationFailedError

from legation.runtime import delivery as module
from legation.runtime.delivery import Delivery, Undelivered
from legation.runtime.headers import Outgoing
from legation.runtime.metrics import Metrics


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF_SECONDS", 0.001)


def delivery(app: FakeApp, seconds: float = 5) -> tuple[Delivery, Metrics]:
    metrics = Metrics()
    return Delivery(app, metrics, seconds), metrics  # type: ignore[arg-type]


def messages(*values: bytes, topic: str = "t") -> list[Outgoing]:
    return [Outgoing(topic, value[:1], value, (("h", b"1"),)) for value in values]


def values(log: list[Sent]) -> list[bytes | None]:
    return [sent.value for sent in log]


async def test_all_are_sent_in_order_with_their_headers_and_placed() -> None:
    app = FakeApp()
    it, metrics = delivery(app)
    placed = await it.send(messages(b"a", b"b", b"c"))
    assert values(app.producer.log) == [b"a", b"b", b"c"]
    assert app.producer.log[0].headers == [("h", b"1")]
    assert [place.offset for place in placed if place] == [0, 1, 2]
    assert metrics.registry.get_sample_value("legation_messages_sent_total", {"topic": "t"}) == 3


async def test_all_are_on_their_way_before_the_first_is_confirmed_so_that_they_share_requests() -> None:
    app = FakeApp()
    app.producer.hold.clear()
    sending = asyncio.create_task(delivery(app)[0].send(messages(b"a", b"b", b"c")))
    async with asyncio.timeout(5):
        while app.producer.attempts < 3:  # noqa: ASYNC110  -- no event tells of it
            await asyncio.sleep(0.001)
    assert values(app.producer.log) == []
    app.producer.hold.set()
    assert len(await sending) == 3


async def test_nothing_to_send_is_sent_at_once() -> None:
    assert await delivery(FakeApp())[0].send([]) == []


async def test_when_one_is_not_confirmed_all_are_sent_again_so_that_the_order_holds() -> None:
    app = FakeApp()
    it, metrics = delivery(app)
    failures = iter([KafkaTimeoutError()])
    app.producer.fault = lambda sent: next(failures, None) if sent.value == b"b" else None
    await it.send(messages(b"a", b"b", b"c"))
    assert values(app.producer.log) == [b"a", b"c", b"a", b"b", b"c"]
    assert metrics.registry.get_sample_value("legation_send_retries_total") == 1


async def test_it_gives_up_in_the_end() -> None:
    app = FakeApp()
    app.producer.fault = lambda _: KafkaTimeoutError()
    with pytest.raises(Undelivered, match="KafkaTimeoutError"):
        await delivery(app, seconds=0.05)[0].send(messages(b"a"))
    assert app.producer.attempts > 1


async def test_pauses_between_attempts_double_up_to_a_limit_and_chance_cuts_each_to_a_half_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def paused() -> list[float]:
        pauses: list[float] = []

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        app = FakeApp()
        app.producer.fault = lambda _: KafkaTimeoutError() if len(pauses) < 6 else None
        with monkeypatch.context() as patch:
            patch.setattr(module.asyncio, "sleep", pause)
            await delivery(app)[0].send(messages(b"a"))
        return pauses

    monkeypatch.setattr(module, "BACKOFF_SECONDS", 0.25)
    monkeypatch.setattr(module, "BACKOFF_MOST_SECONDS", 3.0)
    first, second = await paused(), await paused()
    for most, *pauses in zip([0.25, 0.5, 1, 2, 3, 3], first, second, strict=True):
        assert all(most / 2 <= it <= most for it in pauses)
    assert first != second, "else all workers would ask again at once"


async def test_what_waiting_does_not_mend_is_not_tried_again() -> None:
    app = FakeApp()
    app.producer.fault = lambda _: TopicAuthorizationFailedError("t")
    with pytest.raises(Undelivered, match="TopicAuthorizationFailed"):
        await delivery(app)[0].send(messages(b"a"))
    assert app.producer.attempts == 1


async def test_of_a_batch_that_is_refused_only_the_one_that_is_too_large_is_not_placed() -> None:
    app = FakeApp()
    app.producer.limit = 5
    placed = await delivery(app)[0].send(messages(b"a1", b"b" * 9, b"c1"))
    assert [place is None for place in placed] == [False, True, False]
    assert values(app.producer.log) == [b"a1", b"c1"]


async def test_after_a_refusal_the_last_word_of_a_key_is_still_the_last() -> None:
    app = FakeApp()
    app.producer.limit = 5
    first = [*messages(b"a1", b"x" * 9, topic="small"), *messages(b"a2", b"z", topic="small")]
    await delivery(app)[0].send(first)
    assert [sent.value for sent in app.producer.log if sent.key == b"a"] == [b"a1", b"a2"]
    again = FakeApp()
    again.producer.limit = 5
    mixed = [*messages(b"a1", b"x" * 9, topic="small"), *messages(b"a2", topic="large")]
    await delivery(again)[0].send(mixed)
    assert [sent.value for sent in again.producer.log if sent.key == b"a"][-1] == b"a2"


async def test_what_is_larger_than_any_request_is_refused_without_asking() -> None:
    app = FakeApp()
    app.producer.largest_request = 5
    placed = await delivery(app)[0].send(messages(b"a", b"b" * 9))
    assert [place is None for place in placed] == [False, True]


async def test_a_fault_that_is_not_of_kafka_is_not_swallowed() -> None:
    app = FakeApp()

    def fault(_: Sent) -> KafkaError | None:
        raise ZeroDivisionError

    app.producer.send = fault  # type: ignore[assignment]
    with pytest.raises((ZeroDivisionError, TypeError)):
        await delivery(app)[0].send(messages(b"a"))
