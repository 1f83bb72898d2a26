"""`legation demo`: ends well when all is well, says so when it is not, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from integration.running import LEGATION, legation
from legation.samples import FOLDER, load_manifest

pytestmark = pytest.mark.kafka


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For TMPDIR: a short path, since sockets lie below it (a name of more than 107 bytes is refused)."""
    return tmp_path_factory.mktemp("d")


def processes_of(scratch: Path) -> list[str]:
    """Command lines of all processes that name the demo's folder, in their arguments or their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if entry.name.isdigit() and f"{scratch}/legation-demo-".encode() in told:
            found.append(told.decode(errors="replace")[:200])
    return found


def left_after_a_moment(scratch: Path) -> list[str]:
    """Those that are still there when Python's own helpers have had the time to see that their worker is gone."""
    deadline = time.monotonic() + 10
    while (found := processes_of(scratch)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def test_it_shows_everything_and_cleans_up(scratch: Path) -> None:
    done = legation("demo", env={"TMPDIR": str(scratch)})
    assert done.returncode == 0, done.stderr.decode()
    rows = done.stdout.decode().splitlines()
    manifest = load_manifest()
    assert sum(row.startswith(("+ ", "~ ")) for row in rows) >= len(manifest.events)
    for sample in manifest.samples:
        if sample.reject:
            assert any(row.startswith(f"! {sample.file}:{sample.line}: dead letter: {sample.reject}") for row in rows)
    for stage in ("clean", "classify", "enrich", "consolidate"):
        assert any(row.startswith(stage) for row in rows)
    assert "MISSING" not in done.stderr.decode()
    assert left_after_a_moment(scratch) == []
    assert list(scratch.glob("legation-*")) == []


def test_without_java_and_docker_it_runs_on_the_mock_and_says_so(scratch: Path) -> None:
    empty = scratch / "bin"
    empty.mkdir()
    env = {"TMPDIR": str(scratch), "JAVA_HOME": str(scratch / "nowhere"), "PATH": str(empty)}
    done = legation("demo", env=env)
    assert done.returncode == 0, done.stderr.decode()
    assert "mock" in done.stderr.decode().lower()


def test_it_fails_when_an_expected_event_does_not_come(scratch: Path) -> None:
    folder = scratch / "samples"
    folder.mkdir()
    shutil.copy(FOLDER / "athens.html", folder)
    (folder / "manifest.toml").write_text(
        '[[sample]]\nfile = "athens.html"\nline = 1\nabout = "talks"\n\n'
        '[[event]]\ntype = "ASSAULT"\nstatus = "occurred"\nparties = ["GRC", "TUR"]\n'
    )
    done = legation("demo", "--samples", str(folder), env={"TMPDIR": str(scratch)})
    assert done.returncode == 1
    assert "MISSING: ASSAULT occurred GRC+TUR" in done.stderr.decode()


def test_it_fails_when_time_runs_out(scratch: Path) -> None:
    done = legation("demo", "--timeout", "1", env={"TMPDIR": str(scratch)})
    assert done.returncode == 1
    assert "not done after 1 s" in done.stderr.decode()
    assert left_after_a_moment(scratch) == []


def test_a_folder_without_a_manifest_is_wrong_usage(scratch: Path) -> None:
    assert legation("demo", "--samples", str(scratch)).returncode == 2


def test_a_cluster_with_other_records_is_refused_at_once(fresh_kafka: str, scratch: Path) -> None:
    env = {"LEGATION_KAFKA": fresh_kafka, "TMPDIR": str(scratch)}
    assert legation("feed", str(FOLDER / "athens.html"), env=env).returncode == 0
    done = legation("demo", env=env)
    assert done.returncode == 69
    assert "news.articles.raw.v1 at" in done.stderr.decode()
    assert b"worker" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_stops_everything(scratch: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [LEGATION, "demo"], env=os.environ | {"TMPDIR": str(scratch)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    for row in process.stderr:
        if row.startswith(b"feeding"):
            break
    time.sleep(0.5)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert b"Task was destroyed" not in said
    assert left_after_a_moment(scratch) == []
    assert list(scratch.glob("legation-*")) == []
