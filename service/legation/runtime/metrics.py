"""Every metric, with its meaning. Seconds and bytes, few labels, never a URL or an id.

The law: for each stage, at any moment,

    received = emitted_from + skipped + dead_lettered + in_progress

A record counts as received when this worker takes it in hand, and as one of the three ends when the broker has
confirmed all that was made of it.
"""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest

from legation import __version__
from legation.outcomes import RejectReason, SkipReason
from legation.pipeline import Step

_AGES = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 1800, 7200)
"""Seconds. The promise is about two seconds; the tail tells a backlog from a stall."""

_CHUNKS = (0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds. An empty chunk takes two milliseconds, a chunk of articles to parse about two seconds, the limit is 30."""


class Metrics:
    """All metrics of one worker, in a registry of their own, so that two workers in a test do not share them."""

    def __init__(self) -> None:
        """Define them; all are zero."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("legation_build", "Version of the pipeline.", registry=self.registry).info({"version": __version__})

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(name, meaning, labels, registry=self.registry)

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(name, meaning, labels, registry=self.registry)

        self.received = counter("legation_records_received_total", "Records that a stage took in hand.", "stage")
        self.emitted_from = counter(
            "legation_records_emitted_from_total", "Records that a stage made at least one record of.", "stage"
        )
        self.skipped = counter(
            "legation_records_skipped_total", "Records that rightly go no further, by reason.", "stage", "reason"
        )
        self.dead_lettered = counter(
            "legation_records_dead_lettered_total",
            "Records that went to the dead letters, by reason.",
            "stage",
            "reason",
        )
        self.in_progress = gauge(
            "legation_records_in_progress", "Records in hand: received, and not yet one of the three ends.", "stage"
        )
        self.sent = counter("legation_messages_sent_total", "Messages that the cluster has confirmed.", "topic")
        self.send_retries = counter(
            "legation_send_retries_total",
            "Times that a group of messages was sent again, since some were not confirmed.",
        )
        self.age = Histogram(
            "legation_record_age_seconds",
            "From the moment the raw article was published on Kafka until a stage was done with what became of it.",
            ("stage",),
            buckets=_AGES,
            registry=self.registry,
        )
        self.chunk_seconds = Histogram(
            "legation_chunk_seconds",
            "Time that a worker process took for a chunk of records.",
            ("stage",),
            buckets=_CHUNKS,
            registry=self.registry,
        )
        self.processes = gauge("legation_worker_processes", "Worker processes that are ready for work.")
        self.processes_ended = counter(
            "legation_worker_processes_ended_total",
            "Worker processes that ended, by reason: recycled, timeout (killed at the time limit), crash.",
            "reason",
        )
        self.process_memory = gauge(
            "legation_worker_process_memory_bytes", "Resident memory of the largest worker process, when last asked."
        )
        self.partitions = gauge("legation_partitions_assigned", "Partitions that this worker reads.", "stage")
        self.rebalances = counter("legation_rebalances_total", "Times that the partitions were dealt anew.", "stage")
        self.gaps = counter(
            "legation_gaps_total",
            "Times that records were missing on their way to a stage and were read again.",
            "stage",
        )
        self.lag = gauge(
            "legation_lag_records", "Records on this worker's partitions that are not committed yet.", "stage"
        )
        self.still_seconds = gauge(
            "legation_still_seconds", "How long there have been records to read and nothing has moved; else 0."
        )
        self.ready = gauge("legation_ready", "1 when all stages have partitions and state, else 0.")

    def ledger(self, stage: str) -> Ledger:
        """The account of one stage."""
        return Ledger(self, stage)

    def moved(self) -> float:
        """Grows whenever a record comes to an end or a worker process answers: what the watchdog looks at."""
        return sum(
            sample.value
            for metric in (self.received, self.emitted_from, self.skipped, self.dead_lettered, self.chunk_seconds)
            for family in metric.collect()
            for sample in family.samples
            if sample.name.endswith(("_total", "_count"))
        )

    def exposition(self) -> bytes:
        """All metrics as Prometheus reads them (text format 0.0.4)."""
        return generate_latest(self.registry)


class Ledger:
    """Counts the records of one stage, so that the law holds: each that is taken in hand ends once."""

    def __init__(self, metrics: Metrics, stage: str) -> None:
        """Start the account of `stage`, with a zero for each reason, so that the first one shows as an increase."""
        self._received = metrics.received.labels(stage)
        self._emitted_from = metrics.emitted_from.labels(stage)
        self._skipped = {reason: metrics.skipped.labels(stage, reason) for reason in SkipReason}
        self._dead_lettered = {reason: metrics.dead_lettered.labels(stage, reason) for reason in RejectReason}
        self._in_progress = metrics.in_progress.labels(stage)

    def take(self, count: int) -> None:
        """`count` records are in hand."""
        self._received.inc(count)
        self._in_progress.inc(count)

    def settle(self, steps: Iterable[Step]) -> None:
        """These have come to their end, and the broker has confirmed it."""
        emitted = 0
        ends: Count[SkipReason | RejectReason] = Count()
        for step in steps:
            if step.reject is not None:
                ends[step.reject.reason] += 1
            elif step.skip is not None:
                ends[step.skip.reason] += 1
            else:
                emitted += 1
        if emitted:
            self._emitted_from.inc(emitted)
        for reason, count in ends.items():
            if isinstance(reason, SkipReason):
                self._skipped[reason].inc(count)
            else:
                self._dead_lettered[reason].inc(count)
        self._in_progress.dec(emitted + ends.total())
