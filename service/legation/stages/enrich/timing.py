"""When an event was: which of the dates in a sentence is its own, and what stands in for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from legation.knowledge.words import word_list
from legation.records import EventDate, Precision, Status
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.dates import Anchor, DateSpan, find_dates
from legation.stages.enrich.dates_rules import Tense
from legation.stages.enrich.notes import About
from legation.stages.enrich.syntax import clause_of
from legation.stages.enrich.tree import Token

_MAX_HOPS = 6
_FUTURE = frozenset({Status.PLANNED, Status.PROPOSED, Status.HYPOTHETICAL})
_PAST = frozenset({Status.OCCURRED, Status.DENIED, Status.CANCELLED})
_NOT_WHEN = frozenset({"since", "until", "till"})
"""'The first visit since 2017': the date bounds a span, and is not when it was."""
_FINEST_FIRST = tuple(Precision)


@dataclass(frozen=True, slots=True)
class Timed:
    """A date with the offsets of its words in the sentence."""

    date: EventDate
    start: int
    end: int


def date_of(sentence: Sentence, predicate: Token, status: Status, anchor: Anchor, *, lead: bool) -> Timed | None:
    """The event's own date. `lead`: the sentence opens its story, so that the day of the report bounds it."""
    tense: Tense | None = "future" if status in _FUTURE else "past" if status in _PAST else None
    spans = [span for span in find_dates(sentence.text, anchor, tense=tense) if not span.name]
    if not spans:
        return None
    clause = clause_of(predicate)
    own: list[tuple[int, int, int, DateSpan]] = []
    shared: list[DateSpan] = []
    reported: DateSpan | None = None
    for span in spans:
        token = sentence.tree.root_of(span.start_char, span.end_char)
        if token is None:
            continue
        if predicate.dep == "relcl" and span.start_char <= predicate.head.idx < span.end_char:
            return _timed(span)  # 'since December 2019, when they met': the clause tells what was on that date
        if token.dep == "pobj" and token.head.lower in _NOT_WHEN:
            sentence.note(About.DATE, span.start_char, span.end_char, f"bounds a span, after “{token.head.text}”")
            continue
        distance, verb = _climb(token, predicate, clause)
        if distance is not None:
            own.append((_FINEST_FIRST.index(span.precision), distance, abs(token.i - predicate.i), span))
            continue
        of = f"that of “{verb.text}”" if verb is not None else "not of its clause"
        sentence.note(About.DATE, span.start_char, span.end_char, of)
        if verb is not None and clause is not None and verb in _joined_before(clause):
            shared.append(span)
        elif verb is not None and verb.lemma in word_list("reporting") and _is_under(predicate, verb):
            reported = span
    if own:
        return _timed(min(own, key=lambda entry: entry[:3])[3])
    if shared:
        return _timed(shared[0])
    if reported is None or status is not Status.OCCURRED or not lead or reported.precision is not Precision.DAY:
        return None
    # 'met ..., a source said Thursday': news of the day, so it was on that day or the day before.
    found = EventDate(
        start=(reported.start - timedelta(days=1)).isoformat(),
        end=reported.end.isoformat(),
        precision=Precision.DAY,
        text=reported.text,
        basis="reported",
    )
    return Timed(found, reported.start_char, reported.end_char)


def anchor_of(published: str | None, dateline_date: str | None) -> Anchor:
    """What relative dates of an article count from."""
    return Anchor(
        published=date.fromisoformat(published[:10]) if published else None,
        dateline=date.fromisoformat(dateline_date[:10]) if dateline_date else None,
    )


def _timed(span: DateSpan) -> Timed:
    found = EventDate(
        start=span.start.isoformat(),
        end=span.end.isoformat(),
        precision=span.precision,
        text=span.text,
        basis=span.basis,
    )
    return Timed(found, span.start_char, span.end_char)


def _climb(token: Token, predicate: Token, clause: Token | None) -> tuple[int | None, Token | None]:
    """(steps up to the predicate or its verb, None if the date belongs elsewhere; the verb that it belongs to)."""
    for steps in range(_MAX_HOPS):
        if token.i == predicate.i or (clause is not None and token.i == clause.i):
            return steps, token
        if token.pos in ("VERB", "AUX") and steps:
            return None, token
        if token.dep == "ROOT":
            return None, None
        token = token.head
    return None, None


def _joined_before(clause: Token) -> list[Token]:
    """Verbs that a clause is joined to by 'and': 'on Thursday expelled the envoy and closed the consulate'."""
    found: list[Token] = []
    token = clause
    while token.dep == "conj" and token.head.pos in ("VERB", "AUX") and len(found) < _MAX_HOPS:
        if any(child.dep in ("nsubj", "nsubjpass") for child in token.children):
            break  # another subject, another story
        token = token.head
        found.append(token)
    return found


def _is_under(token: Token, verb: Token) -> bool:
    return any(above.i == verb.i for above in token.ancestors)
