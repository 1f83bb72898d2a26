"""What the loop around a stage costs: records a second through raw aiokafka, through Faust as it comes, and through us.

Every contender copies the same 2 KB records from one topic of four partitions to another, with acks from all replicas
and no compression, and commits; each run in a process of its own, on uvloop. The time is that between the first and the
last record on the sink, by the timestamps that the producers gave them: starting up does not count.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import replace

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.report import Row
from legation.broker import EmbeddedKafka
from legation.outcomes import Emit, Outcome
from legation.records import RawArticle, encode
from legation.topics import RAW
from legation.topology import TOPOLOGY as REAL
from legation.topology import Stage, Topology

PARTITIONS = 4

MOST_SECONDS = 240
"""A run that takes longer will not end."""

SOURCE, SINK = os.environ.get("BENCH_SOURCE", "source"), os.environ.get("BENCH_SINK", "sink")


def nothing(article: RawArticle) -> Outcome[RawArticle]:
    """The empty stage."""
    return Emit((article,))


_EMPTY = Stage(
    "empty", replace(RAW, name=SOURCE), replace(RAW, name=SINK), nothing, lambda it: it.article_id or "", seconds=10
)
TOPOLOGY = Topology(stages=(_EMPTY,), fold=REAL.fold)


async def raw(kafka: str, count: int) -> None:
    """The least there is: batches in, batches out, confirmed, committed."""
    consumer = AIOKafkaConsumer(
        SOURCE, bootstrap_servers=kafka, group_id=SINK, auto_offset_reset="earliest", enable_auto_commit=False
    )
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", linger_ms=5, max_batch_size=128 * 1024)
    await producer.start()
    await consumer.start()
    while count > 0:
        batch = [
            it for records in (await consumer.getmany(timeout_ms=500, max_records=1000)).values() for it in records
        ]
        await asyncio.gather(*[await producer.send(SINK, it.value, key=it.key) for it in batch])
        if batch:
            await consumer.commit()
        count -= len(batch)
    await consumer.stop()
    await producer.stop()


async def faust_default(kafka: str, count: int) -> None:
    """Faust as its guide shows it."""
    import faust

    app = faust.App(SINK, broker=f"kafka://{kafka}", web_enabled=False, datadir=tempfile.mkdtemp())
    source = app.topic(SOURCE, value_serializer="raw", key_serializer="raw", key_type=bytes, value_type=bytes)
    sink = app.topic(SINK, value_serializer="raw", key_serializer="raw", key_type=bytes, value_type=bytes)
    left = [count]
    done = asyncio.Event()

    @app.agent(source)
    async def copy(stream: faust.StreamT) -> None:
        async for key, value in stream.items():
            await sink.send(key=key, value=value)
            left[0] -= 1
            if not left[0]:
                done.set()

    starting = asyncio.create_task(app.start())
    await done.wait()
    await app.producer.flush()
    starting.cancel()


async def ours(kafka: str, count: int) -> None:
    """The worker, with a stage that does nothing, in one worker process."""
    from legation.runtime import memory
    from legation.runtime.settings import Settings
    from legation.runtime.worker import Worker

    memory.settle()  # as `run` does
    settings = Settings.load(
        {
            "LEGATION_KAFKA": kafka,
            "LEGATION_GROUP": SINK,
            "LEGATION_STAGES": "empty",
            "LEGATION_PROCESSES": "1",
            "LEGATION_METRICS_PORT": "0",
            "LEGATION_DATA_DIR": tempfile.mkdtemp(),
        }
    )
    running = asyncio.create_task(Worker(settings, "bench.loop:TOPOLOGY").run())
    while not running.done() and await ended(kafka, SINK) < count:
        await asyncio.wait([running], timeout=1)
    assert not running.done(), f"the worker ended with {running.result()}"


CONTENDERS = {"raw aiokafka": raw, "Faust default": faust_default, "legation, empty stage": ours}

RAW_SHARE, FAUST_TIMES = 0.35, 3.0
"""What our loop should reach of the one and of the other."""


def measure(broker: EmbeddedKafka, records: int, runs: int, say: Callable[[str], None]) -> list[Row]:
    """Records a second of each contender, in turn, so that what else the machine does hits all alike."""
    rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for number in range(runs):
        for name in CONTENDERS:
            say(f"loop, {name}: run {number + 1} of {runs}")
            mark = uuid.uuid4().hex[:8]
            source, sink = f"source-{mark}", f"sink-{mark}"
            asyncio.run(prepare(broker.bootstrap, records, source, sink))
            subprocess.run(
                [sys.executable, "-m", "bench.contender", name, broker.bootstrap, str(records)],
                env=os.environ | {"BENCH_SOURCE": source, "BENCH_SINK": sink},
                timeout=MOST_SECONDS,
                check=True,
            )
            rates[name].append(records / asyncio.run(seconds(broker.bootstrap, sink)))
    (_, least), (guide, usual), (name, own) = rates.items()
    return [
        Row("loop", "raw aiokafka", "records/s", least),
        Row("loop", guide, "records/s", usual, "raw aiokafka"),
        Row("loop", name, "records/s", own, "raw aiokafka", at_least=RAW_SHARE),
        Row("loop", f"{name} ", "records/s", own, guide, at_least=FAUST_TIMES),
    ]


async def prepare(kafka: str, count: int, *topics: str) -> None:
    """Create the topics, and fill the first."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for it in topics for name in (it, f"{it}.dlq")])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20, max_batch_size=512 * 1024)
    await producer.start()
    for start in range(0, count, 1000):
        articles = [RawArticle(article_id=str(i), text="x" * 1970) for i in range(start, min(start + 1000, count))]
        await asyncio.gather(
            *[await producer.send(topics[0], encode(it), key=(it.article_id or "").encode()) for it in articles]
        )
    await producer.stop()


async def ended(kafka: str, topic: str) -> int:
    """Records on a topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    ends = await consumer.end_offsets([TopicPartition(topic, it) for it in range(PARTITIONS)])
    await consumer.stop()
    return sum(ends.values())


async def seconds(kafka: str, topic: str) -> float:
    """Between the first record and the last."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    places = [TopicPartition(topic, it) for it in range(PARTITIONS)]
    consumer.assign(places)
    ends = await consumer.end_offsets(places)
    stamps: list[int] = []
    while any([await consumer.position(place) < ends[place] for place in places]):
        for records in (await consumer.getmany(timeout_ms=500)).values():
            stamps += [it.timestamp for it in records]
    await consumer.stop()
    return (max(stamps) - min(stamps)) / 1000
