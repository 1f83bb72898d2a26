"""What is freed in the main process goes back to the system, where the C library lets it."""

from __future__ import annotations

import asyncio
import ctypes
import json
import subprocess
import sys
from typing import Any

import pytest

from legation.runtime import memory, worker
from legation.runtime.isolate import Pool
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings

SCRIPT = """
import ctypes, json, threading
from legation.runtime import memory

def resident():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * 4096 / 1e6

def heaps():
    libc, text, size = ctypes.CDLL(None), ctypes.c_char_p(), ctypes.c_size_t()
    libc.open_memstream.restype = ctypes.c_void_p
    stream = ctypes.c_void_p(libc.open_memstream(ctypes.byref(text), ctypes.byref(size)))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    return text.value.count(b"<heap ")

def dropped(size):
    # Buffers of 50 MB in all, with something between them that lives: what stays of them, and after giving back.
    began = resident()
    buffers = [(bytearray(size), kept.append(bytearray(1_000))) for _ in range(50_000_000 // size)]
    sizes = [resident() - began]
    buffers = None
    sizes.append(resident() - began)
    memory.give_back()
    return [*sizes, resident() - began]

kept = []
memory.settle()
bytes(4_000_000)  # as glibc comes, it then has all that is no larger in its heap
for it in [threading.Thread(target=bytearray, args=[2_000]) for _ in range(4)]:
    it.start()
    it.join()
print(json.dumps([heaps(), dropped(1_000_000), dropped(100_000)]))
"""


def test_gaps_between_what_lives_go_back_and_threads_have_no_heaps_of_their_own() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    heaps, large, small = json.loads(done.stdout)
    assert heaps == 1
    assert min(small[0], large[0]) > 45
    assert small[1] > 30, "gaps stay for as long as something above them lives"
    assert small[2] < 5, "unless they are given back"
    assert large[1] < 5, "large buffers leave none"


def test_other_c_libraries_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Other:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            raise AttributeError(name)

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Other())
    memory.settle()
    memory.give_back()
    assert asked == ["mallopt", "malloc_trim"]


async def test_the_worker_gives_back_whenever_its_watchdog_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append("back"))
    settings = Settings.load({})
    pool = Pool("", (), Metrics(), processes=1, recycle_after=1, memory_mb=1, stall_seconds=settings.stall_seconds)
    assert await worker.Worker(settings)._look(Any, pool) == []  # type: ignore[arg-type]
    assert given == ["back"]


def test_the_allocator_is_told_before_there_are_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Stub:
        def __init__(self, *_: object) -> None:
            told.append("made")

        async def run(self) -> int:
            await asyncio.sleep(0)
            return 0

    monkeypatch.setattr(memory, "settle", lambda: told.append("settled"))
    monkeypatch.setattr(worker, "Worker", Stub)
    monkeypatch.setattr(worker, "remove_socket", lambda: None)  # of this process
    assert worker.run(Settings.load({})) == 0
    assert told == ["settled", "made"]
