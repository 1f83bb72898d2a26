"""The list of commands: complete, and quick to be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from legation import __version__
from legation.cli import main

COMMANDS = main.list_commands(click.Context(main))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_list_is_there_and_helps(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert f"{name} [OPTIONS]" in done.output


def test_every_command_computes_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    CliRunner().invoke(main, ["extract", "--help"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def every_command(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """It and all below it."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from every_command(found, f"{name} {inner}")


@pytest.mark.parametrize(("name", "command"), list(every_command(main, "legation")))
def test_every_command_and_option_says_what_it_is_for(name: str, command: click.Command) -> None:
    assert command.help, name
    dumb = [it.opts[-1] for it in command.params if isinstance(it, click.Option) and not it.help]
    assert dumb == []


def test_the_list_is_shown_without_importing_what_is_heavy() -> None:
    program = (
        "import json, sys\n"
        "from legation.cli import main\n"
        "try:\n    main(['--help'])\n"
        "finally:\n    print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stderr))
    assert not loaded & {"spacy", "faust", "aiokafka", "trafilatura", "rich", "asyncio"}
    assert all(name in done.stdout for name in COMMANDS)


def test_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.strip().endswith(__version__)


def test_a_command_that_does_not_exist_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2
