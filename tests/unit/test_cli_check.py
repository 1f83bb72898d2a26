"""`legation check` tells what is wrong, and ends with the status that the worker would end with."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from legation.cli.check import check


def checked(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str, **settings: str) -> tuple[int, list[str]]:
    for name, value in {"DATA_DIR": str(folder), "STAGES": "consolidate", **settings}.items():
        monkeypatch.setenv(f"LEGATION_{name}", value)
    done = CliRunner().invoke(check, list(arguments))
    return done.exit_code, done.output.splitlines()


def test_what_is_well_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    status, rows = checked(monkeypatch, tmp_path)
    assert status == 0
    assert "    LEGATION_STAGES=consolidate" in rows
    assert {row[:4] for row in rows} == {"ok  ", "    "}
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = {"KAFKA_SASL_MECHANISM": "PLAIN", "KAFKA_USERNAME": "legation", "KAFKA_PASSWORD": "hush"}
    status, rows = checked(monkeypatch, tmp_path, KAFKA_SECURITY_PROTOCOL="SASL_SSL", **secret)
    assert status == 0
    assert "    LEGATION_KAFKA_PASSWORD=(set)" in rows
    assert "hush" not in "\n".join(rows)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PROCESSES": "many"}, "NO  LEGATION_PROCESSES: give a whole number"),
        ({"STAGES": "clean,wash"}, "NO  stages: LEGATION_STAGES: no stage wash; there are clean"),
    ],
)
def test_wrong_settings_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    status, rows = checked(monkeypatch, tmp_path, **settings)
    assert status == 78
    assert any(row.startswith(said) for row in rows)


def test_a_directory_that_cannot_be_used_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    status, rows = checked(monkeypatch, file)
    assert status == 78
    assert f"NO  data directory: {file} cannot be used (File exists); set LEGATION_DATA_DIR" in rows
