"""`legation topics`: what `legation.topics` says there should be, against what the cluster has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import click
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaTimeoutError, UnknownTopicOrPartitionError, for_code

from legation.cli.kafka import client_options, kafka_option, reaching
from legation.runtime.cluster import is_mock
from legation.topics import ALL, DEFAULT_PARTITIONS, DLQ_RETENTION_MS, TIMESTAMPS

PENDING = 2
"""What `plan` ends with when `apply` would change something."""

_MAX_REPLICAS = 3
"""Two may be lost without losing data; the usual compromise, and what min.insync.replicas below is made for."""

_MIN_IN_SYNC = 2
"""With three replicas: one may be down and writing goes on, and no acknowledged record is on one disk alone."""

_IN_SYNC = "min.insync.replicas"

_PROPAGATION = 30.0
"""Seconds for a change to get from the controller to the brokers: some milliseconds, unless one of them is down."""

_SET_ON_TOPIC = 1
"""`config_source` of a value that was set on the topic itself (DYNAMIC_TOPIC_CONFIG in Kafka's protocol)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Existing:
    """A topic as the cluster has it."""

    partitions: int
    replication: int
    config: Mapping[str, str] | None
    """All that is in force; None where the cluster does not tell (librdkafka's mock does not)."""
    own: Mapping[str, str]
    """What was set on the topic itself."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done about one topic: create it, or set `config`; `notes` are for a person to act on."""

    topic: Wanted
    existing: Existing | None
    config: Mapping[str, str]
    """The values to set, of those that differ."""
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether `apply` has something to do here."""
        return self.existing is None or bool(self.config)


def wanted(replication: int, partitions: int | None = None) -> tuple[Wanted, ...]:
    """All topics, each followed by that of its dead letters. `partitions` None takes what `legation.topics` says."""
    durable = {_IN_SYNC: str(_MIN_IN_SYNC)} if replication >= _MAX_REPLICAS else {}
    found: list[Wanted] = []
    for topic in ALL:
        config = {
            "cleanup.policy": "compact" if topic.compacted else "delete",
            "retention.ms": str(topic.retention_ms),
            "max.message.bytes": str(topic.max_message_bytes),
            **TIMESTAMPS,
        }
        found.append(Wanted(topic.name, partitions or topic.partitions, replication, config | durable))
        if topic.dead_letters:
            letters = config | {
                "retention.ms": str(DLQ_RETENTION_MS),
                "max.message.bytes": str(topic.dlq_max_message_bytes),
            }
            found.append(Wanted(topic.dlq, partitions or topic.partitions, replication, letters | durable))
    return tuple(found)


def compare(topic: Wanted, existing: Existing | None) -> Difference:
    """What it takes to make `topic` of what exists. Partitions and replicas are never changed, only spoken of."""
    if existing is None:
        return Difference(topic, None, topic.config)
    notes = []
    if existing.partitions != topic.partitions:
        notes.append(f"has {existing.partitions} partitions, not {topic.partitions}; left, since keys would move")
    if existing.replication != topic.replication:
        notes.append(f"has {existing.replication} replicas, not {topic.replication}; left, a matter of reassignment")
    if existing.config is None:
        return Difference(topic, existing, {}, (*notes, "does not tell its configuration; left"))
    config = {key: value for key, value in topic.config.items() if existing.config.get(key) != value}
    if existing.replication < _MAX_REPLICAS:
        config.pop(_IN_SYNC, None)  # with two, the loss of either would stop all writing
    return Difference(topic, existing, config, tuple(notes))


async def describe(kafka: str, names: Sequence[str]) -> dict[str, Existing]:
    """Those of the topics `names` that the cluster at `kafka` has. Never creates one.

    Raises:
        KafkaError: the cluster does not answer, or refuses.
    """
    async with _admin(kafka) as admin:
        return await _existing(admin, names)


async def checked(kafka: str) -> bool:
    """Whether checksums of what comes from the cluster at `kafka` are to be checked: see `is_mock`.

    Raises:
        KafkaError: the cluster does not answer, or refuses.
    """
    async with _admin(kafka) as admin:
        return not await is_mock(admin)


async def plan(kafka: str, replication: int | None = None, partitions: int | None = None) -> tuple[Difference, ...]:
    """Compare the cluster at `kafka` with what is wanted.

    `replication` None takes three, or all brokers if fewer; `partitions` None what `legation.topics` says.

    Raises:
        KafkaError: the cluster does not answer, or refuses.
    """
    async with _admin(kafka) as admin:
        return await _plan(admin, replication, partitions)


async def apply(kafka: str, replication: int | None = None, partitions: int | None = None) -> tuple[Difference, ...]:
    """Create the topics that are missing and set the configuration that differs; deletes and shrinks nothing.

    Waits until the brokers tell of the changes, which is a moment after the controller has agreed to them.

    Returns:
        All topics, as they were before.

    Raises:
        KafkaError: the cluster does not answer, or refuses.
    """
    async with _admin(kafka) as admin:
        differences = await _plan(admin, replication, partitions)
        missing = [difference.topic for difference in differences if difference.existing is None]
        if missing:
            new = [
                NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=dict(topic.config))
                for topic in missing
            ]
            for name, code, message, *_ in (await admin.create_topics(new)).topic_errors:
                _check(code, f"cannot create {name}: {message}")
        changed = [difference for difference in differences if difference.existing and difference.config]
        if changed:
            # The request replaces all that is set on a topic: what others have set there goes with it.
            resources = [
                ConfigResource(ConfigResourceType.TOPIC, it.topic.name, {**it.existing.own, **it.config})
                for it in changed
                if it.existing
            ]
            for response in await admin.alter_configs(resources):
                for code, message, _, name in response.resources:
                    _check(code, f"cannot configure {name}: {message}")
        await _settled(admin, replication, partitions)
        return differences


@click.group()
def topics() -> None:
    """Create and compare the topics of the cluster.

    They are what `legation tail` knows by short names, and their dead letters. The state of the pipeline is in a
    changelog of its own, which the worker creates and looks after.
    """


_replication = click.option(
    "--replication",
    type=click.IntRange(1, 32767),
    help="Replicas of a new topic.  [default: 3, or as many as there are brokers]",
)

_partitions = click.option(
    "--partitions",
    type=click.IntRange(1, 10_000),
    help=f"Partitions of a new topic; docs/scaling.md says how many.  [default: {DEFAULT_PARTITIONS}]",
)


@topics.command("plan")
@kafka_option
@_replication
@_partitions
def plan_command(kafka: str, replication: int | None, partitions: int | None) -> None:
    """Say what `apply` would do, and do nothing.

    A line a topic: `=` as wanted, `+` missing, `~` to be configured, `!` different in a way that apply leaves alone.

    Exit status: 0 nothing to do, 2 changes pending (or wrong usage), 69 the cluster does not answer.
    """
    with reaching(kafka):
        differences = asyncio.run(plan(kafka, replication, partitions))
    _print(differences)
    if any(difference.pending for difference in differences):
        click.get_current_context().exit(PENDING)


@topics.command("apply")
@kafka_option
@_replication
@_partitions
def apply_command(kafka: str, replication: int | None, partitions: int | None) -> None:
    """Create the topics that are missing, and set the configuration that differs.

    Never deletes a topic, and never changes the partitions or replicas of one. Prints what it did, as `plan` does.

    Exit status: 0 done, 69 the cluster does not answer.
    """
    with reaching(kafka):
        _print(asyncio.run(apply(kafka, replication, partitions)))


@asynccontextmanager
async def _admin(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(kafka))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def _plan(admin: AIOKafkaAdminClient, replication: int | None, partitions: int | None) -> tuple[Difference, ...]:
    brokers = len((await admin.describe_cluster())["brokers"])
    topics = wanted(replication or min(_MAX_REPLICAS, brokers), partitions)
    existing = await _existing(admin, [topic.name for topic in topics])
    return tuple(compare(topic, existing.get(topic.name)) for topic in topics)


async def _settled(admin: AIOKafkaAdminClient, replication: int | None, partitions: int | None) -> None:
    deadline = time.monotonic() + _PROPAGATION
    while any(difference.pending for difference in await _plan(admin, replication, partitions)):
        if time.monotonic() > deadline:
            raise KafkaTimeoutError(f"the changes were agreed to, but are not to be seen after {_PROPAGATION:g} s")
        await asyncio.sleep(0.05)


async def _existing(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, Existing]:
    # Of all topics: asked for one by name, some brokers would create it.
    described = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
    present = [name for name in names if name in described]
    configs = await _configs(admin, present)
    found: dict[str, Existing] = {}
    for name in present:
        if name in configs:
            config, own = configs[name]
            replication = min(len(partition["replicas"]) for partition in described[name])
            found[name] = Existing(len(described[name]), replication, config, own)
    return found


async def _configs(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> dict[str, tuple[dict[str, str] | None, dict[str, str]]]:
    """Of each topic that (still) exists, the configuration in force (None: not told) and what was set on it."""
    if not names:
        return {}  # the client would send an empty request, and Kafka understands that as one for everything
    try:
        responses = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    except IncompatibleBrokerVersion:
        return dict.fromkeys(names, (None, {}))
    found: dict[str, tuple[dict[str, str] | None, dict[str, str]]] = {}
    for response in responses:
        for code, message, _, name, entries in response.resources:
            if code == UnknownTopicOrPartitionError.errno:
                continue  # deleted between the two requests
            _check(code, f"cannot read the configuration of {name}: {message}")
            found[name] = (
                {key: value for key, value, *_ in entries},
                {key: value for key, value, _, source, *_ in entries if source == _SET_ON_TOPIC},
            )
    return found


def _check(code: int, message: str) -> None:
    if code:
        raise for_code(code)(message)


def _print(differences: tuple[Difference, ...]) -> None:
    for difference in differences:
        topic, existing = difference.topic, difference.existing
        if existing is None:
            settings = "".join(f", {key}={value}" for key, value in topic.config.items())
            click.echo(f"+ {topic.name}: {topic.partitions} partitions, {topic.replication} replicas{settings}")
        elif difference.config:
            for key, value in difference.config.items():
                click.echo(f"~ {topic.name}: {key}={value} (was {(existing.config or {}).get(key)})")
        else:
            click.echo(f"= {topic.name}")
        for note in difference.notes:
            click.echo(f"! {topic.name}: {note}")
