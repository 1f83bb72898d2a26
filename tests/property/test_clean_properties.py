"""What must hold of clean whatever it is given."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.outcomes import Emit, Reject, Skip
from legation.records import Article, RawArticle, decode, encode
from legation.stages.clean import clean
from legation.stages.clean.apostrophes import mend_apostrophes
from legation.stages.clean.normalise import normalise
from legation.stages.clean.sentences import split_sentences

PIECES = st.sampled_from(
    [
        "The ministers of Peru and Kenya met in Lima on Monday.",
        "Talks went on, Mr. Lee of the U.S. said.",
        '"Will they sign?" Ana Rojas asked.',
        "Peru and Kenya sign a treaty",
        "LIMA, May 13 (Reuters) - ",
        "LIMA (AP) — ",
        "Kyodo May 13, 2021",
        "May 13, 2021 (Example Daily)",
        "By Jane Roe, Reuters",
        "A minister waves. | POOL / AFP-JIJI",
        "A minister waves. REUTERS/Jane Roe",
        "A minister waves. (Kyodo)",
        "Sorry, but your browser needs Javascript to use this site.",
        "Share | Tweet",
        "REUTER",
        "Berg s decision",
        "(Reporting by Jane Roe)",
        "© 2021 Example Daily",
        " ",
        "\n",
        "\n\n",
        "\n    ",
        "&amp;",
        "â€™",
        "\x00",
        "…",
        ".",
        "–",
        "(",
        "両国の外相",
    ]
)
NOISY_TEXT = st.lists(PIECES | st.text(max_size=12), max_size=25).map("".join)
TAG_NAMES = """
    <p> </p> <div> </div> <article> </article> <h1> </h1> <table> <tr> <td> </table> <b> </b> <script> </script>
    <!-- -->
    <svg> </svg> <select> <option> </select> <head> </head> <body> </body> <html> <frameset> <noscript> <figcaption>
    </figcaption> <textarea> <template> </template> <a> </a> <li> < > <![CDATA[ <?xml?> &nbsp; &#0; <title> </title>
    <time_datetime="2021-05-13"> <p_class="caption"> <script_type="application/ld+json"> {"@type":"Article"}
"""
TAGS = st.sampled_from([name.replace("_", " ") for name in TAG_NAMES.split()])
NOISY_HTML = st.lists(TAGS | PIECES | st.text(max_size=8), max_size=40).map("".join)


def check(article: Article) -> None:
    for text, sentences in ((article.body, article.sentences), *((c.text, c.sentences) for c in article.captions)):
        assert [text[s.start : s.end] for s in sentences] == [s.text for s in sentences]
        assert "".join(s.text for s in sentences).split() == "".join(sorted_cover(text, sentences)).split()
    assert article.body.strip()
    assert "\n\n" not in article.body
    assert decode(encode(article), Article) == article


def sorted_cover(text: str, sentences: tuple) -> list[str]:  # type: ignore[type-arg]
    """The sentences' text, after checking that they come in order and leave out nothing but white space."""
    at = 0
    for sentence in sentences:
        assert not text[at : sentence.start].strip()
        at = sentence.end
    assert not text[at:].strip()
    return [sentence.text for sentence in sentences]


@given(NOISY_TEXT)
@settings(max_examples=400, deadline=None)
def test_any_text_has_an_outcome_and_offsets_hold(text: str) -> None:
    outcome = clean(RawArticle(text=text))

    assert isinstance(outcome, Emit | Skip | Reject)
    if isinstance(outcome, Emit):
        assert outcome.records
        for article in outcome.records:
            check(article)
    assert clean(RawArticle(text=text)) == outcome


@given(NOISY_HTML)
@settings(max_examples=300, deadline=None)
def test_any_page_has_an_outcome_and_offsets_hold(html: str) -> None:
    outcome = clean(RawArticle(html=html))

    assert isinstance(outcome, Emit | Skip | Reject)
    if isinstance(outcome, Emit):
        for article in outcome.records:
            check(article)


@given(
    st.lists(
        st.sampled_from(
            [
                "The ministers of Peru and Kenya met in Lima on Monday.",
                "Talks went on for hours, Mr. Lee of the U.S. said in St. Petersburg.",
                '"We will sign," she said. "Not this year."',
                "Berg s decision wasn t a surprise, and they re glad.",
                "On May 13, 2021 the two states agreed – at last – on fishing.",
            ]
        ),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_a_clean_body_stays_as_it_is(lines: list[str]) -> None:
    once = clean(RawArticle(title="A treaty", text="\n".join(lines)))
    assert isinstance(once, Emit)
    again = clean(RawArticle(title="A treaty", text=once.records[0].body))
    assert isinstance(again, Emit)

    assert again.records[0].body == once.records[0].body
    assert again.records[0].content_hash == once.records[0].content_hash


@given(st.text())
def test_normalising_and_mending_twice_is_doing_it_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert mend_apostrophes(mend_apostrophes(text)) == mend_apostrophes(text)


@given(st.text(alphabet=st.sampled_from("Aa. \n\"'!?…)U.S1é")))
def test_sentences_cover_any_text_in_order(text: str) -> None:
    sorted_cover(text, split_sentences(text))


@pytest.mark.parametrize(
    "piece", ["...", "A-", "Aa ", "\nA", " \t", '."', "By A and ", "TOKYO/", "(Kyodo) ", "&amp;", "javascript ", "A/"]
)
def test_time_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    text = piece * (60_000 // len(piece)) + "x"
    started = time.process_time()
    clean(RawArticle(text=text))

    assert time.process_time() - started < 5  # a hundredth of that as a rule; squares took minutes
