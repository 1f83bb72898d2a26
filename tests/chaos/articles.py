"""What is fed: articles made from a seed, and poison to put between them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from random import Random

from chaos import real
from chaos.verdict import Article
from chaos.world import REAL, Subject
from integration.made_articles import make_articles
from legation.records import RawArticle, encode

COUNTRIES = "ARG AUS BRA CAN CHN DEU EGY ESP FRA GBR IDN IND IRL ITA JPN KEN KOR MEX NGA PAK RUS TUR USA ZAF".split()
PAIRS = list(itertools.combinations(COUNTRIES, 2))


def meetings(count: int, pairs: int = len(PAIRS)) -> list[bytes]:
    """Articles for the toy of which each tells of one meeting; several tell of the same."""
    return [
        encode(
            RawArticle(
                article_id=f"a-{i}",
                text="{} {} 2022-03-{:02}".format(*PAIRS[i % pairs], i // (8 * pairs) % 28 + 1),
                source=f"Outlet {i % 5}",
                published_at=f"2022-04-{i % 28 + 1:02}",
            )
        )
        for i in range(count)
    ]


def articles(subject: Subject, count: int, seed: int) -> list[Article]:
    """So many, one in a hundred malformed. In the toy, a few pairs of states meet in many articles."""
    if subject.topology is REAL.topology:
        return [Article(it.article_id, it.value) for it in make_articles(count, seed)]
    random = Random(seed)
    made = [Article(f"a-{i}", value) for i, value in enumerate(meetings(count, pairs=len(PAIRS) // 4))]
    for i in random.sample(range(count), count // 100):
        made[i] = Article(f"a-{i}", made[i].value[: random.randrange(2, 60)])  # type: ignore[index]
    for i in random.sample(range(count), count // 20):
        made[i] = Article(f"a-{i}", encode(RawArticle(article_id=f"a-{i}", text="skip")))
    random.shuffle(made)
    return made


def poison(subject: Subject) -> list[Article]:
    """Records that no pipeline should see, each with the reason that its dead letter must give."""
    reasons = {"crash": "crash", "hang": "timeout", "sleep": "timeout"}
    texts = {it: it for it in reasons}
    if subject.topology is REAL.topology:
        texts = {"crash": real.CRASH, "hang": real.HANG, "sleep": real.SLEEP}
    misbehaving = [
        Article(f"{name}-{i}", encode(RawArticle(article_id=f"{name}-{i}", text=text)), reasons[name])
        for name, text in texts.items()
        for i in range(2)
    ]
    return [
        *misbehaving,
        Article("tombstone", None, "not-json"),
        Article("null-bytes", bytes(64), "not-json"),
        Article("cut", b'{"text": "cut', "not-json"),
        Article("utf-16", json.dumps({"text": "Chile"}).encode("utf-16"), "not-json"),
        Article("wrong-type", b'{"text": 7}', "invalid"),
        Article("very-large", b'["' + b"x" * 39_000_000 + b'"]', "invalid"),
    ]


def scattered(articles: Sequence[Article], among: Sequence[Article], seed: int) -> list[Article]:
    """`articles` put between the others, wherever chance has it."""
    random = Random(seed)
    mixed = list(among)
    for it in articles:
        mixed.insert(random.randrange(len(mixed) + 1), it)
    return mixed
