"""Which language an article is in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
_LOOK_AT = 1200
"""Characters that are looked at: more does not change the answer."""
_ENOUGH = 40
"""Letters below which no language is told: names alone decide nothing."""
_DOUBT = 0.1
"""Least probability at which text is taken for English, whatever is likelier: headlines full of foreign names get
little more. Of 2,755 English sentences and headlines 4 are lost so, of 2,468 in 78 other languages 11 are taken."""
_ENGLISHES = ("en", "pcm")
"""English, and Nigerian Pidgin, which the model sees in terse English headlines."""

_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(r" (?:the|of|and|to|that|with|by|from|which|has|was|said) ")
_ENGLISH_SHARE = 0.08
"""Share of such words among all, from which no classifier is asked: English prose has twice that, no other language
more than a third of it."""


def language_of(text: str, claimed: str | None) -> str | None:
    """ISO 639-1 code of the text's language; for a text too short to tell, the claimed one (a BCP 47 tag) or None."""
    sample = text[:_LOOK_AT]
    if len(_ENGLISH.findall(sample)) > max(3, _ENGLISH_SHARE * sample.count(" ")):
        return ENGLISH
    letters = _LETTER.findall(sample)
    eastern = _by_script(letters)
    if eastern is not None:
        return eastern
    if len(letters) < _ENOUGH:
        return claimed.split("-")[0].lower() if claimed else None
    likely = _identifier().rank(sample)
    return ENGLISH if sum(p for code, p in likely if code in _ENGLISHES) >= _DOUBT else str(likely[0][0])


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


def load_language_model() -> None:
    """Load it now instead of at the first article: it takes most of a second."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # numpy with it: only where articles are cleaned

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
