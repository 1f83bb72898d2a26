"""Puts an event mention together: the fields of one event, each with the words that it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from legation import __version__
from legation.knowledge import Kind, Knowledge
from legation.knowledge.words import word_list
from legation.records import (
    Article,
    Attribution,
    Candidate,
    EventDate,
    EventMention,
    EventType,
    Evidence,
    Part,
    Place,
    Status,
    Versions,
)
from legation.stages.classify.contexts import contexts
from legation.stages.enrich.actors import Sentence
from legation.stages.enrich.attribution import attributions
from legation.stages.enrich.found import Found
from legation.stages.enrich.notes import About
from legation.stages.enrich.parse import MODEL
from legation.stages.enrich.places import place_of, place_of_dateline, says_here
from legation.stages.enrich.timing import anchor_of, date_of, is_on_the_calendar, is_to_come, told_before
from legation.vocabulary import INTENSITY, QUADS, cameo_code, plover_type

_LEAD_SENTENCES = 2
"""Wire style tells the news in the first sentence or two; only there does the day of report bound the event's."""

_ID_LENGTH = 24
"""Hex digits: 96 bits, no collision among 10^12 mentions."""

_DATELINE_TYPES = frozenset({EventType.CONSULT, EventType.PROTEST})
"""What happens where the reporter stands. Statements, sanctions and attacks are reported from anywhere."""


_REALISED = (Status.OCCURRED, Status.ONGOING)


@dataclass(frozen=True, slots=True)
class Spot:
    """A candidate sentence: where it stands in the article, and its text."""

    candidate: Candidate
    text: str
    start: int
    end: int


def spot_of(article: Article, candidate: Candidate) -> Spot:
    """Look a candidate up in its article."""
    match candidate.part:
        case Part.TITLE:
            title = article.title or ""
            return Spot(candidate, title, 0, len(title))
        case Part.CAPTION:
            sentence = article.captions[candidate.caption or 0].sentences[candidate.index]
        case Part.BODY:
            sentence = article.sentences[candidate.index]
    return Spot(candidate, sentence.text, sentence.start, sentence.end)


def mention_of(article: Article, spot: Spot, sentence: Sentence, event: Found, knowledge: Knowledge) -> EventMention:
    """The record of one event in one sentence."""
    part = spot.candidate.part
    fields = {"type": event.trigger}
    if event.cause is not None:
        fields["status"] = (event.cause.idx, event.cause.idx + len(event.cause))
    anchor = anchor_of(
        article.published_at,
        article.dateline.date if article.dateline else None,
        lambda: _longitude(article, knowledge),
    )
    lead, before, status = False, None, event.status
    if part is Part.BODY:
        lead = spot.candidate.index < _LEAD_SENTENCES
        before = told_before(spot.text, article.sentences[: spot.candidate.index], anchor)
        if status is Status.OCCURRED and is_on_the_calendar(event, sentence, anchor):
            status = Status.PLANNED
    timed = date_of(sentence, event, status, anchor, lead=lead, previous=before)
    if status is Status.OCCURRED and is_to_come(timed, anchor):
        status = Status.PLANNED
    date: EventDate | None = None
    if timed is not None:
        date, fields["date"] = timed.date, (timed.start, timed.end)
        sentence.note(About.DATE, timed.start, timed.end, f"seen from {anchor.day or 'no known day'}", timed.rule)
    place: Place | None = None
    found = place_of(sentence, event, knowledge)
    if found is not None:
        place, fields["place"] = found[0], (found[1], found[2])
    elif says_here(sentence) or (
        lead
        and (event.type in _DATELINE_TYPES or _is_signing(event))
        and event.mode != "phone"
        and status in _REALISED
        and not (date is not None and date.basis == "reported")  # heard of it there, and did not see it
    ):
        place = place_of_dateline(article.dateline, knowledge, sentence.memory.day)
        hosts = {p.country for p in event.recipients}
        if event.mode == "visit" and place is not None and place.country not in hosts:
            place = None  # who visited Haiti was not in Geneva, where it was written
    told: list[Attribution] = []
    for number, (attribution, start, end) in enumerate(attributions(sentence, event)):
        told.append(attribution)
        fields[f"attribution.{number}"] = (start, end)
    plover = event.frame.plover if status is Status.OCCURRED else None
    if event.status is Status.PROPOSED and event.cause is not None and event.cause.lemma in word_list("offering"):
        plover = None if event.type is EventType.CONSULT else EventType.AGREE
    return EventMention(
        mention_id=_identity(article.article_id, spot, event),
        article_id=article.article_id,
        url=article.url,
        outlet=article.outlet,
        agency=article.agency,
        published_at=article.published_at,
        type=event.type,
        mode=event.mode,
        quad=QUADS[event.type],
        status=status,
        plover=plover or plover_type(event.type, status),
        cameo=event.frame.cameo or cameo_code(event.type, event.mode),
        intensity=INTENSITY[event.type],
        contexts=contexts(spot.text),
        actors=event.actors,
        recipients=event.recipients,
        date=date,
        place=place,
        attribution=tuple(told),
        evidence=Evidence(
            part=part,
            sentence=spot.text,
            start=spot.start,
            end=spot.end,
            fields=fields,
            caption=spot.candidate.caption,
        ),
        confidence=_confidence(event, date),
        rule=event.frame.name,
        versions=Versions(pipeline=__version__, knowledge=knowledge.version, model=MODEL),
    )


def _is_signing(event: Found) -> bool:
    """Whether it is told where they sat together and signed; what was merely agreed may have been by wire."""
    return event.type is EventType.AGREE and event.frame.slots.equal and event.predicate.lemma in word_list("signing")


def _longitude(article: Article, knowledge: Knowledge) -> float | None:
    """Degrees east of where it was written: the dateline's place, else the capital of the outlet's country."""
    place = place_of_dateline(article.dateline, knowledge, None)
    if place is not None and place.longitude is not None:
        return place.longitude
    for match in knowledge.find(article.outlet or ""):
        for entry in match.entries:
            if entry.kind in (Kind.OUTLET, Kind.NEWS_AGENCY) and entry.country is not None:
                return knowledge.countries[entry.country].longitude
    return None


def _identity(article_id: str, spot: Spot, event: Found) -> str:
    """The same event in the same words of the same article has the same id, whatever else is learned about it."""
    where = spot.candidate
    parts = (article_id, where.part.value, where.caption, where.index, event.predicate.idx, event.type.value)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:_ID_LENGTH]


def _confidence(event: Found, date: EventDate | None) -> float:
    """How sure, from what the sentence gives: half for the frame, more for parties known on each side, for a frame that
    is narrow, and for a date of its own. Not a probability yet: it orders mentions."""
    score = 0.5
    score += 0.15 * any(p.code for p in event.actors)
    score += 0.15 * any(p.code for p in event.recipients)
    score += 0.1 * (event.frame.specificity >= 2)
    score += 0.05 * (date is not None)
    return round(score, 2)
