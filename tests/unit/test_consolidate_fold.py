"""The fold: what a mention does to its block, and which revisions come of it."""

from __future__ import annotations

import pytest
from consolidate_mentions import on, told, who
from msgspec.structs import replace

from legation.records import Change, DiplomaticEvent, EventMention, Status, Versions, decode, encode
from legation.stages.consolidate import Block, fold, folding


def folded(*mentions: EventMention) -> tuple[Block, list[tuple[DiplomaticEvent, ...]]]:
    block, steps = Block(), []
    for mention in mentions:
        block, revisions = fold(block, mention)
        steps.append(revisions)
    return block, steps


def test_a_second_mention_updates_the_event_of_the_first() -> None:
    block, [[first], [second]] = folded(told("b", on("2022-03-14")), told("a", on("2022-03-14")))
    assert (first.change, first.revision) == (Change.INITIAL, 1)
    assert (second.change, second.revision, second.event_id) == (Change.UPDATE, 2, first.event_id)
    assert [it.mention_id for it in block.mentions] == ["a", "b"]


def test_a_mention_that_comes_again_repeats_the_revision_of_its_event_and_no_other() -> None:
    first, other = told("a", on("2022-03-14")), told("b", on("2022-03-10"))
    block, [[before], _] = folded(first, other)
    again, revisions = fold(block, first)
    assert again is block
    assert revisions == (before,)


def test_a_block_knows_when_it_was_last_changed_and_that_shows_nowhere_else() -> None:
    first, second = told("a", on("2022-03-14")), told("b", on("2022-03-14"))
    block, revisions = fold(None, first, 50)
    again, _ = fold(block, first, 70)
    after, latest = fold(again, second, 60)
    late, _ = fold(after, told("c", on("2022-03-14")), 10)
    assert [it.touched for it in (block, again, after, late)] == [50, 50, 60, 60]
    assert [revisions, latest] == folded(first, second)[1]


def test_a_vague_event_that_gets_a_day_is_withdrawn_in_favour_of_the_dated_one() -> None:
    _, [[vague], [update, retraction]] = folded(told("a"), told("b", on("2022-03-14")))
    assert (retraction.event_id, retraction.change, retraction.revision) == (vague.event_id, Change.RETRACTION, 2)
    assert retraction.reason == f"merged-into {update.event_id}"
    assert update.revision == 2


def test_an_earlier_report_that_comes_late_does_not_change_the_id() -> None:
    _, [[first], [second]] = folded(told("b", on("2022-03-14")), told("a", on("2022-03-14"), published_at="2022-03-14"))
    assert second.event_id == first.event_id


def test_a_report_of_the_day_and_the_day_itself_share_the_id() -> None:
    _, [[first], [second]] = folded(told("a"), told("b", on("2022-03-15")))
    assert (second.event_id, second.revision) == (first.event_id, 2)


def test_of_two_events_the_dated_one_has_the_id_of_its_day() -> None:
    one, other = ((who("JPN", name),) for name in ("Hana Aoki", "Ken Mori"))
    dated = told("b", on("2022-03-15"), actors=other)
    _, [[vague], revisions] = folded(told("a", actors=one), dated)
    [alone] = fold(None, dated)[1]
    assert {it.event_id: [ref.mention_id for ref in it.mentions] for it in revisions}[alone.event_id] == ["b"]
    assert vague.event_id == alone.event_id
    assert len(revisions) == 2


def test_an_undated_report_does_not_move_the_day_of_the_event() -> None:
    _, [[first], [second]] = folded(
        told("a", on("2022-03-10"), status=Status.CANCELLED, published_at="2022-03-13"),
        told("b", status=Status.CANCELLED, published_at="2022-03-16"),
    )
    assert (second.event_id, second.revision) == (first.event_id, 2)


def test_two_events_of_one_day_have_two_ids() -> None:
    one, other = ((who("JPN", name),) for name in ("Hana Aoki", "Ken Mori"))
    _, [[first], [second]] = folded(told("a", on("2022-03-14"), actors=one), told("b", on("2022-03-14"), actors=other))
    assert first.event_id != second.event_id
    assert (first.revision, second.revision) == (1, 1)


def test_ids_are_the_same_on_every_machine() -> None:
    _, [[made]] = folded(told("a", on("2022-03-14")))
    assert made.event_id == "69326752c0f10ffdeef89c21197bd2d4"


@pytest.mark.parametrize(("older", "newer"), [("0.9.0", "0.10.0"), ("1.0.0", "1.0.1"), ("1.0", "1.0.1")])
def test_of_two_versions_of_a_mention_the_newer_stays_whichever_comes_first(older: str, newer: str) -> None:
    planned = told("a", status=Status.PLANNED, versions=Versions(pipeline=older, knowledge="1"))
    occurred = told("a", versions=Versions(pipeline=newer, knowledge="1"))
    forth, back = folded(planned, occurred), folded(occurred, planned)
    assert forth[0] == back[0]
    assert forth[0].mentions == (occurred,)
    assert [it.change for it in forth[1][1]] == [Change.INITIAL, Change.RETRACTION]
    assert back[1][1] == back[1][0]


def full_day(count: int) -> list[EventMention]:
    return [told(f"{it:02}", on("2022-03-14"), published_at=f"2022-03-15T00:{it:02}:00Z") for it in range(count)]


def test_a_day_holds_so_much_and_the_earliest_published_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    mentions = full_day(6)
    monkeypatch.setattr(folding, "DAY_BYTES", 3 * len(encode(mentions[0])))
    block, steps = folded(*mentions)
    assert [it.mention_id for it in block.mentions] == ["00", "01", "02"]
    assert [len(it) for it in steps] == [1, 1, 1, 0, 0, 0]
    late, [*_, [last]] = folded(*reversed(mentions))
    assert late == block
    assert last.revision == 3
    other_day = told("x", on("2022-03-13"))
    assert fold(block, other_day)[1] != ()


def test_what_was_turned_away_stays_away_though_it_be_small(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = told("b", on("2022-03-14")), told("a", on("2022-03-14"), sentence="word " * 100)
    monkeypatch.setattr(folding, "DAY_BYTES", len(encode(large)) - 1)
    forth, back = folded(large, small), folded(small, large)
    assert forth[0] == back[0]
    assert forth[0].mentions == ()
    assert forth[1] == [(), ()]
    assert [it.change for it in back[1][1]] == [Change.RETRACTION]


def test_a_mention_larger_than_any_honest_one_takes_no_room() -> None:
    huge = told("a", on("2022-03-14"), sentence="word " * folding.MENTION_BYTES)
    assert fold(None, huge) == (Block(), ())


def test_a_block_survives_the_table() -> None:
    block, _ = folded(*full_day(3))
    assert decode(encode(block), Block) == block
    assert decode(encode(replace(block, full={"2022-03-14": ("x", "y")})), Block).full == {"2022-03-14": ("x", "y")}


def test_a_full_month_stays_below_what_the_topics_take() -> None:
    assert 31 * folding.DAY_BYTES + 2**20 < 8 * 2**20
