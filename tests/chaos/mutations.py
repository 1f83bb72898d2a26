"""`make mutants`: take each protection out, on a copy, and see that a fault test fails then.

A patch whose place is no longer in the code ends the run with an error: a list that has gone stale shows nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import click
import msgspec

ROOT = Path(__file__).parents[2]
PARTS = ("service", "tests", "pyproject.toml")

SECONDS = 420
"""A mutant may well hang where the code does not; no fault test takes half as long."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One protection out: `old` in `file` becomes `new`, and then one of `tests` has to fail."""

    name: str
    file: str
    old: str
    new: str
    tests: str
    """What pytest is to run: a file, and the test in it that `-k` selects. No other will do."""


AGENTS = "runtime/agents.py"
CHAOS = "chaos/test_chaos.py"
WORKER = "integration/test_worker.py"

ONE = "self._write(writers[partition], messages)"
WRITE = f"        await asyncio.gather(*({ONE} for partition, messages in made.items()))\n"
KEEP = "        for key, (_, block) in fresh.items():\n            self._blocks.keep(key, block, sizes[key])\n"
"""What the fold does with a batch, before it acknowledges."""

MUTANTS = (
    Mutant(
        "acknowledged before it is confirmed (stages)",
        AGENTS,
        "            self._settle(events, await self._send(events, steps))\n",
        "            self._settle(events, steps)\n            await self._send(events, steps)\n",
        f"{CHAOS} -k killed-at-points",
    ),
    Mutant(
        "acknowledged before the blocks are stored",
        AGENTS,
        f"{WRITE}{KEEP}        self._settle(events, steps)\n",
        f"        self._settle(events, steps)\n{WRITE}{KEEP}",
        f"{CHAOS} -k killed-at-points",
    ),
    Mutant(
        "acknowledged in the order in which it gets done",
        AGENTS,
        "                    following = chunk\n",
        "                    self._chunks.put_nowait(chunk)\n                    break\n",
        "unit/test_agents.py -k finish_out_of_order",
    ),
    Mutant(
        "records of an earlier assignment are worked on",
        AGENTS,
        "event.message.generation_id == app.consumer_generation_id and not self._given_up()",
        "not self._given_up()",
        "unit/test_agents.py -k earlier_assignment",
    ),
    Mutant(
        "partitions are given up with records in hand",
        "runtime/worker.py",
        "                    await unit.agent.quiet()\n                    await cast",
        "                    await cast",
        "unit/test_leaving.py -k what_is_in_hand_when",
    ),
    Mutant(
        "partitions of the fold that were lost are kept",
        "runtime/fence.py",
        "            self._let_go(self._writers.pop(number))\n",
        "            pass\n",
        "integration/test_fence.py -k not_assigned_any_more",
    ),
    Mutant(
        "a mention that no topic takes gets into its block",
        AGENTS,
        '            if len(it.value or b"") + _ROOM_FOR_HEADERS > self._most[it.topic]:\n',
        "            if False:\n",
        "unit/test_agents_fold.py -k dead_lettered_before_its_block",
    ),
    Mutant(
        "after a refusal only what was refused is sent again",
        "runtime/delivery.py",
        "                if messages[index].key in keys:\n",
        "                if index in refused:\n",
        "unit/test_agents_delivery.py -k after_a_refusal",
    ),
    Mutant(
        "no limit to the memory of a worker process",
        "runtime/isolate.py",
        "    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * 1024 * 1024,) * 2)\n",
        "",
        "unit/test_isolate.py -k ends_its_process",
    ),
    Mutant(
        "what leaves an agent reaches Faust",
        "runtime/worker.py",
        "            await control.guard(unit.name, unit.agent.run(stream))\n",
        "            await unit.agent.run(stream)\n",
        "unit/test_leaving.py -k fault_of_an_agent",
    ),
    Mutant(
        "without the cluster it counts as stalled",
        "runtime/health.py",
        "            self._blind = True\n            self._moved_at = self._clock()\n",
        "            self._blind = True\n",
        "unit/test_health.py -k without_the_cluster",
    ),
    Mutant(
        "blocks kept here before they are confirmed",
        AGENTS,
        f"{WRITE}{KEEP}",
        f"        for it in [it for some in made.values() for it in some if it.topic == self._changelog]:\n"
        f"            place: Any = RecordMetadata(it.topic, 0, TP(it.topic, 0), 0)\n"
        f"            self._table.apply_changelog_batch(cast(Any, [_Change(_Entry(it, place))]))\n{WRITE}{KEEP}",
        "unit/test_agents_fold.py -k replaced_keeps_nothing",
    ),
    Mutant(
        "a failed delivery is taken for a good one",
        "runtime/delivery.py",
        "            if failure is None:\n",
        "            if True:\n",
        "unit/test_agents_delivery.py -k when_one_is_not_confirmed",
    ),
    Mutant(
        "who sends again does so at the same moment as all others",
        "runtime/delivery.py",
        "asyncio.sleep(pause * random.uniform(0.5, 1))",
        "asyncio.sleep(pause)",
        "unit/test_agents_delivery.py -k pauses_between_attempts",
    ),
    Mutant(
        "each message has a request of its own",
        "runtime/delivery.py",
        "it.partition, None, headers))\n",
        "it.partition, None, headers))\n                await asyncio.wait(pending[-1:])\n",
        "unit/test_agents_delivery.py -k share_requests",
    ),
    Mutant(
        "records are handed over whether there is room or not",
        "runtime/app.py",
        "        await handing_over\n",
        "        self.loop.create_task(handing_over)\n",
        "unit/test_backpressure.py -k agent_has_room",
    ),
    Mutant(
        "records of a chunk that crashed are not tried alone",
        "runtime/isolate.py",
        "            return list(await asyncio.gather(*(self._alone(stage, value) for value in values)))",
        '            return [Step(reject=Reject(RejectReason.CRASH, "")) for _ in values]',
        f"{WORKER} -k poison",
    ),
    Mutant(
        "no limit to the CPU for a record",
        "runtime/isolate.py",
        "                signal.setitimer(signal.ITIMER_PROF, stage.seconds)  # set anew for each chunk\n",
        "",
        "unit/test_isolate.py -k too_long",
    ),
    Mutant(
        "no limit to the time for a record",
        "runtime/isolate.py",
        "            async with asyncio.timeout(patience):",
        "            async with asyncio.timeout(None):",
        "unit/test_isolate.py -k too_long",
    ),
    Mutant(
        "a message that is too large counts as sent",
        AGENTS,
        "        if refused:\n",
        "        if False:\n",
        f"{WORKER} -k poison",
    ),
    Mutant(
        "no breaker",
        AGENTS,
        "            self._breaker.note(step.reject is not None)\n",
        "            pass\n",
        f"{WORKER} -k rejects_everything",
    ),
    Mutant(
        "no watchdog",
        "runtime/health.py",
        "        if self.still > self._seconds:\n",
        "        if False:\n",
        "unit/test_health.py -k nothing_moving",
    ),
    Mutant(
        "gaps are not noticed",
        AGENTS,
        "        verdict = self._positions.judge(message.tp, message.offset)\n",
        "        verdict = Verdict.TAKE\n",
        f"{WORKER} -k faust_loses",
    ),
    Mutant(
        "what comes before the queues are emptied is lost",
        "runtime/app.py",
        "        found = set(tps)\n        held = {",
        "        found = set(tps)\n        held = set() and {",
        "unit/test_durability.py -k emptying",
    ),
    Mutant(
        "what comes when all partitions are paused is lost",
        "runtime/app.py",
        "active_partitions and set(active_partitions)",
        "active_partitions",
        f"{WORKER} -k first_start",
    ),
    Mutant(
        "no producer of a partition has the name of another",
        "runtime/fence.py",
        'transactional_id=f"{self._group}-{number}"',
        'transactional_id=f"{self._group}-{number}-{id(self)}"',
        "integration/test_fence.py -k who_was_replaced",
    ),
    Mutant(
        "written by whoever has the partition when it is done",
        AGENTS,
        ONE,
        "self._write(cast(Writer, self._fence.writer(partition)), messages)",
        "unit/test_agents_fold.py -k is_not_written_after",
    ),
    Mutant(
        "a batch is begun when partitions are to be given up",
        AGENTS,
        "        return self._last_term == self._fence.term\n",
        "        return False\n",
        "unit/test_agents_fold.py -k none_is_begun",
    ),
    Mutant(
        "what was undone is read as state",
        "runtime/app.py",
        '"read_committed"',
        '"read_uncommitted"',
        "unit/test_durability.py -k what_was_undone",
    ),
    Mutant(
        "the changelog is left to Faust",
        "runtime/worker.py",
        "                await cluster.create(changelog, partitions[fold.source.name], replication, config)\n"
        "            app.conf.topic_allow_declare = False\n",
        "            app.conf.topic_allow_declare = changelog not in partitions\n",
        "unit/test_durability.py -k the_changelog_is_there",
    ),
    Mutant(
        "partitions are taken without their state",
        AGENTS,
        "        if writer is None or read is None or read < writer.since:\n",
        "        if writer is None:\n",
        "unit/test_agents_fold.py -k without_all_of_the_state",
    ),
    Mutant(
        "what no mention has joined for long is remembered",
        AGENTS,
        "            return None if forgotten else block\n",
        "            return block\n",
        "unit/test_agents_fold.py -k is_forgotten",
    ),
    Mutant(
        "a mention that joins leaves its block as old as it was",
        "stages/consolidate/folding.py",
        "touched=max(at, block.touched))",
        "touched=block.touched or at)",
        "unit/test_agents_fold.py -k keeps_the_others",
    ),
    Mutant(
        "a mention that comes late makes its block older",
        "stages/consolidate/folding.py",
        "touched=max(at, block.touched))",
        "touched=at)",
        "unit/test_consolidate_fold.py -k last_changed",
    ),
    Mutant(
        "blocks are forgotten by this machine's clock",
        AGENTS,
        "            at = int(event.message.timestamp)\n",
        "            at = int(time.time())\n",
        "unit/test_agents_fold.py -k is_forgotten",
    ),
    Mutant(
        "mentions lie on their topic for longer than blocks are remembered",
        "runtime/settings.py",
        "        _whole(180, 3650),\n",
        "        _whole(1, 3650),\n",
        "unit/test_durability.py -k forgets_the_other",
    ),
    Mutant(
        "the changelog keeps its blocks for ever",
        "runtime/app.py",
        '"cleanup.policy": "compact,delete",',
        '"cleanup.policy": "compact",',
        "unit/test_durability.py -k a_block_is_kept",
    ),
    Mutant(
        "a block is dropped while there may be mentions to join it",
        "runtime/app.py",
        "settings.state_days * 24 * 60 * 60 + fold.source.retention_ms // 1000",
        "settings.state_days * 24 * 60 * 60",
        "unit/test_durability.py -k a_block_is_kept",
    ),
    Mutant(
        "each thread has a heap of its own",
        "runtime/memory.py",
        "    mallopt(_M_ARENA_MAX, HEAPS)\n",
        "",
        "unit/test_memory.py -k gaps_between",
    ),
    Mutant(
        "large buffers lie in the heap",
        "runtime/memory.py",
        "    mallopt(_M_MMAP_THRESHOLD, OWN_PAGES_BYTES)\n",
        "",
        "unit/test_memory.py -k gaps_between",
    ),
    Mutant(
        "gaps in the heap are kept",
        "runtime/memory.py",
        '    _function("malloc_trim")(0)\n',
        "    pass\n",
        "unit/test_memory.py -k gaps_between",
    ),
    Mutant(
        "nobody has gaps in the heap given back",
        "runtime/worker.py",
        "        memory.give_back()\n",
        "",
        "unit/test_memory.py -k gives_back_whenever",
    ),
    Mutant(
        "the allocator is left as it comes",
        "runtime/worker.py",
        "    memory.settle()\n",
        "    pass\n",
        "unit/test_memory.py -k the_allocator_is_told",
    ),
    Mutant(
        "checksums are not checked",
        "runtime/worker.py",
        "        check_crcs = not await cluster.is_mock()\n",
        "        check_crcs = False\n",
        "unit/test_durability.py -k checksums_are_checked",
    ),
    Mutant(
        "records are dated by who sends them",
        "topics.py",
        'TIMESTAMPS = {"message.timestamp.type": "LogAppendTime"}',
        "TIMESTAMPS: dict[str, str] = {}",
        f"{CHAOS} -k clock",
    ),
    Mutant(
        "what leaves an agent is left to Faust",
        "runtime/control.py",
        "            first = _first(error)\n",
        "            raise\n",
        "unit/test_agents.py -k nothing_leaves",
    ),
    Mutant(
        "SIGTERM does not wait for what is in hand",
        "runtime/worker.py",
        "                await self._drain()\n",
        "                pass\n",
        f"{WORKER} -k several_signals",
    ),
    Mutant(
        "an agent that fails as it is cancelled goes on waiting",
        "runtime/control.py",
        "            if task.cancelling() and (",
        "            if isinstance(error, asyncio.CancelledError) and (",
        "unit/test_agents.py -k whatever_else",
    ),
    Mutant(
        "what does not heed being cancelled is waited for",
        "runtime/worker.py",
        "timeout=LEAVE_SECONDS)",
        "timeout=None)",
        "unit/test_leaving.py -k holds_no_worker_back",
    ),
    Mutant(
        "nothing is committed on leaving",
        "runtime/worker.py",
        "            await cast(Consumer, unit.app.consumer).commit_all()\n        await unit.app.stop()",
        "            pass\n        await unit.app.stop()",
        "unit/test_leaving.py -k test_on_leaving",
    ),
    Mutant(
        "a commit that is under way is taken for one's own",
        "runtime/app.py",
        "        for _ in range(2):\n",
        "        for _ in range(1):\n",
        "unit/test_leaving.py -k test_when_partitions",
    ),
    Mutant(
        "worker processes outlive a worker that is killed",
        "runtime/isolate.py",
        "        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)\n",
        "        pass\n",
        f"{WORKER} -k leaves_nothing_running",
    ),
    Mutant(
        "one replica's word is enough (acks)",
        "runtime/app.py",
        "        producer_acks=-1,\n",
        "        producer_acks=1,\n",
        "unit/test_durability.py -k all_replicas_in_sync",
    ),
    Mutant(
        "one replica's word is enough (topics)",
        "cli/topics.py",
        "    durable = {_IN_SYNC: str(_MIN_IN_SYNC)} if replication >= _MAX_REPLICAS else {}\n",
        "    durable: dict[str, str] = {}\n",
        "unit/test_cli_topics.py -k writes_need_a_second_replica",
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of tests gave. `mutant` is '' where the code was as it is."""

    code: str
    """Digest of what was tested: see `_digest`."""
    mutant: str
    tests: str
    failed: tuple[str, ...]
    """Names of the tests that failed."""
    seconds: float

    @property
    def row(self) -> str:
        """One line for people."""
        came_out = ", ".join(self.failed) or ("SURVIVED" if self.mutant else "sound")
        return f"{self.mutant or f'nothing, for {self.tests}':63} {self.seconds:5.0f} s  {came_out}"


@click.command()
@click.option("--only", default="", help="Those whose name has this in it.")
@click.option("--list", "listing", is_flag=True, help="Say which there are, and do nothing.")
@click.option(
    "--resume", type=click.Path(path_type=Path), help="Keep what came out in this file, and do not repeat what it has."
)
def main(only: str, listing: bool, resume: Path | None) -> None:
    """Take protections out, one at a time, and see that a fault test fails, which passes with all of them in.

    Progress goes to standard error, the table to standard output. Exit status: 0 all were noticed, 1 one was not.
    """
    chosen = [it for it in MUTANTS if only in it.name]
    for it in chosen:
        if listing:
            click.echo(f"{it.name:63} {it.tests}")
        elif (ROOT / "service/legation" / it.file).read_text().count(it.old) != 1:
            raise click.ClickException(f"{it.name}: {it.file} does not have, exactly once:\n{it.old}")
    if listing:
        return
    with tempfile.TemporaryDirectory(prefix="legation-mutants-") as folder:
        bench = Bench(Path(folder), resume)
        for tests in dict.fromkeys(it.tests for it in chosen):
            if failed := bench.outcome(None, tests).failed:
                raise click.ClickException(f"fails as the code is, and so shows nothing: {', '.join(failed)}")
        outcomes = [bench.outcome(it, it.tests) for it in chosen]
    for outcome in outcomes:
        click.echo(outcome.row)
    sys.exit(0 if all(outcome.failed for outcome in outcomes) else 1)


class Bench:
    """A copy of the code to take protections out of, and what came of it so far."""

    def __init__(self, copy: Path, kept: Path | None) -> None:
        """`kept`: a file with the outcomes of an earlier run, which those of this one are added to."""
        for part in PARTS:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
        self._copy = copy
        self._kept = kept
        self._code = _digest(copy)
        lines = kept.read_bytes().splitlines() if kept and kept.exists() else []
        before = [msgspec.json.decode(line, type=Outcome) for line in lines]
        self._known = {(it.mutant, it.tests): it for it in before if it.code == self._code}

    def outcome(self, mutant: Mutant | None, tests: str) -> Outcome:
        """What the tests give with this protection out, or with none."""
        name = mutant.name if mutant else ""
        if (name, tests) not in self._known:
            began = time.monotonic()
            if mutant is None:
                failed = _failing(self._copy, tests)
            else:
                file = self._copy / "service/legation" / mutant.file
                sound = file.read_text()
                file.write_text(sound.replace(mutant.old, mutant.new))
                failed = _failing(self._copy, tests)
                file.write_text(sound)
            it = Outcome(self._code, name, tests, failed, time.monotonic() - began)
            self._known[name, tests] = it
            if self._kept:
                with self._kept.open("ab") as file_of_all:
                    file_of_all.write(msgspec.json.encode(it) + b"\n")
        click.echo(self._known[name, tests].row, err=True)
        return self._known[name, tests]


def _digest(copy: Path) -> str:
    """Of all the code and all the tests: what came of others says nothing about these."""
    digest = sha256()
    for file in sorted(it for part in PARTS for it in (copy / part, *(copy / part).rglob("*")) if it.is_file()):
        if file.suffix != ".pyc":
            digest.update(f"{file.relative_to(copy)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _failing(copy: Path, tests: str) -> tuple[str, ...]:
    """Names of the tests that fail. One that hangs has not shown what it was to show, but that something is wrong."""
    command = [sys.executable, "-m", "pytest", "-x", f"--timeout={SECONDS}", *tests.split(" ")]
    done = subprocess.run(
        command,
        cwd=copy / "tests",
        env=os.environ | {"PYTHONPATH": str(copy / "service")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise click.ClickException(f"pytest could not run {tests}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return tuple(re.findall(r"^(?:FAILED|ERROR) (?:\S*/)?(\S+)", done.stdout, re.MULTILINE))


if __name__ == "__main__":
    main()
