"""What the world's names stand for: countries, bodies, offices, people, places, from versioned data files."""

from __future__ import annotations

from legation.knowledge.loader import Body, Country, Entry, Kind, Knowledge, Match, Office, load
from legation.knowledge.tables import KnowledgeError

__all__ = ["Body", "Country", "Entry", "Kind", "Knowledge", "KnowledgeError", "Match", "Office", "load"]
