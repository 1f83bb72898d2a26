"""Datelines in the house styles of the agencies."""

from __future__ import annotations

from datetime import date

import pytest

from legation.stages.clean.dateline import read_dateline

STORY = "The ministers of Peru and Kenya met on Monday."


@pytest.mark.parametrize(
    ("dateline", "place", "day", "agency"),
    [
        ("TOKYO (Kyodo) ", "Tokyo", None, "Kyodo"),
        ("TOKYO, May 13, Kyodo - ", "Tokyo", "2021-05-13", "Kyodo"),
        ("WASHINGTON, May 13 (Reuters) - ", "Washington", "2021-05-13", "Reuters"),
        ("BEIJING, March 6 (Xinhua) -- ", "Beijing", "2021-03-06", "Xinhua"),
        ("SEOUL, May 13 (Yonhap) -- ", "Seoul", "2021-05-13", "Yonhap"),
        ("London – ", "London", None, None),
        ("Zagreb, 13 May 2021 (Hina) - ", "Zagreb", "2021-05-13", "Hina news agency"),
        ("Zagreb, 13 May 2021 (Veritas) - ", "Zagreb", "2021-05-13", None),
        ("PARIS — ", "Paris", None, None),
        ("Paris (AFP) – ", "Paris", None, "AFP"),
        ("UNITED NATIONS (AP) _ ", "United Nations", None, "AP"),
        ("THE HAGUE, Netherlands (AP) — ", "The Hague", None, "AP"),
        ("SEOUL, South Korea (AP) — ", "Seoul", None, "AP"),
        ("MOSCOW, May 13. /TASS/. ", "Moscow", "2021-05-13", "TASS"),
        ("New Delhi, May 13 (PTI) ", "New Delhi", "2021-05-13", "PTI"),
        ("New Delhi [India], May 13 (ANI): ", "New Delhi", "2021-05-13", "ANI"),
        ("Berlin, 13 May 2020 (dpa) - ", "Berlin", "2020-05-13", "dpa"),
        ("BRUSSELS/GENEVA (Reuters) - ", "Brussels", None, "Reuters"),
        ("PORT-AU-PRINCE, Jan. 4 (UPI) -- ", "Port-au-Prince", "2021-01-04", "UPI"),
        ("WASHINGTON - ", "Washington", None, None),
        ("Johannesburg - ", "Johannesburg", None, None),
        ("LIMA, May 13 (Echo) : ", "Lima", "2021-05-13", None),
        ("SUVA (Echo) May 13: ", "Suva", "2021-05-13", None),
        ("PARIS/ROME, May 13. ", "Paris", "2021-05-13", None),
        ("BISSAU, May 13  ", "Bissau", "2021-05-13", None),
        ("KAZAN, May 13 /ECHO/. ", "Kazan", "2021-05-13", None),
        ("PORT OF SPAIN: ", "Port of Spain", None, None),
        ("ST. PETERSBURG, Russia, June 4 (Reuters) - ", "St. Petersburg", "2021-06-04", "Reuters"),
        ("RIO DE JANEIRO, Dec 30 (Reuters) - ", "Rio de Janeiro", "2020-12-30", "Reuters"),
    ],
)
def test_house_styles(dateline: str, place: str, day: str | None, agency: str | None) -> None:
    opening = read_dateline(dateline + STORY)

    assert opening is not None
    assert (dateline + STORY)[opening.end :] == STORY
    record = opening.record(near=date(2021, 5, 14))
    assert (record.place, record.date, opening.agency) == (place, day, agency)
    assert record.text == dateline.strip()


@pytest.mark.parametrize(
    "paragraph",
    [
        "The ministers met in TOKYO (Kyodo reported) - and left.",
        "UPDATE 2 - Peru and Kenya sign a treaty after two years.",
        "LEAD - 100 tonnes",
        "MAY DAY, May 1 was a holiday in Peru and in Kenya.",
        "NICKEL - 300 tonnes mainly carries cash nil",
        "P.M. (0930 GMT) in the capital city of the country today",
        "Peru, Kenya and Chad agreed on Monday - a first.",
        "NATO said on Monday - the day of the talks - that it would wait.",
        "FILE PHOTO - The ministers of Peru and Kenya shake hands.",
        "Q: Why did the ministers of Peru and Kenya meet?",
    ],
)
def test_not_a_dateline(paragraph: str) -> None:
    opening = read_dateline(paragraph)

    assert opening is None or not opening.strong


def test_the_year_left_out_is_the_nearest_one() -> None:
    opening = read_dateline("LIMA, Dec 31 (AP) — " + STORY)

    assert opening is not None
    assert opening.day(date(2022, 1, 2)) == date(2021, 12, 31)
    assert opening.day(date(2022, 12, 1)) == date(2022, 12, 31)
    assert opening.day(None) is None


def test_the_29th_of_february_is_of_a_leap_year() -> None:
    opening = read_dateline("LIMA, Feb 29 (AP) — " + STORY)

    assert opening is not None
    assert opening.day(date(2021, 1, 1)) == date(2020, 2, 29)
    assert opening.day(date(2022, 7, 1)) is None
