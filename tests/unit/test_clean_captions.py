"""Captions, told by their credits and labels."""

from __future__ import annotations

import pytest

from legation.outcomes import Emit
from legation.records import RawArticle
from legation.stages.clean import clean
from legation.stages.clean.captions import read_bracketed_credit, read_caption

CAPTION = "Minister Ana Rojas waves to reporters in Lima on Monday."


@pytest.mark.parametrize(
    ("paragraph", "credit"),
    [
        (f"{CAPTION} | POOL / AFP-JIJI", "POOL / AFP-JIJI"),
        (f"{CAPTION} | KYODO", "KYODO"),
        (f"{CAPTION} REUTERS/Jane Roe", "REUTERS/Jane Roe"),
        (f"{CAPTION} REUTERS/Jane Roe-Doe/File Photo", "REUTERS/Jane Roe-Doe/File Photo"),
        (f"{CAPTION} (AP Photo/Jane Roe)", "AP Photo/Jane Roe"),
        (f"{CAPTION} (AP Photo/Jane Roe, File)", "AP Photo/Jane Roe, File"),
        (f"{CAPTION} (Photo by Jane Roe/Getty Images)", "Photo by Jane Roe/Getty Images"),
        (f"{CAPTION} [Photo/Xinhua]", "Photo/Xinhua"),
        (f"{CAPTION} (Xinhua/Jane Roe)", "Xinhua/Jane Roe"),
        (f"{CAPTION} (Jane Roe/AFP)", "Jane Roe/AFP"),
        (f"{CAPTION} Photo: Jane Roe/AFP", "Photo: Jane Roe/AFP"),
        (f"{CAPTION} Photograph: Jane Roe/AP", "Photograph: Jane Roe/AP"),
        (f"{CAPTION} Jane Roe / AFP via Getty Images", "Jane Roe / AFP via Getty Images"),
        (f"{CAPTION} © AFP", "© AFP"),
        (f"FILE PHOTO: {CAPTION} REUTERS/Jane Roe", "REUTERS/Jane Roe"),
        (f"FILE - {CAPTION}", None),
        (f"Image caption, {CAPTION}", None),
        (f"[Photo: {CAPTION} AFP/Handout]", "AFP/Handout"),
        (f"[File photo: {CAPTION}]", None),
    ],
)
def test_captions(paragraph: str, credit: str | None) -> None:
    assert read_caption(paragraph) == (CAPTION, credit)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The minister spoke to Reuters.",
        "The picture is bleak: Peru has no treaty.",
        "The photo of the two ministers (taken in Lima) was published by a newspaper on Monday.",
        "Talks went on for hours (and into the night).",
        "The two signed the treaty | the text of it is secret.",
    ],
)
def test_prose_is_no_caption(paragraph: str) -> None:
    assert read_caption(paragraph) is None


def test_an_agency_in_brackets_is_a_credit_before_the_story_and_a_sign_off_at_its_end() -> None:
    assert read_bracketed_credit(f"{CAPTION} (Kyodo)") == (CAPTION, "Kyodo")

    outcome = clean(
        RawArticle(
            title="A treaty", text=f"{CAPTION} (Kyodo)\nPeru signed a treaty on Monday.\nKenya did so too. (AFP)"
        )
    )
    assert isinstance(outcome, Emit)
    (article,) = outcome.records
    assert [(c.text, c.credit) for c in article.captions] == [(CAPTION, "Kyodo")]
    assert article.body == "Peru signed a treaty on Monday.\nKenya did so too."
    assert article.agency == "AFP"


def test_a_credit_on_its_own_line_makes_the_line_before_it_a_caption() -> None:
    outcome = clean(
        RawArticle(title="A treaty", text=f"{CAPTION}\nJane Roe | Getty Images\nPeru signed a treaty on Monday.")
    )

    assert isinstance(outcome, Emit)
    (article,) = outcome.records
    assert [(c.text, c.credit) for c in article.captions] == [(CAPTION, "Jane Roe | Getty Images")]
    assert article.body == "Peru signed a treaty on Monday."
