"""Evidence selects the words that it claims: in every mention and every event, whatever was done to the article.

    python tests/property/test_evidence.py FILE...

checks the same of the raw articles in files as `legation extract` reads them, and prints what is wrong.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.cli.inputs import Payload, expand, read
from legation.knowledge.frames import load_frames
from legation.pipeline import Pipeline
from legation.records import Article, DiplomaticEvent, EventCore, EventMention, Part, RawArticle, decode, encode
from legation.samples import FOLDER
from legation.topics import CLEAN, EVENTS, MENTIONS

GOLD = Path(__file__).parents[1] / "eval" / "gold.jsonl"

# --- the check ---


def faults(value: bytes) -> list[str]:
    """What is wrong with the evidence in all that becomes of one raw article."""
    messages = Pipeline().feed(value).messages
    articles = [decode(it.value, Article) for it in messages if it.topic == CLEAN.name and it.value]
    mentions = [decode(it.value, EventMention) for it in messages if it.topic == MENTIONS.name and it.value]
    events = [decode(it.value, DiplomaticEvent) for it in messages if it.topic == EVENTS.name and it.value]
    found = [fault for article in articles for fault in _of_article(article)]
    by_id = {article.article_id: article for article in articles}
    for mention in mentions:
        found += [f"{fault}: {mention}" for fault in _of_mention(mention, by_id[mention.article_id])]
    for event in events:
        cited = [by_id[it.article_id] for it in event.mentions]
        if not any(_part(event, article) == event.evidence.sentence for article in cited):
            found.append(f"the sentence stands in no article that it cites: {event}")
        found += [f"{fault}: {event}" for fault in _of_words(event)]
    return found


def _of_article(article: Article) -> Iterator[str]:
    for text, sentences in ((article.body, article.sentences), *((it.text, it.sentences) for it in article.captions)):
        yield from (f"not in its text: {it}" for it in sentences if text[it.start : it.end] != it.text)


def _of_mention(mention: EventMention, article: Article) -> Iterator[str]:
    if _part(mention, article) != mention.evidence.sentence:
        yield "the sentence does not stand where it says"
    yield from _of_words(mention)
    fields = mention.evidence.fields
    if mention.date is not None and "date" not in fields:
        yield "no words for the date"
    if any(f"attribution.{number}" not in fields for number, _ in enumerate(mention.attribution)):
        yield "no words for an attribution"
    filed = article.dateline.place if article.dateline else None
    if mention.place is not None and "place" not in fields and mention.place.text != filed:
        yield "no words for the place"


def _part(event: EventCore, article: Article) -> str:
    """What stands in the article where the evidence says."""
    evidence = event.evidence
    match evidence.part:
        case Part.TITLE:
            whole = article.title or ""
        case Part.BODY:
            whole = article.body
        case Part.CAPTION:
            assert evidence.caption is not None
            whole = article.captions[evidence.caption].text
    return whole[evidence.start : evidence.end]


def _of_words(event: EventCore) -> Iterator[str]:
    """Of each field that has words: that they are there, and are what the field says."""
    sentence, spans = event.evidence.sentence, event.evidence.fields
    claims = [(party.start, party.end, party.text) for party in (*event.actors, *event.recipients)]
    told: dict[str, str | None] = {f"attribution.{number}": it.text for number, it in enumerate(event.attribution)}
    told["date"] = event.date.text if event.date else None
    told["place"] = event.place.text if event.place else None
    for name, (start, end) in spans.items():
        claims.append((start, end, told.pop(name) if name in told else sentence[start:end]))
    for start, end, text in claims:
        words = sentence[start:end]
        if not 0 <= start < end <= len(sentence) or words != text or words != words.strip():
            yield f"[{start}, {end}) selects {words!r}, and it claims {text!r}"
    known = {
        "type",
        "status",
        "date",
        "place",
        *(f"attribution.{number}" for number, _ in enumerate(event.attribution)),
    }
    if "type" not in spans or not spans.keys() <= known:
        yield f"fields {sorted(spans)}"


# --- articles of our own ---

EXAMPLES = sorted({frame.example for frame in load_frames().all() if frame.type is not None})
LEADS = (
    "",
    "OSLO, March 3 (Reuters) - ",
    "Vienna (AFP) — ",
    "NEW DELHI, 3 March (PTI): ",
    "MOSCOW. March 3. /TASS/. ",
)
ADDITIONS = (
    ", a diplomatic source said on Tuesday.",
    ", the foreign ministry’s spokesman said.",
    " on the sidelines of a summit in Geneva last week.",
    ", two days after the envoys’ talks, according to the United Nations.",
    " – “a first step”, as the minister put it.",
    ", though nobody in Jiří Dvořák’s delegation would say so.",
)
FOLLOWING = (
    "It also urged Chile to release the fishermen, and accused its neighbour of piracy.",
    "They will meet their Peruvian counterparts in May.",
    "The two countries signed a treaty there, he said, and both sides thanked the United Nations.",
    "He accused Chile of it on Friday; his Peruvian counterpart denied that the rebels had met him.",
    "The government expelled two Chilean diplomats the next day.",
)
"""What means somebody told of before."""
NOISE = (
    "Sorry, but your browser needs Javascript to use this site.",
    "Share | Tweet",
    "A minister waves in Oslo on March 3. REUTERS/Jane Roe",
    "(Reporting by Jane Roe; editing by John Doe)",
    "両国の外相が会談した。",
    "🕊️ Read more: www.courier.example/peace",
)


def _lost_apostrophes(text: str) -> str:
    return text.replace("’", "'").replace("'s", " s").replace("s' ", "s  ")


def _mojibake(text: str) -> str:
    return text.encode().decode("cp1252", errors="replace")


def _wrapped(text: str) -> str:
    """As wires wrap: a line break for every sixth blank."""
    words = text.split(" ")
    return "\n".join(" ".join(words[at : at + 6]) for at in range(0, len(words), 6))


DAMAGE: tuple[Callable[[str], str], ...] = (
    _lost_apostrophes,
    _mojibake,
    _wrapped,
    str.upper,
    lambda text: text.replace(" ", "\xa0"),
    lambda text: text.replace(" ", "  "),
    lambda text: text.replace("e", "e\u0301"),
    lambda text: text.replace("-", "\u2011").replace("i", "i\u200b"),
    html.escape,
)

sentences = st.builds(
    lambda sentence, addition: sentence.rstrip(".") + addition if addition else sentence,
    st.sampled_from(EXAMPLES),
    st.none() | st.sampled_from(ADDITIONS),
)
paragraphs = st.lists(sentences | st.sampled_from(FOLLOWING) | st.sampled_from(NOISE), min_size=1, max_size=4).map(
    " ".join
)
bodies = st.builds(
    lambda lead, told: [lead + told[0], *told[1:]], st.sampled_from(LEADS), st.lists(paragraphs, min_size=1, max_size=4)
)
damages = st.lists(st.sampled_from(DAMAGE), max_size=2)


def _damaged(text: str, damages: list[Callable[[str], str]]) -> str:
    for damage in damages:
        text = damage(text)
    return text


def _page(body: list[str], title: str | None, caption: str) -> str:
    head = f"<head><title>{html.escape(title or '')}</title></head>"
    figure = f"<figure><img src=a><figcaption>{html.escape(caption)}</figcaption></figure>"
    told = "".join(f"<p>{html.escape(it)}</p><aside>Share</aside>" for it in body)
    return f"<html>{head}<body><article>{figure}{told}</article></body></html>"


@settings(max_examples=150, deadline=None)  # a page is parsed and read: milliseconds, and on a busy machine more
@given(bodies, st.none() | sentences, sentences, damages, st.booleans())
def test_evidence_of_any_article_selects_its_words(body, title, caption, damages, as_page) -> None:
    damaged = [_damaged(it, damages) for it in body]
    raw = RawArticle(
        article_id="made",
        published_at="2025-03-04",
        title=title and _damaged(title, damages),
        text=None if as_page else "\n\n".join(damaged),
        html=_page(damaged, title, caption) if as_page else None,
    )
    assert faults(encode(raw)) == []


def test_the_articles_made_here_tell_of_events() -> None:
    """Else the property above would hold of nothing."""
    body = [LEADS[1] + EXAMPLES[0].rstrip(".") + ADDITIONS[0], *EXAMPLES[1::90]]
    for damage in ([], [_lost_apostrophes], [_mojibake], [_wrapped], [str.upper]):
        text = "\n\n".join(_damaged(it, list(damage)) for it in body)
        messages = Pipeline().feed(encode(RawArticle(text=text, published_at="2025-03-04"))).messages
        assert sum(it.topic == MENTIONS.name for it in messages) >= 5


def _rows(path: Path) -> list[bytes]:
    return [orjson.dumps(orjson.loads(line)["article"]) for line in path.read_bytes().splitlines()]


def _values(names: list[str]) -> list[bytes]:
    return [it.value for it in read(expand(names)) if isinstance(it, Payload)]


@pytest.mark.parametrize("values", [_rows(GOLD), _values([str(FOLDER)])], ids=["gold", "samples"])
def test_evidence_of_our_own_articles_selects_its_words(values: list[bytes]) -> None:
    assert [fault for value in values for fault in faults(value)] == []


if __name__ == "__main__":
    wrong = [fault for value in _values(sys.argv[1:]) for fault in faults(value)]
    sys.exit("\n".join(wrong) or 0)
