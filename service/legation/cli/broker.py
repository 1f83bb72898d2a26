"""`legation broker`: an Apache Kafka on this machine, for trying things out."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from pathlib import Path

import click

from legation.broker import KAFKA_VERSION, BrokerUnavailable, EmbeddedKafka, MockKafka, NoEngine, attach
from legation.broker import default_data_dir as default
from legation.broker.mock import CAVEAT
from legation.cli.kafka import Unavailable

NOT_RUNNING = 3
"""What `status` ends with when nothing runs: the number that service scripts use for it (LSB)."""


@click.command()
@click.argument("action", type=click.Choice(["start", "stop", "status"]), default="start")
@click.option("--detach", is_flag=True, help="start: return as soon as it answers, and leave it running.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=9092, show_default=True, help="start: 0 takes any that is free."
)
@click.option(
    "--nodes", type=click.IntRange(1, 9), default=1, show_default=True, help="start: on ports in a row from --port."
)
@click.option(
    "--data-dir", type=click.Path(path_type=Path, file_okay=False), help=f"Data, logs and pids.  [default: {default()}]"
)
@click.pass_context
def broker(context: click.Context, action: str, detach: bool, port: int, nodes: int, data_dir: Path | None) -> None:
    """Run a small Apache Kafka on this machine, on the loopback interface.

    \b
    legation broker                 until Ctrl-C
    legation broker --detach        until `legation broker stop`
    legation broker status

    The address goes to stdout, all else to stderr. What is in the topics stays there from one start to the next; to
    be rid of it, delete the data directory. Needs Java 17 and, the first time, Maven and a network; or docker. Without
    either it is a mock of Kafka, with a warning.

    Exit status: 0 done, 3 status: not running, 69 it cannot be started (why, and what to do, is on stderr), 130
    interrupted while it started.
    """
    data_dir = data_dir or default()
    try:
        if action == "start":
            _start(data_dir, port, nodes, detach)
        elif action == "stop":
            _stop(data_dir)
        else:
            _status(context, data_dir)
    except BrokerUnavailable as error:
        raise Unavailable(str(error)) from None


def _start(data_dir: Path, port: int, nodes: int, detach: bool) -> None:
    if running := attach(data_dir):
        raise BrokerUnavailable(
            f"a broker runs in {data_dir} already, at {running.bootstrap}: `{_how_to_stop(data_dir)}`"
        )
    kafka = EmbeddedKafka(data_dir, port=port, nodes=nodes, detached=detach)
    click.echo(f"starting Apache Kafka {KAFKA_VERSION} in {data_dir} ...", err=True)
    try:
        kafka.start()
    except NoEngine as reason:
        if detach or nodes > 1:
            raise
        _mock(reason)
        return
    asked = _asked_to_stop()  # before the address is out: whoever reads it may ask at once
    _announce(kafka.bootstrap)
    for node in kafka.nodes:
        click.echo(f"node {node.id}: pid {node.pid}, log {node.log}", err=True)
    if detach:
        click.echo(f"stop it with: {_how_to_stop(data_dir)}", err=True)
        return
    click.echo("stop it with Ctrl-C", err=True)
    while not asked.wait(0.5):
        for node in kafka.nodes:
            if not node.running:
                kafka.stop()
                raise BrokerUnavailable(f"node {node.id} has ended. The end of {node.log}:\n{node.log_end()}")
    click.echo("stopping ...", err=True)
    kafka.stop()


def _how_to_stop(data_dir: Path) -> str:
    return shlex.join(["legation", "broker", "stop", *(["--data-dir", str(data_dir)] if data_dir != default() else [])])


def _mock(reason: NoEngine) -> None:
    with MockKafka(reason) as kafka:
        click.secho(f"{reason}\n{CAVEAT}", err=True, fg="yellow")
        asked = _asked_to_stop()
        _announce(kafka.bootstrap)
        click.echo("stop it with Ctrl-C", err=True)
        asked.wait()


def _stop(data_dir: Path) -> None:
    kafka = attach(data_dir)
    if kafka is None:
        click.echo(f"no broker runs in {data_dir}", err=True)
        return
    kafka.stop()
    click.echo(f"stopped {kafka.bootstrap}", err=True)


def _status(context: click.Context, data_dir: Path) -> None:
    kafka = attach(data_dir)
    if kafka is None:
        click.echo(f"no broker runs in {data_dir}", err=True)
        context.exit(NOT_RUNNING)
    click.echo(kafka.bootstrap)
    for node in kafka.nodes:
        click.echo(f"node {node.id}: {f'pid {node.pid}' if node.pid else 'not running'}, log {node.log}", err=True)


def _announce(bootstrap: str) -> None:
    click.echo(bootstrap)
    if os.environ.get("LEGATION_KAFKA", "127.0.0.1:9092") != bootstrap:
        click.echo(f"for the other commands: export LEGATION_KAFKA={bootstrap}", err=True)


def _asked_to_stop() -> threading.Event:
    """Set by SIGINT and SIGTERM, which from now on do nothing else."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    return asked
