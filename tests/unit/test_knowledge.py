"""What the names of the knowledge files stand for, and how they are found in a text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from legation.knowledge import Kind, load
from legation.records import Sector

GOLD = Path(__file__).parents[1] / "eval" / "gold.jsonl"
KNOWLEDGE = load()


def found(text: str) -> list[tuple[str, str | None]]:
    """The names in a text, each with the code of its first reading."""
    return [(m.text, m.entries[0].country or m.entries[0].body) for m in KNOWLEDGE.find(text)]


def readings(name: str) -> set[tuple[Kind, str | None]]:
    [match] = KNOWLEDGE.find(name)
    assert match.text == name
    return {(entry.kind, entry.country or entry.body) for entry in match.entries}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Oman", "OMN"),
        ("Omani", "OMN"),
        ("South Korean", "KOR"),
        ("N. Korea", "PRK"),
        ("New Mexico", "USA"),
        ("Guinea-Bissau", "GNB"),
        ("Papua New Guinea", "PNG"),
        ("Equatorial Guinea", "GNQ"),
        ("Northern Ireland", "GBR"),
        ("Bosnian Serb", "BIH"),
        ("Turkish Cypriots", "CYP"),
        ("U.S.", "USA"),
        ("the Hague", "NLD"),
        ("FBI", "USA"),
        ("Quai d'Orsay", "FRA"),
        ("Blue House", "KOR"),
        ("Turtle Bay", "UN"),
        ("Security Council", "UNSC"),
        ("Nato", "NATO"),
        ("Ecowas", "ECOWAS"),
        ("Southeast Asian nations", "ASEAN"),
        ("Saudi-led coalition", "SAUDICOALITION"),
        ("Tripoli, Lebanon", "LBN"),
    ],
)
def test_a_name_has_its_code(name: str, code: str) -> None:
    assert found(name) == [(name, code)]


@pytest.mark.parametrize("text", ["Omanisation", "Chinatown", "Moscows", "Iran_watch", "exUSA", "Romania's Omanic"])
def test_part_of_a_word_is_no_name(text: str) -> None:
    assert {name for name, _ in found(text)} <= {"Romania"}


def test_a_longer_name_that_ends_within_a_word_does_not_hide_a_shorter_one() -> None:
    assert found("New Zealanders") == [("New Zealanders", "NZL")]
    assert found("North Koreanness of Korea") == [("Korea", "KOR")]
    assert found("South Korea's and Iran's") == [("South Korea", "KOR"), ("Iran", "IRN")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Georgia", {(Kind.COUNTRY, "GEO"), (Kind.REGION, "USA")}),
        ("Congolese", {(Kind.ADJECTIVE, "COD"), (Kind.ADJECTIVE, "COG")}),
        ("Korea", {(Kind.COUNTRY, "KOR"), (Kind.COUNTRY, "PRK")}),
        ("Punjab", {(Kind.REGION, "IND")}),
        ("Moscow", {(Kind.CAPITAL, "RUS"), (Kind.CAPITAL, "SUN")}),
        ("Singapore", {(Kind.COUNTRY, "SGP")}),
    ],
)
def test_every_reading_of_a_name_is_kept(name: str, expected: set[tuple[Kind, str]]) -> None:
    assert readings(name) == expected


@pytest.mark.parametrize(("name", "likelier"), [("Congo", "COD"), ("Dominican", "DOM"), ("Koreans", "KOR")])
def test_of_two_states_with_one_name_the_likelier_is_first(name: str, likelier: str) -> None:
    assert found(name) == [(name, likelier)]


@pytest.mark.parametrize(
    "phrase",
    ["Paris Agreement", "Geneva Conventions", "MINSK AGREEMENTS", "Bank of America", "Korean War", "Guinea pig"],
)
def test_a_phrase_that_only_holds_a_name_is_passed_over(phrase: str) -> None:
    assert found(f"Under the {phrase}, Norway paid.") == [("Norway", "NOR")]


def test_what_is_not_a_name_for_all_its_parts_is_one_in_other_words() -> None:
    assert found("Paris agreed") == [("Paris", "FRA")]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("TURKIYE", "TUR"),
        ("Türkiye", "TUR"),
        ("Cote d’Ivoire", "CIV"),
        ("CÔTE D'IVOIRE", "CIV"),
        ("Xi’an", "CHN"),
        ("Tromso", "NOR"),
        ("Lodz", "POL"),
        ("STATE DEPARTMENT", "USA"),
    ],
)
def test_capitals_accents_and_apostrophes_do_not_hide_a_name(written: str, code: str) -> None:
    assert found(written) == [(written, code)]


@pytest.mark.parametrize("word", ["turkey", "Male", "CAR", "Roma", "nice", "Nice", "us", "china"])
def test_a_word_that_is_spelt_like_a_name_is_none(word: str) -> None:
    assert found(f"A {word} came") == []


def test_an_agency_has_country_and_sector() -> None:
    [match] = KNOWLEDGE.find("Bundeswehr")
    [entry] = match.entries
    assert (entry.kind, entry.country, entry.sector) == (Kind.AGENCY, "DEU", Sector.MIL)


def test_an_organ_acts_as_its_parent() -> None:
    [match] = KNOWLEDGE.find("European Commission")
    assert [(e.kind, e.body, e.sector) for e in match.entries] == [(Kind.BODY, "EU", Sector.IGO)]
    assert {"DEU", "FRA"} <= set(match.entries[0].members)


def test_a_place_has_coordinates_and_a_country_none() -> None:
    [[hiroshima], [tokyo], [japan]] = [match.entries for match in KNOWLEDGE.find("Hiroshima, Tokyo, Japan")]
    assert (hiroshima.latitude, hiroshima.longitude) == (34.39, 132.46)
    assert (tokyo.kind, tokyo.latitude) == (Kind.CAPITAL, 35.68)
    assert (japan.kind, japan.latitude) == (Kind.COUNTRY, None)


@pytest.mark.parametrize("name", ["South China Sea", "Kashmir", "Spratly Islands", "Sahel", "Korean Peninsula"])
def test_ground_of_no_one_state_has_no_country(name: str) -> None:
    assert readings(name) == {(Kind.REGION, None)}


@pytest.mark.parametrize(("name", "code"), [("Crimea", "UKR"), ("Golan Heights", "SYR"), ("East Jerusalem", "PSE")])
def test_occupied_ground_is_of_the_state_the_un_says(name: str, code: str) -> None:
    assert readings(name) == {(Kind.REGION, code)}


@pytest.mark.parametrize(
    ("phrase", "name", "sector"),
    [
        ("the army officials", "army", Sector.MIL),  # a weak word gives way to any other
        ("Minister of Foreign Affairs", "foreign minister", Sector.GOV),
        ("PRIME MINISTER", "prime minister", Sector.GOV),
        ("U.N. ambassador", "un ambassador", Sector.GOV),
        ("prosecutor’s office", "prosecutor's office", Sector.JUD),
        ("head of Mossad", "head of mossad", Sector.SPY),
    ],
)
def test_an_office_is_the_longest_in_its_phrase(phrase: str, name: str, sector: Sector) -> None:
    office = KNOWLEDGE.office(phrase)
    assert office is not None
    assert (office.name, office.sector) == (name, sector)


def test_a_phrase_without_office_names_none() -> None:
    assert KNOWLEDGE.office("the blue sky") is None


def test_every_code_of_the_gold_is_known() -> None:
    codes: set[tuple[str, str]] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            codes.update((key, code) for key in ("country", "body") if isinstance(code := value.get(key), str))
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                collect(item)

    for line in GOLD.read_text().splitlines():
        collect(json.loads(line)["events"])
    assert codes
    assert {code for kind, code in codes if kind == "country"} <= KNOWLEDGE.countries.keys()
    assert {code for kind, code in codes if kind == "body"} <= KNOWLEDGE.bodies.keys()


def test_names_of_countries_are_told_by_code() -> None:
    assert KNOWLEDGE.country_name("XKX") == "Kosovo"
    with pytest.raises(KeyError):
        KNOWLEDGE.country_name("ZZZ")


@pytest.mark.parametrize(
    ("family", "office", "day", "country", "expected"),
    [
        ("Moon", "president", "2019-06-01", None, "Moon Jae-in"),
        ("Khan", "prime minister", "2020-06-01", "PAK", "Imran Khan"),
        ("Khan", "prime minister", "2012-06-01", None, None),  # nobody of that name then
        ("Bush", "president", None, "USA", None),  # father or son
        ("Biden", "president", "2013-06-01", None, None),  # a vice president is not addressed as president
    ],
)
def test_an_office_and_a_family_name_tell_who_held_it(
    family: str, office: str, day: str | None, country: str | None, expected: str | None
) -> None:
    told = load().office(office)
    assert told is not None
    holder = load().holder(family, told, day, country)
    assert (holder and holder.name) == expected
