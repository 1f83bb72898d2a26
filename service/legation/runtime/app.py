"""Faust apps, one a stage: made from the settings and the topology, with the options that served.

One app a stage, and so one consumer group a stage: stages can be dealt to deployments at will without losing their
place, and a rebalance of one leaves the others alone. In one group they could not: Faust uses another assignor for
an app that has tables, and Kafka refuses a group whose members differ in that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias, cast

import faust
from aiokafka import AIOKafkaConsumer
from faust.auth import SASLCredentials, SSLCredentials
from faust.serializers.schemas import DecodeFunction
from faust.transport.consumer import RecordMap
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.types import TP, AppT, EventT, Message, TableT
from faust.types.auth import CredentialsT

from legation.runtime.settings import Protocol, Settings
from legation.topics import RAW, TIMESTAMPS, Topic
from legation.topology import Fold

_MIB = 1024 * 1024

FETCH_BYTES = _MIB
"""Bytes read ahead of each partition. A larger record comes all the same, alone; this bounds what waits in memory."""

REQUEST_BYTES = RAW.dlq_max_message_bytes
"""The largest message that is sent: a dead letter of the largest raw article."""

BATCH_BYTES = 128 * 1024
"""Of one partition, sent together: larger ones gained nothing, at 16 KiB (the default) each went with seven records."""

SEND_LINGER_SECONDS = 0.005
"""How long a batch waits for more: half the number of requests at a moderate load."""

REQUEST_SECONDS = 30.0
"""A broker that has not answered a request by then will not. Sending it again is up to `Delivery`."""

HEARTBEAT_SECONDS = 1.0
"""It is by the answer to a heartbeat that a worker hears of another that has come or gone, and until all have heard,
nobody reads: at a third of the session, the usual, that was 3.3 s."""

_NEVER = 10.0**9
"""For Faust's own watchers, which look at what the agents here do not use. `Watchdog` is in their place."""

STATE_OPTIONS = {"write_buffer_size": _MIB, "max_write_buffer_number": 2, "block_cache_size": 2 * _MIB}
"""RocksDB, for each partition: eight of them then hold 29 MB and not more (with twice as much, 54); the defaults would
take gigabytes."""


def build_app(settings: Settings, name: str, replication: int, *, check_crcs: bool = True) -> faust.App:
    """The Faust app for one stage, without its agent. `replication` is that of the topics it creates; `check_crcs` is
    whether what is read is compared with its checksums (0.7 ms of CPU a MiB): a batch that differs ends the worker.
    """
    app = faust.App(
        f"{settings.group}.{name}",
        broker=";".join(f"kafka://{server}" for server in settings.kafka.split(",")),
        broker_credentials=_credentials(settings),
        datadir=settings.data_dir / f"{settings.group}.{name}",
        # Faust's web server listens on all interfaces and shows what is in the tables.
        web_enabled=False,
        # What it would do across workers is not needed, and its topic neither.
        topic_disable_leader=True,
        # A standby would double state and traffic; recovery reads 100,000 blocks in 13 s.
        table_standby_replicas=0,
        store="rocksdb://",
        topic_replication_factor=replication,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        broker_check_crcs=check_crcs,
        broker_max_poll_records=settings.queue_records,
        stream_buffer_maxsize=settings.queue_records,
        broker_commit_interval=settings.commit_seconds,
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=min(HEARTBEAT_SECONDS, settings.session_seconds / 3),
        # Those who have work in hand when partitions are dealt anew get as long to finish it as on SIGTERM.
        broker_rebalance_timeout=settings.drain_seconds + settings.session_seconds,
        broker_request_timeout=max(REQUEST_SECONDS, settings.session_seconds),
        # `quiet`, called on revocation, waits for what is in hand; Faust's own way has no time limit.
        stream_wait_empty=False,
        stream_processing_timeout=_NEVER,
        broker_commit_livelock_soft_timeout=_NEVER,
        producer_acks=-1,
        producer_linger=SEND_LINGER_SECONDS,
        producer_max_batch_size=BATCH_BYTES,
        producer_max_request_size=REQUEST_BYTES,
        producer_request_timeout=REQUEST_SECONDS,
    )
    app.transport.Consumer = Consumer  # type: ignore[misc]  # of this app alone
    return app


class Consumer(FaustConsumer):
    """Faust's consumer without two things that cost more than all the rest: four tasks for each record, and pauses of
    a second whenever a queue of moderate length has filled."""

    def on_buffer_full(self, tp: TP) -> None:
        """Do nothing: handing over waits for room, and goes on at once when there is some."""

    async def commit_all(self) -> None:
        """Commit all that is acknowledged. `commit`, if one is under way already, waits for it and leaves the rest."""
        for _ in range(2):
            await self.commit()

    async def wait_first(self, *waited: Any, timeout: Any = None) -> Any:  # noqa: ASYNC109  -- the name is Faust's
        """Hand over a record (the first coroutine) without watching for a rebalance (the second).

        It waits only where the queue of the agent is full; a rebalance clears that, which ends the waiting. Anything
        else that is waited for, and a record that comes while a rebalance is under way, goes Faust's way.
        """
        if len(waited) != 2 or not self.flow_active:
            return await super().wait_first(*waited, timeout=timeout)
        handing_over, rebalance = waited
        rebalance.close()
        await handing_over


Claim: TypeAlias = Callable[[Collection[TP]], Awaitable[Mapping[TP, int]]]
"""Takes partitions of a changelog, so that nobody else can write to them, and gives the end of each."""


class StateConsumer(Consumer):
    """The consumer of an app with a table: takes the partitions of the changelog before Faust reads them."""

    def __init__(self, claim: Claim, *arguments: Any, **named: Any) -> None:
        """`claim` is called once an assignment; the rest is Faust's."""
        self._claim = claim
        self._held = set[TP]()
        self.reads_committed = False
        """Whether the client that Faust made for it does not see what was undone."""
        super().__init__(*arguments, **named)

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """Where reading the state of these partitions has to end, which Faust asks before it begins.

        Raises:
            RuntimeError: this version of Faust makes its client in another way, so that it would see what was undone.
        """
        if not self.reads_committed:
            raise RuntimeError("this version of Faust would read what was undone as state; install that of the lock")
        return await self._claim(partitions)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Read from these again; in a rebalance from partitions of mentions only with the next `resume_flow`.

        Faust resumes those when it has read the state, then looks up what is committed, and then empties its queues.
        What had come until then would be gone; it goes back for it only where something is committed.
        """
        found = set(tps)
        held = {it for it in found if self.app.rebalancing and it.topic not in self.app.tables.changelog_topics}
        self._held |= held
        super().resume_partitions(found - held)

    def pause_partitions(self, tps: Iterable[TP]) -> None:
        """Read no more from these."""
        found = set(tps)
        self._held -= found
        super().pause_partitions(found)

    def resume_flow(self) -> None:
        """Hand over records again."""
        super().resume_flow()
        if self._held:
            super().resume_partitions(self._held)
            self._held = set()

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _StateThread(self, loop=self.loop, beacon=self.beacon)


class _StateThread(AIOKafkaConsumerThread):
    """Reads only what it is to read, and does not see what was undone.

    Faust has the latter only together with its own way of using transactions, which loses and repeats records
    (faust-streaming #440, #323).
    """

    async def getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109  -- the name is Faust's
    ) -> RecordMap:
        """Fetch from these partitions as they are now.

        Faust passes the set that it goes on changing. Once the state is read there is none in it, which the client,
        if it still waits for records, takes to mean all; what it then gives of mentions Faust throws away.
        """
        return await super().getmany(active_partitions and set(active_partitions), timeout)

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        cast(StateConsumer, self.consumer).reads_committed = True
        return consumer


class _AsItCame(faust.Schema[bytes, bytes]):
    """Decodes nothing: `pipeline` decides what the bytes are. Faust acknowledges unread what it cannot decode."""

    def compile(self, app: AppT, **_: Any) -> DecodeFunction:
        """The function that makes an event of a message: agents look at nothing but the message."""

        async def decode(message: Message, *, propagate: bool = False) -> EventT[bytes]:
            return faust.Event(app, None, None, None, message)

        return decode


def source_topic(app: faust.App, topic: Topic[Any]) -> faust.TopicT:
    """A topic whose messages come as they are."""
    return app.topic(topic.name, schema=_AsItCame())


def state_seconds(settings: Settings, fold: Fold) -> int:
    """How long a block is kept after it was last written to: `state_days`, after which the fold no longer looks at it,
    and for as long as there can be a mention from before then that is yet to be read."""
    return settings.state_days * 24 * 60 * 60 + fold.source.retention_ms // 1000


def state_table(app: faust.App, partitions: int) -> TableT[bytes, bytes]:
    """The blocks of the fold, on RocksDB, with a changelog that has as many partitions as the mentions.

    The worker creates that, with `changelog_config`. What has come to its end is deleted there, and stays here until
    the state is read anew. An end of its own for what is on RocksDB (`ttl`) lost blocks when a worker was started
    again on some megabytes of state: 20,000 articles and three restarts then gave other events.
    """
    return app.Table(
        "blocks",
        key_type=bytes,
        value_type=bytes,
        partitions=partitions,
        options=STATE_OPTIONS,
    )


def changelog_config(fold: Fold, replication: int, seconds: int) -> dict[str, str]:
    """Configuration of the changelog. It is the state, so it is kept as safely as the topics of `legation topics`."""
    config = {
        "cleanup.policy": "compact,delete",
        "retention.ms": str(seconds * 1000),
        "max.message.bytes": str(fold.source.max_message_bytes),
        **TIMESTAMPS,
    }
    return config | {"min.insync.replicas": "2"} if replication >= 3 else config


def _credentials(settings: Settings) -> CredentialsT | None:
    if settings.kafka_security_protocol is Protocol.PLAINTEXT:
        return None
    context = settings.ssl_context()
    if settings.kafka_security_protocol is Protocol.SSL:
        return SSLCredentials(context)
    return SASLCredentials(
        mechanism=settings.kafka_sasl_mechanism.value if settings.kafka_sasl_mechanism else None,
        username=settings.kafka_username,
        password=settings.kafka_password,
        ssl_context=context,
    )
