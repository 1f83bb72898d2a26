"""Which mentions of a block tell of one event: a pure function of the set of mentions.

The precise ones are put together first. The vague ones (a span of days, or no date at all) then join the one event
that fits best, so a vague mention never ties two precise events together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property

import msgspec

from legation.records import EventMention, EventType, Precision, Status, encode, parse_published
from legation.stages.consolidate.keys import anchor_day, block_of, direction, parties, published_day, reading_order
from legation.stages.consolidate.names import name_words, same_person

STATUS_CLASS = {
    Status.OCCURRED: "realised",
    Status.ONGOING: "realised",
    Status.PLANNED: "prospective",
    Status.PROPOSED: "prospective",
    Status.HYPOTHETICAL: "prospective",
    Status.CANCELLED: "negative",
    Status.DENIED: "negative",
}
"""A meeting and the hope of one are two events, unless both name the same day."""

NEWS_DAYS = 3
"""An undated mention tells of something that happened at most this many days before it was published: a weekend and
a time zone. Older events are told with their date."""

COARSE = frozenset({Precision.MONTH, Precision.QUARTER, Precision.YEAR})
"""Dates that are set against their like only: 'in May' says little about which of the meetings in May is meant."""

MAX_SPAN_DAYS = 14
"""A date with more days is coarse too, whatever its precision: longer than any visit or round of talks."""

ALIKE = 0.3
"""Share of the longer words of the shorter sentence that the other must have, to be worded alike. Read by eye in 2,500
stories of newswire: of 20 pairs above it one told of two events, of 48 pairs below .2 nearly all did."""

_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
"""Five letters and more: what tells stories apart, without a list of stop words."""

COPIED_WORDS = 8
"""Sentences that share so many words in a row are one text: nobody writes eight words alike by chance. Two that quote
one speaker count as one source too, which errs on the modest side."""

Names = frozenset[tuple[str, ...]]


class Reading(msgspec.Struct, frozen=True, eq=False, dict=True):
    """What there is to know of a mention, found out once. Days are ordinals."""

    mention: EventMention
    direction: str
    """Who to whom: see `direction`."""
    order: tuple[str, str]
    """Time of publication, then id: see `reading_order`."""
    status: str
    """Class of the status."""
    published: int | None
    first: int
    last: int
    """The days on which the event can have been, both inclusive."""
    coarse: bool
    """Whether the date is too coarse to be set against days."""
    exact: bool
    """Whether the text says on which day it was."""
    certain: bool
    """Whether parties and day say enough. Two states meet seldom, but they agree, accuse and attack all the time; and
    what one party does to nobody known can be anything."""
    names: dict[str, Names]
    """Persons named, by the party that they stand for."""
    place: str | None

    @cached_property
    def precision(self) -> tuple[int, int, tuple[str, str]]:
        """Sorts the most precise first: fewest days, then most things told by which events can be told apart."""
        told = len(self.names) + (self.mention.mode is not None) + (self.place is not None)
        return self.last - self.first, -told, self.order

    @cached_property
    def block(self) -> str:
        """See `block_of`."""
        return block_of(self.mention)

    @cached_property
    def day(self) -> str:
        """Whose room it takes in its block: see `anchor_day`."""
        return str(anchor_day(self.mention))

    @cached_property
    def size(self) -> int:
        """Bytes of the mention."""
        return len(encode(self.mention))

    @cached_property
    def words(self) -> frozenset[str]:
        """Longer words of the evidence."""
        return frozenset(_LONG_WORD.findall(self.mention.evidence.sentence.casefold()))

    @cached_property
    def marks(self) -> tuple[object, ...]:
        """What it shares with others of the same source: the article, the agency or outlet, eight words in a row (all
        of them, where there are fewer)."""
        source = self.mention.agency or self.mention.outlet
        words = re.findall(r"\w+", self.mention.evidence.sentence.casefold())
        return (
            ("article", self.mention.article_id),
            *(() if source is None else (("source", source.casefold()),)),
            *(" ".join(words[at : at + COPIED_WORDS]) for at in range(max(1, len(words) - COPIED_WORDS + 1))),
        )


class Cluster:
    """Mentions of one event, and what they say together."""

    def __init__(self, seed: Reading) -> None:
        """Start with the most precise of them."""
        self.seed = seed
        self.first, self.last = seed.first, seed.last
        """The days that all members allow."""
        self.members: list[Reading] = []
        self.statuses: set[str] = set()
        self.articles: set[str] = set()
        self.names: dict[str, Names] = {}
        self.mode: str | None = None
        self.place: str | None = None
        self.add(seed)

    def add(self, reading: Reading) -> None:
        """Take the mention in."""
        self.members.append(reading)
        self.statuses.add(reading.status)
        self.articles.add(reading.mention.article_id)
        if not self.seed.exact:
            self.first, self.last = max(self.first, reading.first), min(self.last, reading.last)
        for code, names in reading.names.items():
            self.names[code] = self.names.get(code, frozenset()) | names
        self.mode = self.mode or reading.mention.mode
        self.place = self.place or reading.place

    @property
    def founder(self) -> Reading:
        """Its first published mention."""
        return min(self.members, key=lambda it: it.order)

    @property
    def anchor(self) -> str:
        """What it is known by: its day if a text names one, else the day of the first report, which is often the same.

        What has not happened yet, or never, is known by its status class too. A coarse date stands for itself.
        """
        if self.seed.exact:
            return str(self.first)
        founder = self.founder
        days = f"{self.first} to {self.last}" if founder.coarse or founder.published is None else str(founder.published)
        return days if founder.status == "realised" else f"{founder.status} {days}"


def read(mention: EventMention) -> Reading:
    """Look at a mention as matching does."""
    day = published_day(mention)
    published = None if day is None else day.toordinal()
    if mention.date is not None:
        first, last = (parse_published(it).toordinal() for it in (mention.date.start, mention.date.end))
    elif published is not None:
        first, last = published - NEWS_DAYS, published
    else:
        first, last = 0, 0  # shares its block with mentions of its own article only
    coarse = mention.date is not None and (mention.date.precision in COARSE or last - first >= MAX_SPAN_DAYS)
    exact = mention.date is not None and not coarse and first == last
    everyone = (*mention.actors, *mention.recipients)
    known = len(parties(mention)) > 1 and all(it.code for it in everyone)
    names: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for it in everyone:
        if it.name is not None and (words := name_words(it.name)):
            names[it.code or ""].add(words)
    return Reading(
        mention=mention,
        direction=direction(mention),
        order=reading_order(mention),
        status=STATUS_CLASS[mention.status],
        published=published,
        first=first,
        last=last,
        coarse=coarse,
        exact=exact,
        certain=known and (exact or mention.type is EventType.CONSULT),
        names={code: frozenset(it) for code, it in names.items()},
        place=None if mention.place is None else mention.place.country,
    )


def clusters(readings: Iterable[Reading]) -> list[Cluster]:
    """The events of one block and direction. Near-linear: a mention is set against the events of its own days only."""
    found: list[Cluster] = []
    # Events by what they are asked for: an exact day, a coarse date, a day that a vague event may have been on.
    on: dict[object, list[Cluster]] = defaultdict(list)

    def put(reading: Reading, candidates: Collection[Cluster], keys: Iterable[object]) -> None:
        fitting = [it for it in candidates if _compatible(reading, it)]
        if fitting:
            best = fitting[0] if len(fitting) == 1 else max(fitting, key=lambda it: _likeness(reading, it))
            best.add(reading)
            return
        cluster = Cluster(reading)
        found.append(cluster)
        for key in keys:
            on[key].append(cluster)

    vague: list[Reading] = []
    for reading in sorted(readings, key=lambda it: it.precision):
        if reading.coarse:
            key = (reading.first, reading.last, reading.status)
            put(reading, on[key], [key])
        elif reading.exact:
            put(reading, on[reading.first], [reading.first])
        else:
            vague.append(reading)

    # Exact events by status class and day of publication: 'they will meet' has no day of its own.
    announced: dict[tuple[str, int | None], list[Cluster]] = defaultdict(list)
    for cluster in found:
        for spoken in {(it.status, it.published) for it in cluster.members} if cluster.seed.exact else ():
            announced[spoken].append(cluster)

    for reading in vague:
        days = range(reading.first, reading.last + 1)
        candidates: list[Cluster] = []
        if reading.status == "realised" or reading.mention.date is not None:
            candidates += (it for day in days for it in on[day] if reading.status in it.statuses)
        elif reading.published is not None:
            for day in range(reading.published - NEWS_DAYS, reading.published + NEWS_DAYS + 1):
                candidates += announced[reading.status, day]
        keys = [("vague", reading.status, day) for day in days]
        candidates += (it for key in keys for it in on[key] if it.first <= reading.last and reading.first <= it.last)
        put(reading, candidates, keys)
    return found


def _compatible(reading: Reading, cluster: Cluster) -> bool:
    """Whether both can be one event, given that the dates allow it: nothing that both tell is in contradiction, and,
    where parties and day do not say enough, a person, the article or the wording is the same."""
    mode, place = reading.mention.mode, reading.place
    if mode is not None and cluster.mode is not None and mode != cluster.mode:
        return False
    if place is not None and cluster.place is not None and place != cluster.place:
        return False
    shared = [_shared(names, cluster.names[code]) for code, names in reading.names.items() if code in cluster.names]
    if not all(shared):
        return False
    if shared or (reading.certain and cluster.seed.certain) or reading.mention.article_id in cluster.articles:
        return True
    return _overlap(reading, cluster) >= ALIKE


def _likeness(reading: Reading, cluster: Cluster) -> tuple[int, bool, bool, bool, bool, float, int, tuple[str, str]]:
    """The best of several events that fit: same persons, told in the same article, ..., the latest day."""
    return (
        sum(_shared(names, cluster.names.get(code, frozenset())) for code, names in reading.names.items()),
        reading.mention.article_id in cluster.articles,
        cluster.seed.exact,
        cluster.place is not None and reading.place == cluster.place,
        cluster.mode is not None and reading.mention.mode == cluster.mode,
        _overlap(reading, cluster),
        cluster.last,
        cluster.seed.order,  # none is alike here: mention ids are unique
    )


def _overlap(reading: Reading, cluster: Cluster) -> float:
    one, other = reading.words, cluster.seed.words
    return len(one & other) / max(1, min(len(one), len(other)))


def _shared(one: Names, other: Names) -> bool:
    return any(same_person(a, b) for a in one for b in other)
