from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from agents_fakes import FakeApp, FakeCluster, FakeEvent, FakeMessage, FakePool
from aiokafka.errors import KafkaTimeoutError
from faust.types import TP

from legation.outcomes import Reject, RejectReason, Skip, SkipReason
from legation.pipeline import Message, Step
from legation.runtime import delivery
from legation.runtime.agents import CHUNKS_AHEAD, CHUNKS_BEHIND, Context, StageAgent
from legation.runtime.control import EX_DATAERR, EX_SOFTWARE, EX_UNAVAILABLE, Control
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings
from legation.topology import TOPOLOGY

STAGE = TOPOLOGY.stages[0]
RAW, CLEAN, DLQ = STAGE.source.name, STAGE.sink.name, STAGE.source.dlq


def act(value: bytes | None) -> Step:
    """`bad` is rejected, `dull` skipped, anything else emitted."""
    match value:
        case b"bad":
            return Step(reject=Reject(RejectReason.INVALID, "bad"))
        case b"dull":
            return Step(skip=Skip(SkipReason.SPORT))
        case _:
            return Step((Message(CLEAN, b"key of " + (value or b""), value),))


@dataclass
class Bench:
    """A stage agent among fakes."""

    app: FakeApp = field(default_factory=lambda: FakeApp(TP(RAW, 0), TP(RAW, 1)))
    pool: FakePool = field(default_factory=lambda: FakePool(act))
    metrics: Metrics = field(default_factory=Metrics)
    control: Control = field(default_factory=Control)
    acked: list[tuple[int, int]] = field(default_factory=list)
    queue: asyncio.Queue[FakeEvent] = field(default_factory=asyncio.Queue)
    environment: dict[str, str] = field(default_factory=dict)
    _next: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})

    def put(self, *values: bytes | None, partition: int = 0, **others: Any) -> None:
        for value in values:
            offset = others.pop("offset", self._next[partition])
            self._next[partition] = offset + 1
            self.queue.put_nowait(FakeEvent(FakeMessage(RAW, partition, offset, value, **others), self.acked))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[StageAgent]:
        settings = Settings.load({"LEGATION_PROCESSES": "1", "LEGATION_DELIVERY_SECONDS": "5", **self.environment})
        context = Context(settings, self.metrics, self.control, FakeCluster())  # type: ignore[arg-type]
        agent = StageAgent(context, self.app, STAGE, self.pool)  # type: ignore[arg-type]
        stream = SimpleNamespace(channel=SimpleNamespace(queue=self.queue))
        task = asyncio.create_task(self.control.guard("clean", agent.run(stream)))  # type: ignore[arg-type]
        try:
            yield agent
        finally:
            self.control.draining.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def sent(self, topic: str) -> list[bytes | None]:
        return [it.value for it in self.app.producer.log if it.topic == topic]

    def in_progress(self) -> float:
        return self.metrics.registry.get_sample_value("legation_records_in_progress", {"stage": "clean"}) or 0


@pytest.fixture
def bench() -> Bench:
    it = Bench()
    it.pool.go.set()
    return it


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not what():  # noqa: ASYNC110  -- it looks at things that no event tells of
            await asyncio.sleep(0.001)


async def still(what: Callable[[], object], seconds: float = 0.05) -> None:
    await asyncio.sleep(seconds)
    assert what()


async def test_each_record_ends_as_its_step_says_and_is_acknowledged_in_order(bench: Bench) -> None:
    async with bench.running():
        bench.put(b"a", b"bad", b"dull", b"b", None)
        await until(lambda: len(bench.acked) == 5)
    assert bench.sent(CLEAN) == [b"a", b"b", None]
    assert bench.sent(DLQ) == [b"bad"]
    assert bench.acked == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)]
    assert bench.in_progress() == 0


async def test_nothing_is_acknowledged_before_the_cluster_has_confirmed_it(bench: Bench) -> None:
    bench.app.producer.hold.clear()
    async with bench.running():
        bench.put(b"a", b"bad", b"dull")
        await until(lambda: bench.app.producer.attempts == 2)
        await still(lambda: bench.acked == [])
        assert bench.in_progress() == 3
        bench.app.producer.hold.set()
        await until(lambda: len(bench.acked) == 3)


async def test_chunks_that_finish_out_of_order_are_sent_and_acknowledged_in_order(bench: Bench) -> None:
    bench.pool.most = 1
    bench.environment["LEGATION_PROCESSES"] = "2"  # so that all four are on their way at once
    done, others = {b"first": asyncio.Event(), b"second": asyncio.Event()}, bench.pool.run

    async def run(stage: Any, values: Any) -> list[Step]:
        if values[0] in done:
            await done[values[0]].wait()
        return await others(stage, values)

    bench.pool.run = run  # type: ignore[method-assign]
    async with bench.running():
        bench.put(b"first", b"second", b"quick", b"quick")
        await until(lambda: len(bench.pool.chunks) == 2)
        await still(lambda: bench.acked == [])
        done[b"first"].set()
        await until(lambda: bench.acked)
        await still(lambda: bench.acked == [(0, 0)])
        done[b"second"].set()
        await until(lambda: len(bench.acked) == 4)
    assert bench.acked == [(0, 0), (0, 1), (0, 2), (0, 3)]
    assert bench.sent(CLEAN) == [b"first", b"second", b"quick", b"quick"], "so the order of a key is kept, too"


async def test_what_is_in_hand_is_bounded(bench: Bench) -> None:
    bench.pool.most = 1
    bench.pool.go.clear()
    async with bench.running():
        bench.put(*[b"x"] * 100)
        await until(lambda: len(bench.pool.chunks) >= CHUNKS_AHEAD)
        await still(lambda: len(bench.pool.chunks) == CHUNKS_AHEAD)  # for the one process
        bench.app.producer.hold.clear()
        bench.pool.go.set()
        await until(lambda: bench.queue.qsize() < 90)
        await still(lambda: bench.queue.qsize() > 100 - CHUNKS_BEHIND - 5)
        assert bench.acked == []


async def test_a_chunk_ends_with_the_record_that_fills_it(bench: Bench) -> None:
    bench.environment["LEGATION_CHUNK_BYTES"] = "1024"
    bench.put(b"x" * 600, b"x" * 600, b"x" * 600, b"x")
    async with bench.running():
        await until(lambda: len(bench.acked) == 4)
    assert [len(chunk) for chunk in bench.pool.chunks] == [2, 2]


async def test_records_of_an_earlier_assignment_are_dropped_and_not_acknowledged(bench: Bench) -> None:
    bench.app.consumer_generation_id = 2
    bench.put(b"old", b"old", generation_id=1)
    bench.put(b"new", offset=0, generation_id=2)
    async with bench.running():
        await until(lambda: bench.acked)
    assert bench.sent(CLEAN) == [b"new"]
    assert bench.acked == [(0, 0)]


async def test_records_that_are_missing_are_read_again_before_any_behind_them(bench: Bench) -> None:
    bench.put(b"0", b"1")
    bench.put(b"3", offset=3)
    bench.put(b"4")
    bench.put(b"other", partition=1)
    async with bench.running():
        await until(lambda: bench.app.consumer.sought)
        await until(lambda: len(bench.acked) == 3)
        assert bench.app.consumer.sought == [{TP(RAW, 0): 2}]
        assert bench.app.consumer.paused == set()
        assert (0, 3) not in bench.acked
        for offset in (2, 3, 4):
            bench.put(str(offset).encode(), offset=offset)
        await until(lambda: len(bench.acked) == 6)
    assert [offset for partition, offset in bench.acked if partition == 0] == [0, 1, 2, 3, 4]


async def test_a_message_that_no_topic_takes_becomes_a_dead_letter_and_its_neighbours_do_not(bench: Bench) -> None:
    bench.app.producer.limit = 1000
    bench.app.producer.fault = lambda sent: None
    large = b"x" * 900

    def swell(value: bytes | None) -> Step:
        return Step((Message(CLEAN, b"k", value * 2),)) if value == large else act(value)

    bench.pool.act = swell
    bench.put(b"a", large, b"b")
    async with bench.running():
        await until(lambda: len(bench.acked) == 3)
    assert set(bench.sent(CLEAN)) == {b"a", b"b"}
    assert bench.sent(DLQ) == [large]
    (letter,) = [it for it in bench.app.producer.log if it.topic == DLQ]
    assert dict(letter.headers)["legation-dlq-reason"] == b"undeliverable"


async def test_a_dead_letter_that_is_refused_too_goes_without_its_value(bench: Bench) -> None:
    bench.app.producer.limit = 1000
    bench.pool.act = lambda value: Step(reject=Reject(RejectReason.TOO_LARGE, "too large"))
    bench.put(b"x" * 2000)
    async with bench.running():
        await until(lambda: bench.acked)
    (letter,) = [it for it in bench.app.producer.log if it.topic == DLQ]
    assert letter.value is None
    assert dict(letter.headers)["legation-dlq-reason"] == b"too-large"
    assert dict(letter.headers)["legation-dlq-value-left-out"] == b"too large"


async def test_a_cluster_that_does_not_take_messages_ends_the_worker_without_an_acknowledgement(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BACKOFF_SECONDS", 10.0)
    bench.app.producer.fault = lambda _: KafkaTimeoutError()
    bench.put(b"a")
    async with bench.running():
        await until(lambda: bench.control.failure)
        await still(lambda: bench.acked == [])
    assert bench.control.failure is not None
    assert bench.control.failure.status == EX_UNAVAILABLE


async def test_a_breaker_that_opens_ends_the_worker_before_the_letter_is_sent(bench: Bench) -> None:
    bench.environment |= {"LEGATION_BREAKER_RUN": "3"}
    bench.put(b"bad", b"bad", b"bad", b"bad")
    async with bench.running():
        await until(lambda: bench.control.failure)
    assert bench.control.failure is not None
    assert bench.control.failure.status == EX_DATAERR
    assert bench.sent(DLQ) == []
    assert bench.acked == []


async def test_a_fault_of_the_pool_ends_the_worker(bench: Bench) -> None:
    async def run(stage: Any, values: Any) -> list[Step]:
        raise ZeroDivisionError("by zero")

    bench.pool.run = run  # type: ignore[method-assign]
    bench.put(b"a")
    async with bench.running():
        await until(lambda: bench.control.failure)
    assert bench.control.failure is not None
    assert (bench.control.failure.message, bench.control.failure.status) == ("clean: by zero", EX_SOFTWARE)


async def test_draining_finishes_what_is_in_hand_and_takes_nothing_more(bench: Bench) -> None:
    bench.pool.go.clear()
    bench.put(b"a", b"b")
    async with bench.running() as agent:
        await until(lambda: bench.pool.chunks)
        bench.control.draining.set()
        quiet = asyncio.gather(agent.quiet(), agent.quiet())  # the worker and a rebalance may both ask
        await still(lambda: not quiet.done())
        bench.put(b"late")
        bench.pool.go.set()
        async with asyncio.timeout(5):
            await quiet
        assert bench.acked == [(0, 0), (0, 1)]
        await still(lambda: bench.queue.qsize() == 1)


async def test_an_idle_agent_is_quiet(bench: Bench) -> None:
    async with bench.running() as agent, asyncio.timeout(1):
        await asyncio.sleep(0)
        await agent.quiet()


async def test_reading_again_goes_to_what_is_expected_next(bench: Bench) -> None:
    async with bench.running() as agent:
        bench.put(b"a", b"b")
        await until(lambda: len(bench.acked) == 2)
        await agent.reread()
    assert bench.app.consumer.sought == [{TP(RAW, 0): 2, TP(RAW, 1): 0}]


async def test_nothing_leaves_an_agent() -> None:
    async def fail(error: BaseException) -> None:
        raise error

    group = ExceptionGroup("several", [ExceptionGroup("inner", [ValueError("the first")]), KeyError("another")])
    for error, message in ((ValueError("no"), "a: no"), (ValueError(), "a: ValueError"), (group, "a: the first")):
        control = Control()
        guarded = asyncio.create_task(control.guard("a", fail(error)))
        await until(lambda control=control: control.failure)
        assert control.failure is not None
        assert (control.failure.message, control.failure.status) == (message, EX_SOFTWARE)
        await still(lambda guarded=guarded: not guarded.done(), 0.01)
        guarded.cancel()


async def test_an_agent_that_ends_or_is_cancelled_by_itself_ends_the_worker() -> None:
    for cancel in (False, True):
        control = Control()
        guarded = asyncio.create_task(control.guard("a", asyncio.sleep(10 if cancel else 0)))
        await asyncio.sleep(0.01)
        if cancel:
            guarded.cancel()
        await until(lambda control=control: control.failure)
        guarded.cancel()


async def test_while_draining_it_may_be_cancelled() -> None:
    control = Control()
    guarded = asyncio.create_task(control.guard("a", asyncio.sleep(10)))
    await asyncio.sleep(0)
    control.draining.set()
    guarded.cancel()
    with pytest.raises(asyncio.CancelledError):
        await guarded
    assert control.failure is None


async def test_when_the_worker_ends_an_agent_ends_whatever_else_comes_of_being_cancelled() -> None:
    """Faust takes its queue away at the same time, and waits for it without cancelling it again."""

    async def torn() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            raise BaseExceptionGroup("of a task group", [StopAsyncIteration()]) from None

    control = Control()
    guarded = asyncio.create_task(control.guard("a", torn()))
    await asyncio.sleep(0)
    control.fail("the disk is full", EX_SOFTWARE)
    guarded.cancel()
    await asyncio.wait([guarded], timeout=5)
    assert guarded.cancelled()


async def test_the_first_failure_is_the_one_that_is_told() -> None:
    control = Control()
    control.fail("the cause", 1)
    control.fail("what followed", 2)
    assert control.failure is not None
    assert control.failure.message == "the cause"
