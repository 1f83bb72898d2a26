"""`legation extract`: files in, events out, in one process and without a broker."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from legation.cli.inputs import STDIN, Given, Payload, Unreadable, chosen, read
from legation.cli.local import within_time
from legation.cli.options import given_options
from legation.cli.render import line
from legation.outcomes import Reject, Skip
from legation.pipeline import Pipeline
from legation.records import Record, decode, encode
from legation.topology import TOPOLOGY

BATCH = 64
"""Articles of a file that are read together: their sentences fill the parser's batches, and output still comes within a
second. What is piped in may come slowly, and is answered one by one."""

STAGES = {"articles": "clean", "classified": "classify", "mentions": "enrich", "events": "consolidate"}
"""What can be asked for, and the stage that makes it."""


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@click.option(
    "--stage",
    type=click.Choice(list(STAGES)),
    default="events",
    show_default=True,
    help="How far to go, and what to print.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    help="One line for people, or the bytes that go to Kafka.  [default: table on a terminal, else jsonl]",
)
@given_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing of skipped articles, and show no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Name each skipped article, with the reason.")
@click.pass_context
def extract(
    context: click.Context,
    files: tuple[str, ...],
    stage: str,
    form: str | None,
    quiet: bool,
    verbose: bool,
    given: Given,
) -> None:
    """Read articles and print the diplomatic events that they tell of.

    A FILE is text, HTML, JSON or JSONL of raw articles, gzipped or not; `-` is standard input; a folder stands for
    the files in it. The options that describe an article are for text and HTML: records in JSON speak for themselves.

    \b
    legation extract --published 2024-05-13 story.txt
    zcat archive.jsonl.gz | legation extract --stage mentions | jq .type

    A line of an event begins, as in `legation tail`, with + (as first told) or ~ (changed since).

    Exit status: 0 all well, 1 something could not be read (named on stderr; the rest was done), 2 wrong usage.
    """
    names = chosen(files, context, "read")
    report = _Report(quiet=quiet, verbose=verbose)
    records = _read_all(names, given, STAGES[stage], report)
    as_table = form == "table" or (form is None and sys.stdout.isatty())
    for record in records:
        click.echo(line(record) if as_table else encode(record))
    report.close()
    if report.bad:
        context.exit(1)


@dataclass
class _Report:
    """What is said on stderr of records that did not come through, and the count of them."""

    quiet: bool
    verbose: bool
    bad: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def unreadable(self, item: Unreadable) -> None:
        self.bad += 1
        click.echo(f"{item.file}:{item.line}: {item.reason}: {item.message}", err=True)

    def ended(self, item: Payload, end: Skip | Reject) -> None:
        if isinstance(end, Reject):
            self.bad += 1
            click.echo(f"{item.file}:{item.line}: {end.reason}: {end.message}", err=True)
            return
        self.skipped[end.reason] += 1
        if self.verbose:
            detail = f" ({end.detail})" if end.detail else ""
            click.echo(f"{item.file}:{item.line}: skipped: {end.reason}{detail}", err=True)

    def close(self) -> None:
        if self.skipped and not self.quiet:
            reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self.skipped.items()))
            click.echo(f"skipped {self.skipped.total()}: {reasons}", err=True)


def _read_all(files: tuple[str, ...], given: Given, last: str, report: _Report) -> Iterator[Record]:
    """All records that the stage `last` makes of the files: events at the end and by date, others as they come."""
    pipeline = Pipeline(until=last, work=within_time)
    sinks = {stage.name: stage.sink for stage in TOPOLOGY.stages}
    with _progress(shown=len(files) > 1 and not report.quiet) as progress:
        for file in progress.track(files, description="reading"):
            for items in _batches(read([file], given), 1 if file == STDIN else BATCH, report):
                for item, result in zip(items, pipeline.feed_many([it.value for it in items]), strict=True):
                    for _, end in result.ends:
                        report.ended(item, end)
                    if sink := sinks.get(last):
                        yield from (
                            decode(it.value, sink.record)
                            for it in result.messages
                            if it.value and it.topic == sink.name
                        )
    yield from pipeline.events()


def _batches(items: Iterable[Payload | Unreadable], size: int, report: _Report) -> Iterator[list[Payload]]:
    """Payloads in their order, some at a time; what cannot be read is reported."""
    readable: list[Payload] = []
    for item in items:
        if isinstance(item, Unreadable):
            report.unreadable(item)
            continue
        readable.append(item)
        if len(readable) == size:
            yield readable
            readable = []
    if readable:
        yield readable


def _progress(*, shown: bool) -> Progress:
    console = Console(stderr=True)
    # Lines that stream to the same terminal would be torn apart by a bar that is drawn anew below them.
    shown = shown and console.is_terminal and not sys.stdout.isatty()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not shown,
    )
