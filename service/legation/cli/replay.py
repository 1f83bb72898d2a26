"""Dead letters back to the topics that they came from: each tried first, sent, confirmed and noted.

The letters are read a second time, a wave after the other, so that a million of them needs no more memory than one
wave. Each wave is sent and confirmed, then noted and confirmed: a crash in between sends at most one wave twice at the
next call, which changes nothing in the end (stages are pure, and ids are hashes).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from legation.cli.kafka import client_options
from legation.cli.letters import Letter, records
from legation.outcomes import RejectReason
from legation.pipeline import Step, fold_step
from legation.runtime.deadletter import replay, replayed, shape
from legation.runtime.headers import Outgoing
from legation.runtime.isolate import TOPOLOGY as REFERENCE
from legation.runtime.isolate import Pool, PoolBroken
from legation.runtime.metrics import Metrics
from legation.runtime.settings import Settings
from legation.topics import ALL, RAW
from legation.topology import TOPOLOGY

WAVE_RECORDS = 64
"""Most letters that are sent before they are noted: what a crash sends twice."""

WAVE_BYTES = 8 * 1024 * 1024
"""A wave ends with the letter that brings it to so many bytes."""

WAVE_SECONDS = 1.0
"""And at a low rate a wave is what is sent in this time."""


@dataclass(slots=True)
class Tally:
    """What has become of the letters that were meant, by fingerprint."""

    sent: Counter[str] = field(default_factory=Counter)
    """Or would have been."""
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(fingerprint, why) of those that were not, and would not."""

    @property
    def done(self) -> int:
        """How many have been dealt with."""
        return self.sent.total() + self.kept.total()


class Trial:
    """Takes letters through the stages that rejected them, in processes that may be killed, as the worker does.

    An async context manager. What the fold knows is not known here: a mention is tried on an empty block.
    """

    def __init__(self, topics: set[str]) -> None:
        """For the letters on these topics."""
        self._stages = {it.source.dlq: it for it in TOPOLOGY.stages if it.source.dlq in topics}
        settings = Settings.load()
        self._pool = Pool(
            REFERENCE,
            list(self._stages.values()),
            Metrics(),
            processes=settings.processes,
            recycle_after=settings.recycle_after,
            memory_mb=settings.process_memory_mb,
            stall_seconds=settings.stall_seconds,
        )

    async def __aenter__(self) -> Trial:
        """Start the processes, if any stage needs them.

        Raises:
            ClickException: they cannot be started.
        """
        if self._stages:
            try:
                await self._pool.start()
            except PoolBroken as error:
                raise click.ClickException(str(error)) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        """End them."""
        await self._pool.stop()

    async def faults(self, topic: str, values: Sequence[bytes | None]) -> list[str]:
        """Why each of these, letters of one topic, would come back; '' where it would not."""
        if (stage := self._stages.get(topic)) is None:
            fold = TOPOLOGY.fold
            largest = {it.name: it.max_message_bytes for it in (fold.revisions, fold.latest)}
            return [_fault(fold_step(fold, value, lambda _: None).step, largest) for value in values]
        # One by one, on as many processes as there are: a chunk with one that hangs would have all tried twice.
        steps = await asyncio.gather(*(self._pool.run(stage, (value,)) for value in values))
        return [_fault(step, {stage.sink.name: stage.sink.max_message_bytes}) for (step,) in steps]


def _fault(step: Step, largest: dict[str, int]) -> str:
    if step.reject is not None:
        return f"{step.reject.reason}: {shape(step.reject.message)}"
    for message in step.messages:
        if len(message.value or b"") > largest[message.topic]:
            return f"{RejectReason.UNDELIVERABLE}: larger than {message.topic} takes"
    return ""


class Replay:
    """One call of `legation dlq replay`."""

    def __init__(
        self,
        letters: Sequence[Letter],
        *,
        trial: Trial | None,
        producer: AIOKafkaProducer | None,
        rate: float,
        most_replays: int,
        tell: Callable[[Tally], None],
    ) -> None:
        """`trial` None sends without trying, `producer` None sends nothing; `tell` hears how it goes."""
        self._letters = {(it.place, it.offset): it for it in letters}
        self._trial = trial
        self._producer = producer
        self._rate = rate
        self._most_replays = most_replays
        self._tell = tell
        self._next = time.monotonic()
        self.tally = Tally()
        self.stop = asyncio.Event()
        """Set, it ends after the wave that is being sent."""

    async def run(self, consumer: AIOKafkaConsumer) -> None:
        """Deal with all letters, or until `stop` is set.

        Raises:
            KafkaError: Kafka has gone, or refuses. What was confirmed before has been noted, if Kafka took the notes.
        """
        async for wave in self._waves(consumer):
            sound = await self._sound_of(wave)
            sent = sound if self._producer is None else await self._send(self._producer, sound)
            for record in sent:
                self.tally.sent[self._letter(record).fingerprint] += 1
            self._tell(self.tally)
            if self.stop.is_set():
                return

    async def _waves(self, consumer: AIOKafkaConsumer) -> AsyncIterator[list[ConsumerRecord]]:
        """The letters, as they lie on their topics; those that are not to be sent whatever they hold are left out."""
        spans: dict[TopicPartition, tuple[int, int]] = {}
        for place, offset in self._letters:
            first, end = spans.get(place, (offset, offset + 1))
            spans[place] = min(first, offset), max(end, offset + 1)
        most = min(WAVE_RECORDS, max(1, int(self._rate * WAVE_SECONDS)))
        wave: list[ConsumerRecord] = []
        size = 0
        async for record in records(consumer, spans):
            letter = self._letters.get((TopicPartition(record.topic, record.partition), record.offset))
            if letter is None:
                continue
            if letter.value_left_out:
                self._keep(letter, "its topic did not take its value")
            elif letter.replays >= self._most_replays:
                self._keep(letter, f"replayed {letter.replays} times already")
            else:
                wave.append(record)
                size += len(record.value or b"")
            if len(wave) >= most or size >= WAVE_BYTES:
                yield wave
                wave, size = [], 0
        if wave:
            yield wave
        self._tell(self.tally)

    async def _sound_of(self, wave: list[ConsumerRecord]) -> list[ConsumerRecord]:
        """Those of a wave that would not come back; none if `stop` is set before that is known."""
        if self._trial is None:
            return wave
        trying = asyncio.ensure_future(self._faults(self._trial, wave))
        stopping = asyncio.ensure_future(self.stop.wait())
        await asyncio.wait((trying, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not trying.done():
            trying.cancel()
            return []
        sound = []
        for record, fault in zip(wave, trying.result(), strict=True):
            if fault:
                self._keep(self._letter(record), f"would come back: {fault}")
            else:
                sound.append(record)
        return sound

    async def _faults(self, trial: Trial, wave: list[ConsumerRecord]) -> list[str]:
        faults = [""] * len(wave)
        for topic in dict.fromkeys(record.topic for record in wave):
            here = [index for index, record in enumerate(wave) if record.topic == topic]
            for index, fault in zip(here, await trial.faults(topic, [wave[it].value for it in here]), strict=True):
                faults[index] = fault
        return faults

    async def _send(self, producer: AIOKafkaProducer, wave: list[ConsumerRecord]) -> list[ConsumerRecord]:
        """Send a wave at the rate, until `stop` is set; note what was confirmed, and give that."""
        sending: list[tuple[ConsumerRecord, asyncio.Future[RecordMetadata]]] = []
        for record in wave:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), max(0.0, self._next - time.monotonic()))
                break
            self._next = max(self._next, time.monotonic()) + 1 / self._rate
            sending.append((record, await _post(producer, replay(record, _SOURCES[record.topic]))))
        ends = await asyncio.gather(*(future for _, future in sending), return_exceptions=True)
        sent, notes = [], []
        failure: BaseException | None = None
        for (record, _), end in zip(sending, ends, strict=True):
            if isinstance(end, MessageSizeTooLargeError):
                self._keep(self._letter(record), f"{_SOURCES[record.topic]} refuses it as too large")
            elif isinstance(end, BaseException):
                failure = end
            else:
                note = replayed(record, partition=end.partition, offset=end.offset, now=datetime.now(UTC))
                notes.append(await _post(producer, note))
                sent.append(record)
        await asyncio.gather(*notes)
        if failure is not None:
            raise failure
        return sent

    def _letter(self, record: ConsumerRecord) -> Letter:
        return self._letters[TopicPartition(record.topic, record.partition), record.offset]

    def _keep(self, letter: Letter, why: str) -> None:
        self.tally.kept[letter.fingerprint, why] += 1


_SOURCES = {topic.dlq: topic.name for topic in ALL if topic.dead_letters}
"""Where the letters on a topic came from."""


def producer_of(kafka: str) -> AIOKafkaProducer:
    """A producer whose messages are confirmed by all replicas; an async context manager."""
    return AIOKafkaProducer(
        **client_options(kafka),
        acks="all",
        enable_idempotence=True,
        max_request_size=RAW.dlq_max_message_bytes,
        linger_ms=5,
    )


async def _post(producer: AIOKafkaProducer, it: Outgoing) -> asyncio.Future[RecordMetadata]:
    """Hand a message over; the future tells where it lies, or fails as the client does when it is too large."""
    try:
        headers = list(it.headers)
        sent: asyncio.Future[RecordMetadata] = await producer.send(
            it.topic, it.value, it.key, partition=it.partition, headers=headers
        )
    except MessageSizeTooLargeError as error:  # the client's own limit
        sent = asyncio.get_running_loop().create_future()
        sent.set_exception(error)
    return sent
