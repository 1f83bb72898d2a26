"""`legation check`: is all there that a worker needs?"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from dataclasses import fields
from importlib.resources import files

import click

import legation.cli.kafka  # noqa: F401  -- keeps the client's own log off the terminal
from legation.runtime.control import EX_CONFIG, EX_UNAVAILABLE
from legation.runtime.settings import BadSettings, Settings, variable


@click.command()
@click.option("--online", is_flag=True, help="Ask the cluster too: is it there, and are its topics as they should be?")
def check(online: bool) -> None:
    """Check the configuration, the knowledge files and the model.

    Prints the settings that differ from their defaults, then a line for each thing looked at: `ok`, or `NO` and what
    to do about it.

    Exit status: 0 all is well, 1 something is not, 69 the cluster or its topics are not there, 78 a setting is wrong,
    such as a directory that cannot be used.
    """
    try:
        settings = Settings.load()
    except BadSettings as error:
        for fault in error.faults:
            click.echo(f"NO  {fault}")
        sys.exit(EX_CONFIG)
    for it in fields(Settings):
        value = getattr(settings, it.name)
        if value != getattr(Settings(), it.name):
            shown = "(set)" if it.metadata["secret"] else ",".join(value) if isinstance(value, tuple) else value
            click.echo(f"    {variable(it.name)}={shown}")
    looks: list[tuple[str, Callable[[Settings], str], int]] = [
        ("settings", lambda _: "read", EX_CONFIG),
        ("data directory", _data_directory, EX_CONFIG),
        ("knowledge", _knowledge, 1),
        ("stages", _stages, 1),
    ]
    if online:
        looks.append(("cluster", _cluster, EX_UNAVAILABLE))
    sys.exit(max([_look(name, look, status, settings) for name, look, status in looks]))


def _look(name: str, look: Callable[[Settings], str], status: int, settings: Settings) -> int:
    """Print how one thing is; gives 0, or where it is not well `status` (78 where a setting is to blame)."""
    try:
        click.echo(f"ok  {name}: {look(settings)}")
    except Exception as error:
        click.echo(f"NO  {name}: {str(error) or type(error).__name__}")
        return EX_CONFIG if isinstance(error, BadSettings) else status
    return 0


def _data_directory(settings: Settings) -> str:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir) as file:
            file.write(b"x")
    except OSError as error:
        raise OSError(f"{settings.data_dir} cannot be used ({error.strerror}); set LEGATION_DATA_DIR") from None
    return f"{settings.data_dir} can be written to"


def _knowledge(_: Settings) -> str:
    from legation.knowledge.manifest import verify

    return f"{len(verify(files('legation.knowledge') / 'data'))} data files, as the manifest lists them"


def _stages(settings: Settings) -> str:
    from legation.runtime.isolate import TOPOLOGY, load_topology, warm

    there = load_topology(TOPOLOGY).names
    if unknown := [name for name in settings.stages if name not in there]:
        raise BadSettings([f"LEGATION_STAGES: no stage {', '.join(unknown)}; there are {', '.join(there)}"])
    warm(TOPOLOGY, settings.stages or there)
    return f"{', '.join(settings.stages or there)} are loaded"


def _cluster(settings: Settings) -> str:
    from legation.cli.topics import plan
    from legation.runtime.cluster import Cluster

    async def ask() -> int:
        async with Cluster(settings) as cluster:
            return await cluster.brokers()

    brokers = asyncio.run(ask())
    pending = [it.topic.name for it in asyncio.run(plan(settings.kafka, settings.replication)) if it.pending]
    if pending:
        raise LookupError(f"{', '.join(pending)}: not as they should be; see `legation topics plan`")
    return f"{brokers} broker(s) at {settings.kafka}, topics as they should be"
