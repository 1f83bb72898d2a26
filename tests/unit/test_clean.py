"""The clean stage as a whole: what becomes of a payload."""

from __future__ import annotations

import legation
from legation.outcomes import Emit, Reject, RejectReason, Skip, SkipReason
from legation.records import Article, RawArticle, encode
from legation.stages.clean import MAX_CHARACTERS, MAX_SENTENCES, clean

WARNING = (
    "Sorry, but your browser needs Javascript to use this site. If you re not sure how to activate it, please refer to "
    "this site: https://www.enable-javascript.com/"
)
RUN_TOGETHER = f"""\
Norway envoy confers with Chile trade minister: officials
March 3, 2022 (Santiago Daily)
Chilean Trade Minister Ana Rojas leaves her office in Santiago on March 3, 2022. (Kyodo) SANTIAGO (Kyodo) Visiting \
Norwegian envoy Kari Lie met with Trade Minister Ana Rojas on Wednesday, officials said. Norway s Foreign Ministry \
called the talks useful.
Norway hopes to sign fishing pact with Chile this year {WARNING}
Ministers Ana Rojas and Odd Berg spoke by telephone in May last year. But the two countries have not signed since \
Berg s predecessor visited in 2018. | POOL / AFP-JIJI
Kyodo March 3, 2022
Norway has voiced hope for a fishing pact with Chile, a source said Thursday.
Chile and Norway fail to close ranks on quotas {WARNING}
Minister Odd Berg waves before a meeting with his U.S. and Chilean counterparts in Oslo. | POOL / VIA AFP-JIJI
Kyodo Feb 24, 2022
Oslo – The ministers of Chile and Norway met for the first time in two years but didn t agree on quotas.
"""


def emitted(**values: str) -> tuple[Article, ...]:
    outcome = clean(RawArticle(**values))
    assert isinstance(outcome, Emit), outcome
    return outcome.records


def test_three_articles_that_were_run_together() -> None:
    first, second, third = emitted(text=RUN_TOGETHER, published_at="2022-03-04", article_id="x")

    assert [a.article_id for a in (first, second, third)] == ["x", "x.2", "x.3"]
    assert {a.raw_id for a in (first, second, third)} == {"x"}
    assert first.title == "Norway envoy confers with Chile trade minister: officials"
    assert second.title == "Norway hopes to sign fishing pact with Chile this year"
    assert third.title == "Chile and Norway fail to close ranks on quotas"
    assert [a.published_at for a in (first, second, third)] == ["2022-03-03", "2022-03-03", "2022-02-24"]
    assert {a.published_from for a in (first, second, third)} == {"text"}
    assert {a.agency for a in (first, second, third)} == {"Kyodo"}
    assert [a.dateline.place if a.dateline else None for a in (first, second, third)] == ["Santiago", None, "Oslo"]
    assert first.outlet == "Santiago Daily"
    assert [[(c.text, c.credit) for c in a.captions] for a in (first, third)] == [
        [("Chilean Trade Minister Ana Rojas leaves her office in Santiago on March 3, 2022.", "Kyodo")],
        [
            (
                "Minister Odd Berg waves before a meeting with his U.S. and Chilean counterparts in Oslo.",
                "POOL / VIA AFP-JIJI",
            )
        ],
    ]
    assert [s.text for s in second.captions[0].sentences] == [
        "Ministers Ana Rojas and Odd Berg spoke by telephone in May last year.",
        "But the two countries have not signed since Berg's predecessor visited in 2018.",
    ]
    assert second.body == "Norway has voiced hope for a fishing pact with Chile, a source said Thursday."
    assert [s.text for s in first.sentences][1] == "Norway's Foreign Ministry called the talks useful."
    assert third.body.endswith("but didn't agree on quotas.")
    for article in (first, second, third):
        everything = article.body + (article.title or "") + "".join(c.text for c in article.captions)
        assert "avascript" not in everything
    assert [r.reason for r in second.removed] == ["script-warning", "stamp"]


def test_lost_line_ends_change_nothing() -> None:
    whole = emitted(text=RUN_TOGETHER, published_at="2022-03-04", article_id="x")
    flat = emitted(text=RUN_TOGETHER.replace("\n", " "), published_at="2022-03-04", article_id="x")

    assert [encode(article) for article in flat] == [encode(article) for article in whole]


def test_same_input_same_bytes() -> None:
    raw = RawArticle(text=RUN_TOGETHER)

    assert [encode(a) for a in emitted(text=RUN_TOGETHER)] == [encode(a) for a in clean(raw).records]  # type: ignore[union-attr]


def test_nothing_to_read_is_rejected() -> None:
    for raw in (
        RawArticle(title="Only a title"),
        RawArticle(text=" \n\t "),
        RawArticle(html="  "),
        RawArticle(text="", html=""),
    ):
        outcome = clean(raw)
        assert isinstance(outcome, Reject)
        assert outcome.reason is RejectReason.NO_TEXT


def test_html_is_read_where_text_is_blank() -> None:
    page = "<p>The ministers of Peru and Kenya met in Lima on Monday and agreed on a treaty.</p>"

    assert emitted(text="  ", html=page)[0].body.startswith("The ministers of Peru")


def test_too_much_text_is_rejected_without_quoting_it() -> None:
    outcome = clean(RawArticle(text="word " * (MAX_CHARACTERS // 5 + 1)))

    assert isinstance(outcome, Reject)
    assert outcome.reason is RejectReason.TOO_LARGE
    assert str(MAX_CHARACTERS) in outcome.message
    assert "word" not in outcome.message


def test_more_sentences_than_prose_has_are_rejected() -> None:
    outcome = clean(RawArticle(text=". " * 200_000))
    assert isinstance(outcome, Reject)
    assert outcome.reason is RejectReason.TOO_LARGE
    assert f"at most {MAX_SENTENCES} are read" in outcome.message


def test_a_text_of_short_sentences_as_long_as_may_be_is_read() -> None:
    sentence = "The ministers of Peru and Kenya met in Lima on Monday. "  # half as long as in news
    (article,) = emitted(text=sentence * (MAX_CHARACTERS // len(sentence)))
    assert len(article.sentences) > 9_000


def test_only_furniture_is_skipped() -> None:
    outcome = clean(
        RawArticle(text="Share | Tweet | Email\nAdvertisement\nCopyright 2020 Example Media. All rights reserved.")
    )

    assert isinstance(outcome, Skip)
    assert outcome.reason is SkipReason.EMPTY_AFTER_CLEANING


def test_articles_in_any_language_are_cleaned_and_say_in_which() -> None:
    german = "Die Außenminister beider Länder haben sich am Montag in Wien getroffen und über den Vertrag gesprochen."
    (alone,) = emitted(text=f"Share Tweet Print\n{german}")
    assert (alone.language, alone.body) == ("de", german)

    english = "The foreign ministers of the two countries met in Vienna on Monday and spoke of the treaty."
    stamp = "AFP March 3, 2022"
    both = f"Minister treffen sich in Wien\n{stamp}\n{german}\nMinisters meet in Vienna for talks\n{stamp}\n{english}"
    assert [(it.article_id, it.language) for it in emitted(text=both, article_id="x")] == [("x", "de"), ("x.2", "en")]


def test_the_text_of_a_page_is_given_in_any_language() -> None:
    told = "Os ministros dos dois países reuniram-se em Lisboa na segunda-feira e falaram do tratado de pesca."
    more = "O encontro durou três horas e terminou sem acordo, segundo fontes do governo que pediram anonimato."
    (article,) = emitted(
        html=f"<html><body><nav>Início</nav><article><p>{told}</p><p>{more}</p></article></body></html>"
    )
    assert (article.language, article.body) == ("pt", f"{told}\n{more}")


def test_a_lone_line_is_the_body() -> None:
    (article,) = emitted(text="Ministers of Peru and Kenya meet in Lima")

    assert article.title is None
    assert article.body == "Ministers of Peru and Kenya meet in Lima"


def test_the_feeds_title_wins_and_its_repetition_goes() -> None:
    (article,) = emitted(
        title="Peru and Kenya sign a treaty in Lima",
        text="Peru and Kenya sign treaty in Lima\nThe treaty was signed on Monday.",
    )

    assert article.title == "Peru and Kenya sign a treaty in Lima"
    assert article.body == "The treaty was signed on Monday."
    assert [r.reason for r in article.removed] == ["repeat"]


def test_a_paragraph_said_twice_is_kept_once() -> None:
    line = "The treaty was signed on Monday by the foreign ministers of both countries."
    (article,) = emitted(title="Treaty signed", text=f"{line}\nNo comment.\n{line}\nNo comment.")

    assert article.body == f"{line}\nNo comment.\nNo comment."


def test_what_was_removed_is_told_with_its_length() -> None:
    credits = "(Reporting by Jane Roe in Lima; Editing by John Doe)"
    (article,) = emitted(title="Treaty signed", text=f"The treaty was signed on Monday.\n{credits}")

    assert [(r.reason, r.characters, r.text) for r in article.removed] == [("credits", len(credits), credits)]


def test_versions_and_hash() -> None:
    (one,) = emitted(title="A treaty", text="The treaty was signed on Monday.", source="Daily One")
    (two,) = emitted(title="A treaty", text="The treaty  was signed on Monday.\n", source="Weekly Two")
    (other,) = emitted(title="A treaty", text="The treaty was signed on Tuesday.")

    assert one.versions.pipeline == legation.__version__
    assert one.content_hash == two.content_hash != other.content_hash
    assert (one.outlet, two.outlet) == ("Daily One", "Weekly Two")


def test_agency_from_wherever_it_is_told() -> None:
    body = "The ministers of Peru and Kenya met in Lima on Monday."
    for text, source in (
        (f"LIMA (AP) — {body}", None),
        (f"By Jane Roe, Associated Press\n{body}", None),
        (f"By JANE ROE, AP Auto Writer\n{body}", None),
        (f"By AP Staff\n{body}", None),
        (f"{body} (AP)", None),
        (f"{body}\nAP", None),
        (body, "Associated Press"),
    ):
        (article,) = emitted(text=text, **({"source": source} if source else {}))
        assert article.agency == "AP", text
        assert article.body == body


def test_byline_is_taken_out_of_the_body() -> None:
    body = "The ministers of Peru and Kenya met in Lima on Monday."
    for line in (
        "By Jane Roe and John Doe\n",
        "By JANE ROE and JOHN DOE LIMA (AP) — ",
        "By Jane Roe and John Doe\nLIMA, March 3 (Reuters) - ",
    ):
        (article,) = emitted(text=line + body)
        assert (article.byline or "").lower() == "jane roe and john doe", line
        assert article.body == body


def test_a_kicker_a_flag_and_bare_names_are_not_the_title_or_the_body() -> None:
    body = "The ministers of Peru and Kenya met in Lima on Monday."
    (article,) = emitted(
        text=f"WORLD / POLITICS\n(LEAD) Ministers meet in Lima\nJane Roe in Lima\nMarch 3, 2022\n{body}"
    )

    assert article.title == "Ministers meet in Lima"
    assert article.byline == "Jane Roe in Lima"
    assert article.body == body
    assert [r.reason for r in article.removed] == ["kicker", "byline", "stamp"]


def test_a_feeds_title_for_several_articles_is_not_that_of_the_first() -> None:
    first, second = emitted(
        title="Morning digest", text="Ministers meet in Lima\nKyodo March 3, 2022\nThey met on Monday.\n" * 2
    )

    assert first.title == second.title == "Ministers meet in Lima"


def test_the_outlet_and_its_section_above_a_headline_are_a_kicker() -> None:
    stamp = "Published: 3 March 2022, 06:40 GMT"
    (article,) = emitted(
        text=f"Lima Echo | Politics\n{stamp}\nPeru and Kenya sign a treaty\nLIMA: They did so on Thursday."
    )
    assert article.title == "Peru and Kenya sign a treaty"


def test_marks_of_a_wire_around_a_headline_are_no_part_of_it() -> None:
    (article,) = emitted(text="^Peru and Kenya Sign a Treaty@\nLIMA _ They did so on Thursday.")
    assert article.title == "Peru and Kenya Sign a Treaty"
