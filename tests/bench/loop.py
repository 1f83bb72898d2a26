"""What the loop around a stage costs: records a second through raw aiokafka, through Faust as it comes, and through us.

    python tests/bench/bench_loop.py [--records 30000] [--runs 3] [--json FILE]

Every contender copies the same 2 KB records from one topic of four partitions to another, with acks from all replicas,
on an Apache Kafka started here; each run in a process of its own. The time is that between the first and the last
record on the sink, by the timestamps that the producers gave them: starting up does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from legation.broker import EmbeddedKafka
from legation.outcomes import Emit, Outcome
from legation.records import RawArticle, encode
from legation.topics import RAW
from legation.topology import TOPOLOGY as REAL
from legation.topology import Stage, Topology

PARTITIONS = 4

MOST_SECONDS = 120
"""A run that takes longer will not end."""
SOURCE, SINK = os.environ.get("BENCH_SOURCE", "source"), os.environ.get("BENCH_SINK", "sink")


def nothing(article: RawArticle) -> Outcome[RawArticle]:
    """The empty stage."""
    return Emit((article,))


TOPOLOGY = Topology(
    stages=(
        Stage(
            "empty",
            replace(RAW, name=SOURCE),
            replace(RAW, name=SINK),
            nothing,
            lambda it: it.article_id or "",
            seconds=10,
        ),
    ),
    fold=REAL.fold,
)


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

    app = faust.App("faust-default", broker=f"kafka://{kafka}", web_enabled=False, datadir=tempfile.mkdtemp())
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
    from legation.runtime.settings import Settings
    from legation.runtime.worker import Worker

    settings = Settings.load(
        os.environ
        | {
            "LEGATION_KAFKA": kafka,
            "LEGATION_STAGES": "empty",
            "LEGATION_PROCESSES": "1",
            "LEGATION_METRICS_PORT": "0",
            "LEGATION_DATA_DIR": tempfile.mkdtemp(),
        }
    )
    worker = Worker(settings, f"{Path(__file__).stem}:TOPOLOGY")
    running = asyncio.create_task(worker.run())
    for _ in range(MOST_SECONDS):
        await asyncio.wait([running], timeout=1)
        if running.done() or await ended(kafka, SINK) >= count:
            break
    assert not running.done(), f"the worker ended with {running.result()}"


CONTENDERS = {"raw aiokafka": raw, "Faust default": faust_default, "legation, empty stage": ours}


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


def main() -> None:
    """Run all contenders in turn, so that what else the machine does hits all alike; print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder, EmbeddedKafka(Path(folder)) as broker:
        for _ in range(options.runs):
            for name in CONTENDERS:
                mark = uuid.uuid4().hex[:8]
                source, sink = f"source-{mark}", f"sink-{mark}"
                asyncio.run(prepare(broker.bootstrap, options.records, source, sink))
                subprocess.run(
                    [sys.executable, __file__],
                    env=os.environ
                    | {
                        "BENCH_RUN": json.dumps([name, broker.bootstrap, options.records]),
                        "BENCH_SOURCE": source,
                        "BENCH_SINK": sink,
                        "PYTHONPATH": str(Path(__file__).parent),
                    },
                    check=True,
                )
                rates[name].append(options.records / asyncio.run(seconds(broker.bootstrap, sink)))
                print(f"{name}: {rates[name][-1]:.0f}", file=sys.stderr)
    medians = {name: statistics.median(it) for name, it in rates.items()}
    print(f"{'':<24}{'records/s':>10}{'of raw':>8}{'of Faust':>10}   all runs")
    for name, rate in medians.items():
        others = " ".join(f"{it:.0f}" for it in rates[name])
        raw_rate, faust_rate = medians["raw aiokafka"], medians["Faust default"]
        print(f"{name:<24}{rate:>10.0f}{rate / raw_rate:>8.2f}{rate / faust_rate:>10.1f}   {others}")
    if options.json:
        options.json.write_text(json.dumps({"medians": medians, "runs": rates}, indent=1))


if __name__ == "__main__":
    if job := os.environ.get("BENCH_RUN"):
        import uvloop

        logging.basicConfig(level=logging.CRITICAL, format="%(name)s: %(message)s")
        logging.getLogger("legation").setLevel(logging.WARNING)
        contender, address, records = json.loads(job)
        asyncio.Runner(loop_factory=uvloop.new_event_loop).run(CONTENDERS[contender](address, records))
        os._exit(0)  # Faust's tasks do not all let themselves be cancelled
    main()
