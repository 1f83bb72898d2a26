"""Normal text, and paragraphs from wrapped lines."""

from __future__ import annotations

import pytest

from legation.stages.clean.lines import paragraphs
from legation.stages.clean.normalise import normalise


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x00b\u200bc\ufeffd\u00ade", "abcde"),
        ("a\u00a0b\tc", "a b c"),
        ("the ministerâ€™s office in BogotÃ¡", "the minister’s office in Bogotá"),
        ("Peru &amp;amp; Kenya &quot;agree&quot; &#8211; at last", 'Peru & Kenya "agree" – at last'),
        ("the end  \nof it \n", "the end\nof it\n"),
        ("Reuter\x03", "Reuter\n"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("AT&T; R&D", "AT&T; R&D"),
    ],
)
def test_normalise(sent: str, meant: str) -> None:
    assert normalise(sent) == meant
    assert normalise(meant) == meant


def test_wrapped_lines_are_joined_into_paragraphs() -> None:
    text = """\
    The foreign ministers of Peru and Kenya signed a treaty on trade
in Lima today after two years of talks, officials of both states
said.
    The treaty lowers tariffs on fish and coffee, and opens ports to
trade-
related visits.
"""
    assert paragraphs(text) == [
        "The foreign ministers of Peru and Kenya signed a treaty on trade in Lima today after two years of talks, "
        "officials of both states said.",
        "The treaty lowers tariffs on fish and coffee, and opens ports to trade-related visits.",
    ]


def test_wrapped_paragraphs_between_blank_lines() -> None:
    text = """\
The foreign ministers of Peru and Kenya signed a treaty on trade
in Lima today after two years of talks.

Officials of both states said that the treaty lowers tariffs on
fish and coffee.
"""
    assert [paragraph.split()[0] for paragraph in paragraphs(text)] == ["The", "Officials"]


def test_a_paragraph_on_a_line_is_not_joined() -> None:
    text = (
        "Peru and Kenya sign a treaty\n"
        "The foreign ministers of Peru and Kenya signed a treaty on trade in Lima today after two years of talks.\n"
        "what it says\n"
        "• It lowers tariffs on fish and coffee, and opens the ports of both states to ships of the other one.\n"
    )
    assert paragraphs(text) == [
        "Peru and Kenya sign a treaty",
        "The foreign ministers of Peru and Kenya signed a treaty on trade in Lima today after two years of talks.",
        "what it says",
        "It lowers tariffs on fish and coffee, and opens the ports of both states to ships of the other one.",
    ]


def test_rows_of_a_table_stay_apart() -> None:
    text = """\
The exchange reported the following closing prices for metals and
other goods today:
COPPER      1,430.00   1,431.00
LEAD          301.50     302.00
"""
    assert paragraphs(text)[-2:] == ["COPPER 1,430.00 1,431.00", "LEAD 301.50 302.00"]
