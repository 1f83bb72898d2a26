"""Messages with their headers: what is sent, what was received, and what a header says.

Records carry CloudEvents in binary mode (Kafka protocol binding 1.0: `ce_*` headers, the record itself as value) and
pass on the W3C trace context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

from legation.pipeline import Message

Headers = tuple[tuple[str, bytes | None], ...]
"""In order; a name may stand twice, and Kafka allows a header without a value."""

_SOURCE = "/legation/"
_PASSED_ON = ("traceparent", "tracestate")
"""W3C trace context: the only headers of a record that those made from it inherit."""


class Received(Protocol):
    """A record as it came from Kafka (Faust's `Message` is one). `timestamp` in seconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: float
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. Without a `partition`, the key chooses it (murmur2, as in every Kafka client)."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


def outgoing(message: Message, stage: str, source: Received) -> Outgoing:
    """`message`, made by `stage` from `source`, with its headers.

    `ce_id` is a digest of topic, key and value: the same record gets the same id, however often it is made again.
    `ce_time` is when the raw article came in, so that every stage can tell how old its news is.
    """
    parts = message.topic.encode(), message.key, message.value or b""
    digest = blake2b(b"".join([it for part in parts for it in (len(part).to_bytes(8, "big"), part)]), digest_size=16)
    headers: list[tuple[str, bytes | None]] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", digest.hexdigest().encode()),
        ("ce_source", f"{_SOURCE}{stage}".encode()),
        ("ce_type", message.topic.encode()),
        ("ce_time", _rfc3339(born(source)).encode()),
        ("content-type", b"application/json"),
    ]
    headers += [(name, value) for name, value in source.headers or () if name in _PASSED_ON]
    return Outgoing(message.topic, message.key, message.value, tuple(headers))


def born(source: Received) -> float:
    """When the raw article behind a record came in, in seconds since 1970.

    Others may use `ce_time` for what they like; ours is known by `ce_source`.
    """
    headers = dict(source.headers or ())
    ours = (headers.get("ce_source") or b"").startswith(_SOURCE.encode())
    told = _seconds(headers.get("ce_time") or b"") if ours else None
    return source.timestamp if told is None else told


@lru_cache(maxsize=1024)  # all that is made of an article, in every stage, has one time
def _seconds(moment: bytes) -> float | None:
    try:
        return datetime.fromisoformat(moment.decode()).timestamp()
    except ValueError:
        return None  # not one of ours after all


@lru_cache(maxsize=1024)
def _rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
