"""Rows of figures, as a table for people and as JSON for machines."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure: the median of `runs`, as a share of that of `baseline`, another row of the same part."""

    part: str
    name: str
    unit: str
    runs: Sequence[float]
    baseline: str = ""
    at_least: float | None = None
    """What the ratio should reach."""
    below: float | None = None
    """What the figure itself should stay below."""
    note: str = ""

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.runs)


@dataclass
class Report:
    """All rows so far."""

    load: list[float] = field(default_factory=lambda: [os.getloadavg()[0]])
    rows: list[Row] = field(default_factory=list)

    def ratio(self, row: Row) -> float | None:
        """Of a row to its baseline."""
        named = [it.value for it in self.rows if (it.part, it.name) == (row.part, row.baseline)]
        return row.value / named[0] if named else None

    def verdict(self, row: Row) -> str:
        """Whether the row is as it should be, and what that is."""
        ratio = self.ratio(row)
        if row.at_least is not None and ratio is not None:
            return f"{'ok' if ratio >= row.at_least else 'SHORT'} (>= {row.at_least:g})"
        if row.below is not None:
            return f"{'ok' if row.value < row.below else 'OVER'} (< {row.below:g})"
        return ""

    def table(self) -> str:
        """One line a row; each part after its name."""
        lines: list[str] = []
        part = ""
        for row in self.rows:
            if row.part != part:
                part = row.part
                lines += ["", part]
            ratio = self.ratio(row)
            short = row.baseline.removeprefix(row.name.partition(": ")[0] + ": ")
            share = f"{ratio:6.2f} of {short}" if ratio is not None else ""
            figure = f"  {row.name:<38}{_short(row.value):>9} {row.unit:<12}"
            lines.append(f"{figure}{share:<30}{self.verdict(row):<17}{row.note}".rstrip())
        return "\n".join([*lines, "", self.machine()])

    def machine(self) -> str:
        """Where this was measured, and what else it was doing."""
        loads = ", ".join(f"{it:.1f}" for it in self.load)
        return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; load average: {loads}"

    def as_json(self) -> dict[str, object]:
        """Everything, with the runs that the medians were made of."""
        return {
            "machine": self.machine(),
            "load": self.load,
            "rows": [
                {**vars(row), "median": row.value, "ratio": self.ratio(row), "verdict": self.verdict(row)}
                for row in self.rows
            ],
        }


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
