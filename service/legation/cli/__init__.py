"""The command `legation`. Each subcommand is a module of its own, imported when it is called and not before.

Exit status, of all of them: 0 done, 1 done but for something named on stderr (or, without a word, whoever read stdout
has stopped), 2 wrong usage, 69 the cluster cannot be reached (EX_UNAVAILABLE), 78 a setting is wrong (EX_CONFIG), 130
interrupted. What a command adds to these, its help says.
"""

from __future__ import annotations

import importlib
from typing import NamedTuple, cast

import click

from legation import __version__
from legation.runtime.threads import keep_to_one


class _Lazy(NamedTuple):
    """Where a command is (`module:attribute`), and its line in the list of commands."""

    target: str
    summary: str


_COMMANDS = {
    "demo": _Lazy("legation.cli.demo:demo", "See it all at work: broker, worker, sample articles, events."),
    "extract": _Lazy("legation.cli.extract:extract", "Read articles and print their events, without Kafka."),
    "explain": _Lazy("legation.cli.explain:explain_", "Tell for each event why it was read so, and what was refused."),
    "eval": _Lazy("legation.cli.eval:eval_", "Measure on a gold file how well the stages read."),
    "worker": _Lazy("legation.cli.worker:worker", "Run the pipeline, or some of its stages, on Kafka."),
    "topics": _Lazy("legation.cli.topics:topics", "Create and compare the topics of the cluster."),
    "feed": _Lazy("legation.cli.feed:feed", "Publish raw articles."),
    "tail": _Lazy("legation.cli.tail:tail", "Follow events, or any other topic."),
    "dlq": _Lazy("legation.cli.dlq:dlq", "Look at dead letters, and send them again."),
    "broker": _Lazy("legation.cli.broker:broker", "Run a small Apache Kafka on this machine."),
    "check": _Lazy("legation.cli.check:check", "Check the configuration, the knowledge files and the model."),
    "health": _Lazy("legation.cli.health:health", "Ask a running worker how it does."),
}
"""In the order in which a newcomer wants them. The summaries stand here so that the list needs no import."""

INTERRUPTED = 130
"""What a shell reports for a command that SIGINT ended: 128 + 2."""


class _LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name].target.split(":")
        return cast(click.Command, getattr(importlib.import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # click would say "Aborted!" and end with 1
            ctx.exit(INTERRUPTED)


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="legation")
def main() -> None:
    """Read diplomatic events out of news articles, on Kafka.

    Settings come from the environment (LEGATION_*): `legation worker --help` lists them, `legation check` tells what is
    wrong with them.
    """
    keep_to_one()
