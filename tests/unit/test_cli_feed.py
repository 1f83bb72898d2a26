"""What `legation feed` makes keys of, and how it counts what has become of each record."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import Future
from pathlib import Path

import pytest
from aiokafka.errors import MessageSizeTooLargeError, TopicAuthorizationFailedError
from click.testing import CliRunner
from rich.console import Console
from rich.progress import Progress

from legation.cli import feed as module
from legation.cli.feed import _Ledger, feed, key_of
from legation.cli.inputs import Payload, Unreadable
from legation.cli.kafka import Unavailable


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (b'{"article_id":"a1","url":"http://example.org"}', b"a1"),
        (b'{"article_id":null,"url":"http://example.org"}', b"http://example.org"),
        (b'{"article_id":"","url":"http://example.org"}', b"http://example.org"),
        (b'{"article_id":17,"url":"http://example.org"}', b"http://example.org"),
        ('{"article_id":"é"}'.encode(), "é".encode()),
    ],
)
def test_a_record_is_keyed_by_its_id_or_its_address(value: bytes, key: bytes) -> None:
    assert key_of(value) == key


@pytest.mark.parametrize("value", [b'{"text":"no name"}', b"{broken", b"[]", b"null", b"\xff\x00", b'{"url":[]}'])
def test_a_record_without_a_name_is_keyed_by_its_bytes(value: bytes) -> None:
    assert key_of(value) == hashlib.sha256(value).hexdigest().encode()


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def ledger(said: io.StringIO) -> _Ledger:
    return _Ledger(Progress(console=Console(file=said, width=40), disable=True), settled=10)


def payload(number: int, size: int = 3) -> Payload:
    return Payload("file.jsonl", number, b"x" * size)


def sent() -> Future[None]:
    return Future()


def test_it_resumes_at_the_oldest_record_that_is_not_acknowledged(ledger: _Ledger) -> None:
    futures = [sent() for _ in range(4)]
    for number, future in enumerate(futures):
        ledger.enter(payload(number), future)
    for number in (0, 2, 3):
        futures[number].set_result(None)
    ledger.sweep()
    assert (ledger.settled, ledger.published) == (11, 1)
    futures[1].set_result(None)
    ledger.sweep()
    assert (ledger.settled, ledger.published) == (14, 4)


def test_what_cannot_be_fed_is_named_counted_and_passed_over(ledger: _Ledger, said: io.StringIO) -> None:
    large = sent()
    ledger.enter(Unreadable("pages/a.html", 1, "unreadable", "Permission denied"), None)
    ledger.enter(payload(2, size=5000), large)
    large.set_exception(MessageSizeTooLargeError())
    ledger.finish()
    assert (ledger.settled, ledger.published, ledger.failed) == (12, 0, 2)
    assert said.getvalue().splitlines() == [
        "pages/a.html:1: unreadable: Permission denied",
        "file.jsonl:2: too-large: 5000 bytes with its key are more than the topic takes",
    ]
    assert ledger.summary().startswith("0 records published in 0.0 s")
    assert ledger.summary().endswith("; 2 could not be")


def test_a_fault_that_is_not_the_records_stops_the_feed_at_that_record(ledger: _Ledger) -> None:
    first, second = sent(), sent()
    first.set_result(None)
    second.set_exception(TopicAuthorizationFailedError())
    ledger.enter(payload(1), first)
    ledger.enter(payload(2), second)
    with pytest.raises(TopicAuthorizationFailedError):
        ledger.finish()
    assert ledger.settled == 11


def test_it_waits_for_acknowledgements_when_enough_is_on_its_way(
    ledger: _Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    monkeypatch.setattr(module, "_IN_FLIGHT_BYTES", 100)
    ledger.make_room(1000)  # one that is larger than all that is allowed goes alone
    ledger.enter(payload(1, size=60), sent())
    ledger.make_room(40)
    with pytest.raises(Unavailable, match="acknowledged nothing"):
        ledger.make_room(41)
    monkeypatch.setattr(module, "_IN_FLIGHT", 1)
    with pytest.raises(Unavailable):
        ledger.make_room(0)


def test_a_folder_without_articles_is_wrong_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(feed, [str(tmp_path)])
    assert done.exit_code == 2
    assert f"No articles in {tmp_path}" in done.output


@pytest.mark.parametrize("arguments", [["--rate", "0", "-"], ["--from", "-1", "-"], ["--published", "soon", "-"]])
def test_options_that_make_no_sense_are_wrong_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(feed, arguments).exit_code == 2
