"""Where mentions meet, and the order they are read in."""

from __future__ import annotations

import pytest
from consolidate_mentions import on, told, who

from legation.records import EventType
from legation.stages.consolidate import block_of, parties_key
from legation.stages.consolidate.keys import reading_order


def test_the_key_is_the_same_whoever_is_called_actor() -> None:
    one = told("a", actors=(who("KOR"), who("JPN")), recipients=(who("KOR"), who(None, body="UN")))
    other = told("b", actors=(who(None, body="UN"),), recipients=(who("JPN"), who("KOR")))
    assert parties_key(one) == parties_key(other) == "JPN+KOR+UN"


def test_unknown_parties_add_nothing() -> None:
    assert parties_key(told("a", recipients=(who(None, "Someone"),))) == "JPN"
    assert parties_key(told("a", actors=(), recipients=(who(None),))) == "UNKNOWN"


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({"date": on("2022-02-28")}, "JPN+KOR|CONSULT|2022-02"),
        ({"published_at": "2022-03-01T00:30:00+09:00"}, "JPN+KOR|CONSULT|2022-03"),
        ({"type": EventType.ACCUSE}, "JPN+KOR|ACCUSE|2022-03"),
        ({"published_at": None, "article_id": "x"}, "JPN+KOR|CONSULT|undated|x"),
        ({"actors": (), "recipients": ()}, "UNKNOWN|CONSULT|2022-03|a"),
    ],
)
def test_blocks(values: dict[str, object], block: str) -> None:
    assert block_of(told("a", **values)) == block


def test_reading_order_is_that_of_the_instants_not_of_their_text() -> None:
    moments = [
        "0001-01-01T00:00:00+14:00",
        "2022-03-15",
        "2022-03-15T08:59:00+09:00",
        "2022-03-15T00:00:00",
        "2022-03-15T00:00:00.000001Z",
        "2022-03-14T22:00:00-05:00",
        None,
    ]
    ordered = sorted((told(str(index), published_at=it) for index, it in enumerate(moments)), key=reading_order)
    assert [it.mention_id for it in ordered] == ["0", "2", "1", "3", "4", "5", "6"]
