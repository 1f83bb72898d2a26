"""How well legation reads: gold rows and what was found in them in, counts of right and wrong out. Pure.

`FORMATS` has one entry a kind of gold file. docs/eval.md describes the files and says what each figure means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from legation.evaluation import details, native, outside
from legation.evaluation.gold import GoldRow
from legation.evaluation.measures import Averages, Finding, Measure, Reading, Result, Share, Tally, figures
from legation.records import RawArticle, Record, convert

__all__ = ["FORMATS", "Averages", "Finding", "Format", "Measure", "Reading", "Result", "Share", "Tally", "figures"]

Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True, slots=True)
class Format(Generic[Row]):
    """A kind of gold file, one JSON object a line."""

    row: type[Row]
    article: Callable[[Row], RawArticle]
    """What the pipeline is given of a row."""
    measure: Callable[[Sequence[tuple[Row, Reading]]], Result]

    def read(self, values: Any) -> Row:
        """One row from plain values.

        Raises:
            InvalidRecord: names the field and the reason.
        """
        return convert(values, self.row)


FORMATS: dict[str, Format[Any]] = {
    "native": Format(GoldRow, native.article, native.measure),
    "plv": Format(outside.PlvRow, outside.article, outside.measure_plv),
    "cameo": Format(outside.CameoRow, outside.article, outside.measure_cameo),
    "timebank": Format(details.TimebankRow, details.timebank_article, details.measure_timebank),
    "actors": Format(details.PhraseRow, details.phrase_article, details.measure_actors),
    "html": Format(details.PageRow, details.page_article, details.measure_pages),
}
