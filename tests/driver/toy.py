"""A topology small enough to see through: a line 'JPN KOR 2022-03-14' in a text is a meeting, read in two stages."""

from __future__ import annotations

from hashlib import sha256

from msgspec.structs import replace

from legation import topics
from legation.outcomes import Emit, Outcome, Reject, RejectReason, Skip, SkipReason
from legation.records import (
    EventDate,
    EventMention,
    EventType,
    Evidence,
    Part,
    Participant,
    Precision,
    Quad,
    RawArticle,
    Status,
    Versions,
    encode,
)
from legation.stages.consolidate import block_of, fold, parties_key
from legation.topology import Fold, Stage, Topology


def country(code: str) -> Participant:
    return Participant(country=code, body=None, sector=None, name=None, office=None, text=code, start=0, end=3)


def meeting(one: str, other: str, day: str, article: RawArticle) -> EventMention:
    sentence = f"{one} {other} {day} says {article.source}"
    return EventMention(
        type=EventType.CONSULT,
        mode=None,
        quad=Quad.VERBAL_COOPERATION,
        status=Status.OCCURRED,
        plover=EventType.CONSULT,
        cameo="040",
        intensity=2.5,
        contexts=(),
        actors=(country(one),),
        recipients=(country(other),),
        date=None if day == "?" else EventDate(start=day, end=day, precision=Precision.DAY, text=day, basis="stated"),
        place=None,
        attribution=(),
        evidence=Evidence(part=Part.BODY, sentence=sentence, start=0, end=len(sentence), fields={}),
        confidence=0.8,
        rule="toy",
        versions=Versions(pipeline="1", knowledge="1"),
        mention_id=sha256(f"{article.article_id} {sentence}".encode()).hexdigest()[:16],
        article_id=article.article_id or "",
        url=None,
        outlet=article.source,
        agency=None,
        published_at=article.published_at,
    )


def trim(article: RawArticle) -> Outcome[RawArticle]:
    """Stage one: an empty text is rejected, surrounding space goes."""
    if not article.text:
        return Reject(RejectReason.NO_TEXT, "no text")
    return Emit((replace(article, text=article.text.strip()),))


def find(article: RawArticle) -> Outcome[EventMention]:
    """Stage two: one mention a line; the word 'goal' is sport, the word 'boom' is a fault of ours."""
    text = article.text or ""
    if "goal" in text:
        return Skip(SkipReason.SPORT)
    if "boom" in text:
        raise RuntimeError("boom")
    lines = [line.split() for line in text.splitlines()]
    return Emit(tuple(meeting(*line, article) for line in lines))


TOY = Topology(
    stages=(
        Stage(
            "trim",
            topics.RAW,
            topics.Topic("toy.trimmed.v1", RawArticle, "article_id", retention_ms=1),
            trim,
            key=lambda it: it.article_id or "",
            seconds=1,
        ),
        Stage(
            "find",
            topics.Topic("toy.trimmed.v1", RawArticle, "article_id", retention_ms=1),
            topics.MENTIONS,
            find,
            key=parties_key,
            seconds=1,
        ),
    ),
    fold=Fold("consolidate", topics.MENTIONS, topics.EVENTS, topics.EVENTS_LATEST, block_of, fold),
)


def article(article_id: str, text: str, source: str = "The Herald", published: str = "2022-03-15") -> bytes:
    return encode(RawArticle(article_id=article_id, text=text, source=source, published_at=published))
