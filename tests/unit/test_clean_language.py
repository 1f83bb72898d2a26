"""The language of an article."""

from __future__ import annotations

import pytest

from legation.stages.clean.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The foreign ministers of the two countries met in Vienna on Monday and spoke of the treaty.", "en"),
        ("Sanchez, Macron, Erdogan, Zelenskiy join Scholz for Munich talks on Syria", "en"),
        ("Les ministres des deux pays se sont réunis lundi à Vienne et ont parlé du traité.", "fr"),
        ("Los ministros de ambos países se reunieron el lunes en Viena y hablaron del tratado.", "es"),
        ("Министры обеих стран встретились в понедельник в Вене и обсудили договор.", "ru"),
        ("両国の外相は月曜日にウィーンで会談し、条約について話し合った。", "ja"),
        ("양국 외교장관은 월요일 빈에서 만나 조약에 대해 논의했다.", "ko"),
        ("两国外长星期一在维也纳举行会谈，讨论了该条约。", "zh"),
        ("รัฐมนตรีต่างประเทศของทั้งสองประเทศพบกันที่กรุงเวียนนาในวันจันทร์", "th"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text, None) == language


def test_too_short_to_tell_is_what_the_feed_claims_or_unknown() -> None:
    assert language_of("Lee meets Moon", None) is None
    assert language_of("Lee meets Moon", "en-GB") == "en"


def test_the_text_is_believed_before_the_feed() -> None:
    assert language_of("The foreign ministers of the two countries met in Vienna on Monday.", "ja") == "en"
