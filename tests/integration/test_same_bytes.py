"""The same input gives the same bytes: with Kafka and without, today and tomorrow, here and there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from integration.running import everything, latest, legation, worker
from legation import topics
from legation.broker import EmbeddedKafka
from legation.samples import FOLDER, load_manifest


def test_through_kafka_come_the_bytes_of_extract(own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path) -> None:
    kafka = own_kafka().bootstrap
    assert legation("topics", "apply", "--kafka", kafka).returncode == 0
    fed = legation("feed", "--kafka", kafka, str(FOLDER))
    assert fed.returncode == 0, fed.stderr
    with worker(kafka, tmp_path) as running:
        running.finish(payloads=len(load_manifest().samples), seconds=120)
    extracted = legation("extract", "-q", str(FOLDER)).stdout.splitlines()
    assert len(extracted) >= len(load_manifest().events)
    assert sorted(latest(everything(kafka, topics.EVENTS_LATEST.name)).values()) == sorted(extracted)
    for stage, topic in (("articles", topics.CLEAN), ("classified", topics.CLASSIFIED), ("mentions", topics.MENTIONS)):
        expected = legation("extract", "-q", "--stage", stage, str(FOLDER)).stdout.splitlines()
        assert expected
        assert sorted(record.value for record in everything(kafka, topic.name)) == sorted(expected)


def test_dead_letters_are_the_original_bytes(own_kafka: Callable[..., EmbeddedKafka], tmp_path: Path) -> None:
    kafka = own_kafka().bootstrap
    assert legation("topics", "apply", "--kafka", kafka).returncode == 0
    file = tmp_path / "broken.jsonl"
    broken = [b'{"text": "cut', b'{"text": 7, "source": "\xc3\xbc"}', b"\xff\xfe\x00", b'{"text": ""}']
    file.write_bytes(b"\n".join(broken))
    assert legation("feed", "--kafka", kafka, str(file)).returncode == 0
    with worker(kafka, tmp_path) as running:
        running.finish(payloads=len(broken), seconds=120)
    raw = {record.value: record for record in everything(kafka, topics.RAW.name)}
    letters = everything(kafka, topics.RAW.dlq)
    assert sorted(letter.value for letter in letters) == sorted(broken)
    for letter in letters:
        headers = dict(letter.headers)
        original = raw[letter.value]
        assert letter.key == original.key
        assert headers["legation-dlq-original-topic"] == topics.RAW.name.encode()
        assert int(headers["legation-dlq-original-partition"]) == original.partition
        assert int(headers["legation-dlq-original-offset"]) == original.offset


@pytest.mark.parametrize("stage", ["articles", "classified", "mentions", "events"])
def test_a_rerun_gives_the_same_bytes(stage: str) -> None:
    runs = {
        legation("extract", "-q", "--stage", stage, str(FOLDER), env=env).stdout
        for env in (
            {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "4242", "TZ": "America/Lima", "LANG": "tr_TR.UTF-8"},
        )
    }
    assert len(runs) == 1
    assert runs.pop().count(b"\n") >= 10
