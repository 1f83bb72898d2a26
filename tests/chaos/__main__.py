"""`make chaos`: disturb a cluster and its workers, and see whether anything is lost. docs/chaos.md tells the rest."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import tempfile
import time
from pathlib import Path

import click

from chaos.articles import articles
from chaos.scenarios import SCENARIOS, Played, play, say
from chaos.world import REAL, TOY

FIRST = "undisturbed"
"""Shows what the others should leave."""


@click.command()
@click.option(
    "--scenario", "names", multiple=True, type=click.Choice(list(SCENARIOS)), help="Only this one; repeatable."
)
@click.option("--articles", "count", type=click.IntRange(min=100), default=2000, show_default=True, help="In each run.")
@click.option("--seed", default=1, show_default=True, help="Of the articles, and of whom to strike when.")
@click.option("--toy", is_flag=True, help="With stages that do next to nothing, in place of the real ones: quicker.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Keep logs and brokers' data here, rather than nowhere."
)
@click.option("--list", "listing", is_flag=True, help="Say what scenarios there are, and do nothing.")
def main(names: tuple[str, ...], count: int, seed: int, toy: bool, folder: Path | None, listing: bool) -> None:
    """Run articles through the pipeline on an Apache Kafka of its own while workers, brokers, network, disk and clocks
    are disturbed, and compare what is left with what an undisturbed run leaves.

    Progress goes to standard error, the table to standard output. Exit status: 0 all was kept, 1 something was not.
    """
    if listing:
        for name, scenario in SCENARIOS.items():
            click.echo(f"{name:29} {scenario.meaning}")
        return
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell has what it starts in the background ignore the first
        signal.signal(number, signal.default_int_handler)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # of what it logs, what matters is raised too
    subject = TOY if toy else REAL
    fed = articles(subject, count, seed)
    results: dict[str, Played | str] = {}
    chosen = dict.fromkeys((FIRST, *(names or [name for name in SCENARIOS if name != "headline"])))
    with contextlib.ExitStack() as stack:
        root = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="legation-chaos-")))
        for name in chosen:
            say(f"{name}: {SCENARIOS[name].meaning}")
            place = root / f"{name}-{time.time_ns()}"
            place.mkdir(parents=True)
            first = results.get(FIRST)
            try:
                results[name] = play(
                    name, subject, fed, first.trace if isinstance(first, Played) else None, seed, place
                )
            except Exception as error:
                if name == FIRST:
                    raise
                results[name] = f"{type(error).__name__}: {str(error)[:3000]}"
            say(_row(name, count, results[name]))
    click.echo(_HEAD)
    for name, result in results.items():
        click.echo(_row(name, count, result))
    if not all(isinstance(it, Played) and it.sound for it in results.values()):
        sys.exit(1)


_HEAD = (
    f"{'scenario':28} {'articles':>8} {'events':>7} {'skips':>7} {'dead':>5} {'missing':>7} {'spurious':>8} "
    f"{'repeated':>8} {'latest identical':>16} {'restarts':>8} {'seconds':>7}"
)


def _row(name: str, count: int, result: Played | str) -> str:
    if isinstance(result, str):
        return f"{name:28} {count:8} FAILED: {result}"
    it = result.verdict
    total = it.events + it.skips + it.letters + it.missing
    row = (
        f"{name:28} {total:8} {it.events:7} {it.skips:7} {it.letters:5} {it.missing:7} {it.spurious:8} "
        f"{it.repeated:8.2%} {'yes' if it.identical else 'NO':>16} {result.mended:8} {result.seconds:7.0f}"
    )
    return "\n".join((row, *(f"  BUT {it}" for it in result.complaints)))


if __name__ == "__main__":
    main()
