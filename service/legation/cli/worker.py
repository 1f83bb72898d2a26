"""`legation worker`: the pipeline on Kafka."""

from __future__ import annotations

import logging
import os
import sys

import click

from legation.runtime.control import EX_CONFIG
from legation.runtime.settings import BadSettings, Settings, table


def _settings_help() -> str:
    rows = [f"\b\n{name}{f' [{default}]' if default else ''}\n  {meaning}" for name, default, meaning in table()]
    return "\n\n".join(["Settings, from the environment [default]:", *rows])


@click.command(epilog=_settings_help())
@click.option("--stages", metavar="NAME[,...]", help="Stages to run, instead of LEGATION_STAGES or all.")
def worker(stages: str | None) -> None:
    """Run the pipeline, or some of its stages, on Kafka.

    Reads what others write, so start as many as you like, on one machine or many: they share the partitions. SIGTERM
    or Ctrl-C lets it finish what is in hand; a second Ctrl-C, a second or more later, ends it at once.

    Ends with 0 after a signal, 65 when a stage rejects too many records, 69 when Kafka or its topics are not there, 70
    after a fault of its own, 78 when a setting is wrong.
    """
    try:
        settings = Settings.load({**os.environ, **({"LEGATION_STAGES": stages} if stages else {})})
    except BadSettings as error:
        for fault in error.faults:
            click.echo(fault, err=True)
        sys.exit(EX_CONFIG)
    # Imported late: the settings can be wrong without the two seconds that Faust takes.
    from legation.runtime.logs import set_up
    from legation.runtime.worker import WrongStages, run

    set_up(settings)
    try:
        status = run(settings)
    except WrongStages as error:
        click.echo(f"--stages: {error}" if stages else f"LEGATION_STAGES: {error}", err=True)
        sys.exit(EX_CONFIG)
    logging.shutdown()
    # Faust's threads are not daemons: one that hangs in a connection would keep the process for ever.
    os._exit(status)
