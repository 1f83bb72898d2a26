"""The disturbances. Each is a function that does harm while workers work; the seed decides when, to whom, how."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from chaos.articles import poison, scattered
from chaos.network import Network
from chaos.verdict import Article, Trace, Verdict, judge, read
from chaos.worker import POINTS
from chaos.world import SESSION_SECONDS, Subject, World
from legation.broker import EmbeddedKafka
from legation.broker.embedded import LOOPBACK
from legation.runtime.control import EX_SOFTWARE

SETTLE_SECONDS = 180.0
ARTICLES_A_SECOND = 4.0
"""A run that takes longer than the one, and its articles at the speed of the other, has come to a stop. A tenth of what
an idle machine of two cores does."""

SPAN_SECONDS = 60.0
BRIEF_SPAN_SECONDS = 7.0
"""So long a run takes undisturbed at the least, however few the articles: time to do harm in."""

STOP_SECONDS = 15.0
"""A worker that is asked to stop has to have done so by then."""

STALL_SECONDS = 10.0
"""After which the worker is to notice that nothing moves; 120 by default, which nobody would wait for here."""

BRIEF_SESSION_SECONDS = 3.0
"""What a short run waits for where someone falls silent. A busy machine's lose their partitions by chance then."""

PATIENT_SESSION_SECONDS = 15.0
"""Of a worker that should end for no other reason than the one in hand."""


@dataclass
class Play:
    """A run that is being disturbed."""

    name: str
    world: World
    kafka: EmbeddedKafka
    session: float
    """Seconds that a worker may be silent."""
    chance: Random
    expected: int
    """Records that all stages together read in an undisturbed run."""
    brief: bool
    """As short as it may be and still show something."""
    patience: float
    network: Network | None = None
    complaints: list[str] = field(default_factory=list)
    """What went against a promise other than that nothing is lost."""
    _progress: float = 0.0

    def progress(self) -> float:
        """Share of the work that is committed. Repeated records count again, so it may run ahead a little."""
        if positions := self.world.positions():
            self._progress = sum(committed for committed, _ in positions.values()) / self.expected
        return self._progress

    def moments(self, count: int) -> list[float]:
        """Shares of the work at which to strike, by chance, in order."""
        return sorted(self.chance.uniform(0.05, 0.85) for _ in range(count))

    def reach(self, share: float) -> None:
        """Wait until so much is done, but not all."""
        self.world.until(lambda: self.progress() >= share, self.patience)
        self.say(f"{self.progress():.0%} done")
        if not self.brief and self.world.done():
            self.complaints.append(f"all was done when {share:.0%} should have been")

    def replace(self, place: int, end: int = signal.SIGKILL) -> int:
        """End a worker by a signal, wait until it is gone, and start another in its place; gives its exit status."""
        status = self.world.crew[place].end(end, seconds=60)
        self.world.keep(place)
        return status

    def say(self, what: str) -> None:
        """Progress, for whoever watches."""
        say(f"{self.name}: {what}")

    def somewhere(self) -> int:
        """The place of one worker."""
        return self.chance.choice(sorted(self.world.crew))


def say(what: str) -> None:
    """Progress, for whoever watches."""
    sys.stderr.write(f"  {time.strftime('%H:%M:%S')} {what}\n")
    sys.stderr.flush()


# --- the disturbances ------------------------------------------------------------------------------------------------


def nothing(play: Play) -> None:
    """Leave it alone."""


def feed_poison(play: Play) -> None:
    """Records between the others that crash, spin, sleep, are 39 MB or no JSON; the worker is left alone."""


def kill_workers(play: Play) -> None:
    """SIGKILL, at random moments."""
    for share in play.moments(2 if play.brief else 5):
        play.reach(share)
        play.replace(play.somewhere())
        play.say("worker killed")


def kill_at_points(play: Play) -> None:
    """SIGKILL at every labelled point of every stage, one after the other."""
    *stages, fold = play.world.sources
    spots = [(stage, point) for stage in stages for point in POINTS if "table" not in point]
    spots += [(fold, point) for point in POINTS]
    if play.brief:
        spots = [(stages[0], "before send"), (fold, "before send"), (fold, "during table write")]
    for stage, point in spots:
        kill = f"{stage}/{point}/{play.chance.randint(1, 3)}"
        # Small chunks: there has to be work for the last ones too.
        worker = play.world.worker(data_dir=play.world.folder / "state-0", faults={"CHAOS_KILL": kill}, chunk_records=8)
        play.world.crew = {}
        play.world.until(lambda: worker.process.poll() is not None or play.world.done(), play.patience)  # noqa: B023
        if f"killed: {stage} {point}" in worker.log():
            play.say(f"worker killed: {stage}, {point}")
            continue
        play.complaints.append(f"{stage}, {point}: not reached")
        if worker.process.poll() is None:
            worker.end(signal.SIGKILL)
        return
    play.world.keep(0)


def kill_workers_and_brokers(play: Play) -> None:
    """SIGKILL to the worker ten times and to the broker three times, at random moments."""
    victims = ["worker"] * 10 + ["broker"] * 3
    play.chance.shuffle(victims)
    for share, victim in zip(play.moments(len(victims)), victims, strict=True):
        play.reach(share)
        if victim == "worker":
            play.replace(play.somewhere())
        else:
            _kill_brokers(play)
        play.say(f"{victim} killed")


def kill_broker(play: Play) -> None:
    """SIGKILL to the only broker, which comes back after a while."""
    for share in play.moments(1 if play.brief else 3):
        play.reach(share)
        _kill_brokers(play)
        play.say("broker killed, and back")


def _kill_brokers(play: Play) -> None:
    play.kafka.kill()
    time.sleep(play.chance.uniform(0, 3))
    play.kafka.start()


def suspend_broker(play: Play) -> None:
    """SIGSTOP to the only broker for a minute."""
    play.reach(play.moments(1)[0])
    play.kafka.nodes[0].suspend()
    play.say("broker stopped")
    time.sleep(play.session + 2 if play.brief else 60)
    play.kafka.nodes[0].resume()
    play.say("broker goes on")


def kill_one_of_three(play: Play) -> None:
    """SIGKILL to one of three brokers, which stays dead."""
    play.reach(play.moments(1)[0])
    node = play.chance.choice(play.kafka.nodes)
    node.kill()
    play.say(f"broker {node.id} of 3 killed, for good")


def stop_workers(play: Play) -> None:
    """SIGTERM, under load; the next worker comes when the last has gone."""
    for share in play.moments(1 if play.brief else 3):
        play.reach(share)
        began = time.monotonic()
        status = play.replace(0, signal.SIGTERM)
        took = time.monotonic() - began
        play.say(f"asked to stop: exit status {status} after {took:.1f} s")
        if status != 0 or took > STOP_SECONDS:
            play.complaints.append(f"asked to stop, a worker ended with {status} after {took:.1f} s")


def stall_worker(play: Play) -> None:
    """A stage waits for ever, and nothing fails: the worker has to notice and end."""
    # It has all the articles before it: were it to come later, a machine that is busy might have no work left for it.
    stall = f"{play.chance.choice(sorted(play.world.sources))}/{play.chance.randint(1, 3)}"
    worker = play.world.keep(
        0,
        faults={"CHAOS_STALL": stall},
        stall_seconds=STALL_SECONDS,
        session_seconds=PATIENT_SESSION_SECONDS,
    )
    play.say(f"{stall} is to stall")
    play.world.until(lambda: worker.process.poll() is not None or play.world.done(), play.patience)
    play.say(f"the worker ended with {worker.process.poll()}")
    said = "nothing has moved" in worker.log() and "has not got ready" not in worker.log()
    if worker.process.poll() != EX_SOFTWARE or not said:
        play.complaints.append("a worker that stalled did not say so and end")


def storm(play: Play) -> None:
    """Workers join and leave, in good order or not; there are one to four."""
    for share in play.moments(2 if play.brief else 10):
        play.reach(share)
        crew = play.world.crew
        joins = len(crew) < 4 and (len(crew) == 1 or play.chance.random() < 0.5)
        if joins:
            play.world.keep(next(place for place in range(5) if place not in crew))
            play.say("a worker joins")
            continue
        place = play.somewhere()
        end = play.chance.choice((signal.SIGTERM, signal.SIGKILL))
        play.world.crew.pop(place).end(end, seconds=60)
        play.say(f"a worker leaves by {end.name}")


def suspend_workers(play: Play) -> None:
    """SIGSTOP to one of two workers until the other has its partitions; then it goes on."""
    for share in play.moments(1 if play.brief else 3):
        play.reach(share)
        worker = play.world.crew[play.somewhere()]
        worker.process.send_signal(signal.SIGSTOP)
        play.say("worker stopped")
        time.sleep(play.session + play.chance.uniform(3, 8))
        worker.process.send_signal(signal.SIGCONT)
        play.say("worker goes on")


def cut_network(play: Play) -> None:
    """Nothing gets through between one of two workers and the broker, for 3, 12 and 40 seconds."""
    assert play.network is not None
    for share, seconds in zip(play.moments(3), (3, 12, 40), strict=True):
        play.reach(share)
        play.network.cut()
        play.say(f"network cut for {seconds:g} s")
        time.sleep(seconds)
        play.network.mend()


def slow_network(play: Play) -> None:
    """4 Mbit/s between worker and broker, until nine tenths of the work are done."""
    assert play.network is not None
    play.network.slow()
    play.say("network slow")
    play.reach(0.9)
    play.network.mend()
    play.say("network mended")


def fill_disk(play: Play) -> None:
    """First no file of the worker may grow; then, where there is root to mount a disk, it is full at the start."""
    first, second = play.moments(2)
    play.reach(first)
    # RocksDB has room set aside, so that the disk alone would not stop one that runs.
    resource.prlimit(play.world.crew[0].process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    play.say("files may not grow")
    _until_mended(play, 1)
    disk = play.world.folder / "state-0"
    if not os.path.ismount(disk):
        return
    play.reach(second)
    filler = disk / "filler"
    _fill(filler)
    play.say("disk full")
    play.replace(0)
    _until_mended(play, 2)
    filler.unlink()


def _until_mended(play: Play, times: int) -> None:
    """Wait until so many workers have ended of themselves: rather than go on without their state."""
    before = play.world.mended
    play.world.until(lambda: play.world.mended >= before + times or play.world.done(), play.patience)
    statuses = [it.process.returncode for it in play.world.workers if it.process.returncode not in (None, 0, -9)]
    play.say(f"workers ended with {statuses}")
    if play.world.mended < before + times:
        play.complaints.append("done without being able to write")


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass


def turn_clocks(play: Play) -> None:
    """The workers' clock jumps: by minutes, by days, forth and back."""
    clock = play.world.folder / "clock"
    clock.write_text("0")
    play.replace(0, signal.SIGTERM)  # by one whose clock can be turned
    play.world.crew[0].end(signal.SIGTERM)
    worker = play.world.keep(0, faults={"CHAOS_CLOCK": str(clock)})
    worker.until_ready()
    jumps = [-900, 7200, -3 * 86_400, 40 * 86_400, 0]
    if play.brief:
        jumps = [40 * 86_400, -3 * 86_400]
    for share, seconds in zip(play.moments(len(jumps)), jumps, strict=True):
        play.reach(share)
        clock.write_text(str(seconds))
        if worker.process.poll() is not None:
            play.complaints.append(f"the worker ended with {worker.process.returncode}")
            return
        worker.process.send_signal(signal.SIGUSR1)
        play.say(f"clock wrong by {seconds} s")


# --- all of them -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scenario:
    """A disturbance and what it needs; its meaning is the disturbance's."""

    disturb: Callable[[Play], None]
    workers: int = 1
    """That run when it begins."""
    seconds: float = SPAN_SECONDS
    """That one worker takes at the least, undisturbed."""
    silent: bool = False
    """Whether anyone falls silent, so that others wait for the end of a session."""
    brokers: int = 1
    own_brokers: bool = False
    """Whether they are disturbed."""
    poison: bool = False
    network: bool = False
    """Whether the first worker is beyond a network that can be cut. Needs root."""
    small_disk: bool = False
    """Whether the state lies on a disk of its own, where there is root to mount one."""
    repeats: bool = True
    """Whether intermediate records may be there twice, and workers end of themselves, to be started again."""

    @property
    def meaning(self) -> str:
        """One line for people."""
        return (self.disturb.__doc__ or "").split("\n")[0]


SCENARIOS: dict[str, Scenario] = {
    "undisturbed": Scenario(nothing, seconds=0, repeats=False),
    "headline": Scenario(kill_workers_and_brokers, silent=True, own_brokers=True),
    "worker-killed": Scenario(kill_workers, silent=True),
    "worker-killed-at-points": Scenario(kill_at_points, workers=0, silent=True, seconds=240),
    "worker-asked-to-stop": Scenario(stop_workers, repeats=False),
    "worker-suspended": Scenario(suspend_workers, workers=2, silent=True),
    "worker-stalls": Scenario(stall_worker, workers=0),
    "broker-killed": Scenario(kill_broker, own_brokers=True),
    "broker-suspended": Scenario(suspend_broker, silent=True, own_brokers=True),
    "one-of-three-brokers-killed": Scenario(kill_one_of_three, brokers=3, own_brokers=True),
    "network-cut": Scenario(cut_network, workers=2, silent=True, network=True, own_brokers=True),
    "network-slow": Scenario(slow_network, seconds=0, network=True, own_brokers=True),
    "rebalance-storm": Scenario(storm, workers=2, silent=True),
    "disk-full": Scenario(fill_disk, small_disk=True),
    "clock-jumps": Scenario(turn_clocks),
    "poison": Scenario(feed_poison, seconds=0, poison=True),
}

DISK = "48m"
"""For the state of one worker: eight RocksDB of a few megabytes."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a scenario went."""

    verdict: Verdict
    trace: Trace
    mended: int
    """Workers that ended of themselves and were started again by the supervisor."""
    seconds: float
    complaints: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """All promises were kept."""
        return self.verdict.sound and not self.complaints


def play(
    name: str,
    subject: Subject,
    articles: Sequence[Article],
    undisturbed: Trace | None,
    seed: int,
    folder: Path,
    *,
    brief: bool = False,
    kafka: EmbeddedKafka | None = None,
) -> Played:
    """Run the articles through a cluster of their own while it is disturbed, and see what is left.

    `undisturbed` is what should be left; None where this is the undisturbed run itself. A cluster that is given is used
    by scenarios that leave brokers alone.

    Raises:
        TimeoutError: it came to a stop.
    """
    scenario = SCENARIOS[name]
    fed = scattered(poison(subject), articles, seed) if scenario.poison else list(articles)
    began = time.monotonic()
    session = BRIEF_SESSION_SECONDS if brief and scenario.silent else SESSION_SECONDS
    patience = SETTLE_SECONDS + len(fed) / ARTICLES_A_SECOND
    subject = subject.lasting(min(scenario.seconds, BRIEF_SPAN_SECONDS) if brief else scenario.seconds, len(fed))
    with _set(scenario, subject, folder, None if scenario.own_brokers else kafka, brief) as (kafka, world, network):
        world.settings["session_seconds"] = session
        for place in range(scenario.workers):
            world.keep(place)
        world.until(lambda: all(it.ready for it in world.crew.values()), patience)  # the load is to fall on all
        world.feed([it.value for it in fed], keys=[it.article_id for it in fed])
        at = Play(
            name,
            world,
            kafka,
            session,
            Random(f"{seed} {name}"),
            expected=len(fed) + (sum(map(len, undisturbed.made.values())) if undisturbed else 0),
            brief=brief,
            patience=patience,
            network=network,
        )
        scenario.disturb(at)
        # One that was taken for dead may still have to find out, end, and be started again.
        world.until(lambda: world.done() and all(it.ready for it in world.crew.values()), patience)
        counts = [worker.counts() for worker in world.crew.values()]
        for worker in world.crew.values():
            if status := worker.end(seconds=60):
                at.complaints.append(f"asked to stop at the end, a worker ended with {status}")
        seconds = time.monotonic() - began
        trace = read(world, fed)
    wanted = undisturbed or trace
    if scenario.poison:
        letters = Counter({(it.article_id, it.reason): 1 for it in poison(subject)})
        wanted = Trace(wanted.made, wanted.letters + letters, wanted.latest)
    verdict = judge(trace, wanted, fed)
    if verdict.repeated and not scenario.repeats:
        at.complaints.append(f"{verdict.repeated:.2%} repeated, and nothing should be")
    if world.mended and not scenario.repeats:
        at.complaints.append(f"workers ended of themselves, {world.mended} times")
    if undisturbed is None:
        at.complaints += uncounted(counts[0], verdict, world)
    return Played(verdict, trace, world.mended, seconds, tuple(at.complaints))


def uncounted(counts: Counter[tuple[str, ...]], verdict: Verdict, world: World) -> list[str]:
    """Where a worker's account of an undisturbed run differs from what is on the topics: so a skip is a counted one."""
    faults = []
    ends: Counter[tuple[str, str]] = Counter()
    for labels, number in counts.items():
        ends[labels[0], labels[1]] += number
    *stages, fold = world.sources
    for stage in (*stages, fold):
        received = ends["received", stage]
        ended = sum(ends[end, stage] for end in ("emitted_from", "skipped", "dead_lettered"))
        if received != ended:
            faults.append(f"{stage} received {received} and ended {ended}")
    skipped = sum(ends["skipped", stage] for stage in stages)
    # What the fold lets go is mentions, and an article may have several.
    if not skipped <= verdict.skips <= skipped + ends["skipped", fold]:
        faults.append(f"{verdict.skips} articles left nothing, and {skipped} were counted as skipped")
    return faults


@contextmanager
def _set(
    scenario: Scenario, subject: Subject, folder: Path, kafka: EmbeddedKafka | None, brief: bool
) -> Iterator[tuple[EmbeddedKafka, World, Network | None]]:
    """Brokers with the topics, and whatever else the scenario needs; all is gone afterwards."""
    with ExitStack() as stack:
        network = stack.enter_context(Network()) if scenario.network else None
        if kafka is None:
            host = network.host if network else LOOPBACK
            kafka = stack.enter_context(EmbeddedKafka(folder / "kafka", nodes=scenario.brokers, host=host))
        world = World(kafka.bootstrap, folder, subject, brokers=scenario.brokers)
        stack.callback(world.close)
        world.network = network
        if scenario.small_disk and not brief and sys.platform == "linux" and os.geteuid() == 0:
            disk = folder / "state-0"
            disk.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(disk)], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        yield kafka, world, network
