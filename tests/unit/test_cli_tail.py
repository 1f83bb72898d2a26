"""Which topic `legation tail` means, and how it shows what it finds there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from legation.cli.render import line
from legation.cli.tail import formatter, full_name
from legation.records import RawArticle, encode
from legation.topics import ALL, EVENTS, EVENTS_LATEST, RAW


def message(value: bytes | None, key: bytes | None = b"k", **headers: bytes) -> ConsumerRecord:
    named: list[Any] = [(f"legation-dlq-{name.replace('_', '-')}", text) for name, text in headers.items()]
    return ConsumerRecord("t", 2, 5, 0, 0, key, value, None, 0, 0, named)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("raw", "news.articles.raw.v1"),
        ("raw.dlq", "news.articles.raw.v1.dlq"),
        ("mentions", "diplomacy.mentions.v1"),
        ("events", EVENTS.name),
        ("latest", EVENTS_LATEST.name),
        (RAW.name, RAW.name),
        (RAW.dlq, RAW.dlq),
        ("someone.elses.topic", "someone.elses.topic"),
    ],
)
def test_names(given: str, meant: str) -> None:
    assert full_name(given) == meant


def test_every_topic_has_a_short_name() -> None:
    shorts = ("raw", "clean", "classified", "mentions", "events", "latest")
    assert {full_name(short) for short in shorts} == {topic.name for topic in ALL}


def test_a_record_is_shown_as_its_line() -> None:
    article = RawArticle(published_at="2024-03-02", source="The Gazette", title="Talks", text="...")
    assert formatter(RAW.name)(message(encode(article))).decode() == line(article)


@pytest.mark.parametrize("value", [b"{broken", b"[1]", b'{"text": 1}', b"\xff\xfe"])
def test_what_is_not_the_record_is_named_by_its_place(value: bytes) -> None:
    shown = formatter(RAW.name)(message(value)).decode()
    assert re.match(r"! partition 2 offset 5: not (JSON|a RawArticle): ", shown)


def test_dead_letters_tell_reason_stage_and_origin() -> None:
    letter = message(
        b"\x00broken\n",
        reason=b"not-json",
        stage=b"clean",
        error_message=b"not JSON: at character 0",
        original_topic=RAW.name.encode(),
        original_partition=b"7",
        original_offset=b"42",
    )
    assert formatter(RAW.dlq)(letter).decode() == (
        f"not-json in clean: not JSON: at character 0  ({RAW.name} partition 7 offset 42, key k)"
    )


@pytest.mark.parametrize("topic", [RAW.name, RAW.dlq, EVENTS_LATEST.name, "unknown"])
@pytest.mark.parametrize("value", [None, b"\x1b]0;title\x07\n", b"\xff"])
def test_whatever_is_there_gives_one_line_without_control_characters(topic: str, value: bytes | None) -> None:
    shown = formatter(topic)(message(value, key=b"\x1b[2J\n", reason=b"\x1b[2J")).decode()
    assert shown.isprintable()
