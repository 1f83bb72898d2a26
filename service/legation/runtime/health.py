"""One small server for metrics and health, and the watchdog behind the latter.

It runs on the event loop of the worker on purpose: when that hangs, nothing answers, and a liveness probe fails.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from aiokafka.errors import KafkaError

from legation.runtime.control import EX_SOFTWARE, EX_UNAVAILABLE, Control
from legation.runtime.metrics import Metrics

HEAD_SECONDS = 5.0
"""A client that has not sent its request by then is not one of ours."""

LOOKS = 6
"""The watchdog looks so many times in the time that it allows for a stall: it is late by a sixth at most."""

LOOK_SECONDS = 10.0
"""But at least this often, since each look also tells the lag."""


_log = logging.getLogger("legation.health")


class PortTaken(RuntimeError):
    """The port for metrics and health cannot be had."""

    status = EX_UNAVAILABLE


class HealthServer:
    """Answers GET /metrics, /health/live and /health/ready; an async context manager."""

    def __init__(
        self, host: str, port: int, metrics: Metrics, live: Callable[[], str], ready: Callable[[], str]
    ) -> None:
        """`live` and `ready` give what is wrong, or '' when nothing is."""
        self._host = host
        self._port = port
        self._metrics = metrics
        self._checks = {"/health/live": live, "/health/ready": ready}

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            PortTaken: something else does already.
        """
        try:
            self._server = await asyncio.start_server(self._answer, self._host, self._port)
        except OSError as error:
            raise PortTaken(
                f"cannot listen on {self._host}:{self._port} for metrics ({error.strerror}); set LEGATION_METRICS_PORT "
                "to a free port, or to 0"
            ) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            status, kind, body = self._page(head.split(b"\r\n", 1)[0].decode("latin-1"))
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever it was has gone, or does not speak HTTP
        finally:
            writer.close()

    def _page(self, request: str) -> tuple[str, str, bytes]:
        plain = "text/plain; charset=utf-8"
        method, _, rest = request.partition(" ")
        path = rest.split(" ")[0].split("?")[0]
        if method != "GET":
            return "405 Method Not Allowed", plain, b"only GET\n"
        if path == "/metrics":
            return "200 OK", "text/plain; version=0.0.4; charset=utf-8", self._metrics.exposition()
        if path in self._checks:
            fault = self._checks[path]()
            return ("503 Service Unavailable", plain, f"{fault}\n".encode()) if fault else ("200 OK", plain, b"ok\n")
        return "404 Not Found", plain, b"try /metrics, /health/live or /health/ready\n"


@dataclass(frozen=True, slots=True)
class Sight:
    """What the watchdog sees of a stage: whether it is ready, its lag, and what grows while state is recovered."""

    stage: str
    ready: bool
    lag: int
    recovering: int


class Watchdog:
    """Ends the worker when there is work and nothing moves: consumers that stall without a word are a known evil.

    Halfway it has the records read again, which mends it where they were lost on the way.
    """

    def __init__(
        self,
        control: Control,
        metrics: Metrics,
        look: Callable[[], Awaitable[list[Sight]]],
        reread: Callable[[str], Awaitable[None]],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`reread` gets the name of a stage. `look` and it may raise KafkaError or TimeoutError: without the cluster
        nothing can move, and that is no stall.
        """
        self._control = control
        self._metrics = metrics
        self._look = look
        self._reread = reread
        self._seconds = seconds
        self._clock = clock
        self._moved_at = clock()
        self._last: object = None
        self._blind = False
        self._reread_done = False

    @property
    def still(self) -> float:
        """Seconds since something moved or there was nothing to do."""
        return self._clock() - self._moved_at

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            await asyncio.sleep(min(self._seconds / LOOKS, LOOK_SECONDS))
            await self.look()

    async def look(self) -> None:
        """Look once, and do what has to be done."""
        try:
            sights = await self._look()
            self._judge(sights)
            if self.still > self._seconds / 2 and not self._reread_done:
                self._reread_done = True
                for it in sights:
                    if it.lag:
                        await self._reread(it.stage)
        except (KafkaError, TimeoutError, OSError) as error:
            if not self._blind:
                _log.warning("Kafka does not answer (%s)", type(error).__name__)
            self._blind = True
            self._moved_at = self._clock()
        else:
            if self._blind:
                _log.info("Kafka answers again")
            self._blind = False

    def _judge(self, sights: list[Sight]) -> None:
        for it in sights:
            self._metrics.lag.labels(it.stage).set(it.lag)
        self._metrics.ready.set(all(it.ready for it in sights))
        state = (self._metrics.moved(), sights)
        idle = all(it.ready and it.lag == 0 for it in sights)
        if idle or state != self._last:
            self._moved_at = self._clock()
            self._reread_done = False
        self._last = state
        self._metrics.still_seconds.set(self.still)
        if self.still > self._seconds:
            waiting = ", ".join(
                f"{it.stage} has {it.lag} to read" if it.ready else f"{it.stage} has not got ready"
                for it in sights
                if it.lag or not it.ready
            )
            self._control.fail(f"nothing has moved for {self.still:.0f} s: {waiting}", EX_SOFTWARE)
