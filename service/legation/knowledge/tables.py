"""Reads the tab-separated files of `knowledge/data`: every fault is told with file, line, column and reason.

A file has comment lines (`#`), one header line that names the columns, and rows. Several values in one cell are
divided by `|`. An empty cell is an unknown value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, NoReturn, TypeVar

from legation.records import Sector

E = TypeVar("E", bound=StrEnum)

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
"""A year, a month or a day: dates of office are seldom known to the day for every post."""


class KnowledgeError(Exception):
    """The data files are not as they should be; the message names file, line, column and what is wrong."""


class Row(NamedTuple):
    """One row: `values` by column name. The accessors check what they read."""

    file: str
    line: int
    values: dict[str, str]

    def fail(self, column: str, reason: str) -> NoReturn:
        """Raise `KnowledgeError` about one cell."""
        raise KnowledgeError(f"{self.file}:{self.line}: column '{column}': {reason}")

    def text(self, column: str) -> str:
        """The cell, which must not be empty."""
        return self.values[column] or self.fail(column, "is empty")

    def optional(self, column: str) -> str | None:
        """The cell, or None where it is empty."""
        return self.values[column] or None

    def many(self, column: str) -> tuple[str, ...]:
        """The values of a cell, divided by `|`; none of them empty, none twice."""
        if not self.values[column]:
            return ()
        values = tuple(self.values[column].split("|"))
        for index, value in enumerate(values):
            if not value or value != value.strip():
                self.fail(column, f"value {index + 1} is empty or has space around it")
            if value in values[:index]:
                self.fail(column, f"{value!r} stands twice")
        return values

    def choice(self, column: str, of: type[E]) -> E:
        """One of the values of an enumeration."""
        value = self.text(column)
        try:
            return of(value)
        except ValueError:
            self.fail(column, f"{value!r} is none of {', '.join(of)}")

    def sector(self, column: str) -> Sector | None:
        """A PLOVER sector, or None."""
        return self.choice(column, Sector) if self.values[column] else None

    def degrees(self, column: str, limit: float) -> float | None:
        """Degrees between -limit and limit, or None."""
        value = self.values[column]
        if not value:
            return None
        try:
            degrees = float(value)
        except ValueError:
            self.fail(column, f"{value!r} is not a number")
        if not -limit <= degrees <= limit:
            self.fail(column, f"{value} is not between -{limit:g} and {limit:g}")
        return degrees

    def date(self, column: str) -> str | None:
        """A date as YYYY, YYYY-MM or YYYY-MM-DD, or None."""
        value = self.values[column]
        if value and not _DATE.fullmatch(value):
            self.fail(column, f"{value!r} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)")
        return value or None

    def flag(self, column: str) -> bool:
        """`y` or empty."""
        value = self.values[column]
        if value not in ("", "y"):
            self.fail(column, f"{value!r} is neither 'y' nor empty")
        return value == "y"


def read_rows(name: str, text: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of the file `name` with content `text`, whose header must be `columns`.

    Raises:
        KnowledgeError: another header, a row with too few or too many cells, space around a cell.
    """
    header: tuple[str, ...] | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if header is None:
            header = tuple(cells)
            if header != columns:
                raise KnowledgeError(f"{name}:{number}: the columns are {header}, not {columns}")
            continue
        if len(cells) != len(columns):
            raise KnowledgeError(f"{name}:{number}: {len(cells)} cells where there are {len(columns)} columns")
        row = Row(name, number, dict(zip(columns, cells, strict=True)))
        if line != line.strip(" ") or " \t" in line or "\t " in line:
            column = next(key for key, cell in row.values.items() if cell != cell.strip(" "))
            row.fail(column, "has space around it")
        yield row
    if header is None:
        raise KnowledgeError(f"{name}: has no header line")
