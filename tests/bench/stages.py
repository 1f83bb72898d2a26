"""`make bench`: how many articles a second the stages do in one process, on made articles. The median of runs.

A beginning: what Kafka, Faust and full spaCy cost beside it is not measured here yet.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import click

from legation.pipeline import fold_step, steps
from legation.topology import TOPOLOGY

sys.path.insert(0, str(Path(__file__).parents[1]))
from integration.made_articles import make_articles

SEED = 20250301

BATCH = 32
"""Messages a chunk, as `extract` and the workers take them."""

MIXES = (0.1, 1.0)
"""Share of diplomatic articles: as in general news, and the dearest case."""


@click.command()
@click.option("--articles", default=2000, show_default=True, help="Articles of each mix: seconds of work.")
@click.option("--runs", default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def bench(articles: int, runs: int, as_json: bool) -> None:
    """Print articles a second for each stage (of those that reach it) and for all of them together."""
    for stage in TOPOLOGY.stages:
        if stage.warm:
            stage.warm()
    rows = []
    for share in MIXES:
        values = [made.value for made in make_articles(articles, SEED, malformed=0, diplomatic=share)]
        run(values[:50])  # what is loaded on first use
        timed = [run(values) for _ in range(runs)]
        for name in (*TOPOLOGY.names, "all"):
            rate = statistics.median(articles_done / seconds for articles_done, seconds in (it[name] for it in timed))
            rows.append({"diplomatic": share, "stage": name, "articles": timed[0][name][0], "per_second": round(rate)})
    if as_json:
        click.echo(json.dumps(rows))
        return
    click.echo(f"{'diplomatic':>10}  {'stage':<12}{'articles':>9}{'a second':>10}")
    for row in rows:
        click.echo(f"{row['diplomatic']:>10.0%}  {row['stage']:<12}{row['articles']:>9}{row['per_second']:>10}")


def run(values: list[bytes]) -> dict[str, tuple[int, float]]:
    """Number of messages that reached each stage, and the seconds that it took; `all` counts from raw to event."""
    found: dict[str, tuple[int, float]] = {}
    began = time.perf_counter()
    messages: list[bytes | None] = list(values)
    for stage in TOPOLOGY.stages:
        start = time.perf_counter()
        done = [it for at in range(0, len(messages), BATCH) for it in steps(stage, messages[at : at + BATCH])]
        found[stage.name] = len(messages), time.perf_counter() - start
        messages = [message.value for it in done for message in it.messages]
    start = time.perf_counter()
    blocks = {}
    for message in messages:
        folded = fold_step(TOPOLOGY.fold, message, blocks.get)
        blocks[folded.key] = folded.block
    found[TOPOLOGY.fold.name] = len(messages), time.perf_counter() - start
    found["all"] = len(values), time.perf_counter() - began
    return found


if __name__ == "__main__":
    bench()
