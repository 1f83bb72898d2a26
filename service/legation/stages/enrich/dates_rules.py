"""The grammar of dates: patterns over kinds of words (`dates_words`), and what each pattern means.

A rule gets the words it matched and gives a span of days, or None where the words make no sense as a date after all
('February 30'), so that a later rule may try.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from legation.records import Precision
from legation.stages.enrich.dates_words import (
    LETTER,
    NUMBERS,
    ORDINALS,
    SEASONS,
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
    UNITS,
)

Tense = Literal["past", "future", "done", "open"]
"""`done`: past beyond doubt, since a parsed verb says so; words that only seem past may be wrong. `open`: what had been
planned may have been yesterday or tomorrow."""
Guess = Callable[[], Tense]


class Found(Struct, frozen=True):
    """A span of days, both ends inclusive. The fields are those of `dates.DateSpan`."""

    start: date
    end: date
    precision: Precision
    basis: Literal["stated", "relative"] = "relative"
    tense: Tense | None = None
    fuzzy: bool = False
    opens: bool = False


class Words:
    """The words that a rule matched, asked for by kind, and what dates around them count from.

    `anchor`: the day of writing, or None. `told`: the date told last, or None. `guess`: the tense, asked when needed.
    """

    __slots__ = ("_letters", "_words", "anchor", "guess", "told")

    def __init__(self, words: list[str], letters: str, anchor: date | None, told: Found | None, guess: Guess) -> None:
        self._words, self._letters = words, letters
        self.anchor, self.told, self.guess = anchor, told, guess

    def __contains__(self, kind: str) -> bool:
        return LETTER[kind] in self._letters

    def all(self, *kinds: str) -> list[str]:
        """The words of these kinds, in order, in lower case."""
        letters = [LETTER[kind] for kind in kinds]
        return [word.lower() for word, letter in zip(self._words, self._letters, strict=True) if letter in letters]

    def months(self) -> list[int]:
        """Months told by name, 1 to 12."""
        return [SHORT_MONTHS[word[:3]] for word in self.all("month", "short_month", "may")]

    def weekdays(self) -> list[int]:
        """Weekdays told by name, 0 for Monday."""
        return [SHORT_WEEKDAYS[word[:3]] for word in self.all("weekday", "short_weekday")]

    def numbers(self, *kinds: str) -> list[int]:
        """Numbers in figures and words; 'a' and 'the' are one."""
        return [_number(word) for word in self.all(*kinds)]

    def year(self) -> int | None:
        """The year, stated or as 'last year'; None where none is told, or where 'last' has nothing to count from."""
        for year in self.numbers("year"):
            return year
        return self.anchor.year + self.step() if self.anchor and self.unit() == "year" else None

    def unit(self) -> str | None:
        """'day', 'week', ... in the singular."""
        return next((UNITS[word] for word in self.all("unit")), None)

    def step(self) -> int:
        """-1 for last, 0 for this, 1 for next."""
        if "last" in self or "past" in self or "previous" in self:
            return -1
        return 1 if "next" in self or "coming" in self or "following" in self else 0


def _number(word: str) -> int:
    if word in NUMBERS:
        return NUMBERS.index(word)
    if word in ORDINALS:
        return ORDINALS.index(word)
    return 1 if word in ("a", "an", "the") else int(word.rstrip("sthnrd"))


# --- arithmetic on the calendar --------------------------------------------------------------------------------------


def month_after(day: date, months: int) -> date:
    """The first day of the month that many months after that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_from(first: date, count: int) -> tuple[date, date]:
    """First and last day of `count` months from that of `first` on."""
    return first.replace(day=1), month_after(first, count) - timedelta(days=1)


def shift(day: date, count: int, unit: str) -> date:
    """`day` moved by so many units; the day of the month stays where the month has it."""
    if unit == "hour":
        return day + timedelta(days=int(count / 24))
    days = {"day": 1, "night": 1, "week": 7, "fortnight": 14}.get(unit)
    if days:
        return day + timedelta(days=days * count)
    first = month_after(day, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit])
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def period(day: date, unit: str) -> Found:
    """The whole day, week (Monday to Sunday), month, quarter, year or decade in which `day` lies."""
    if unit in ("week", "fortnight"):
        monday = day - timedelta(days=day.weekday())
        return Found(monday, monday + timedelta(days=6), Precision.WEEK)
    if unit == "month":
        return Found(*months_from(day, 1), Precision.MONTH)
    if unit == "quarter":
        return Found(*months_from(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3), Precision.QUARTER)
    if unit == "year":
        return Found(date(day.year, 1, 1), date(day.year, 12, 31), Precision.YEAR)
    if unit == "decade":
        return Found(date(day.year // 10 * 10, 1, 1), date(day.year // 10 * 10 + 9, 12, 31), Precision.YEAR)
    return Found(day, day, Precision.DAY)


_FINENESS = (
    "hour",
    "night",
    Precision.DAY,
    Precision.WEEK,
    "fortnight",
    Precision.MONTH,
    Precision.QUARTER,
    Precision.YEAR,
)


def _finer(unit: str, precision: Precision) -> bool:
    return unit in _FINENESS and _FINENESS.index(unit) < _FINENESS.index(precision)


def _year(year: int) -> Found:
    return replace(period(date(year, 1, 1), "year"), basis="stated")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


LEAN = 3
"""A date against the tense must be this many times nearer than one with it: misread verbs are commoner than a newspaper
that goes nine months back without naming the year."""


def _nearest(days: Iterable[date | None], anchor: date, tense: Tense) -> date | None:
    def cost(day: date) -> int:
        distance = (day - anchor).days
        against = distance < 0 if tense == "future" else distance > 0 and tense != "open"
        return abs(distance) * (LEAN if against else 1)

    return min((day for day in days if day and (tense != "done" or day <= anchor)), key=cost, default=None)


def _weekday(weekday: int, anchor: date, tense: Tense) -> date:
    ahead = (weekday - anchor.weekday()) % 7
    forward = tense == "future" or (tense == "open" and ahead <= 3)  # of seven days the nearer ones
    return anchor + timedelta(days=ahead if forward or not ahead else ahead - 7)


# --- days ------------------------------------------------------------------------------------------------------------


def _iso(words: Words) -> Found | None:
    day = _day(*map(int, words.all("iso")[0].split("-")))
    return Found(day, day, Precision.DAY, "stated") if day else None


def _slashed(words: Words) -> Found | None:
    """31/12/1998 and 12/31/1998, but not 5/6/1998: one land's May is another's June."""
    first, second, year = map(int, words.all("slashed")[0].split("/"))
    if first != second and max(first, second) <= 12:
        return None
    day = _day(year, second, first) or _day(year, first, second)
    return Found(day, day, Precision.DAY, "stated") if day else None


_LEAP_REACH = range(-8, 9)
"""Years to look for a 29 February: at most eight lie between two of them (1896 to 1904)."""


def _resolve_day(words: Words, month: int, number: int) -> Found | None:
    year = words.year()
    if year is not None:
        day = _day(year, month, number)
        return Found(day, day, Precision.DAY, "stated") if day else None
    if words.anchor is None:
        return None
    tense = words.guess()
    years = _LEAP_REACH if (month, number) == (2, 29) else (-1, 0, 1)
    day = _nearest((_day(words.anchor.year + i, month, number) for i in years), words.anchor, tense)
    return Found(day, day, Precision.DAY, "stated", tense) if day else None


def _feast(month: int, number: int) -> Callable[[Words], Found | None]:
    """A day with a name, of the year that the tense tells."""

    def meaning(words: Words) -> Found | None:
        if words.anchor is None:
            return None
        tense = words.guess()
        day = _nearest((date(words.anchor.year + i, month, number) for i in (-1, 0, 1)), words.anchor, tense)
        return Found(day, day, Precision.DAY, "relative", tense) if day else None

    return meaning


def _month_day(words: Words) -> Found | None:
    return _resolve_day(words, words.months()[0], words.numbers("day", "nth", "ordinal")[0])


def _day_range(words: Words) -> Found | None:
    months, (from_day, to_day) = words.months(), words.numbers("day", "nth")
    if "and" in words and "between" not in words and to_day != from_day + 1:
        return None  # 'May 6 and 20' are two dates
    last = _resolve_day(words, months[-1], to_day)
    if last is None:
        return None
    years = (last.end.year, last.end.year - 1)  # 'December 30 to January 2' begins in the year before
    first = next((day for year in years if (day := _day(year, months[0], from_day)) and day <= last.end), None)
    if first is None or (last.end - first).days > _LONGEST_RANGE:
        return None
    return replace(last, start=first)


_LONGEST_RANGE = 366
"""Days. 'From May 6 to 5 ...' is no range of a year less a day."""


def _bare_weekday(words: Words) -> Found | None:
    if words.anchor is None:
        return None
    tense = words.guess()
    day = _weekday(words.weekdays()[0], words.anchor, tense)
    return Found(day, day, Precision.DAY, tense=tense)


def _weekday_of_week(words: Words) -> Found | None:
    """'Last week on Friday', 'a week ago Friday': of the week, Monday to Sunday, that is meant."""
    if words.anchor is None or words.unit() != "week":
        return None
    weeks = -words.numbers("number", "day", "count", "a")[0] if "ago" in words else words.step()
    day = period(shift(words.anchor, weeks, "week"), "week").start + timedelta(days=words.weekdays()[0])
    return Found(day, day, Precision.DAY)


def _weekday_before_last(words: Words) -> Found | None:
    if words.anchor is None:
        return None
    day = _weekday(words.weekdays()[0], words.anchor - timedelta(days=1), "past") - timedelta(days=7)
    return Found(day, day, Precision.DAY)


def _day_alone(words: Words) -> Found | None:
    """'On the 9th': the last one, or the next."""
    if words.anchor is None:
        return None
    tense, number = words.guess(), words.numbers("nth")[0]
    months = (month_after(words.anchor, count) for count in ((0, 1) if tense == "future" else (0, -1)))
    days = (_day(month.year, month.month, number) for month in months)
    day = next((it for it in days if it and (it == words.anchor or (it > words.anchor) == (tense == "future"))), None)
    return Found(day, day, Precision.DAY, tense=tense) if day else None


def _week_after_weekday(words: Words) -> Found | None:
    """'Friday week', in Britain, and 'a week from Friday': a week after the coming Friday."""
    if words.anchor is None or words.unit() != "week":
        return None
    day = _weekday(words.weekdays()[0], words.anchor, "future") + timedelta(days=7)
    return Found(day, day, Precision.DAY)


def _weekday_range(words: Words) -> Found | None:
    if words.anchor is None:
        return None
    first, last = words.weekdays()
    if "and" in words and "between" not in words and (last - first) % 7 != 1:
        return None  # 'Monday and Friday' are two days
    tense = words.guess()
    if tense == "future":
        start = _weekday(first, words.anchor, tense)
        return Found(start, start + timedelta(days=(last - first) % 7), Precision.DAY, tense=tense)
    end = _weekday(last, words.anchor, tense)
    return Found(end - timedelta(days=(last - first) % 7), end, Precision.DAY, tense=tense)


def _pointed_weekday(words: Words) -> Found | None:
    """'Last Friday', 'next Friday', 'this Friday', 'the following Friday', 'Friday last week'."""
    weekday, anchor = words.weekdays()[0], words.anchor
    if "following" in words or "previous" in words:
        if words.told is None:
            return None
        day = (
            _weekday(weekday, words.told.end + timedelta(days=1), "future")
            if "following" in words
            else _weekday(weekday, words.told.start - timedelta(days=1), "past")
        )
        return Found(day, day, Precision.DAY)
    if anchor is None:
        return None
    tense: Tense | None = None
    if words.unit() == "week" or "next" in words:
        day = period(anchor, "week").start + timedelta(days=7 * words.step() + weekday)
    elif "coming" in words:
        day = _weekday(weekday, anchor + timedelta(days=1), "future")
    elif "this" in words and "past" not in words and "last" not in words:
        tense = words.guess()
        day = _weekday(weekday, anchor, tense)
    else:
        day = _weekday(weekday, anchor - timedelta(days=1), "past")
    return Found(day, day, Precision.DAY, tense=tense)


def _days_from_anchor(days: int, until: int | None = None) -> Callable[[Words], Found | None]:
    def resolve(words: Words) -> Found | None:
        if words.anchor is None:
            return None
        start, end = (words.anchor + timedelta(days=count) for count in (days, days if until is None else until))
        return Found(start, end, Precision.DAY)

    return resolve


def _same_unit(words: Words) -> Found | None:
    """'The same day', 'that week': those of the date told last."""
    return period(words.told.start, words.unit() or "day") if words.told else None


def _in_the_unit(words: Words) -> Found | None:
    """'Earlier in the day', 'later in the year', 'the end of the month': of the day told last, else of the anchor."""
    unit, base = words.unit(), words.anchor
    if unit == "day" and words.told and words.told.precision is Precision.DAY:
        ahead = base is not None and words.told.start < base and words.guess() == "future"
        base = base if ahead else words.told.start  # 'is to meet him later in the day' is today
    if base is None or unit in (None, "hour", "night"):
        return None
    return replace(period(base, unit or ""), fuzzy=unit != "day")


# --- weeks, months, quarters, years ----------------------------------------------------------------------------------


def _pointed_unit(words: Words) -> Found | None:
    """'Last week', 'this month', 'next year', 'the following year', 'the previous day'."""
    unit, step, base = words.unit(), words.step(), words.anchor
    if unit is None or unit in ("hour", "fortnight", "decade"):
        return None
    if unit == "night" and "last" not in words:
        return None
    if "before" in words or "after" in words:  # 'the week before last'
        return period(shift(base, 2 * step, unit), unit) if base else None
    told = words.told if "the" in words and "next" in words and words.guess() != "future" else None  # 'the next year'
    if told or "following" in words or "previous" in words or (unit == "day" and "next" in words):
        if words.told is not None:
            base = words.told.start if step < 0 else words.told.end
        elif step > 0:
            return None
    elif unit == "day":
        return None  # 'the last day', 'this day' are figures of speech
    return period(shift(base, step, unit), unit) if base else None


def _rolling(words: Words) -> Found | None:
    """'The past two weeks', 'the next ten days': up to the anchor, or from it."""
    if words.anchor is None:
        return None
    count, unit = (words.numbers("number", "day", "count") or [1])[0], words.unit() or ""
    if unit == "hour" and count < 24:
        return None
    other = shift(words.anchor, count * words.step(), unit)
    precision = period(other, unit).precision
    return Found(min(other, words.anchor), max(other, words.anchor), precision)


def _counted(words: Words) -> Found | None:
    """'Two weeks ago', 'a year earlier', 'three days later', 'in two weeks', 'two months from now'."""
    count, unit = words.numbers("number", "day", "count", "a", "the")[0], words.unit() or ""
    base = words.anchor
    from_told = [kind for kind in ("earlier", "before", "later", "after") if kind in words]
    if from_told:
        if words.told and not _finer(unit, words.told.precision):
            base = words.told.start if from_told[0] in ("earlier", "before") else words.told.end
        elif words.told or from_told[0] in ("later", "after"):
            return None  # 'two days later' than a month
    elif "in" in words and words.guess() != "future":
        return None  # 'in two weeks' of the past is how long it took
    if base is None:
        return None
    back = "ago" in words or "earlier" in words or "before" in words
    found = period(shift(base, -count if back else count, unit), "year" if unit == "decade" else unit)
    return replace(found, fuzzy=unit == "decade")


def _half_a_year_ago(words: Words) -> Found | None:
    if words.anchor is None or words.unit() != "year":
        return None
    return replace(period(shift(words.anchor, -6, "month"), "month"), fuzzy=True)


def _away_from_told(words: Words) -> Found | None:
    """'Two days after' what comes now: that was two days before the date told last."""
    count, unit = words.numbers("number", "day", "count", "a", "the")[0], words.unit() or ""
    if words.told is None or _finer(unit, words.told.precision):
        return None
    other = shift(words.told.start, count if "before" in words else -count, unit)
    return replace(period(other, unit), opens=True)


def _month(words: Words) -> Found | None:
    """'September 2019', 'September last year', 'last September', 'in September'."""
    month, year, anchor = words.months()[0], words.year(), words.anchor
    if year is not None:
        return Found(*months_from(date(year, month, 1), 1), Precision.MONTH, "stated")
    if anchor is None:
        return None
    back = (anchor.month - month) % 12
    tense: Tense | None = None
    if "last" in words or "past" in words:
        first = month_after(anchor, -back if back > 1 else -back - 12)
    elif "next" in words or "coming" in words:
        first = month_after(anchor, 12 - back)
    else:
        tense = words.guess()
        # With no tense the nearest, by the middle of the month; this month is as near as can be.
        near = [anchor.replace(day=15)] if back == 0 else [date(anchor.year + i, month, 15) for i in (-1, 0, 1)]
        first = _nearest(near, anchor, tense) or anchor
    return Found(*months_from(first, 1), Precision.MONTH, tense=tense)


def _month_alone(words: Words, index: int) -> Found | None:
    """One of the months told, as if it stood there without 'last week of' or another month."""
    name = words.all("month", "short_month", "may")[index].title()
    year = words.numbers("year")
    if year:
        return Found(*months_from(date(year[0], words.months()[index], 1), 1), Precision.MONTH, "stated")
    return _month(Words([name], LETTER["month"], words.anchor, None, words.guess))


def _month_range(words: Words) -> Found | None:
    first, last = words.months()
    end = _month_alone(words, 1)
    return replace(end, start=month_after(end.start, -((last - first) % 12))) if end else None


def _part_of_month(words: Words) -> Found | None:
    """'The last week of April' is in April, 'the first day of May' the day."""
    ordinal = words.numbers("ordinal")
    if ordinal and "day" in words.all("unit"):
        return _resolve_day(words, words.months()[0], ordinal[0])
    month = _month_alone(words, 0)
    return replace(month, fuzzy=True) if month else None


def _season(words: Words) -> Found | None:
    """Three months; 'winter 2020' begins in December 2020."""
    first, year, anchor = SEASONS[words.all("season")[0]], words.year(), words.anchor
    if year is None:
        if anchor is None:
            return None
        start = date(anchor.year - (anchor.month < first % 12), first, 1)  # the one that began last
        running = month_after(start, 3) > anchor
        step = words.step()
        year = start.year + (step + (0 if running else 1) if step <= 0 else 1)
    return Found(
        *months_from(date(year, first, 1), 3),
        Precision.QUARTER,
        "stated" if "year" in words else "relative",
        fuzzy=True,
    )


def _quarter(words: Words) -> Found | None:
    number, year = words.numbers("ordinal", "nth")[0], _year_beside(words)
    if not 1 <= number <= 4 or all(UNITS[word] != "quarter" for word in words.all("unit")):
        return None
    if year is not None:
        found = Found(*months_from(date(year, number * 3 - 2, 1), 3), Precision.QUARTER, "stated")
    elif words.anchor is None:
        return None
    else:
        tense = words.guess()
        middles = [date(words.anchor.year + i, number * 3 - 1, 15) for i in (-1, 0, 1)]
        middle = _nearest(middles, words.anchor, tense)
        found = replace(period(middle or words.anchor, "quarter"), tense=tense)
    return replace(found, fuzzy="fiscal" in words)


def _half(words: Words) -> Found | None:
    number, year = words.numbers("ordinal")[0], _year_beside(words)
    if year is None or number > 2:
        return None
    return Found(*months_from(date(year, number * 6 - 5, 1), 6), Precision.YEAR, "stated")


def _year_beside(words: Words) -> int | None:
    """The year of 'the third quarter of last year', where 'quarter' is a unit too."""
    stated = words.numbers("year")
    if stated:
        return stated[0]
    has_year = any(UNITS[word] == "year" for word in words.all("unit"))
    return words.anchor.year + words.step() if has_year and words.anchor else None


def _weekend(words: Words) -> Found | None:
    """Saturday and Sunday: the one that is, or the nearest in the direction of words or tense. 'This weekend' of a
    Monday or Tuesday has been.
    """
    if words.anchor is None:
        return None
    saturday = period(words.anchor, "week").start + timedelta(days=5)
    tense: Tense | None = None
    if "last" in words or "past" in words or "previous" in words:
        saturday -= timedelta(days=7)
    elif "following" in words or "next" in words:
        saturday += timedelta(days=7)
    elif "coming" not in words:
        tense = words.guess()
        ahead = tense == "future" or ("this" in words and words.anchor.weekday() > 1)
        if not ahead and saturday > words.anchor:
            saturday -= timedelta(days=7)
    return Found(saturday, saturday + timedelta(days=1), Precision.DAY, tense=tense)


def _stated_year(words: Words) -> Found | None:
    return replace(_year(words.numbers("year")[0]), fuzzy="fiscal" in words)


def _year_range(words: Words) -> Found | None:
    """'1990 to 1995', '1990-95'."""
    first, *rest = words.numbers("year", "count", "day")
    last = rest[0] if rest[0] > 99 else first // 100 * 100 + rest[0]
    return replace(_year(first), end=_year(last).end) if first < last else None


def _decade(words: Words) -> Found | None:
    digits = words.all("decade", "short_decade")[0].rstrip("s")
    year = int(digits) + (0 if len(digits) == 4 else 1900)  # nobody writes 'the 20s' of this century yet
    return replace(period(date(year, 1, 1), "decade"), basis="stated")


# --- the rules, first match wins -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over letters and its meaning. `before`: letters one of which must stand just before, '' for any."""

    name: str
    heads: str
    pattern: re.Pattern[str]
    meaning: Callable[[Words], Found | None]
    before: str
    closes: bool
    """Whether a mark or the end of the sentence must follow: 'the day before', but not 'the day before the vote'."""


_MACROS = {
    "MONTH": "month|short_month|may",
    "DAY": "day|nth",
    "TO": "to|hyphen",
    "N": "number|day|count",
    "POINT": "last|this|next|coming|past",
}


def _rule(pattern: str, meaning: Callable[[Words], Found | None], *, before: str = "", closes: bool = False) -> Rule:
    """Read a pattern: kinds or macros with spaces between, '|' for alternatives, '?' after what may be missing, '!'
    before what must not follow."""
    heads, letters = "", ""
    open_head = True
    for element in pattern.split():
        kinds = "|".join(_MACROS.get(kind, kind) for kind in element.strip("!?").split("|")).split("|")
        choice = "".join(LETTER[kind] for kind in kinds)
        if element.startswith("!"):
            letters += f"(?![{re.escape(choice)}])"
            continue
        letters += f"[{re.escape(choice)}]" + ("?" if element.endswith("?") else "")
        if open_head:
            heads += choice
            open_head = element.endswith("?")
    return Rule(pattern, heads, re.compile(letters), meaning, "".join(LETTER[kind] for kind in before.split()), closes)


_DATES_A_MONTH = (
    "in on since from between to of before after preposition the a possessive and last this about early mid late hyphen"
)
_DATES_MAY = "in since early mid late"
"""'May' alone is a month after these only: it is a verb, and a prime minister's name."""
_DATES_A_YEAR = (
    "same in on since from between to of before after preposition the a possessive and about early mid late hyphen"
)

RULES = (
    _rule("iso", _iso),
    _rule("slashed", _slashed),
    # days of a month
    _rule("MONTH dot? DAY TO|and MONTH dot? DAY comma? year?", _day_range),
    _rule("MONTH dot? DAY TO|and DAY comma? year?", _day_range),
    _rule("between MONTH dot? DAY and MONTH? dot? DAY comma? year?", _day_range),
    _rule("DAY MONTH dot? TO DAY MONTH dot? comma? year?", _day_range),
    _rule("DAY TO|and DAY of? MONTH dot? comma? year?", _day_range),
    _rule("weekday|short_weekday dot? comma? the? MONTH dot? DAY comma? of? POINT unit", _month_day),
    _rule("weekday|short_weekday dot? comma? the? MONTH dot? DAY comma? year?", _month_day),
    _rule("weekday|short_weekday dot? comma? the? DAY of? MONTH dot? comma? year?", _month_day),
    _rule("MONTH dot? DAY comma? of? POINT unit", _month_day),
    _rule("MONTH dot? DAY comma? year?", _month_day),
    _rule("the? DAY|ordinal of MONTH dot? comma? year?", _month_day),
    _rule("DAY hyphen? MONTH dot|hyphen|comma? year?", _month_day),
    _rule("the nth !other|unit", _day_alone, before="on"),
    _rule("new unit apostrophe possessive unit", _feast(1, 1)),
    _rule("new unit apostrophe possessive eve", _feast(12, 31)),
    _rule("christmas unit", _feast(12, 25)),
    _rule("christmas eve", _feast(12, 24)),
    # weekdays
    _rule("weekday daypart? TO|and weekday daypart?", _weekday_range),
    _rule("between weekday and weekday", _weekday_range),
    _rule("this last|past weekday", _pointed_weekday),
    _rule("the? POINT|following|previous weekday", _pointed_weekday),
    _rule("weekday of? POINT unit", _pointed_weekday),
    _rule("POINT unit apostrophe possessive weekday", _pointed_weekday),
    _rule("last|this|next unit on? weekday", _weekday_of_week),
    _rule("N|a unit ago on? weekday", _weekday_of_week),
    _rule("the weekday before last", _weekday_before_last),
    _rule("weekday unit !hyphen", _week_after_weekday),
    _rule("a unit from weekday", _week_after_weekday),
    _rule("weekday", _bare_weekday),
    # days from today, and from the day told last
    _rule("the unit before yesterday", _days_from_anchor(-2)),
    _rule("the unit after tomorrow", _days_from_anchor(2)),
    _rule("yesterday", _days_from_anchor(-1)),
    _rule("today|tonight", _days_from_anchor(0)),
    _rule("tomorrow", _days_from_anchor(1)),
    _rule("overnight !on|from|weekday", _days_from_anchor(-1, 0)),
    _rule("this daypart", _days_from_anchor(0)),
    _rule("earlier|later in the unit", _in_the_unit),
    _rule("the? begin|end of the unit", _in_the_unit, closes=True),
    _rule("unit hyphen|apostrophe? possessive? end", _in_the_unit),
    _rule("the? same unit", _same_unit),
    # counted units
    _rule("N|a unit or so ago", _counted),
    _rule("N|a unit ago", _counted),
    _rule("half a unit ago", _half_a_year_ago),
    _rule("N|a hyphen? unit hyphen? earlier", _counted),
    _rule("N|a unit later", _counted),
    _rule("N|a|the unit before|after", _counted, closes=True),
    _rule("N|a|the unit before|after", _away_from_told),
    _rule("N unit from now|today", _counted),
    _rule("in N|a unit", _counted),
    _rule("the? last|past|previous|next|coming N unit", _rolling),
    _rule("the past unit", _rolling),
    # quarters and halves
    _rule("the? fiscal? ordinal|nth hyphen? unit of|in? the? fiscal? year", _quarter),
    _rule("the? fiscal? ordinal|nth hyphen? unit of? POINT unit", _quarter),
    _rule("POINT unit apostrophe possessive ordinal hyphen? unit", _quarter),
    _rule("the? year ordinal unit", _quarter),
    _rule("the? fiscal? hyphen? ordinal|nth hyphen? unit", _quarter),
    _rule("the? ordinal half of the? year", _half),
    _rule("the? ordinal half of POINT unit", _half),
    # months and seasons
    _rule("the ordinal|last unit|half of MONTH dot? of? year?", _part_of_month),
    _rule("MONTH dot? TO MONTH dot? of? year?", _month_range),
    _rule("MONTH dot? comma|of? year", _month),
    _rule("MONTH dot? of? POINT unit", _month),
    _rule("POINT unit apostrophe possessive MONTH", _month),
    _rule("this? last|past|next|coming MONTH", _month),
    _rule("month|short_month dot? !DAY", _month, before=_DATES_A_MONTH),
    _rule("may", _month, before=_DATES_MAY),
    _rule("the? this? POINT season", _season),
    _rule("the? season of? year", _season),
    _rule("the? season of POINT unit", _season),
    # weekends; the pointed units
    _rule("the|this POINT|previous|following? weekend", _weekend),
    _rule("last|next weekend", _weekend),
    _rule("the unit before last", _pointed_unit),
    _rule("the unit after next", _pointed_unit),
    _rule("the? previous|following|coming|next unit", _pointed_unit),
    _rule("last|this|next unit", _pointed_unit),
    # years
    _rule("fiscal unit? year", _stated_year),
    _rule("year hyphen day|count|year", _year_range),
    _rule("year to|and year", _year_range, before="from between"),
    _rule("the? decade", _decade),
    _rule("the apostrophe? short_decade", _decade),
    _rule("the unit year", _stated_year),
    _rule("year", _stated_year, before=_DATES_A_YEAR),
)

RULES_BY_HEAD: dict[str, tuple[Rule, ...]] = {
    letter: rules for letter in LETTER.values() if (rules := tuple(rule for rule in RULES if letter in rule.heads))
}
"""The rules that can begin with a letter, in order: most letters begin none."""
