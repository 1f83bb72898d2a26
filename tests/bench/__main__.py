"""`make bench`: what legation does a second, and what that costs, beside what one would otherwise use."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: one core, as in the worker processes

import click

from bench import loop, stages, through_kafka
from bench.articles import MIXES
from bench.report import Report
from legation.broker import EmbeddedKafka

PARTS = ("stages", "loop", "pipeline", "latency", "soak")
DEFAULT = "stages,loop,pipeline,latency"


def chosen(_: click.Context, __: click.Parameter, value: str) -> list[str]:
    """The parts, in their own order."""
    names = [it.strip() for it in value.split(",")]
    if unknown := [it for it in names if it not in PARTS]:
        raise click.BadParameter(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return [it for it in PARTS if it in names]


@click.command(context_settings={"show_default": True})
@click.option("--only", "parts", default=DEFAULT, callback=chosen, help=f"Parts to run, of {', '.join(PARTS)}.")
@click.option("--runs", default=3, help="Of each figure; the median counts.")
@click.option("--articles", default=400, help="For the stages, of each mix.")
@click.option("--records", default=30_000, help="For the loop.")
@click.option("--feed", default=3000, help="Articles for the pipeline through Kafka.")
@click.option("--seconds", default=40.0, help="For the latency, each run.")
@click.option("--minutes", default=5.0, help="For the soak.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write all figures to this file too.")
def main(
    parts: list[str],
    runs: int,
    articles: int,
    records: int,
    feed: int,
    seconds: float,
    minutes: float,
    file: Path | None,
) -> None:
    """Measure and print a table; docs/performance.md says how to read it. Starts an Apache Kafka of its own."""
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker: EmbeddedKafka | None = None
        if parts != ["stages"]:
            say("starting Kafka")
            broker = stack.enter_context(EmbeddedKafka(folder / "kafka"))
        capacity = 0.0
        for part in parts:
            if part == "stages":
                report.rows += stages.measure(articles, runs, say)
            elif broker is not None and part == "loop":
                report.rows += loop.measure(broker, records, runs, say)
            elif broker is not None and part == "pipeline":
                rows, capacity = through_kafka.measure(broker, folder, feed, runs, say)
                report.rows += rows
            elif broker is not None and part == "latency":
                if not capacity:
                    say("latency: finding the capacity")
                    general = stages.values(feed, MIXES["general news"])
                    capacity, *_ = through_kafka.one_run(broker, folder, general, os.cpu_count() or 1)
                report.rows += through_kafka.latency(broker, folder, capacity, seconds, runs, say)
            elif broker is not None:
                report.rows += through_kafka.soak(broker, folder, minutes, say)
            report.load.append(os.getloadavg()[0])
    click.echo(report.table())
    if file:
        file.write_text(json.dumps(report.as_json(), indent=1) + "\n")


def say(text: str) -> None:
    """Progress, apart from the table."""
    click.echo(text, err=True)


if __name__ == "__main__":
    main(prog_name="make bench")
