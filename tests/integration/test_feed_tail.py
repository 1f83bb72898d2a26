"""feed, tail and topics against Apache Kafka, as they are called: from a shell, with pipes and signals."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from legation.broker import EmbeddedKafka
from legation.cli.topics import Existing, checked, describe
from legation.topics import EVENTS_LATEST, MENTIONS, RAW

LEGATION = [sys.executable, "-c", "from legation.cli import main; main()"]


def run(kafka: str, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [*LEGATION, *arguments, "--kafka", kafka]
    return subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)


def lines_of(kafka: str, topic: str) -> list[bytes]:
    done = run(kafka, "tail", topic, "--json", "--until-end")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@asynccontextmanager
async def _admin(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


def _until(kafka: str, topic: str, seen: Callable[[Existing | None], bool]) -> None:
    """A broker hears of a change a moment after the controller has agreed to it."""
    while not seen(asyncio.run(describe(kafka, [topic])).get(topic)):
        time.sleep(0.02)


def delete(kafka: str, topic: str) -> None:
    async def request() -> None:
        async with _admin(kafka) as admin:
            await admin.delete_topics([topic])

    asyncio.run(request())
    _until(kafka, topic, lambda it: it is None)


def create(kafka: str, topic: str, partitions: int) -> None:
    async def request() -> None:
        async with _admin(kafka) as admin:
            await admin.create_topics([NewTopic(topic, partitions, 1)])

    asyncio.run(request())
    _until(kafka, topic, lambda it: it is not None)


def configure(kafka: str, topic: str, config: dict[str, str]) -> None:
    async def request() -> None:
        async with _admin(kafka) as admin:
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])

    asyncio.run(request())
    _until(kafka, topic, lambda it: it is not None and it.own == config)


def send(kafka: str, topic: str, key: bytes, value: bytes | None, **headers: str) -> None:
    async def request() -> None:
        async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
            sent = [(name.replace("_", "-"), text.encode()) for name, text in headers.items()]
            await producer.send_and_wait(topic, value, key, headers=sent)

    asyncio.run(request())


# --- topics ----------------------------------------------------------------------------------------------------------


def test_plan_after_apply_has_nothing_to_do_and_apply_twice_changes_nothing(fresh_kafka: str) -> None:
    delete(fresh_kafka, RAW.dlq)
    plan = run(fresh_kafka, "topics", "plan")
    assert plan.returncode == 2
    assert f"+ {RAW.dlq}: 8 partitions, 1 replicas" in plan.stdout.decode()
    assert RAW.dlq not in asyncio.run(describe(fresh_kafka, [RAW.dlq])), "plan is not to create anything"

    assert run(fresh_kafka, "topics", "apply").returncode == 0
    plan = run(fresh_kafka, "topics", "plan")
    assert plan.returncode == 0
    assert all(line.startswith("= ") for line in plan.stdout.decode().splitlines())

    before = asyncio.run(describe(fresh_kafka, [RAW.name, EVENTS_LATEST.name]))
    again = run(fresh_kafka, "topics", "apply")
    assert (again.returncode, again.stdout) == (0, plan.stdout)
    assert asyncio.run(describe(fresh_kafka, [RAW.name, EVENTS_LATEST.name])) == before


def test_apply_mends_what_differs_and_leaves_what_others_have_set(fresh_kafka: str) -> None:
    theirs = {"retention.ms": "1000", "max.message.bytes": "1000", "segment.ms": "86400001"}
    configure(fresh_kafka, MENTIONS.name, theirs)
    plan = run(fresh_kafka, "topics", "plan")
    assert plan.returncode == 2
    assert f"~ {MENTIONS.name}: retention.ms={MENTIONS.retention_ms} (was 1000)" in plan.stdout.decode()

    assert run(fresh_kafka, "topics", "apply").returncode == 0
    topic = asyncio.run(describe(fresh_kafka, [MENTIONS.name]))[MENTIONS.name]
    assert topic.own["retention.ms"] == str(MENTIONS.retention_ms)
    assert topic.own["max.message.bytes"] == str(MENTIONS.max_message_bytes)
    assert topic.own["segment.ms"] == "86400001"


def test_new_topics_get_as_many_partitions_as_asked_for(fresh_kafka: str) -> None:
    delete(fresh_kafka, RAW.name)
    assert run(fresh_kafka, "topics", "apply", "--partitions", "12").returncode == 0
    there = asyncio.run(describe(fresh_kafka, [RAW.name, MENTIONS.name]))
    assert (there[RAW.name].partitions, there[MENTIONS.name].partitions) == (12, 8), "what is there is left"


def test_partitions_that_differ_are_named_and_left(fresh_kafka: str) -> None:
    delete(fresh_kafka, MENTIONS.name)
    create(fresh_kafka, MENTIONS.name, partitions=3)
    applied = run(fresh_kafka, "topics", "apply")
    assert applied.returncode == 0
    assert f"! {MENTIONS.name}: has 3 partitions, not 8" in applied.stdout.decode()
    assert asyncio.run(describe(fresh_kafka, [MENTIONS.name]))[MENTIONS.name].partitions == 3
    assert run(fresh_kafka, "topics", "plan").returncode == 0, "nothing that apply could do"


def test_of_apache_kafka_checksums_are_checked(kafka: str) -> None:
    assert asyncio.run(checked(kafka))


def test_a_cluster_that_refuses_is_not_one_that_is_absent(fresh_kafka: str) -> None:
    delete(fresh_kafka, RAW.name)
    done = run(fresh_kafka, "topics", "apply", "--replication", "2")
    assert done.returncode == 1
    assert "InvalidReplicationFactor" in done.stderr.decode()


@pytest.mark.parametrize("arguments", [["topics", "plan"], ["topics", "apply"], ["feed", "-"], ["tail"]])
def test_without_a_cluster_each_command_says_so(arguments: list[str]) -> None:
    done = run("127.0.0.1:1", *arguments, given=b"{}")
    assert done.returncode == 69
    assert "No Kafka answers at 127.0.0.1:1" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


# --- feed and tail ---------------------------------------------------------------------------------------------------


def test_what_is_fed_comes_out_byte_for_byte(fresh_kafka: str, tmp_path: Path) -> None:
    large = json.dumps({"article_id": "large", "text": "word " * (4 * 1024 * 1024)}).encode()  # 20 MB
    given = [
        b'{"article_id":"a1","text":"One."}',
        b'{"url":"http://example.org/2","text":"\xc3\xa9"}',
        b"{broken",
        large,
    ]
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(given) + b"\n")
    fed = run(fresh_kafka, "feed", str(file))
    assert fed.returncode == 0, fed.stderr
    assert fed.stdout == b""
    assert re.search(rb"4 records published in [\d.]+ s \(\d+/s\)", fed.stderr)
    assert sorted(lines_of(fresh_kafka, "raw")) == sorted(given)


def test_what_the_topic_does_not_take_is_named_and_the_rest_goes_on(fresh_kafka: str, tmp_path: Path) -> None:
    """The client refuses what the broker would: a batch that the broker refuses takes the next ones with it."""
    configure(fresh_kafka, RAW.name, {"max.message.bytes": "100000"})
    chance = random.Random(1)  # bytes at random do not compress: the broker sees them in full
    around = [bytes(chance.choices(range(35, 256), k=size)) for size in range(99_700, 99_800)]
    small = [b'{"article_id":"%d"}' % number for number in range(100)]
    given = [record for pair in zip(around, small, strict=True) for record in pair]
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(given) + b"\n")
    fed = run(fresh_kafka, "feed", str(file))
    assert fed.returncode == 1
    refused = re.findall(rf"{file}:(\d+): too-large: (\d+) bytes", fed.stderr.decode())
    published = set(lines_of(fresh_kafka, "raw"))
    assert published >= set(small)
    assert [given[int(line) - 1] in published for line, _ in refused] == [False] * len(refused)
    assert 0 < len(refused) < len(around)
    assert len(published) + len(refused) == len(given)
    assert f"{len(published)} records published" in fed.stderr.decode()
    assert f"{len(refused)} could not be" in fed.stderr.decode()


def test_an_interrupted_feed_resumes_where_it_was_without_a_gap(fresh_kafka: str, tmp_path: Path) -> None:
    given = [f'{{"article_id":"a{number}","text":"No. {number}"}}'.encode() for number in range(2000)]
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(given) + b"\n")
    command = [*LEGATION, "feed", str(file), "--rate", "400", "--kafka", fresh_kafka]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not lines_of(fresh_kafka, "raw"):
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    resume = re.search(rb"(\d+) records published; resume with --from (\d+)", said)
    assert resume is not None, said
    assert int(resume[1]) == int(resume[2])
    assert 0 < int(resume[2]) < 2000
    assert set(lines_of(fresh_kafka, "raw")) >= set(given[: int(resume[2])]), "what it counts, Kafka has"

    fed = run(fresh_kafka, "feed", str(file), "--from", resume[2].decode())
    assert fed.returncode == 0
    assert set(lines_of(fresh_kafka, "raw")) == set(given)


def test_what_a_slow_pipe_has_given_is_published_before_the_pipe_ends(fresh_kafka: str) -> None:
    command = [*LEGATION, "feed", "-", "--published", "2024-03-02", "--kafka", fresh_kafka]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b'{"text":"first"}\n')
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while lines_of(fresh_kafka, "raw") != [b'{"text":"first"}']:
            assert time.monotonic() < deadline, "it waits for the pipe"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)  # and Ctrl-C does not wait for the pipe either
    assert process.returncode == 130
    assert b"resume with --from 1" in said


def test_bare_text_becomes_a_raw_article(fresh_kafka: str, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("The two ministers met.")
    options = ["--published", "2024-03-02", "--source", "The Gazette", "--url", "http://example.org/1"]
    assert run(fresh_kafka, "feed", str(file), *options).returncode == 0
    [line] = lines_of(fresh_kafka, "raw")
    article = json.loads(line)
    assert article["text"] == "The two ministers met."
    assert (article["published_at"], article["source"], article["url"]) == (options[1], options[3], options[5])
    shown = run(fresh_kafka, "tail", "raw", "--until-end").stdout.decode()
    assert shown == "2024-03-02  The Gazette  http://example.org/1\n"


def test_a_topic_that_is_missing_is_named_and_not_created(fresh_kafka: str) -> None:
    delete(fresh_kafka, RAW.name)
    for arguments in (["feed", "-"], ["tail", "raw"]):
        done = run(fresh_kafka, *arguments, given=b'{"text":"a"}')
        assert done.returncode == 69
        assert RAW.name in done.stderr.decode()
        assert "legation topics apply" in done.stderr.decode()
    assert asyncio.run(describe(fresh_kafka, [RAW.name])) == {}


def test_tail_shows_broken_records_withdrawals_and_dead_letters(fresh_kafka: str) -> None:
    send(fresh_kafka, EVENTS_LATEST.name, b"e1", b"[]")
    send(fresh_kafka, EVENTS_LATEST.name, b"e1", None)
    send(fresh_kafka, EVENTS_LATEST.name, b"e2", b"{}")
    send(fresh_kafka, EVENTS_LATEST.name, b"e2", b"[]")
    shown = run(fresh_kafka, "tail", "latest", "--until-end").stdout.decode().splitlines()
    assert len(shown) == 1, "what was withdrawn or replaced is shown"
    assert re.fullmatch(r"! partition \d offset \d: not a DiplomaticEvent: .*", shown[0])
    assert lines_of(fresh_kafka, "latest") == [b"[]"]
    follow = [*LEGATION, "tail", "latest", "--from-beginning", "--kafka", fresh_kafka]
    with subprocess.Popen(follow, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        rows = {process.stdout.readline() for _ in range(4)}
        process.send_signal(signal.SIGINT)
    assert b"- withdrawn: e1\n" in rows
    assert process.returncode == 130

    letter = {
        "legation_dlq_reason": "not-json",
        "legation_dlq_stage": "clean",
        "legation_dlq_error_message": "not JSON: line\none",
        "legation_dlq_original_topic": RAW.name,
        "legation_dlq_original_partition": "3",
        "legation_dlq_original_offset": "17",
    }
    send(fresh_kafka, RAW.dlq, b"a\x1b[2J", b"{broken", **letter)
    assert run(fresh_kafka, "tail", "raw.dlq", "--until-end").stdout.decode() == (
        f"not-json in clean: not JSON: line one  ({RAW.name} partition 3 offset 17, key a [2J)\n"
    )


def test_tail_follows_from_now_on_until_interrupted(fresh_kafka: str) -> None:
    send(fresh_kafka, RAW.name, b"old", b'{"text":"old"}')
    with subprocess.Popen(
        [*LEGATION, "tail", "raw", "--json", "--kafka", fresh_kafka], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        time.sleep(3)  # nothing tells when it has begun to listen
        send(fresh_kafka, RAW.name, b"new", b'{"text":"new"}')
        assert process.stdout.readline() == b'{"text":"new"}\n'
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130


def test_tail_into_a_reader_that_leaves_says_nothing(fresh_kafka: str, tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(b'{"article_id":"%d","text":"%s"}' % (number, b"x" * 500) for number in range(2000)))
    assert run(fresh_kafka, "feed", str(file)).returncode == 0
    tail = [*LEGATION, "tail", "raw", "--from-beginning", "--kafka", fresh_kafka]
    with subprocess.Popen(tail, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=30) != 0
        assert process.stderr.read() == b""


def test_an_outage_of_the_broker_is_waited_for(own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path) -> None:
    kafka = own_kafka()
    assert run(kafka.bootstrap, "topics", "apply").returncode == 0
    given = [f'{{"article_id":"a{number}","text":"No. {number}"}}'.encode() for number in range(1000)]
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(given) + b"\n")
    command = [*LEGATION, "feed", str(file), "--rate", "200", "--kafka", kafka.bootstrap]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not lines_of(kafka.bootstrap, "raw"):
            assert time.monotonic() < deadline
        kafka.kill()
        kafka.start()
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert sorted(lines_of(kafka.bootstrap, "raw")) == sorted(given), "nothing lost, nothing twice"


def test_ctrl_c_while_the_broker_says_nothing_still_ends_it(
    own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path
) -> None:
    kafka = own_kafka()
    assert run(kafka.bootstrap, "topics", "apply").returncode == 0
    given = [f'{{"article_id":"a{number}","text":"No. {number}"}}'.encode() for number in range(5000)]
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(given) + b"\n")
    command = [*LEGATION, "feed", str(file), "--rate", "500", "--kafka", kafka.bootstrap]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not lines_of(kafka.bootstrap, "raw"):
            assert time.monotonic() < deadline
        kafka.nodes[0].suspend()
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    kafka.nodes[0].resume()
    assert process.returncode == 130
    resume = re.fullmatch(rb"(\d+) records published; resume with --from \1\n", said)
    assert resume is not None, said
    assert set(lines_of(kafka.bootstrap, "raw")) >= set(given[: int(resume[1])])
