"""`legation eval` as a user meets it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from legation.cli import main
from legation.evaluation.gold import split_of

SPORT = "The home side won by three goals to one after a goalless first half."


def row(name: str, text: str, *events: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "split": split_of(name), "tags": [], "article": {"text": text}, "events": events}


def meeting(evidence: str) -> dict[str, Any]:
    parties = [{"country": "FRA"}, {"country": "DEU"}]
    return {"type": "CONSULT", "status": "occurred", "actors": parties, "recipients": parties, "evidence": evidence}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two rows without events, one of each split, and a meeting that no reader finds where its evidence says."""
    dev, held = (next(it for it in "abcdefgh" if split_of(it) == split) for split in ("dev", "held"))
    rows = [row(dev, SPORT), row(held, SPORT), row(dev * 9, SPORT, meeting(SPORT))]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(it) + "\n" for it in rows))
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, args)])


def test_json_has_counts_and_figures(gold: Path) -> None:
    result = run(gold, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["rows"] == 3
    assert report["counts"]["events"] == {"right": 0, "spurious": 0, "missed": 1}
    assert report["figures"]["events.recall"] == 0
    assert report["figures"]["quiet"] == 1


def test_table_names_what_the_json_names(gold: Path) -> None:
    output = run(gold).output
    assert output.startswith("3 rows")
    assert "type.CONSULT" in output
    assert "field.date" in output


def test_split_measures_one_half(gold: Path) -> None:
    dev, held = (json.loads(run(gold, "--json", "--split", it).stdout)["rows"] for it in ("dev", "held"))
    assert dev + held == 3
    assert held >= 1


@pytest.mark.parametrize(
    ("floor", "status", "named"),
    [
        ({"quiet": 1.0}, 0, ""),
        ({"quiet": 1.0, "events.recall": 0.1}, 1, "events.recall: 0.000 is under the floor of 0.100"),
        ({"events.precision": 0.1}, 1, "events.precision: not measured"),
    ],
)
def test_floor_fails_what_is_under_it(
    gold: Path, tmp_path: Path, floor: dict[str, float], status: int, named: str
) -> None:
    path = tmp_path / "floor.json"
    path.write_text(json.dumps(floor))
    result = run(gold, "--floor", path)
    assert result.exit_code == status, result.output
    assert named in result.stderr


def test_errors_show_no_held_text(tmp_path: Path) -> None:
    names = {split_of(it): it for it in "abcdefgh"} | {"fresh": "a"}
    path = tmp_path / "gold.jsonl"
    for split, shown in (("dev", True), ("held", False), ("fresh", False)):
        path.write_text(json.dumps(row(names[split], SPORT, meeting(SPORT)) | {"split": split}))
        assert (f"{names[split]}: missed: CONSULT" in run(path, "--errors", 5).output) is shown


def test_broken_gold_is_named_by_line(gold: Path) -> None:
    gold.write_text(gold.read_text() + '{"id": "z"}\n')
    result = run(gold)
    assert result.exit_code == 2
    assert "gold.jsonl:4: not a GoldRow" in result.stderr
    assert "docs/eval.md has the format native" in result.stderr


def test_nothing_to_measure_is_no_measure(gold: Path) -> None:
    gold.write_text(gold.read_text().splitlines()[0])
    assert run(gold, "--split", "held").exit_code == 2
    assert "no rows of split held" in run(gold, "--split", "held").stderr
    gold.write_text("")
    assert "no rows" in run(gold).stderr


@pytest.mark.parametrize(
    ("form", "given", "figure"),
    [
        ("plv", {"id": "1", "text": SPORT, "source": "France", "target": "Japan", "root": "AID"}, "interstate.hits"),
        ("cameo", {"id": "1", "text": SPORT, "penta": 0}, "found.neutral"),
        ("actors", {"id": "1", "text": "a coach", "expect": {"country": "FRA"}, "kwargs": {}}, "named"),
    ],
)
def test_outside_sets_are_read_where_they_lie(tmp_path: Path, form: str, given: dict[str, Any], figure: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(given))
    result = run(path, "--format", form, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["figures"][figure] == 0


def test_a_set_may_be_gzipped(tmp_path: Path) -> None:
    page = {"id": "1", "url": "-", "html": f"<html><body><article><p>{SPORT}</p></article></body></html>"}
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(page | {"article_body": SPORT}).encode()))
    result = run(path, "--format", "html", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["figures"]["pages.f1"] == 1
    assert json.loads(result.stdout)["counts"]["pages"] == {"texts": 1}
