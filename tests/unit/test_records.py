"""What reading a record refuses, and how it says so; what writing one promises."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from legation.outcomes import RejectReason
from legation.records import (
    DeadLetter,
    EventDate,
    InvalidRecord,
    RawArticle,
    Versions,
    convert,
    decode,
    encode,
    parse_published,
)


@pytest.mark.parametrize(
    ("data", "is_json", "said"),
    [
        (b"", False, "not JSON"),
        (b"\x00\x00", False, "not JSON"),
        ("é".encode("latin-1"), False, "not JSON"),
        (b'{"text": "a"', False, "character 12"),
        (b"[" * 2000, False, "not JSON"),
        (b'{"text": 1e999}', False, "infinity"),
        (b"null", True, "not a RawArticle"),
        (b'[{"text": "a"}]', True, "Expected `object`, got `array`"),
        (b'{"text": ["a"]}', True, "$.text"),
        (b'{"published_at": "13/05/2021"}', True, "`published_at` is not an ISO 8601"),
        (b'{"fetched_at": "2021-02-30"}', True, "`fetched_at` is not an ISO 8601"),
        (b'{"language": "%s"}' % (b"x" * 36), True, "$.language"),
    ],
)
def test_what_is_not_the_record_is_refused_with_field_and_reason(data: bytes, is_json: bool, said: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        decode(data, RawArticle)
    assert refused.value.is_json is is_json
    assert said in str(refused.value)


def test_a_refusal_quotes_little_of_what_was_sent() -> None:
    with pytest.raises(InvalidRecord) as refused:
        decode(encode(RawArticle(text="a"))[:-1] + b',"published_at":"%s"}' % (b"secret " * 1000), RawArticle)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2021-02-30", "2021-03-01", "`start`"),
        ("2021-03-01", "2021-3-2", "`end`"),
        ("20210301", "20210301", "`start`"),
        ("2021-03-02", "2021-03-01", "before"),
    ],
)
def test_a_date_has_two_days_in_order(start: str, end: str, said: str) -> None:
    values: dict[str, Any] = {"start": start, "end": end, "precision": "day", "text": None, "basis": "stated"}
    with pytest.raises(InvalidRecord, match=said):
        convert(values, EventDate)


def test_a_bare_date_stays_a_date() -> None:
    assert parse_published("2021-05-13") == date(2021, 5, 13)
    assert not isinstance(parse_published("2021-05-13"), datetime)
    assert isinstance(parse_published("2021-05-13T00:00:00Z"), datetime)


def test_equal_records_give_equal_bytes_in_the_order_of_the_fields() -> None:
    data = encode(Versions(knowledge="2", pipeline="1"))
    assert data == b'{"pipeline":"1","knowledge":"2","model":null}'
    assert encode(decode(b'{"knowledge":"2", "more": [], "pipeline":"1"}', Versions)) == data


def test_records_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Versions(pipeline="1", knowledge="2").pipeline = "2"  # type: ignore[misc]


def test_a_dead_letter_is_read_from_its_headers_text() -> None:
    letter = DeadLetter(
        original_topic="t", original_partition=3, original_offset=7, consumer_group="g", stage="clean",
        reason=RejectReason.TOO_LARGE, error_type="", error_message="", attempts=1, pipeline_version="1",
        failed_at="2021-05-13T00:00:00Z", replay_count=0, fingerprint="f",
    )  # fmt: skip
    headers = {name: str(value) for name, value in msgspec.to_builtins(letter).items() if value is not None}
    assert headers["legation-dlq-original-partition"] == "3"
    assert "legation-dlq-original-timestamp" not in headers
    assert msgspec.convert(headers | {"traceparent": "00-x"}, DeadLetter, strict=False) == letter
