"""The numbers that docs/scaling.md counts with: what an article costs, what state weighs, what a rebalance holds up.

    python tests/bench/scaling.py cost [FILE]        CPU and bytes an article, on the way through Apache Kafka
    python tests/bench/scaling.py recovery           reading the state of consolidate again from its changelog
    python tests/bench/scaling.py fold [FILE]        how fast one partition of mentions is folded
    python tests/bench/scaling.py rebalance          how long records wait when a worker joins, leaves or is killed

FILE is JSONL of raw articles; without one they are made. CPU is counted in seconds of it, and so says the same on a
machine that is busy with other things; times of recovery and rebalances do not.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import struct
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import click
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from legation.broker import EmbeddedKafka
from legation.cli.topics import apply
from legation.pipeline import Pipeline, steps
from legation.records import encode
from legation.topics import CLEAN, EVENTS, MENTIONS, RAW
from legation.topology import TOPOLOGY

sys.path.insert(0, str(Path(__file__).parents[1]))
from integration.made_articles import make_articles
from integration.running import everything, legation, worker

SEED = 20250301

CHANGELOG = "legation.consolidate-blocks-changelog"

MOST_SECONDS = 1800
"""What takes longer will not end, on a busy machine either."""

TICK = os.sysconf("SC_CLK_TCK")


@click.group()
def main() -> None:
    """Measure what docs/scaling.md counts with."""


# --- what an article costs -------------------------------------------------------------------------------------------


@main.command()
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--articles", default=3000, show_default=True)
@click.option("--diplomatic", default=0.1, show_default=True, help="Share of the made ones that are.")
def cost(file: Path | None, articles: int, diplomatic: float) -> None:
    """CPU, messages and bytes of an article, by stage and topic."""
    if file is None:
        values = [it.value for it in make_articles(articles, SEED, malformed=0, diplomatic=diplomatic)]
    else:
        values = file.read_bytes().splitlines()[:articles]
    click.echo(f"{len(values)} articles of {sum(map(len, values)) / len(values):.0f} bytes")
    _in_process(values)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = stack.enter_context(EmbeddedKafka(folder / "kafka"))
        asyncio.run(apply(kafka.bootstrap))
        fed = folder / "fed.jsonl"
        fed.write_bytes(b"\n".join(values))
        it = stack.enter_context(worker(kafka.bootstrap, folder, {"LEGATION_PROCESSES": "1"}))
        _until(it.ready)
        broker = kafka.nodes[0].pid or 0
        before = _own_cpu(it.process.pid), _cpu(it.process.pid), _cpu(broker)
        begun = time.monotonic()
        assert legation("feed", str(fed), "--kafka", kafka.bootstrap).returncode == 0
        it.finish(len(values), 1200)
        took = time.monotonic() - begun
        after = _own_cpu(it.process.pid), _cpu(it.process.pid), _cpu(broker)
        own, all_, kafkas = (1000 * (now - was) / len(values) for now, was in zip(after, before, strict=True))
        time.sleep(2)  # the last commit
        click.echo(
            f"through Kafka: {len(values) / took:.0f} a second; CPU ms an article: main process {own:.2f}, "
            f"worker process {all_ - own:.2f}, broker {kafkas:.2f}"
        )
        _bytes(folder / "kafka", len(values))


def _in_process(values: list[bytes]) -> None:
    """CPU of each stage, an article fed (not: that reaches it)."""
    for stage in TOPOLOGY.stages:
        if stage.warm:
            stage.warm()
    list(map(Pipeline().feed, values[:20]))
    messages: list[bytes | None] = list(values)
    for stage in TOPOLOGY.stages:
        begun = time.process_time()
        done = [it for start in range(0, len(messages), 32) for it in steps(stage, messages[start : start + 32])]
        took = time.process_time() - begun
        click.echo(f"  {stage.name}: {len(messages)} records, {1000 * took / len(values):.2f} ms an article fed")
        messages = [message.value for step in done for message in step.messages]
    pipeline = Pipeline()
    begun = time.process_time()
    pipeline.feed_many(values)
    click.echo(f"  all: {1000 * (time.process_time() - begun) / len(values):.2f} ms an article fed")


def _bytes(data: Path, articles: int) -> None:
    """What lies on each topic: records, batches (at most so many produce requests), bytes as the broker keeps them."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for segment in data.glob("node-*/data/*-*/*.log"):
        topic = segment.parent.name.rpartition("-")[0]
        for records, size in _batches(segment.read_bytes()):
            for index, count in enumerate((records, 1, size)):
                found[topic][index] += count
    click.echo(f"  {'topic':<40}{'records':>9}{'batches':>9}{'bytes':>9}   each an article fed")
    for topic, counts in sorted(found.items()):
        click.echo(f"  {topic:<40}" + "".join(f"{count / articles:>9.3f}" for count in counts))
    totals = [sum(counts[index] for counts in found.values()) / articles for index in range(3)]
    click.echo(f"  {'all':<40}" + "".join(f"{total:>9.3f}" for total in totals))


def _batches(data: bytes) -> Iterator[tuple[int, int]]:
    """(records, bytes) of each batch of a segment (Kafka's record batch, version 2)."""
    at = 0
    while at + 61 <= len(data):
        length = struct.unpack_from(">i", data, at + 8)[0]
        if length <= 0:  # what is allocated and not written yet
            return
        yield struct.unpack_from(">i", data, at + 57)[0], 12 + length
        at += 12 + length


# --- recovery --------------------------------------------------------------------------------------------------------


@main.command()
@click.option("--blocks", default=100_000, show_default=True)
def recovery(blocks: int) -> None:
    """How long the state of consolidate takes to be read again, and how large it is."""
    known = list(_pipeline(3000)._blocks.values())
    values = [encode(known[number % len(known)]) for number in range(blocks)]
    mean = sum(map(len, values)) / len(values)
    click.echo(
        f"{blocks} blocks of {mean:.0f} bytes, {statistics.mean(len(it.mentions) for it in known):.1f} mentions each"
    )
    for count in (0, blocks // 2, blocks):
        with tempfile.TemporaryDirectory() as name, EmbeddedKafka(Path(name) / "kafka") as kafka:
            asyncio.run(_changelog(kafka.bootstrap, values[:count]))
            for what in ("from the changelog", "with what was kept here"):
                begun = time.monotonic()
                with worker(kafka.bootstrap, Path(name), {"LEGATION_STAGES": "consolidate"}) as it:
                    _until(it.ready)
                    took = time.monotonic() - begun
                    size = sum(file.stat().st_size for file in (Path(name) / "state").rglob("*") if file.is_file())
                click.echo(f"  {count} blocks, {what}: ready after {took:.1f} s, {size / 1e6:.1f} MB on disk")


async def _changelog(kafka: str, values: list[bytes]) -> None:
    await apply(kafka)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics(
        [NewTopic(CHANGELOG, MENTIONS.partitions, 1, topic_configs={"cleanup.policy": "compact"})]
    )
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5, max_batch_size=128 * 1024) as producer:
        futures = [
            await producer.send(CHANGELOG, value, f"AAA+BBB|CONSULT|{number}".encode())
            for number, value in enumerate(values)
        ]
        await asyncio.gather(*futures)


# --- one partition of mentions ---------------------------------------------------------------------------------------


@main.command()
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
def fold(file: Path | None) -> None:
    """How many mentions a second consolidate folds when all are on one partition, as those of one hot pair are."""
    values = [value for _, value in _records(MENTIONS.name, file)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = stack.enter_context(EmbeddedKafka(folder / "kafka"))
        asyncio.run(apply(kafka.bootstrap))
        it = stack.enter_context(worker(kafka.bootstrap, folder, {"LEGATION_STAGES": "consolidate"}))
        _until(it.ready)
        used, begun = _own_cpu(it.process.pid), time.monotonic()
        asyncio.run(_send_all(kafka.bootstrap, MENTIONS.name, values))
        _until(lambda: it.ends("consolidate").total() == len(values))
        used, took = _own_cpu(it.process.pid) - used, time.monotonic() - begun
        click.echo(
            f"{len(values)} mentions: {len(values) / took:.0f} a second, {1000 * used / len(values):.2f} ms of CPU each"
        )


async def _send_all(kafka: str, topic: str, values: list[bytes]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5) as producer:
        await asyncio.gather(*[await producer.send(topic, value, b"one key") for value in values])


# --- rebalance -------------------------------------------------------------------------------------------------------


@main.command()
@click.option("--rate", default=50.0, show_default=True, help="Records a second.")
@click.option("--stage", default="clean", show_default=True, type=click.Choice(["clean", "consolidate"]))
def rebalance(rate: float, stage: str) -> None:
    """How long records wait from one topic to the next while workers come and go."""
    source, sink = (RAW, CLEAN) if stage == "clean" else (MENTIONS, EVENTS)
    values = _records(source.name)
    env = {"LEGATION_STAGES": stage, "LEGATION_PROCESSES": "1"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = stack.enter_context(EmbeddedKafka(folder / "kafka"))
        asyncio.run(apply(kafka.bootstrap))
        first = stack.enter_context(worker(kafka.bootstrap, folder, env))
        _until(first.ready)
        moments: list[tuple[str, float]] = []
        with _feeding(kafka.bootstrap, source.name, values, rate):
            for number, how in enumerate((signal.SIGTERM, signal.SIGKILL)):
                time.sleep(15)
                moments.append(("quiet", time.time() - 10))
                place = folder / f"second-{number}"
                place.mkdir()
                begun = time.time()
                try:
                    with worker(kafka.bootstrap, place, env) as second:
                        _until(second.ready)
                        moments.append(("joined", begun))
                        time.sleep(10)
                        moments.append((how.name, time.time()))
                        second.process.send_signal(how)
                        second.process.wait()
                except AssertionError:  # it was killed, and that is no good order
                    if how is not signal.SIGKILL:
                        raise
            time.sleep(25)
        found = [
            (it.timestamp / 1000, it.timestamp / 1000 - _born(it)) for it in everything(kafka.bootstrap, sink.name)
        ]
        for (what, at), (_, end) in zip(moments, [*moments[1:], ("", time.time())], strict=True):
            ages = [age for sent, age in found if at <= sent < end]
            click.echo(
                f"  {what:<8} {len(ages):>6} records, waited {statistics.median(ages):.3f} s, at most {max(ages):.2f} s"
            )


def _born(record: object) -> float:
    headers = dict(record.headers)  # type: ignore[attr-defined]
    return datetime.fromisoformat(headers["ce_time"].decode()).timestamp()


@contextmanager
def _feeding(kafka: str, topic: str, values: list[tuple[bytes, bytes]], rate: float) -> Iterator[None]:
    """Feed, in a process of its own, at a rate, until told to end."""
    if (child := os.fork()) == 0:
        asyncio.run(_feed(kafka, topic, values, rate))
        os._exit(0)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


async def _feed(kafka: str, topic: str, values: list[tuple[bytes, bytes]], rate: float) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        begun = time.monotonic()
        number = 0
        while True:
            await asyncio.sleep(begun + number / rate - time.monotonic())
            key, value = values[number % len(values)]
            await producer.send(topic, value, key)
            number += 1


# --- what all of them use --------------------------------------------------------------------------------------------


def _pipeline(articles: int) -> Pipeline:
    pipeline = Pipeline()
    pipeline.feed_many([it.value for it in make_articles(articles, SEED, malformed=0, diplomatic=1)])
    return pipeline


def _records(topic: str, file: Path | None = None) -> list[tuple[bytes, bytes]]:
    """Some thousands of (key, value) for a topic."""
    made = list(make_articles(3000, SEED, malformed=0, diplomatic=1))
    if topic == RAW.name:
        return [(it.article_id.encode(), it.value) for it in made]
    values = [it.value for it in made] if file is None else file.read_bytes().splitlines()
    reports = Pipeline(until="enrich").feed_many(values)
    return [(it.key, it.value) for report in reports for it in report.messages if it.topic == topic and it.value]


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def _own_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / TICK


def _cpu(root: int) -> float:
    """Seconds of CPU that a process has used, and all that came of it."""
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = stat.read_text().rpartition(")")[::2]
        except OSError:
            continue
        pid, fields = int(name.partition(" ")[0]), rest.split()
        parents[pid] = int(fields[1])
        used[pid] = sum(map(int, fields[11:15])) / TICK
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(pid, 0) for pid in family)


if __name__ == "__main__":
    main()
