"""What the README claims is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from legation import topics
from legation.cli import main
from legation.cli.inputs import Payload, read
from legation.pipeline import Pipeline
from legation.records import encode
from legation.samples import FOLDER

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
TOP = "\n".join(README.splitlines()[:40])
MAKEFILE = (ROOT / "Makefile").read_text()


def holds(whole: Any, part: Any) -> bool:
    """Whether `part` is `whole`, or `whole` with fields left out."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and holds(whole[key], it) for key, it in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part)


def test_the_first_forty_lines_say_what_one_needs() -> None:
    assert TOP.startswith("# legation\n\nlegation reads news articles")
    assert "```json" in TOP
    assert "make demo" in TOP
    assert "make test" in TOP
    assert {topics.RAW.name, topics.EVENTS.name, topics.EVENTS_LATEST.name} <= set(re.findall(r"`([\w.]+)`", TOP))


def test_the_example_record_is_what_comes_out() -> None:
    shown = json.loads(re.search(r"```json\n(.+?)```", TOP, re.DOTALL)[1])  # type: ignore[index]
    pipeline = Pipeline()
    for item in read([str(FOLDER / "athens.html")]):
        assert isinstance(item, Payload)
        pipeline.feed(item.value)
    events = [json.loads(encode(event)) for event in pipeline.events()]
    assert any(holds(event, shown) for event in events)
    assert len(shown) >= 9


@pytest.mark.parametrize(
    "words", sorted(set(re.findall(r"(?:`|^|& )legation ([a-z]+(?: [a-z]+)?)", README, re.MULTILINE)))
)
def test_commands_exist(words: str) -> None:
    first, *rest = words.split()
    if first == "reads":  # the project, not the command
        return
    command = main.get_command(click.Context(main), first)
    assert command is not None, f"README.md names legation {first}"
    if isinstance(command, click.Group):
        assert all(command.get_command(click.Context(command), word) for word in rest)


def test_all_commands_are_told_of() -> None:
    for name in main.list_commands(click.Context(main)):
        assert f"legation {name}" in README


def test_options_exist() -> None:
    for name, option in re.findall(r"legation ([a-z]+)[^\n|`&]*?(--[a-z-]+)", README):
        command = main.get_command(click.Context(main), name)
        assert command is not None
        known = {flag for parameter in command.params for flag in parameter.opts} | {"--help"}
        assert option in known, f"README.md: legation {name} {option}"


def test_make_targets_exist() -> None:
    named = set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test", "install"} <= named
    for target in named:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.relative_to(ROOT)} links to {link}"
