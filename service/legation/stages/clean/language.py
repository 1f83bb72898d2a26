"""Which language an article is in."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_CANDIDATES = "ar bg cs da de el en es et fa fi fr he hi hr hu id it lt lv ms nl no pl pt ro ru sk sl sv sw tr uk ur vi"
"""What news feeds bring, without the rare languages that short English text full of names is taken for."""
_LOOK_AT = 1200
"""Characters that are looked at: more does not change the answer."""
_ENOUGH = 40
"""Letters below which no language is told: names alone decide nothing."""
_SURE = 0.8
"""Least probability for any answer but English: a dispatch full of foreign names is still English."""

_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(r" (?:the|of|and|to|that|with|by|from|which|has|was|said) ")
_ENGLISH_SHARE = 0.08
"""Share of such words among all, from which no classifier is asked: English prose has twice that, no other language
more than a third of it."""


def language_of(text: str, claimed: str | None) -> str | None:
    """ISO 639-1 code of the text's language; for a text too short to tell, the claimed one (a BCP 47 tag) or None."""
    sample = text[:_LOOK_AT]
    if len(_ENGLISH.findall(sample)) > max(3, _ENGLISH_SHARE * sample.count(" ")):
        return "en"
    letters = _LETTER.findall(sample)
    eastern = _by_script(letters)
    if eastern is not None:
        return eastern
    if len(letters) < _ENOUGH:
        return claimed.split("-")[0].lower() if claimed else None
    code, probability = _identifier().classify(sample)
    return "en" if code != "en" and probability < _SURE else str(code)


def _by_script(letters: list[str]) -> str | None:
    """ja, ko or zh, where a third of the letters is in their scripts: one such letter says as much as a word."""
    kana = sum("\u3040" <= letter <= "\u30ff" for letter in letters)
    hangul = sum("\uac00" <= letter <= "\ud7a3" for letter in letters)
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in letters)
    if 3 * (kana + hangul + han) <= len(letters):
        return None
    if kana:
        return "ja"
    return "ko" if hangul >= han else "zh"


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES.split())
    return identifier
