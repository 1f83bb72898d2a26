"""What processes cost: CPU time and memory, as Linux tells it under /proc."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1_000_000

_SAVED_SECONDS = 0.1
"""Of CPU that a process has not used while it was idle: as much as the kernel's own quotas let it save."""


def children(pid: int) -> list[int]:
    """Processes that it started, and that have not ended."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(it) for it in (task / "children").read_text().split()]
    return found


def nlp_processes(worker: int) -> list[int]:
    """Those in which a worker's stages run: what its fork server has forked."""
    return [it for child in children(worker) for it in children(child)]


def cpu_seconds(pid: int) -> float:
    """CPU time that it has used so far; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def megabytes(pid: int) -> float:
    """Resident memory, shared pages and all; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / _MB
    except OSError:
        return 0.0


@dataclass
class Watch:
    """What a worker used while it was watched."""

    main: list[float] = field(default_factory=list)
    """Megabytes of its main process, every half second."""
    nlp: list[float] = field(default_factory=list)
    """Megabytes of the largest of its NLP processes, at the same moments."""


@contextmanager
def watching(worker: int, every: float = 0.5) -> Iterator[Watch]:
    """Note the memory of a worker's processes until the block ends."""
    seen = Watch()
    done = threading.Event()

    def look() -> None:
        while not done.wait(every):
            sizes = [megabytes(it) for it in nlp_processes(worker)]
            if sizes and (main := megabytes(worker)):
                seen.main.append(main)
                seen.nlp.append(max(sizes))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


@dataclass(frozen=True)
class Usage:
    """CPU time of everything that takes part, at one moment."""

    at: float
    main: float
    nlp: dict[int, float]
    broker: float
    busy: float
    """Seconds that the NLP processes have had something to do, whether or not they got a core for it."""

    @classmethod
    def now(cls, worker: int, broker: int, busy: float) -> Usage:
        """As it stands."""
        nlp = {pid: cpu_seconds(pid) for pid in nlp_processes(worker)}
        return cls(time.monotonic(), cpu_seconds(worker), nlp, cpu_seconds(broker), busy)

    def since(self, before: Usage) -> Spent:
        """What each has had since then."""
        wall = self.at - before.at
        nlp = sum(used - before.nlp.get(pid, 0.0) for pid, used in self.nlp.items())
        had_work = (self.busy - before.busy) / len(self.nlp)
        shares = self.main - before.main, nlp, self.broker - before.broker, had_work
        return Spent(*(it / wall for it in shares))


@dataclass(frozen=True)
class Spent:
    """Cores that each kind of process has used, and the share of the time that NLP processes had something to do."""

    main: float
    nlp: float
    broker: float
    had_work: float

    @property
    def room(self) -> float:
        """How many times as much all the cores of the machine would do, each fully used, at the same cost."""
        return (os.cpu_count() or 1) / (self.main + self.nlp + self.broker)

    def __str__(self) -> str:
        """For people."""
        return (
            f"of a core: main {self.main:.0%}, NLP {self.nlp:.0%}, broker {self.broker:.0%}; "
            f"NLP had work {self.had_work:.0%} of the time"
        )


@contextmanager
def held(worker: int, share: float, every: float = 0.01) -> Iterator[None]:
    """Let each of a worker's NLP processes have no more than `share` of a core, until the block ends.

    Who has had more is stopped (SIGSTOP) until it has not. A scheduler's quota does the same, but needs root.
    """
    done = threading.Event()
    stopped: set[int] = set()

    def hold() -> None:
        due: dict[int, float] = {}
        then = time.monotonic()
        while not done.wait(every):
            now = time.monotonic()
            for pid in nlp_processes(worker):
                used = cpu_seconds(pid)
                # What it may have used by now. What it had no use for is soon gone.
                due[pid] = min(due.get(pid, used) + share * (now - then), used + _SAVED_SECONDS)
                with suppress(ProcessLookupError):
                    if used > due[pid] and pid not in stopped:
                        os.kill(pid, signal.SIGSTOP)
                        stopped.add(pid)
                    elif used <= due[pid] and pid in stopped:
                        os.kill(pid, signal.SIGCONT)
                        stopped.discard(pid)
            then = now

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
