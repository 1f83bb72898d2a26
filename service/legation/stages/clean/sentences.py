"""Where sentences end, by rule: a parser that reads everything would cost a thousand times as much."""

from __future__ import annotations

import re

from legation.records import Sentence

_MARK = re.compile(
    r"[\n.!?…](?:(?<=\n)|(?<![.!?…][.!?…])(?:[.!?…]*+[\"'”’»)\]]*+(?=[ \n]|$)|(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]+ [a-z])))"
)
"""The end of a paragraph, or closing marks with the quotes and brackets that close after them, or a full stop that
lost the blank after it ('said.The talks')."""
_NEXT = re.compile(r" *[\"'“‘«(\[¿¡]*([^\W_])")
_TOKEN = re.compile(r"[^\s(\[\"“‘'«/–—]+$")
_LONGEST_TOKEN = 24
"""Characters before a full stop that are looked at: longer than any abbreviation."""

_TITLE = re.compile(
    r"mr|mrs|ms|messrs|dr|prof|rev|fr|hon|gov|lt|col|gen|maj|capt|cmdr|cpl|sgt|adm|sens?|reps?|amb|supt|st|ste|mt|ft|sr|vs"
)
"""Abbreviations before a name: whatever follows, the sentence goes on ('Gen. An')."""
_SHORT = re.compile(
    r"no|nos|art|sec|fig|vol|pp|cf|al|approx|est|dept|univ|assn|bros|cie|inc|ltd|co|corp|plc|llc|bn|mln|pct|etc|jr|esq|bhd"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thurs?|thu|fri|sat|sun"
    r"|ala|ariz|ark|calif|colo|conn|del|fla|ga|ill|ind|kan|ky|la|mass|md|mich|minn|mo|mont|neb|nev|okla|ore|pa|tenn|tex|va"
    r"|vt|wash|wis|wyo|[^\W\d_](?:\.[^\W\d_])*|ph\.d"
)
"""Abbreviations and initials: a sentence ends with one only where a word follows that begins sentences (`_OPENER`)."""
_OPENER = re.compile(
    r"(?:The|An?|He|She|It|They|We|I|You|This|That|These|Those|There|Here|His|Her|Its|Their|Our|My|In|On|At|By|For|From|With"
    r"|But|Or|So|Yet|If|When|While|After|Before|Since|Until|As|Although|Though|However|Meanwhile|Earlier|Later|Also|Both"
    r"|Each|Many|Most|Some|Several|Other|Another|Such|No|Not|Now|Then|Under|Over|During|Despite|Asked|What|Who|Why|How|Where"
    r"|Last|Next|Only|One|Two|Three)\b"
)
"""Words that begin sentences and are seldom part of a name."""
_SAID = re.compile(r" ?(?:[A-Z][\w.’'-]* ){1,4}(?:said|says|asked|told|added|wrote|replied|declared|warned|shouted)\b")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text whose paragraphs end in line ends, in order.

    Each is text[start:end], without white space at its ends; together they cover all but white space.
    """
    found: list[Sentence] = []
    start = 0
    for mark in _MARK.finditer(text):
        if text[mark.start()] == "\n" or _ends(text, mark):
            _add(found, text, start, mark.end())
            start = mark.end()
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if stripped:
        start += len(part) - len(part.lstrip())
        found.append(Sentence(text=stripped, start=start, end=start + len(stripped)))


def _ends(text: str, mark: re.Match[str]) -> bool:
    """Whether a sentence ends at these marks, judged by the word before and the one after."""
    following = _NEXT.match(text, mark.end())
    if following is None:
        return True  # the text or paragraph ends, or a symbol follows
    if following[1].islower():
        return False
    marks = mark.group()
    if marks[0] in "!?":
        # a quoted question may go on: "Why?" Mr. Roe asked
        return not (marks[-1] in "\"'”’" and _SAID.match(text, mark.end()))
    if marks != ".":
        return True
    token = _TOKEN.search(text, max(0, mark.start() - _LONGEST_TOKEN), mark.start())
    if token is None:
        return True
    word = token.group().lower()
    if _TITLE.fullmatch(word):
        return False
    if _SHORT.fullmatch(word) and not (len(word) == 1 and token.group().islower()):
        return _OPENER.match(text, following.start(1)) is not None
    return True
