"""From a name to a participant: which of its readings counts on a day, and what it tells of country, sector, office."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from legation.knowledge import Entry, Kind, Match, Office
from legation.records import Participant, Sector

PARTY_RANK = {
    Kind.COUNTRY: 0,
    Kind.BODY: 1,
    Kind.GROUP: 2,
    Kind.SEAT: 3,
    Kind.AGENCY: 4,
    Kind.ADJECTIVE: 5,
    Kind.PERSON: 6,
    Kind.CAPITAL: 7,
    Kind.REGION: 8,
    Kind.CITY: 9,
    Kind.NEWS_AGENCY: 10,
    Kind.OUTLET: 11,
}
"""Which reading of an ambiguous name counts ('Georgia' the country before the state)."""


_GOVERNMENT_KINDS = frozenset({Kind.CAPITAL, Kind.SEAT})


def reading(match: Match, day: str | None) -> Entry | None:
    """The reading of a name that counts: parties before places, who holds office on `day` before who held one last, a
    state that was there on `day` before the one that came after it (Moscow of 1987 is the Soviet Union's).
    """
    ranked = [entry for entry in match.entries if entry.kind in PARTY_RANK and not before_career(entry, day)]
    if len(ranked) < 2:  # most names
        return ranked[0] if ranked else None
    return max(
        ranked,
        key=lambda entry: (
            -PARTY_RANK[entry.kind],
            day is None or entry.kind is not Kind.PERSON or entry.holds(day),
            -days_end(entry, day) if entry.kind is not Kind.PERSON else 0,
            entry.start if day is not None and entry.start is not None and entry.start <= day else "",
        ),
    )


def days_end(entry: Entry, day: str | None) -> int:
    """Sorts states that have ended: those that were there on `day` by their end, then those of today, then the gone."""
    if entry.end is None:
        return _TODAY
    return int(entry.end.replace("-", "")) if day is not None and entry.holds(day) else _TODAY + 1


_TODAY = 99_999_999
"""Later than any end of a state, as a number YYYYMMDD."""


def before_career(entry: Entry, day: str | None) -> bool:
    """Whether a day is so long before somebody's office that the name is another's (a Richard Moore of 1987)."""
    return (
        entry.kind is Kind.PERSON
        and entry.start is not None
        and day is not None
        and int(day[:4]) + _CAREER < int(entry.start[:4])
    )


_CAREER = 20
"""Years before an office in which its holder may already be in the news."""


def from_entry(
    entry: Entry,
    text: str,
    start: int,
    end: int,
    office: tuple[int, int, Office] | None = None,
    name: str | None = None,
    day: str | None = None,
) -> Participant:
    """A participant from a reading of a name; an office told in the phrase counts more than the entry's own."""
    if office is not None and names_better(entry, office[2], day):
        office = None
    kept = entry.sector is Sector.BUS or entry.kind is Kind.GROUP  # a commander of guerrillas is no army's
    sector = (entry.sector if kept else None) or sector_of(office) or entry.sector
    if entry.kind is Kind.BODY and sector in (Sector.GOV, Sector.LAB):
        sector = Sector.IGO  # officials of a body are no government's, and 'Union leaders' may be Europe's
    if sector is None and entry.kind in _GOVERNMENT_KINDS:
        sector = Sector.GOV
    own_office = entry.office if entry.kind is Kind.PERSON and (day is None or entry.holds(day)) else None
    if entry.kind is Kind.PERSON and own_office is None and office is None and day is not None:
        sector = None  # out of office by then
    return Participant(
        country=entry.country,
        body=entry.body,
        sector=sector,
        name=name,
        office=office_name(office) or own_office,
        text=text,
        start=start,
        end=end,
    )


def sector_of(office: tuple[int, int, Office] | None) -> Sector | None:
    """The sector of an office found as (start, end, office)."""
    return office[2].sector if office is not None else None


def office_name(office: tuple[int, int, Office] | None) -> str | None:
    """Its name, unless it is of many ('officials')."""
    return office[2].name if office is not None and not office[2].collective else None


def names_better(entry: Entry, office: Office, day: str | None) -> bool:
    """Whether the knowledge files tell more of a party than the word beside its name: 'Hamas fighters' are what Hamas
    is, and an ayatollah who leads a state is no mere cleric.
    """
    if entry.kind is Kind.GROUP:
        return office.collective and entry.sector is not None and office.sector is not Sector.REB
    return office.weak and entry.kind is Kind.PERSON and (day is None or entry.holds(day)) and entry.office is not None


def at(parties: Iterable[Participant], text: str, start: int, end: int) -> list[Participant]:
    """The same parties, with the words [start, end) of a sentence, which stand for them, as their evidence."""
    return [replace(party, text=text[start:end], start=start, end=end) for party in parties]


KOREAS = {"North": "PRK", "South": "KOR"}
"""What the two call themselves and each other."""


def stand_in(participant: Participant) -> tuple[Entry, Match]:
    """A party that other words stand for, as if it were named where they are."""
    entry = Entry(Kind.COUNTRY, participant.text, participant.country, participant.body)
    return entry, Match(participant.start, participant.end, participant.text, (entry,))
