"""A record counts as sent when every replica in sync has it, and two of three have to be.

That one of three brokers may die is tried out in tests/chaos; that the others have the record by then, it cannot show:
on one machine they all but always have.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from legation.runtime.app import Consumer, StateConsumer, build_app, changelog_config
from legation.runtime.settings import Settings
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
    assert changelog_config(TOPOLOGY.fold, replication=3)["min.insync.replicas"] == "2"


def test_with_fewer_replicas_the_loss_of_one_does_not_stop_all_writing() -> None:
    assert "min.insync.replicas" not in changelog_config(TOPOLOGY.fold, replication=2)


def test_old_blocks_are_compacted_away_and_the_largest_fits() -> None:
    config = changelog_config(TOPOLOGY.fold, replication=1)
    assert config["cleanup.policy"] == "compact"
    assert int(config["max.message.bytes"]) >= TOPOLOGY.fold.source.max_message_bytes


async def test_what_was_undone_is_not_read_as_state() -> None:
    app = build_app(Settings.load({}), "consolidate", replication=1)
    for kind, level in ((Consumer, "read_uncommitted"), (partial(StateConsumer, Any), "read_committed")):
        faust: Any = kind(app.transport, Any, Any, Any, loop=asyncio.get_running_loop())
        assert faust._thread._create_worker_consumer(app.transport)._isolation_level == level


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
    partitions = {TOPOLOGY.fold.source.name: 8} | ({changelog: 8} if there else {})
    await worker._build(cluster, Any, partitions, 1)  # type: ignore[arg-type]
    assert cluster.created == ([] if there else [(changelog, 8, 1, changelog_config(TOPOLOGY.fold, 1))])
    assert not worker._units[-1].app.conf.topic_allow_declare
