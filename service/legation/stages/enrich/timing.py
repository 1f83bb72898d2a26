"""When an event was: which of the dates in a sentence is its own, and what stands in for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from legation import records
from legation.knowledge.words import word_list
from legation.records import EventDate, EventType, Precision, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.attribution import set_apart
from legation.stages.enrich.dates import Anchor, DateSpan, find_dates
from legation.stages.enrich.dates_rules import Tense
from legation.stages.enrich.dates_words import UNITS
from legation.stages.enrich.found import Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.syntax import (
    clause_of,
    governor,
    has_subject,
    is_setting,
    misread_setting,
    settings_of,
    surface_subject,
)
from legation.stages.enrich.tree import Token

_MAX_HOPS = 8
"""Words from a date up to its verb: in 'signed a treaty at a base here on Monday' six."""
_FUTURE = frozenset({Status.PLANNED, Status.PROPOSED, Status.HYPOTHETICAL})
_PAST = frozenset({Status.OCCURRED, Status.DENIED})
"""Of what is cancelled the words tell: 'called it off on Monday', 'called off Monday's talks'."""
_BOUNDS = frozenset({"since", "until", "till", "before", "ahead", "despite"})
"""'The first visit since 2017', 'ahead of Monday's talks': the date is that of something else."""
_AFTER = frozenset({"after", "following"})
"""'After Monday's attack' is some time after; 'after talks on Monday' is mostly that same day."""
_MEANS = frozenset({"by", "in", "with", "while", "when", "before"})
"""'Angered Athens on Monday by accusing it of piracy': one deed, told twice."""
_MEANWHILE = frozenset({"as", "while", "when"})
_WILL = frozenset({"will", "wo", "would", "'ll"})
_FINEST_FIRST = tuple(Precision)
_PRESENT = frozenset({"VBZ", "VBP"})


class _Grade(IntEnum):
    """How near to the event the words are that a date hangs on."""

    PLANNED = 0
    """What was called off was planned for it."""
    OWN = 1
    SHARED = 2
    """A clause that goes with the event's own: the same subject's, its means, its setting."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A date with the offsets of its words in the sentence."""

    date: EventDate
    start: int
    end: int
    rule: str
    """As in `DateSpan`."""


def date_of(
    sentence: Sentence,
    event: Found,
    status: Status,
    anchor: Anchor,
    *,
    lead: bool,
    previous: DateSpan | None = None,
) -> Timed | None:
    """The event's own date.

    Args:
        sentence: where it is told.
        event: as it was read.
        status: the event's, which a day to come may have changed.
        anchor: the day of writing.
        lead: the sentence opens its story, so that the day of the report bounds the event's.
        previous: the date told before, for 'the following day'.
    """
    predicate = event.told_by
    tense: Tense | None = "future" if status in _FUTURE else "past" if status in _PAST else None
    clause = clause_of(predicate)
    if tense == "past" and clause in (predicate, predicate.head) and clause is not None and _is_past(clause):
        tense = "done"
    spans = [span for span in find_dates(sentence.text, anchor, tense=tense, previous=previous) if not span.name]
    if not spans:
        return None
    homes = _homes(event, clause, status)
    dated_by = predicate.dep == "pcomp" and predicate.head.lower in _AFTER  # 'said on Monday after meeting them'
    host = governor(predicate) if clause is None else predicate.head.head if dated_by else None
    happened = status is Status.OCCURRED
    best: tuple[tuple[int, int, int, int], DateSpan] | None = None
    reported: DateSpan | None = None
    announced: DateSpan | None = None
    grade: _Grade | None = None
    for read in spans:
        span = read
        token = sentence.tree.root_of(span.start_char, span.end_char)
        if token is None:
            continue
        steps, home = _climb(token, span, homes, status)
        if tense not in (None, "future") and home is not None and _is_ahead(home):
            ahead = find_dates(sentence.text, anchor, tense="future", previous=previous)
            span = next((it for it in ahead if it.start_char == span.start_char), span)
        if status in _FUTURE and _announces(home, event) and token.head.lower != "for":
            announced = span
            continue
        if _cannot_be(span, event, status, anchor) or _is_of_the_deed(span, event):
            continue
        if predicate.dep == "relcl" and span.start_char <= predicate.head.idx < span.end_char:
            return _timed(span)  # 'since December 2019, when they met': the clause tells what was on that date
        if span.opens:
            steps, home = 0, _opened(sentence.tree.covering(span.start_char, span.end_char)[-1])
        if home is not None and (grade := homes.get(home.i)) is None and happened:
            follows = home is host and (span.start_char > predicate.idx or _spoke_after(home, event, span))
            shared = follows or _is_inside(home, event, span, anchor) or _says_it(home, sentence, event)
            grade = _Grade.SHARED if shared else None
        if home is not None and grade is not None:
            rank = (grade, _FINEST_FIRST.index(span.precision), steps, abs(token.i - predicate.i))
            if best is None or rank < best[0]:
                best = rank, span
            continue
        of = f"that of “{home.text}”" if home is not None else "bounds what is told, or dates a noun in it"
        sentence.note(About.DATE, span.start_char, span.end_char, of)
        if home is not None and (_reports(home, predicate) or _closes_with(home, predicate)):
            reported = span
    if best is not None:
        return _timed(best[1])
    if announced is not None and event.type is not EventType.CONSULT:
        over = find_dates(sentence.text, anchor, tense="done", previous=previous)
        return _timed(next((it for it in over if it.start_char == announced.start_char), announced))
    if reported is None or not happened or not lead or reported.precision is not Precision.DAY:
        return None
    # 'met ..., a source said Thursday': news of the day, so it was on that day or the day before.
    found = EventDate(
        start=(reported.start - timedelta(days=1)).isoformat(),
        end=reported.end.isoformat(),
        precision=Precision.DAY,
        text=reported.text,
        basis="reported",
    )
    return Timed(found, reported.start_char, reported.end_char, reported.rule)


def _is_ahead(home: Token) -> bool:
    """Whether the verb that a date hangs on tells what is to come: 'said he would not attend the talks on Thursday'."""
    verb = home if home.pos in ("VERB", "AUX") else governor(home)
    return verb is not None and any(child.lower in _WILL for child in verb.children)


def _announces(verb: Token | None, event: Found) -> bool:
    """'Agreed on Monday to free them', 'agreed to a truce on Monday': the day of the promise, which dates a promise;
    when a meeting is to be, nobody knows from it."""
    joined = event.told_by.dep == "conj" and event.told_by.tag == "VBD"  # 'spoke on Monday and agreed on a truce'
    beside = event.told_by.head if joined else None
    return verb is not None and verb.tag == "VBD" and verb in (event.cause, event.told_by, beside)


def is_to_come(timed: Timed | None, anchor: Anchor) -> bool:
    """Whether the date begins after the day of writing: what is told without a modal is planned all the same."""
    return timed is not None and anchor.day is not None and timed.date.start > anchor.day.isoformat()


def is_on_the_calendar(event: Found, sentence: Sentence, anchor: Anchor) -> bool:
    """'Arrives on Friday', 'meet Monday': the present with a day to come is how news tell a calendar, and of journeys
    ('from there she flies to Rome') even without one."""
    predicate = event.predicate
    verb = predicate.head if predicate.dep in ("dobj", "nsubj") else predicate
    present = verb.tag in _PRESENT or (verb.tag == "VB" and verb.dep == "ROOT" and has_subject(verb))
    if not present or any(child.dep == "aux" for child in verb.children):
        return False
    if event.mode == "visit" and verb.lemma in word_list("travel"):
        return True
    timed = date_of(sentence, event, Status.PLANNED, anchor, lead=False)
    is_day = timed is not None and timed.date.precision is Precision.DAY and timed.date.basis == "relative"
    return is_day and is_to_come(timed, anchor)


_SAID = frozenset({EventType.ACCUSE, EventType.REJECT, EventType.REQUEST, EventType.SUPPORT, EventType.THREATEN})
"""Events that are words: nobody says them before they are."""


def _cannot_be(span: DateSpan, event: Found, status: Status, anchor: Anchor) -> bool:
    """Whether the date lies where such an event cannot: a plan in the past, words in the future."""
    if anchor.day is None:
        return False
    return span.end < anchor.day if status in _FUTURE else span.start > anchor.day and event.type in _SAID


def _is_of_the_deed(span: DateSpan, event: Found) -> bool:
    """'Blamed Chad for raids in 2019': the year or month behind what somebody is judged for is that of the deed."""
    return (
        event.type in _SAID
        and span.precision in (Precision.YEAR, Precision.MONTH)
        and any(
            c.dep == "prep" and c.lower in ("for", "over") and c.end < span.start_char for c in event.predicate.children
        )
    )


def _says_it(verb: Token, sentence: Sentence, event: Found) -> bool:
    """'Iraq said on Tuesday that it would retaliate', 'announced on Sunday that it was leaving': where the party itself
    says it, the words are the event.
    """
    if (
        not (event.type in _SAID or event.told_by.tag == "VBG")
        or not _reports(verb, event.told_by)
        or event.told_by.dep != "ccomp"
    ):
        return False
    if any(child.dep == "aux" and child.lemma == "have" for child in event.told_by.children):
        return False  # 'said on Tuesday that it had rejected'
    speaker = surface_subject(verb)
    codes = {it.code for it in sentence.participants(speaker)} if speaker is not None else set()
    return bool(codes & {it.code for it in event.actors} - {None})


def _spoke_after(verb: Token, event: Found, span: DateSpan) -> bool:
    """'Said on Monday after talks in Oslo': people speak on the day on which they met."""
    return event.type is EventType.CONSULT and span.precision is Precision.DAY and _reports(verb, event.told_by)


_NEWS = timedelta(days=1)
"""How old the words are that are news."""


def _is_inside(verb: Token, event: Found, span: DateSpan, anchor: Anchor) -> bool:
    """Whether a date hangs on what the deed was to do: 'let him go on Friday', 'stopped shooting on Monday'.

    Of 'refused to meet on Sunday' nobody knows, unless Sunday is the day of the news. What is told in another clause
    ('accused Chad of shelling a town on Sunday') has its own day.
    """
    told_by, token = event.told_by, verb
    while token is not told_by and token.dep in ("xcomp", "ccomp", "pcomp", "prep"):
        token = token.head
    helpers = {child.tag for child in verb.children if child.dep == "aux"}
    if token is not told_by or verb.tag not in ("VB", "VBG") or "MD" in helpers:
        return False
    if "TO" in helpers:
        is_news = anchor.day is not None and span.end >= anchor.day - _NEWS
        return is_news or span.precision is not Precision.DAY
    return event.type not in _SAID and span.precision is Precision.DAY


def anchor_of(published: str | None, dateline_date: str | None, longitude: Callable[[], float | None]) -> Anchor:
    """What relative dates of an article count from.

    `longitude`, degrees east: where it was written, asked for when needed. The day of an instant in UTC is the one
    that it was there, by the sun: clocks differ from that by two hours at most.
    """
    return Anchor(
        published=_day_there(published, longitude) if published else None,
        dateline=date.fromisoformat(dateline_date[:10]) if dateline_date else None,
    )


_DEGREES_AN_HOUR = 15


def _day_there(published: str, longitude: Callable[[], float | None]) -> date:
    moment = datetime.fromisoformat(published)
    if moment.utcoffset() == timedelta(0):  # with another offset it is somebody's clock already
        moment += timedelta(hours=round((longitude() or 0.0) / _DEGREES_AN_HOUR))
    return moment.date()


_POINTS_BACK = re.compile(
    r"\b(?:later|earlier|before|(?:days?|nights?|weeks?|months?|years?) after"
    r"|(?:same|that|following|previous|preceding|next) (?:day|night|week|month|year|\w+day))\b",
    re.IGNORECASE,
)
"""Words that count from the date told before."""
_LOOK_BACK = 3
"""Sentences: 'two days later' seldom counts from further away."""


def told_before(text: str, earlier: Sequence[records.Sentence], anchor: Anchor) -> DateSpan | None:
    """The date told last before a sentence that counts from it; None where it does not, or where none is near."""
    if not _POINTS_BACK.search(text):
        return None
    for before in reversed(earlier[-_LOOK_BACK:]):
        spans = [span for span in find_dates(before.text, anchor) if not span.name]
        if spans:
            return spans[-1]
    return None


def _timed(span: DateSpan) -> Timed:
    found = EventDate(
        start=span.start.isoformat(),
        end=span.end.isoformat(),
        precision=span.precision,
        text=span.text,
        basis=span.basis,
    )
    return Timed(found, span.start_char, span.end_char, span.rule)


# --- where a date hangs ----------------------------------------------------------------------------------------------


def _climb(token: Token, span: DateSpan, homes: dict[int, _Grade], status: Status) -> tuple[int, Token | None]:
    """Steps up from a date to the word that it belongs to, and that word: one of `homes`, or another verb.

    None where it belongs to a noun, or bounds what is told.
    """
    below: Token | None = None
    first = token
    for steps in range(_MAX_HOPS):
        if below is not None and (verb := _rehung(token, below)) is not None:
            token = verb
        if token.i in homes:
            return steps, token
        is_verb = token.pos in ("VERB", "AUX") and token.dep not in ("nsubj", "nsubjpass")
        if is_verb and steps and not _is_timeless(token, span):
            return steps, token
        bounds = _BOUNDS & {token.lower, token.head.lower}
        hour = not word_list("hours").isdisjoint({token.lower, below.lower if below else ""})
        if token.dep == "ROOT" or (bounds and not hour):
            return steps, None
        if token.head.lower in _AFTER and (token is first or (below is not None and below.dep == "poss")):
            return steps, None
        if below is not None and token.pos in ("NOUN", "PROPN") and _keeps(token, below, span, status):
            return steps, None
        below, token = token, token.head
    return _MAX_HOPS, None


def _rehung(verb: Token, below: Token) -> Token | None:
    """The verb whose clause a date stands in that the parser hangs on the one beside it."""
    first, tokens = below.left_edge.i, verb.tree.tokens
    if verb.dep in ("ccomp", "advcl") and verb.head.i < first == verb.left_edge.i and tokens[first - 1].text != ",":
        return verb.head  # 'said on Monday it had left', 'bombed it last week after they had left'
    said = next((child for child in verb.children if child.dep == "ccomp"), None)
    if said is not None and said.i < first == said.subtree[-1].i + 1 and tokens[below.subtree[-1].i + 1].text == ",":
        return said  # 'raided it yesterday, a spokesman said'
    return None


def _is_timeless(verb: Token, span: DateSpan) -> bool:
    """'Gas bound for Europe on Monday', 'a treaty banning mines on Monday': the day behind such a participle is that of
    the clause above."""
    if span.precision is Precision.DAY and _names_a_thing(verb):
        return True
    is_content = verb.tag == "VBG" and verb.head.dep == "dobj" and span.precision is Precision.DAY
    return verb.dep == "acl" and (is_content or verb.lemma in word_list("timeless"))


def _names_a_thing(verb: Token) -> bool:
    """'Bombed what it called a base on Monday', 'what rebels said was a base'."""
    clause = verb.head if verb.head.dep == "ccomp" and verb.head.lemma in word_list("saying") else verb
    return clause.dep == "ccomp" and any(
        it.tag == "WP" and it.lower == "what" for it in (*clause.children, *verb.children)
    )


def _keeps(noun: Token, below: Token, span: DateSpan, status: Status) -> bool:
    """Whether the date is the noun's and not the clause's: 'the arrest on Sunday of a Dane', 'a treaty of 1979'."""
    if below.lower == "of":
        return span.precision is not Precision.DAY and noun.lemma not in UNITS
    if below.dep == "poss" and noun.dep in ("dobj", "nsubj", "nsubjpass"):
        return status is not Status.CANCELLED  # 'condemned Sunday's killing', but 'called off Sunday's talks'
    return below.dep == "prep" and any(child.lower == "of" and child.i > below.i for child in noun.children)


def _opened(last: Token) -> Token | None:
    """The word that 'two days after' dates: the verb of the clause that it opens, or the noun behind it."""
    if last.dep == "mark":
        return last.head
    return next((child for child in last.children if child.dep in ("pobj", "pcomp")), None)


def _reports(verb: Token, predicate: Token) -> bool:
    """Whether the verb, or the one that it goes with ('speaking on Monday, she said'), says that the event was."""
    if verb.dep == "advcl" and verb.tag == "VBG":
        verb = verb.head
    return verb.lemma in word_list("reporting") and any(above.i == verb.i for above in predicate.ancestors)


def _closes_with(verb: Token, predicate: Token) -> bool:
    """', the two governments announced on Monday', which the parser hangs on the last noun before."""
    return verb.i > predicate.i and verb.lemma in word_list("reporting") and set_apart(verb) is not None


# --- the words whose dates are the event's ---------------------------------------------------------------------------


def _homes(event: Found, clause: Token | None, status: Status) -> dict[int, _Grade]:
    predicate = event.told_by
    homes: dict[int, _Grade] = {}
    if clause is not None:
        for verb in _clauses_beside(clause, status):
            homes[verb.i] = _Grade.SHARED
        homes[clause.i] = _Grade.OWN
    homes[predicate.i] = _Grade.OWN
    if predicate is not clause or status is not Status.OCCURRED:
        grade = _Grade.PLANNED if status is Status.CANCELLED else _Grade.OWN
        for verb in _what_was_set(predicate):
            homes[verb.i] = grade
    return homes


def _what_was_set(predicate: Token) -> Iterator[Token]:
    """Verbs of clauses that say when something is: 'talks planned for Monday', 'a trip that was to begin on Sunday'."""
    objects = (predicate, *predicate.children)
    for token in predicate.subtree:
        loose = token.dep == "advcl" and token.tag in ("VBD", "VBN") and not has_subject(token)  # 'a trip planned for'
        if (loose or token.dep in ("acl", "relcl")) and (predicate.pos == "NOUN" or token.head in objects):
            chain = [token, *(inner for inner in token.subtree if inner.dep in ("xcomp", "acomp"))]
            is_to = token.lemma == "be" and len(chain) > 1  # 'that he was to make on Sunday'
            if is_to or any(verb.lemma in word_list("scheduling") for verb in chain):
                yield from chain


def _clauses_beside(clause: Token, status: Status) -> Iterator[Token]:
    """Clauses that share the date of the event's own."""
    happened = status is Status.OCCURRED
    token = clause
    for _ in range(_MAX_HOPS):
        above = _beside_above(token, happened=happened)
        if above is None:
            break
        yield above
        if token.dep == "conj" and has_subject(token):
            break  # another subject, another story
        token = above
    yield from (c for c in clause.children if c.tag == "VBG" and c.lemma in word_list("beginning"))
    if not happened:
        return
    yield from settings_of(clause)
    for child in clause.children:
        if child.dep == "conj" and child.tag == clause.tag == "VBD" and not has_subject(child):
            yield child  # 'met in Geneva but went home on Saturday'
        elif misread_setting(child) is clause:
            yield child


def _beside_above(token: Token, *, happened: bool) -> Token | None:
    head = token.head
    if token.pos == "NOUN":
        return governor(token)
    if token.dep == "conj" and head.pos in ("VERB", "AUX"):
        if not has_subject(token):  # 'on Thursday expelled the envoy and closed the consulate'
            return head if happened or not _is_past(head) else None
        same_breath = (
            happened and _is_past(token) and _is_past(head) and any(child.lower == "and" for child in head.children)
        )
        return head if same_breath else None
    if not happened:
        return head if token.dep in ("xcomp", "acomp") and _is_present(head) else None
    if token.dep == "acl" and head.dep == "nsubj" and is_setting(token):
        return governor(head)  # 'leaders meeting in Rome pledged on Monday'
    if (setting := misread_setting(token)) is not None:
        return setting
    if token.dep == "pcomp" and head.lower in _MEANS:
        return governor(head) if head.lower == "with" else head.head if head.head.pos in ("VERB", "AUX") else None
    if token.dep == "advcl" and (token.tag == "VBG" or any(c.lower in _MEANWHILE for c in token.children)):
        return head
    if token.dep == "xcomp" and head.lemma not in word_list("reporting"):
        return head
    if token.dep == "advcl" and token.tag == "VB":
        return head  # 'telephoned him on Monday to protest'
    if token.dep == "relcl" and any(
        inner.lower in ("which", "when") for c in token.children if c.dep == "prep" for inner in c.children
    ):
        return head  # 'talks on Monday at which they signed'
    return None


def _is_present(word: Token) -> bool:
    """'On Friday he is expected to meet', 'is due to', 'plans to': the day is that of what is to come."""
    verb = word.head if word.dep == "acomp" else word
    return verb.tag in _PRESENT or any(c.dep in ("aux", "auxpass") and c.tag in _PRESENT for c in verb.children)


def _is_past(verb: Token) -> bool:
    return verb.tag == "VBD" or any(child.dep == "auxpass" and child.tag == "VBD" for child in verb.children)
