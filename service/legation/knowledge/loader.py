"""Reads the data files into a `Knowledge`: who and what the names in the news stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import NamedTuple

from legation.knowledge.manifest import combined_version, read_listed, read_manifest
from legation.knowledge.matcher import Matcher
from legation.knowledge.tables import Row, read_rows
from legation.records import Sector

_SHORTEST_IN_CAPITALS = 4
"""A name shorter than this gets no all-capitals form: three capitals are an abbreviation of something else
('Xi' would be the numeral XI)."""

_DEPUTIES = frozenset({"vice", "deputy", "opposition", "former"})
"""Words that make another office of the one they stand before: a vice president is not addressed as president."""

_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae"}
)
"""Letters that Unicode does not take apart into letter and accent."""


class Kind(StrEnum):
    """What a name is a name of."""

    COUNTRY = "country"
    ADJECTIVE = "adjective"
    """'Japanese', 'Briton', 'Sino'."""
    CAPITAL = "capital"
    """A city that stands for its government, or is the place: the caller's grammar tells which."""
    SEAT = "seat"
    """A building or office that stands for a government or one of its parts: 'Kremlin'."""
    AGENCY = "agency"
    """A ministry, service, army, parliament, court, or large company of one country."""
    BODY = "body"
    """An international body."""
    GROUP = "group"
    """An armed group, movement, party or non-governmental organisation."""
    PERSON = "person"
    NEWS_AGENCY = "news_agency"
    OUTLET = "outlet"
    """A newspaper or broadcaster."""
    CITY = "city"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of a name. What does not apply, or is not known, is None."""

    kind: Kind
    name: str
    """The usual name; for an adjective that of its country."""
    country: str | None = None
    """A key of `Knowledge.countries`."""
    body: str | None = None
    """A key of `Knowledge.bodies`."""
    sector: Sector | None = None
    latitude: float | None = None
    longitude: float | None = None
    family: str | None = None
    """A person's family name."""
    office: str | None = None
    """The office that a person held from `start` to `end`."""
    start: str | None = None
    """First day of the office: YYYY, YYYY-MM or YYYY-MM-DD; None where not known or always."""
    end: str | None = None
    members: tuple[str, ...] = ()
    """Countries that make up a body, sorted."""

    def holds(self, day: str) -> bool:
        """Whether the office was held on `day` (YYYY-MM-DD). Where only a year or month is known, all of it counts."""
        return (self.start is None or self.start <= day[: len(self.start)]) and (
            self.end is None or day[: len(self.end)] <= self.end
        )


class Match(NamedTuple):
    """A name in a text: text[start:end] == text of the match. `entries` are all its readings."""

    start: int
    end: int
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """An office or title ('foreign minister'), or a collective noun for people ('soldiers')."""

    name: str
    sector: Sector | None
    """None where the word leaves it to whom it belongs ('spokesman')."""
    collective: bool
    weak: bool
    """A general word, whose sector gives way to that of any other ('official' in 'army official')."""


@dataclass(frozen=True, slots=True)
class Country:
    """A state or territory, by ISO 3166-1 alpha-3; ISO 3166-3 for states that are no more; XKX for Kosovo."""

    code: str
    name: str
    capital: str | None
    latitude: float | None
    longitude: float | None
    """Of the capital, in degrees."""
    until: str | None
    """The day on which it ceased to be, for former states."""


@dataclass(frozen=True, slots=True)
class Body:
    """An international body (`Kind.BODY`) or a non-state group (`Kind.GROUP`) with a code."""

    code: str
    name: str
    kind: Kind
    parent: str | None
    """Code of the body that it is an organ of."""
    country: str | None
    sector: Sector
    members: tuple[str, ...]
    """Countries, sorted; empty where membership is not listed."""


class Knowledge:
    """All data files, indexed. Immutable; make one with `load`."""

    def __init__(
        self,
        version: str,
        countries: Mapping[str, Country],
        bodies: Mapping[str, Body],
        surfaces: Mapping[str, tuple[Entry, ...]],
        offices: Mapping[str, Office],
        families: Mapping[str, Sequence[Entry]],
    ) -> None:
        """Index `surfaces` (a name as written -> its readings; none: a phrase to be passed over), `offices` (a phrase
        in lower case -> office) and `families` (a family name -> who held office under it).
        """
        self.version = version
        self.countries: Mapping[str, Country] = MappingProxyType(dict(countries))
        self.bodies: Mapping[str, Body] = MappingProxyType(dict(bodies))
        self._readings = tuple(surfaces.values())
        self._names = Matcher(tuple(surfaces))
        self._offices = tuple(offices.values())
        self._titles = Matcher(tuple(offices))
        self._families = MappingProxyType(dict(families))

    def find(self, text: str) -> list[Match]:
        """Names in `text`: whole words, leftmost and longest, in order, without overlap. Case matters, but names
        wholly in capitals are known too.
        """
        return [
            Match(start, end, text[start:end], self._readings[index])
            for index, start, end in self._names.spans(text)
            if self._readings[index] and not _in_ticker(text, start, end)
        ]

    def find_offices(self, text: str) -> list[tuple[int, int, Office]]:
        """Offices and collective nouns in `text` as (start, end, office), in any case, without overlap."""
        return [(start, end, self._offices[index]) for index, start, end in self._titles.spans(_lower(text))]

    def office(self, phrase: str) -> Office | None:
        """The office that `phrase` names: the longest in it, a weak one only where there is no other."""
        found = self.find_offices(phrase)
        if not found:
            return None
        return max(found, key=lambda span: (not span[2].weak, span[1] - span[0]))[2]

    def holder(self, family: str, office: Office, day: str | None, country: str | None) -> Entry | None:
        """Who is meant by an office with a family name ('Defence Minister Molano'): the one person who held such an
        office on `day` (if given) for `country` (if given). None where nobody did, or several.
        """
        told = set(office.name.split())
        found = {
            entry.name: entry
            for entry in self._families.get(family, ())
            if entry.office is not None
            and told <= (held := set(entry.office.split()))
            and not _DEPUTIES & (held - told)
            and (day is None or entry.holds(day))
            and country in (None, entry.country)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def country_name(self, code: str) -> str:
        """Name of a country in English.

        Raises:
            KeyError: no such code in `countries`.
        """
        return self.countries[code].name


@cache
def load() -> Knowledge:
    """The knowledge that comes with the package, read once a process.

    Raises:
        KnowledgeError: a file is broken, or is not the one that the manifest lists.
    """
    return read(files("legation.knowledge") / "data")


def read(root: Traversable) -> Knowledge:
    """Read and check all data files under `root`.

    Raises:
        KnowledgeError: names file, line, column and what is wrong.
    """
    reader = _Reader(root)
    reader.read()
    return Knowledge(
        combined_version(reader.listed),
        reader.countries,
        reader.bodies,
        reader.surfaces,
        reader.offices,
        reader.families,
    )


class _Reader:
    """Fills the tables, one method a file. Later files refer to codes of earlier ones."""

    def __init__(self, root: Traversable) -> None:
        self.root = root
        self.listed = read_manifest(root)
        self.countries: dict[str, Country] = {}
        self.bodies: dict[str, Body] = {}
        self.surfaces: dict[str, tuple[Entry, ...]] = {}
        self.offices: dict[str, Office] = {}
        self.families: dict[str, list[Entry]] = {}
        self._keys: set[tuple[str, ...]] = set()

    def read(self) -> None:
        for row in self._rows("countries.tsv", "code name until aliases adjectives capital capital_aliases lat lon"):
            self._country(row)
        for row in self._rows("agencies.tsv", "name aliases country sector"):
            self._named(row, Kind.AGENCY, sector=row.sector("sector"))
        for row in self._rows("bodies.tsv", "code name aliases parent members"):
            self._body(row)
        for row in self._rows("seats.tsv", "name aliases country body sector"):
            self._named(row, Kind.SEAT, body=self._body_code(row), sector=row.sector("sector"))
        for row in self._rows("groups.tsv", "code name aliases country sector"):
            self._group(row)
        for row in self._rows("parties.tsv", "name aliases country"):
            self._named(row, Kind.GROUP, sector=Sector.PTY)
        for row in self._rows("people.tsv", "name family aliases short country body sector office start end"):
            self._person(row)
        for row in self._rows("outlets.tsv", "name aliases country kind"):
            kinds = {"agency": Kind.NEWS_AGENCY, "outlet": Kind.OUTLET}
            kind = kinds.get(row.text("kind")) or row.fail("kind", "is neither 'agency' nor 'outlet'")
            self._named(row, kind, sector=Sector.JRN)
        for row in self._rows("cities.tsv", "name aliases country lat lon"):
            self._place(row, Kind.CITY)
        for row in self._rows("regions.tsv", "name aliases country lat lon"):
            self._place(row, Kind.REGION)
        for row in self._rows("not_names.tsv", "phrase"):
            for form in _forms(row.text("phrase")):
                if self.surfaces.setdefault(form, ()):
                    row.fail("phrase", f"{form!r} is a name in another file")
        for name, collective in (("offices.tsv", False), ("agents.tsv", True)):
            for row in self._rows(name, "name aliases sector weak"):
                self._office(row, collective)

    def _rows(self, name: str, columns: str) -> Iterator[Row]:
        self._keys.clear()
        return read_rows(name, read_listed(self.root, self.listed, name), tuple(columns.split()))

    def _once(self, row: Row, column: str, *key: str) -> None:
        """Refuse a key that the file had before."""
        if key in self._keys:
            row.fail(column, f"{' '.join(filter(None, key))!r} stands twice in this file")
        self._keys.add(key)

    def _add(self, entry: Entry, *surfaces: str) -> None:
        only = (entry,)  # shared by the many names that have one reading
        for surface in surfaces:
            for form in _forms(surface):
                readings = self.surfaces.setdefault(form, only)
                if entry not in readings:
                    self.surfaces[form] = readings + only

    def _country_code(self, row: Row) -> str | None:
        code = row.optional("country")
        if code is not None and code not in self.countries:
            row.fail("country", f"unknown country code {code!r}")
        return code

    def _body_code(self, row: Row, column: str = "body") -> str | None:
        code = row.optional(column)
        if code is not None and code not in self.bodies:
            row.fail(column, f"unknown body {code!r}")
        return code

    def _country(self, row: Row) -> None:
        code = row.text("code")
        if len(code) != 3 or not (code.isascii() and code.isalpha() and code.isupper()):
            row.fail("code", f"{code!r} is not an ISO 3166 alpha-3 code")
        self._once(row, "code", code)
        latitude, longitude = _coordinates(row)
        country = Country(code, row.text("name"), row.optional("capital"), latitude, longitude, row.date("until"))
        self.countries[code] = country
        state = Entry(Kind.COUNTRY, country.name, code, end=country.until)
        place = replace(state, latitude=latitude, longitude=longitude)
        # Without a capital it is a place of its own, as Singapore is: only then are the coordinates the country's.
        self._add(state if country.capital else place, country.name, *row.many("aliases"))
        self._add(replace(state, kind=Kind.ADJECTIVE), *row.many("adjectives"))
        if country.capital is not None:
            self._add(
                replace(place, kind=Kind.CAPITAL, name=country.capital), country.capital, *row.many("capital_aliases")
            )

    def _named(self, row: Row, kind: Kind, *, body: str | None = None, sector: Sector | None) -> None:
        name, country = row.text("name"), self._country_code(row)
        self._once(row, "name", name, country or "")
        end = self.countries[country].until if country is not None else None  # no institution outlives its state
        self._add(Entry(kind, name, country, body, sector, end=end), name, *row.many("aliases"))

    def _place(self, row: Row, kind: Kind) -> None:
        name, country = row.text("name"), self._country_code(row)
        self._once(row, "name", name, country or "")
        latitude, longitude = _coordinates(row)
        self._add(Entry(kind, name, country, latitude=latitude, longitude=longitude), name, *row.many("aliases"))

    def _body(self, row: Row) -> None:
        members = row.many("members")
        for code in members:
            if code not in self.countries:
                row.fail("members", f"unknown country code {code!r}")
        if list(members) != sorted(members):
            row.fail("members", "are not sorted")
        parent = self._body_code(row, "parent")
        if row.optional("code") is None and parent is not None:
            organ = Entry(Kind.BODY, row.text("name"), None, parent, Sector.IGO, members=self.bodies[parent].members)
            self._once(row, "name", organ.name)
            self._add(organ, organ.name, *row.many("aliases"))
        else:
            self._coded(row, Kind.BODY, None, Sector.IGO, members, parent)

    def _group(self, row: Row) -> None:
        sector = row.sector("sector") or row.fail("sector", "is empty")
        self._coded(row, Kind.GROUP, self._country_code(row), sector, (), None)

    def _coded(
        self, row: Row, kind: Kind, country: str | None, sector: Sector, members: tuple[str, ...], parent: str | None
    ) -> None:
        code, name = row.text("code"), row.text("name")
        if code in self.bodies:
            row.fail("code", f"{code!r} stands twice")
        if not (code.isascii() and code.replace("-", "").isalnum() and code.isupper()):
            row.fail("code", f"{code!r} is not capitals, digits and hyphens")
        self.bodies[code] = Body(code, name, kind, parent, country, sector, members)
        self._add(Entry(kind, name, country, code, sector, members=members), name, *row.many("aliases"))

    def _person(self, row: Row) -> None:
        name, office, start, end = row.text("name"), row.text("office"), row.date("start"), row.date("end")
        self._once(row, "name", name, office, start or "")
        if start is not None and end is not None and end < start[: len(end)]:
            row.fail("end", f"{end} is before {start}")
        person = Entry(
            Kind.PERSON,
            name,
            self._country_code(row),
            self._body_code(row),
            row.sector("sector") or row.fail("sector", "is empty"),
            family=row.text("family"),
            office=office,
            start=start,
            end=end,
        )
        self._add(person, name, *row.many("aliases"), *row.many("short"))
        self.families.setdefault(row.text("family"), []).append(person)

    def _office(self, row: Row, collective: bool) -> None:
        office = Office(row.text("name"), row.sector("sector"), collective, row.flag("weak"))
        for phrase in (office.name, *row.many("aliases")):
            if phrase != phrase.lower():
                row.fail("name", f"{phrase!r} is not in lower case")
            if phrase in self.offices:
                row.fail("name", f"{phrase!r} stands twice in offices.tsv and agents.tsv")
            self.offices[phrase] = self.offices[phrase.replace("'", "’")] = office


def _in_ticker(text: str, start: int, end: int) -> bool:
    """Whether a name is the market of a share's symbol: the PA of 'ESLX.PA'."""
    return (
        end - start <= _SHORTEST_IN_CAPITALS
        and start > 1
        and text[start - 1] == "."
        and text[start - 2].isalnum()
        and text[start:end].isupper()
    )


def _coordinates(row: Row) -> tuple[float | None, float | None]:
    latitude, longitude = row.degrees("lat", 90), row.degrees("lon", 180)
    if (latitude is None) != (longitude is None):
        row.fail("lat", "latitude and longitude must both be given, or neither")
    return latitude, longitude


def _forms(surface: str) -> list[str]:
    """How news writes a name: as it is, without accents, with a typographic apostrophe, all in capitals."""
    forms = [surface]
    if not surface.isascii():
        forms.append(_without_accents(surface))
    if "'" in surface:
        forms += [form.replace("'", "’") for form in forms]
    if len(surface) >= _SHORTEST_IN_CAPITALS:
        forms += [form.upper() for form in forms]
    return forms


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _lower(text: str) -> str:
    """`text` in lower case, at the same offsets (a few letters, as 'İ', become two when lowered: they stay)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
