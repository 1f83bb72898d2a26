"""What the worker logs, and what of the libraries it lets through."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from legation.runtime.logs import set_up
from legation.runtime.settings import Settings


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """What pytest has set up for logs, again."""
    root, loggers = logging.getLogger(), ("legation", "faust", "mode", "aiokafka", "legation.runtime.app")
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in ("root", *loggers)}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("name", ["faust.transport.consumer", "aiokafka.consumer.fetcher", "mode.services", "other"])
def test_libraries_make_no_entry_for_each_record_unless_asked_to(name: str) -> None:
    set_up(Settings.load({}))
    assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_at_debug_the_libraries_are_heard() -> None:
    set_up(Settings.load({"LEGATION_LOG_LEVEL": "debug"}))
    assert logging.getLogger("other").isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize(("level", "heard"), [("info", True), ("warning", False)])
def test_the_level_is_that_of_our_own_entries(level: str, heard: bool) -> None:
    set_up(Settings.load({"LEGATION_LOG_LEVEL": level}))
    assert logging.getLogger("legation.agents").isEnabledFor(logging.INFO) is heard


def test_for_machines_an_entry_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Settings.load({"LEGATION_LOG_FORMAT": "json"}))
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("legation.worker").exception("it %s", "failed")
    [line] = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "legation.worker", "it failed")
    assert "two\nlines" in entry["exception"]
    assert entry["time"].endswith("Z")
