"""Where several articles in one payload begin, and where a single one does not."""

from __future__ import annotations

import pytest

from legation.stages.clean.blocks import read_blocks
from legation.stages.clean.lines import paragraphs
from legation.stages.clean.normalise import normalise
from legation.stages.clean.payload import split

BLANK_LINES = """\
Peru and Kenya sign a treaty

LIMA, March 3 (Reuters) - Peru and Kenya signed a treaty on Thursday.

The ministers shook hands.

Chad recalls its envoy from Mali

BAMAKO, March 3 (Reuters) - Chad recalled its envoy on Thursday.

It gave no reason.
"""
WIRE_1987 = """\
PERU AND KENYA SIGN A TREATY
    LIMA, March 3 - Peru and Kenya signed a treaty on trade today
after two years of talks in three capitals, the foreign ministry
of Peru said in a statement.
    The ministers shook hands.
 Reuter
CHAD RECALLS ITS ENVOY FROM MALI
    Chad today recalled its envoy from Mali for consultations and
gave no reason, a spokesman said.
 REUTER
"""
STAMPED = """\
Peru and Kenya sign a treaty
By Jane Roe
3 March 2022
Peru and Kenya signed a treaty on Thursday.
Chad recalls its envoy from Mali
By John Doe
4 March 2022
Chad recalled its envoy on Thursday.
"""
DECKED = """\
Peru and Kenya sign a treaty
Ministers shake hands in Lima
Published: March 3, 2022 10:15 GMT
Peru and Kenya signed a treaty on Thursday.
Chad recalls its envoy from Mali
No reason given, spokesman says
Published: March 4, 2022 08:00 GMT
Chad recalled its envoy on Thursday.
"""


WEAK_DATELINES = """\
Peru and Kenya sign a treaty

Lima – Peru and Kenya signed a treaty on Thursday.

---

Chad recalls its envoy from Mali

Ndjamena – Chad recalled its envoy on Thursday.
"""
XINHUA = """\
Peru and Kenya sign a treaty
Source: Xinhua| 2022-03-03 20:11:05|Editor: someone
LIMA, March 3 (Xinhua) -- Peru and Kenya signed a treaty on Thursday. Enditem
Chad recalls its envoy from Mali
Source: Xinhua| 2022-03-04 20:11:05|Editor: someone
BAMAKO, March 4 (Xinhua) -- Chad recalled its envoy on Thursday. Enditem
"""
RULED = """\
LIMA, March 3 - Peru and Kenya signed a treaty on Thursday.

===
BAMAKO, March 3 - Chad recalled its envoy on Thursday.
"""
ON_ONE_LINE = (
    "Peru and Kenya sign a treaty March 3, 2022 (Lima Daily) Peru and Kenya signed a treaty on Thursday. "
    "Chad recalls its envoy from Mali March 4, 2022 (Lima Daily) Chad recalled its envoy on Thursday."
)


@pytest.mark.parametrize(
    "payload",
    [BLANK_LINES, WIRE_1987, STAMPED, DECKED, WEAK_DATELINES, XINHUA, ON_ONE_LINE],
    ids=["blank lines", "wire of 1987", "stamps", "decks", "weak datelines", "Xinhua", "one line"],
)
def test_two_articles(payload: str) -> None:
    first, second = articles(payload)

    assert first[0].lower() == "peru and kenya sign a treaty"
    assert second[0].lower() == "chad recalls its envoy from mali"


SUBHEADINGS = """\
Peru and Kenya sign a treaty
LIMA (Reuters) - Peru and Kenya signed a treaty on Thursday.
What the treaty says
It lowers tariffs on fish.
Who signed it
By all accounts the ministers were in good spirits.
"""
DAYS = """\
Peru and Kenya: how the treaty came about
LIMA (Reuters) - Peru and Kenya signed a treaty on Thursday.
Three steps led there:
The first talks
March 3, 2021
The ministers met in Nairobi.
The draft
May 7, 2021
Both sides exchanged papers.
"""
SECOND_DATELINE = """\
LIMA (Reuters) - Peru and Kenya signed a treaty on Thursday.
The ministers shook hands.
NAIROBI — In Kenya the opposition was not pleased with it.
"""
TABLE = """\
Metals close mixed on the exchange
LONDON, March 3 - Metals closed mixed today, dealers said.
COPPER GRADE A MORNING
LEAD - 100 tonnes
NICKEL - 300 tonnes mainly carries cash nil.
"""
SUMMARY_FIRST = """\
The ministers of Peru and Kenya met twice on Thursday.
A treaty and its enemies
LIMA, Peru — The ministers of Peru and Kenya signed a treaty on Thursday.
"""
CREDITS_AND_LINKS = """\
Peru and Kenya sign a treaty
LIMA (Reuters) - Peru and Kenya signed a treaty on Thursday.
(Reporting by Jane Roe; Editing by John Doe)
Related: Chad recalls its envoy from Mali
Chad recalls its envoy from Mali
By John Doe
"""


@pytest.mark.parametrize(
    "payload",
    [SUBHEADINGS, DAYS, SECOND_DATELINE, TABLE, SUMMARY_FIRST, CREDITS_AND_LINKS],
    ids=["subheadings", "list of days", "second dateline", "table", "summary first", "links below"],
)
def test_one_article(payload: str) -> None:
    assert len(articles(payload)) == 1


def articles(payload: str) -> list[list[str]]:
    return [[block.text for block in blocks] for blocks in split(read_blocks(paragraphs(normalise(payload))))]


def test_below_a_rule_a_dateline_begins_another_article() -> None:
    stories = split(read_blocks(paragraphs(normalise(RULED))))
    assert [[block.text[:4] for block in story if block.opening] for story in stories] == [["LIMA"], ["BAMA"]]
