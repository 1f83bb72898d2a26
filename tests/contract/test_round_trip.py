"""Whatever record the code can build: its bytes pass the schema, and read as the same record again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect as types
from test_schemas import KINDS, validator

from legation.records import EventDate, Record, convert, decode, encode

MOMENTS = st.sampled_from(
    ["2024-02-29", "2024-02-29T23:59", "2024-02-29T10:00:00.5+09:00", "0001-01-01T00:00:00+14:00", "20240229"]
)
DAYS = st.dates(min_value=date(1, 1, 1)).map(str)


def values(kind: types.Type, pattern: str | None = None) -> st.SearchStrategy[Any]:
    """Everything of the type, as the records declare it."""
    match kind:
        case types.Metadata(type=inner, extra_json_schema=extra):
            return values(inner, (extra or {}).get("pattern"))
        case types.StrType() if pattern is not None:
            return MOMENTS
        case types.StrType(pattern=str(wanted)):
            return st.from_regex(wanted.rstrip("$"), fullmatch=True)
        case types.StrType(min_length=least, max_length=most):
            return st.text(min_size=least or 0, max_size=min(most or 20, 20))
        case types.IntType(ge=least):
            return st.integers(least if least is not None else -(2**53), 2**53)
        case types.FloatType(ge=least, le=most):
            return st.floats(least, most, allow_nan=False, allow_infinity=False)
        case types.EnumType(cls=members):
            return st.sampled_from(members)
        case types.BoolType():
            return st.booleans()
        case types.NoneType():
            return st.none()
        case types.UnionType(types=options):
            return st.one_of([values(it) for it in options])
        case types.VarTupleType(item_type=item):
            return st.lists(values(item), max_size=2).map(tuple)
        case types.TupleType(item_types=items):
            return st.tuples(*map(values, items))
        case types.DictType(key_type=key, value_type=value):
            return st.dictionaries(values(key), values(value), max_size=2)
        case types.StructType(cls=struct):
            return records(struct)
    raise NotImplementedError(kind)


def records(kind: type[Any]) -> st.SearchStrategy[Any]:
    fields = {it.name: values(it.type) for it in types.type_info(kind).fields}  # type: ignore[attr-defined]
    if kind is EventDate:
        spans = st.tuples(DAYS, DAYS).map(sorted)
        rest = {name: it for name, it in fields.items() if name not in ("start", "end")}
        return spans.flatmap(lambda it: st.builds(kind, start=st.just(it[0]), end=st.just(it[1]), **rest))
    return st.builds(kind, **fields)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_record_survives_the_wire(kind: type[Record], data: st.DataObject) -> None:
    record = data.draw(records(kind))
    sent = encode(record)
    validator(kind).validate(json.loads(sent))
    assert decode(sent, kind) == record
    assert encode(decode(sent, kind)) == sent


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_fields_that_nobody_knows_are_ignored(kind: type[Record], data: st.DataObject) -> None:
    record = data.draw(records(kind))
    more = {**msgspec.to_builtins(record), "colour-of-the-carpet": {"hue": [1, None]}}
    validator(kind).validate(json.loads(json.dumps(more)))
    assert convert(more, kind) == record
