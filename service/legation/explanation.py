"""Why an article was read as it was: each event with the words behind each field, and what was refused. Pure.

For `legation explain`. Nothing is decided here a second time: what the stages decided, and noted on the way, is put
into words. Offsets of words count in their sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec
from msgspec.structs import replace

from legation.knowledge import load
from legation.knowledge.frames import Frame, load_frames
from legation.outcomes import Emit, Reject, Skip
from legation.records import (
    Article,
    ClassifiedArticle,
    EventDate,
    EventMention,
    Offset,
    Part,
    Participant,
    Place,
    RawArticle,
    Record,
    Relevance,
    Share,
    Status,
)
from legation.stages.classify import Screened, classify, screen
from legation.stages.classify.lexicon import DOMAINS
from legation.stages.clean import clean
from legation.stages.enrich import MAX_CHARACTERS, Traced, retells, same, trace
from legation.stages.enrich.mentions import spot_of
from legation.stages.enrich.notes import About, Note
from legation.stages.enrich.parties import reading


class Reason(Record, frozen=True, kw_only=False):
    """A field of an event, or something that was considered: the words [start, end) of the sentence, and why."""

    about: str
    """`type`, `actor`, `recipient`, `status`, `date`, `place`, `attribution`; of what was considered `frame`, `date`,
    `place` or `party`."""
    value: str | None
    """What the record says; null where it was refused, or nothing was found."""
    text: str | None
    start: Offset | None
    end: Offset | None
    why: str
    rule: str | None = None
    """The frame that was refused, or the pattern that the date was read by."""


class ExplainedEvent(Record, frozen=True):
    """An event of a sentence, as enrich found it there."""

    mention_id: str
    rule: str
    example: str
    """A sentence that the frame reads, from the knowledge files."""
    fields: tuple[Reason, ...]
    refused: tuple[Reason, ...]
    """Dates and places of the sentence that are not this event's."""
    confidence: Share
    told_as: str | None
    """The mention that stands for it, where the article tells of it better elsewhere."""


class ExplainedSentence(Record, frozen=True):
    """A sentence, title or part of a caption: `start` and `end` count in its part, as in the article."""

    part: Part
    text: str
    start: Offset
    end: Offset
    evidence: float
    """What classify found for reading it, less what against."""
    unread: str | None
    """Why it was not parsed; null where it was."""
    events: tuple[ExplainedEvent, ...] = ()
    considered: tuple[Reason, ...] = ()
    """Frames that were refused, and whom words stand for that name nobody."""


class Explanation(Record, frozen=True):
    """What became of one article, or of a payload in which there is none."""

    article_id: str | None
    title: str | None
    published_at: str | None
    outcome: str = "events"
    """`events`, `skipped` or `rejected`."""
    stage: str | None = None
    """The stage that it ended in; null where it has events."""
    reason: str | None = None
    detail: str | None = None
    relevance: Relevance | None = None
    names: tuple[str, ...] = ()
    """States by their codes and bodies, seats of government and people by their names."""
    words: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Words that speak for (parties, politics) and against it (sport, business, culture)."""
    sentences: tuple[ExplainedSentence, ...] = ()


def explain(raw: RawArticle) -> list[Explanation]:
    """What the stages made of a payload, article by article."""
    cleaned = clean(raw)
    if isinstance(cleaned, Emit):
        return [_of_article(article) for article in cleaned.records]
    payload = Explanation(article_id=raw.article_id, title=raw.title, published_at=raw.published_at)
    return [_ended(payload, "clean", cleaned)]


def _ended(explanation: Explanation, stage: str, end: Skip | Reject) -> Explanation:
    outcome, detail = ("rejected", end.message) if isinstance(end, Reject) else ("skipped", end.detail)
    return replace(explanation, outcome=outcome, stage=stage, reason=end.reason.value, detail=detail or None)


def _of_article(article: Article) -> Explanation:
    screened = screen(article)
    weighed = screened.weighed
    everywhere = range(len(weighed.evidence))
    found = {domain: tuple(weighed.found(domain, everywhere, strong=False)) for domain in DOMAINS}
    explanation = Explanation(
        article_id=article.article_id,
        title=article.title,
        published_at=article.published_at,
        names=tuple(sorted({name for it in weighed.evidence for name in it.states | it.actors})),
        words={domain: words for domain, words in found.items() if words},
    )
    classified = classify(article)
    if not isinstance(classified, Emit):
        return replace(_ended(explanation, "classify", classified), sentences=_sentences(article, screened))
    (chosen,) = classified.records
    outcome, read = trace(chosen)
    kept = outcome.records if isinstance(outcome, Emit) else ()
    if not isinstance(outcome, Emit):
        explanation = _ended(explanation, "enrich", outcome)
    return replace(explanation, relevance=chosen.relevance, sentences=_sentences(article, screened, chosen, read, kept))


def _sentences(
    article: Article,
    screened: Screened,
    classified: ClassifiedArticle | None = None,
    read: Sequence[Traced] = (),
    kept: Sequence[EventMention] = (),
) -> tuple[ExplainedSentence, ...]:
    """Every sentence, in the order of classify: title, body, captions."""
    traced = {it.spot.candidate: it for it in read}
    parsed = classified.candidates if classified is not None else ()
    explained = []
    for index, place in enumerate(screened.places):
        spot = spot_of(article, place)
        sentence = ExplainedSentence(
            part=place.part,
            text=spot.text,
            start=spot.start,
            end=spot.end,
            evidence=screened.weighed.evidence[index].score(),
            unread=f"longer than {MAX_CHARACTERS} characters" if place in parsed else _unread(screened, index),
        )
        if (found := traced.get(place)) is not None:
            events = tuple(_event(article, found, number, kept) for number in range(len(found.events)))
            sentence = replace(sentence, unread=None, events=events, considered=_reasons(spot.text, _unused(found)))
        explained.append(sentence)
    return tuple(explained)


def _unread(screened: Screened, index: int) -> str:
    """Why a sentence was no candidate."""
    named = screened.weighed.evidence[index].parties()
    return screened.objection(index) or ("others weigh more" if named else "names nobody, nor does one before it")


def _unused(found: Traced) -> Iterator[Note]:
    """What was considered, but for whom the parties of the events stand for: that is told with them."""
    used = {(p.start, p.end) for it, _ in found.events for p in (*it.actors, *it.recipients)}
    return (it for it in found.considered if it.about is not About.PARTY or (it.start, it.end) not in used)


# --- one event ---


def _event(article: Article, found: Traced, number: int, kept: Sequence[EventMention]) -> ExplainedEvent:
    mention, notes = found.events[number]
    spans = mention.evidence.fields
    stands = next((it for it in kept if same(it, mention) or retells(it, mention)), mention)
    return ExplainedEvent(
        mention_id=mention.mention_id,
        rule=mention.rule,
        example=_frames()[mention.rule].example,
        fields=tuple(_fields(article, mention, (*notes, *found.considered))),
        refused=_reasons(
            mention.evidence.sentence, (it for it in notes if (it.start, it.end) != spans.get(it.about.value))
        ),
        confidence=mention.confidence,
        told_as=None if stands.mention_id == mention.mention_id else stands.mention_id,
    )


@cache
def _frames() -> dict[str, Frame]:
    return {frame.name: frame for frame in load_frames().all()}


def _reasons(sentence: str, notes: Iterable[Note]) -> tuple[Reason, ...]:
    return tuple(
        Reason(it.about.value, None, sentence[it.start : it.end], it.start, it.end, it.reason, it.rule)
        for it in dict.fromkeys(notes)
    )


def _fields(article: Article, mention: EventMention, notes: Sequence[Note]) -> Iterator[Reason]:
    """Each field of a mention, with its words and where it has its value from."""
    spans = mention.evidence.fields

    def field(about: str, value: str, why: str, name: str = "", rule: str | None = None) -> Reason:
        start, end = spans.get(name or about, (None, None))
        words = None if start is None else mention.evidence.sentence[start:end]
        return Reason(about, value, words, start, end, why, rule)

    def noted(about: About, start: int, end: int) -> list[Note]:
        found = (it for it in notes if (it.about, it.start, it.end) == (about, start, end))
        return list({it.reason: it for it in found}.values())

    frame = _frames()[mention.rule]
    yield field("type", " ".join(filter(None, (mention.type, mention.mode))), _why_type(mention, frame))
    equal = mention.actors == mention.recipients
    day = article.published_at[:10] if article.published_at else None
    for about, parties in (("actor", mention.actors), ("recipient", () if equal else mention.recipients)):
        for party in parties:
            role = "party" if equal else about
            stands = [it.reason for it in noted(About.PARTY, party.start, party.end)]
            why = stands or _names_in(party, day)
            yield Reason(role, _party(party), party.text, party.start, party.end, "; ".join(why))
    yield field("status", mention.status, _why_status(mention, frame))
    if mention.date is not None:
        read = noted(About.DATE, *spans["date"]) if "date" in spans else []
        seen = ", ".join([mention.date.basis, *(it.reason for it in read)])
        yield field("date", _span(mention.date), seen, rule=next((it.rule for it in read), None))
    if mention.place is not None:
        filed = f"where the story was filed: “{mention.place.text}”"
        yield field("place", _place(mention.place), "in its clause" if "place" in spans else filed)
    for number, source in enumerate(mention.attribution):
        kind = " ".join(filter(None, (source.kind, source.country)))
        yield field("attribution", kind, "says so", f"attribution.{number}")


def _why_type(mention: EventMention, frame: Frame) -> str:
    if frame.type is mention.type:
        return "the frame fits"
    return f"the frame tells of {frame.type}, which is here refused, vowed or tied to a condition"


def _why_status(mention: EventMention, frame: Frame) -> str:
    if mention.status is frame.status is not Status.OCCURRED:
        return "the frame says so"
    if "status" in mention.evidence.fields:
        return "by this word"
    return "told as a fact: no modal, negation, plan or hope above it"


def _names_in(party: Participant, day: str | None) -> list[str]:
    """The names and offices that the words hold."""
    names = [
        f"{match.text}: {entry.kind.value.replace('_', ' ')}, {entry.body or entry.country or 'no state'}"
        for match in load().find(party.text)
        if (entry := reading(match, day)) is not None
    ]
    offices = [
        f"{office.name}: {'word for people' if office.collective else 'office'}"
        for _, _, office in load().find_offices(party.text)
    ]
    return [*names, *offices] or ["from what else the article tells" if party.code else "nobody that we know"]


def _party(party: Participant) -> str:
    return " ".join(filter(None, (party.code or "?", party.sector, party.name)))


def _span(date: EventDate) -> str:
    return f"{date.start if date.start == date.end else f'{date.start}/{date.end}'} ({date.precision})"


def _place(place: Place) -> str:
    return f"{place.name} ({place.country})" if place.country else place.name
