"""The whole pipeline through Kafka, by `legation worker`: throughput, latency, memory, soak."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from bench.articles import MIXES, SEED
from bench.report import Row
from bench.stages import ALL, through_all, values, warm
from bench.watching import Spent, Usage, Watch, held, watching
from integration.running import Worker, worker
from legation.broker import EmbeddedKafka
from legation.cli.topics import apply
from legation.runtime.headers import born
from legation.topics import EVENTS, RAW

ONE_SHARE, TWO_TIMES = 0.75, 1.7
"""What one worker process should reach of the stages in-process, and two of one."""

HELD = 0.4
"""Of a core, for each NLP process: two of them then leave more than a core to main process and broker, even of two."""

MAIN_MB, NLP_MB = 250, 400
"""What the processes of a worker should stay below."""

DEARER = 5
"""A wholly diplomatic article takes five to ten times as long as one of general news: a fifth of them is enough."""

P99_SECONDS = 2.0

SETTLING_SECONDS = 5.0
"""Of the paced feed: not counted, since what the first articles wait for is only there once."""

MOST_SECONDS = 1800
"""A run that takes longer will not end."""

POLL_SECONDS = 0.5
"""Between looks at the worker's metrics: each costs it four milliseconds, and a run lasts for ten seconds and more."""

BACKLOG = 2000
"""Articles that always wait during a soak: several seconds of work, so that it never runs dry."""

FIRST_DAY, DAY_ARTICLES = date(2025, 1, 1), 10_000
"""A soak goes through the days as a feed does: an hour of it is some months of a large agency's news. The state then
grows by events that are new; all of it within one year, it would be by ever more reports of the same few."""

Say = Callable[[str], None]


def measure(broker: EmbeddedKafka, folder: Path, articles: int, runs: int, say: Say) -> tuple[list[Row], float]:
    """Articles a second: stages in-process, and through Kafka with one and two worker processes.

    And with one and two that are held to a share of a core, so that there is room for both, and for what goes with
    them: that tells what a second one brings where the machine has the cores for it.

    Returns:
        The rows, and what two processes did a second of general news.
    """
    warm()
    watches: list[Watch] = []
    rows: list[Row] = []
    for mix, share in MIXES.items():
        feed_of = values(articles if share < 1 else articles // DEARER, share)
        none, one, two = (f"{mix}: {how}" for how in ("in-process", "Kafka, 1 process", "Kafka, 2 processes"))
        one_held, two_held = (f"{it} at {HELD:g} core" for it in (one, two))
        ways = {one: (1, None), two: (2, None), one_held: (1, HELD), two_held: (2, HELD)}
        rates: dict[str, list[float]] = {name: [] for name in (none, *ways)}
        spent: dict[str, Spent] = {}
        for number in range(runs):
            say(f"pipeline, {none}: run {number + 1} of {runs}")
            reached, seconds = through_all(feed_of)[ALL]
            rates[none].append(reached / seconds)
            for name, (processes, most) in ways.items():
                say(f"pipeline, {name}: run {number + 1} of {runs}")
                rate, spent[name], seen = one_run(broker, folder, feed_of, processes, most)
                rates[name].append(rate)
                watches.append(seen)
        for name, baseline, least in (
            (none, "", None),
            (one, none, ONE_SHARE),
            (two, one, TWO_TIMES),
            (one_held, "", None),
            (two_held, one_held, TWO_TIMES),
        ):
            note = str(spent.get(name, ""))
            if name == two:
                note += f"; {os.cpu_count()} cores would do {spent[one].room:.2f} times what one process did"
            rows.append(Row("pipeline", name, "articles/s", rates[name], baseline, at_least=least, note=note))
    return [*rows, *memory("pipeline", watches)], rows[2].value


def memory(part: str, watches: Sequence[Watch]) -> list[Row]:
    """The most that each kind of process held; each NLP process is counted with what it shares with the others."""
    return [
        Row(part, "main process, most", "MB", [max(it.main) for it in watches], below=MAIN_MB),
        Row(part, "largest NLP process, most", "MB", [max(it.nlp) for it in watches], below=NLP_MB),
    ]


def one_run(
    broker: EmbeddedKafka, folder: Path, articles: Sequence[bytes], processes: int, most: float | None = None
) -> tuple[float, Spent, Watch]:
    """Articles a second from the first that is taken to the last that has come to its end; cores used; memory.

    `most` is the share of a core that each NLP process may use.
    """
    fresh(broker.bootstrap)
    asyncio.run(feed(broker.bootstrap, articles))
    with (
        running(broker, folder, processes) as at_work,
        watching(at_work.process.pid) as seen,
        nullcontext() if most is None else held(at_work.process.pid, most),
    ):
        until(at_work, lambda: at_work.counts()["records_received"]["clean", ""] > 0)
        before = usage(at_work, broker)
        until(at_work, lambda: at_work.finished(len(articles)))
        after = usage(at_work, broker)
    return len(articles) / (after.at - before.at), after.since(before), seen


def latency(broker: EmbeddedKafka, folder: Path, capacity: float, seconds: float, runs: int, say: Say) -> list[Row]:
    """Seconds from producing a raw article to reading an event of it, when articles come at half the capacity."""
    rate = capacity / 2
    articles = values(int(rate * seconds), MIXES["general news"])
    waits: list[list[float]] = []
    for number in range(runs):
        say(f"latency: {rate:.0f} articles a second for {seconds:.0f} s, run {number + 1} of {runs}")
        fresh(broker.bootstrap)
        with running(broker, folder, os.cpu_count() or 1) as at_work:
            until(at_work, lambda: at_work.ready())
            waits.append(asyncio.run(paced(broker.bootstrap, articles, rate, at_work)))
        assert waits[-1], "no event came"
    cuts = [statistics.quantiles(it, n=100, method="inclusive") for it in waits]
    rows = [
        Row(
            "latency",
            f"raw to event, p{percent}",
            "s",
            [it[percent - 1] for it in cuts],
            below=P99_SECONDS if percent == 99 else None,
        )
        for percent in (50, 95, 99)
    ]
    note = f"{sum(map(len, waits))} events at {rate:.0f} articles/s"
    return [*rows, Row("latency", "raw to event, longest", "s", [max(it) for it in waits], note=note)]


def soak(broker: EmbeddedKafka, folder: Path, minutes: float, say: Say) -> list[Row]:
    """Memory over time at full rate, with new articles all the time; tells it on the way."""
    fresh(broker.bootstrap)
    fed = 0
    with running(broker, folder, os.cpu_count() or 1) as at_work, watching(at_work.process.pid) as seen:
        until(at_work, lambda: at_work.ready())
        began = told = time.monotonic()
        while (now := time.monotonic()) < began + minutes * 60:
            waiting = at_work.waiting(fed)
            if waiting < BACKLOG:
                day = FIRST_DAY + timedelta(fed // DAY_ARTICLES)
                news = values(BACKLOG, MIXES["general news"], seed=SEED + fed, day=day)
                asyncio.run(feed(broker.bootstrap, news, fed))
                fed += BACKLOG
            if now - told >= 30 and seen.main:
                told = now
                sizes = f"main {seen.main[-1]:.0f} MB, largest NLP process {seen.nlp[-1]:.0f} MB"
                say(f"soak: {(now - began) / 60:4.1f} min, {fed - waiting:>7} articles; {sizes}")
            time.sleep(0.5)
        rate = (fed - waiting) / (now - began)
    rows = [Row("soak", "articles", "articles/s", [rate], note=f"{minutes:g} minutes"), *memory("soak", [seen])]
    for name, sizes in (("main process", seen.main), ("largest NLP process", seen.nlp)):
        third = len(sizes) // 3
        # The first third is warming up: caches fill, and the allocator finds its level.
        grown = statistics.mean(sizes[-third:]) - statistics.mean(sizes[third : 2 * third])
        rows.append(Row("soak", f"{name}, last third less middle", "MB", [grown], below=0.05 * statistics.mean(sizes)))
    return rows


def fresh(kafka: str) -> None:
    """Legation's topics, all empty."""

    async def delete() -> bool:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            topics = [it["topic"] for it in await admin.describe_topics() if not it["is_internal"]]
            if topics:
                await admin.delete_topics(topics)
            return bool(topics)
        finally:
            await admin.close()

    while asyncio.run(delete()):
        time.sleep(0.1)  # the brokers hear of it a moment after the controller
    asyncio.run(apply(kafka))


async def feed(kafka: str, articles: Iterable[bytes], start: int = 0) -> None:
    """Put articles on the raw topic, all at once."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20, max_batch_size=512 * 1024) as producer:
        sent = [await producer.send(RAW.name, it, key=str(start + at).encode()) for at, it in enumerate(articles)]
        await asyncio.gather(*sent)


async def paced(kafka: str, articles: Sequence[bytes], rate: float, at_work: Worker) -> list[float]:
    """Put `rate` articles a second on the raw topic; gives how long each event took, as a reader sees it."""
    waits: list[float] = []
    loop = asyncio.get_running_loop()
    consumer = AIOKafkaConsumer(
        EVENTS.name, bootstrap_servers=kafka, auto_offset_reset="earliest", isolation_level="read_committed"
    )
    producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5)
    counting_from = time.time() + SETTLING_SECONDS

    async def read() -> None:
        async for record in consumer:
            record.timestamp /= 1000
            if (came := born(record)) > counting_from:
                waits.append(time.time() - came)

    async with consumer, producer:
        reading = asyncio.create_task(read())
        began = loop.time()
        for number, article in enumerate(articles):
            if (ahead := began + number / rate - loop.time()) > 0:
                await asyncio.sleep(ahead)
            await producer.send(RAW.name, article, key=str(number).encode())
        await producer.flush()
        await asyncio.to_thread(until, at_work, lambda: at_work.finished(len(articles)))
        await asyncio.sleep(1)  # until the last have been read
        reading.cancel()
    return waits


@contextmanager
def running(broker: EmbeddedKafka, folder: Path, processes: int) -> Iterator[Worker]:
    """A worker of a group of its own."""
    mark = uuid.uuid4().hex[:8]
    place = folder / mark
    place.mkdir()
    env = {"LEGATION_PROCESSES": str(processes), "LEGATION_GROUP": f"bench-{mark}"}
    with worker(broker.bootstrap, place, env) as at_work:
        yield at_work


def usage(at_work: Worker, broker: EmbeddedKafka) -> Usage:
    """CPU time so far."""
    return Usage.now(at_work.process.pid, broker.nodes[0].pid or 0, at_work.busy_seconds())


def until(at_work: Worker, done: Callable[[], bool]) -> None:
    """Wait, and fail if the worker ends or it takes for ever."""
    deadline = time.monotonic() + MOST_SECONDS
    while not done():
        assert at_work.process.poll() is None, f"the worker ended:\n{at_work.log.read_text()[-3000:]}"
        assert time.monotonic() < deadline, f"not finished:\n{at_work.log.read_text()[-3000:]}"
        time.sleep(POLL_SECONDS)
