"""PLOVER's vocabulary as tables: modes, quads, intensities, CAMEO codes, and what a status makes of a type."""

from __future__ import annotations

from typing import Final

from legation.records import EventType as T
from legation.records import Quad, Status

QUADS: Final[dict[T, Quad]] = {
    **dict.fromkeys((T.AGREE, T.CONSULT, T.SUPPORT, T.CONCEDE), Quad.VERBAL_COOPERATION),
    **dict.fromkeys((T.COOPERATE, T.AID, T.RETREAT), Quad.MATERIAL_COOPERATION),
    **dict.fromkeys((T.REQUEST, T.ACCUSE, T.REJECT, T.THREATEN), Quad.VERBAL_CONFLICT),
    **dict.fromkeys((T.PROTEST, T.SANCTION, T.MOBILIZE, T.COERCE, T.ASSAULT), Quad.MATERIAL_CONFLICT),
}

MODES: Final[dict[T, frozenset[str]]] = {
    T.CONSULT: frozenset({"visit", "third-party", "multilateral", "phone"}),
    T.RETREAT: frozenset({"withdraw", "release", "disarm", "ceasefire", "access", "resign"}),
    T.REQUEST: frozenset({"assist", "change", "yield", "meet"}),
    T.ACCUSE: frozenset({"disapprove", "investigate", "allege"}),
    T.REJECT: frozenset({"assist", "change", "yield", "meet"}),
    T.THREATEN: frozenset({"restrict", "arrest", "relations", "expel", "territory", "violence"}),
    T.PROTEST: frozenset({"demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"}),
    T.SANCTION: frozenset({"convict", "expel", "withdraw", "discontinue"}),
    T.MOBILIZE: frozenset({"troops", "weapons", "police", "militia"}),
    T.COERCE: frozenset(
        {
            "seize",
            "restrict",
            "censor",
            "curfew",
            "martial-law",
            "arrest",
            "deport",
            "withhold",
            "misinformation",
            "cyber",
        }
    ),
}
"""Modes that PLOVER 2.0 defines; types without an entry have none."""

INTENSITY: Final[dict[T, float]] = {
    T.AID: 10.0,
    T.COOPERATE: 7.4,
    T.RETREAT: 7.0,
    T.CONCEDE: 5.0,
    T.AGREE: 4.5,
    T.SUPPORT: 3.8,
    T.CONSULT: 2.5,
    T.REQUEST: -1.0,
    T.ACCUSE: -2.0,
    T.REJECT: -4.0,
    T.THREATEN: -5.8,
    T.PROTEST: -6.5,
    T.SANCTION: -7.0,
    T.MOBILIZE: -7.2,
    T.COERCE: -8.0,
    T.ASSAULT: -9.0,
}
"""-10 to 10 after Goldstein's scale (1992): CAMEO's published values for the roots behind each type, with the ends
that PLOVER's manual names (AID 10, CONSULT 2.5, ASSAULT -9)."""

_CAMEO: Final[dict[T, str]] = {
    T.AGREE: "030",
    T.CONSULT: "040",
    T.SUPPORT: "050",
    T.CONCEDE: "080",
    T.COOPERATE: "060",
    T.AID: "070",
    T.RETREAT: "080",
    T.REQUEST: "100",
    T.ACCUSE: "110",
    T.REJECT: "120",
    T.THREATEN: "130",
    T.PROTEST: "140",
    T.SANCTION: "160",
    T.MOBILIZE: "150",
    T.COERCE: "170",
    T.ASSAULT: "190",
}

_CAMEO_MODES: Final[dict[tuple[T, str], str]] = {
    (T.CONSULT, "visit"): "042",
    (T.CONSULT, "phone"): "041",
    (T.CONSULT, "third-party"): "044",
    (T.CONSULT, "multilateral"): "046",
    (T.RETREAT, "withdraw"): "087",
    (T.RETREAT, "release"): "084",
    (T.RETREAT, "disarm"): "087",
    (T.RETREAT, "ceasefire"): "0871",
    (T.RETREAT, "access"): "086",
    (T.RETREAT, "resign"): "0832",
    (T.REQUEST, "meet"): "022",
    (T.REQUEST, "assist"): "023",
    (T.REQUEST, "change"): "104",
    (T.REQUEST, "yield"): "105",
    (T.ACCUSE, "disapprove"): "111",
    (T.ACCUSE, "investigate"): "090",
    (T.ACCUSE, "allege"): "112",
    (T.REJECT, "assist"): "122",
    (T.REJECT, "change"): "123",
    (T.REJECT, "yield"): "124",
    (T.REJECT, "meet"): "125",
    (T.THREATEN, "restrict"): "131",
    (T.THREATEN, "relations"): "1312",
    (T.THREATEN, "violence"): "138",
    (T.PROTEST, "demo"): "141",
    (T.PROTEST, "hunger"): "142",
    (T.PROTEST, "strike"): "143",
    (T.PROTEST, "obstruct"): "144",
    (T.PROTEST, "riot"): "145",
    (T.SANCTION, "expel"): "166",
    (T.SANCTION, "withdraw"): "161",
    (T.SANCTION, "discontinue"): "162",
    (T.MOBILIZE, "troops"): "154",
    (T.MOBILIZE, "police"): "153",
    (T.COERCE, "seize"): "171",
    (T.COERCE, "restrict"): "172",
    (T.COERCE, "arrest"): "173",
    (T.COERCE, "deport"): "174",
    (T.COERCE, "cyber"): "176",
}

_PLANNED: Final[dict[T, T]] = {
    **dict.fromkeys((T.AGREE, T.CONSULT, T.SUPPORT, T.COOPERATE, T.AID, T.CONCEDE, T.RETREAT), T.AGREE),
    **dict.fromkeys((T.PROTEST, T.SANCTION, T.MOBILIZE, T.COERCE, T.ASSAULT), T.THREATEN),
}
_PROPOSED: Final[dict[T, T]] = {
    **dict.fromkeys((T.AGREE, T.CONSULT, T.COOPERATE, T.AID, T.CONCEDE, T.RETREAT), T.REQUEST),
    **dict.fromkeys((T.PROTEST, T.SANCTION, T.MOBILIZE, T.COERCE, T.ASSAULT), T.THREATEN),
}
_CANCELLED: Final[dict[T, T]] = {
    **dict.fromkeys((T.AGREE, T.CONSULT, T.SUPPORT, T.CONCEDE, T.COOPERATE, T.AID, T.RETREAT), T.REJECT),
    **dict.fromkeys((T.SANCTION, T.MOBILIZE, T.COERCE, T.ASSAULT, T.PROTEST, T.THREATEN), T.CONCEDE),
}
_DENIED: Final[dict[T, T]] = dict.fromkeys(T, T.REJECT)

_BY_STATUS: Final[dict[Status, dict[T, T]]] = {
    Status.PLANNED: _PLANNED,
    Status.PROPOSED: _PROPOSED,
    Status.CANCELLED: _CANCELLED,
    Status.DENIED: _DENIED,
    Status.HYPOTHETICAL: _PLANNED,
}
"""Planned CONSULT is AGREE (CAMEO 036, intent to meet), proposed CONSULT is REQUEST (022), cancelled CONSULT is REJECT
(125), promised RETREAT is AGREE (035, intent to yield); material conflict announced beforehand is THREATEN (13). What
is only supposed is read like what is announced. A type without an entry keeps itself."""


def plover_type(kind: T, status: Status) -> T:
    """The type by the strict PLOVER manual for an event of `kind` that has `status`."""
    return _BY_STATUS.get(status, {}).get(kind, kind)


def cameo_code(kind: T, mode: str | None) -> str:
    """The CAMEO code of a type and mode (PLOVER's crosswalk): the finest that is sure, else the root."""
    return _CAMEO_MODES.get((kind, mode or ""), _CAMEO[kind])
