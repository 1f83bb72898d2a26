"""What the runtime writes on a dead letter is what the contract says."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest
from test_schemas import validator

from legation.outcomes import Reject, RejectReason
from legation.records import DeadLetter
from legation.runtime.deadletter import dead_letter, without_value
from legation.runtime.headers import Outgoing

NOON = datetime(2024, 4, 17, 12, tzinfo=UTC)


def letter(reason: RejectReason) -> Outgoing:
    source = SimpleNamespace(
        topic="news.articles.raw.v1", partition=3, offset=7, timestamp=1713333731.5, key=b"k", value=b"{",
        headers=(("traceparent", b"00-x"),),
    )  # fmt: skip
    reject = Reject(reason, "not JSON: " + "x" * 1000, "InvalidRecord")
    return dead_letter(source, reject, topic="news.articles.raw.v1.dlq", stage="clean", group="legation", now=NOON)


def read(letter: Outgoing) -> DeadLetter:
    return msgspec.convert({name: value.decode() for name, value in letter.headers}, DeadLetter, strict=False)


@pytest.mark.parametrize("reason", RejectReason)
def test_headers_are_those_of_the_contract_and_no_others(reason: RejectReason) -> None:
    made = letter(reason)
    told = read(made)
    validator(DeadLetter).validate(msgspec.to_builtins(told))
    assert (told.reason, told.original_offset, told.original_timestamp) == (reason, 7, 1713333731500)
    known = {it.encode_name for it in msgspec.structs.fields(DeadLetter)}
    ours = {name for name, _ in without_value(made).headers if name.startswith("legation-dlq-")}
    assert ours == known


def test_a_letter_without_its_value_says_so() -> None:
    assert read(letter(RejectReason.TOO_LARGE)).value_left_out is None
    assert read(without_value(letter(RejectReason.TOO_LARGE))).value_left_out == "too large"
