"""`legation dlq` against Apache Kafka: what is listed, what is sent again, and that nothing is sent twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient
from click.testing import CliRunner

from integration.running import LEGATION, everything, worker
from legation.cli import main
from legation.outcomes import Reject, RejectReason
from legation.records import RawArticle, encode
from legation.runtime.deadletter import dead_letter, without_value
from legation.runtime.headers import Outgoing
from legation.topics import CLASSIFIED, MENTIONS, RAW

MAY = datetime(2024, 5, 6, 7, tzinfo=UTC)

MENDED = Reject(RejectReason.ERROR, "KeyError in where:17", "KeyError")
"""A fault of ours that is mended since: the record would pass now."""


def article(number: int) -> bytes:
    return encode(
        RawArticle(article_id=f"a-{number}", text=f"The ministers met for talk number {number}.", language="en")
    )


def letter(
    value: bytes | None, number: int = 0, reject: Reject = MENDED, *, replays: int = 0, minute: int = 0
) -> Outgoing:
    """As the worker would have written it when clean rejected `value`."""
    headers = [("traceparent", b"00-abc"), ("legation-dlq-replay-count", str(replays).encode())]
    source = SimpleNamespace(
        topic=RAW.name,
        partition=1,
        offset=number,
        timestamp=MAY.timestamp(),
        key=f"a-{number}".encode(),
        value=value,
        headers=headers,
    )
    now = MAY.replace(minute=minute)
    return dead_letter(source, reject, topic=RAW.dlq, stage="clean", group="legation.clean", now=now)


def put(kafka: str, letters: Sequence[Outgoing]) -> None:
    async def send() -> None:
        async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", max_request_size=50_000_000) as producer:
            for it in letters:
                await producer.send_and_wait(it.topic, it.value, it.key, headers=list(it.headers))

    asyncio.run(send())


def dlq(kafka: str, *arguments: str) -> SimpleNamespace:
    """Within this process: a command of its own takes a second to start."""
    done = CliRunner(env={"LEGATION_KAFKA": kafka, "LEGATION_PROCESSES": "1"}).invoke(main, ["dlq", *arguments])
    return SimpleNamespace(returncode=done.exit_code, stdout=done.stdout_bytes, stderr=done.stderr_bytes)


def listed(kafka: str, *arguments: str) -> list[dict[str, object]]:
    done = dlq(kafka, "ls", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def raw(kafka: str) -> list[ConsumerRecord]:
    return everything(kafka, RAW.name)


def test_faults_are_listed_newest_first_with_their_letters_counted(fresh_kafka: str) -> None:
    broken = Reject(RejectReason.NOT_JSON, "not JSON: unexpected end at character 12", "InvalidRecord")
    other = Reject(RejectReason.NOT_JSON, "not JSON: unexpected end at character 7", "InvalidRecord")
    put(fresh_kafka, [letter(article(it), it, minute=it) for it in range(3)])
    put(fresh_kafka, [letter(b"{", 10, broken, minute=40), letter(b"{", 11, other, minute=20)])
    newest, oldest = listed(fresh_kafka)
    assert (newest["reason"], newest["waiting"], newest["replayed"]) == ("not-json", 2, 0)
    assert (newest["first"], newest["last"]) == ("2024-05-06T07:20:00.000Z", "2024-05-06T07:40:00.000Z")
    assert (oldest["reason"], oldest["waiting"], oldest["message"]) == ("error", 3, MENDED.message)

    shown = dlq(fresh_kafka, "ls").stdout.decode().splitlines()
    assert shown[0].split()[:3] == ["fingerprint", "waiting", "replayed"]
    assert shown[1].split()[:5] == [newest["fingerprint"], "2", "0", "clean", "not-json"]
    assert len(shown) == 3

    stats = json.loads(dlq(fresh_kafka, "stats", "--json").stdout)
    assert stats["all"] == {"waiting": 5, "replayed": 0}
    assert stats["reason"] == {"error": {"waiting": 3, "replayed": 0}, "not-json": {"waiting": 2, "replayed": 0}}
    assert stats["hour"] == {"2024-05-06T07:00Z": {"waiting": 5, "replayed": 0}}
    assert "clean" in dlq(fresh_kafka, "stats").stdout.decode()


def test_one_letter_is_shown_whole_and_its_bytes_come_out_as_they_went_in(fresh_kafka: str, tmp_path: Path) -> None:
    value = b'{"text": "\xff\x00 \x1b[2J broken'
    put(fresh_kafka, [letter(value, 4, Reject(RejectReason.NOT_JSON, "not JSON: at 7", "InvalidRecord"))])
    (group,) = listed(fresh_kafka)
    name = str(group["example"])
    shown = dlq(fresh_kafka, "show", name).stdout.decode()
    assert shown.startswith("not-json in clean: not JSON: at 7\n")
    assert "original-offset     4" in shown
    assert "traceparent" in shown
    assert "\\xff\\x00 \\x1b[2J broken" in shown
    told = json.loads(dlq(fresh_kafka, "show", name, "--json").stdout)
    assert (told["id"], told["key"], told["replayed_at"]) == (name, "a-4", None)
    assert told["headers"]["reason"] == "not-json"
    assert told["original_headers"] == [["traceparent", "00-abc"]]
    assert dlq(fresh_kafka, "show", name, "--raw", "-").stdout == value
    file = tmp_path / "letter"
    assert dlq(fresh_kafka, "show", name, "--raw", str(file)).returncode == 0
    assert file.read_bytes() == value


def test_replay_sends_nothing_before_it_is_told_to_and_then_each_letter_once(fresh_kafka: str) -> None:
    put(fresh_kafka, [letter(article(it), it) for it in range(5)])
    tried = dlq(fresh_kafka, "replay")
    assert tried.returncode == 0, tried.stderr
    assert "5 would be sent" in tried.stdout.decode()
    assert raw(fresh_kafka) == []

    first = dlq(fresh_kafka, "replay", "--yes", "--limit", "2")
    assert (first.returncode, len(raw(fresh_kafka))) == (0, 2), first.stderr
    assert dlq(fresh_kafka, "replay", "--yes").returncode == 0
    sent = raw(fresh_kafka)
    assert sorted((it.key, it.value) for it in sent) == [(f"a-{it}".encode(), article(it)) for it in range(5)]
    assert {it.headers for it in sent} == {(("traceparent", b"00-abc"), ("legation-dlq-replay-count", b"1"))}

    again = dlq(fresh_kafka, "replay", "--yes")
    assert again.returncode == 1
    assert "have been replayed already" in again.stderr.decode()
    assert len(raw(fresh_kafka)) == 5
    assert listed(fresh_kafka) == []
    (group,) = listed(fresh_kafka, "--all")
    assert (group["waiting"], group["replayed"]) == (0, 5)
    told = json.loads(dlq(fresh_kafka, "show", str(group["example"]), "--json").stdout)
    assert told["replayed_at"].startswith(str(datetime.now(UTC).year))
    shown = CliRunner().invoke(main, ["tail", "raw.dlq", "--until-end", "--kafka", fresh_kafka]).stdout
    assert shown.count("replayed: partition ") == 5


def test_what_would_come_back_is_left_unless_forced(fresh_kafka: str) -> None:
    broken = Reject(RejectReason.NOT_JSON, "not JSON: at 0", "InvalidRecord")
    put(fresh_kafka, [letter(article(1), 1), letter(b"{", 2, broken), letter(None, 3, broken)])
    done = dlq(fresh_kafka, "replay", "--yes")
    assert done.returncode == 1
    assert "left: would come back: not-json: not JSON: unexpected end of data at character #" in done.stdout.decode()
    assert [it.key for it in raw(fresh_kafka)] == [b"a-1"]
    forced = dlq(fresh_kafka, "replay", "--yes", "--force")
    assert forced.returncode == 0, forced.stderr
    sent = sorted(raw(fresh_kafka), key=lambda it: it.key)
    assert [(it.key, it.value) for it in sent] == [(b"a-1", article(1)), (b"a-2", b"{"), (b"a-3", None)]


def test_mentions_are_tried_in_the_fold(fresh_kafka: str) -> None:
    source = SimpleNamespace(
        topic=MENTIONS.name, partition=0, offset=0, timestamp=0.0, key=b"k", value=b'{"type": "DANCE"}', headers=()
    )  # fmt: skip
    put(fresh_kafka, [dead_letter(source, MENDED, topic=MENTIONS.dlq, stage="consolidate", group="g", now=MAY)])
    done = dlq(fresh_kafka, "replay", "--stage", "consolidate")
    assert "1 left: would come back: invalid: not a EventMention" in done.stdout.decode()


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        (["--reason", "error"], [b"a-1", b"a-2"]),
        (["--stage", "clean", "--reason", "too-large"], [b"a-3"]),
        (["--fingerprint", str(dict(letter(b"").headers)["legation-dlq-fingerprint"], "ascii")], [b"a-1", b"a-2"]),
    ],
)
def test_letters_are_chosen_by_stage_reason_and_fingerprint(
    fresh_kafka: str, chosen: list[str], keys: list[bytes]
) -> None:
    large = Reject(RejectReason.TOO_LARGE, "600000 characters")
    put(fresh_kafka, [letter(article(1), 1), letter(article(2), 2), letter(article(3), 3, large)])
    assert dlq(fresh_kafka, "replay", "--yes", *chosen).returncode == 0
    assert sorted(it.key for it in raw(fresh_kafka)) == keys


def test_one_letter_is_chosen_by_its_id(fresh_kafka: str) -> None:
    put(fresh_kafka, [letter(article(it), it) for it in range(4)])
    (group,) = listed(fresh_kafka)
    assert dlq(fresh_kafka, "replay", "--yes", "--id", str(group["example"])).returncode == 0
    assert len(raw(fresh_kafka)) == 1


def test_what_has_come_back_too_often_or_has_no_value_is_left(fresh_kafka: str) -> None:
    put(fresh_kafka, [letter(article(1), 1, replays=3), letter(article(2), 2, replays=2)])
    put(fresh_kafka, [without_value(letter(article(3), 3))])
    done = dlq(fresh_kafka, "replay", "--yes")
    assert done.returncode == 1
    said = done.stdout.decode()
    assert "1 left: replayed 3 times already" in said
    assert "1 left: its topic did not take its value" in said
    assert [(it.key, dict(it.headers)["legation-dlq-replay-count"]) for it in raw(fresh_kafka)] == [(b"a-2", b"3")]
    assert dlq(fresh_kafka, "replay", "--yes", "--max-replays", "4").returncode == 1
    assert {it.key for it in raw(fresh_kafka)} == {b"a-1", b"a-2"}


def test_nothing_to_be_found_is_said_with_what_there_is(fresh_kafka: str) -> None:
    empty = dlq(fresh_kafka, "ls")
    assert (empty.returncode, empty.stdout) == (0, b"")
    assert "No dead letters on raw.dlq" in empty.stderr.decode()
    assert dlq(fresh_kafka, "replay").returncode == 1
    assert dlq(fresh_kafka, "stats").returncode == 0
    put(fresh_kafka, [letter(article(1), 1)])
    missed = dlq(fresh_kafka, "replay", "--stage", "enrich")
    assert missed.returncode == 1
    assert "There are letters of stage clean, with reason error" in missed.stderr.decode()
    assert dlq(fresh_kafka, "show", "raw.dlq/0/99").returncode == 1
    assert "partitions 0 to 7" in dlq(fresh_kafka, "show", "raw.dlq/8/0").stderr.decode()


def test_what_is_no_letter_is_counted_and_left_alone(fresh_kafka: str) -> None:
    put(fresh_kafka, [Outgoing(RAW.dlq, b"k", b"v", (("theirs", b"1"),)), letter(article(1), 1)])
    done = dlq(fresh_kafka, "ls")
    assert "1 records on raw.dlq are no letters of legation" in done.stderr.decode()
    assert len(done.stdout.splitlines()) == 2
    assert dlq(fresh_kafka, "replay", "--yes").returncode == 0
    assert [it.key for it in raw(fresh_kafka)] == [b"a-1"]


def test_a_topic_that_is_missing_is_named(fresh_kafka: str) -> None:
    async def delete() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=fresh_kafka)
        await admin.start()
        await admin.delete_topics([CLASSIFIED.dlq])
        await admin.close()

    asyncio.run(delete())
    time.sleep(1)
    done = dlq(fresh_kafka, "ls")
    assert done.returncode == 69
    assert f"has no topic {CLASSIFIED.dlq}" in done.stderr.decode()


def test_ctrl_c_ends_it_with_what_was_sent_noted_and_the_next_call_goes_on(fresh_kafka: str) -> None:
    put(fresh_kafka, [letter(article(it), it) for it in range(60)])
    command = [LEGATION, "dlq", "replay", "--yes", "--rate", "10", "--kafka", fresh_kafka]
    with subprocess.Popen(
        command, env=os.environ | {"LEGATION_PROCESSES": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while not raw(fresh_kafka):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, said = process.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert process.returncode == 130, said
    sent = len(raw(fresh_kafka))
    assert 0 < sent < 60
    assert f"interrupted; {60 - sent} are as they were" in said.decode()
    (group,) = listed(fresh_kafka)
    assert (group["waiting"], group["replayed"]) == (60 - sent, sent)
    assert dlq(fresh_kafka, "replay", "--yes", "--rate", "1000").returncode == 0
    assert sorted(it.value for it in raw(fresh_kafka)) == sorted(article(it) for it in range(60)), "each once"


def test_the_rate_is_kept(fresh_kafka: str) -> None:
    put(fresh_kafka, [letter(article(it), it) for it in range(30)])
    assert dlq(fresh_kafka, "replay", "--yes", "--rate", "10", "--force").returncode == 0
    times = sorted(it.timestamp for it in raw(fresh_kafka))
    assert len(times) == 30
    assert times[-1] - times[0] >= 2500  # ms: 29 intervals of a tenth of a second, less what a batch smooths


def test_the_workers_own_letters_go_round(fresh_kafka: str, tmp_path: Path) -> None:
    broken, good = [b"{", b"[]", b"\x00"], [article(it) for it in range(3)]

    async def feed() -> None:
        async with AIOKafkaProducer(bootstrap_servers=fresh_kafka) as producer:
            for number, value in enumerate(broken + good):
                await producer.send_and_wait(RAW.name, value, str(number).encode())

    asyncio.run(feed())
    with worker(fresh_kafka, tmp_path, {"LEGATION_STAGES": "clean", "LEGATION_PROCESSES": "1"}) as it:

        def until_dead(count: int) -> None:
            deadline = time.monotonic() + 60
            while it.counts()["records_dead_lettered"].total() < count:
                assert time.monotonic() < deadline, it.log.read_text()
                time.sleep(0.2)

        until_dead(3)
        assert dlq(fresh_kafka, "replay", "--yes").returncode == 1, "all would come back"
        assert it.counts()["records_dead_lettered"].total() == 3
        assert dlq(fresh_kafka, "replay", "--yes", "--force").returncode == 0
        until_dead(6)
    groups = listed(fresh_kafka)
    assert sum(int(str(group["waiting"])) for group in groups) == 3
    assert sum(int(str(group["replayed"])) for group in groups) == 3
    for group in groups:
        told = json.loads(dlq(fresh_kafka, "show", str(group["example"]), "--json").stdout)
        assert told["headers"]["replay_count"] == "1"
