"""enrich: who did what to whom, when, where, with which status, and who says so."""

from __future__ import annotations

from legation.outcomes import Outcome
from legation.records import ClassifiedArticle, EventMention


def load_model() -> None:
    """Load the parser now instead of at the first article."""


def enrich(classified: ClassifiedArticle) -> Outcome[EventMention]:
    """Stub."""
    raise NotImplementedError
