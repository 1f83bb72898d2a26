from __future__ import annotations

from legation.runtime.positions import Positions, Verdict

TAKE, DROP, SEEK = Verdict.TAKE, Verdict.DROP, Verdict.SEEK
P, Q = ("t", 0), ("t", 1)


def verdicts(positions: Positions, *offsets: int) -> list[Verdict]:
    return [positions.judge(P, offset) for offset in offsets]


def test_what_follows_is_taken_on_each_partition() -> None:
    positions = Positions(1, {P: 5, Q: 0})
    assert [positions.judge(*it) for it in ((P, 5), (Q, 0), (P, 6), (Q, 1), (P, 7))] == [TAKE] * 5


def test_a_gap_is_read_again_from_where_it_begins() -> None:
    positions = Positions(1, {P: 5})
    assert verdicts(positions, 5, 8) == [TAKE, SEEK]
    assert positions.next(P) == 6
    assert verdicts(positions, 9, 10) == [DROP, DROP], "these were queued behind it"
    assert positions.unsought == {P}
    positions.unsought.clear()
    assert verdicts(positions, 6, 7, 8, 9, 10, 11) == [TAKE] * 6


def test_a_seek_that_did_not_help_is_done_again() -> None:
    positions = Positions(1, {P: 5})
    assert verdicts(positions, 8, 9) == [SEEK, DROP]
    positions.unsought.clear()
    assert verdicts(positions, 10, 11) == [SEEK, DROP]
    positions.unsought.clear()
    assert verdicts(positions, 5, 6, 7, 8, 9) == [TAKE] * 5


def test_another_partition_goes_on() -> None:
    positions = Positions(1, {P: 5, Q: 0})
    assert positions.judge(P, 8) is SEEK
    assert [positions.judge(Q, offset) for offset in (0, 1)] == [TAKE, TAKE]


def test_a_gap_at_the_very_beginning_is_noticed() -> None:
    assert verdicts(Positions(1, {P: 5}), 6) == [SEEK]


def test_a_hole_that_is_there_in_earnest_is_accepted_once_it_has_been_read_again() -> None:
    positions = Positions(1, {P: 5})
    assert verdicts(positions, 8, 9) == [SEEK, DROP]
    positions.unsought.clear()
    assert verdicts(positions, 8, 9, 20) == [TAKE, TAKE, SEEK], "the next hole is looked at anew"


def test_a_hole_before_a_gap_hides_nothing_of_it() -> None:
    positions = Positions(1, {P: 5})  # 5 is a hole, 6 to 8 were lost
    assert verdicts(positions, 9, 10) == [SEEK, DROP]
    positions.unsought.clear()
    assert verdicts(positions, 6, 7, 8, 9, 10) == [TAKE] * 5


def test_what_comes_twice_is_taken_twice() -> None:
    assert verdicts(Positions(1, {P: 5}), 5, 6, 5, 6, 7) == [TAKE] * 5


def test_a_partition_without_a_start_begins_where_it_begins() -> None:
    assert verdicts(Positions(1, {}), 40, 41, 43) == [TAKE, TAKE, SEEK]
