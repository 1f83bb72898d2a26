"""The floor under the accuracy of the stages (docs/eval.md)."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from legation.cli import main

HERE = Path(__file__).parent


def test_no_figure_is_under_its_floor() -> None:
    result = CliRunner().invoke(main, ["eval", str(HERE / "gold.jsonl"), "--floor", str(HERE / "floor.json")])
    assert result.exit_code == 0, result.output
