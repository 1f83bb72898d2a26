"""The list of protections that `make mutants` takes out is not stale: each is in the code, and its test is there."""

from __future__ import annotations

import pytest

from chaos.mutations import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda it: it.name)
def test_what_is_taken_out_is_there_once(mutant: Mutant) -> None:
    assert (ROOT / "service/legation" / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda it: it.name)
def test_the_test_that_is_to_notice_it_is_there(mutant: Mutant) -> None:
    file, option, words = mutant.tests.split(" ")
    assert option == "-k"
    assert words in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_each_has_a_name_of_its_own() -> None:
    assert len({it.name for it in MUTANTS}) == len(MUTANTS)
