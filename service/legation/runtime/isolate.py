"""Runs stages in worker processes that may be killed: HTML and NLP never run on the event loop.

Each process has a socket of its own, on which it gets a chunk of records and answers with what became of them. A chunk
that takes too long, or kills its process, is taken apart: each record is tried alone once, and only a record that does
it again is rejected. Stages are pure, so that doing innocent ones twice costs time and nothing else.

Why not a pool from a library: docs/runtime.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import importlib
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.util
import os
import resource
import shutil
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from io import BufferedRWPair
from typing import Any, TypeVar, cast

import msgspec

from legation.outcomes import Reject, RejectReason
from legation.pipeline import Step, steps
from legation.runtime.control import EX_CONFIG, EX_SOFTWARE
from legation.runtime.metrics import Metrics
from legation.runtime.threads import keep_to_one
from legation.topology import Stage, Topology

T = TypeVar("T")

TOPOLOGY = "legation.topology:TOPOLOGY"
"""What runs, by its name: see `load_topology`."""

START_SECONDS = 120.0
"""Loading the model takes two seconds on an idle core; a loaded machine may well take fifty times as long."""

CHUNK_SECONDS = 0.25
"""How long a chunk should take: a few hundred times what sending it there and back does; and short, since nothing
overtakes it, and since the worker waits for those in hand before it stops."""

FIRST_PACE = 0.02
"""Seconds a record, until there is something to go by: about what parsing takes."""

PATIENCE_SHARE = 0.4
"""Of the time after which the watchdog ends the worker: a chunk that is not done by then never will be. The limit of a
stage is in seconds of CPU, which do not pass for a process that sleeps; by the clock, a busy machine's would be poison.
Less than half, when the watchdog has all read again. A chunk that is given up counts as movement to it."""

PACE_WEIGHT = 0.2
"""Of the last chunk in the running mean: it follows within ten chunks, and one odd chunk does not upset it."""

LOOK_AHEAD = 2
"""Chunks that a process has: the one that it works on, and the next, so that it does not wait for the event loop."""

START_ATTEMPTS = 3
"""A process that cannot be started, so often in a row, will not start: the fault is not a passing one."""

_WARM = "LEGATION_INTERNAL_WARM"
"""Tells the fork server which stages to warm. An environment variable, since nothing else reaches it."""

_LENGTH = struct.Struct(">Q")

_CODE = msgspec.msgpack.Encoder()
_CHUNK = msgspec.msgpack.Decoder(tuple[str, list[bytes | None]])
"""A stage's name, and the messages for it."""
_STEPS = msgspec.msgpack.Decoder(list[Step])
_FAULT = msgspec.msgpack.Decoder(str | None)
"""What a process says first: why it cannot start, or nothing.

On the line is MessagePack: for frozen dataclasses it takes a tenth of the time of pickle, which was the dearest part of
the loop, and what a process answers can then be nothing but steps."""

_PR_SET_PDEATHSIG = 1

_OUT_OF_MEMORY = 112
"""Exit status of a process that reached its memory limit; any number that no shell or library uses."""


class PoolBroken(RuntimeError):
    """Worker processes cannot be started, or not any more. The message says why."""

    status = EX_SOFTWARE


class NoSocket(PoolBroken):
    """The fork server's socket cannot be made."""

    status = EX_CONFIG


class _NotBegun(Exception):
    """The process is gone, by a chunk that was before this one."""


class _Lost(Exception):
    """The process that had the chunk is gone, and `reason` says how it went."""

    def __init__(self, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def load_topology(reference: str) -> Topology:
    """Import a topology by name ('legation.topology:TOPOLOGY'): functions do not travel to processes, names do."""
    module, _, name = reference.partition(":")
    return cast(Topology, getattr(importlib.import_module(module), name))


def remove_socket() -> None:
    """Remove the directory of the fork server's socket, which multiprocessing does only where the interpreter ends in
    good order. No process can be started afterwards.
    """
    shutil.rmtree(multiprocessing.util.get_temp_dir(), ignore_errors=True)


# --- in the worker process -------------------------------------------------------------------------------------------


def warm(reference: str, names: Sequence[str]) -> dict[str, Stage[Any, Any]]:
    """Load the named stages and what they would otherwise load at their first record."""
    stages = {stage.name: stage for stage in load_topology(reference).stages if stage.name in names}
    for stage in stages.values():
        if stage.warm is not None:
            stage.warm()
    return stages


def prepare_fork_server() -> None:
    """Warm the fork server, so that each process starts as a copy of it. A fault shows when a process starts."""
    _die_with_parent()  # its processes keep it alive else, and it them
    reference, _, names = os.environ.get(_WARM, "").partition("=")
    if reference:
        with contextlib.suppress(Exception):
            warm(reference, names.split(","))
        gc.collect()
        gc.freeze()  # what is loaded stays on pages that all processes share


def _serve(line: socket.socket, reference: str, names: tuple[str, ...], memory_mb: int) -> None:
    """Answer chunks until the line is closed."""
    # The worker decides when its processes end: Ctrl-C and `kill` reach the whole group.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, whatever it is busy with
    _die_with_parent()
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * 1024 * 1024,) * 2)
    channel = line.makefile("rwb")
    try:
        stages = warm(reference, names)
    except Exception as error:
        _write(channel, f"{type(error).__name__}: {error}")
        return
    with contextlib.suppress(ConnectionError):  # the worker has gone
        _write(channel, None)
        while head := channel.read(_LENGTH.size):
            name, values = _CHUNK.decode(channel.read(_LENGTH.unpack(head)[0]))
            stage = stages[name]
            try:
                signal.setitimer(signal.ITIMER_PROF, stage.seconds)  # set anew for each chunk
                _write(channel, steps(stage, values))
            except MemoryError:
                os._exit(_OUT_OF_MEMORY)


def _write(channel: BufferedRWPair, answer: object) -> None:
    data = _CODE.encode(answer)
    channel.write(_LENGTH.pack(len(data)) + data)
    channel.flush()


def _die_with_parent() -> None:
    """End when the worker does, even when it was killed, and even in the middle of a record."""
    if sys.platform == "linux":  # the kernel does it, whatever this process is busy with
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


# --- in the worker ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Job:
    """A chunk on its way; `done` gets its steps, or `_Lost`."""

    stage: Stage[Any, Any]
    values: Sequence[bytes | None]
    done: asyncio.Future[list[Step]]
    seconds: float = 0.0
    """How long the process was at it."""


class _Process:
    """One worker process, and the line to it. Chunks may lie on the line while it works on one before them."""

    def __init__(self, process: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()
        self.served = 0
        """Records so far."""
        self.leaving = False
        """It gets no more chunks."""
        self.replaced = asyncio.Event()

    @classmethod
    async def start(cls, reference: str, names: tuple[str, ...], memory_mb: int) -> _Process:
        """Start one and wait until it is warm.

        Raises:
            PoolBroken: it said that it cannot, it ended, or it took too long.
        """
        ours, theirs = socket.socketpair()
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=_serve, args=(theirs, reference, names, memory_mb), daemon=True)
        try:
            await asyncio.to_thread(process.start)  # the first one waits until the fork server is warm
        except (OSError, EOFError) as error:
            ours.close()
            raise PoolBroken(f"the fork server for worker processes ended ({error})") from error
        finally:
            theirs.close()
        self = cls(process, *await asyncio.open_connection(sock=ours))
        try:
            async with asyncio.timeout(START_SECONDS):
                fault = await self._read(_FAULT)
        except TimeoutError:
            fault = f"it was not ready within {START_SECONDS:g} s"
        except (asyncio.IncompleteReadError, ConnectionError):
            fault = None
            await self.kill()
            fault = f"it ended at once ({self._ending()})"
        if fault is not None:
            await self.kill()
            raise PoolBroken(f"a worker process cannot start: {fault}")
        return self

    @property
    def pid(self) -> int:
        return cast(int, self._process.pid)

    async def call(self, job: _Job, patience: float) -> list[Step]:
        """Let it work on a chunk when its turn comes, for `patience` seconds by the clock at most.

        Raises:
            _Lost: it took too long or ended. Either way the process is gone.
            _NotBegun: it is gone already.
        """
        if self.leaving:
            raise _NotBegun
        data = _CODE.encode((job.stage.name, job.values))
        self._writer.write(_LENGTH.pack(len(data)))
        self._writer.write(data)
        async with self._turn:  # in the order of the calls: a lock is fair, and nothing is waited for above
            if self.leaving:
                raise _NotBegun
            began = time.perf_counter()
            try:
                # Not `drain` first: what waits to be written may be the chunk behind this one, which the process takes
                # when its answer to this one has been read.
                async with asyncio.timeout(patience):
                    steps = await self._read(_STEPS)
            except TimeoutError:
                await self.kill()
                raise _Lost(
                    RejectReason.TIMEOUT, f"{job.stage.name} was not done after {patience:g} s, twice"
                ) from None
            except (asyncio.IncompleteReadError, ConnectionError):
                await self.kill()
                if self._process.exitcode == -signal.SIGPROF:
                    raise _Lost(
                        RejectReason.TIMEOUT, f"{job.stage.name} took more than {job.stage.seconds:g} s of CPU, twice"
                    ) from None
                raise _Lost(
                    RejectReason.CRASH, f"{job.stage.name} ended its process, twice: {self._ending()}"
                ) from None
            finally:
                job.seconds = time.perf_counter() - began
            self.served += len(job.values)
            return steps

    async def kill(self) -> None:
        """End it now."""
        self.leaving = True
        self._process.kill()
        self._writer.close()
        await asyncio.to_thread(self._process.join)

    async def _read(self, kind: msgspec.msgpack.Decoder[T]) -> T:
        (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
        return kind.decode(await self._reader.readexactly(length))

    def _ending(self) -> str:
        code = self._process.exitcode
        if code == _OUT_OF_MEMORY:
            return "out of memory"
        return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"


@dataclass(slots=True)
class _Place:
    """Where a process is, and after it its successors."""

    process: _Process
    in_hand: int = 0
    """Chunks that it has."""


class Pool:
    """Worker processes that all stages share.

    A fork server loads model and knowledge once and is copied for each process: a new one is there in milliseconds,
    and what none of them writes to is in memory once.
    """

    def __init__(
        self,
        topology: str,
        stages: Sequence[Stage[Any, Any]],
        metrics: Metrics,
        *,
        processes: int,
        recycle_after: int,
        memory_mb: int,
        stall_seconds: float,
    ) -> None:
        """Define the pool. `topology` names, for the processes, where `stages` come from (see `load_topology`).

        `stall_seconds` are those of the watchdog, which is to find chunks that are given up, and not the whole worker.
        """
        self._topology = topology
        self._names = tuple(stage.name for stage in stages)
        self._metrics = metrics
        self._size = processes
        self._recycle_after = recycle_after
        self._memory_mb = memory_mb
        self._patience = PATIENCE_SHARE * stall_seconds
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._places: list[_Place] = []
        self._room = asyncio.Semaphore(LOOK_AHEAD * processes)
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[_Process] = set()
        self._fault: PoolBroken | None = None
        self._pace: dict[str, float] = {}

    async def start(self) -> None:
        """Start all processes and wait until they are warm.

        Raises:
            PoolBroken: they cannot be started.
            NoSocket: not in this TMPDIR.
        """
        os.environ[_WARM] = f"{self._topology}={','.join(self._names)}"
        keep_to_one()
        multiprocessing.get_context("forkserver").set_forkserver_preload(["legation.runtime.warm"])
        # From this thread, and not from that in which processes are started: on Linux it dies with the thread.
        try:
            multiprocessing.forkserver.ensure_running()
        except OSError as error:  # "AF_UNIX path too long", most often: about 75 characters are free
            raise NoSocket(
                f"no socket can be made in {tempfile.gettempdir()} ({error}); set TMPDIR to a directory that can be "
                "written to and has a short path, such as /tmp"
            ) from None
        self._places = [_Place(await self._start_process()) for _ in range(self._size)]
        self._spawn(self._deal())

    async def stop(self) -> None:
        """End all processes. Chunks that are not answered yet will not be."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(process.kill() for process in self._running))
        self._running.clear()
        self._metrics.processes.set(0)

    async def run(self, stage: Stage[Any, Any], values: Sequence[bytes | None]) -> list[Step]:
        """Take messages through a stage; the steps are in the order of `values`, one each.

        Raises:
            PoolBroken: there are no processes any more.
        """
        try:
            return await self._submit(stage, values)
        except _Lost:
            return list(await asyncio.gather(*(self._alone(stage, value) for value in values)))

    def fitting(self, stage: Stage[Any, Any]) -> int:
        """How many records of a stage a process does in about `CHUNK_SECONDS`, going by the last ones; at least one."""
        return max(1, int(CHUNK_SECONDS / self._pace.get(stage.name, FIRST_PACE)))

    def memory(self) -> int:
        """Resident bytes of the largest process (0 where the system does not tell)."""
        page = resource.getpagesize()
        largest = 0
        for process in self._running:
            with contextlib.suppress(OSError), open(f"/proc/{process.pid}/statm", encoding="ascii") as statm:
                largest = max(largest, int(statm.read().split()[1]) * page)
        return largest

    async def _alone(self, stage: Stage[Any, Any], value: bytes | None) -> Step:
        try:
            return (await self._submit(stage, (value,)))[0]
        except _Lost as lost:
            return Step(reject=Reject(lost.reason, lost.message))

    async def _submit(self, stage: Stage[Any, Any], values: Sequence[bytes | None]) -> list[Step]:
        if self._fault is not None:
            raise self._fault
        job = _Job(stage, values, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        return await job.done

    def _spawn(self, body: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(body)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deal(self) -> None:
        """Give each chunk to the process that has the fewest."""
        while True:
            await self._room.acquire()
            job = await self._jobs.get()
            place = min(self._places, key=lambda it: it.in_hand)
            place.in_hand += 1
            self._spawn(self._work(place, job))

    async def _work(self, place: _Place, job: _Job) -> None:
        process = place.process
        try:
            if job.done.done():  # whoever wanted it has gone
                return
            try:
                steps = await process.call(job, self._patience)
            except _NotBegun:
                self._jobs.put_nowait(job)  # another may have it, while this place waits for its next process
                await process.replaced.wait()
            except _Lost as lost:
                self._note(job)
                if not job.done.done():
                    job.done.set_exception(lost)
                await self._replace(place, lost.reason.value)
            else:
                self._note(job)
                if not job.done.done():
                    job.done.set_result(steps)
                if process.served >= self._recycle_after:
                    await self._replace(place, "recycled")
        except PoolBroken as fault:
            self._fault = fault
            while not self._jobs.empty():
                waiting = self._jobs.get_nowait()
                if not waiting.done.done():
                    waiting.done.set_exception(fault)
        finally:
            place.in_hand -= 1
            self._room.release()

    def _note(self, job: _Job) -> None:
        self._metrics.chunk_seconds.labels(job.stage.name).observe(job.seconds)
        pace = self._pace.get(job.stage.name, FIRST_PACE)
        self._pace[job.stage.name] = pace + PACE_WEIGHT * (job.seconds / len(job.values) - pace)

    async def _replace(self, place: _Place, reason: str) -> None:
        """Put another process in the place of one that is to go, or has gone."""
        process = place.process
        self._metrics.processes_ended.labels(reason).inc()
        self._running.discard(process)
        self._metrics.processes.set(len(self._running))
        await process.kill()
        try:
            for attempt in range(1, START_ATTEMPTS + 1):
                try:
                    place.process = await self._start_process()
                    return
                except PoolBroken:
                    if attempt == START_ATTEMPTS:
                        raise
        finally:
            process.replaced.set()

    async def _start_process(self) -> _Process:
        process = await _Process.start(self._topology, self._names, self._memory_mb)
        self._running.add(process)
        self._metrics.processes.set(len(self._running))
        return process
