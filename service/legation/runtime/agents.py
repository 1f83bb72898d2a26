"""One agent a stage: take a chunk, have it worked on, send what became of it, wait for the cluster, acknowledge.

A record is acknowledged only when the cluster has confirmed all that was made of it, and in the order it came: Faust
commits the highest acknowledged offset, whatever lies below it. Nothing is acknowledged by leaving: whatever goes
wrong ends the worker (see `Control.guard`), and the records are read again by the next.

Records come from the channel's queue rather than by `async for` over the stream. That is public too, a third faster,
and does not acknowledge records of an earlier assignment unread, as the stream does (docs/runtime.md has the figures).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import faust
from aiokafka.errors import KafkaError
from faust.types import TP, ChannelT, EventT, RecordMetadata, StreamT, TableT
from faust.types import Message as FaustMessage

from legation.outcomes import Reject, RejectReason
from legation.pipeline import Folded, Step, fold_step
from legation.records import encode
from legation.runtime.blocks import Blocks
from legation.runtime.breaker import Breaker
from legation.runtime.cluster import Cluster
from legation.runtime.control import Control
from legation.runtime.deadletter import dead_letter, without_value
from legation.runtime.delivery import Delivery, Undelivered
from legation.runtime.fence import Fence, Superseded, Writer
from legation.runtime.headers import Outgoing, Received, born, outgoing
from legation.runtime.isolate import Pool
from legation.runtime.metrics import Metrics
from legation.runtime.positions import Partition, Positions, Verdict
from legation.runtime.settings import Settings
from legation.stages.consolidate import Block
from legation.topics import Topic
from legation.topology import Fold, Stage

_log = logging.getLogger("legation.agents")

Event: TypeAlias = EventT[Any]

LINGER_SECONDS = 0.003
"""After the first record, wait so long for more, if there is not a chunk of them already: nothing anyone notices."""

SETTLE_SECONDS = 0.05
"""Faust hands over what it has fetched of a paused partition well within this; if not, the seek is done again."""

WAVE_RECORDS = 2000
"""Most records confirmed together; while they are, the next gather. At 2 KB a record, 4 MB."""

CHUNKS_AHEAD = 2
"""Chunks of a stage for each worker process: one it works on, and one it finds ready."""

CHUNKS_BEHIND = 16
"""Chunks that are done and wait to be confirmed: as many as make a wave. At their largest, 8 MiB."""

FOLD_RECORDS = 128
"""Most mentions folded before their revisions are sent and their blocks stored: what a crash repeats."""

FOLD_SECONDS = 1.0
"""And no longer than this, for mentions of large blocks: what has to end before the worker may."""

FOLD_BYTES = 4 * 1024 * 1024
"""And into no more of blocks than this, as they are stored: all are in memory at once, with those made of them."""


def _record(event: Event) -> Received:
    """What came from Kafka, as the Kafka client made it: Faust knows its headers less exactly."""
    return cast(Received, event.message)


@dataclass(frozen=True, slots=True)
class Context:
    """What all agents of a worker share."""

    settings: Settings
    metrics: Metrics
    control: Control
    cluster: Cluster


class _Agent:
    """What both kinds of agent do alike: take records, send what became of them, settle."""

    def __init__(self, context: Context, app: faust.App, name: str, source: Topic[Any]) -> None:
        settings = context.settings
        self._context = context
        self._app = app
        self._name = name
        self._source = source
        self._positions = Positions(None, {})
        self._delivery = Delivery(app, context.metrics, settings.delivery_seconds)
        self._ledger = context.metrics.ledger(name)
        self._age = context.metrics.age.labels(name)
        self._breaker = Breaker(
            name, share=settings.breaker_share, window=settings.breaker_window, run=settings.breaker_run
        )

    async def _take(self, channel: ChannelT[Any], most: int) -> list[Event]:
        """Wait for records, and take what is there: up to `most`, or until they reach the size of a chunk."""
        queue = channel.queue
        app = self._app
        most_bytes = self._context.settings.chunk_bytes
        events: list[Event] = []
        size = 0
        while not events:
            if self._positions.unsought and queue.empty():
                await self._seek()
            event = await queue.get()
            if queue.qsize() + 1 < most:
                await asyncio.sleep(LINGER_SECONDS)
            while True:
                # What was read under an earlier assignment is read again under this one, here or elsewhere.
                current = event.message.generation_id == app.consumer_generation_id and not self._given_up()
                if current and await self._in_order(event.message):
                    events.append(event)
                    size += len(event.message.value or b"")
                if len(events) >= most or size >= most_bytes or queue.empty():
                    break
                event = queue.get_nowait()
        return events

    def _given_up(self) -> bool:
        """Whether what was assigned is to be left alone, though there is no other assignment yet."""
        return False

    async def _in_order(self, message: FaustMessage) -> bool:
        """Whether this is the record that follows the last one; if some are missing, they are read again."""
        if message.generation_id != self._positions.generation:
            self._positions = Positions(message.generation_id, await self._starts())
        verdict = self._positions.judge(message.tp, message.offset)
        if verdict is Verdict.SEEK:
            _log.warning(
                "%s: %s-%d gave offset %d where %d was to come; reading again from there",
                self._name,
                *message.tp,
                message.offset,
                self._positions.next(message.tp),
            )
            self._context.metrics.gaps.labels(self._name).inc()
            self._app.consumer.pause_partitions({message.tp})
        return verdict is Verdict.TAKE

    async def _seek(self) -> None:
        """Read again what is missing. The partitions were paused, and what came of them is off the queue by now.

        Else Faust would go on with what it has fetched, and then take what is read again for something it has had.
        """
        await asyncio.sleep(SETTLE_SECONDS)
        places = {TP(*it): self._positions.next(it) for it in self._positions.unsought}
        await self._app.consumer.seek_wait(places)
        self._positions.unsought.clear()
        self._app.consumer.resume_partitions(places)

    async def reread(self) -> None:
        """Read again what is expected next, on all partitions: for records that were lost with none behind them.

        What is queued already comes twice then, which does no harm.
        """
        starts = await self._starts()
        nexts = {TP(*it): max(start, self._positions.next(it)) for it, start in starts.items()}
        if nexts:
            _log.warning("%s has records to read and gets none; reading again", self._name)
            self._context.metrics.gaps.labels(self._name).inc()
            await self._app.consumer.seek_wait(nexts)

    async def _starts(self) -> dict[Partition, int]:
        """Where the partitions that Faust has been given begin; waits for the cluster to tell."""
        deadline = time.monotonic() + self._context.settings.delivery_seconds
        while True:
            assigned = [it for it in self._app.consumer.assignment() if it.topic == self._source.name]
            try:
                return await self._context.cluster.starts(self._app.conf.id, assigned)
            except KafkaError as error:
                if time.monotonic() > deadline:
                    raise Undelivered(f"the cluster does not tell what is committed ({error})") from error
                await asyncio.sleep(1)

    def _letter(self, source: Received, reject: Reject) -> Outgoing:
        return dead_letter(
            source,
            reject,
            topic=self._source.dlq,
            stage=self._name,
            group=self._app.conf.id,
            now=datetime.now(UTC),
        )

    def _made(self, source: Received, step: Step) -> list[Outgoing]:
        if step.reject is not None:
            return [self._letter(source, step.reject)]
        return [outgoing(message, self._name, source) for message in step.messages]

    async def _send(self, events: Sequence[Event], steps: Sequence[Step]) -> list[Step]:
        """Send all that became of `events`; gives the steps as they turned out.

        A record with a message that the cluster refuses as too large becomes a dead letter, and a dead letter that it
        refuses goes without its value.
        """
        for step in steps:
            self._breaker.note(step.reject is not None)
        ends = list(steps)
        made = [(index, it) for index, step in enumerate(steps) for it in self._made(_record(events[index]), step)]
        placed = await self._delivery.send([it for _, it in made])
        refused = {index: it for (index, it), place in zip(made, placed, strict=True) if place is None}
        if refused:
            letters = []
            for index, it in refused.items():
                reject = steps[index].reject
                if reject is None:
                    reject = Reject(
                        RejectReason.UNDELIVERABLE, f"{it.topic} takes no message of {len(it.value or b'')} bytes"
                    )
                    ends[index] = Step(reject=reject)
                letters.append(self._letter(_record(events[index]), reject))
            placed = await self._delivery.send(letters)
            rest = [without_value(it) for it, place in zip(letters, placed, strict=True) if place is None]
            if None in await self._delivery.send(rest):
                raise Undelivered(f"{self._source.dlq} takes not even a dead letter without its value")
        return ends

    def _settle(self, events: Sequence[Event], ends: Sequence[Step]) -> None:
        now = time.time()
        for event in events:
            event.ack()
            self._age.observe(now - born(_record(event)))
        self._ledger.settle(ends)


@dataclass(slots=True)
class _Chunk:
    events: list[Event]
    steps: asyncio.Task[list[Step]]


class StageAgent(_Agent):
    """Runs a stage in the worker processes. Chunks are worked on side by side, and settled in the order they came."""

    def __init__(self, context: Context, app: faust.App, stage: Stage[Any, Any], pool: Pool) -> None:
        """Define the agent; Faust starts it by `run`."""
        super().__init__(context, app, stage.name, stage.source)
        self._stage = stage
        self._pool = pool
        self._room = asyncio.Semaphore(CHUNKS_AHEAD * context.settings.processes)
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._chunks: asyncio.Queue[_Chunk] = asyncio.Queue(CHUNKS_BEHIND)

    async def run(self, stream: StreamT[Any]) -> None:
        """The agent's body: until drained or cancelled."""
        async with asyncio.TaskGroup() as tasks:
            taking = tasks.create_task(self._take_chunks(cast(ChannelT[Any], stream.channel), tasks))
            settling = tasks.create_task(self._settle_chunks())
            await self._context.control.draining.wait()
            taking.cancel()
            await self.quiet()
            settling.cancel()

    async def quiet(self) -> None:
        """Wait until all chunks in hand are settled."""
        await self._idle.wait()

    async def _take_chunks(self, channel: ChannelT[Any], tasks: asyncio.TaskGroup) -> None:
        while True:
            await self._room.acquire()  # first, so that records gather while there is none
            most = min(self._context.settings.chunk_records, self._pool.fitting(self._stage))
            events = await self._take(channel, most)
            self._ledger.take(len(events))
            self._in_hand += 1
            self._idle.clear()
            steps = tasks.create_task(self._pool.run(self._stage, [event.message.value for event in events]))
            steps.add_done_callback(lambda _: self._room.release())
            await self._chunks.put(_Chunk(events, steps))

    async def _settle_chunks(self) -> None:
        following: _Chunk | None = None
        while True:
            chunk = following or await self._chunks.get()
            following = None
            steps = await chunk.steps
            events = chunk.events
            taken = 1
            while following is None and not self._chunks.empty() and len(events) < WAVE_RECORDS:
                chunk = self._chunks.get_nowait()
                if chunk.steps.done():
                    events += chunk.events
                    steps += chunk.steps.result()
                    taken += 1
                else:
                    following = chunk
            self._settle(events, await self._send(events, steps))
            self._in_hand -= taken
            if not self._in_hand:
                self._idle.set()


class FoldAgent(_Agent):
    """Runs the fold, on the event loop, a batch at a time, with the blocks in a Faust table.

    The order is: revisions and blocks confirmed, all of a partition or none, through its `Writer`; blocks stored here;
    records acknowledged. A crash between any two repeats the fold on the same blocks or on blocks that know the
    mentions already; both end alike.

    The table is written by its own public parts (changelog topic, `apply_changelog_batch`) instead of `table[key] =`:
    that takes the partition from a context variable which is not set for batches, and stores before the changelog is
    confirmed.
    """

    def __init__(self, context: Context, app: faust.App, fold: Fold, table: TableT[bytes, bytes], fence: Fence) -> None:
        """Define the agent; Faust starts it by `run`."""
        super().__init__(context, app, fold.name, fold.source)
        self._fold = fold
        self._table = table
        self._blocks = Blocks(lambda key: table.data.get(key))
        self._changelog = table.changelog_topic.get_topic_name()
        self._fence = fence
        self._last_term: int | None = None
        self._busy = asyncio.Lock()
        self._most = {it.name: it.max_message_bytes for it in (fold.revisions, fold.latest)}
        self._memory_seconds = context.settings.state_days * 24 * 60 * 60

    async def run(self, stream: StreamT[Any]) -> None:
        """The agent's body: until drained or cancelled."""
        async with asyncio.TaskGroup() as tasks:
            folding = tasks.create_task(self._fold_batches(cast(ChannelT[Any], stream.channel)))
            await self._context.control.draining.wait()
            async with self._busy:
                folding.cancel()

    async def quiet(self) -> None:
        """Wait until the batch in hand is settled; none is begun before partitions are taken anew."""
        self._last_term = self._fence.term
        async with self._busy:
            pass

    def _given_up(self) -> bool:
        return self._last_term == self._fence.term

    async def _fold_batches(self, channel: ChannelT[Any]) -> None:
        while True:
            events = await self._take(channel, FOLD_RECORDS)
            while events:
                async with self._busy:
                    done = len(events) if self._given_up() else await self._fold_some(events)
                del events[:done]

    async def _fold_some(self, events: Sequence[Event]) -> int:
        """Fold and settle the first of these, as many as there is time for; gives their number."""
        # Before any state is looked at: what comes of it may be written by none but who was the owner then.
        writers = {number: self._writer(number) for number in {event.message.partition for event in events}}
        fresh: dict[str, tuple[int, Block]] = {}
        size = at = 0
        self._blocks.under(self._fence.term)

        def recall(key: str) -> Block | None:
            nonlocal size
            if key in fresh:
                block: Block | None = fresh[key][1]
            else:
                block, stored = self._blocks.get(key)
                size += stored
            # By the times of the records alone, so that it makes no difference when the state drops the block.
            forgotten = block is not None and 0 < block.touched < at - self._memory_seconds
            return None if forgotten else block

        steps: list[Step] = []
        until = time.monotonic() + FOLD_SECONDS
        for event in events:
            at = int(event.message.timestamp)
            folded = self._within_limits(fold_step(self._fold, event.message.value, recall, at))
            if folded.key is not None and folded.block is not None:
                fresh[folded.key] = (event.message.partition, folded.block)
            steps.append(folded.step)
            await asyncio.sleep(0)  # a large block takes many milliseconds; let others have their turn
            if time.monotonic() > until or size > FOLD_BYTES:
                break
        events = events[: len(steps)]
        self._ledger.take(len(events))
        # Dead letters need no fence: they are the same, whoever sends them.
        await self._send(events, [step if step.reject else Step() for step in steps])
        made: dict[int, list[Outgoing]] = defaultdict(list)
        sizes: dict[str, int] = {}
        for event, step in zip(events, steps, strict=True):
            if step.messages:
                made[event.message.partition] += self._made(_record(event), step)
        for key, (partition, block) in fresh.items():
            value = encode(block)
            made[partition].append(Outgoing(self._changelog, key.encode(), value, partition=partition))
            sizes[key] = len(value)
        await asyncio.gather(*(self._write(writers[partition], messages) for partition, messages in made.items()))
        for key, (_, block) in fresh.items():
            self._blocks.keep(key, block, sizes[key])
        self._settle(events, steps)
        return len(events)

    def _writer(self, partition: int) -> Writer:
        """The writer of a partition, whose state is here: all of it, since the record of its taking was read last.

        Raises:
            Superseded: it was not taken, or its state has not been read to the end.
        """
        writer = self._fence.writer(partition)
        read = None if writer is None else self._table.persisted_offset(TP(self._changelog, partition))
        if writer is None or read is None or read < writer.since:
            raise Superseded("partitions came without their state; the next worker reads it")
        return writer

    def _within_limits(self, folded: Folded) -> Folded:
        """Reject a mention whose revisions no topic would take, before its block knows it."""
        for it in folded.step.messages:
            if len(it.value or b"") + _ROOM_FOR_HEADERS > self._most[it.topic]:
                message = f"{it.topic} takes no message of {len(it.value or b'')} bytes"
                return Folded(Step(reject=Reject(RejectReason.UNDELIVERABLE, message)))
        return folded

    async def _write(self, writer: Writer, messages: Sequence[Outgoing]) -> None:
        """Have revisions and blocks of one partition confirmed, and then keep the blocks here."""
        placed = await writer.write(messages)
        changes = [
            _Change(_Entry(it, place))
            for it, place in zip(messages, placed, strict=True)
            if it.topic == self._changelog
        ]
        self._table.apply_changelog_batch(cast(Any, changes))


_ROOM_FOR_HEADERS = 4096
"""What headers and framing add to a message."""


class _Entry:
    """What `apply_changelog_batch` reads of a message."""

    def __init__(self, change: Outgoing, place: RecordMetadata) -> None:
        self.key = change.key
        self.value = change.value
        self.partition = place.partition
        self.offset = place.offset
        self.tp = place.topic_partition


@dataclass(frozen=True, slots=True)
class _Change:
    message: _Entry
