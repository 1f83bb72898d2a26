from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiokafka.errors import KafkaConnectionError
from click.testing import CliRunner

from legation.cli.health import health
from legation.pipeline import Message, Step
from legation.runtime.control import EX_SOFTWARE, Control
from legation.runtime.health import HealthServer, PortTaken, Sight, Watchdog
from legation.runtime.metrics import Metrics


class World:
    """What the watchdog looks at, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sight = Sight("clean", ready=True, lag=0, recovering=0)
        self.fault: Exception | None = None
        self.metrics = Metrics()
        self.control = Control()
        self.ledger = self.metrics.ledger("clean")
        self.reread: list[str] = []
        self.watchdog = Watchdog(
            self.control, self.metrics, look=self.look, reread=self._reread, seconds=60, clock=lambda: self.now
        )

    async def look(self) -> list[Sight]:
        if self.fault is not None:
            raise self.fault
        return [self.sight]

    async def _reread(self, stage: str) -> None:
        self.reread.append(stage)

    async def pass_time(self, seconds: int) -> None:
        for _ in range(0, seconds, 10):
            self.now += 10
            await self.watchdog.look()


async def test_with_nothing_to_read_it_may_be_still_for_ever() -> None:
    world = World()
    await world.pass_time(10_000)
    assert world.control.failure is None
    assert world.reread == []


async def test_with_records_to_read_and_nothing_moving_it_reads_again_and_then_ends_the_worker() -> None:
    world = World()
    world.sight = replace(world.sight, lag=7)
    await world.pass_time(60)
    assert (world.reread, world.control.failure) == (["clean"], None)
    await world.pass_time(40)
    assert world.reread == ["clean"], "once"
    assert world.control.failure is not None
    assert world.control.failure.status == EX_SOFTWARE
    assert "clean has 7 to read" in world.control.failure.message


async def test_whatever_moves_counts() -> None:
    world = World()
    world.sight = replace(world.sight, lag=7)
    for _ in range(100):
        await world.pass_time(50)
        world.ledger.take(1)
        world.ledger.settle([Step((Message("t", b"k", b"v"),))])
    assert world.control.failure is None


async def test_state_that_is_being_recovered_counts_as_moving_and_a_stuck_recovery_does_not() -> None:
    world = World()
    for remaining in range(1000, 900, -1):
        world.sight = Sight("clean", ready=False, lag=0, recovering=remaining)
        await world.pass_time(30)
    assert world.control.failure is None
    await world.pass_time(80)
    assert world.control.failure is not None
    assert "clean has not got ready" in world.control.failure.message


@pytest.mark.parametrize("fault", [KafkaConnectionError("gone"), TimeoutError(), OSError()])
async def test_without_the_cluster_it_waits(fault: Exception) -> None:
    world = World()
    world.sight = replace(world.sight, lag=7)
    await world.pass_time(40)
    world.fault = fault
    await world.pass_time(1000)
    world.fault = None
    await world.pass_time(50)
    assert world.control.failure is None
    await world.pass_time(30)
    assert world.control.failure is not None


async def test_it_tells_lag_and_stillness_as_metrics() -> None:
    world = World()
    world.sight = replace(world.sight, lag=7)
    await world.pass_time(30)
    sample = world.metrics.registry.get_sample_value
    assert sample("legation_lag_records", {"stage": "clean"}) == 7
    assert sample("legation_still_seconds") == 20
    assert sample("legation_ready") == 1


@asynccontextmanager
async def server(live: str = "", ready: str = "") -> AsyncIterator[str]:
    async with HealthServer("127.0.0.1", 0, Metrics(), live=lambda: live, ready=lambda: ready) as it:
        yield it.url


async def ask(url: str, method: str = "GET") -> tuple[int, str, str]:
    def request() -> tuple[int, str, str]:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=5) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read().decode()

    return await asyncio.to_thread(request)


async def test_health_is_200_when_well_and_503_with_what_is_wrong() -> None:
    async with server(ready="waiting for partitions and state: clean") as url:
        assert (await ask(f"{url}/health/live"))[::2] == (200, "ok\n")
        assert (await ask(f"{url}/health/ready"))[::2] == (503, "waiting for partitions and state: clean\n")


async def test_metrics_come_in_the_format_of_prometheus() -> None:
    async with server() as url:
        status, kind, page = await ask(f"{url}/metrics?x=1")
    assert (status, kind.split(";")[0]) == (200, "text/plain")
    assert "# TYPE legation_records_received_total counter" in page


async def test_other_paths_and_methods_are_refused() -> None:
    async with server() as url:
        assert (await ask(f"{url}/"))[0] == 404
        assert (await ask(f"{url}/metrics", "POST"))[0] == 405


async def test_nonsense_and_silence_do_the_server_no_harm() -> None:
    async with server() as url:
        host, port = url.removeprefix("http://").split(":")
        for words in (b"\x00\xff\r\n\r\n", b"x" * 100_000 + b"\r\n\r\n", b""):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(words)
            writer.write_eof()
            await reader.read()
            writer.close()
        assert (await ask(f"{url}/health/live"))[0] == 200


async def test_a_port_that_is_taken_is_said_so() -> None:
    async with server() as url:
        port = int(url.rsplit(":", 1)[1])
        with pytest.raises(PortTaken, match="LEGATION_METRICS_PORT"):
            async with HealthServer("127.0.0.1", port, Metrics(), live=str, ready=str):
                pass


async def test_the_command_ends_as_the_worker_is() -> None:
    async def run(*arguments: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, health, list(arguments))
        return result.exit_code, result.output.strip()

    async with server(ready="stopping") as url:
        assert await run("--url", url, "--live") == (0, "ok")
        assert await run("--url", url) == (1, "stopping")
        other = f"{url}/elsewhere"
        assert await run("--url", other) == (1, f"no worker answers at {other} (HTTP Error 404: Not Found)")
    status, said = await run("--url", url)
    assert status == 1
    assert "no worker answers" in said
