"""Measures mentions against sets that others made: one sentence a row, one label, read where they lie.

`plv`: Zero-Shot-PLOVER's sentences (`text`) with one marked `source`, `target` and `root`, a PLOVER type. CONCEDE and
RETREAT are one root there, YIELD. A sentence may hold further events that the set does not mark.
`cameo`: ConfliBERT's sentences with a class (`penta`): 0 neutral, then PLOVER's quads 1 to 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from legation.evaluation.measures import Finding, Reading, Result, Share, Tally
from legation.knowledge import Kind, load
from legation.records import EventMention, EventType, Participant, Quad, RawArticle, Record

_YIELD = "YIELD"

_CLASSES = ("neutral", *(quad.value for quad in Quad))
"""Names of the classes of `cameo`, by their number."""

_STATES = frozenset({Kind.COUNTRY, Kind.ADJECTIVE, Kind.CAPITAL, Kind.SEAT, Kind.AGENCY, Kind.PERSON, Kind.BODY})
"""Kinds of name that stand for a state, its government or an international body. Not groups, cities, media."""


class PlvRow(Record, frozen=True):
    """A sentence with one event marked."""

    id: str
    text: str
    source: str
    target: str
    root: str


class CameoRow(Record, frozen=True):
    """A sentence with its class."""

    id: str
    text: str
    penta: int


def article(row: PlvRow | CameoRow) -> RawArticle:
    """The sentence as an article of its own."""
    return RawArticle(article_id=row.id, text=row.text)


@dataclass(slots=True)
class _Score:
    """One set of rows, counted in three ways."""

    strict: Tally = field(default_factory=Tally)
    lenient: Tally = field(default_factory=Tally)
    hits: Share = field(default_factory=Share)

    def add(self, hit: bool, others: int) -> None:
        """Count a row: whether its root was found, and how many other types were."""
        self.hits.add(hit)
        for tally, spurious in ((self.strict, others), (self.lenient, 0 if hit else others)):
            tally.right += hit
            tally.missed += not hit
            tally.spurious += spurious


def measure_plv(rows: Sequence[tuple[PlvRow, Reading]]) -> Result:
    """Micro-averaged over rows: the root among the strict types found is right, each other type found is spurious.

    `interstate` rows are those whose source and target name two different states or bodies. `.hits` is the share of
    rows whose root was found; `.lenient` counts other types as spurious only where the root was not found, since they
    may be true events that the set does not mark. `parties` are judged on interstate rows whose root was found.
    """
    result = Result()
    everywhere, interstate = _Score(), _Score()
    roots: dict[str, Tally] = {}
    parties = {side: Share() for side in ("actors", "recipients", "both")}
    for row, reading in rows:
        found = {_root(it.plover) for it in reading.mentions}
        hit, others = row.root in found, sorted(found - {row.root})
        everywhere.add(hit, len(others))
        root = roots.setdefault(row.root, Tally())
        root.right += hit
        root.missed += not hit
        for other in others:
            roots.setdefault(other, Tally()).spurious += 1
        source, target = party_of(row.source), party_of(row.target)
        if source is not None and target is not None and source != target:
            interstate.add(hit, len(others))
            if hit:
                sides = [
                    (source in _codes(it.actors), target in _codes(it.recipients))
                    for it in reading.mentions
                    if _root(it.plover) == row.root
                ]
                parties["actors"].add(any(actor for actor, _ in sides))
                parties["recipients"].add(any(recipient for _, recipient in sides))
                parties["both"].add(any(actor and recipient for actor, recipient in sides))
        told = f"{row.root} {row.source} → {row.target}, found: {', '.join(map(_short, reading.mentions)) or '-'}"
        if not hit:
            result.findings.append(
                Finding(row.id, "missed", told + "".join(map(" [{}]".format, reading.ends)), row.text)
            )
        elif others:
            result.findings.append(Finding(row.id, "spurious", told, row.text))
    for name, score in (("all", everywhere), ("interstate", interstate)):
        result.measures |= {name: score.strict, f"{name}.lenient": score.lenient, f"{name}.hits": score.hits}
    result.measures |= {f"parties.{side}": share for side, share in parties.items()}
    result.measures |= {f"root.{name}": roots[name] for name in sorted(roots)}
    return result


def measure_cameo(rows: Sequence[tuple[CameoRow, Reading]]) -> Result:
    """The share of rows of each class in which any event was found: of `neutral` ones, none should be."""
    result = Result()
    shares = {name: Share() for name in _CLASSES}
    for row, reading in rows:
        shares[_CLASSES[row.penta]].add(bool(reading.mentions))
        if bool(reading.mentions) is (row.penta == 0):
            detail = f"{_CLASSES[row.penta]}, found: {', '.join(map(_short, reading.mentions)) or '-'}"
            result.findings.append(Finding(row.id, "missed" if row.penta else "spurious", detail, row.text))
    result.measures |= {f"found.{name}": share for name, share in shares.items()}
    return result


def party_of(phrase: str) -> str | None:
    """The state or body that a phrase names first, as its code: 'the Chinese ambassador to France' is CHN."""
    for match in load().find(phrase):
        for entry in match.entries:
            if entry.kind in _STATES and (code := entry.country or entry.body) is not None:
                return code
    return None


def _root(kind: EventType) -> str:
    return _YIELD if kind in (EventType.CONCEDE, EventType.RETREAT) else kind.value


def _codes(participants: Sequence[Participant]) -> set[str | None]:
    return {code for it in participants for code in (it.body, it.country)} - {None}


def _short(mention: EventMention) -> str:
    sides = ("+".join(it.code or "?" for it in side) for side in (mention.actors, mention.recipients))
    return f"{mention.plover} ({' → '.join(sides)}, {mention.rule})"
