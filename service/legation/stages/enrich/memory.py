"""What an article has told so far: whom names, pronouns and 'the two countries' mean in the sentences after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from legation.knowledge import Entry, Kind, Knowledge, Match, Office
from legation.knowledge.words import word_list
from legation.records import EventType, Participant, Sector
from legation.stages.enrich.found import Found
from legation.stages.enrich.parties import from_entry, office_name, reading, sector_of

_NAMES = re.compile(r"\b[^\W\d_a-z][\w-]+")
"""Words that begin with a capital."""


def is_woman(person: Participant) -> bool:
    """Whether the first name is one that women in the news have."""
    return person.name is not None and person.name.split()[0] in word_list("women")


_A_FEW = 2
"""By so many events more told of them are others 'the two' whom an article is about, and not those named last."""


_LEANING = ("He ", "She ", "It ", "They ", "His ", "Her ", "Its ", "Their ")
"""How a sentence begins whose subject is that of the sentence before."""


MEDIA = frozenset({Kind.NEWS_AGENCY, Kind.OUTLET})
"""They act ('closed Al Jazeera's office'), but most are named for what they report: 'the two' are never they."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the article has taught about a person."""

    name: str
    country: str | None
    body: str | None
    sector: Sector | None
    office: str | None


@dataclass(slots=True)
class Memory:
    """What an article has told so far, in the order of reading. One an article, thrown away with it."""

    day: str | None
    """Day of publication, YYYY-MM-DD: who held which office then."""
    home: str | None = None
    """The country of the dateline: whose 'the police' are where nobody else is named."""
    business: bool = False
    """Whether the article tells much of money, so that who is left unnamed is a bank or a firm, sooner than a state."""
    people: dict[str, Known] = field(default_factory=dict)
    recent: list[tuple[Participant, ...]] = field(default_factory=list)
    """Parties of the sentences before, latest last."""
    last_subject: tuple[Participant, ...] = ()
    bodies: list[tuple[Entry, Match]] = field(default_factory=list)
    """International bodies, armed groups and movements named so far."""
    persons: list[Participant] = field(default_factory=list)
    """Persons with an office, as often as they were named or meant, latest last."""
    told: list[Found] = field(default_factory=list)
    """Events of the sentences before."""
    heads: dict[str, Participant] = field(default_factory=dict)
    """Whom a noun stood for last: 'army' for that of 'Turkey's army'."""

    def pass_by(self, text: str, knowledge: Knowledge) -> None:
        """Note who is named in a sentence that is not read; the persons in it are whom 'he' or 'she' may mean next."""
        named = self.note(knowledge.find(text), text)
        people = {known.name: known for word in _NAMES.findall(text) if (known := self.people.get(word)) is not None}
        if people:
            self.last_subject = tuple(from_known(known, name, 0, 0, None) for name, known in people.items())
        elif named and not text.startswith(_LEANING):
            self.last_subject = ()  # it told of others: a pronoun behind it means one of them

    def note(self, matches: Iterable[Match], text: str) -> bool:
        """Note the parties named in one sentence; whether there were any. A place counts where there are no two
        others: of 'Kenya and Somalia met in Doha' the two are Kenya and Somalia, of 'Kenya's envoy was in Doha' not.
        """
        parties: list[Participant] = []
        places: list[Participant] = []
        for match in matches:
            entry = reading(match, self.day)
            if entry is None or entry.kind is Kind.CITY or entry.kind in MEDIA or not (entry.country or entry.body):
                continue
            party = from_entry(entry, match.text, match.start, match.end)
            (places if is_where(match, text) else parties).append(party)
            if entry.body is not None:
                self.bodies.append((entry, match))
        if len({party.code for party in parties}) < 2:
            parties += places
        if parties:
            self.recent.append(tuple(parties))
        return bool(parties)

    def pair(self) -> tuple[Participant, ...]:
        """The two parties told of last: in the sentence before, or up to three back, each with what was named since;
        none where these are more than two.
        """
        return self.several(2)

    def several(
        self, count: int, without: Collection[str | None] = (), *, states: bool = False
    ) -> tuple[Participant, ...]:
        """As many parties as `count` that were told of last, but for those with a code in `without`; `states`: no body
        or group is one of them. Where too many were named, those who had to do with each other in the last event that
        was between so many. The Council that two states turn to is neither of them, if there are others.
        """
        councils = {p.code for parties in self.recent[-3:] for p in parties if p.sector is Sector.IGO}
        return self._last(count, {*without, *councils}, states) or self._last(count, without, states)

    def fighting(self, without: Collection[str | None]) -> tuple[Participant, ...]:
        """Who 'both sides' are where one attacked the other: of those told of the last such two."""
        for event in reversed(self.told):
            codes = {p.code: p for p in (*event.recipients, *event.actors) if p.code is not None}
            if event.type is EventType.ASSAULT and len(codes) == 2 and codes.keys().isdisjoint(without):
                return tuple(codes.values())
        return ()

    def others_than(self, code: str | None) -> tuple[Participant, ...]:
        """Who 'they' are behind a sentence about one alone: the two or more on the other side of the event told last,
        or both sides.
        """
        if not self.told:
            return ()
        actors, recipients = (
            {p.code: p for p in side if p.code is not None} for side in (self.told[-1].actors, self.told[-1].recipients)
        )
        for side, across in ((actors, recipients), (recipients, actors)):
            if code in side and code not in across and len(across) > 1:
                return tuple(across.values())
        both = actors | recipients
        return tuple(both.values()) if code in both and len(both) > 1 else ()

    def gathering(self) -> tuple[Participant, ...]:
        """Who 'the ministers' are where more than two, or those of a body, had to do with one another last."""
        met = next((it for it in reversed(self.told) if it.frame.slots.equal), None)
        parties = {p.code: p for p in (met.actors if met is not None else ()) if p.code is not None}
        states = len(parties) > 2 or any(p.sector is Sector.IGO for p in parties.values())
        return tuple(parties.values()) if states and len(parties) != 2 else ()

    def _last(self, count: int, without: Collection[str | None], states: bool) -> tuple[Participant, ...]:
        def counted(parties: Iterable[Participant]) -> dict[str, Participant]:
            return {
                p.code: p for p in parties if p.code is not None and p.code not in without and not (states and p.body)
            }

        found: dict[str, Participant] = {}
        for parties in reversed(self.recent[-3:]):  # farther back 'the two' has moved on
            found = counted(parties) | found
            if len(found) >= count:
                break
        sides = (
            side
            for event in reversed(self.told)
            for side in (event.recipients, event.actors + event.recipients, event.actors if count > 2 else ())
        )
        between = [it for side in sides if len(it := counted(side)) == count]
        times = Counter(frozenset(it) for it in between)
        if len(found) == count and max(times.values(), default=0) < times[frozenset(found)] + _A_FEW:
            return tuple(found.values())
        return tuple(max(between, key=lambda it: times[frozenset(it)], default={}).values())

    def holders(self, told: frozenset[str], count: int, without: Collection[str | None]) -> tuple[Participant, ...]:
        """Those whom an office alone means as a pair or more ('the presidents'): as many as `count` of the persons told
        of last, of as many parties; none where more hold such an office.
        """
        found: dict[str | None, Participant] = {}
        for it in reversed(self.persons[-2 * count :]):
            if it.office is not None and it.code not in without and told <= set(it.office.split()):
                found.setdefault(it.code, it)
        return tuple(found.values())[::-1] if len(found) == count else ()

    def woman(self) -> Participant | None:
        """Whom 'she' means: the woman told of last, by her first name."""
        return next((it for it in reversed(self.persons) if is_woman(it)), None)

    def resolving(self) -> list[Participant]:
        """Whose communique or resolution it is: the body that it names first."""
        return [from_entry(entry, match.text, 0, 0) for entry, match in self.bodies[:1] if entry.kind is Kind.BODY]

    def introduced(self, told: frozenset[str], country: str | None) -> Participant | None:
        """The person whom an office alone means ('the minister'): of those introduced with such an office (and
        `country`, if given) the only one, or the subject of the sentence before.
        """
        found = {
            it.name: it
            for it in self.persons
            if it.office is not None and country in (None, it.country) and told <= set(it.office.split())
        }
        if len(found) > 1:
            found = {it.name: it for it in self.last_subject if it.name in found}
        return next(iter(found.values())) if len(found) == 1 else None

    def learn(self, participant: Participant) -> None:
        """Remember whose a name is; fuller knowledge is not overwritten by less."""
        name = participant.name
        if name is None or participant.code is None:
            return
        words = name.split()
        known = Known(name, participant.country, participant.body, participant.sector, participant.office)
        for key in {name, words[-1], words[0]} if len(words) > 1 else {name}:
            old = self.people.get(key)
            if old is None or (old.office is None and known.office is not None) or len(old.name) < len(name):
                if old is not None and old.office is not None and known.office is None:
                    continue
                self.people[key] = known

    def person(self, name: str) -> Known | None:
        """Who `name` is, in full or by family name; another with that family name is not ('Jeb Bush')."""
        if name in self.people:
            return self.people[name]
        words = name.split()
        for key in (words[-1], words[0])[: len(words)]:
            known = self.people.get(key)
            if known is not None and same_name(name, known.name):
                return known
        return None


def from_known(known: Known, text: str, start: int, end: int, office: tuple[int, int, Office] | None) -> Participant:
    """A participant whom the article introduced before."""
    return Participant(
        country=known.country,
        body=known.body,
        sector=known.sector or sector_of(office),
        name=known.name,
        office=known.office or office_name(office),
        text=text,
        start=start,
        end=end,
    )


def is_where(match: Match, text: str) -> bool:
    """Whether a name only tells where."""
    before = text[: match.start].rsplit(None, 2)
    return bool(before) and before[-1].lower() in WHERE


WHERE = frozenset({"in", "at", "near", "outside"})
"""Prepositions behind which a name only tells where."""


def same_name(one: str, other: str) -> bool:
    """Whether one name is the other with words left out: initials, a middle name, the first name."""
    first, second = (
        {word for word in name.lower().replace("-", " ").split() if word.rstrip(".")[1:]} for name in (one, other)
    )
    return first <= second or second <= first
