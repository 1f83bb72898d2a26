"""The table of bounds in docs/runtime.md says what the code does."""

from __future__ import annotations

import importlib
import re
from functools import reduce
from pathlib import Path

import pytest

from legation.runtime.settings import Settings
from legation.topology import TOPOLOGY

DOCS = (Path(__file__).parents[2] / "docs" / "runtime.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in re.search(r"## Bounds\n.+?\n\|---.+?\n(.+?)\n\n", DOCS, re.DOTALL)[1].splitlines()  # type: ignore[index]
]


def number(text: str) -> float:
    """`40 MiB`, `500,000 characters`, `0.5`: in bytes where it is bytes."""
    value, _, unit = text.partition(" ")
    return float(value.replace(",", "")) * (1024 * 1024 if unit == "MiB" else 1)


def value_of(name: str) -> float:
    """What a setting is by default (memory in bytes), or a constant is."""
    if name.startswith("LEGATION_"):
        value = getattr(Settings(), name.removeprefix("LEGATION_").lower())
        return value * 1024 * 1024 if name.endswith("_MB") else value
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            module = importlib.import_module(".".join(["legation", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[cut:], module)  # type: ignore[return-value]
    raise LookupError(name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_bound_is_as_documented(row: list[str]) -> None:
    _, most, name, beyond = row
    assert beyond
    if name.startswith("`Stage.seconds`"):
        assert [number(it) for it in most.split(", ")] == [stage.seconds for stage in TOPOLOGY.stages]
    else:
        assert number(most) == value_of(re.match(r"`([\w.]+)`", name)[1])  # type: ignore[index]


def test_the_window_of_the_breaker_is_the_one_in_its_row() -> None:
    assert any(f"the last {Settings().breaker_window}" in row[0] for row in ROWS)
