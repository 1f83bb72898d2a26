"""What holds for names in any text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from legation.knowledge import Entry, Kind, load
from legation.knowledge.matcher import Matcher

KNOWLEDGE = load()

WORDS = (
    "South Korea Korean Koreans North New Mexico Zealand Guinea -Bissau Papua Georgia Georgian Paris Agreement U.S. US "
    "U.N. UN Security Council the The in and of , . - _ ' ’s 's State Department Department Côte d'Ivoire Oman Omani "
    "minister foreign army official president MOSCOW moscow ĲİßŁ"
).split()

texts = st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join) | st.lists(st.sampled_from(WORDS)).map("".join)
days = st.dates().map(str)


def is_part(pair: str) -> bool:
    return re.fullmatch(r"\w\w", pair) is not None


@given(texts)
def test_names_quote_the_text_in_order_as_whole_words(text: str) -> None:
    end = 0
    for match in KNOWLEDGE.find(text):
        assert end <= match.start < match.end <= len(text)
        assert match.text == text[match.start : match.end]
        assert match.entries
        assert not (match.start and is_part(text[match.start - 1 : match.start + 1]))
        assert not is_part(text[match.end - 1 : match.end + 1])
        end = match.end


@given(st.sampled_from(sorted(match.text for match in KNOWLEDGE.find(" | ".join(WORDS)))))
def test_a_name_is_known_in_capitals_but_not_in_lower_case(name: str) -> None:
    assert [match.text for match in KNOWLEDGE.find(name.upper())] == [name.upper()]
    assert KNOWLEDGE.find(name.lower()) == []


@given(texts)
def test_offices_are_whole_words_in_order(text: str) -> None:
    end = 0
    for start, stop, office in KNOWLEDGE.find_offices(text):
        assert end <= start < stop <= len(text)
        assert KNOWLEDGE.office(text[start:stop]) == office
        end = stop


@given(texts, texts)
def test_no_name_reaches_over_a_line_break(first: str, second: str) -> None:
    shift = len(first) + 1
    assert KNOWLEDGE.find(f"{first}\n{second}") == [
        *KNOWLEDGE.find(first),
        *(m._replace(start=m.start + shift, end=m.end + shift) for m in KNOWLEDGE.find(second)),
    ]


@given(st.lists(st.text("ab -", min_size=1, max_size=5), unique=True), st.text("abc -_", max_size=30))
def test_the_matcher_takes_the_leftmost_longest_whole_words(phrases: list[str], text: str) -> None:
    expected = []
    at = 0
    while at < len(text):
        fitting = [
            (phrase, at + len(phrase))
            for phrase in phrases
            if text.startswith(phrase, at)
            and not (at and is_part(text[at - 1 : at + 1]))
            and not is_part(text[at + len(phrase) - 1 : at + len(phrase) + 1])
        ]
        if fitting:
            phrase, end = max(fitting, key=lambda fit: fit[1])
            expected.append((phrases.index(phrase), at, end))
            at = end
        else:
            at += 1
    assert Matcher(phrases).spans(text) == expected


@given(days, days)
def test_an_office_is_held_from_its_first_to_its_last_day(start: str, end: str) -> None:
    entry = Entry(Kind.PERSON, "Ada Roi", start=start, end=end)
    assert entry.holds(start) == entry.holds(end) == (start <= end)
    if start <= end:
        assert Entry(Kind.PERSON, "Ada Roi", start=start[:4], end=end[:7]).holds(start)
        assert Entry(Kind.PERSON, "Ada Roi").holds(start)
