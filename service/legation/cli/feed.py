"""`legation feed`: raw articles onto the topic that the pipeline reads."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import Self

import click
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from legation.cli.inputs import Given, Payload, Unreadable, chosen, read
from legation.cli.kafka import Unavailable, client_options, kafka_option, reaching
from legation.cli.options import given_options
from legation.cli.topics import describe
from legation.topics import RAW

_IN_FLIGHT = 5000
"""Records that may await their acknowledgement: enough that a round trip costs nothing, few to be sent again."""

_IN_FLIGHT_BYTES = 64 * 1024 * 1024
"""The same in bytes: the largest record and more. What is fed takes no more memory than this, twice."""

_PATIENCE = 60.0
"""Seconds that the oldest record may await its acknowledgement; then Kafka is gone. An election takes ten at most."""

_PARTING = 3.0
"""Seconds that what is on its way has left after an interruption: a person waits."""


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@kafka_option
@click.option("--from", "start", type=click.IntRange(min=0), default=0, metavar="N", help="Skip the first N records.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N records a second.")
@given_options
@click.pass_context
def feed(
    context: click.Context, files: tuple[str, ...], kafka: str, start: int, rate: float | None, given: Given
) -> None:
    """Publish raw articles, for a worker to read.

    A FILE is text, HTML, JSON or JSONL of raw articles, gzipped or not; `-` is standard input; a folder stands for
    the files in it. The options that describe an article are for text and HTML: records in JSON speak for themselves,
    and are published as they stand, broken or not: the pipeline dead-letters what it cannot read.

    \b
    legation feed --published 2024-05-13 story.txt
    zcat archive.jsonl.gz | legation feed --rate 200

    When it is interrupted it says from where to resume: `--from N`, with the same files.

    Exit status: 0 all published and acknowledged, 1 something could not be (named on stderr; the rest was), 2 wrong
    usage, 69 the cluster or its topic is not there, 130 interrupted.
    """
    names = chosen(files, context, "feed")
    with reaching(kafka):
        topic = asyncio.run(describe(kafka, [RAW.name])).get(RAW.name)
        if topic is None:
            raise Unavailable(
                f"The cluster at {kafka} has no topic {RAW.name}: create it with `legation topics apply`."
            )
        limit = int(topic.config["max.message.bytes"]) if topic.config else RAW.max_message_bytes
        with _progress() as progress, _Publisher(kafka, limit) as publisher:
            ledger = _Ledger(progress, settled=start)
            try:
                _feed(read(names, given), rate, publisher, ledger)
            except BaseException:  # Ctrl-C too
                publisher.close()
                ledger.sweep()
                ledger.note(f"{ledger.published} records published; resume with --from {ledger.settled}")
                raise
    ledger.note(ledger.summary())
    if ledger.failed:
        context.exit(1)


def _feed(items: Iterable[Payload | Unreadable], rate: float | None, publisher: _Publisher, ledger: _Ledger) -> None:
    begun = time.monotonic()
    for number, item in enumerate(islice(items, ledger.settled, None)):
        if rate:
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        if isinstance(item, Payload):
            ledger.make_room(len(item.value))
            ledger.enter(item, publisher.publish(key_of(item.value), item.value))
        else:
            ledger.enter(item, None)
    ledger.finish()


def key_of(value: bytes) -> bytes:
    """Key of a raw record: its article_id, else its url, else (it has none, or is broken) the sha256 of its bytes."""
    try:
        record = orjson.loads(value)
    except orjson.JSONDecodeError:
        record = None
    if isinstance(record, dict):
        for name in ("article_id", "url"):
            if isinstance(found := record.get(name), str) and found:
                return found.encode()
    return hashlib.sha256(value).hexdigest().encode()


class _Ledger:
    """What has become of each record, in the order in which they came."""

    def __init__(self, progress: Progress, *, settled: int) -> None:
        self.settled = settled
        """Number of the first record of which it is not known whether Kafka has it: where to resume."""
        self.published = 0
        self.failed = 0
        self._progress = progress
        self._task = progress.add_task("")
        self._begun = time.monotonic()
        self._open: deque[tuple[Payload | Unreadable, Future[None] | None]] = deque()
        self._open_bytes = 0

    def enter(self, item: Payload | Unreadable, acknowledged: Future[None] | None) -> None:
        """Note a record that has been handed to the client, or (None) cannot be."""
        self._open.append((item, acknowledged))
        self._open_bytes += _size(item)

    def sweep(self) -> None:
        """Strike off the oldest records whose fate is known, without waiting for any."""
        while self._open and ((acknowledged := self._open[0][1]) is None or acknowledged.done()):
            self._strike_off()

    def make_room(self, size: int) -> None:
        """Wait until a record of `size` bytes may be handed over.

        Raises:
            Unavailable: the oldest has waited too long.
            KafkaError: it could not be published, for a reason that is not the record's.
        """
        self.sweep()
        while self._open and (len(self._open) >= _IN_FLIGHT or self._open_bytes + size > _IN_FLIGHT_BYTES):
            self._strike_off()

    def finish(self) -> None:
        """Wait for all; raises as `make_room` does."""
        while self._open:
            self._strike_off()

    def _strike_off(self) -> None:
        item, acknowledged = self._open[0]
        try:
            if isinstance(item, Unreadable):
                self._fail(item, f"{item.reason}: {item.message}")
            elif acknowledged is not None:
                acknowledged.result(timeout=_PATIENCE)
                self.published += 1
                self._progress.update(self._task, description=f"{self.published} records  {self._rate():.0f}/s")
        except MessageSizeTooLargeError:
            self._fail(item, f"too-large: {_size(item)} bytes with its key are more than the topic takes")
        except TimeoutError:
            raise Unavailable(f"Kafka has acknowledged nothing for {_PATIENCE:g} s.") from None
        self._open.popleft()
        self._open_bytes -= _size(item)
        self.settled += 1

    def _fail(self, item: Payload | Unreadable, reason: str) -> None:
        self.failed += 1
        self.note(f"{item.file}:{item.line}: {reason}")

    def note(self, text: str) -> None:
        """A line on stderr, above the bar if there is one."""
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def summary(self) -> str:
        """What has been done, how fast, and what has not."""
        seconds = time.monotonic() - self._begun
        failed = f"; {self.failed} could not be" if self.failed else ""
        return f"{self.published} records published in {seconds:.1f} s ({self._rate():.0f}/s){failed}"

    def _rate(self) -> float:
        return self.published / max(time.monotonic() - self._begun, 1e-3)


class _Publisher:
    """A producer on an event loop in a thread of its own, as a context manager.

    So that what has been handed over is on its way while this thread waits for the next line of a slow pipe, and that
    Ctrl-C ends that wait.
    """

    def __init__(self, kafka: str, max_message_bytes: int) -> None:
        self._kafka = kafka
        # What cannot be compressed grows: LZ4 frames each block of 64 KiB or more, and aiokafka sends that even so.
        self._limit = max_message_bytes - 64 - 8 * (max_message_bytes // (64 * 1024))
        self._started: Future[None] = Future()
        # A daemon: should the client not take its leave, the process ends without it.
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def publish(self, key: bytes, value: bytes) -> Future[None]:
        """Hand a record over. The future fails with the KafkaError that kept it from being published."""
        acknowledged: Future[None] = Future()
        self._loop.call_soon_threadsafe(self._queue.put_nowait, (key, value, acknowledged))
        return acknowledged

    def close(self) -> None:
        """Publish what is on its way, if that can be done in a few seconds, and take leave."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(_PARTING + 2)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._queue: asyncio.Queue[tuple[bytes, bytes, Future[None]]] = asyncio.Queue()
        producer = AIOKafkaProducer(
            **client_options(self._kafka),
            acks="all",
            enable_idempotence=True,
            max_request_size=self._limit,  # the client counts the batch around a record, as the broker does
            # Fewer and larger requests than by default. A batch may be no larger than a record.
            max_batch_size=min(128 * 1024, self._limit),
            linger_ms=5,
            compression_type="lz4",  # text shrinks to half or less, at hundreds of MB/s
        )
        try:
            await producer.start()
        except BaseException as error:
            self._started.set_exception(error)
            await producer.stop()
            return
        self._started.set_result(None)
        sender = asyncio.create_task(self._send(producer))
        await self._ended.wait()
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(_PARTING):
                await self._queue.join()
                await producer.flush()
        sender.cancel()
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(1):  # a formality now, or in vain
                await producer.stop()

    async def _send(self, producer: AIOKafkaProducer) -> None:
        """One after the other, so that two versions of one article stay in order; acknowledgements come when they do.

        No task a record: their weak references are cleared in the thread that reads, and an interrupt that falls into
        that is lost.
        """
        while True:
            key, value, acknowledged = await self._queue.get()
            try:
                sent = await producer.send(RAW.name, value, key)
            except KafkaError as error:
                acknowledged.set_exception(error)
            else:
                sent.add_done_callback(functools.partial(_pass_on, acknowledged))
            self._queue.task_done()


def _pass_on(acknowledged: Future[None], sent: asyncio.Future[RecordMetadata]) -> None:
    if sent.cancelled():
        return  # given up on the way out: nobody knows what has become of it
    if (error := sent.exception()) is not None:
        acknowledged.set_exception(error)
    else:
        acknowledged.set_result(None)


def _size(item: Payload | Unreadable) -> int:
    return len(item.value) if isinstance(item, Payload) else 0


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
