"""`legation health`: ask a running worker how it does, as a probe would."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

import click

from legation.runtime.control import EX_CONFIG
from legation.runtime.settings import BadSettings, Settings

TIMEOUT_SECONDS = 5.0
"""A worker that lives answers within milliseconds; orchestrators give a probe a few seconds at most."""

_UNWELL = 503
"""What a worker that is not well answers with, and says why."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where to ask a worker that listens on all addresses."""


@click.command()
@click.option("--live", is_flag=True, help="Ask only whether it lives, not whether it is ready.")
@click.option("--url", metavar="URL", help="Where the worker answers.  [default: LEGATION_METRICS_HOST and _PORT]")
def health(live: bool, url: str | None) -> None:
    """Ask a running worker how it does.

    Says `ok`, or what is wrong. Ready means: it has partitions and state, and reads. A worker that is not ready may be
    waiting for Kafka; one that does not live is about to end.

    Exit status: 0 it is well, 1 it is not or does not answer, 78 a setting is wrong.
    """
    if url is None:
        try:
            settings = Settings.load()
        except BadSettings as error:
            click.echo(str(error), err=True)
            sys.exit(EX_CONFIG)
        host = _EVERYWHERE.get(settings.metrics_host, settings.metrics_host)
        url = f"http://[{host}]:{settings.metrics_port}" if ":" in host else f"http://{host}:{settings.metrics_port}"
    try:
        page = url.rstrip("/") + ("/health/live" if live else "/health/ready")
        with urllib.request.urlopen(page, timeout=TIMEOUT_SECONDS) as answer:
            click.echo(answer.read().decode().strip())
    except urllib.error.HTTPError as error:
        # Any other status comes from another program that has the port.
        click.echo(error.read().decode().strip() if error.code == _UNWELL else f"no worker answers at {url} ({error})")
        sys.exit(1)
    except (OSError, ValueError) as error:
        click.echo(f"no worker answers at {url} ({getattr(error, 'reason', error)})")
        sys.exit(1)
