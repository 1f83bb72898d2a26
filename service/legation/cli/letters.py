"""Dead letters as they lie on their topics: what the subcommands of `legation dlq` look for, and find."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern

import click
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from legation.cli.kafka import Unavailable, client_options
from legation.cli.tail import full_name, short_name
from legation.cli.topics import describe
from legation.records import DeadLetter, Replayed
from legation.runtime.deadletter import read
from legation.topics import ALL

TOPICS = tuple(topic.dlq for topic in ALL if topic.dead_letters)

_POLL_MS = 1000
"""How long one fetch waits for something new."""

_PATIENCE = 60.0
"""Seconds without a record, short of the end, after which Kafka is taken to be gone. An election takes ten at most."""

_ID = re.compile(r"([\w.-]+)/(\d{1,9})/(\d{1,18})")


@dataclass(slots=True)
class Letter:
    """What is remembered of a dead letter; its bytes stay where they are. Millions fit: equal texts are one."""

    place: TopicPartition
    offset: int
    stage: str
    reason: str
    fingerprint: str
    error_type: str
    message: str
    failed_at: str
    replays: int
    """How often it had been replayed when it came here."""
    value_left_out: bool
    replayed_at: str | None = None
    """When it was sent back, or None: it waits."""

    @property
    def id(self) -> str:
        """Topic, partition and offset, as `show` and `--id` take them: raw.dlq/3/17."""
        return name_of(self.place, self.offset)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are meant; an empty field means all."""

    stages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    fingerprints: frozenset[str] = frozenset()
    places: frozenset[tuple[TopicPartition, int]] = frozenset()

    def takes(self, letter: Letter) -> bool:
        """Whether the letter is meant."""
        return (
            (not self.stages or letter.stage in self.stages)
            and (not self.reasons or letter.reason in self.reasons)
            and (not self.fingerprints or letter.fingerprint in self.fingerprints)
            and (not self.places or (letter.place, letter.offset) in self.places)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """All letters that lie on the topics, and by topic the number of records that are neither letters nor notes."""

    letters: list[Letter]
    strangers: Counter[str]


def name_of(place: TopicPartition, offset: int) -> str:
    """The id of what lies there."""
    return f"{short_name(place.topic)}/{place.partition}/{offset}"


def place_of(text: str) -> tuple[TopicPartition, int]:
    """The place that an id names; the topic may be given in short or in full.

    Raises:
        BadParameter: it is no id, or its topic is not one of dead letters.
    """
    if (found := _ID.fullmatch(text)) is None:
        raise click.BadParameter(
            f"{text!r} is not TOPIC/PARTITION/OFFSET, as in raw.dlq/3/17; `legation dlq ls` shows one"
        )
    topic = full_name(found[1])
    if topic not in TOPICS:
        raise click.BadParameter(f"{found[1]} is none of {', '.join(map(short_name, TOPICS))}")
    return TopicPartition(topic, int(found[2])), int(found[3])


def consumer_of(kafka: str) -> AIOKafkaConsumer:
    """A consumer that looks on: of no group, so that it disturbs none. To be used as a context manager."""
    # The reset is for letters that expire while they are being read.
    return AIOKafkaConsumer(
        **client_options(kafka), group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
    )


async def partitions(kafka: str, topics: Sequence[str] = TOPICS) -> list[TopicPartition]:
    """The partitions of these topics.

    Raises:
        Unavailable: one of them is not there.
        KafkaError: the cluster does not answer.
    """
    there = await describe(kafka, topics)
    if missing := [topic for topic in topics if topic not in there]:
        raise Unavailable(
            f"The cluster at {kafka} has no topic {', '.join(missing)}: create it with `legation topics apply`."
        )
    return [TopicPartition(topic, it) for topic in topics for it in range(there[topic].partitions)]


async def records(
    consumer: AIOKafkaConsumer, spans: Mapping[TopicPartition, tuple[int, int]]
) -> AsyncIterator[ConsumerRecord]:
    """What lies between two offsets (the second left out) of each of these partitions, in the order of each.

    Raises:
        Unavailable: Kafka has fallen silent.
        KafkaError: it refuses.
    """
    spans = {place: (first, end) for place, (first, end) in spans.items() if first < end}
    consumer.assign(list(spans))
    for place, (first, _) in spans.items():
        consumer.seek(place, first)
    heard = time.monotonic()
    while unread := [place for place, (_, end) in spans.items() if await consumer.position(place) < end]:
        batches = await consumer.getmany(*unread, timeout_ms=_POLL_MS)
        for place, batch in batches.items():
            for record in batch:
                if record.offset < spans[place][1]:
                    yield record
        if batches:
            heard = time.monotonic()
        elif time.monotonic() - heard > _PATIENCE:
            raise Unavailable(f"Kafka has sent nothing for {_PATIENCE:g} s, and not all letters are read.")


async def whole(consumer: AIOKafkaConsumer, places: Iterable[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
    """First offset and end of each of these partitions, as they are now."""
    places = list(places)
    begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    return {place: (begins[place], ends[place]) for place in places}


async def scan(consumer: AIOKafkaConsumer, spans: Mapping[TopicPartition, tuple[int, int]]) -> Found:
    """The letters there, in the order of each partition, with what notes say of them. Raises as `records` does."""
    letters: dict[tuple[TopicPartition, int], Letter] = {}
    strangers: Counter[str] = Counter()
    async for record in records(consumer, spans):
        place = TopicPartition(record.topic, record.partition)
        match read(record.headers):
            case DeadLetter() as told:
                letters[place, record.offset] = _letter(place, record.offset, told)
            case Replayed() as told:
                if (letter := letters.get((place, told.replayed_offset))) is not None:  # else it has expired
                    letter.replayed_at = told.replayed_at
            case None:
                strangers[record.topic] += 1
    return Found(list(letters.values()), strangers)


def _letter(place: TopicPartition, offset: int, told: DeadLetter) -> Letter:
    return Letter(
        place,
        offset,
        stage=intern(told.stage),
        reason=told.reason.value,
        fingerprint=intern(told.fingerprint),
        error_type=intern(told.error_type),
        message=intern(told.error_message),
        failed_at=told.failed_at,
        replays=told.replay_count,
        value_left_out=told.value_left_out is not None,
    )
