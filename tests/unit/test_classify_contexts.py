"""Contexts of sentences and articles."""

from __future__ import annotations

import pytest

from legation.knowledge.manifest import packaged_rows
from legation.stages.classify import contexts

PLOVER = (
    "military intelligence executive legislative election political_institutions pro_democracy pro_autocracy economic "
    "legal reparations human_rights rights_freedoms repression human_security gender lgbt religion_ethnicity "
    "inequality diplomatic territory peacekeeping health asylum migration disasters natural_resource environment "
    "technology terrorism cbrn cyber misinformation crime corruption illegal_drugs trafficking"
)


def test_the_data_file_has_just_the_contexts_of_plover() -> None:
    names = {row.text("context") for row in packaged_rows("contexts.tsv", ("context", "weight", "phrases"))}
    assert names == {*PLOVER.split(), "none"}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The ambassador was summoned.", ("diplomatic",)),
        ("Inspectors found no enriched uranium.", ("cbrn",)),
        ("A flotilla of warships entered the strait.", ("military",)),
        ("Voters go to the polling station on Sunday.", ("election",)),
        ("The coast guard sent the boat people back.", ("migration",)),
        ("A hacker stole the plans with ransomware.", ("cyber",)),
        ("The envoy spoke of climate change.", ("diplomatic", "environment")),
        ("It was a warm day.", ()),
        # one weak word is not enough, two are
        ("The soldier slept.", ()),
        ("The soldier had no ammunition.", ("military",)),
        # look-alikes
        ("The Islamic Republic sent a letter.", ()),
        ("The general strike went on.", ()),
        ("The General Assembly voted.", ("diplomatic",)),
    ],
)
def test_contexts_of_a_sentence(sentence: str, expected: tuple[str, ...]) -> None:
    assert contexts(sentence) == expected


def test_a_long_text_needs_more_than_one_word() -> None:
    filler = "It was a warm day and nothing was said of it. " * 40
    assert contexts("The ambassador was summoned. " + filler) == ()
    told = "The ambassador was summoned, the embassy closed, the envoy went to the consulate and the summit was off. "
    assert contexts(told + filler) == ("diplomatic",)


def test_case_and_marks_do_not_matter() -> None:
    assert contexts("AIR-STRIKES (and “shelling”)") == contexts("air strikes and shelling") == ("military",)
