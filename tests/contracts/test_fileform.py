"""A line is a record and a record a line: nothing is lost, rounded or guessed on the way."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.contracts.decimals import format_decimal, parse_decimal
from app.contracts.fileform import parse, render, render_raw
from app.contracts.schemas import latest
from app.contracts.times import format_date, format_time, parse_time
from app.errors import ContractError
from tests.support.contracts import DECODER, ENCODER, RECORDS, SCHEMAS, example, key_of

Named = dict[str, Any]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PRIMITIVES = {
    "string": TEXT,
    "boolean": st.booleans(),
    "int": st.integers(-(1 << 31), (1 << 31) - 1),
    "long": st.integers(-(1 << 63), (1 << 63) - 1),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "bytes": st.binary(max_size=12).map(lambda octets: base64.b64encode(octets).decode()),
}


def _values(node: Any, named: Named) -> st.SearchStrategy[Any]:
    """What a field may hold in the file form, as this release writes it."""
    node = named.get(node, node) if isinstance(node, str) else node
    if isinstance(node, list):
        return st.none() | _values(node[1], named)
    if isinstance(node, str):
        return PRIMITIVES[node]
    if "name" in node:
        named[node["name"]] = node
    if "logicalType" in node:
        return _logical(node)
    if node["type"] == "record":
        return st.fixed_dictionaries({field["name"]: _values(field["type"], named) for field in node["fields"]})
    if node["type"] == "enum":
        return st.sampled_from(node["symbols"])
    if node["type"] == "map":
        return st.dictionaries(TEXT, TEXT, max_size=3)
    return st.lists(_values(node["items"], named), max_size=3)


def _logical(node: Any) -> st.SearchStrategy[Any]:
    if node["logicalType"] == "decimal":
        most = 10 ** node["precision"] - 1
        return st.integers(-most, most).map(lambda unscaled: format_decimal(unscaled, node["scale"]))
    if node["logicalType"] == "date":
        return PRIMITIVES["int"].map(format_date)
    return PRIMITIVES["long"].map(format_time)


@pytest.mark.parametrize("schema", sorted(RECORDS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_record_comes_back_as_it_was_written(schema: str, data: st.DataObject) -> None:
    topic = RECORDS[schema].name
    line = {"topic": topic, "key": data.draw(TEXT), "value": data.draw(_values(latest(schema).raw, {}))}
    _, key, value, _ = parse(json.dumps(line).encode(), ENCODER)
    assert json.loads(render(topic, key, value, SCHEMAS)) == line


@given(key=st.none() | st.binary(max_size=20), value=st.none() | st.binary(max_size=40))
def test_raw_bytes_come_back_as_they_were(key: bytes | None, value: bytes | None) -> None:
    line = render_raw("po-acks", key, value, (("trace", b"7"), ("none", None)))
    assert parse(line, ENCODER) == ("po-acks", key, value, (("trace", b"7"), ("none", None)))


@given(st.integers(-(10**38) + 1, 10**38 - 1), st.sampled_from([4, 6]))
def test_decimals_are_exact_and_written_one_way_only(unscaled: int, scale: int) -> None:
    text = format_decimal(unscaled, scale)
    assert parse_decimal(text, scale) == unscaled
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize("value", [1.5, 1.0, True, None, "1e3", "1,5", "", " 1", "+1", "NaN", "0x1", ".5", "5.", "١"])
def test_floats_and_whatever_is_no_decimal_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="decimal"):
        parse_decimal(value, 4)


def test_more_places_than_a_field_has_are_refused_and_never_rounded() -> None:
    assert parse_decimal("1.50000", 4) == 15_000
    with pytest.raises(ValueError, match="more than 4 decimal places"):
        parse_decimal("1.00001", 4)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"quantity": 1.5}, "quantity"),
        ({"quantity": "12345678901234.5678"}, None),
        ({"quantity": "123456789012345.5"}, "quantity: a decimal of more than 18 digits"),
        ({"quantity": int("9" * 400)}, "quantity: a decimal of more than 18 digits"),
        ({"movement": "issue"}, "movement"),
        ({"movement": None}, "movement"),
        ({"event_time": "2026-01-05T08:00:00"}, "event_time"),
        ({"event_time": "yesterday"}, "event_time"),
        ({"event_time": 1.5}, "event_time"),
        ({"event_time": 1 << 63}, "event_time"),
        ({"expiry": "2026-1-5"}, "expiry"),
        ({"expiry": "2026-W01-1"}, "expiry"),
        ({"expiry": 1 << 31}, "expiry"),
        ({"tz_offset_minutes": 1 << 31}, "tz_offset_minutes"),
        ({"all_lots": "true"}, "all_lots"),
        ({"all_lots": 1}, "all_lots"),
        ({"lot": 7}, "lot"),
        ({"colour": "red"}, "colour: no such field"),
    ],
)
def test_a_line_says_which_field_it_cannot_give(changed: dict[str, Any], named: str | None) -> None:
    line = {"topic": "inventory-events", "key": "A@B", "value": example("inventory_event") | changed}
    if named is None:
        assert parse(json.dumps(line).encode(), ENCODER).value
        return
    with pytest.raises(ContractError, match=named) as refused:
        parse(json.dumps(line).encode(), ENCODER)
    assert (refused.value.topic, refused.value.key) == ("inventory-events", b"A@B")


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ({"key": "A@B"}, b"A@B"),
        ({"key_raw": "/w=="}, b"\xff"),
        ({"key": None}, None),
        ({"key": 7}, None),
        ({"key_raw": "?"}, None),
        ({"key": "A@B", "key_raw": "/w=="}, None),
    ],
)
def test_a_line_that_is_refused_keeps_the_one_key_that_it_gives(names: dict[str, object], key: bytes | None) -> None:
    for topic in ("po-acks", "nowhere"):
        with pytest.raises(ContractError) as refused:
            parse(json.dumps({"topic": topic, "value": 7, **names}).encode(), ENCODER)
        assert (refused.value.topic, refused.value.key) == (topic, key)


def test_a_missing_field_is_named() -> None:
    value = example("purchase_order")
    del value["lines"][0]["uom"]
    line = {"topic": "purchase-orders", "key": "PO", "value": value}
    with pytest.raises(ContractError, match=r"lines: \[0\]: uom: missing"):
        parse(json.dumps(line).encode(), ENCODER)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"topic": "nowhere", "value": null}',
        b'{"topic": 7, "value": null}',
        b'{"topic": "po-acks"}',
        b'{"topic": "po-acks", "value": 7}',
        b'{"topic": "po-acks", "key": 7, "value": null}',
        b'{"topic": "po-acks", "raw": "?"}',
        b'{"topic": "po-acks", "raw": 7}',
        b'{"topic": "po-acks", "raw": "AAAA", "value": null}',
        b'{"topic": "po-acks", "key": "PO-1", "key_raw": "AAAA", "value": null}',
        b'{"topic": "po-acks", "key_raw": null, "value": null}',
        b'{"topic": "po-acks", "value": null, "headers": [1]}',
        b'{"topic": "po-acks", "value": null, "headers": {"a": 1}}',
        b'{"topic": "po-acks", "value": null, "partition": 1}',
        b'{"topic": "po-acks", "key": "\\ud800", "value": null}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_line_is_refused(line: bytes) -> None:
    with pytest.raises(ContractError):
        parse(line, ENCODER)


def test_the_mark_that_some_editors_put_before_the_first_line_is_no_part_of_it() -> None:
    line = b'{"topic": "po-acks", "key": "PO-1", "value": null}'
    assert parse(b"\xef\xbb\xbf" + line, ENCODER) == parse(line, ENCODER)


@given(st.binary(max_size=60))
def test_no_bytes_do_anything_but_parse_or_be_refused(line: bytes) -> None:
    with suppress(ContractError):
        parse(line, ENCODER)


def test_times_with_offsets_and_in_milliseconds_are_the_same_moment() -> None:
    moments = ["2026-01-05T08:00:00Z", "2026-01-05T08:00:00.000Z", "2026-01-05T03:00:00-05:00"]
    facts = []
    for moment in [*moments, parse_time(moments[0])]:
        value = example("inventory_event") | {"event_time": moment}
        line = {"topic": "inventory-events", "key": key_of(RECORDS["inventory_event"], value), "value": value}
        facts.append(DECODER.decode(*parse(json.dumps(line).encode(), ENCODER)[:3]))
    assert len({fact.event_time for fact in facts}) == 1
