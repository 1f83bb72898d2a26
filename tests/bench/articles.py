"""Articles as an agency sends them: about 400 words of plain text, of sentences from our gold.

Those of diplomatic articles have one that tells of an event, then two from rows without any, as news fill in; the
others are made sport, business and local news.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import orjson

from integration.made_articles import make_articles
from legation.outcomes import Emit
from legation.records import RawArticle, convert
from legation.stages.clean import clean

GOLD = Path(__file__).parents[1] / "eval" / "gold.jsonl"
SEED = 20250301

WORDS = 400
"""An article of a news agency."""

MIXES = {"general news": 0.1, "diplomatic news": 1.0}
"""Share of diplomatic articles: as in general news, and the dearest case."""


def bench_articles(count: int, share: float, seed: int = SEED, day: date | None = None) -> list[RawArticle]:
    """`count` articles, a share of them diplomatic; the same ones each time. All of one day, or of any of a year."""
    random = Random(seed)
    telling, filling = _gold_sentences(events=True), _gold_sentences(events=False)
    others = [
        sentence
        for made in make_articles(400, SEED, malformed=0, diplomatic=0)
        for sentence in orjson.loads(made.value)["text"].split("\n\n")
    ]
    return [
        RawArticle(
            article_id=f"made-{seed}-{number}",
            source=f"Courier {random.randint(1, 40)}",
            published_at=str(day or date(2025, random.randint(1, 12), random.randint(1, 28))),
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
