"""Stamps, and which of its dates an article gets."""

from __future__ import annotations

from datetime import date

import pytest

from legation.outcomes import Emit
from legation.records import Article, RawArticle
from legation.stages.clean import clean
from legation.stages.clean.published import day_in_url
from legation.stages.clean.stamps import read_stamp

BODY = "The ministers of Peru and Kenya met in Lima on Monday."


@pytest.mark.parametrize(
    ("line", "day", "outlet", "agency", "byline"),
    [
        ("May 13, 2021 (Mainichi Japan)", date(2021, 5, 13), "Mainichi", None, None),
        ("Kyodo May 13, 2021", date(2021, 5, 13), None, "Kyodo", None),
        ("KYODO NEWS - May 13, 2021 - 20:11 | All, Japan", date(2021, 5, 13), None, "Kyodo", None),
        ("Published: 13 May 2021 10:15 GMT", date(2021, 5, 13), None, None, None),
        ("Thursday, May 13th, 2021", date(2021, 5, 13), None, None, None),
        ("2021-05-13 20:11:05", date(2021, 5, 13), None, None, None),
        ("Source: Xinhua | 2021-05-13 20:11:05 | Editor: someone", date(2021, 5, 13), None, "Xinhua", None),
        ("By Jane Roe, May 13, 2021 9:05 a.m. ET", date(2021, 5, 13), None, None, "Jane Roe"),
        ("AFP, 13 Sept. 2021", date(2021, 9, 13), None, "AFP", None),
    ],
)
def test_stamps(line: str, day: date, outlet: str | None, agency: str | None, byline: str | None) -> None:
    stamp = read_stamp(line)

    assert stamp is not None
    assert (stamp.day, stamp.outlet, stamp.agency, stamp.byline) == (day, outlet, agency, byline)


@pytest.mark.parametrize(
    "line",
    [
        "The treaty was signed on May 13, 2021.",
        "Peru and Kenya sign treaty of May 13, 2021",
        "May 32, 2021",
        "Feb 30, 2021 (Some Daily)",
        "13/05/2021",
        "In 2021",
        "May 13",
    ],
)
def test_not_a_stamp(line: str) -> None:
    assert read_stamp(line) is None


def article(text: str, **values: str) -> Article:
    outcome = clean(RawArticle(title="Ministers meet", text=text, **values))
    assert isinstance(outcome, Emit)
    return outcome.records[0]


@pytest.mark.parametrize(
    ("text", "feed", "url", "at", "source"),
    [
        (f"May 13, 2021\n{BODY}", "2021-05-14", None, "2021-05-13", "text"),
        (f"LIMA, May 12 (AP) — {BODY}", "2021-05-14", None, "2021-05-12", "dateline"),
        (f"LIMA, May 12 (AP) — {BODY}", None, None, None, None),
        (f"LIMA, May 12 (AP) — {BODY}", None, "https://example.org/2021/05/14/a", "2021-05-12", "dateline"),
        (BODY, "2021-05-14", "https://example.org/2021/05/10/a", "2021-05-14", "feed"),
        (BODY, "2021-05-14T07:00:00+00:00", None, "2021-05-14T07:00:00+00:00", "feed"),
        (f"May 14, 2021\n{BODY}", "2021-05-14T07:00:00+00:00", None, "2021-05-14T07:00:00+00:00", "feed"),
        (BODY, None, "https://example.org/2021/05/10/a", "2021-05-10", "url"),
        (f"Updated: May 15, 2021\nPublished: May 13, 2021\n{BODY}", None, None, "2021-05-13", "text"),
        (BODY, None, None, None, None),
    ],
)
def test_the_articles_own_word_comes_first(
    text: str, feed: str | None, url: str | None, at: str | None, source: str | None
) -> None:
    given = {name: value for name, value in (("published_at", feed), ("url", url)) if value}
    found = article(text, **given)

    assert (found.published_at, found.published_from) == (at, source)
    assert found.body == BODY


def test_a_day_inside_the_story_stays_in_it() -> None:
    found = article(f"{BODY}\nMay 13, 2021\nThey had met before.", published_at="2022-01-01")

    assert found.published_at == "2022-01-01"
    assert "May 13, 2021" in found.body


def test_dates_in_urls() -> None:
    assert day_in_url("https://example.org/news/2021/05/13/treaty") == "2021-05-13"
    assert day_in_url("https://example.org/20210513-treaty.html") == "2021-05-13"
    assert day_in_url("https://example.org/2021-05-13/treaty") == "2021-05-13"
    assert day_in_url("https://example.org/2021/02/30/treaty") is None
    assert day_in_url("https://example.org/a/1234567890/treaty") is None
    assert day_in_url(None) is None
