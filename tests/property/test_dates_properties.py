"""What holds for dates in any text."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from legation.stages.enrich.dates import Anchor, find_dates

WORDS = (
    "Monday Thursday May march March Sept. Feb. 1st 5th 29 31 1999 2021 2000 1980s '80s 2020-02-30 31/12/1998 last "
    "next this the of in on to - , . from between and two a days weeks months quarter year years decade ago "
    "earlier later before after following previous same day week weekend today yesterday tonight overnight "
    "early late mid end fiscal first third half summer winter now will met said ' s past coming hours $5 9999 100"
).split()

date_like_text = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
anchors = st.builds(Anchor, st.none() | st.dates(), st.none() | st.dates())
weekdays = st.sampled_from("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())


@given(st.text() | date_like_text, anchors, st.sampled_from([None, "past", "future"]))
def test_any_text_gives_ordered_spans_that_quote_it(text, anchor, tense) -> None:
    end = 0
    for span in find_dates(text, anchor, tense=tense):
        assert end <= span.start_char < span.end_char <= len(text)
        assert span.text == text[span.start_char : span.end_char]
        assert span.start <= span.end
        end = span.end_char


@given(date_like_text, anchors)
def test_the_same_text_gives_the_same_dates(text, anchor) -> None:
    assert find_dates(text, anchor) == find_dates(text, anchor)


@given(weekdays, st.sampled_from(["", "last ", "next ", "this "]), st.dates(date(1900, 1, 1), date(2099, 1, 1)))
def test_a_week_later_a_weekday_is_a_week_later(weekday, point, day) -> None:
    sentence = f"They met {point}{weekday}."
    (before,) = find_dates(sentence, Anchor(day))
    (after,) = find_dates(sentence, Anchor(day + timedelta(days=7)))
    assert after.start - before.start == timedelta(days=7)
    assert before.start.strftime("%A") == weekday


@given(weekdays, st.dates(date(1900, 1, 1), date(2099, 1, 1)))
def test_a_weekday_is_never_a_week_away(weekday, day) -> None:
    (past,) = find_dates(weekday, Anchor(day), tense="past")
    (future,) = find_dates(weekday, Anchor(day), tense="future")
    assert timedelta(days=-6) <= past.start - day <= timedelta(0) <= future.start - day <= timedelta(days=6)


@given(st.dates(date(1700, 1, 1), date(2099, 12, 31)), anchors)
def test_a_full_date_says_what_it_says(day, anchor) -> None:
    for text in (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}", day.isoformat()):
        (span,) = find_dates(f"It was signed on {text}.", anchor)
        assert (span.start, span.end, span.text, span.basis) == (day, day, text, "stated")
