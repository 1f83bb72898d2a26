"""A topology whose stages do what their input says; `chaos.worker` runs it.

From the environment: TOY_PREFIX begins the names of its topics and its group, so that tests do not meet; STAGE_PAUSE
has its first stage rest for so many seconds after each record.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from hashlib import sha256

from legation import topics
from legation.outcomes import Emit, Outcome, Skip, SkipReason
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
)
from legation.stages.consolidate import block_of, fold, parties_key
from legation.topics import Topic
from legation.topology import Fold, Stage, Topology

PARTITIONS = 4
LARGEST_MID = 256 * 1024
PAUSE = float(os.environ.get("STAGE_PAUSE", "0.001"))
"""Seconds for a record in the first stage."""


def _topic(topic: Topic, name: str, **changes: object) -> Topic:
    return replace(topic, name=f"{os.environ.get('TOY_PREFIX', 'toy')}.{name}.v1", partitions=PARTITIONS, **changes)


RAW = _topic(topics.RAW, "raw")
MID = _topic(topics.RAW, "mid", max_message_bytes=LARGEST_MID)
MENTIONS = _topic(topics.MENTIONS, "mentions")
EVENTS = _topic(topics.EVENTS, "events")
LATEST = _topic(topics.EVENTS_LATEST, "latest")
ALL = (RAW, MID, MENTIONS, EVENTS, LATEST)


def act(article: RawArticle) -> Outcome[RawArticle]:
    """What the text asks for; else a little work, so that a run has a middle."""
    match (article.text or "").split():
        case ["crash"]:
            os._exit(7)
        case ["hang"]:
            while True:
                pass
        case ["sleep"]:
            time.sleep(3600)
        case ["regex"]:
            re.match(r"(a+)+$", "a" * 64 + "b")
        case ["raise"]:
            raise RuntimeError("as asked for")
        case ["skip"]:
            return Skip(SkipReason.SPORT)
        case ["swell"]:  # larger than the next topic takes
            return Emit((RawArticle(article_id=article.article_id, text="x" * LARGEST_MID),))
    time.sleep(PAUSE)
    return Emit((article,))


def find(article: RawArticle) -> Outcome[EventMention]:
    """A text 'JPN KOR 2022-03-14' is a meeting."""
    one, other, day = (article.text or "").split()
    sentence = f"{one} {other} {day} says {article.source}"
    return Emit(
        (
            EventMention(
                type=EventType.CONSULT,
                mode=None,
                quad=Quad.VERBAL_COOPERATION,
                status=Status.OCCURRED,
                plover=EventType.CONSULT,
                cameo="040",
                intensity=2.5,
                contexts=(),
                actors=(_country(one),),
                recipients=(_country(other),),
                date=EventDate(start=day, end=day, precision=Precision.DAY, text=day, basis="stated"),
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
            ),
        )
    )


def _country(code: str) -> Participant:
    return Participant(country=code, body=None, sector=None, name=None, office=None, text=code, start=0, end=3)


TOPOLOGY = Topology(
    stages=(
        Stage("act", RAW, MID, act, key=lambda it: it.article_id or "", seconds=0.5),
        Stage("find", MID, MENTIONS, find, key=parties_key, seconds=5),
    ),
    fold=Fold("consolidate", MENTIONS, EVENTS, LATEST, block_of, fold),
)
