"""A record counts as sent when every replica in sync has it, and two of three have to be.

That one of three brokers may die is tried out in tests/chaos; that the others have the record by then, it cannot show:
on one machine they all but always have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from legation.runtime.app import Consumer, StateConsumer, build_app, changelog_config, state_seconds, state_table
from legation.runtime.settings import BadSettings, Settings
from legation.runtime.worker import Worker
from legation.topology import TOPOLOGY


class Cluster:
    """What the worker asks of the cluster while it builds its apps."""

    def __init__(self, *, mock: bool = False) -> None:
        self.created: list[tuple[object, ...]] = []
        self._mock = mock

    async def create(self, *arguments: object) -> None:
        self.created.append(arguments)

    async def is_mock(self) -> bool:
        return self._mock


def test_all_replicas_in_sync_have_to_confirm() -> None:
    assert build_app(Settings.load({}), "clean", replication=3).conf.producer_acks == -1


def test_of_three_replicas_of_the_state_two_have_to_be_in_sync() -> None:
    assert changelog_config(TOPOLOGY.fold, 3, 1)["min.insync.replicas"] == "2"


def test_with_fewer_replicas_the_loss_of_one_does_not_stop_all_writing() -> None:
    assert "min.insync.replicas" not in changelog_config(TOPOLOGY.fold, 2, 1)


def test_old_blocks_are_compacted_away_and_the_largest_fits() -> None:
    config = changelog_config(TOPOLOGY.fold, 1, 1)
    assert "compact" in config["cleanup.policy"].split(",")
    assert int(config["max.message.bytes"]) >= TOPOLOGY.fold.source.max_message_bytes


def test_a_block_is_kept_until_no_mention_that_would_join_it_can_be_left_to_read() -> None:
    settings, mentions = Settings(state_days=200), TOPOLOGY.fold.source.retention_ms / 1000
    assert state_seconds(settings, TOPOLOGY.fold) == 200 * 24 * 60 * 60 + mentions
    config = changelog_config(TOPOLOGY.fold, 1, seconds=5)
    assert "delete" in config["cleanup.policy"].split(",")
    assert config["retention.ms"] == "5000"


def test_no_two_mentions_on_the_topic_are_so_far_apart_that_one_forgets_the_other() -> None:
    """Else what is read again could come to something else than what it came to at first."""
    days = TOPOLOGY.fold.source.retention_ms / 1000 / 24 / 60 / 60
    assert Settings.load({"LEGATION_STATE_DAYS": f"{2 * days:.0f}"}).state_days == 2 * days
    with pytest.raises(BadSettings):
        Settings.load({"LEGATION_STATE_DAYS": f"{2 * days - 1:.0f}"})


async def test_what_was_undone_is_not_read_as_state() -> None:
    app = build_app(Settings.load({}), "consolidate", replication=1)
    for kind, level in ((Consumer, "read_uncommitted"), (partial(StateConsumer, Any), "read_committed")):
        faust: Any = kind(app.transport, Any, Any, Any, loop=asyncio.get_running_loop())
        assert faust._thread._create_worker_consumer(app.transport)._isolation_level == level


async def test_state_is_not_read_by_a_client_that_would_see_what_was_undone() -> None:
    async def claim(partitions: Collection[TP]) -> dict[TP, int]:
        return dict.fromkeys(partitions, 1)

    app = build_app(Settings.load({}), "consolidate", replication=1)
    faust: Any = StateConsumer(claim, app.transport, Any, Any, Any, loop=asyncio.get_running_loop())
    with pytest.raises(RuntimeError, match="version of Faust"):
        await faust.highwaters(TP("changelog", 0))
    faust._thread._create_worker_consumer(app.transport)
    assert await faust.highwaters(TP("changelog", 0)) == {TP("changelog", 0): 1}


async def test_no_mention_is_read_between_the_state_and_the_emptying_of_queues() -> None:
    app = build_app(Settings.load({}), "consolidate", replication=1)
    changelog = state_table(app, partitions=1).changelog_topic.get_topic_name()
    app.transport.Consumer = partial(StateConsumer, Any)  # type: ignore[misc, assignment]
    mentions, state = TP("source", 0), TP(changelog, 0)
    consumer: Any = app.consumer
    consumer._set_active_tps({mentions, state})
    app.rebalancing = True
    consumer.pause_partitions({mentions, state})
    consumer.resume_flow()
    consumer.resume_partitions({state})
    assert consumer._get_active_partitions() == {state}
    consumer.resume_partitions({mentions})
    assert consumer._get_active_partitions() == {state}, "the queues have yet to be emptied"
    consumer.resume_flow()
    assert consumer._get_active_partitions() == {mentions, state}
    app.rebalancing = False
    consumer.pause_partitions({mentions})
    consumer.resume_partitions({mentions})
    assert consumer._get_active_partitions() == {mentions, state}


@pytest.mark.parametrize("mock", [False, True])
async def test_checksums_are_checked_but_for_those_of_the_mock(mock: bool, tmp_path: Path) -> None:
    worker = Worker(Settings.load({"LEGATION_DATA_DIR": str(tmp_path)}))
    partitions = {TOPOLOGY.fold.source.name: 8, "legation.consolidate-blocks-changelog": 8}
    await worker._build(Cluster(mock=mock), Any, partitions, 1)  # type: ignore[arg-type]
    assert [it.app.conf.broker_check_crcs for it in worker._units] == [not mock] * len(TOPOLOGY.names)


@pytest.mark.parametrize("there", [False, True])
async def test_the_changelog_is_there_before_faust_joins_its_group(there: bool, tmp_path: Path) -> None:
    cluster = Cluster()
    changelog = "legation.consolidate-blocks-changelog"
    worker = Worker(Settings.load({"LEGATION_DATA_DIR": str(tmp_path)}))
    seconds = state_seconds(Settings(), TOPOLOGY.fold)
    partitions = {TOPOLOGY.fold.source.name: 8} | ({changelog: 8} if there else {})
    await worker._build(cluster, Any, partitions, 1)  # type: ignore[arg-type]
    assert cluster.created == ([] if there else [(changelog, 8, 1, changelog_config(TOPOLOGY.fold, 1, seconds))])
    assert not worker._units[-1].app.conf.topic_allow_declare
