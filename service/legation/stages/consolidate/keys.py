"""Where mentions meet: the message key, the block they share, and the order they are read in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from legation.records import EventMention, EventType, parse_published

UNKNOWN = "UNKNOWN"
"""Key of a mention without a known party."""

SYMMETRIC = frozenset({EventType.AGREE, EventType.CONSULT, EventType.COOPERATE})
"""Types where it makes no difference who is called actor: meetings, deals, joint work. A PLOVER visitor is the actor,
but 'Tokyo received him' and 'he went to Tokyo' are one visit, and texts differ in whom they put first."""


def parties(mention: EventMention) -> tuple[str, ...]:
    """Codes of all known parties on both sides, sorted."""
    return tuple(sorted({code for it in (*mention.actors, *mention.recipients) if (code := it.code)}))


def parties_key(mention: EventMention) -> str:
    """Message key on the mentions topic: 'JPN+KOR'. Unknown parties add nothing; with none known, 'UNKNOWN'.

    All mentions of one event have one key, so they meet on one partition, whichever side each text calls the actor.
    """
    return "+".join(parties(mention)) or UNKNOWN


def block_of(mention: EventMention) -> str:
    """Table key: 'JPN+KOR|CONSULT|2021-05'. Only mentions of one block can be one event.

    The month is that of the event's date, or else of publication. Two kinds of mention have nothing to be matched by,
    and share a block with none but their own: without known parties, only with themselves; without any date,
    only with what the same article says.
    """
    day = anchor_day(mention)
    month = "undated" if day is None else day.isoformat()[:7]
    block = f"{parties_key(mention)}|{mention.type}|{month}"
    if not parties(mention):
        return f"{block}|{mention.mention_id}"
    if day is None:
        return f"{block}|{mention.article_id}"
    return block


def direction(mention: EventMention) -> str:
    """Who to whom ('KOR>JPN'); empty for types that have no direction."""
    if mention.type in SYMMETRIC:
        return ""
    sides = (sorted({code for it in side if (code := it.code)}) for side in (mention.actors, mention.recipients))
    return ">".join("+".join(side) for side in sides)


def anchor_day(mention: EventMention) -> date | None:
    """First day of the event's date, else the day of publication."""
    if mention.date is not None:
        return date.fromisoformat(mention.date.start)
    return published_day(mention)


def published_day(mention: EventMention) -> date | None:
    """The day of publication as the outlet wrote it, in its own time zone."""
    if mention.published_at is None:
        return None
    published = parse_published(mention.published_at)
    return published.date() if isinstance(published, datetime) else published


def moment(mention: EventMention) -> str:
    """Time of publication as text that sorts; mentions without one come last.

    Instants count in UTC (without a zone: as UTC). A bare date counts as its first moment: it says no more than that
    the article did not appear before.
    """
    return "~" if mention.published_at is None else _sortable(mention.published_at)  # sorts after every digit


@lru_cache(maxsize=4096)  # sorting asks again and again
def _sortable(published_at: str) -> str:
    published = parse_published(published_at)
    # Seconds by hand: year 1 in a zone east of Greenwich is an instant that datetime cannot turn into UTC.
    seconds, microsecond = published.toordinal() * 86_400, 0
    if isinstance(published, datetime):
        offset = published.utcoffset() or timedelta()
        seconds += published.hour * 3600 + published.minute * 60 + published.second - round(offset.total_seconds())
        microsecond = published.microsecond
    return f"{max(seconds, 0):012d}.{microsecond:06d}"


def reading_order(mention: EventMention) -> tuple[str, str]:
    """Sorts mentions by time of publication, then id."""
    return moment(mention), mention.mention_id
