"""What the worker promises, on a real Kafka, with stages that misbehave on demand (worker_toy.py).

Every record ends once in effect: emitted, skipped or dead-lettered. tests/chaos holds that when things die, too.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from aiokafka import ConsumerRecord

from chaos.articles import meetings
from chaos.verdict import Article, in_process
from chaos.world import TOY, Worker, World
from integration.running import everything, latest
from integration.worker_toy import LATEST, MID, RAW
from legation.broker import EmbeddedKafka
from legation.records import DiplomaticEvent, RawArticle, decode, encode
from legation.runtime.control import EX_UNAVAILABLE
from legation.runtime.worker import SAME_SIGNAL_SECONDS


@pytest.fixture
def run(kafka: str, tmp_path: Path) -> Iterator[World]:
    yield from _run(kafka, tmp_path)


def _run(kafka: str, folder: Path) -> Iterator[World]:
    it = World(kafka, folder)
    try:
        yield it
    finally:
        it.close()


def expected_latest(values: Sequence[bytes | None]) -> dict[bytes, bytes]:
    """What an undisturbed run gives, without Kafka."""
    return dict(in_process(TOY, [Article(str(number), value) for number, value in enumerate(values)]).latest)


def settled(worker: Worker, received: dict[str, int]) -> Callable[[], bool]:
    """Each stage has received so many, and has none in hand."""

    def check() -> bool:
        counts = worker.counts()
        return all(
            counts["received", stage] == number and not counts["in_progress", stage]
            for stage, number in received.items()
        )

    return check


def runs(pid: str) -> bool:
    """Whether there is such a process, other than as a zombie that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ids(records: list[ConsumerRecord]) -> Counter[bytes]:
    return Counter(record.key for record in records)


def spoil(folder: Path, topic: str) -> None:
    """Change what a broker keeps of a topic, as a disk might."""
    for segment in folder.rglob(f"{topic}-*/*.log"):
        data = segment.read_bytes()
        with segment.open("r+b") as file:
            file.write(data.replace(b"Outlet 3", b"Outlet 4"))


def test_nothing_that_waits_for_a_first_start_is_lost_on_the_way(run: World) -> None:
    values = meetings(200)
    run.feed(values)
    upstream = run.worker(stages="act,find", data_dir=run.folder / "upstream")
    upstream.until(settled(upstream, {"act": len(values), "find": len(values)}))
    assert upstream.end() == 0
    for number in range(5):  # groups that have committed nothing; where something is, Faust goes back for it
        worker = run.worker(stages="consolidate", group=f"{run.prefix}-{number}", data_dir=run.folder / f"{number}")
        worker.until(settled(worker, {"consolidate": len(values)}))
        assert worker.end() == 0
        assert "reading again" not in worker.log()


def test_what_the_disk_has_changed_is_not_read_but_ends_the_worker(
    own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path
) -> None:
    with contextlib.contextmanager(_run)(own_kafka().bootstrap, tmp_path) as run:
        run.feed(meetings(40))
        worker = run.worker()
        worker.until(run.done)
        assert worker.end() == 0
        done = ids(run.records(MID.name))
        shutil.rmtree(tmp_path / "state")  # so that it is read again from the changelog
        run.feed(meetings(40))
        for topic, stages in ((RAW.name, "act"), ("consolidate-blocks-changelog", "consolidate")):
            spoil(tmp_path, f"*{topic.removeprefix('toy.')}")
            worker = run.worker(stages=stages)
            assert worker.process.wait(60) == EX_UNAVAILABLE
            assert "Invalid CRC" in worker.log()
        assert ids(run.records(MID.name)) == done


def test_every_record_ends_once_whatever_poison_is_between(run: World) -> None:
    good = meetings(300)
    poison: dict[str, tuple[bytes | None, str]] = {
        text: (encode(RawArticle(article_id=text, text=text)), reason)
        for text, reason in {
            "crash": "crash",
            "hang": "timeout",
            "regex": "timeout",
            "raise": "error",
            "swell": "undeliverable",
        }.items()
    }
    poison |= {
        "cut": (b'{"text": "cut', "not-json"),
        "null bytes": (b"\x00\x00", "not-json"),
        "wrong type": (b'{"text": 7}', "invalid"),
        "tombstone": (None, "not-json"),
        "very large": (b'["' + b"x" * 39_000_000 + b'"]', "invalid"),
    }
    values: list[bytes | None] = list(good)
    for i, (value, _) in enumerate(poison.values()):
        values.insert(20 + 25 * i, value)
    values.insert(200, encode(RawArticle(article_id="skip", text="skip")))
    run.feed(values)
    worker = run.worker()
    done = settled(worker, {"act": len(values), "find": len(good), "consolidate": len(good)})
    worker.until(done, seconds=200)  # two seconds of CPU, on a machine that may have much else to do
    counts = worker.counts()
    assert worker.end() == 0

    letters = everything(run.kafka, run.name(RAW.dlq))
    became = Counter((letter.value, dict(letter.headers)["legation-dlq-reason"].decode()) for letter in letters)
    for name, it in poison.items():
        assert became.pop(it, 0) == 1, name
    assert not became
    assert sorted(record.value for record in run.records(MID.name)) == sorted(good)
    assert latest(run.records(LATEST.name)) == expected_latest(good)
    # The law: what was received has ended, and for the reason it should have.
    expected = Counter(reason for _, reason in poison.values())
    assert {labels[-1]: n for labels, n in counts.items() if labels[:2] == ("dead_lettered", "act")} == expected
    assert counts["skipped", "act", "sport"] == 1
    assert counts["emitted_from", "act"] == len(good)


def test_what_consolidate_knows_outlives_the_worker_with_its_data_and_without(run: World) -> None:
    values = meetings(360, pairs=20)
    for part in range(3):  # each tells of the same meetings
        run.feed(values[part::3])
        worker = run.worker()
        worker.until(run.done)
        assert worker.end() == 0
        assert (run.folder / "state").is_dir()
        if part == 1:
            shutil.rmtree(run.folder / "state")
    events = latest(run.records(LATEST.name))
    assert events == expected_latest(values)
    assert max(len(decode(it, DiplomaticEvent).mentions) for it in events.values()) > 3


def test_what_faust_loses_on_the_way_is_read_again(run: World) -> None:
    values = meetings(500)
    run.feed(values)
    worker = run.worker(faults={"CHAOS_LOSE_EVERY": "53"}, stall_seconds=12)
    worker.until(run.done)
    assert "reading again" in worker.log()
    assert worker.end() == 0
    assert set(ids(run.records(MID.name))) == {f"a-{i}".encode() for i in range(len(values))}
    assert latest(run.records(LATEST.name)) == expected_latest(values)


def test_when_nothing_moves_though_there_is_lag_it_says_so_and_ends(run: World) -> None:
    run.feed(meetings(20))
    worker = run.worker(faults={"CHAOS_DEAF": "1"}, stall_seconds=8)
    alive = []
    while worker.process.poll() is None:
        alive.append(worker.ask("/health/live"))
        time.sleep(0.02)
    assert worker.process.returncode == 70
    assert "has records to read and gets none; reading again" in worker.log(), "halfway it tries to mend it"
    assert re.search(r"stopped: nothing has moved for \d+ s: act has 20 to read", worker.log())
    assert (200, "ok\n") in alive
    assert any(status == 503 and "nothing has moved" in text for status, text in alive), "its liveness fails"
    assert run.positions().get("act", (0, 0))[0] == 0, "nothing is acknowledged"


def test_stages_in_separate_deployments_finish_the_job_together(run: World) -> None:
    values = meetings(300)
    run.feed(values)
    front = run.worker(stages="act", processes=1)
    back = run.worker(stages="find,consolidate", processes=1, data_dir=run.folder / "back")
    back.until(run.done)
    assert front.received("act") == len(values)
    assert front.received("find") == front.received("consolidate") == 0
    assert (back.received("act"), back.received("find"), back.received("consolidate")) == (0, 300, 300)
    assert front.end() == back.end() == 0
    # Dealt anew, each stage goes on where it was.
    run.feed(values[:10])
    alone = run.worker(processes=1)
    alone.until(run.done)
    assert alone.received("act") == 10
    assert alone.end() == 0
    assert latest(run.records(LATEST.name)) == expected_latest(values)


def test_a_stage_that_rejects_everything_stops_the_worker(run: World) -> None:
    run.feed([b"{"] * 300)
    worker = run.worker(breaker_run=100)
    assert worker.process.wait(60) == 65
    assert "act rejected 100 records in a row" in worker.log()
    assert len(everything(run.kafka, run.name(RAW.dlq))) < 100 + 2 * 32


def test_a_second_ctrl_c_ends_it_at_once_and_leaves_nothing_running(run: World) -> None:
    run.feed([encode(RawArticle(article_id="h", text="sleep"))])
    worker = run.worker(stall_seconds=60)
    worker.until(lambda: worker.counts()["in_progress", "act"])
    children = subprocess.run(
        ["pgrep", "-P", str(worker.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert children
    worker.process.send_signal(signal.SIGINT)
    worker.until(lambda: worker.ask("/health/ready") == (503, "stopping\n"))
    time.sleep(SAME_SIGNAL_SECONDS + 0.2)
    began = time.monotonic()
    assert worker.end(signal.SIGINT, seconds=5) == 130
    assert time.monotonic() - began < 1
    deadline = time.monotonic() + 5
    while any(map(runs, children)):
        assert time.monotonic() < deadline, "worker processes outlive their worker"
        time.sleep(0.1)


def test_one_request_that_comes_as_several_signals_does_not_cut_it_short(run: World) -> None:
    """As from a shell and from `timeout` in it; and a SIGTERM once more, later, from a supervisor."""
    run.feed([encode(RawArticle(article_id="h", text="hang"))])
    worker = run.worker(drain_seconds=60)  # a second of CPU, on a machine that may have much else to do
    worker.until(lambda: worker.counts()["in_progress", "act"])
    for number, pause in ((signal.SIGINT, 0.05), (signal.SIGINT, 0.05), (signal.SIGTERM, SAME_SIGNAL_SECONDS + 0.2)):
        worker.process.send_signal(number)
        time.sleep(pause)
    assert worker.end(signal.SIGTERM, seconds=80) == 0
    assert len(everything(run.kafka, run.name(RAW.dlq))) == 1, "the record that was in hand has come to its end"
    assert run.behind("act") == 0


def test_it_leaves_nothing_behind_in_the_directory_for_temporary_files(run: World) -> None:
    temporary = run.folder / "tmp"
    temporary.mkdir()
    worker = run.worker(faults={"TMPDIR": str(temporary)})
    worker.until_ready()
    assert list(temporary.iterdir()), "the socket of the fork server is not where it was looked for"
    assert worker.end() == 0
    assert list(temporary.iterdir()) == []


def test_a_directory_for_temporary_files_with_a_long_path_is_said_to_be_so(run: World) -> None:
    temporary = run.folder / ("long" * 25)
    temporary.mkdir()
    worker = run.worker(faults={"TMPDIR": str(temporary)})
    assert worker.process.wait(60) == 78
    assert "set TMPDIR to a directory that can be written to and has a short path" in worker.log()
    assert "Traceback" not in worker.log()
    assert list(temporary.iterdir()) == []


def test_the_log_of_a_quiet_run_is_a_few_lines_of_its_own(run: World) -> None:
    worker = run.worker()
    worker.until_ready()
    worker.until(lambda: "ready: " in worker.log())
    assert worker.end() == 0
    said = [line.split(maxsplit=2)[2].split(":")[0] for line in worker.log().splitlines()]
    assert said == ["ready", "asked to stop", "stopped"]


def test_told_to_stop_while_it_waits_for_kafka_it_ends_at_once(run: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        worker = run.worker(kafka=f"127.0.0.1:{silent.getsockname()[1]}")
        silent.accept()
        assert worker.end(seconds=10) == 0


def test_missing_topics_are_named_and_not_created(kafka: str, tmp_path: Path) -> None:
    with contextlib.contextmanager(_run)(kafka, tmp_path) as run:
        run.prefix = f"{run.prefix}-other"
        worker = run.worker()
        assert worker.process.wait(60) == 69
        assert f"{run.prefix}.raw.v1" in worker.log()
        assert "legation topics apply" in worker.log()


def test_a_cluster_that_is_not_there_is_said_so(run: World) -> None:
    worker = run.worker(kafka="127.0.0.1:1")
    assert worker.process.wait(60) == 69
    assert "no Kafka answers at 127.0.0.1:1" in worker.log()
    assert len(worker.log().splitlines()) == 1
