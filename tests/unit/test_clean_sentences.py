"""Sentence ends, by rule."""

from __future__ import annotations

import pytest

from legation.stages.clean.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["The U.S. Secretary of State met Mr. Lee.", "He left at 5 p.m. on Friday."],
        ["Talks with the U.S. ended.", "They began in Feb. 2020 with Gen. An of South Korea."],
        ["He flew to the U.S. The talks were short.".split(" The ")[0], "The talks were short."],
        ["Sen. J. R. Roe voted no.", "So did Rep. Doe."],
        ["Trade rose 3.5 percent to $1.2 billion.", "It had fallen before."],
        ['"We will not sign," he said.', '"Not this year."'],
        ['"Will they sign?" Minister Roe asked.', "Nobody knew."],
        ['"Will they sign?"', "Nobody knew."],
        ["They waited ... and waited.", "Nothing came."],
        ["They waited...", "Nothing came."],
        ["Example Corp. shares rose.", "Example Inc. of Lima was sold."],
        ["It was No. 1 on the list.", "The list is long."],
        ["(The treaty was signed in Lima.)", "It is secret."],
        ["He lives in Washington, D.C. But he was born in Lima.".split(" But ")[0], "But he was born in Lima."],
        ["A first paragraph without full stop", "A second one."],
        ["Ministers met in St. Petersburg on Jan. 4.", "They parted on Feb. 5."],
        ["He said so at 5 a.m. It was dark.".split(" It ")[0], "It was dark."],
        ["Why now?!", "No one can tell…", "Or will."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    glue = "\n" if not sentences[0].endswith((".", "?", "!", '"', ")", "…")) else " "

    assert [sentence.text for sentence in split_sentences(glue.join(sentences))] == sentences


def test_offsets_select_the_text() -> None:
    text = "  One sentence.  Another one.\n\nA third paragraph "

    found = split_sentences(text)

    assert [text[s.start : s.end] for s in found] == [s.text for s in found]
    assert [s.text for s in found] == ["One sentence.", "Another one.", "A third paragraph"]


def test_a_lost_blank_does_not_hide_a_sentence() -> None:
    found = split_sentences("They met, he said.The talks went on at example.org and in Lima.")

    assert [s.text for s in found] == ["They met, he said.", "The talks went on at example.org and in Lima."]


def test_no_text_no_sentences() -> None:
    assert split_sentences("") == split_sentences(" \n ") == ()
