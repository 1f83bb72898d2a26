"""Finds and resolves the date expressions of one English sentence. Pure; needs no parse.

Each word becomes one letter that says what it can be in a date (`dates_words`), and a grammar over those letters says
what the words mean (`dates_rules`). Where English is not of one mind, these conventions hold:

- Relative expressions count from the dateline's date, else from the day of publication; without either they give
  nothing. 'The following day' and 'two days later' count from the date told before them, else give nothing.
- In 'left on Tuesday, two days after she spoke' the words 'two days after' are the Sunday on which she spoke.
- A weekday is the nearest one in the direction of the tense; on the anchor's own weekday it is that day. 'Last Friday'
  lies strictly before the anchor, 'next Friday' in the week (Monday to Sunday) after the anchor's.
- 'May 13' and 'September' without a year are the nearest, leaning to the tense. 'Last May' is the last May that is
  over, but not last month.
- What 'had been due on Friday' was due on the nearest Friday, before or after.
- 'The next year' of what is past is the year after the one told before.
- Two weeks ago is that week, ten days ago that day, three months ago that month, two years ago that year.
- 'In the past two weeks' runs up to the anchor.
- 'Early March', 'mid-March', 'the last week of March', 'earlier this year', 'the end of the year', 'year-end' are
  the whole period, and fuzzy (TimeML's way: the value is the period, and a modifier says the rest).
- Precision is the unit that the words speak in. Days told as a row ('March 6 to 10', 'the weekend') are DAY with
  start < end; a season is QUARTER, half a year and a decade are YEAR, with start and end over the whole of them.
- A fiscal year or quarter is taken for the calendar's, and is fuzzy.
- Durations ('for two days'), ages, sums of money and vague words ('recently', 'several years ago') give nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from legation.records import Precision
from legation.stages.enrich.dates_rules import RULES_BY_HEAD, Found, Guess, Rule, Tense, Words
from legation.stages.enrich.dates_words import CORE, LETTER, TOKEN, letters_of, words_of


@dataclass(frozen=True, slots=True)
class Anchor:
    """What relative expressions count from."""

    published: date | None
    dateline: date | None = None

    @property
    def day(self) -> date | None:
        """The day of writing: the dateline's, for a feed may publish days later."""
        return self.dateline or self.published


class DateSpan(Struct, frozen=True):
    """A date in a sentence: `text` is sentence[start_char:end_char]; `start` and `end` are days, both inclusive."""

    start_char: int
    end_char: int
    text: str
    start: date
    end: date
    precision: Precision
    basis: Literal["stated", "relative"]
    """stated: the words are a date by themselves, at most its year is filled in; relative: they only point."""
    tense: Tense | None
    """The tense that chose between past and future, where that was needed."""
    fuzzy: bool
    """The words themselves are inexact ('early', 'about', a season)."""
    name: bool
    """Part of another thing's name ('the September 11 attacks', 'a 1971 convention'): it dates that thing, and not
    what the sentence tells of it."""
    opens: bool = False
    """'Two days after' at the head of a clause: the date is that of the clause."""
    rule: str = ""
    """The pattern of words that read it, for people: `weekday`, `the? POINT unit`."""


def find_dates(
    sentence: str, anchor: Anchor, *, tense: Tense | None = None, previous: DateSpan | None = None
) -> list[DateSpan]:
    """All dates in a sentence, left to right, without overlap.

    Args:
        sentence: plain text.
        anchor: what relative expressions count from.
        tense: of the clause, where the caller knows it; else guessed from the words around each date.
        previous: the date told before this sentence, for 'two days later'.
    """
    words, letters = _lettered(sentence)
    told = Found(previous.start, previous.end, previous.precision) if previous else None
    dates: list[tuple[int, int, Found, str]] = []
    position = taken = 0
    while core := CORE.search(letters, position):
        position = max(position, core.start() - _LONGEST_LEAD)
        rules = RULES_BY_HEAD.get(letters[position], ())
        guess = partial(_tense, tense, sentence, position)
        end, found, rule = _read(rules, words, letters, position, anchor.day, told, guess)
        if found is None:
            position += 1
            continue
        if not _is_name_of_a_day(words, letters, position, end):
            first, told = _with_modifiers(letters, taken, position, found)
            dates.append((first, end, told, rule))
        position = taken = end
    if not dates:
        return []
    offsets = [match.span() for match in TOKEN.finditer(sentence)]
    return [
        DateSpan(
            offsets[first][0],
            offsets[end - 1][1],
            sentence[offsets[first][0] : offsets[end - 1][1]],
            read.start,
            read.end,
            read.precision,
            read.basis,
            read.tense,
            read.fuzzy,
            name=read.basis == "stated" and _names_a_thing(words, letters, first, end),
            opens=read.opens,
            rule=rule,
        )
        for first, end, read, rule in dates
    ]


@lru_cache(maxsize=32)  # an article's last sentences: each is asked for every event in it, and by those after it
def _lettered(sentence: str) -> tuple[list[str], str]:
    """The words of a sentence, and a letter for each; no letters where there is no date."""
    words = TOKEN.findall(sentence)
    letters = letters_of(words)
    return words, _counts_are_not_years(words, letters) if CORE.search(letters) else ""


_LONGEST_LEAD = 6
"""Words that a rule may have before its first core letter: 'the first half of the' has five."""


def _read(
    rules: tuple[Rule, ...],
    words: list[str],
    letters: str,
    position: int,
    anchor: date | None,
    told: Found | None,
    guess: Guess,
) -> tuple[int, Found | None, str]:
    """The first rule that makes sense of the words from `position` on: where they end, the date, and its name."""
    for rule in rules:
        match = rule.pattern.match(letters, position)
        if match is None or (rule.before and (position == 0 or letters[position - 1] not in rule.before)):
            continue
        end = match.end()
        if rule.closes and end < len(letters) and words[end].isalnum():
            continue
        while letters[end - 1] in _TRAILING and letters[end - 2 : end] != _SHORT_MONTH_AND_DOT:
            end -= 1  # 'May 13,' without a year
        try:
            found = rule.meaning(Words(words[position:end], letters[position:end], anchor, told, guess))
        except (ValueError, OverflowError):  # before the year 1 or after 9999
            continue
        if found is not None:
            return end, found, rule.name
    return position, None, ""


_TRAILING = LETTER["comma"] + LETTER["hyphen"] + LETTER["dot"]
_SHORT_MONTH_AND_DOT = LETTER["short_month"] + LETTER["dot"]


# --- words beside a date ---------------------------------------------------------------------------------------------


def _letters(*kinds: str) -> str:
    return "".join(re.escape(LETTER[kind]) for kind in kinds)


_MODIFIER = re.compile(
    f"[{_letters('the')}]?[{_letters('early', 'mid', 'late')}]"
    f"(?:[{_letters('hyphen')}]|[{_letters('in', 'of')}][{_letters('the')}]?)?$"
    f"|[{_letters('the')}]?[{_letters('begin', 'end')}][{_letters('of')}][{_letters('the')}]?$"
    f"|[{_letters('earlier', 'later')}][{_letters('in')}]?$"
    f"|[{_letters('about')}]$"
)
_LONGEST_MODIFIER = 4
"""Words: 'the end of the'."""


def _with_modifiers(letters: str, taken: int, position: int, found: Found) -> tuple[int, Found]:
    """Take in 'early', 'the end of', 'later', 'about' before a date: the first word, and the date, fuzzy now.

    'Early Thursday' is Thursday all the same.
    """
    start = max(taken, position - _LONGEST_MODIFIER)
    match = _MODIFIER.search(letters[start:position])
    if match is None:
        return position, found
    about = letters[position - 1] == LETTER["about"]
    return start + match.start(), replace(found, fuzzy=about or found.precision is not Precision.DAY)


_DAYS_WITH_NAMES = words_of("ash black bloody casual cyber easter fat giving good holy maundy palm red shrove super")
"""'Black Friday', 'Good Friday', 'Easter Sunday': a name, and a day that the weekday alone does not give."""
_NEWSPAPERS = words_of("Times Telegraph Mail Express Mirror Herald World Post School Independent Tribune")


def _is_name_of_a_day(words: list[str], letters: str, position: int, end: int) -> bool:
    if letters[position] != LETTER["weekday"]:
        return False
    before = words[position - 1].lower() if position else ""
    return before in _DAYS_WITH_NAMES or (end < len(words) and words[end] in _NEWSPAPERS)


_NAMED_THINGS = words_of(
    "accord accords act agreement armistice attack attacks bombing bombings ceasefire charter communique constitution "
    "convention coup crackdown crisis deal declaration earthquake election elections games genocide invasion law "
    "massacre memorandum movement olympics pact peace protocol resolution revolution treaty truce tsunami uprising "
    "war world"
)
"""Things that are called by their date. A date before another noun ('the May 13 meeting') may well be the event's."""


def _names_a_thing(words: list[str], letters: str, first: int, end: int) -> bool:
    """'The September 11 attacks', 'a 1971 convention', 'its 2015 nuclear deal'."""
    opened = letters[first] == LETTER["the"] or (first and letters[first - 1] in _OPENING)
    return bool(opened) and any(word.lower() in _NAMED_THINGS for word in words[end : end + 2])


_OPENING = "".join(LETTER[kind] for kind in ("the", "a", "possessive", "this", "same"))

_COUNTED_THINGS = words_of(
    "acres aircraft barrels billion bln bodies cars cases children civilians deaths delegates delegations "
    "demonstrators dlrs dollars employees euros families feet fighters hectares homes hostages houses jobs kilometers "
    "kilometres km members men meters metres miles million missiles mln officers officials people percent pct places "
    "points police policemen pounds prisoners protesters refugees rounds rupees ships shares soldiers students tanks "
    "times tonnes tons troops units vehicles victims warheads women workers yards yen yuan"
)


def _counts_are_not_years(words: list[str], letters: str) -> str:
    """'Of 2000 soldiers' is no year: give such numbers the letter of a count."""
    year = LETTER["year"]
    at = letters.find(year)
    while at >= 0:
        if at + 1 < len(words) and words[at + 1].lower() in _COUNTED_THINGS:
            letters = letters[:at] + LETTER["count"] + letters[at + 1 :]
        at = letters.find(year, at + 1)
    return letters


# --- tense -----------------------------------------------------------------------------------------------------------

_SIGNAL = re.compile(
    r"\b(?:(?P<open>had (?:\w+ )?been (?:due|set|slated|scheduled|expected|planned)(?: to (?:be )?\w+)?)"
    r"|(?P<past>(?:failed|refused|declined|unable|managed|able|forced) to|as (?:\w+ )?planned"
    r"|said|says|told|was|were|did|had|has|have|met|held|left|began|came|went|took|made|gave|sent|saw|won|lost|led"
    r"|became|spoke|broke|rose|fell|put|shot|struck|paid|brought|drew|flew|found|got|kept|wrote|sought|fought|since)"
    r"|(?P<future>will|shall|would|could|may|might|should|must|due|going to|set to|set for|slated|scheduled|expected"
    r"|planned|plans?|planning|intends?|hopes?|upcoming|until)(?:(?: \w+)? be \w+)?"
    r"|(?P<infinitive>to (?:be \w+|meet|hold|visit|discuss|sign|vote|attend|travel|fly|begin|start|end|leave|return"
    r"|arrive|host|take|make|give|address|speak|open|resume|release|withdraw|send|receive|join|launch|decide|hear"
    r"|review|see|go|come|deliver))"
    r"|(?P<calendar>(?<!to )(?<!not )(?<!did )(?:meets?|arrives?|convenes?|flies|travels))"
    r"|(?P<ending>(?!succeed|proceed|exceed|need|feed|speed|indeed)[a-z]+ed))\b|(?P<short>['’]ll\b)"
)
"""Verbs that tell the tense of a clause: irregular ones of the news, modals, what is said of plans, and the present in
which news tell a calendar ('they meet on Monday')."""
_REACH = 100
"""Characters to look for a verb on either side: a long clause of a news sentence."""


def guess_tense(sentence: str, at: int) -> Tense:
    """The tense of the verb nearest before character `at`, else of the first one after it; past where there is none."""
    last = None
    for last in _SIGNAL.finditer(sentence, max(0, at - _REACH), at):  # noqa: B007
        pass
    signal = last or _SIGNAL.search(sentence, at, at + _REACH)
    kind = signal.lastgroup if signal else "past"
    return "open" if kind == "open" else "past" if kind in ("past", "ending") else "future"


def _tense(told: Tense | None, sentence: str, position: int) -> Tense:
    """The caller's tense, else that at the word with number `position`."""
    if told in ("future", "done"):
        return told
    word = next(islice(TOKEN.finditer(sentence), position, None))
    if _BEGINNING.search(sentence, 0, word.start()):
        return "future"
    return told or guess_tense(sentence, word.start())


_BEGINNING = re.compile(r"\b(?:beginning|starting|opening|effective)(?: on| from)? $")
"""'A drill, starting on Monday' is mostly one to come, whatever the verb."""
