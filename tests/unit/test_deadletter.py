from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from legation import __version__
from legation.outcomes import Reject, RejectReason
from legation.pipeline import Message
from legation.records import DeadLetter, Replayed
from legation.runtime.deadletter import (
    MESSAGE_CHARACTERS,
    dead_letter,
    fingerprint,
    read,
    replay,
    replayed,
    without_value,
)
from legation.runtime.headers import Outgoing, born, outgoing

NOW = datetime(2024, 5, 6, 7, 8, 9, 120_000, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    topic: str = "news.articles.raw.v1"
    partition: int = 3
    offset: int = 1041
    timestamp: float = 1_700_000_000.25
    key: bytes | None = b"a-1"
    value: bytes | None = b"\xff\x00 not text at all"
    headers: list[tuple[str, bytes | None]] | None = None


RECORD = Record(headers=[("traceparent", b"00-ab"), ("x", b"1"), ("x", b"2")])


NOT_JSON = Reject(RejectReason.NOT_JSON, "not JSON: at 7", "E")


def letter(record: Record = RECORD, reject: Reject = NOT_JSON) -> Outgoing:
    return dead_letter(record, reject, topic="the.dlq", stage="clean", group="legation.clean", now=NOW)


def told(it: Outgoing) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in it.headers if name.startswith("legation-dlq-")}


def test_the_original_is_kept_byte_for_byte() -> None:
    it = letter()
    assert (it.topic, it.key, it.value) == ("the.dlq", RECORD.key, RECORD.value)
    assert list(it.headers[:3]) == RECORD.headers  # in order, twice where it was twice


def test_the_headers_say_where_it_comes_from_and_what_went_wrong() -> None:
    headers = told(letter())
    print_ = headers.pop("legation-dlq-fingerprint")
    assert len(print_) == 12
    assert headers == {
        "legation-dlq-original-topic": "news.articles.raw.v1",
        "legation-dlq-original-partition": "3",
        "legation-dlq-original-offset": "1041",
        "legation-dlq-original-timestamp": "1700000000250",
        "legation-dlq-consumer-group": "legation.clean",
        "legation-dlq-stage": "clean",
        "legation-dlq-reason": "not-json",
        "legation-dlq-error-type": "E",
        "legation-dlq-error-message": "not JSON: at 7",
        "legation-dlq-attempts": "1",
        "legation-dlq-pipeline-version": __version__,
        "legation-dlq-failed-at": "2024-05-06T07:08:09.120Z",
        "legation-dlq-replay-count": "0",
    }


def test_what_kills_a_process_was_tried_twice() -> None:
    for reason in RejectReason:
        attempts = told(letter(reject=Reject(reason, "m")))["legation-dlq-attempts"]
        assert attempts == ("2" if reason in (RejectReason.TIMEOUT, RejectReason.CRASH) else "1")


def test_a_long_message_is_cut_and_odd_characters_do_no_harm() -> None:
    message = told(letter(reject=Reject(RejectReason.ERROR, "\ud800é" * 4000)))["legation-dlq-error-message"]
    assert len(message) == MESSAGE_CHARACTERS


def test_a_letter_that_fails_again_keeps_its_replay_count_and_no_other_old_header() -> None:
    first = letter(reject=Reject(RejectReason.TIMEOUT, "slow"))
    headers = [it for it in first.headers if it[0] != "legation-dlq-replay-count"]
    again = letter(replace(RECORD, headers=[*headers, ("legation-dlq-replay-count", b"2")]))
    names = [name for name, _ in again.headers]
    assert len(names) - 1 == len(set(names))  # only `x` stands twice
    assert told(again)["legation-dlq-replay-count"] == "2"
    assert told(again)["legation-dlq-reason"] == "not-json"


def test_a_replay_count_that_is_no_number_counts_as_none() -> None:
    assert told(letter(Record(headers=[("legation-dlq-replay-count", b"many")])))["legation-dlq-replay-count"] == "0"


def test_headers_without_a_value_are_kept_and_do_no_harm() -> None:
    record = Record(headers=[("ce_source", None), ("legation-dlq-replay-count", None), ("traceparent", None)])
    assert ("ce_source", None) in letter(record).headers
    assert born(record) == record.timestamp
    assert ("traceparent", None) in outgoing(Message("t", b"k", b"v"), "clean", record).headers


def test_a_record_without_key_value_and_headers_can_be_a_dead_letter() -> None:
    it = letter(Record(key=None, value=None, headers=None))
    assert (it.key, it.value) == (None, None)


def test_a_letter_without_its_value_says_so_and_still_tells_where_the_original_is() -> None:
    it = without_value(letter())
    assert it.value is None
    assert told(it)["legation-dlq-value-left-out"] == "too large"
    assert told(it)["legation-dlq-original-offset"] == "1041"


def test_one_fault_has_one_fingerprint_and_another_fault_another() -> None:
    def of(message: str, stage: str = "clean", reason: RejectReason = RejectReason.INVALID, kind: str = "E") -> str:
        return fingerprint(stage, Reject(reason, message, kind))

    one = of("not a RawArticle: Expected `str`, got `int` - at `$.title`")
    assert one == of("not a RawArticle: Expected `str`, got `int` - at `$.title`")
    assert of("bad date 'yesterday' at 17") == of("bad date 'soon' at 1")
    others = [
        of("not a RawArticle: Expected `str`, got `int` - at `$.url`"),
        of("not a RawArticle: Expected `str`, got `int` - at `$.title`", stage="enrich"),
        of("not a RawArticle: Expected `str`, got `int` - at `$.title`", reason=RejectReason.ERROR),
        of("not a RawArticle: Expected `str`, got `int` - at `$.title`", kind="F"),
    ]
    assert len({one, *others}) == 5


def test_emitted_records_are_cloud_events_and_carry_the_trace() -> None:
    it = outgoing(Message("news.articles.clean.v1", b"a-1", b"{}"), "clean", RECORD)
    headers = dict(it.headers)
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_source"] == b"/legation/clean"
    assert headers["ce_type"] == b"news.articles.clean.v1"
    assert headers["ce_time"] == b"2023-11-14T22:13:20.250Z"
    assert headers["content-type"] == b"application/json"
    assert headers["traceparent"] == b"00-ab"
    assert "x" not in headers


def test_the_same_record_has_the_same_id_and_a_different_one_another() -> None:
    def of(key: bytes, value: bytes | None) -> bytes | None:
        return dict(outgoing(Message("t", key, value), "clean", RECORD).headers)["ce_id"]

    assert of(b"k", b"v") == of(b"k", b"v")
    assert len({of(b"k", b"v"), of(b"kv", b""), of(b"", b"kv"), of(b"k", b"w"), of(b"k", None)}) == 5


def test_the_birth_of_the_raw_article_is_passed_on_from_stage_to_stage() -> None:
    first = outgoing(Message("t", b"k", b"v"), "clean", RECORD)
    later = Record(timestamp=1_800_000_000, headers=list(first.headers))
    assert born(later) == RECORD.timestamp


def test_what_others_say_in_ce_time_is_not_taken_for_the_birth() -> None:
    foreign = Record(headers=[("ce_source", b"/crawler"), ("ce_time", b"1999-01-01T00:00:00Z")])
    assert born(foreign) == foreign.timestamp
    broken = Record(headers=[("ce_source", b"/legation/clean"), ("ce_time", b"soon")])
    assert born(broken) == broken.timestamp


@dataclass(frozen=True)
class Stored(Record):
    """A letter as it lies on its topic."""

    @classmethod
    def of(cls, it: Outgoing, partition: int = 3, offset: int = 12) -> Stored:
        return cls(it.topic, partition, offset, 1_800_000_000, it.key, it.value, list(it.headers))


def test_a_replay_is_the_original_with_a_count() -> None:
    again = replay(Stored.of(letter()), RECORD.topic)
    assert (again.topic, again.key, again.value) == (RECORD.topic, RECORD.key, RECORD.value)
    assert RECORD.headers is not None
    assert list(again.headers) == [*RECORD.headers, ("legation-dlq-replay-count", b"1")]
    assert again.partition is None, "the key chooses it, as it did"


def test_the_count_grows_with_each_time_it_comes_back() -> None:
    it = letter()
    for count in range(1, 4):
        again = replay(Stored.of(it), RECORD.topic)
        it = letter(Record(headers=list(again.headers)))
        assert told(it)["legation-dlq-replay-count"] == str(count)
        assert told(it)["legation-dlq-fingerprint"] == told(letter())["legation-dlq-fingerprint"]


def test_the_note_of_a_replay_lies_with_its_letter_and_is_read_as_one() -> None:
    stored = Stored.of(letter(), partition=5, offset=12)
    note = replayed(stored, partition=2, offset=99, now=NOW)
    assert (note.topic, note.partition, note.key, note.value) == (stored.topic, 5, stored.key, None)
    said = read(note.headers)
    assert said == Replayed(
        replayed_offset=12, replayed_to_partition=2, replayed_to_offset=99, replayed_at="2024-05-06T07:08:09.120Z"
    )


def test_a_letter_is_read_as_it_was_written_and_what_is_none_is_not() -> None:
    said = read(letter().headers)
    assert isinstance(said, DeadLetter)
    assert (said.reason, said.original_offset, said.replay_count) == (RejectReason.NOT_JSON, 1041, 0)
    assert read(()) is None
    assert read([("legation-dlq-reason", b"not-json")]) is None
    assert read([(name, None) for name, _ in letter().headers]) is None
    changed = [it if it[0] != "legation-dlq-reason" else (it[0], b"bad luck") for it in letter().headers]
    assert read(changed) is None
