from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import isolate_stages
import pytest

from legation.outcomes import RejectReason, SkipReason
from legation.pipeline import Step
from legation.records import RawArticle, decode, encode
from legation.runtime.isolate import Pool, PoolBroken
from legation.runtime.metrics import Metrics

STAGE = isolate_stages.ACTING.stages[0]


@contextlib.asynccontextmanager
async def pool(topology: str = "isolate_stages:ACTING", **options: int) -> AsyncIterator[Pool]:
    given = {"processes": 2, "recycle_after": 1000, "memory_mb": 512, "stall_seconds": 120, **options}
    it = Pool(topology, [STAGE], Metrics(), **given)
    try:
        await it.start()
        yield it
    finally:
        await it.stop()


def asking(*texts: str) -> list[bytes]:
    return [encode(RawArticle(article_id=str(i), text=text)) for i, text in enumerate(texts)]


def text(step: Step) -> str | None:
    (message,) = step.messages
    return decode(message.value or b"", RawArticle).text


def reasons(steps: list[Step]) -> list[str]:
    return [str(step.reject.reason) if step.reject else str(step.skip.reason) if step.skip else "ok" for step in steps]


async def test_steps_come_back_in_order_one_for_each_message() -> None:
    async with pool() as it:
        steps = await it.run(STAGE, [*asking("a", "skip", "raise", "b"), b"{", None])
    assert reasons(steps) == ["ok", SkipReason.SPORT, RejectReason.ERROR, "ok", "not-json", "not-json"]
    assert [text(steps[0]), text(steps[3])] == ["a", "b"]


async def test_chunks_run_side_by_side_in_all_processes() -> None:
    async with pool() as it:
        chunks = await asyncio.gather(*(it.run(STAGE, asking("sleep 0.2", "pid")) for _ in range(4)))
    assert len({text(steps[1]) for steps in chunks}) == 2


@pytest.mark.parametrize("poison", ["crash", "exit", "segfault", "eat"])
async def test_only_the_record_that_ends_its_process_is_rejected(poison: str) -> None:
    async with pool(memory_mb=256) as it:  # little: a busy machine too has it eaten up in time
        steps = await it.run(STAGE, asking("a", poison, "b", "c"))
        assert reasons(steps) == ["ok", RejectReason.CRASH, "ok", "ok"]
        assert reasons(await it.run(STAGE, asking("d"))) == ["ok"]  # and the pool is whole again
    reject = steps[1].reject
    assert reject is not None
    assert ("out of memory" in reject.message) == (poison == "eat")


@pytest.mark.timeout(90)  # it may hang where a limit is missing
@pytest.mark.parametrize(
    ("poison", "stall_seconds", "why"),
    [
        ("spin 3600", 120, "act took more than 1 s of CPU, twice"),
        ("regex", 120, "act took more than 1 s of CPU, twice"),
        ("sleep 3600", 5, "act was not done after 2 s, twice"),
    ],
)
async def test_only_the_record_that_takes_too_long_is_rejected(poison: str, stall_seconds: int, why: str) -> None:
    async with pool(stall_seconds=stall_seconds) as it:
        steps = await it.run(STAGE, asking("a", poison, "b"))
    assert reasons(steps) == ["ok", RejectReason.TIMEOUT, "ok"]
    assert steps[1].reject is not None
    assert steps[1].reject.message == why


async def test_a_record_that_waits_for_longer_than_its_limit_as_on_a_busy_machine_is_not_rejected() -> None:
    async with pool(processes=1) as it:
        pid, done = await it.run(STAGE, asking("pid", f"sleep {1.5 * STAGE.seconds}"))
        assert reasons([done]) == ["ok"]
        (again,) = await it.run(STAGE, asking("pid"))
    assert text(again) == text(pid), "it was killed and tried alone"


async def test_what_one_chunk_took_is_not_held_against_the_next() -> None:
    async with pool(processes=1) as it:
        pids = [await it.run(STAGE, asking(f"spin {0.6 * STAGE.seconds}", "pid")) for _ in range(2)]
    assert text(pids[0][1]) == text(pids[1][1])


async def test_the_next_chunk_is_there_when_one_is_done_whatever_the_event_loop_is_busy_with(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    flag.touch()
    async with pool(processes=1) as it:
        first = asyncio.create_task(it.run(STAGE, asking("sleep 0.5")))
        second = asyncio.create_task(it.run(STAGE, asking(f"crash-unless-alone {flag}")))
        await asyncio.sleep(0.05)
        until = time.monotonic() + 10
        while flag.exists() and time.monotonic() < until:
            time.sleep(0.01)  # noqa: ASYNC251  -- that is the point
        assert not flag.exists()
        assert reasons([*await first, *await second]) == ["ok", "ok"]


async def test_chunks_and_answers_larger_than_what_a_socket_holds_do_not_wait_for_each_other() -> None:
    large = asking(*["x" * 100_000] * 10)
    async with pool(processes=1) as it, asyncio.timeout(30):
        for steps in await asyncio.gather(*(it.run(STAGE, large) for _ in range(4))):
            assert reasons(steps) == ["ok"] * 10


async def test_a_chunk_that_lies_behind_one_that_ends_the_process_is_done_by_the_next() -> None:
    async with pool(processes=1) as it:
        chunks = await asyncio.gather(
            *(it.run(STAGE, asking(*texts)) for texts in (["crash", "a"], ["b"], ["c", "exit"]))
        )
        assert [reasons(steps) for steps in chunks] == [["crash", "ok"], ["ok"], ["ok", "crash"]]


async def test_a_chunk_goes_to_the_process_that_has_the_fewest() -> None:
    async with pool() as it:
        busy = asyncio.create_task(it.run(STAGE, asking("sleep 1")))
        await asyncio.sleep(0.05)
        for _ in range(5):
            await it.run(STAGE, asking("a"))
        assert not busy.done()
        await busy


async def test_a_record_alone_is_tried_twice(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    flag.touch()
    async with pool() as it:
        assert reasons(await it.run(STAGE, asking(f"crash-unless-alone {flag}"))) == ["ok"]


async def test_records_that_are_slow_together_but_not_alone_are_not_rejected() -> None:
    async with pool() as it:
        assert reasons(await it.run(STAGE, asking(*["spin 0.4"] * 4))) == ["ok"] * 4


async def test_others_go_on_while_one_hangs() -> None:
    async with pool(stall_seconds=5) as it:
        hanging = asyncio.create_task(it.run(STAGE, asking("sleep 60")))
        await asyncio.sleep(0.1)
        for _ in range(5):
            assert reasons(await it.run(STAGE, asking("a"))) == ["ok"]
        assert not hanging.done()
        assert reasons(await hanging) == [RejectReason.TIMEOUT]


async def test_a_process_is_replaced_after_its_share_of_records() -> None:
    async with pool(processes=1, recycle_after=4) as it:
        pids = [text((await it.run(STAGE, asking("a", "pid")))[1]) for _ in range(4)]
    assert pids[0] == pids[1]
    assert pids[1] != pids[2]
    assert pids[2] == pids[3]


async def test_a_process_that_was_killed_from_outside_harms_no_record() -> None:
    async with pool(processes=1) as it:
        pid = int(text((await it.run(STAGE, asking("pid")))[0]) or 0)
        os.kill(pid, signal.SIGKILL)
        assert reasons(await it.run(STAGE, asking("a", "b"))) == ["ok", "ok"]


async def test_signals_for_the_group_do_not_end_a_process() -> None:
    async with pool(processes=1) as it:
        (step,) = await it.run(STAGE, asking("pid"))
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(int(text(step) or 0), number)
        (again,) = await it.run(STAGE, asking("pid"))
        assert text(again) == text(step)


async def test_numeric_libraries_get_one_thread() -> None:
    async with pool(processes=1) as it:
        assert text((await it.run(STAGE, asking("threads")))[0]) == "1"


async def test_nothing_is_left_running() -> None:
    async with pool() as it:
        pids = {int(text(step) or 0) for step in await it.run(STAGE, asking("pid", "pid"))}
        assert it.memory() > 1_000_000
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_stage_that_cannot_be_warmed_stops_the_start_and_says_why() -> None:
    with pytest.raises(PoolBroken, match="the model is not installed"):
        async with pool("isolate_stages:COLD"):
            pass
