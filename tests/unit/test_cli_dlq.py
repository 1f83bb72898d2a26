"""How `legation dlq` groups, counts and shows letters, and what it makes of wrong usage. Kafka: test_dlq.py."""

from __future__ import annotations

import click
import pytest
from aiokafka import TopicPartition
from click.testing import CliRunner

from legation.cli.dlq import _count, _groups, _readable, dlq
from legation.cli.letters import TOPICS, Choice, Letter, name_of, place_of
from legation.topics import MENTIONS, RAW

RAW_3 = TopicPartition(RAW.dlq, 3)


def letter(offset: int, *, print_: str = "aa", at: int = 0, replayed: bool = False, stage: str = "clean") -> Letter:
    moment = f"2024-05-06T{at:02}:30:00.000Z"
    return Letter(
        RAW_3, offset, stage, "invalid", print_, "E", "m", moment, 0, False, "2024-05-07T00:00Z" if replayed else None
    )


def test_letters_of_one_fault_are_one_group_with_its_first_and_last_time() -> None:
    letters = [letter(1, at=7), letter(2, at=5), letter(3, at=9, replayed=True), letter(4, print_="bb", at=6)]
    one, other = _groups(letters)
    assert (one.fingerprint, one.waiting, one.replayed) == ("aa", 2, 1)
    assert (one.first[11:13], one.last[11:13]) == ("05", "09")
    assert (other.fingerprint, other.waiting) == ("bb", 1)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 1, 3)])
def test_the_example_is_the_newest_that_waits(order: tuple[int, ...]) -> None:
    known = {1: letter(1, at=7), 2: letter(2, at=5), 3: letter(3, at=9, replayed=True)}
    (group,) = _groups(known[it] for it in order)
    assert group.example == "raw.dlq/3/1"


def test_without_any_that_waits_the_example_is_one_that_was_replayed() -> None:
    (group,) = _groups([letter(1, at=7, replayed=True), letter(2, at=5, replayed=True)])
    assert group.example == "raw.dlq/3/1"


def test_counts_are_of_those_that_wait_and_those_that_were_replayed() -> None:
    counted = _count([letter(1, stage="enrich"), letter(2), letter(3, replayed=True), letter(4)], lambda it: it.stage)
    assert list(counted.items()) == [("clean", [2, 1]), ("enrich", [1, 0])]


def test_a_choice_takes_what_meets_all_its_parts() -> None:
    it = letter(7)
    assert Choice().takes(it)
    assert Choice(stages=frozenset({"clean", "enrich"}), fingerprints=frozenset({"aa"})).takes(it)
    assert Choice(places=frozenset({(RAW_3, 7)})).takes(it)
    for other in (
        Choice(stages=frozenset({"enrich"})),
        Choice(reasons=frozenset({"error"})),
        Choice(stages=frozenset({"clean"}), fingerprints=frozenset({"bb"})),
        Choice(places=frozenset({(RAW_3, 8)})),
    ):
        assert not other.takes(it)


@pytest.mark.parametrize("topic", TOPICS)
def test_an_id_names_its_place(topic: str) -> None:
    place = TopicPartition(topic, 5)
    assert place_of(name_of(place, 17)) == (place, 17)
    assert place_of(f"{topic}/5/17") == (place, 17)


@pytest.mark.parametrize(
    "text", ["", "raw.dlq", "raw.dlq/1", "raw.dlq/a/1", "raw.dlq/1/-1", "raw/1/1", "events.dlq/1/1"]
)
def test_what_is_no_id_of_a_letter_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        place_of(text)


def test_bytes_are_shown_as_text_without_control_characters_and_not_without_end() -> None:
    assert _readable(None) == "(none)"
    assert _readable("é\n\x1b[2J\x00".encode() + b"\xff") == "é\n\\x1b[2J\\x00\\xff"
    assert len(_readable(b"x" * 10_000_000)) < 5000


def test_wrong_usage_is_told_before_the_cluster_is_asked() -> None:
    run = CliRunner().invoke
    assert run(dlq, ["show", "nonsense", "--kafka", "127.0.0.1:1"]).exit_code == 2
    assert run(dlq, ["replay", "--id", f"{MENTIONS.name}/1/1", "--kafka", "127.0.0.1:1"]).exit_code == 2
    assert run(dlq, ["replay", "--reason", "bad-luck"]).exit_code == 2
    assert run(dlq, ["replay", "--rate", "0"]).exit_code == 2


@pytest.mark.parametrize("command", [["ls"], ["stats"], ["show", "raw.dlq/0/0"], ["replay"]])
def test_without_a_cluster_each_command_says_so(command: list[str]) -> None:
    done = CliRunner().invoke(dlq, [*command, "--kafka", "127.0.0.1:1"])
    assert done.exit_code == 69
    assert "No Kafka answers at 127.0.0.1:1" in done.output
