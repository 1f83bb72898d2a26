"""`legation explain`: for each event the sentence, the frame and the words behind each field, and what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click
from rich.console import Console
from rich.text import Text

from legation.cli.inputs import Given, Payload, Unreadable, chosen, read
from legation.cli.local import begin
from legation.cli.options import given_options
from legation.cli.render import printable
from legation.explanation import ExplainedEvent, ExplainedSentence, Explanation, Reason, explain
from legation.records import InvalidRecord, RawArticle, decode, encode
from legation.topology import TOPOLOGY

_MOST_WORDS = 12
"""Words of one sort shown for an article: enough to see why, few enough for a line."""

_FOR = ("parties", "politics")
"""Words of these speak for reading an article, those of all other news against it."""

_STYLES = {"events": "bold green", "skipped": "bold yellow", "rejected": "bold red"}


@click.command("explain")
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@given_options
@click.option("--all", "everything", is_flag=True, help="Show also sentences in which nothing was considered.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an article, with everything (docs/explain.md).")
@click.pass_context
def explain_(context: click.Context, files: tuple[str, ...], given: Given, everything: bool, as_json: bool) -> None:
    """Tell why articles were read as they were.

    For each event: the sentence with its »trigger«, the frame with an example of it, and each field with the words that
    it came from. Below, what was considered and refused, with the reason. For a skipped article: why. Files are given
    as to `legation extract`.

    \b
    legation explain --published 2024-05-13 story.txt
    legation explain --json archive.jsonl.gz | jq 'select(.outcome == "skipped")'

    Exit status: 0 all well, 1 something could not be read (named on stderr; the rest was done), 2 wrong usage.
    """
    names = chosen(files, context, "explain")
    console = Console(highlight=False, soft_wrap=True)
    for stage in TOPOLOGY.stages:
        begin(stage)
    bad = False
    for item in read(names, given):
        for told in _explained(item):
            bad = bad or isinstance(told, Unreadable) or told.outcome == "rejected"
            if isinstance(told, Unreadable):
                click.echo(f"{told.file}:{told.line}: {told.reason}: {told.message}", err=True)
            elif as_json:
                click.echo(encode(told))
            else:
                for line in _article(told, f"{item.file}:{item.line}", everything=everything):
                    console.print(line)
    if bad:
        context.exit(1)


def _explained(item: Payload | Unreadable) -> Iterable[Explanation | Unreadable]:
    if isinstance(item, Unreadable):
        return [item]
    try:
        return explain(decode(item.value, RawArticle))
    except InvalidRecord as error:
        return [Unreadable(item.file, item.line, "invalid" if error.is_json else "not-json", str(error))]


def _article(told: Explanation, where: str, *, everything: bool) -> Iterator[Text]:
    title = printable(told.title or "(no title)")
    yield Text.assemble((where, "dim"), "  ", (title, "bold"), f"  {told.published_at or 'undated'}")
    ending = f" by {told.stage}: {told.reason}" if told.stage else ""
    yield Text.assemble((told.outcome, _STYLES[told.outcome]), ending, f" ({told.detail})" if told.detail else "")
    if told.relevance is not None:
        yield _fact("relevance", f"{told.relevance.score:.2f}, for {', '.join(told.relevance.reasons)}")
    sides = ((f"{'for' if sort in _FOR else 'against'} {sort}", words) for sort, words in told.words.items())
    for sort, words in (("names", told.names), *sides):
        more = f" and {len(words) - _MOST_WORDS} more" if len(words) > _MOST_WORDS else ""
        if words:
            yield _fact(sort, ", ".join(words[:_MOST_WORDS]) + more)
    shown = [it for it in told.sentences if everything or it.events or it.considered]
    for sentence in shown:
        yield Text()
        yield from _sentence(sentence)
    if left := len(told.sentences) - len(shown):
        yield Text(f"\n{left} more without anything considered: --all shows them", "dim")
    yield Text()


def _sentence(sentence: ExplainedSentence) -> Iterator[Text]:
    text = Text(printable(sentence.text))
    triggers = {it.start: it.end for event in sentence.events for it in event.fields if it.about == "type"}
    for start, end in sorted(triggers.items(), reverse=True):
        if start is not None and end is not None:
            text = Text.assemble(text[:start], "»", (text[start:end].plain, "bold reverse"), "«", text[end:])
    yield Text.assemble((f"{sentence.part} ", "dim"), text)
    if sentence.unread is not None:
        yield _fact("not read", f"{sentence.unread} (evidence {sentence.evidence:g})")
    for event in sentence.events:
        yield from _event(event)
    for reason in sentence.considered:
        yield _refused(reason)


def _event(event: ExplainedEvent) -> Iterator[Text]:
    yield Text.assemble("  ", (event.rule, "bold cyan"), (f"  as in “{event.example}”", "dim"))
    for it in event.fields:
        words = f"  “{printable(it.text)}”" if it.text else ""
        yield Text.assemble(f"    {it.about:<12}", (printable(it.value or ""), "green"), words, (f"  {it.why}", "dim"))
    for it in event.refused:
        yield _refused(it, indent=4)
    if event.told_as is not None:
        yield Text("    told elsewhere in the article too: that mention stands for it", "yellow")


def _refused(reason: Reason, indent: int = 2) -> Text:
    rule = f" {reason.rule}" if reason.rule else ""
    what = f"{' ' * indent}{reason.about}{rule} “{printable(reason.text or '')}”: {reason.why}"
    return Text(what, "yellow" if reason.about == "frame" else "dim")


def _fact(name: str, value: str) -> Text:
    return Text.assemble((f"  {name:<20}  ", "dim"), printable(value))
