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
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]

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
    """What pytest is to run: a file, and what `-k` selects."""


AGENTS = "runtime/agents.py"
CHAOS = "chaos/test_chaos.py"
WORKER = "integration/test_worker.py"

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
        "        await self._store(fresh)\n        self._settle(events, ends)\n",
        "        self._settle(events, ends)\n        await self._store(fresh)\n",
        f"{CHAOS} -k killed-at-points",
    ),
    Mutant(
        "blocks stored before the revisions are confirmed",
        AGENTS,
        "        ends = await self._send(events, steps)\n        if ends != steps:",
        "        await self._store(fresh)\n        ends = await self._send(events, steps)\n        if ends != steps:",
        "unit/test_agents_fold.py",
    ),
    Mutant(
        "a failed delivery is taken for a good one",
        "runtime/delivery.py",
        "            if failure is None:\n",
        "            if True:\n",
        "unit/test_agents_delivery.py",
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
        "unit/test_health.py",
    ),
    Mutant(
        "gaps are not noticed",
        AGENTS,
        "        verdict = self._positions.judge(message.tp, message.offset)\n",
        "        verdict = Verdict.TAKE\n",
        f"{WORKER} -k faust_loses",
    ),
    Mutant(
        "one that was taken for dead goes on writing",
        AGENTS,
        "        if not held:\n",
        "        if False:\n",
        "unit/test_agents_fold.py",
    ),
    Mutant(
        "the changelog is left to Faust",
        "runtime/worker.py",
        "                await cluster.create(changelog, partitions[fold.source.name], replication, config)\n"
        "            app.conf.topic_allow_declare = False\n",
        "            app.conf.topic_allow_declare = changelog not in partitions\n",
        "unit/test_durability.py",
    ),
    Mutant(
        "partitions are taken without their state",
        AGENTS,
        "        if not here <= self._app.assignor.assigned_actives():\n",
        "        if False:\n",
        "unit/test_agents_fold.py",
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
        f"{CHAOS} -k disk-full",
    ),
    Mutant(
        "SIGTERM does not wait for what is in hand",
        "runtime/worker.py",
        "                await self._drain()\n",
        "                pass\n",
        f"{CHAOS} -k asked-to-stop",
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
        "unit/test_durability.py",
    ),
    Mutant(
        "one replica's word is enough (topics)",
        "cli/topics.py",
        "    durable = {_IN_SYNC: str(_MIN_IN_SYNC)} if replication >= _MAX_REPLICAS else {}\n",
        "    durable: dict[str, str] = {}\n",
        "unit/test_cli_topics.py",
    ),
)


@click.command()
@click.option("--only", default="", help="Those whose name has this in it.")
@click.option("--list", "listing", is_flag=True, help="Say which there are, and do nothing.")
def main(only: str, listing: bool) -> None:
    """Take protections out, one at a time, and see that a fault test fails. Exit status: 1 if one did not."""
    chosen = [it for it in MUTANTS if only in it.name]
    for it in chosen:
        if listing:
            click.echo(f"{it.name:55} {it.tests}")
        elif (ROOT / "service/legation" / it.file).read_text().count(it.old) != 1:
            raise click.ClickException(f"{it.name}: {it.file} does not have, exactly once:\n{it.old}")
    if listing:
        return
    survived = 0
    with tempfile.TemporaryDirectory(prefix="legation-mutants-") as folder:
        copy = Path(folder)
        for part in ("service", "tests", "pyproject.toml"):
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
        for it in chosen:
            file = copy / "service/legation" / it.file
            sound = file.read_text()
            file.write_text(sound.replace(it.old, it.new))
            failed = _failing(copy, it.tests)
            file.write_text(sound)
            survived += not failed
            click.echo(f"{it.name:55} {', '.join(failed) or f'SURVIVED {it.tests}'}")
    sys.exit(1 if survived else 0)


def _failing(copy: Path, tests: str) -> list[str]:
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
    return re.findall(r"^(?:FAILED|ERROR) (?:\S*/)?(\S+)", done.stdout, re.MULTILINE)


if __name__ == "__main__":
    main()
