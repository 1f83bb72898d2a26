"""Articles by the thousand, made from templates and a seed: mostly of no interest, some diplomatic, a few malformed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

_STATES = (
    ("Chile", "Chilean"),
    ("Peru", "Peruvian"),
    ("Kenya", "Kenyan"),
    ("Norway", "Norwegian"),
    ("Vietnam", "Vietnamese"),
    ("Jordan", "Jordanian"),
    ("Portugal", "Portuguese"),
    ("Senegal", "Senegalese"),
    ("Mongolia", "Mongolian"),
    ("Estonia", "Estonian"),
)
_NAMES = ("Adams", "Berg", "Castro", "Diallo", "Endo", "Farah", "Garcia", "Holm", "Ito", "Jansen")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

_DIPLOMATIC = (
    "{one} Foreign Minister {name} met {other_one} Prime Minister {other} in {state} on {day}.",
    "{state} and {other_state} signed a fishing agreement on {day}, the {one} foreign ministry said.",
    "{state} accused {other_state} on {day} of moving boundary stones at night.",
    "{state} expelled a {other_one} diplomat on {day}.",
    "{one} President {name} will visit {other_state} next month for talks with President {other}.",
    "{state} pledged aid to {other_state} on {day} after the floods.",
)
_OTHERS = (
    "{name} scored twice as the home side won 3-{n} in the league on {day} and went top of the table.",
    "The coach praised goalkeeper {name} after the match and said that the season was long.",
    "Shares of the maker of pumps rose {n} percent on {day} after its quarterly profit beat forecasts.",
    "The company will open {n} shops, its chief executive {name} told shareholders.",
    "An exhibition of {n} paintings by {name} opens in the town museum on {day}.",
    "The festival's film prize went to director {name} for a comedy about a lighthouse.",
    "A court fined {name} on {day} for parking {n} lorries on a playing field.",
    "The town council put off the vote on the swimming baths until {day}.",
    "Snow is expected above {n}00 metres on {day}, and the pass may be closed.",
    "The library stays open until {n} on {day}, the librarian {name} said.",
)

SHARE_DIPLOMATIC = 0.1
"""As in general news: the rest is skipped cheaply."""


@dataclass(frozen=True, slots=True)
class Made:
    """One payload for the raw topic; `kind` is `good`, or what is wrong with it."""

    article_id: str
    kind: str
    value: bytes


def _not_json(article: dict[str, object], _: Random) -> bytes:
    return _json(article)[:-7]


def _wrong_types(article: dict[str, object], random: Random) -> bytes:
    bad: tuple[object, ...] = (
        {"text": 7},
        {"text": ["a", "b"]},
        {"published_at": "yesterday"},
        {"source": {"name": "x"}},
    )
    return _json({**article, **random.choice(bad)})  # type: ignore[dict-item]


def _no_text(article: dict[str, object], random: Random) -> bytes:
    return _json({**article, "text": random.choice((None, "", " \n\t"))})


def _thirty_megabytes(article: dict[str, object], _: Random) -> bytes:
    return _json({**article, "text": "The ministers of Chile and Peru met in Lima on Monday. " * (30_000_000 // 55)})


def _deep_html(article: dict[str, object], random: Random) -> bytes:
    tag = random.choice(("div", "b", "blockquote"))
    return _json({**article, "text": None, "html": f"<{tag}>" * 100_000 + str(article["text"])})


def _wrong_encoding(article: dict[str, object], random: Random) -> bytes:
    return json.dumps({**article, "title": "Vrána über Łódź"[: random.randint(3, 9)]}, ensure_ascii=False).encode(
        random.choice(("utf-16", "cp1250"))
    )


def _null_bytes(article: dict[str, object], random: Random) -> bytes:
    value = _json(article)
    at = random.randrange(2, len(value))
    return random.choice((value[:at] + b"\0" + value[at:], bytes(len(value)), _json({**article, "text": "\0" * 500})))


MALFORMED: tuple[tuple[Callable[[dict[str, object], Random], bytes], int], ...] = (
    (_not_json, 22),
    (_wrong_types, 22),
    (_no_text, 20),
    (_thirty_megabytes, 2),  # as much traffic as all the rest
    (_deep_html, 6),
    (_wrong_encoding, 14),
    (_null_bytes, 14),
)
"""What can be wrong with an article, and how many of a hundred malformed ones have it."""


def make_articles(
    count: int, seed: int, malformed: float = 0.01, diplomatic: float = SHARE_DIPLOMATIC
) -> Iterator[Made]:
    """`count` payloads of which a share `malformed` is broken, the kinds of breakage in the shares of `MALFORMED`."""
    random = Random(seed)
    kinds = [make for make, weight in MALFORMED for _ in range(weight)]
    broken = random.sample(range(count), round(count * malformed))
    how = {at: kinds[i * len(kinds) // len(broken)] for i, at in enumerate(broken)}
    for number in range(count):
        article = _article(number, random, diplomatic)
        make = how.get(number)
        kind, value = (make.__name__.strip("_"), make(article, random)) if make else ("good", _json(article))
        # No line break may stand within: the payloads are written to a JSONL file.
        yield Made(str(article["article_id"]), kind, value.replace(b"\n", b" "))


def _article(number: int, random: Random, share: float) -> dict[str, object]:
    diplomatic = random.random() < share
    templates = random.sample(_DIPLOMATIC, 3) if diplomatic else random.sample(_OTHERS, random.randint(3, 6))
    (state, one), (other_state, other_one) = random.sample(_STATES, 2)
    name, other = random.sample(_NAMES, 2)
    sentences = [
        template.format(
            state=state,
            one=one,
            other_state=other_state,
            other_one=other_one,
            name=name,
            other=other,
            day=random.choice(_DAYS),
            n=random.randint(1, 9),
        )
        for template in templates
    ]
    return {
        "article_id": f"made-{number:06}",
        "url": f"https://made.example/{number}",
        "source": f"Outlet {random.randint(1, 40)}",
        "published_at": f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "title": sentences[0].partition(" on ")[0].rstrip("."),
        "text": "\n\n".join(sentences),
    }


def _json(article: dict[str, object]) -> bytes:
    return json.dumps(article, ensure_ascii=False).encode()
