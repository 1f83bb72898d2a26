"""clean: RawArticle to plain articles; furniture, captions, bylines and datelines taken apart, not lost."""

from __future__ import annotations

from legation.outcomes import Outcome
from legation.records import Article, RawArticle


def clean(raw: RawArticle) -> Outcome[Article]:
    """Stub."""
    raise NotImplementedError
