"""Date expressions: what is found, what it means, and what only looks like a date. The anchor is a Thursday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from legation.records import Precision
from legation.stages.enrich.dates import Anchor, DateSpan, find_dates, guess_tense

THURSDAY = date(2021, 5, 13)
ANCHOR = Anchor(published=date(2021, 5, 15), dateline=THURSDAY)


def spans(sentence: str, anchor: Anchor = ANCHOR) -> list[tuple[str, str, str, str]]:
    return [
        (span.text, span.start.isoformat(), span.end.isoformat(), span.precision.value)
        for span in find_dates(sentence, anchor)
    ]


DAYS = [
    # full and partial dates
    ("It was signed on May 13, 2021.", "May 13, 2021", "2021-05-13"),
    ("It was signed on 13 May 2020 in Bern.", "13 May 2020", "2020-05-13"),
    ("They met on the 5th of March.", "the 5th of March", "2021-03-05"),
    ("They met on March 5th.", "March 5th", "2021-03-05"),
    ("The envoy left on Feb. 3.", "Feb. 3", "2021-02-03"),
    ("The envoy left on Dec. 30.", "Dec. 30", "2020-12-30"),
    ("The leap-day accord of Feb. 29 was kept.", "Feb. 29", "2020-02-29"),
    ("Filed 2021-05-12 by the embassy.", "2021-05-12", "2021-05-12"),
    ("Filed 31/12/1998 by the embassy.", "31/12/1998", "1998-12-31"),
    ("Filed 12/31/1998 by the embassy.", "12/31/1998", "1998-12-31"),
    ("It was agreed on Wednesday, May 12.", "Wednesday, May 12", "2021-05-12"),
    ("They had met on May 20 last year.", "May 20 last year", "2020-05-20"),
    ("The summit will open on June 11.", "June 11", "2021-06-11"),
    ("The summit will open on January 11.", "January 11", "2022-01-11"),
    # weekdays
    ("The envoys met on Wednesday.", "Wednesday", "2021-05-12"),
    ("The envoys met on Thursday.", "Thursday", "2021-05-13"),
    ("The envoys met on Friday.", "Friday", "2021-05-07"),
    ("The envoys will meet on Friday.", "Friday", "2021-05-14"),
    ("The envoys meet on Tuesday week in Oslo.", "Tuesday week", "2021-05-25"),
    ("The envoys will meet on Thursday.", "Thursday", "2021-05-13"),
    ("The envoys will meet on Wednesday.", "Wednesday", "2021-05-19"),
    ("They spoke late Wednesday night.", "late Wednesday", "2021-05-12"),
    ("It began early Thursday.", "early Thursday", "2021-05-13"),
    ("He left last Thursday.", "last Thursday", "2021-05-06"),
    ("He left last Friday.", "last Friday", "2021-05-07"),
    ("He returns next Tuesday.", "next Tuesday", "2021-05-18"),
    ("He returns next Saturday.", "next Saturday", "2021-05-22"),
    ("He will return this Saturday.", "this Saturday", "2021-05-15"),
    ("He left on Tuesday of last week.", "Tuesday of last week", "2021-05-04"),
    ("He left last week on Tuesday.", "last week on Tuesday", "2021-05-04"),
    ("He left a week ago Tuesday.", "a week ago Tuesday", "2021-05-04"),
    ("He left the Friday before last.", "the Friday before last", "2021-04-30"),
    ("He will return a week from Friday.", "a week from Friday", "2021-05-21"),
    ("The bid had been due to expire on Monday.", "Monday", "2021-05-10"),
    ("The envoys had been due to meet on Friday.", "Friday", "2021-05-14"),
    ("The drill began as planned on Saturday.", "Saturday", "2021-05-08"),
    ("Drones struck overnight on Tuesday.", "Tuesday", "2021-05-11"),
    ("They met in Oslo on the 9th.", "the 9th", "2021-05-09"),
    ("She will be in Oslo on the 9th, he said.", "the 9th", "2021-06-09"),
    ("They met on the first day of May.", "the first day of May", "2021-05-01"),
    # days from the anchor
    ("They met yesterday.", "yesterday", "2021-05-12"),
    ("Gas stopped on New Year's Day.", "New Year's Day", "2021-01-01"),
    ("They will meet on New Year's Eve.", "New Year's Eve", "2021-12-31"),
    ("The truce was broken on Christmas Eve.", "Christmas Eve", "2020-12-24"),
    ("They will pray on Christmas Day.", "Christmas Day", "2021-12-25"),
    ("They meet today.", "today", "2021-05-13"),
    ("They meet tomorrow.", "tomorrow", "2021-05-14"),
    ("They dine tonight.", "tonight", "2021-05-13"),
    ("They dined last night.", "last night", "2021-05-12"),
    ("They met this morning.", "this morning", "2021-05-13"),
    ("He had spoken earlier in the day.", "earlier in the day", "2021-05-13"),
    ("It fell the day before yesterday.", "the day before yesterday", "2021-05-11"),
    ("It ends the day after tomorrow.", "the day after tomorrow", "2021-05-15"),
    ("The talks began ten days ago.", "ten days ago", "2021-05-03"),
    ("The previous day, shells had fallen.", "The previous day", "2021-05-12"),
    ("Shells had fallen the day before.", "the day before", "2021-05-12"),
]


@pytest.mark.parametrize(("sentence", "text", "day"), DAYS)
def test_a_day_is_found_and_resolved(sentence: str, text: str, day: str) -> None:
    assert spans(sentence) == [(text, day, day, "day")]


PERIODS = [
    ("Talks ran March 6 to 10.", "March 6 to 10", "2021-03-06", "2021-03-10", "day"),
    ("Talks ran May 3-5.", "May 3-5", "2021-05-03", "2021-05-05", "day"),
    ("Talks ran 6-10 March 2019.", "6-10 March 2019", "2019-03-06", "2019-03-10", "day"),
    ("Talks ran December 30 to January 2.", "December 30 to January 2", "2020-12-30", "2021-01-02", "day"),
    ("Talks were held from Monday to Wednesday.", "Monday to Wednesday", "2021-05-10", "2021-05-12", "day"),
    (
        "Drills will go on from Friday noon to Sunday noon.",
        "Friday noon to Sunday noon",
        "2021-05-14",
        "2021-05-16",
        "day",
    ),
    ("Talks will be held from Friday to Sunday.", "Friday to Sunday", "2021-05-14", "2021-05-16", "day"),
    ("They met over the weekend.", "the weekend", "2021-05-08", "2021-05-09", "day"),
    ("They will meet at the weekend.", "the weekend", "2021-05-15", "2021-05-16", "day"),
    ("Shells fell overnight.", "overnight", "2021-05-12", "2021-05-13", "day"),
    ("They met last week.", "last week", "2021-05-03", "2021-05-09", "week"),
    ("They meet next week.", "next week", "2021-05-17", "2021-05-23", "week"),
    ("They met two weeks ago.", "two weeks ago", "2021-04-26", "2021-05-02", "week"),
    ("They met a week or so ago.", "a week or so ago", "2021-05-03", "2021-05-09", "week"),
    ("They met the week before last.", "the week before last", "2021-04-26", "2021-05-02", "week"),
    ("They will meet the week after next.", "the week after next", "2021-05-24", "2021-05-30", "week"),
    ("In the past two weeks they met.", "the past two weeks", "2021-04-29", "2021-05-13", "week"),
    ("They will meet in two weeks.", "in two weeks", "2021-05-24", "2021-05-30", "week"),
    ("They met last month.", "last month", "2021-04-01", "2021-04-30", "month"),
    ("They met in September.", "September", "2020-09-01", "2020-09-30", "month"),
    ("They will meet in September.", "September", "2021-09-01", "2021-09-30", "month"),
    ("They met in September last year.", "September last year", "2020-09-01", "2020-09-30", "month"),
    ("They met in December 2019.", "December 2019", "2019-12-01", "2019-12-31", "month"),
    ("They met last May.", "last May", "2020-05-01", "2020-05-31", "month"),
    ("They met last April.", "last April", "2020-04-01", "2020-04-30", "month"),
    ("They met three months ago.", "three months ago", "2021-02-01", "2021-02-28", "month"),
    ("It rose in the third quarter of 2020.", "the third quarter of 2020", "2020-07-01", "2020-09-30", "quarter"),
    ("It rose in the first quarter.", "the first quarter", "2021-01-01", "2021-03-31", "quarter"),
    ("They met this year.", "this year", "2021-01-01", "2021-12-31", "year"),
    ("They met in 1998.", "1998", "1998-01-01", "1998-12-31", "year"),
    ("They fought from 1990 to 1995.", "1990 to 1995", "1990-01-01", "1995-12-31", "year"),
    ("They met two years ago.", "two years ago", "2019-01-01", "2019-12-31", "year"),
    ("They met in the 1980s.", "the 1980s", "1980-01-01", "1989-12-31", "year"),
]


@pytest.mark.parametrize(("sentence", "text", "start", "end", "precision"), PERIODS)
def test_a_period_is_found_and_resolved(sentence: str, text: str, start: str, end: str, precision: str) -> None:
    assert spans(sentence) == [(text, start, end, precision)]


FUZZY = [
    ("They met earlier this year.", "earlier this year", "2021-01-01", "2021-12-31"),
    ("They meet later this year.", "later this year", "2021-01-01", "2021-12-31"),
    ("They met earlier this month.", "earlier this month", "2021-05-01", "2021-05-31"),
    ("They met in early March.", "early March", "2021-03-01", "2021-03-31"),
    ("They met in mid-June 2020.", "mid-June 2020", "2020-06-01", "2020-06-30"),
    ("They met in late 2020.", "late 2020", "2020-01-01", "2020-12-31"),
    ("They met in the last week of April.", "the last week of April", "2021-04-01", "2021-04-30"),
    ("They met in the first half of April 2019.", "the first half of April 2019", "2019-04-01", "2019-04-30"),
    ("They met half a year ago.", "half a year ago", "2020-11-01", "2020-11-30"),
    ("It will be ready by year-end.", "year-end", "2021-01-01", "2021-12-31"),
    ("It will be ready before the month's end.", "month's end", "2021-05-01", "2021-05-31"),
    ("They met last summer.", "last summer", "2020-06-01", "2020-08-31"),
    ("They met a decade ago.", "a decade ago", "2011-01-01", "2011-12-31"),
    ("They met in fiscal 2019.", "fiscal 2019", "2019-01-01", "2019-12-31"),
    ("It was left around 1950.", "around 1950", "1950-01-01", "1950-12-31"),
    ("It will be ready by the end of the year.", "the end of the year", "2021-01-01", "2021-12-31"),
]


@pytest.mark.parametrize(("sentence", "text", "start", "end"), FUZZY)
def test_loose_words_are_marked_as_such(sentence: str, text: str, start: str, end: str) -> None:
    (span,) = find_dates(sentence, ANCHOR)
    assert (span.text, span.start.isoformat(), span.end.isoformat(), span.fuzzy) == (text, start, end, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "They talked for two days.",
        "The three-year treaty held.",
        "The envoy, 52, is 40 years older.",
        "Ministers may march on a second road in the sun.",
        "Prime Minister Theresa May received the envoy.",
        "The shops fear Black Friday and remember Bloody Sunday.",
        "The Sunday Times wrote of it.",
        "They adopted Agenda 2030 before COP26 and Expo 2020.",
        "A convoy of 2000 soldiers crossed.",
        "It cost $2020 and 1,990 francs.",
        "They met the day before the summit.",
        "They have spoken recently, and several years ago.",
        "On February 30 nothing was signed.",
        "Filed 5/6/1998 by the embassy.",
        "It took them two weeks to agree.",
        "This is the last day of waiting.",
        "They met on the 9th floor.",
        "They met on the 9th day of the siege.",
    ],
)
def test_what_only_looks_like_a_date_is_none(sentence: str) -> None:
    assert spans(sentence) == []


@pytest.mark.parametrize(
    "sentence", ["They met on Wednesday.", "They met last week.", "They met on May 3.", "They met two days ago."]
)
def test_without_an_anchor_nothing_is_guessed(sentence: str) -> None:
    assert find_dates(sentence, Anchor(published=None)) == []


def test_a_full_date_needs_no_anchor() -> None:
    (span,) = find_dates("It was signed on May 3, 1999.", Anchor(published=None))
    assert (span.start, span.basis) == (date(1999, 5, 3), "stated")


@pytest.mark.parametrize(("day", "start"), [(10, "2021-05-08"), (13, "2021-05-15")])
def test_this_weekend_has_been_on_a_monday_and_is_to_come_on_a_thursday(day: int, start: str) -> None:
    (span,) = find_dates("They blocked the road this weekend.", Anchor(published=date(2021, 5, day)))
    assert span.start.isoformat() == start


def test_the_dateline_goes_before_the_feed() -> None:
    saturday = Anchor(published=date(2021, 5, 15))
    (by_feed,) = find_dates("They met today.", saturday)
    (by_dateline,) = find_dates("They met today.", ANCHOR)
    assert (by_feed.start, by_dateline.start) == (date(2021, 5, 15), THURSDAY)


def test_the_tense_of_the_caller_decides() -> None:
    sentence = "The meeting on Monday"
    (past,) = find_dates(sentence, ANCHOR, tense="past")
    (future,) = find_dates(sentence, ANCHOR, tense="future")
    assert (past.start, future.start) == (date(2021, 5, 10), date(2021, 5, 17))
    assert (past.tense, future.tense) == ("past", "future")


def told(day: date) -> DateSpan:
    return DateSpan(0, 0, "", day, day, Precision.DAY, "stated", None, fuzzy=False, name=False)


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Two days later they met again.", 2),
        ("The following day they met again.", 1),
        ("They had met a day earlier.", -1),
        ("They had met the day before.", -1),
        ("They met again the same day.", 0),
    ],
)
def test_some_expressions_count_from_the_date_told_before(sentence: str, days: int) -> None:
    first = date(2019, 3, 5)
    (span,) = find_dates(sentence, ANCHOR, previous=told(first))
    assert span.start == span.end == first + timedelta(days=days)


def test_later_needs_a_date_told_before() -> None:
    assert spans("Two days later they met again.") == []


def test_a_date_of_the_same_sentence_counts_as_told_before() -> None:
    assert spans("They met on March 3, 2019 and, two days later, signed.")[1][1] == "2019-03-05"


def test_the_next_year_counts_from_the_date_told_before_unless_it_is_to_come() -> None:
    assert spans("In 1985 they met, and the next year they fought.")[1][1] == "1986-01-01"
    later = "In 1985 they met, and they will meet in the next year."
    assert spans(later)[1][1] == "2022-01-01"


def test_two_days_of_one_month_are_two_dates_unless_they_touch() -> None:
    assert spans("They met on May 10 and 11.") == [("May 10 and 11", "2021-05-10", "2021-05-11", "day")]
    assert spans("They met on May 4 and 11.") == [("May 4", "2021-05-04", "2021-05-04", "day")]


def test_two_weekdays_are_two_dates_unless_they_touch() -> None:
    assert spans("They met on Monday and Tuesday.") == [("Monday and Tuesday", "2021-05-10", "2021-05-11", "day")]
    assert [text for text, *_ in spans("They met on Monday and Wednesday.")] == ["Monday", "Wednesday"]


def test_a_date_in_a_name_is_flagged() -> None:
    flags = {span.text: span.name for span in find_dates("After the 1971 convention they met in 1975.", ANCHOR)}
    assert flags == {"1971": True, "1975": False}


@pytest.mark.parametrize(
    ("sentence", "tense"),
    [
        ("The president will meet the king on @Friday.", "future"),
        ("The president met the king on @Friday.", "past"),
        ("He said on @Friday that he will go.", "past"),
        ("He said that he would go on @Friday.", "future"),
        ("On @Friday the king is to sign it.", "future"),
        ("A vote is scheduled for @Friday.", "future"),
        ("They failed to agree on @Friday.", "past"),
        ("Floods on @Friday.", "past"),
    ],
)
def test_the_tense_is_that_of_the_nearest_verb(sentence: str, tense: str) -> None:
    assert guess_tense(sentence.replace("@", ""), sentence.index("@")) == tense
