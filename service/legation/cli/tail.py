"""`legation tail`: what is on a topic, as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import click
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from legation.cli.kafka import Unavailable, client_options, kafka_option, reaching
from legation.cli.render import line, printable
from legation.cli.topics import checked, describe
from legation.records import InvalidRecord, decode
from legation.topics import ALL, CLASSIFIED, CLEAN, EVENTS, EVENTS_LATEST, MENTIONS, RAW

_SHORT = {
    "raw": RAW.name,
    "clean": CLEAN.name,
    "classified": CLASSIFIED.name,
    "mentions": MENTIONS.name,
    "events": EVENTS.name,
    "latest": EVENTS_LATEST.name,
}

_RECORDS = {topic.name: topic.record for topic in ALL}

_DLQ = ".dlq"

_POLL_MS = 1000
"""How long one fetch waits for something new."""

_PATIENCE = 60.0
"""Seconds without a record, short of the end, after which Kafka is taken to be gone. An election takes ten at most."""


@click.command()
@click.argument("topic", default="events")
@kafka_option
@click.option("--json", "as_json", is_flag=True, help="Print the bytes of each record as they are, one a line.")
@click.option("--from-beginning", is_flag=True, help="Start with the oldest record, not with the next.")
@click.option("--until-end", is_flag=True, help="Print what there is and end; starts at the beginning.")
def tail(topic: str, kafka: str, as_json: bool, from_beginning: bool, until_end: bool) -> None:
    """Follow events, or any other topic.

    TOPIC is raw, clean, classified, mentions, events (each revision; the default), latest (the newest of each event),
    one of the first four with .dlq (its dead letters), or the name of any topic.

    Kafka keeps older revisions on `latest` until it compacts them away. With --until-end you see none of them, and
    nothing that was withdrawn: each event comes once, when all is read.

    \b
    legation tail                              new events, a line each
    legation tail latest --until-end --json    all events as they stand, for jq

    A line of an event begins with + (new), ~ (changed) or - (withdrawn). In --json a withdrawal from `latest` is null.
    It reads beside all consumer groups, and disturbs none.

    Exit status: 0 the end is reached, 69 the cluster or the topic is not there, 130 interrupted.
    """
    name = full_name(topic)
    form = _as_is if as_json else formatter(name)
    with reaching(kafka):
        asyncio.run(_tail(kafka, name, form, from_beginning=from_beginning or until_end, until_end=until_end))


def full_name(topic: str) -> str:
    """The topic meant by a short name (`raw`, `raw.dlq`); any other name is taken as it stands."""
    stem = topic.removesuffix(_DLQ)
    return _SHORT.get(stem, stem) + topic[len(stem) :]


def short_name(topic: str) -> str:
    """The short name that `full_name` knows for `topic`, or the name itself."""
    stem = topic.removesuffix(_DLQ)
    return next((short for short, full in _SHORT.items() if full == stem), stem) + topic[len(stem) :]


def formatter(topic: str) -> Callable[[ConsumerRecord], bytes]:
    """How a record of `topic` becomes a line for people."""
    if topic.endswith(_DLQ):
        return _dead_letter
    kind = _RECORDS.get(topic)
    if kind is None:
        return _unknown

    def known(message: ConsumerRecord) -> bytes:
        if message.value is None:
            return f"- withdrawn: {_text(message.key)}".encode()
        try:
            return line(decode(message.value, kind)).encode()
        except InvalidRecord as error:
            return printable(f"! partition {message.partition} offset {message.offset}: {error}").encode()

    return known


def _as_is(message: ConsumerRecord) -> bytes:
    return b"null" if message.value is None else message.value


def _unknown(message: ConsumerRecord) -> bytes:
    return f"{_text(message.key)}  {_text(message.value)}".encode()


def _dead_letter(message: ConsumerRecord) -> bytes:
    """`too-large in clean: ... (news.articles.raw.v1 partition 3 offset 17, key a1)`, or the note of a replay."""
    said = {key.removeprefix("legation-dlq-"): _text(value) for key, value in message.headers}
    if "replayed-offset" in said:
        return f"replayed: partition {message.partition} offset {said['replayed-offset']}".encode()
    topic, partition, offset = (said.get(f"original-{it}", "?") for it in ("topic", "partition", "offset"))
    return (
        f"{said.get('reason', '?')} in {said.get('stage', '?')}: {said.get('error-message', '?')}"
        f"  ({topic} partition {partition} offset {offset}, key {_text(message.key)})"
    ).encode()


def _text(data: bytes | None) -> str:
    return "null" if data is None else printable(data.decode(errors="replace"))


async def _tail(
    kafka: str, name: str, form: Callable[[ConsumerRecord], bytes], *, from_beginning: bool, until_end: bool
) -> None:
    topic = (await describe(kafka, [name])).get(name)
    if topic is None:
        raise Unavailable(
            f"The cluster at {kafka} has no topic {name}. legation's own ({', '.join(_SHORT)}) are created by "
            "`legation topics apply`."
        )
    partitions = [TopicPartition(name, number) for number in range(topic.partitions)]
    out = click.get_binary_stream("stdout")
    # No group: whoever looks on must not take part. The reset is for records that expire while they are being read.
    async with AIOKafkaConsumer(
        **client_options(kafka),
        group_id=None,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        check_crcs=await checked(kafka),
    ) as consumer:
        consumer.assign(partitions)
        if from_beginning:
            await consumer.seek_to_beginning(*partitions)
        else:
            await consumer.seek_to_end(*partitions)
        ends = await consumer.end_offsets(partitions) if until_end else {}
        last_only = until_end and name == EVENTS_LATEST.name
        standing: dict[bytes | None, bytes] = {}
        heard = time.monotonic()
        while not until_end or any([await consumer.position(it) < ends[it] for it in partitions]):
            batches = await consumer.getmany(timeout_ms=_POLL_MS)
            for messages in batches.values():
                if not last_only:
                    out.writelines(form(message) + b"\n" for message in messages)
                    continue
                for message in messages:
                    standing.pop(message.key, None)
                    if message.value is not None:
                        standing[message.key] = form(message)
            out.flush()
            if batches:
                heard = time.monotonic()
            elif until_end and time.monotonic() - heard > _PATIENCE:
                raise Unavailable(f"Kafka has sent nothing for {_PATIENCE:g} s, and {name} has not come to its end.")
        out.writelines(shown + b"\n" for shown in standing.values())
        out.flush()
