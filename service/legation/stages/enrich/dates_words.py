"""Each word of a sentence as one letter that says what it can be in a date: the alphabet of the grammar of dates."""

from __future__ import annotations

import re


def words_of(line: str) -> tuple[str, ...]:
    """A word list, written as a line."""
    return tuple(line.split())


MONTHS = words_of("january february march april may june july august september october november december")
WEEKDAYS = words_of("monday tuesday wednesday thursday friday saturday sunday")
SHORT_MONTHS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
SHORT_WEEKDAYS = {name[:3]: number for number, name in enumerate(WEEKDAYS)}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Season to its first month, on the northern half of the earth."""
NUMBERS = words_of(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
ORDINALS = words_of(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
UNITS = {
    form: unit
    for unit in ("hour", "day", "night", "week", "fortnight", "month", "quarter", "year", "decade")
    for form in (unit, unit + "s")
}
_YEARS = range(1600, 2100)
"""Four digits outside of these are counts more often than years."""

_WORDS = {
    "season": " ".join(SEASONS),
    "number": " ".join(NUMBERS[1:]),
    "ordinal": " ".join(ORDINALS[1:]),
    "unit": " ".join(UNITS),
    "weekend": "weekend",
    "half": "half",
    "today": "today",
    "yesterday": "yesterday",
    "tomorrow": "tomorrow",
    "tonight": "tonight",
    "overnight": "overnight",
    "daypart": "morning noon afternoon evening",
    "last": "last",
    "past": "past",
    "previous": "previous preceding",
    "next": "next",
    "coming": "coming upcoming",
    "following": "following",
    "this": "this current",
    "same": "same that",
    "the": "the",
    "a": "a an",
    "ago": "ago",
    "earlier": "earlier",
    "later": "later",
    "before": "before",
    "after": "after",
    "early": "early",
    "mid": "mid middle",
    "late": "late",
    "begin": "beginning start",
    "end": "end",
    "about": "about around nearly almost roughly circa sometime",
    "fiscal": "fiscal financial",
    "of": "of",
    "or": "or",
    "so": "so",
    "in": "in",
    "on": "on",
    "from": "from",
    "between": "between",
    "since": "since",
    "to": "to through till until",
    "and": "and",
    "now": "now",
    "preposition": "by during for into over than toward towards within throughout",
    "possessive": "s its his her their our",
    "new": "new",
    "christmas": "christmas",
    "eve": "eve",
}
"""Kind to its words, in lower case. Months and weekdays stand apart: they are known by their capitals only."""

_MARKS = {"comma": ",", "dot": ".", "hyphen": "-‐‑–—", "apostrophe": "'’"}
_FIGURES = ("day", "nth", "count", "year", "decade", "short_decade", "iso", "slashed")
_NAMES = ("month", "short_month", "may", "weekday", "short_weekday")

OTHER = "!"
"""The letter of every other word."""
LETTER = {kind: chr(ord("0") + i) for i, kind in enumerate((*_WORDS, *_MARKS, *_FIGURES, *_NAMES))} | {"other": OTHER}
"""Kind to its letter."""


def _letters() -> dict[str, str]:
    letters: dict[str, str] = {}

    def add(kind: str, *words: str) -> None:
        letters.update(dict.fromkeys(words, LETTER[kind]))

    for kind, words in _WORDS.items():
        for word in words.split():
            add(kind, word, word.capitalize(), word.upper())
    for kind, marks in _MARKS.items():
        add(kind, *marks)
    for kind, names in (
        ("short_weekday", [*SHORT_WEEKDAYS, "tues", "thur", "thurs"]),
        ("weekday", WEEKDAYS),
        ("short_month", [*SHORT_MONTHS, "sept"]),
        ("month", MONTHS),
        ("may", ["may"]),
    ):
        for name in names:
            add(kind, name.capitalize(), name.upper())
    add("count", *map(str, range(32, 1000)))
    add("day", *map(str, range(1, 32)), *(f"0{day}" for day in range(1, 10)))
    add("nth", *(f"{day}{ending}" for day in range(1, 32) for ending in ("st", "nd", "rd", "th")))
    add("year", *map(str, _YEARS))
    add("decade", *(f"{year}s" for year in _YEARS if year % 10 == 0))
    add("short_decade", *(f"{tens}0s" for tens in range(2, 10)))
    return letters


_LETTERS = _letters()

TOKEN = re.compile(
    r"[^\W\d_]\w*|\d{4}-\d\d-\d\d(?!\d)|\d{1,2}/\d{1,2}/\d{4}(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+\.\d+"
    r"|\d+(?:st|nd|rd|th|s)?|[$€£¥#] ?\d[\d,.]*|[^\s\w]"
)
"""Words and marks; dates in figures, sums of money and long numbers stay in one piece."""

_CORE_KINDS = (
    "season unit weekend christmas today yesterday tomorrow tonight overnight daypart "
    "year decade short_decade iso slashed nth"
)
CORE = re.compile("[" + re.escape("".join(LETTER[kind] for kind in (*words_of(_CORE_KINDS), *_NAMES))) + "]")
"""Without one of these letters there is no date."""


def letters_of(words: list[str]) -> str:
    """One letter a word."""
    get = _LETTERS.get
    return "".join([get(word) or (_figure(word) if "0" <= word[0] <= "9" else OTHER) for word in words])


def _figure(word: str) -> str:
    if "/" in word:
        return LETTER["slashed"]
    return LETTER["iso"] if len(word) == 10 and word[4] == "-" else OTHER
