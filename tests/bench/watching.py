"""What processes cost: CPU time and memory, as Linux tells it under /proc."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1_000_000


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

    def since(self, before: Usage) -> str:
        """The share of one core that each has had since then."""
        wall = self.at - before.at
        nlp = sum(used - before.nlp.get(pid, 0.0) for pid, used in self.nlp.items())
        shares = {"main": self.main - before.main, "NLP": nlp, "broker": self.broker - before.broker}
        cores = ", ".join(f"{name} {used / wall:.0%}" for name, used in shares.items())
        return f"of a core: {cores}; NLP had work {(self.busy - before.busy) / wall / len(self.nlp):.0%} of the time"
