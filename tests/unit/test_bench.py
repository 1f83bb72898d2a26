"""The table of `make bench`: what is compared with what, and what is said of it."""

from __future__ import annotations

import click
import pytest

from bench.__main__ import chosen
from bench.report import Report, Row


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


def test_parts_run_in_their_own_order_and_unknown_ones_are_refused() -> None:
    context = click.Context(click.Command("bench"))
    parameter = click.Option(["--only"])
    assert chosen(context, parameter, "latency, stages") == ["stages", "latency"]
    with pytest.raises(click.BadParameter, match="no part speed; there are stages, loop"):
        chosen(context, parameter, "stages,speed")
