"""Dead letters: the original bytes, untouched, with headers that say where they come from and what went wrong.

And the way back: `replay` makes the message that a letter was made of, `replayed` the note that it has been sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from legation import __version__
from legation.outcomes import Reject, RejectReason
from legation.records import DeadLetter, Replayed
from legation.runtime.headers import Headers, Outgoing, Received

PREFIX = "legation-dlq-"

MESSAGE_CHARACTERS = 500
"""Enough for a message and a place, too little for an article."""

_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")
"""What differs between two dead letters of one fault: quoted values and numbers."""


def dead_letter(source: Received, reject: Reject, *, topic: str, stage: str, group: str, now: datetime) -> Outgoing:
    """The dead letter of `source` for `topic`: key, value and headers are the original's, and ours are added.

    A letter that is replayed and fails again keeps its replay count and gets all other headers anew.
    """
    # The two that kill a process are tried again alone; for all else a pure stage would say the same again.
    attempts = 2 if reject.reason in (RejectReason.TIMEOUT, RejectReason.CRASH) else 1
    told = {
        "original-topic": source.topic,
        "original-partition": str(source.partition),
        "original-offset": str(source.offset),
        "original-timestamp": str(round(source.timestamp * 1000)),
        "consumer-group": group,
        "stage": stage,
        "reason": reject.reason.value,
        "error-type": reject.error_type,
        "error-message": reject.message[:MESSAGE_CHARACTERS],
        "attempts": str(attempts),
        "pipeline-version": __version__,
        "failed-at": _rfc3339(now),
        "replay-count": str(_replays(source)),
        "fingerprint": fingerprint(stage, reject),
    }
    return Outgoing(topic, source.key, source.value, _foreign(source.headers) + _ours(told))


def without_value(letter: Outgoing) -> Outgoing:
    """The letter without its value, for a topic that refuses it as too large: the original is found by its offset."""
    return Outgoing(letter.topic, letter.key, None, (*letter.headers, (PREFIX + "value-left-out", b"too large")))


def fingerprint(stage: str, reject: Reject) -> str:
    """Twelve hex digits that are equal for dead letters of one fault: stage, reason, type, and the message's shape."""
    fault = "\n".join((stage, reject.reason, reject.error_type, shape(reject.message)))
    return sha256(fault.encode("utf-8", "replace")).hexdigest()[:12]


def shape(message: str) -> str:
    """The message with # for each quoted value and number: what it has in common with others of its kind."""
    return _VARIABLE.sub("#", message)


def read(headers: Sequence[tuple[str, bytes | None]]) -> DeadLetter | Replayed | None:
    """What the headers of a record among the dead letters say; None if they are neither a letter's nor a note's."""
    texts = {name: value.decode("utf-8", "replace") for name, value in headers if value is not None}
    for kind in (Replayed, DeadLetter):
        try:
            return msgspec.convert(texts, kind, strict=False)  # type: ignore[return-value]  # numbers come as text
        except msgspec.ValidationError:
            continue
    return None


def replay(letter: Received, topic: str) -> Outgoing:
    """The message that `letter` was made of, for the topic that it came from: key, value and headers as they were.

    One header is added, the count of replays: `dead_letter` keeps it if the message fails again.
    """
    count = _ours({"replay-count": str(_replays(letter) + 1)})
    return Outgoing(topic, letter.key, letter.value, _foreign(letter.headers) + count)


def replayed(letter: Received, *, partition: int, offset: int, now: datetime) -> Outgoing:
    """The note that `letter` lies on its topic again, at `partition` and `offset`; see `legation.records.Replayed`."""
    told = {
        "replayed-offset": str(letter.offset),
        "replayed-to-partition": str(partition),
        "replayed-to-offset": str(offset),
        "replayed-at": _rfc3339(now),
    }
    return Outgoing(letter.topic, letter.key, None, _ours(told), letter.partition)


def _foreign(headers: Sequence[tuple[str, bytes | None]] | None) -> Headers:
    return tuple((name, value) for name, value in headers or () if not name.startswith(PREFIX))


def _ours(told: dict[str, str]) -> Headers:
    return tuple((PREFIX + name, text.encode("utf-8", "replace")) for name, text in told.items())


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _replays(source: Received) -> int:
    for name, value in source.headers or ():
        if name == f"{PREFIX}replay-count" and value is not None and value.isdigit():
            return int(value)
    return 0
