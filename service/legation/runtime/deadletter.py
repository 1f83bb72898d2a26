"""Dead letters: the original bytes, untouched, with headers that say where they come from and what went wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256

from legation import __version__
from legation.outcomes import Reject, RejectReason
from legation.runtime.headers import Outgoing, Received

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
        "failed-at": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "replay-count": str(_replays(source)),
        "fingerprint": fingerprint(stage, reject),
    }
    kept = tuple((name, value) for name, value in source.headers or () if not name.startswith(PREFIX))
    ours = tuple((PREFIX + name, text.encode("utf-8", "replace")) for name, text in told.items())
    return Outgoing(topic, source.key, source.value, kept + ours)


def without_value(letter: Outgoing) -> Outgoing:
    """The letter without its value, for a topic that refuses it as too large: the original is found by its offset."""
    return Outgoing(letter.topic, letter.key, None, (*letter.headers, (PREFIX + "value-left-out", b"too large")))


def fingerprint(stage: str, reject: Reject) -> str:
    """Twelve hex digits that are equal for dead letters of one fault: stage, reason, type, and the message's shape."""
    shape = _VARIABLE.sub("#", reject.message)
    return sha256("\n".join((stage, reject.reason, reject.error_type, shape)).encode("utf-8", "replace")).hexdigest()[
        :12
    ]


def _replays(source: Received) -> int:
    for name, value in source.headers or ():
        if name == f"{PREFIX}replay-count" and value is not None and value.isdigit():
            return int(value)
    return 0
