"""When an article was published, and which of its sources says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from legation.stages.clean.story import Story

_IN_URL = re.compile(
    r"/(?P<year>(?:19|20)\d\d)(?P<mark>[/-]?)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_ISO_DAY = 10
"""Characters of 'YYYY-MM-DD'."""


@dataclass(frozen=True, slots=True)
class Published:
    """`at` is an ISO 8601 date or instant; `source` is where it was taken from (see `Article.published_from`)."""

    at: str | None
    source: str | None


def published(story: Story, *, html: str | None, feed: str | None, url: str | None) -> Published:
    """The date of the article, from the first of these that tells it: its own stamp, its dateline, the page's
    metadata, the feed, the URL. Where the feed gives an instant on that very day, the instant is kept: it says more."""
    from_url = day_in_url(url)
    near = day_of(feed) or day_of(html) or day_of(from_url)
    stamp = min(story.stamps, key=lambda stamp: stamp.updated, default=None)
    filed = story.opening.day(near) if story.opening else None
    told = (
        (stamp.day.isoformat() if stamp else None, "text"),
        (filed.isoformat() if filed else None, "dateline"),
        (html, "html"),
        (feed, "feed"),
        (from_url, "url"),
    )
    at, source = next(((at, source) for at, source in told if at), (None, None))
    if feed and at and len(feed) > len(at) == _ISO_DAY and feed.startswith(at):
        return Published(feed, "feed")
    return Published(at, source)


def day_of(iso: str | None) -> date | None:
    """The day of an ISO 8601 date or instant, as written (no change of zone)."""
    return date.fromisoformat(iso[:_ISO_DAY]) if iso else None


def day_in_url(url: str | None) -> str | None:
    """The ISO 8601 date in a URL's path ('/2021/05/13/', '/20210513/')."""
    match = _IN_URL.search(url or "")
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None
