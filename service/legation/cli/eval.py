"""`legation eval`: how well the stages read, measured on a gold file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import track
from rich.table import Table

from legation.cli.local import within_time
from legation.evaluation import FORMATS, Averages, Measure, Reading, Share, Tally, figures
from legation.outcomes import Reject
from legation.pipeline import Pipeline, Report
from legation.records import Article, EventMention, InvalidRecord, decode, encode
from legation.topology import TOPOLOGY

_FIRST, _LAST = "clean", "enrich"
"""Events of one article are what gold knows of; what consolidate makes of many is measured elsewhere."""


@click.command("eval")
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="native",
    show_default=True,
    help="What GOLD is: native is our own, the others are corpora.",
)
@click.option(
    "--split",
    type=click.Choice(["dev", "held", "fresh", "all"]),
    default="all",
    show_default=True,
    help="The part of our own gold to measure.",
)
@click.option("--json", "as_json", is_flag=True, help="Print counts and figures as JSON.")
@click.option(
    "--errors", type=click.IntRange(min=0), default=0, metavar="N", help="Print the first N errors, with text."
)
@click.option("--kind", type=click.Choice(["missed", "spurious", "field"]), help="Only errors of this kind.")
@click.option(
    "--floor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON object: figure -> the least that it may be.",
)
@click.pass_context
def eval_(
    context: click.Context,
    gold: Path,
    form: str,
    split: str,
    as_json: bool,
    errors: int,
    kind: str | None,
    floor: Path | None,
) -> None:
    """Run clean, classify and enrich on each row of the file GOLD and count what they get right.

    docs/eval.md tells the formats and the figures. Errors are shown of dev rows only: whoever tunes looks there,
    and the others stay unseen.

    \b
    legation eval tests/eval/gold.jsonl --split dev --errors 20
    legation eval tests/eval/gold.jsonl --floor tests/eval/floor.json
    legation eval --format plv sentences.jsonl --json

    Exit status: 0 measured, 1 a figure is under the floor (named on stderr), 2 wrong usage or a broken gold file.
    """
    rows = [row for row in _rows(gold, form) if split == "all" or getattr(row, "split", split) == split]
    if not rows:
        raise click.UsageError(f"{gold}: no rows{f' of split {split}' if split != 'all' else ''}")
    readings = _read_all(rows, form)
    if rejected := [it for it in readings if it.rejected]:
        click.echo(f"{len(rejected)} rows were rejected, the first by {rejected[0].ends[-1]}", err=True)
    result = FORMATS[form].measure(list(zip(rows, readings, strict=True)))
    numbers = figures(result.measures)
    if as_json:
        counts = {name: _counts(measure) for name, measure in result.measures.items()}
        click.echo(json.dumps({"rows": len(rows), "figures": numbers, "counts": counts}, indent=2))
    else:
        _print(result.measures, len(rows))
    hidden = {row.id for row in rows if getattr(row, "split", "dev") != "dev"}
    shown = [it for it in result.findings if it.row not in hidden and kind in (None, it.kind)]
    for finding in shown[:errors]:
        click.echo(f"\n{finding.row}: {finding.kind}: {finding.detail}\n  {finding.text}", err=as_json)
    if floor is not None and (low := list(_under(numbers, floor))):
        for line in low:
            click.echo(line, err=True)
        context.exit(1)


def _rows(path: Path, form: str) -> Iterator[Any]:
    """The rows of a gold file; a broken one ends the command, since a figure without it would be another figure."""
    content = path.read_bytes()
    lines = gzip.decompress(content) if path.suffix == ".gz" else content
    for number, line in enumerate(lines.splitlines(), start=1):
        try:
            yield FORMATS[form].read(orjson.loads(line))
        except (orjson.JSONDecodeError, InvalidRecord) as error:
            raise click.UsageError(f"{path}:{number}: {error} (docs/eval.md has the format {form})") from None


def _read_all(rows: list[Any], form: str) -> list[Reading]:
    pipeline = Pipeline(until=_LAST, work=within_time)
    console = Console(stderr=True)
    return [
        _read(pipeline.feed(encode(FORMATS[form].article(row))))
        for row in track(rows, "reading", console=console, transient=True, disable=not console.is_terminal)
    ]


def _read(report: Report) -> Reading:
    made = {
        stage.name: [it.value for it in report.messages if it.topic == stage.sink.name] for stage in TOPOLOGY.stages
    }
    articles = tuple(decode(value, Article) for value in made[_FIRST] if value)
    mentions = tuple(decode(value, EventMention) for value in made[_LAST] if value)
    ends = (
        f"{stage}: {end.reason} {end.message if isinstance(end, Reject) else end.detail}" for stage, end in report.ends
    )
    rejected = any(isinstance(end, Reject) for _, end in report.ends)
    return Reading(mentions, tuple(it.rstrip() for it in ends), rejected, articles)


def _under(numbers: Mapping[str, float], floor: Path) -> Iterator[str]:
    """A line for each figure that is under its floor, or that there is none of."""
    for name, least in json.loads(floor.read_text("utf-8")).items():
        if name not in numbers:
            yield f"{name}: not measured, the floor is {least:.3f}"
        elif numbers[name] < least:
            yield f"{name}: {numbers[name]:.3f} is under the floor of {least:.3f}"


def _counts(measure: Measure) -> dict[str, int]:
    if isinstance(measure, Share):
        return {"right": measure.right, "judged": measure.judged}
    if isinstance(measure, Averages):
        return {"texts": len(measure.recalls)}
    return {"right": measure.right, "spurious": measure.spurious, "missed": measure.missed}


def _print(measures: Mapping[str, Measure], rows: int) -> None:
    console = Console()
    tallies = Table("", "there", "found", "right", "precision", "recall", "F1", box=None)
    shares = Table("", "judged", "right", "share", box=None)
    for table in (tallies, shares):
        for column in table.columns[1:]:
            column.justify = "right"
    for name, it in measures.items():
        parts = it.figures()
        if isinstance(it, Share):
            shares.add_row(name, str(it.judged), str(it.right), _shown(parts.get("")))
            continue
        counted = (it.right + it.missed, it.right + it.spurious, it.right) if isinstance(it, Tally) else ("", "", "")
        tallies.add_row(name, *map(str, counted), *(_shown(parts.get(key)) for key in ("precision", "recall", "f1")))
    console.print(f"{rows} rows")
    for table in (tallies, shares):
        if table.row_count:
            console.print(table)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
