"""What `legation topics` wants of a cluster, and what it makes of what it finds."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from legation.cli.kafka import client_options
from legation.cli.topics import Existing, compare, topics, wanted
from legation.topics import ALL, EVENTS_LATEST, MENTIONS, RAW


def test_every_topic_is_wanted_and_dead_letters_where_a_stage_reads() -> None:
    names = [topic.name for topic in wanted(1)]
    assert len(names) == len(set(names))
    assert {topic.name for topic in ALL} <= set(names)
    assert {name for name in names if name.endswith(".dlq")} == {topic.dlq for topic in ALL if topic.dead_letters}


def test_a_dead_letter_has_room_for_the_largest_record_and_its_headers() -> None:
    limits = {topic.name: int(topic.config["max.message.bytes"]) for topic in wanted(1)}
    for topic in ALL:
        if topic.dead_letters:
            assert limits[topic.dlq] >= limits[topic.name] + 64 * 1024


def test_only_the_latest_events_are_compacted() -> None:
    policies = {topic.name: topic.config["cleanup.policy"] for topic in wanted(1)}
    assert [name for name, policy in policies.items() if policy == "compact"] == [EVENTS_LATEST.name]


@pytest.mark.parametrize(("replication", "in_sync"), [(1, None), (2, None), (3, "2"), (5, "2")])
def test_writes_need_a_second_replica_where_there_are_three(replication: int, in_sync: str | None) -> None:
    for topic in wanted(replication):
        assert topic.replication == replication
        assert topic.config.get("min.insync.replicas") == in_sync


MENTIONS_WANTED = next(topic for topic in wanted(1) if topic.name == MENTIONS.name)


def existing(**changes: str) -> Existing:
    return Existing(MENTIONS_WANTED.partitions, 1, {"segment.ms": "1", **MENTIONS_WANTED.config, **changes}, {})


def test_what_is_as_it_should_be_needs_nothing() -> None:
    difference = compare(MENTIONS_WANTED, existing())
    assert not difference.pending
    assert (difference.config, difference.notes) == ({}, ())


def test_what_is_missing_is_pending() -> None:
    assert compare(MENTIONS_WANTED, None).pending


def test_only_what_differs_is_set() -> None:
    difference = compare(MENTIONS_WANTED, existing(**{"retention.ms": "1"}))
    assert difference.pending
    assert difference.config == {"retention.ms": str(MENTIONS.retention_ms)}


@pytest.mark.parametrize("found", [Existing(4, 1, None, {}), Existing(16, 1, None, {}), Existing(8, 2, None, {})])
def test_partitions_and_replicas_are_spoken_of_and_never_changed(found: Existing) -> None:
    difference = compare(MENTIONS_WANTED, Existing(found.partitions, found.replication, existing().config, {}))
    assert not difference.pending
    assert len(difference.notes) == 1


def test_a_configuration_that_is_not_told_is_left() -> None:
    difference = compare(MENTIONS_WANTED, Existing(8, 1, None, {}))
    assert not difference.pending
    assert difference.notes == ("does not tell its configuration; left",)


def test_the_largest_raw_record_is_larger_than_any_other() -> None:
    limits = {topic.name: int(topic.config["max.message.bytes"]) for topic in wanted(1)}
    assert max(limits, key=lambda name: limits[name]) == RAW.dlq
    assert limits[RAW.name] == 40 * 1024 * 1024


@pytest.mark.parametrize("address", ["127.0.0.1:port", "a:1,b:x", "nowhere"])
def test_an_address_that_is_none_is_wrong_usage_or_a_wrong_setting(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = CliRunner().invoke(topics, ["plan", "--kafka", address])
    assert done.exit_code == 2
    assert "is not host:port" in done.output
    monkeypatch.setenv("LEGATION_KAFKA", address)
    done = CliRunner().invoke(topics, ["plan"])
    assert done.exit_code == 78
    assert "LEGATION_KAFKA: " in done.output


def test_how_to_be_let_in_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATION_KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    done = CliRunner().invoke(topics, ["plan", "--kafka", "127.0.0.1:1"])
    assert done.exit_code == 78
    assert "LEGATION_KAFKA_PASSWORD: needed" in done.output
    monkeypatch.setenv("LEGATION_KAFKA_SASL_MECHANISM", "PLAIN")
    monkeypatch.setenv("LEGATION_KAFKA_USERNAME", "u")
    monkeypatch.setenv("LEGATION_KAFKA_PASSWORD", "p")
    options = client_options("127.0.0.1:1")
    assert options["bootstrap_servers"] == "127.0.0.1:1"
    assert (options["security_protocol"], options["sasl_plain_password"]) == ("SASL_SSL", "p")


@pytest.mark.parametrize(("replicas", "changes"), [(1, {}), (2, {}), (3, {"min.insync.replicas": "2"})])
def test_no_second_replica_is_asked_for_where_there_are_too_few(replicas: int, changes: dict[str, str]) -> None:
    topic = wanted(3)[0]
    there = Existing(topic.partitions, replicas, {**topic.config, "min.insync.replicas": "1"}, {})
    assert compare(topic, there).config == changes


def test_as_many_partitions_as_asked_for_on_every_topic() -> None:
    """One count for all: the dead letters of a topic are as many as it, and a changelog as its mentions."""
    assert {topic.partitions for topic in wanted(1, 96)} == {96}
    assert {topic.partitions for topic in wanted(1)} == {8}
