"""Pages: main text, metadata, captions, several articles, and pages that mean harm."""

from __future__ import annotations

import pytest

from legation.outcomes import Emit, Reject, RejectReason, Skip, SkipReason
from legation.records import Article, RawArticle
from legation.stages.clean import clean
from legation.stages.clean.html import MAX_DEPTH, MAX_HTML, MAX_TAGS, read_html

FIRST = "The foreign ministers of Peru and Kenya signed a treaty on trade in Lima on Monday, after two years of talks."
SECOND = "The treaty lowers tariffs on fish and coffee, and opens the ports of both states to ships of the other one."
STORY = f"<p>{FIRST}</p><p>{SECOND}</p>"
JSON_LD = '<script type="application/ld+json">'
PAGE = f"""<!DOCTYPE html><html><head><title>Treaty signed | Example Daily</title>
<meta property="og:title" content="Peru and Kenya sign a treaty | Example Daily">
<meta property="og:site_name" content="Example Daily">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite"}},
 {{"@type": "NewsArticle", "headline": "Peru &amp; Kenya sign a treaty", "datePublished": "2021-05-13T08:00:00+02:00",
   "author": [{{"@type": "Person", "name": "Jane Roe"}}, {{"name": "John Doe"}}]}}]}}</script></head>
<body><nav><a href="/">Home</a><a href="/world">World</a></nav>
<article><h1>Peru &amp; Kenya sign a treaty</h1><div class="byline">By Jane Roe and John Doe</div>
<figure><figcaption>Minister Ana Rojas waves to reporters in Lima on Monday. (AP Photo/Jane Roe)</figcaption></figure>
{STORY}<div class="share-buttons"><a href="#">Share</a><a href="#">Tweet</a></div></article>
<aside class="related"><h3>Related</h3><a href="/1">Chad recalls its envoy</a></aside>
<footer>© 2021 Example Daily. All rights reserved.</footer></body></html>"""


def emitted(html: str, **values: str) -> tuple[Article, ...]:
    outcome = clean(RawArticle(html=html, **values))
    assert isinstance(outcome, Emit), outcome
    return outcome.records


def test_a_page_taken_apart() -> None:
    (article,) = emitted(PAGE)

    assert article.body == f"{FIRST}\n{SECOND}"
    assert article.title == "Peru & Kenya sign a treaty"
    assert article.byline == "Jane Roe, John Doe"
    assert article.outlet == "Example Daily"
    assert (article.published_at, article.published_from) == ("2021-05-13T08:00:00+02:00", "html")
    assert [(c.text, c.credit) for c in article.captions] == [
        ("Minister Ana Rojas waves to reporters in Lima on Monday.", "AP Photo/Jane Roe")
    ]


def test_the_feeds_word_on_title_and_outlet_is_taken() -> None:
    (article,) = emitted(PAGE, title="A treaty", source="Example Wire")

    assert (article.title, article.outlet) == ("A treaty", "Example Wire")


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ('<meta property="article:published_time" content="2021-05-13T08:00:00Z">', "2021-05-13T08:00:00+00:00"),
        ('<meta name="pubdate" content="2021-05-13">', "2021-05-13"),
        ('<meta itemprop="datePublished" content="2021-05-13T08:00:00">', "2021-05-13"),
        (f'{JSON_LD}{{"@type":"NewsArticle","datePublished":"yesterday"}}</script>', None),
        (f'{JSON_LD}{{"@type":["Article"],"datePublished":7,"author":{{"name":[1]}},"headline":3}}</script>', None),
        (f"{JSON_LD}[[[</script>", None),
        ('<meta property="article:published_time" content="0001-01-01T00:00:00Z">', None),
    ],
)
def test_published(head: str, at: str | None) -> None:
    (article,) = emitted(f"<html><head>{head}</head><body><article>{STORY}</article></body></html>")

    assert article.published_at == at


def test_several_whole_articles_on_a_page() -> None:
    other = (
        "<p>NAIROBI (AP) — The opposition in Kenya said on Friday that the treaty was signed in haste and secrecy.</p>"
        "<p>Its leader called on the parliament to vote against it, and on the minister to step down before Monday.</p>"
    )
    page = f"""<body>
    <article><h2>Peru and Kenya sign a treaty</h2><time datetime="2021-05-13">May 13</time>{STORY}</article>
    <article><h2>Treaty draws anger in Nairobi</h2><time datetime="2021-05-14">May 14</time>{other}</article>
    <article><h2>Weather</h2><p>Rain.</p></article></body>"""
    first, second = emitted(page, article_id="x")

    assert [(a.article_id, a.title, a.published_at) for a in (first, second)] == [
        ("x", "Peru and Kenya sign a treaty", "2021-05-13"),
        ("x.2", "Treaty draws anger in Nairobi", "2021-05-14"),
    ]
    assert second.agency == "AP"


def test_a_link_marked_as_a_tag_keeps_its_words() -> None:
    praise = 'It was praised by <a href="/t/un" rel="tag">the United Nations</a> at once.'
    page = f"<body><article><p>{FIRST} {praise}</p>{STORY}</article>"

    assert "praised by the United Nations at once" in emitted(page)[0].body


def test_a_wrapper_with_an_unlucky_name_does_not_hide_the_article() -> None:
    page = f'<body><div class="share-related-widget">{STORY * 3}</div></body>'

    assert emitted(page)[0].body.startswith(FIRST)


def test_text_in_html_is_split_like_text() -> None:
    page = "".join(
        f"<p>{line}</p>"
        for line in (
            "Peru and Kenya sign a treaty",
            "Kyodo May 13, 2021",
            FIRST,
            "Treaty draws anger in Nairobi",
            "Kyodo May 14, 2021",
            SECOND,
        )
    )
    assert [a.published_at for a in emitted(f"<body><div>{page}</div></body>")] == ["2021-05-13", "2021-05-14"]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + FIRST,
        "<div>" * 100_000 + FIRST + "</div>" * 100_000,
        "<b>" * MAX_DEPTH + FIRST,
        "</p><div>" * 50_000 + FIRST,
        "</i><i/><div>" * 50_000 + FIRST,
        "<p>" * (MAX_TAGS + 1),
        "x" * (MAX_HTML + 1),
        f"<body>{('<p>' + 'word ' * 100 + '</p>') * 1_500}</body>",
    ],
    ids=["deep", "deep and closed", "just too deep", "closed before opened", "closed at once", "tags", "long", "text"],
)
def test_too_large(html: str) -> None:
    outcome = clean(RawArticle(html=html))

    assert isinstance(outcome, Reject)
    assert outcome.reason is RejectReason.TOO_LARGE


def test_depth_that_is_bearable() -> None:
    for html in ("<div>" * (MAX_DEPTH - 10) + STORY, "<br>" * 50_000 + STORY, "<p>" * 50_000 + STORY):
        assert emitted(html)[0].body.startswith(FIRST)


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<!--" * 1000,
        "<frameset><frame src=x></frameset>",
        "<script>x<y</script>",
        "<svg><p></svg>",
        "<",
        "\x00",
    ],
)
def test_pages_without_text(html: str) -> None:
    outcome = clean(RawArticle(html=html))

    assert isinstance(outcome, Skip)
    assert outcome.reason is SkipReason.EMPTY_AFTER_CLEANING


def test_null_bytes_and_lone_surrogates() -> None:
    (article,) = emitted(f"<body><p>\x00{FIRST}\ud800</p><p>{SECOND}</p></body>")

    assert FIRST in article.body


def test_no_page_at_all_has_no_parts() -> None:
    assert [part.text for part in read_html("")] in ([], [""])
