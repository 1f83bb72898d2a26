"""Runs stages on Kafka: brings up what they need, watches over it, and takes it down again."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import faust
from aiokafka.errors import KafkaError
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP

from legation.runtime import memory
from legation.runtime.agents import Context, FoldAgent, StageAgent
from legation.runtime.app import (
    Consumer,
    StateConsumer,
    build_app,
    changelog_config,
    source_topic,
    state_seconds,
    state_table,
)
from legation.runtime.cluster import Cluster
from legation.runtime.control import EX_CONFIG, EX_SOFTWARE, EX_UNAVAILABLE, Control
from legation.runtime.fence import Fence
from legation.runtime.health import HealthServer, Sight, Watchdog
from legation.runtime.isolate import TOPOLOGY, Pool, load_topology, remove_socket
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings
from legation.topology import Stage, Topology

MOST_REPLICAS = 3
"""Of a topic, where nothing else is said: two may be lost without losing data."""

LEAVE_SECONDS = 4.0
"""To commit, leave the groups and close connections. A group that one leaves without a word waits for the session."""

LOOK_SECONDS = 15.0
"""The longest that asking the cluster for the lag may take."""

GARBAGE_AFTER = 20_000
"""Objects made, less those gone, between looks for cyclic garbage. Hardly any is made here; looking after every 700,
Python's default, went through all records in hand over and over, and took a fifth of the loop's time."""

INTERRUPTED = 130
"""What a shell reports for a command that SIGINT ended."""

SAME_SIGNAL_SECONDS = 1.0
"""What follows within this is the same request on another way: a shell sends Ctrl-C to all of a pipeline, `timeout` and
`make` send theirs once more. A person who has not seen an effect presses again later."""

_log = logging.getLogger("legation.worker")


class WrongTopics(RuntimeError):
    """Topics are missing, or do not fit together."""

    status = EX_UNAVAILABLE


class NoPlace(RuntimeError):
    """The data directory cannot be used."""

    status = EX_CONFIG


class WrongStages(ValueError):
    """A stage was asked for that is not there."""

    status = EX_CONFIG


def run(settings: Settings, topology: str = TOPOLOGY) -> int:
    """Run a worker until a signal or a failure; gives the exit status, with the reason logged."""
    if sys.platform == "win32":
        loop_factory = None
    else:
        import uvloop

        loop_factory = uvloop.new_event_loop
    memory.settle()
    try:
        # Not closed: that would wait for tasks of Faust's that do not end when they are cancelled.
        return asyncio.Runner(loop_factory=loop_factory).run(Worker(settings, topology).run())
    finally:
        remove_socket()  # whoever called ends without the interpreter's own cleaning up


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stage at work: its app and its agent."""

    name: str
    source: str
    app: faust.App
    agent: StageAgent | FoldAgent

    @property
    def ready(self) -> bool:
        """It has its partitions (none, if there are more workers than partitions) and its state."""
        return self.recovery.completed.is_set() and not self.app.rebalancing

    @property
    def recovery(self) -> Recovery:
        """What reads the state again after a rebalance; it completes at once where there is none."""
        return cast(TableManager, self.app.tables).recovery

    def assigned(self) -> list[tuple[str, int]]:
        """The partitions that it reads."""
        return [(it.topic, it.partition) for it in self.app.consumer.assignment() if it.topic == self.source]


class Worker:
    """One worker: the stages that the settings name, or all of the topology."""

    def __init__(self, settings: Settings, topology: str = TOPOLOGY) -> None:
        """Nothing is started yet. `topology` is the name of one, as `load_topology` reads it.

        Raises:
            WrongStages: the settings name a stage that the topology has not got.
        """
        self._settings = settings
        self._reference = topology
        self._topology: Topology = load_topology(topology)
        names = settings.stages or self._topology.names
        if unknown := [name for name in names if name not in self._topology.names]:
            raise WrongStages(f"no stage {', '.join(unknown)}; there are {', '.join(self._topology.names)}")
        self._stages: list[Stage[Any, Any]] = [stage for stage in self._topology.stages if stage.name in names]
        self._fold = self._topology.fold if self._topology.fold.name in names else None
        self._metrics = Metrics()
        self._control = Control()
        self._units: list[_Unit] = []
        self._fence: Fence | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._asked_at = 0.0

    async def run(self) -> int:
        """Run until a signal or a failure; gives the exit status, with the reason logged."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled, number, loop.time)
        self._working = asyncio.create_task(self._work())
        try:
            await self._working
        except asyncio.CancelledError:
            if not self._control.draining.is_set():
                raise
        except Exception as error:
            status = getattr(error, "status", EX_UNAVAILABLE if isinstance(error, KafkaError) else None)
            if status is None:
                raise
            self._control.fail(str(error), status)
        failure = self._control.failure
        if failure is None:
            _log.info("stopped")
            return 0
        _log.error("stopped: %s", failure.message)
        return failure.status

    def _signalled(self, number: int, clock: Callable[[], float]) -> None:
        """Drain; on a later Ctrl-C end at once. A later SIGTERM changes nothing: draining has its own time limit."""
        if not self._control.draining.is_set():
            _log.info("asked to stop: finishing what is in hand; Ctrl-C ends it at once")
            self._control.draining.set()
            self._asked_at = clock()
            if not self._units:  # nothing is in hand, and what it waits for (Kafka, a model) may take long
                self._working.cancel()
        elif number == signal.SIGINT and clock() - self._asked_at > SAME_SIGNAL_SECONDS:
            _log.warning("stopped at once; what was in hand is done again by the next worker")
            remove_socket()
            os._exit(INTERRUPTED)

    async def _work(self) -> None:
        settings, metrics, control = self._settings, self._metrics, self._control
        async with contextlib.AsyncExitStack() as stack:
            try:
                settings.data_dir.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise NoPlace(f"LEGATION_DATA_DIR: {settings.data_dir} cannot be made ({error.strerror})") from None
            cluster = await stack.enter_async_context(Cluster(settings))
            partitions = await self._check_topics(cluster)
            server = HealthServer(
                settings.metrics_host, settings.metrics_port, metrics, live=self._live, ready=self._ready
            )
            await stack.enter_async_context(server)
            pool = Pool(
                self._reference,
                self._stages,
                metrics,
                processes=settings.processes,
                recycle_after=settings.recycle_after,
                memory_mb=settings.process_memory_mb,
                stall_seconds=settings.stall_seconds,
            )
            stack.push_async_callback(pool.stop)
            if self._stages:
                await pool.start()
            replication = settings.replication or min(MOST_REPLICAS, await cluster.brokers())
            await self._build(cluster, pool, partitions, replication)
            stack.push_async_callback(self._leave)
            agents = {unit.name: unit.agent for unit in self._units}
            watchdog = Watchdog(
                control,
                metrics,
                look=lambda: self._look(cluster, pool),
                reread=lambda name: agents[name].reread(),
                seconds=settings.stall_seconds,
            )
            self._spawn(watchdog.run())
            self._spawn(self._start(server.url))
            for unit in self._units:
                self._spawn(self._mind(unit))
            ends = [asyncio.ensure_future(it.wait()) for it in (control.draining, control.failed)]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
            if not control.failed.is_set():
                await self._drain()

    def _spawn(self, body: Coroutine[Any, Any, None]) -> None:
        """Run beside the rest; a fault in it ends the worker."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                self._control.fail(f"{type(error).__name__}: {error}", _status(error))

        task = asyncio.create_task(body)
        task.add_done_callback(ended)
        self._tasks.append(task)

    async def _check_topics(self, cluster: Cluster) -> dict[str, int]:
        """The partitions of all topics that are needed.

        Raises:
            WrongTopics: some are not there.
        """
        there = await cluster.partitions()
        needed = {name for it in self._stages for name in (it.source.name, it.source.dlq, it.sink.name)}
        if (fold := self._fold) is not None:
            needed |= {fold.source.name, fold.source.dlq, fold.revisions.name, fold.latest.name}
        if missing := sorted(needed - there.keys()):
            raise WrongTopics(f"there are no topics {', '.join(missing)}; create them with `legation topics apply`")
        return there

    async def _build(self, cluster: Cluster, pool: Pool, partitions: dict[str, int], replication: int) -> None:
        """Make the apps and agents; a stage and the fold differ in what they run on, and in nothing else.

        Raises:
            WrongTopics: the changelog does not fit the mentions.
        """
        context = Context(self._settings, self._metrics, self._control, cluster)
        check_crcs = not await cluster.is_mock()
        for stage in self._stages:
            app = build_app(self._settings, stage.name, replication, check_crcs=check_crcs)
            self._add(_Unit(stage.name, stage.source.name, app, StageAgent(context, app, stage, pool)), stage.source)
        if (fold := self._fold) is not None:
            app = build_app(self._settings, fold.name, replication, check_crcs=check_crcs)
            kept = state_seconds(self._settings, fold)
            table = state_table(app, partitions[fold.source.name])
            changelog = table.changelog_topic.get_topic_name()
            if partitions.get(changelog, partitions[fold.source.name]) != partitions[fold.source.name]:
                raise WrongTopics(
                    f"{changelog} has {partitions[changelog]} partitions and {fold.source.name} has "
                    f"{partitions[fold.source.name]}: the state would be on another worker than the mentions. Set "
                    "LEGATION_GROUP to a new name, to read all mentions again into a new one"
                )
            # Not left to Faust: it joins the group first, and deals out the partitions of a changelog that it has not
            # yet heard of as if there were none. Their next owner would then begin without their state.
            if changelog not in partitions:
                config = changelog_config(fold, replication, kept)
                await cluster.create(changelog, partitions[fold.source.name], replication, config)
            app.conf.topic_allow_declare = False
            self._fence = Fence(self._settings, self._metrics, app.conf.id, changelog)
            app.transport.Consumer = cast(Any, partial(StateConsumer, self._fence.claim))  # type: ignore[misc]
            agent = FoldAgent(context, app, fold, table, self._fence)
            self._add(_Unit(fold.name, fold.source.name, app, agent), fold.source)

    def _add(self, unit: _Unit, source: Any) -> None:
        """Register the agent with its app, so that nothing leaves its body, and that it is quiet on revocation."""
        settings, control, metrics = self._settings, self._control, self._metrics

        async def body(stream: Any) -> None:
            await control.guard(unit.name, unit.agent.run(stream))

        async def on_revoked(_: faust.App, revoked: set[TP], **__: object) -> None:
            if not revoked:  # as it is before the first assignment
                return
            metrics.rebalances.labels(unit.name).inc()
            with contextlib.suppress(TimeoutError):  # what is still in hand then is done again by whoever gets it
                async with asyncio.timeout(settings.drain_seconds):
                    await unit.agent.quiet()
                    await cast(Consumer, unit.app.consumer).commit_all()

        unit.app.agent(source_topic(unit.app, source), name=unit.name)(body)
        unit.app.on_partitions_revoked.connect(cast(Any, on_revoked))
        self._units.append(unit)

    async def _start(self, url: str) -> None:
        await asyncio.gather(*(unit.app.start() for unit in self._units))
        gc.freeze()  # what is there now stays
        gc.set_threshold(GARBAGE_AFTER)
        _log.info(
            "ready: %s, %d worker processes, Kafka at %s, metrics and health at %s",
            ", ".join(unit.name for unit in self._units),
            self._settings.processes if self._stages else 0,
            self._settings.kafka,
            url,
        )

    async def _mind(self, unit: _Unit) -> None:
        """Wait for Faust to give up on an app."""
        await unit.app.wait_until_stopped()
        error = unit.app.crash_reason
        if error is not None:
            self._control.fail(f"{unit.name}: {type(error).__name__}: {error}", _status(error))

    async def _look(self, cluster: Cluster, pool: Pool) -> list[Sight]:
        self._metrics.process_memory.set(pool.memory())
        memory.give_back()
        sights = []
        async with asyncio.timeout(LOOK_SECONDS):
            for unit in self._units:
                assigned = unit.assigned() if unit.ready else []
                self._metrics.partitions.labels(unit.name).set(len(assigned))
                lag = await cluster.behind(unit.app.conf.id, assigned)
                recovering = unit.recovery.active_remaining_total()
                sights.append(Sight(unit.name, unit.ready, lag, recovering))
        return sights

    def _live(self) -> str:
        return "" if self._control.failure is None else self._control.failure.message

    def _ready(self) -> str:
        if self._control.draining.is_set():
            return "stopping"
        if not self._units:
            return "starting worker processes"
        waiting = [unit.name for unit in self._units if not unit.ready]
        return f"waiting for partitions and state: {', '.join(waiting)}" if waiting else ""

    async def _drain(self) -> None:
        """Let the agents finish what is in hand."""
        try:
            async with asyncio.timeout(self._settings.drain_seconds):
                await asyncio.gather(*(unit.agent.quiet() for unit in self._units))
        except TimeoutError:
            _log.warning("not all was finished in time; the rest is done again by the next worker")

    async def _leave(self) -> None:
        """Commit what is acknowledged and leave the groups; when the cluster does not answer, leave all the same."""
        for task in self._tasks:
            task.cancel()
        leaving = [self._leave_one(unit) for unit in self._units]
        if self._fence is not None:
            leaving.append(self._fence.close())
        # It may not heed being cancelled, as `timeout` would.
        await asyncio.wait([asyncio.gather(*leaving, return_exceptions=True)], timeout=LEAVE_SECONDS)

    async def _leave_one(self, unit: _Unit) -> None:
        if self._control.failure is None and unit.ready:
            await cast(Consumer, unit.app.consumer).commit_all()
        await unit.app.stop()


def _status(error: BaseException) -> int:
    return getattr(error, "status", EX_UNAVAILABLE if isinstance(error, KafkaError) else EX_SOFTWARE)
