"""`legation dlq`: what could not be processed, why, and how to send it again."""

from __future__ import annotations

import asyncio
import base64
import functools
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson
from aiokafka import ConsumerRecord, TopicPartition
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from legation.cli.kafka import kafka_option, reaching
from legation.cli.letters import (
    TOPICS,
    Choice,
    Found,
    Letter,
    consumer_of,
    name_of,
    partitions,
    place_of,
    records,
    scan,
    whole,
)
from legation.cli.render import printable
from legation.cli.tail import short_name
from legation.outcomes import RejectReason
from legation.records import DeadLetter
from legation.runtime.deadletter import PREFIX, read

DEFAULT_RATE = 50.0
"""Letters a second: what one core reads where all is diplomatic (docs/performance.md), so that they do not pile up."""

DEFAULT_MAX_REPLAYS = 3
"""What has come back so often does not fail by chance."""

_SHOWN_CHARACTERS = 4000
"""Of a value, for people: two screens. `--raw` has all of it."""


@click.group()
def dlq() -> None:
    """Look at what could not be processed, and send it again.

    A record that a stage cannot process lies on the topic of its dead letters: the original bytes, with headers that
    say why. Letters of one fault have one fingerprint. docs/dead-letters.md has the whole story.
    """


def _places(_: click.Context, __: click.Parameter, ids: tuple[str, ...]) -> frozenset[tuple[TopicPartition, int]]:
    return frozenset(map(place_of, ids))


_CHOICE = (
    click.option("--fingerprint", "fingerprints", multiple=True, metavar="HEX", help="Letters of this fault."),
    click.option("--stage", "stages", multiple=True, metavar="NAME", help="Letters of this stage."),
    click.option(
        "--reason",
        "reasons",
        multiple=True,
        type=click.Choice([it.value for it in RejectReason]),
        help="Letters that give this reason.",
    ),
    click.option(
        "--id", "places", multiple=True, callback=_places, metavar="ID", help="This letter, as `ls` names it."
    ),
)


def _choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose letters; the command gets them as one argument, `choice`."""

    @functools.wraps(command)
    def packed(
        *arguments: Any,
        fingerprints: Iterable[str],
        stages: Iterable[str],
        reasons: Iterable[str],
        places: frozenset[tuple[TopicPartition, int]],
        **others: Any,
    ) -> Any:
        choice = Choice(frozenset(stages), frozenset(reasons), frozenset(fingerprints), places)
        return command(*arguments, choice=choice, **others)

    return functools.reduce(lambda function, option: option(function), reversed(_CHOICE), packed)


_json = click.option("--json", "as_json", is_flag=True, help="JSON, for tools: one object a line.")


@dlq.command()
@kafka_option
@click.option("--all", "everything", is_flag=True, help="Those too of which all letters have been replayed.")
@_json
def ls(kafka: str, everything: bool, as_json: bool) -> None:
    """List the faults, newest first: a line for each fingerprint.

    Each with the number of letters that wait and that have been replayed, the first and last time (UTC) that it was
    seen, and the id of an example for `show`.

    Exit status: 0 done, 69 the cluster or a topic is not there.
    """
    found = _found(kafka)
    groups = sorted(_groups(found.letters), key=lambda it: (it.last, it.fingerprint), reverse=True)
    shown = [it for it in groups if it.waiting or everything]
    if as_json:
        for group in shown:
            click.echo(orjson.dumps(group.as_json()))
        return
    rows = [
        (
            *(it.fingerprint, str(it.waiting), str(it.replayed), it.stage, it.reason),
            *(_minute(it.first), _minute(it.last), it.example, it.message),
        )
        for it in shown
    ]
    _table(("fingerprint", "waiting", "replayed", "stage", "reason", "first", "last", "example", "what"), rows)
    _say_strangers(found)
    if not shown:
        click.echo(_none(found), err=True)


@dlq.command()
@click.argument("letter", metavar="ID")
@kafka_option
@_json
@click.option(
    "--raw",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write the original bytes there, and nothing else (- is stdout).",
)
def show(letter: str, kafka: str, as_json: bool, raw: Path | None) -> None:
    """Show one letter: what went wrong, where it came from, its headers and its bytes.

    Exit status: 0 done, 1 there is no such letter, 2 wrong usage, 69 the cluster or a topic is not there.
    """
    place, offset = place_of(letter)
    with reaching(kafka):
        record, noted = asyncio.run(_fetch(kafka, place, offset))
    if raw is not None:
        if record.value is None:
            raise click.ClickException(f"{letter} has no value.")
        with click.open_file(str(raw), "wb") as file:
            file.write(record.value)
    elif as_json:
        click.echo(orjson.dumps(_letter_json(record, noted)))
    else:
        _print_letter(record, noted)


@dlq.command()
@kafka_option
@_json
def stats(kafka: str, as_json: bool) -> None:
    """Count the letters by stage, reason and hour (UTC): how many wait, and how many have been replayed.

    Exit status: 0 done, 69 the cluster or a topic is not there.
    """
    found = _found(kafka)
    by: dict[str, dict[str, list[int]]] = {
        "stage": _count(found.letters, lambda it: it.stage),
        "reason": _count(found.letters, lambda it: it.reason),
        "hour": _count(found.letters, lambda it: f"{it.failed_at[:13]}:00Z"),
    }
    if as_json:
        totals = _count(found.letters, lambda _: "all").get("all", [0, 0])
        named = {kind: {name: _pair(counts) for name, counts in rows.items()} for kind, rows in by.items()}
        click.echo(orjson.dumps({"all": _pair(totals), **named, "not_letters": dict(found.strangers)}))
        return
    for kind, counted in by.items():
        if counted:
            _table((kind, "waiting", "replayed"), [(name, *map(str, counts)) for name, counts in counted.items()])
            click.echo()
    _say_strangers(found)
    if not found.letters:
        click.echo(_none(found), err=True)


@dlq.command()
@_choosing
@kafka_option
@click.option("--yes", is_flag=True, help="Send. Without it, say what would be sent.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N letters, the oldest first.")
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    default=DEFAULT_RATE,
    show_default=True,
    metavar="N",
    help="At most N letters a second: as many as one core reads where all is diplomatic, so that they do not pile up.",
)
@click.option(
    "--max-replays",
    type=click.IntRange(min=1),
    default=DEFAULT_MAX_REPLAYS,
    show_default=True,
    metavar="N",
    help="Leave letters that have come back so often.",
)
@click.option("--force", is_flag=True, help="Do not try them first: send what would come back, too.")
@click.pass_context
def replay(
    context: click.Context,
    kafka: str,
    yes: bool,
    limit: int | None,
    rate: float,
    max_replays: int,
    force: bool,
    choice: Choice,
) -> None:
    """Send letters to the topics that they came from, for the worker to read again.

    Those that wait: all, or those that the options choose; each of these may be given several times. A letter is first
    taken through its stage, here and with its limits in time and memory; one that would come back is left. Key, value
    and headers are the original's. What has been sent is noted on the topic of the letters, and not sent again.

    \b
    legation dlq replay --reason error              what would happen
    legation dlq replay --reason error --limit 1 --yes
    legation dlq replay --reason error --yes

    Ctrl-C ends it when what is on its way has been confirmed and noted. Call it once at a time: two at once would send
    twice.

    Exit status: 0 all that were chosen are sent (or, without --yes, shown), 1 some are not, or there are none, 2 wrong
    usage, 69 the cluster or a topic is not there, 130 interrupted.
    """
    found = _found(kafka)
    letters = sorted((it for it in found.letters if choice.takes(it)), key=lambda it: (it.failed_at, it.id))
    waiting = [it for it in letters if it.replayed_at is None][:limit]
    if not waiting:
        raise click.ClickException(_nothing_to_send(found, letters))
    with reaching(kafka):
        tally, interrupted = asyncio.run(
            _replay(kafka, waiting, yes=yes, rate=rate, max_replays=max_replays, force=force)
        )
    _print_tally(tally, waiting, yes=yes)
    if interrupted:
        left = len(waiting) - tally.done
        click.echo(f"interrupted; {left} are as they were. The same command goes on.", err=True)
        context.exit(130)
    if yes and tally.kept:
        context.exit(1)


async def _replay(
    kafka: str, letters: Sequence[Letter], *, yes: bool, rate: float, max_replays: int, force: bool
) -> tuple[Any, bool]:
    """What has become of them, and whether it was interrupted."""
    # Imported late: the stages take a second.
    from contextlib import AsyncExitStack

    from legation.cli.replay import Replay, Trial, producer_of

    async with AsyncExitStack() as stack:
        progress = stack.enter_context(_progress())
        task = progress.add_task("sending" if yes else "trying", total=len(letters))
        consumer = await stack.enter_async_context(consumer_of(kafka))
        producer = await stack.enter_async_context(producer_of(kafka)) if yes else None
        trial = None if force else await stack.enter_async_context(Trial({it.place.topic for it in letters}))
        run = Replay(
            letters,
            trial=trial,
            producer=producer,
            rate=rate,
            most_replays=max_replays,
            tell=lambda tally: progress.update(task, completed=tally.done),
        )
        loop = asyncio.get_running_loop()

        def interrupted() -> None:
            run.stop.set()
            loop.remove_signal_handler(signal.SIGINT)  # a second one ends it at once

        loop.add_signal_handler(signal.SIGINT, interrupted)
        try:
            await run.run(consumer)
        except BaseException:
            click.echo(f"{run.tally.sent.total()} were sent and noted before that", err=True)
            raise
        return run.tally, run.stop.is_set()


@dataclass(slots=True)
class _Group:
    """The letters of one fingerprint."""

    fingerprint: str
    stage: str
    reason: str
    error_type: str
    message: str
    waiting: int = 0
    replayed: int = 0
    first: str = ""
    last: str = ""
    example: str = ""
    """The newest that waits; if none does, the newest."""

    def add(self, letter: Letter) -> None:
        """One more, no older than those before it."""
        waits = letter.replayed_at is None
        if waits or not self.waiting:
            self.example = letter.id
        self.waiting += waits
        self.replayed += not waits
        self.first, self.last = self.first or letter.failed_at, letter.failed_at

    def as_json(self) -> dict[str, object]:
        names = (
            *("fingerprint", "stage", "reason", "error_type", "message"),
            *("waiting", "replayed", "first", "last", "example"),
        )
        return {name: getattr(self, name) for name in names}


def _groups(letters: Iterable[Letter]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for it in sorted(letters, key=lambda it: it.failed_at):
        if it.fingerprint not in groups:
            groups[it.fingerprint] = _Group(it.fingerprint, it.stage, it.reason, it.error_type, it.message)
        groups[it.fingerprint].add(it)
    return list(groups.values())


def _count(letters: Iterable[Letter], name: Callable[[Letter], str]) -> dict[str, list[int]]:
    """[waiting, replayed] by name, in the order of the names."""
    counts: dict[str, list[int]] = {}
    for it in letters:
        counts.setdefault(name(it), [0, 0])[it.replayed_at is not None] += 1
    return dict(sorted(counts.items()))


def _pair(counts: Sequence[int]) -> dict[str, int]:
    return dict(zip(("waiting", "replayed"), counts, strict=True))


def _found(kafka: str) -> Found:
    async def look() -> Found:
        places = await partitions(kafka)
        async with consumer_of(kafka) as consumer:
            return await scan(consumer, await whole(consumer, places))

    with reaching(kafka):
        return asyncio.run(look())


async def _fetch(kafka: str, place: TopicPartition, offset: int) -> tuple[ConsumerRecord, str | None]:
    """A letter, and when it was replayed.

    Raises:
        ClickException: there is none.
    """
    if place not in (places := await partitions(kafka, [place.topic])):
        raise click.ClickException(f"{place.topic} has partitions 0 to {len(places) - 1}.")
    async with consumer_of(kafka) as consumer:
        first, end = (await whole(consumer, [place]))[place]
        if first <= offset < end:
            async for record in records(consumer, {place: (offset, offset + 1)}):
                if isinstance(read(record.headers), DeadLetter):
                    (letter,) = (await scan(consumer, {place: (offset, end)})).letters[:1]
                    return record, letter.replayed_at
    raise click.ClickException(
        f"There is no letter {name_of(place, offset)}: that partition goes from {first} to {end - 1}, notes of replays "
        "among them. `legation dlq ls` shows an example of each fault."
        if first < end
        else f"There is no letter {name_of(place, offset)}: that partition is empty."
    )


def _letter_json(record: ConsumerRecord, replayed_at: str | None) -> dict[str, object]:
    return {
        "id": name_of(TopicPartition(record.topic, record.partition), record.offset),
        "replayed_at": replayed_at,
        "headers": {
            name.removeprefix(PREFIX).replace("-", "_"): _text(value)
            for name, value in record.headers
            if name.startswith(PREFIX)
        },
        "original_headers": [[name, _text(value)] for name, value in record.headers if not name.startswith(PREFIX)],
        **_json_bytes("key", record.key),
        **_json_bytes("value", record.value),
    }


def _json_bytes(name: str, data: bytes | None) -> dict[str, str | None]:
    """Text as it is, else base64 under another name."""
    if data is None:
        return {name: None}
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(data).decode()}


def _print_letter(record: ConsumerRecord, replayed_at: str | None) -> None:
    ours = {name.removeprefix(PREFIX): _text(value) for name, value in record.headers if name.startswith(PREFIX)}
    theirs = [(name, _text(value)) for name, value in record.headers if not name.startswith(PREFIX)]
    click.echo(f"{ours['reason']} in {ours['stage']}: {printable(ours['error-message'] or '')}\n")
    for name, text in [*ours.items(), ("replayed-at", replayed_at or "waits")]:
        click.echo(f"{name:<20}{printable(text or '')}")
    click.echo(f"{'key':<20}{_readable(record.key)}")
    for name, text in theirs:
        click.echo(f"header {printable(name):<13}{printable('null' if text is None else text)}")
    size = 0 if record.value is None else len(record.value)
    click.echo(f"\nvalue, {size} bytes:\n{_readable(record.value)}")


def _readable(data: bytes | None) -> str:
    r"""Bytes for a terminal: text line by line, what is no text as \xff, and not too much of it."""
    if data is None:
        return "(none)"
    text = data[: 4 * _SHOWN_CHARACTERS].decode(errors="backslashreplace")
    shown = "".join(it if it.isprintable() or it == "\n" else f"\\x{ord(it):02x}" for it in text[:_SHOWN_CHARACTERS])
    rest = "" if len(text) <= _SHOWN_CHARACTERS else "\n... (--raw FILE has all of it)"
    return shown + rest


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="replace")


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns, the last as wide as it likes; nothing if there are no rows."""
    if not rows:
        return
    rows = [names, *([printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _say_strangers(found: Found) -> None:
    for topic, count in found.strangers.items():
        click.echo(f"{count} records on {short_name(topic)} are no letters of legation; left out.", err=True)


def _none(found: Found) -> str:
    if found.letters:
        return f"No dead letters wait; {len(found.letters)} have been replayed (--all)."
    return f"No dead letters on {', '.join(map(short_name, TOPICS))}."


def _nothing_to_send(found: Found, letters: Sequence[Letter]) -> str:
    if letters:
        return f"All {len(letters)} that were chosen have been replayed already. What came back waits as a new letter."
    if not found.letters:
        return _none(found)
    stages, reasons = ({getattr(it, name) for it in found.letters} for name in ("stage", "reason"))
    return (
        f"None of the {len(found.letters)} letters is meant by these options. There are letters of stage "
        f"{', '.join(sorted(stages))}, with reason {', '.join(sorted(reasons))}."
    )


def _print_tally(tally: Any, letters: Sequence[Letter], *, yes: bool) -> None:
    """A line for each fault and what became of its letters, and a last one of it all."""
    about = {it.fingerprint: f"{it.fingerprint}  {it.stage}  {it.reason}" for it in letters}
    for fingerprint, count in tally.sent.items():
        click.echo(f"{about[fingerprint]}: {count} {'sent' if yes else 'would be sent'}")
    whys: dict[str, Counter[str]] = {}
    for (fingerprint, why), count in tally.kept.items():
        whys.setdefault(fingerprint, Counter())[why] += count
    for fingerprint, counts in whys.items():
        for why, count in counts.most_common():
            click.echo(f"{about[fingerprint]}: {count} left: {printable(why)}")
    sent, kept = tally.sent.total(), tally.kept.total()
    click.echo(f"{sent} {'sent' if yes else 'would be sent, with --yes'}; {kept} left", err=True)


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
