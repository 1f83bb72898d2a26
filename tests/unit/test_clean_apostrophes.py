"""Lost apostrophes are put back, and nothing else is."""

from __future__ import annotations

import pytest

from legation.stages.clean.apostrophes import mend_apostrophes


@pytest.mark.parametrize(
    ("lost", "mended"),
    [
        ("the nation s decision", "the nation's decision"),
        ("Lee s predecessor", "Lee's predecessor"),
        ("the U.S. s envoy and NATO s chief", "the U.S.'s envoy and NATO's chief"),
        ("the decision was his country s.", "the decision was his country's."),
        ("If you re not sure, they don t know.", "If you're not sure, they don't know."),
        ("We ll see what they ve done; I m sure he d agree.", "We'll see what they've done; I'm sure he'd agree."),
        ("They won t sign and can t leave", "They won't sign and can't leave"),
        ("the nation?s decision, they don?t sign", "the nation's decision, they don't sign"),
        ("the nation`s and the people´s choice", "the nation's and the people's choice"),
        ("the nation\ufffds choice", "the nation's choice"),
        ("at six o clock", "at six o'clock"),
        ("Latvias foreign minister, the countrys envoy", "Latvia's foreign minister, the country's envoy"),
    ],
)
def test_mended(lost: str, mended: str) -> None:
    assert mend_apostrophes(lost) == mended
    assert mend_apostrophes(mended) == mended


@pytest.mark.parametrize(
    "text",
    [
        "the letters r s t are in order",
        "options a, s and t",
        "https://example.org/nation?s=1&t=2",
        "Did he? so they say",
        "the nation’s decision and the states' rights",
        "a vitamin s deficiency".replace("vitamin", "X"),
        "we reach them",
        "they decided",
        "the two Chinas and the Solomon Islands met, and the Americas watched",
        "Oman's sultan met the Jordans twice",
        "Elias wrote of the Netherlands and of Athens again",
    ],
)
def test_left_alone(text: str) -> None:
    assert mend_apostrophes(text) == text
