"""The table of `make bench`: what is compared with what, and what is said of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import click
import pytest

from bench.__main__ import chosen
from bench.report import Report, Row
from bench.watching import Spent, cpu_seconds, held, nlp_processes


def report(*rows: Row) -> Report:
    return Report(load=[0.5], rows=list(rows))


def test_a_figure_is_the_median_and_its_ratio_that_to_the_named_row_of_its_part() -> None:
    ours = Row("loop", "ours", "records/s", [30, 50, 40], "raw")
    table = report(Row("other", "raw", "records/s", [1]), Row("loop", "raw", "records/s", [100]), ours)
    assert ours.value == 40
    assert table.ratio(ours) == 0.4
    assert table.ratio(table.rows[0]) is None


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("p", "it", "u", [35], "base", at_least=0.35), "ok (>= 0.35)"),
        (Row("p", "it", "u", [34], "base", at_least=0.35), "SHORT (>= 0.35)"),
        (Row("p", "it", "MB", [249], below=250), "ok (< 250)"),
        (Row("p", "it", "MB", [250], below=250), "OVER (< 250)"),
        (Row("p", "it", "u", [1], "base"), ""),
    ],
)
def test_a_row_says_whether_it_is_as_it_should_be(row: Row, verdict: str) -> None:
    table = report(Row("p", "base", "u", [100]), row)
    assert table.verdict(row) == verdict
    assert verdict in table.table()
    assert table.as_json()["rows"][1]["verdict"] == verdict  # type: ignore[index]


def test_a_worker_process_that_is_held_gets_its_share_of_a_core_and_no_more() -> None:
    code = "while True: pass"
    for _ in range(2):  # the worker has a fork server, and that the worker processes
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    worker = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        while not (spinning := nlp_processes(worker.pid)) or not cpu_seconds(spinning[0]):
            time.sleep(0.01)
        before, began = cpu_seconds(spinning[0]), time.monotonic()
        with held(worker.pid, 0.2):
            time.sleep(2)
            used, seconds = cpu_seconds(spinning[0]) - before, time.monotonic() - began
        assert 0 < used < 0.3 * seconds
        time.sleep(0.3)
        assert cpu_seconds(spinning[0]) - before > used, "it is still stopped"
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_what_the_cores_have_room_for_is_told_from_what_was_used() -> None:
    spent = Spent(main=0.25, nlp=0.75, broker=0.25, had_work=0.9)
    assert spent.room == (os.cpu_count() or 1) / 1.25
    assert str(spent) == "of a core: main 25%, NLP 75%, broker 25%; NLP had work 90% of the time"


def test_parts_run_in_their_own_order_and_unknown_ones_are_refused() -> None:
    context = click.Context(click.Command("bench"))
    parameter = click.Option(["--only"])
    assert chosen(context, parameter, "latency, stages") == ["stages", "latency"]
    with pytest.raises(click.BadParameter, match="no part speed; there are stages, loop"):
        chosen(context, parameter, "stages,speed")
