"""classify: is the article about relations between states and international bodies, and which sentences to read."""

from __future__ import annotations

from legation.outcomes import Outcome
from legation.records import Article, ClassifiedArticle
from legation.stages.classify.contexts import contexts

__all__ = ["classify", "contexts"]


def classify(article: Article) -> Outcome[ClassifiedArticle]:
    """Stub."""
    raise NotImplementedError
