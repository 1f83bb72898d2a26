"""Payloads as bad as feeds send them: what is left of each is its copy, its title and its dateline."""

from __future__ import annotations

import pytest

from legation.outcomes import Emit
from legation.records import Article, RawArticle
from legation.stages.clean import clean


def articles(text: str, **fields: str) -> tuple[Article, ...]:
    outcome = clean(RawArticle(text=text, published_at="2021-05-13", **fields))
    assert isinstance(outcome, Emit), outcome
    return outcome.records


def copy_of(text: str, **fields: str) -> list[str]:
    """The sentences of the only article."""
    (article,) = articles(text, **fields)
    return [sentence.text for sentence in article.sentences]


EGYPT = "Egypt summoned the Dutch ambassador on Tuesday over remarks by a minister."
ASIDE = "The Hague said that it would explain itself in due course."


@pytest.mark.parametrize(
    "payload",
    [
        f"<p>{EGYPT}</p>\n<p>{ASIDE}</p>",
        f"<div><strong>{EGYPT}</strong><br/><br/>{ASIDE}<script>var a = 'Iran attacked';</script></div>",
        f"&lt;p&gt;{EGYPT}&lt;/p&gt;&amp;lt;br/&amp;gt;{ASIDE}",
        f"<!-- lead --><a href='https://x.example/1'>{EGYPT}</a><BR>\n{ASIDE}</P>",
        f"<html><body><nav>Home World</nav><article><p>{EGYPT}</p><p>{ASIDE}</p></article></body></html>",
    ],
)
def test_markup_sent_as_text_is_taken_out(payload: str) -> None:
    assert copy_of(payload) == [EGYPT, ASIDE]


def test_shares_in_pointed_brackets_are_no_markup() -> None:
    line = "Santa Fe <I> said that its unit <U> would sell oil to <B and R Fuels Ltd> of Malta."
    assert copy_of(line) == [line]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Please enable cookies.\nError 1020 Ray ID: 77abc\nMENU\nWorld Business Sport\n", "\nComments (12)"),
        ("View this email in your browser [https://x.example/1]\n", "\nUnsubscribe | Manage preferences"),
        ("Home > World > Africa\n", "\nTerms of use Privacy policy\nContinued on page 14"),
        ("Video Player Close\n", "\nRead also\nA street vendor who changed the Maghreb\nWhy the Nile matters"),
        ("", "\nPosted 9h ago, updated 3h ago\nLoading...\nSent from my iPhone"),
        ("", "\nTo contact the reporter on this story: Jo Roe in Rome at jroe@x.example\nEditors: Tom Roe, Ann Lee"),
        ("", "\n((jo.roe@x.example; +20 2 555 0100))\nRegister now for FREE unlimited access to all stories"),
        ("", "\nJo Roe in Cairo contributed.\nFollow all of AP's coverage at https://x.example/hub"),
        ("", "\n(This story has not been edited by our staff and is auto-generated from a syndicated feed.)"),
        (
            "Excerpt from report in English by Egyptian news website Nile Day\n",
            "\nSource: Nile Day website, Cairo, in English 1010 gmt 13 May 21\nBBC Mon ME1 MEPol jr",
        ),
    ],
)
def test_what_stands_around_the_copy_is_taken_out(before: str, after: str) -> None:
    assert copy_of(f"{before}{EGYPT} {ASIDE}{after}") == [EGYPT, ASIDE]


def test_a_subheading_is_no_link_though_links_stood_before_the_copy() -> None:
    text = f"Read also\n{EGYPT}\nWhat comes next\n{ASIDE}"
    assert copy_of(text) == [EGYPT, "What comes next", ASIDE]


def test_a_caption_run_into_the_copy_is_a_caption() -> None:
    text = f"{EGYPT} [Photo] Jan Vos (L) leaves the ministry in Cairo on May 12. (Pool photo) (Kyodo) {ASIDE}"
    (article,) = articles(text)
    assert [sentence.text for sentence in article.sentences] == [EGYPT, ASIDE]
    assert [caption.text for caption in article.captions] == [
        "Jan Vos (L) leaves the ministry in Cairo on May 12. (Pool photo)"
    ]


def test_words_cut_at_the_ends_of_columns_are_mended() -> None:
    text = (
        "By Our Foreign Staff\nTHE leader of Haiti's para-\nmilitary police said yester-\nday that he would resist an\n"
        "anti-\ngovernment march.\n"
    )
    assert copy_of(text) == [
        "THE leader of Haiti's paramilitary police said yesterday that he would resist an anti-government march."
    ]


def test_one_hyphen_at_the_end_of_a_line_is_kept() -> None:
    assert copy_of(f"{EGYPT}\nThe meeting was set for noon-\nish, he said, in a small hotel.")[0] == EGYPT


def test_wire_stories_without_headlines_are_told_apart_by_their_datelines() -> None:
    text = (
        "NAIROBI (AFP) - Kenya shut its border with Somalia. LAGOS (AFP) - Nigeria expelled two envoys of Mali.\n"
        "HARARE, May 12 (Reuters) - Zimbabwe welcomed a delegation from Laos."
    )
    assert [it.dateline.place for it in articles(text) if it.dateline] == ["Nairobi", "Lagos", "Harare"]


@pytest.mark.parametrize(
    ("opening", "place", "day"),
    [
        ("LAHORE: ", "Lahore", None),
        ("Cairo: ", "Cairo", None),
        ("Tehran, 12 May: ", "Tehran", "2021-05-12"),
        ("TASHKENT, May 12. KAZINFORM - ", "Tashkent", "2021-05-12"),
        ("KYIV. May 12. Ukrinform - ", "Kyiv", "2021-05-12"),
        ("May 12 (Bloomberg) -- ", None, "2021-05-12"),
    ],
)
def test_datelines_of_more_houses(opening: str, place: str | None, day: str | None) -> None:
    (article,) = articles(f"{opening}{EGYPT}")
    assert article.body == EGYPT
    assert article.dateline is not None
    assert (article.dateline.place, article.dateline.date) == (place, day)


@pytest.mark.parametrize("opening", ["ARIES: ", "EXPLAINER: ", "Minister: ", "Note, again: "])
def test_a_word_and_a_colon_are_no_dateline(opening: str) -> None:
    (article,) = articles(f"{opening}{EGYPT}")
    assert article.dateline is None


@pytest.mark.parametrize(
    "head",
    [
        "NIGER-MALI/BORDER (UPDATE 2)\nUPDATE 2-Mali shuts its border with Niger\n",
        "URGENT\nYonhap\n(2nd LD) Mali shuts its border with Niger\n",
    ],
)
def test_slugs_and_flags_of_wires_are_no_headline(head: str) -> None:
    (article,) = articles(f"{head}BAMAKO, May 13 (Reuters) - Mali closed its border with Niger on Thursday, it said.")
    assert article.title == "Mali shuts its border with Niger"


def test_copy_that_ends_with_its_agency_is_no_headline() -> None:
    assert copy_of(f"{EGYPT} “We protest.” — LETA\n{ASIDE}")[0] == EGYPT


@pytest.mark.parametrize("time", ["18:40 ", "06:05 - ", "18:40 GMT ", "18:40 GMT\n\n", "9:15 a.m. ET: ", "18:40 — "])
def test_the_time_of_an_entry_on_a_live_page_is_no_part_of_what_it_tells(time: str) -> None:
    (article,) = articles(f"{time}{EGYPT}")
    assert article.body == EGYPT
    assert [(it.reason, it.text) for it in article.removed] == [("entry-time", time.strip(" \n-—:"))]


@pytest.mark.parametrize("score", ["3:2 Egypt won again", "10:30 on Monday was when Egypt's envoy left the capital."])
def test_a_score_or_an_hour_that_is_told_stays(score: str) -> None:
    (article,) = articles(f"{EGYPT}\n\n{score}")
    assert score in article.body
