"""Where sentences end, by rule: for news prose, where a parser that reads everything would cost a thousand times more."""

from __future__ import annotations

import re

from legation.records import Sentence

_BREAK = re.compile(r"\n|[.!?…][.!?…]*[\"'”’»)\]]*(?=[ \n]|$)")
"""A paragraph's end, or closing marks with any quotes and brackets that close after them."""
_NEXT = re.compile(r" *[\"'“‘«(\[¿¡]*([^\W_])?")
_WORD = re.compile(r"[^\s(\[\"“‘'«/–—]+$")

_NEVER = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "messrs",
        "dr",
        "prof",
        "rev",
        "fr",
        "sr",
        "sra",
        "hon",
        "gov",
        "lt",
        "col",
        "gen",
        "maj",
        "capt",
        "cmdr",
        "cpl",
        "sgt",
        "adm",
        "rear",
        "sen",
        "sens",
        "rep",
        "reps",
        "pres",
        "amb",
        "min",
        "supt",
        "st",
        "ste",
        "mt",
        "ft",
        "jr",
        "vs",
        "no",
        "nos",
        "art",
        "sec",
        "fig",
        "vol",
        "pp",
        "op",
        "cf",
        "al",
        "approx",
        "est",
        "dept",
        "univ",
        "assn",
        "bros",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "ala",
        "ariz",
        "ark",
        "calif",
        "colo",
        "conn",
        "del",
        "fla",
        "ga",
        "ill",
        "ind",
        "kan",
        "ky",
        "la",
        "mass",
        "md",
        "mich",
        "minn",
        "miss",
        "mo",
        "mont",
        "neb",
        "nev",
        "okla",
        "ore",
        "pa",
        "tenn",
        "tex",
        "va",
        "vt",
        "wash",
        "wis",
        "wyo",
    ]
)
"""Abbreviations that stand before a name or number: the full stop after them ends no sentence, unless a word follows
that begins one (`_OPENERS`)."""
_MAYBE = frozenset(
    [
        "inc",
        "ltd",
        "co",
        "corp",
        "plc",
        "llc",
        "gmbh",
        "bn",
        "mln",
        "pct",
        "etc",
        "a.m",
        "p.m",
        "am",
        "pm",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "d.c",
        "ph.d",
        "b.a",
        "m.a",
    ]
)
"""Abbreviations that stand at the end of a sentence as often as inside: it ends where a word follows that begins one."""
_OPENERS = frozenset(
    [
        "The",
        "A",
        "An",
        "He",
        "She",
        "It",
        "They",
        "We",
        "I",
        "You",
        "This",
        "That",
        "These",
        "Those",
        "There",
        "Here",
        "His",
        "Her",
        "Its",
        "Their",
        "Our",
        "My",
        "In",
        "On",
        "At",
        "By",
        "For",
        "From",
        "With",
        "But",
        "And",
        "Or",
        "So",
        "Yet",
        "If",
        "When",
        "While",
        "After",
        "Before",
        "Since",
        "Until",
        "As",
        "Although",
        "Though",
        "However",
        "Meanwhile",
        "Earlier",
        "Later",
        "Also",
        "Both",
        "Each",
        "Many",
        "Most",
        "Some",
        "Several",
        "Other",
        "Another",
        "Such",
        "No",
        "Not",
        "Now",
        "Then",
        "Under",
        "Over",
        "During",
        "Despite",
        "Asked",
        "What",
        "Who",
        "Why",
        "How",
        "Where",
        "Last",
        "Next",
        "Only",
        "One",
        "Two",
        "Three",
    ]
)
"""Words that begin sentences and are seldom part of a name."""
_NEVER_SPLIT = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "messrs",
        "dr",
        "prof",
        "gov",
        "lt",
        "col",
        "gen",
        "maj",
        "capt",
        "cmdr",
        "sgt",
        "adm",
        "sen",
        "sens",
        "rep",
        "reps",
        "amb",
        "st",
    ]
)
"""Titles: whatever follows is a name ('Mr. No', 'Gen. An')."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_SAID = re.compile(
    r" ?(?:[A-Z][\w.’'-]* ){1,4}(?:said|says|asked|told|added|wrote|tweeted|replied|declared|warned|shouted)\b"
)


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text whose paragraphs end in line ends, in order.

    Each is text[start:end], without white space at its ends; together they cover all but white space.
    """
    found: list[Sentence] = []
    start = 0
    for match in _BREAK.finditer(text):
        if text[match.start()] == "\n" or _ends(text, match):
            _add(found, text, start, match.end())
            start = match.end()
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if stripped:
        start += len(part) - len(part.lstrip())
        found.append(Sentence(text=stripped, start=start, end=start + len(stripped)))


def _ends(text: str, match: re.Match[str]) -> bool:
    mark = match.group()
    following = _NEXT.match(text, match.end())
    first = following.group(1) if following else None
    if first is None:
        return True  # nothing, a line end or a symbol follows
    if first.islower():
        return False
    if mark[0] != "." or len(mark) > 1:
        # a quoted question may go on: "Why?" Mr. Roe asked
        return not (mark[-1] in "\"'”’" and mark[0] in "!?" and _SAID.match(text, match.end()))
    word = _WORD.search(text, max(0, match.start() - 24), match.start())
    if word is None:
        return True
    token = word.group()
    low = token.lower()
    if low in _NEVER_SPLIT:
        return False
    at = following.end() - 1 if following else match.end()
    next_word = re.match(r"\w+", text[at : at + 24])
    opener = next_word is not None and next_word.group() in _OPENERS
    if low in _NEVER or low in _MAYBE:
        return opener and not first.isdigit()
    if _INITIALS.fullmatch(token) and (len(token) > 1 or token.isupper()):
        # 'U.S.', 'J.', but 'vitamin C. The'
        return opener and token != "I"
    return True
