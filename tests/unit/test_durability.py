"""A record counts as sent when every replica in sync has it, and two of three have to be.

That one of three brokers may die is tried out in tests/chaos; that the others have the record by then, it cannot show:
on one machine they all but always have.
"""

from __future__ import annotations

from inspect import signature

from faust.transport.drivers.aiokafka import Consumer as FaustConsumer

from legation.runtime.app import build_app, changelog_config
from legation.runtime.settings import Settings
from legation.topology import TOPOLOGY


def test_all_replicas_in_sync_have_to_confirm() -> None:
    assert build_app(Settings.load({}), "clean", replication=3).conf.producer_acks == -1


def test_of_three_replicas_of_the_state_two_have_to_be_in_sync() -> None:
    assert changelog_config(TOPOLOGY.fold, replication=3)["min.insync.replicas"] == "2"


def test_with_fewer_replicas_the_loss_of_one_does_not_stop_all_writing() -> None:
    assert "min.insync.replicas" not in changelog_config(TOPOLOGY.fold, replication=2)


def test_old_blocks_are_compacted_away_and_the_largest_fits() -> None:
    config = changelog_config(TOPOLOGY.fold, replication=1)
    assert config["cleanup.policy"] == "compact"
    assert int(config["max.message.bytes"]) >= TOPOLOGY.fold.source.max_message_bytes


def test_faust_lets_a_consumer_commit_by_hand() -> None:
    assert list(signature(FaustConsumer._commit).parameters) == ["self", "offsets"], "Consumer.holds calls it"
