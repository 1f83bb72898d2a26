"""When an article was published, and which of its sources says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from legation.records import RawArticle
from legation.stages.clean.dates import complete
from legation.stages.clean.story import Story

_IN_URL = re.compile(r"/(?P<y>20\d\d|19\d\d)[/-]?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Published:
    """`at` is an ISO 8601 date or instant; `source` is where it was taken from (see `Article.published_from`)."""

    at: str | None
    source: str | None


def published(raw: RawArticle, html: str | None, story: Story) -> Published:
    """The date of the article, from the first of these that tells it: its own date line, its dateline, the page's
    metadata, the feed, the URL. Where the feed gives an instant on the very day, the instant is kept: it says more."""
    feed = raw.published_at
    near = day_of(feed) or day_of(html) or day_of(_in_url(raw.url))
    stamps = sorted((s for s in story.stamps if s.day is not None), key=lambda stamp: stamp.updated)
    dateline = complete(story.opening.date_text, near) if story.opening and story.opening.date_text else None
    told = (
        (stamps[0].day.isoformat() if stamps and stamps[0].day else None, "text"),
        (dateline.isoformat() if dateline else None, "dateline"),
        (html, "html"),
        (feed, "feed"),
        (_in_url(raw.url), "url"),
    )
    at, source = next(((at, source) for at, source in told if at is not None), (None, None))
    if feed is not None and at is not None and len(at) == 10 and len(feed) > 10 and feed.startswith(at):
        return Published(feed, "feed")
    return Published(at, source)


def day_of(iso: str | None) -> date | None:
    """The day of an ISO 8601 date or instant, as written (no change of zone)."""
    return date.fromisoformat(iso[:10]) if iso and re.match(r"\d{4}-\d\d-\d\d", iso) else None


def _in_url(url: str | None) -> str | None:
    match = _IN_URL.search(url) if url else None
    if match is None:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return None
