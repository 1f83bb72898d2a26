"""What holds for classify, whatever the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from legation.outcomes import Emit, Skip
from legation.records import Article, Part, Sentence, Versions
from legation.stages.classify import MAX_CANDIDATES, classify, contexts

WORDS = (
    "France German Kenya's EU UN Kremlin minister police protesters signed met sanctions treaty attacked striker "
    "coach film shares profit company İstanbul café — “talks” 3-0 and the of . , foreign-minister nuclear"
).split()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join) | st.text(min_size=1, max_size=60)


def made(title: str | None, body: list[str]) -> Article:
    sentences, at = [], 0
    for text in body:
        sentences.append(Sentence(text=text, start=at, end=at + len(text)))
        at += len(text) + 1
    return Article(
        article_id="a",
        raw_id="a",
        url=None,
        outlet=None,
        agency=None,
        byline=None,
        published_at=None,
        published_from=None,
        fetched_at=None,
        language="en",
        title=title,
        dateline=None,
        body=" ".join(body),
        sentences=tuple(sentences),
        captions=(),
        content_hash="",
        removed=(),
        versions=Versions(pipeline="test", knowledge="test"),
    )


articles = st.builds(made, st.none() | texts, st.lists(texts, max_size=80))


@given(articles)
@settings(deadline=None)
def test_an_article_is_emitted_with_real_candidates_or_skipped(article) -> None:
    outcome = classify(article)
    assert isinstance(outcome, Emit | Skip)
    if isinstance(outcome, Emit):
        (classified,) = outcome.records
        assert 0 < len(classified.candidates) <= MAX_CANDIDATES
        assert 0 <= classified.relevance.score < 1
        places = [(it.part is Part.BODY, it.index) for it in classified.candidates]
        assert places == sorted(set(places))
        for candidate in classified.candidates:
            assert candidate.index < (len(article.sentences) if candidate.part is Part.BODY else 1)


@given(articles)
@settings(deadline=None)
def test_the_same_article_is_classified_alike(article) -> None:
    assert classify(article) == classify(article)


@given(texts)
@settings(deadline=None)
def test_contexts_are_sorted_and_distinct(text) -> None:
    found = contexts(text)
    assert list(found) == sorted(set(found))
