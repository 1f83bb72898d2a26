"""`legation demo`: all of it at work on one machine, and a check that what should come out does."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from legation.broker import BrokerUnavailable, cluster
from legation.cli.inputs import Payload, expand, read
from legation.cli.kafka import Unavailable, client_options, reaching
from legation.cli.render import line
from legation.cli.topics import apply, checked, describe
from legation.records import Change, DiplomaticEvent, decode
from legation.samples import FOLDER, Manifest, load_manifest
from legation.topics import ALL, EVENTS, RAW
from legation.topology import TOPOLOGY

_LEGATION = [sys.executable, "-c", "from legation.cli import main; main()"]
"""The command as this very installation has it, whatever PATH says."""

_LOG_LINES = 15
"""As much of the worker's log as is shown when something is wrong: an error with its cause."""

_STOP_SECONDS = 30
"""A worker stops within fifteen seconds (LEGATION_DRAIN_SECONDS); twice that, and it is killed."""


Counts = defaultdict[str, Counter[tuple[str, str]]]
"""Metric (without `legation_`) to (stage or topic, reason) to count; '' where a metric has no such label."""


class Failed(click.ClickException):
    """The demo did not show what it should."""


@click.command()
@click.option("--keep", is_flag=True, help="Afterwards leave broker and worker running, to look around, until Ctrl-C.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=180,
    show_default=True,
    metavar="SECONDS",
    help="For the events to come.",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=FOLDER,
    help="A folder of articles of your own, with a manifest.toml like that of the samples.",
)
def demo(keep: bool, timeout: float, samples: Path) -> None:
    """Start a broker and a worker, feed the sample articles, print the events, stop everything again.

    Says at the end how many articles were emitted, skipped and dead-lettered, and why. The broker is an Apache Kafka
    in a folder of its own that is deleted afterwards; with LEGATION_KAFKA it is that cluster, if its topics are empty.

    Exit status: 0 all events that the samples tell of have come, 1 not all of them did in time, 69 no broker can be
    had, or that of LEGATION_KAFKA has been used, 130 interrupted.
    """
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # as Ctrl-C, which asyncio knows
    try:
        manifest = load_manifest(samples)
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{samples}: {error}", param_hint="--samples") from None
    existing = os.environ.get("LEGATION_KAFKA")
    _say(f"using the Kafka at {existing}" if existing else "starting Apache Kafka (the first time, Maven fetches it)")
    with tempfile.TemporaryDirectory(prefix="legation-demo-") as scratch, _kafka(existing, Path(scratch)) as kafka:
        asyncio.run(_prepare(kafka))
        _say(f"starting a worker at {kafka}")
        with _worker(kafka, Path(scratch)) as worker:
            run = _Run(kafka, worker, samples)
            try:
                asyncio.run(asyncio.wait_for(run.watch(), timeout))
            except TimeoutError:
                raise Failed(f"not done after {timeout:g} s.\n{worker.log_end()}") from None
            run.report()
            missing = run.missing(manifest)
            for what in missing:
                _say(f"MISSING: {what}")
            if keep:
                _say(f"Kafka is at {kafka}, metrics at {worker.metrics}; Ctrl-C stops everything")
                worker.process.wait()
    if missing:
        raise Failed(f"{len(missing)} of the things that the samples tell of did not come out")
    _say(f"all {len(manifest.events)} events that the samples tell of have come")


@contextmanager
def _kafka(existing: str | None, folder: Path) -> Iterator[str]:
    try:
        with cluster(existing, folder / "kafka") as kafka, reaching(kafka):
            yield kafka
    except BrokerUnavailable as error:
        raise Unavailable(str(error)) from None


async def _prepare(kafka: str) -> None:
    """Create the topics that are missing.

    Raises:
        Unavailable: there have been records on one. What became of them could not be told from what becomes of ours.
    """
    await apply(kafka)
    topics = await describe(kafka, [topic.name for topic in ALL])
    async with AIOKafkaConsumer(**client_options(kafka), enable_auto_commit=False) as consumer:
        for name, topic in topics.items():
            ends = await consumer.end_offsets([TopicPartition(name, it) for it in range(topic.partitions)])
            if any(ends.values()):
                raise Unavailable(
                    f"{name} at {kafka} has been used, and the demo counts what its own articles become. Give it a "
                    "cluster of its own, or unset LEGATION_KAFKA: then it starts one."
                )


class _Worker:
    """A worker in a process of its own, with its log in a file and its metrics on a free port."""

    def __init__(self, kafka: str, folder: Path) -> None:
        port = _free_port()
        self.metrics = f"http://127.0.0.1:{port}/metrics"
        self._log = folder / "worker.log"
        environment = {
            "LEGATION_KAFKA": kafka,
            "LEGATION_GROUP": "legation-demo",
            "LEGATION_STAGES": "",  # all
            "LEGATION_DATA_DIR": str(folder / "worker"),
            "LEGATION_METRICS_HOST": "127.0.0.1",
            "LEGATION_METRICS_PORT": str(port),
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*_LEGATION, "worker"],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in good order
            )

    def counts(self) -> Counts:
        """All counters, as far as the worker answers; see runtime/metrics.py."""
        counts: Counts = defaultdict(Counter)
        try:
            with urllib.request.urlopen(self.metrics, timeout=5) as answer:
                text = answer.read().decode()
        except OSError:  # it does not listen yet, or does so no longer
            return counts
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    where = sample.labels.get("stage") or sample.labels.get("topic", "")
                    labels = where, sample.labels.get("reason", "")
                    counts[family.name.removeprefix("legation_")][labels] += int(sample.value)
        return counts

    def log_end(self) -> str:
        return "The end of the worker's log:\n" + "\n".join(
            self._log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def _worker(kafka: str, folder: Path) -> Iterator[_Worker]:
    worker = _Worker(kafka, folder)
    try:
        yield worker
    finally:
        worker.stop()


class _Run:
    """The way of the samples through the cluster, as it can be seen from outside."""

    def __init__(self, kafka: str, worker: _Worker, samples: Path) -> None:
        self._kafka = kafka
        self._worker = worker
        self._folder = samples
        self._payloads = [item for item in read(expand([str(samples)])) if isinstance(item, Payload)]
        self._counts: Counts = defaultdict(Counter)
        self._revisions = 0
        self._latest: dict[str, DiplomaticEvent] = {}
        self._dead: list[tuple[str, int, str]] = []

    async def watch(self) -> None:
        """Feed the samples and print what comes of them, until nothing is in work any more.

        Raises:
            Failed: the worker or the feed has ended with an error.
        """
        consumer = AIOKafkaConsumer(
            **client_options(self._kafka),
            enable_auto_commit=False,
            isolation_level="read_committed",
            check_crcs=await checked(self._kafka),
            max_partition_fetch_bytes=RAW.max_message_bytes,
        )
        await consumer.start()
        try:
            names = [EVENTS.name, *(topic.dlq for topic in ALL if topic.dead_letters)]
            topics = await describe(self._kafka, names)  # a mock has fewer partitions than are wanted
            places = [TopicPartition(name, it) for name in names for it in range(topics[name].partitions)]
            consumer.assign(places)
            await consumer.seek_to_end(*places)
            await asyncio.to_thread(self._feed)
            while not await self._done(consumer, places):
                if (status := self._worker.process.poll()) is not None:
                    raise Failed(f"the worker has ended with {status}.\n{self._worker.log_end()}")
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        self._show(record)
        finally:
            await consumer.stop()

    def _feed(self) -> None:
        _say(f"feeding {len(self._payloads)} payloads from {self._folder}")
        command = [*_LEGATION, "feed", "--kafka", self._kafka, str(self._folder)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"feed ended with {done.returncode}: {done.stderr.strip()}")

    async def _done(self, consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> bool:
        """Whether all payloads, and all that was made of them, have come to their end and have been shown."""
        self._counts = await asyncio.to_thread(self._worker.counts)
        if self._counts["records_received"][TOPOLOGY.names[0], ""] < len(self._payloads):
            return False
        sources = {stage.name: stage.source.name for stage in TOPOLOGY.stages} | {
            TOPOLOGY.fold.name: TOPOLOGY.fold.source.name
        }
        for stage, source in sources.items():
            received = self._counts["records_received"][stage, ""]
            made = self._counts["messages_sent"][source, ""]  # none on the first topic: that is ours
            if received != sum(self._ends(stage)) or (made and received != made):
                return False
        ends = await consumer.end_offsets(places)
        return all([await consumer.position(place) >= ends[place] for place in places])

    def _ends(self, stage: str) -> tuple[int, int, int]:
        """Records that a stage emitted from, skipped and dead-lettered."""
        return (
            self._counts["records_emitted_from"][stage, ""],
            self._reasons("records_skipped", stage).total(),
            self._reasons("records_dead_lettered", stage).total(),
        )

    def _reasons(self, end: str, stage: str) -> Counter[str]:
        return Counter(
            {labels[1]: count for labels, count in self._counts[end].items() if labels[0] == stage and count}
        )

    def _show(self, record: ConsumerRecord) -> None:
        if record.topic == EVENTS.name:
            event = decode(record.value, DiplomaticEvent)
            self._revisions += 1
            self._latest[event.event_id] = event
            click.echo(line(event))
            return
        headers = {name: value.decode() for name, value in record.headers}
        reason = headers["legation-dlq-reason"]
        file, number = next(
            ((Path(it.file).name, it.line) for it in self._payloads if it.value == record.value), ("?", 0)
        )
        self._dead.append((file, number, reason))
        click.echo(f"! {file}:{number}: dead letter: {reason}: {headers['legation-dlq-error-message']}")

    def report(self) -> None:
        """Print how many records each stage emitted from, skipped and dead-lettered, and why."""
        click.echo(f"\n{'':<12}{'received':>9}{'emitted from':>14}{'skipped':>9}{'dead letters':>14}")
        for stage in TOPOLOGY.names:
            emitted, skipped, dead = self._ends(stage)
            received = self._counts["records_received"][stage, ""]
            reasons = self._reasons("records_skipped", stage) + self._reasons("records_dead_lettered", stage)
            why = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
            click.echo(f"{stage:<12}{received:>9}{emitted:>14}{skipped:>9}{dead:>14}  {why}".rstrip())
        events = sum(event.change is not Change.RETRACTION for event in self._latest.values())
        click.echo(f"\n{events} events in {self._revisions} revisions, {len(self._dead)} dead letters")

    def missing(self, manifest: Manifest) -> list[str]:
        """What the manifest promises and did not come."""
        events = [event for event in self._latest.values() if event.change is not Change.RETRACTION]
        found = [str(it) for it in manifest.events if not any(map(it.is_met_by, events))]
        for reasons, count in Counter(it.skip for it in manifest.samples if it.skip).items():
            came = sum(self._reasons("records_skipped", stage)[why] for stage in TOPOLOGY.names for why in reasons)
            if came < count:
                found.append(f"{count} skipped with reason {' or '.join(reasons)}, not {came}")
        letters = [(it.file, it.line, it.reject) for it in manifest.samples if it.reject]
        found += [
            f"{file}:{number} as a dead letter: {why}"
            for file, number, why in letters
            if (file, number, why) not in self._dead
        ]
        return found


def _say(what: str) -> None:
    """On stderr: stdout has the events, the dead letters and the counts."""
    click.echo(what, err=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
