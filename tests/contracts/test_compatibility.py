"""A version of a record may add to the earlier ones, and nothing else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from app.contracts.compatibility import problems
from app.contracts.schemas import Version, shipped
from app.topics import TOPICS


def _decimal(precision: int, scale: int) -> dict[str, Any]:
    return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}


def _first(record: str) -> Version:
    """The version that every later one must live with; a record that has grown since leaves these tests alone."""
    return next(version for version in shipped() if version.record == record)


def _next(record: str = "inventory_event") -> dict[str, Any]:
    return deepcopy(_first(record).raw)


def _field(raw: dict[str, Any], name: str) -> dict[str, Any]:
    return next(field for field in raw["fields"] if field["name"] == name)


def _problems(raw: dict[str, Any], record: str = "inventory_event") -> list[str]:
    return problems([_first(record), Version(record, 2, raw)])


def test_what_is_shipped_is_compatible() -> None:
    assert problems(shipped()) == []
    assert {version.record for version in shipped()} == {topic.schema for topic in TOPICS.values()}


def test_a_new_field_with_a_default_and_a_new_symbol_are_compatible() -> None:
    raw = _next()
    raw["fields"].append({"name": "ward", "type": ["null", "string"], "default": None, "doc": "The ward."})
    _field(raw, "movement")["type"]["symbols"].insert(0, "KIT")
    assert _problems(raw) == []


def test_a_new_field_without_a_default_is_named_with_its_fix() -> None:
    raw = _next()
    raw["fields"].append({"name": "ward", "type": "string", "doc": "The ward."})
    (problem,) = _problems(raw)
    assert problem.startswith("inventory_event.v2.avsc: ward: v2 cannot read v1: ")
    assert problem.endswith("give the field a default, for example null")


def test_a_field_that_v1_requires_cannot_be_left_out() -> None:
    raw = _next()
    raw["fields"].remove(_field(raw, "uom"))
    told = _problems(raw)
    assert any("uom: v1 cannot read v2" in problem for problem in told)
    assert any("uom: left out" in problem for problem in told)


def test_a_field_with_a_default_cannot_be_left_out_either() -> None:
    raw = _next()
    raw["fields"].remove(_field(raw, "lot"))
    assert _problems(raw) == [
        "inventory_event.v2.avsc: lot: left out, v1 has it; put it back: records only gain fields"
    ]


def test_a_field_keeps_its_type() -> None:
    raw = _next()
    _field(raw, "uom")["type"] = "long"
    assert all(problem.startswith("inventory_event.v2.avsc: uom: ") for problem in _problems(raw))
    assert len(_problems(raw)) == 2


def test_a_union_cannot_gain_a_branch() -> None:
    raw = _next()
    _field(raw, "lot")["type"] = ["null", "string", "long"]
    (problem,) = _problems(raw)
    assert problem.startswith("inventory_event.v2.avsc: lot: v1 cannot read v2")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (_decimal(18, 6), "decimal(18,6), v1 has decimal(18,4)"),
        (_decimal(20, 4), "decimal(20,4), v1 has decimal(18,4)"),
        ("bytes", "no logicalType, v1 has decimal(18,4)"),
    ],
)
def test_a_decimal_keeps_precision_and_scale_though_avro_would_let_them_change(kind: Any, said: str) -> None:
    raw = _next()
    _field(raw, "quantity")["type"] = kind
    (problem,) = _problems(raw)
    assert problem.startswith(f"inventory_event.v2.avsc: quantity: {said}")


def test_a_time_keeps_its_unit() -> None:
    raw = _next()
    _field(raw, "event_time")["type"]["logicalType"] = "timestamp-micros"
    (problem,) = _problems(raw)
    assert "event_time: timestamp-micros, v1 has timestamp-millis" in problem


def test_lines_are_compared_as_well() -> None:
    raw = _next("purchase_order")
    lines = _field(raw, "lines")["type"]["items"]
    _field(lines, "unit_price")["type"][1]["scale"] = 4
    lines["fields"].append({"name": "colour", "type": "string", "doc": "Its colour."})
    told = _problems(raw, "purchase_order")
    assert any("lines.unit_price: decimal(18,4), v1 has decimal(18,6)" in problem for problem in told)
    assert any("lines.colour: v2 cannot read v1" in problem for problem in told)


def test_a_version_is_compared_with_all_earlier_ones_not_only_the_last() -> None:
    second, third = _next(), _next()
    second["fields"].append({"name": "ward", "type": ["null", "string"], "default": None, "doc": "The ward."})
    third["fields"].append({"name": "ward", "type": "string", "default": "", "doc": "The ward."})
    _field(third, "uom")["type"] = "long"
    told = problems(
        [_first("inventory_event"), Version("inventory_event", 2, second), Version("inventory_event", 3, third)]
    )
    assert any("v3 cannot read v1" in problem for problem in told)
    assert any("v3 cannot read v2" in problem for problem in told)
    assert all(problem.startswith("inventory_event.v3.avsc") for problem in told)


def test_every_field_says_what_it_means() -> None:
    raw = _next("purchase_order")
    del _field(_field(raw, "lines")["type"]["items"], "need_by")["doc"]
    assert _problems(raw, "purchase_order") == [
        "purchase_order.v2.avsc: lines.need_by: no doc; say in `doc` what it means and in which unit"
    ]


def test_every_enum_falls_back_to_unknown() -> None:
    raw = _next()
    del _field(raw, "movement")["type"]["default"]
    assert any("movement: enum Movement has no default UNKNOWN" in problem for problem in _problems(raw))


def test_what_is_no_schema_is_said_and_not_compared() -> None:
    raw = _next()
    _field(raw, "uom")["type"] = "text"
    (problem,) = _problems(raw)
    assert problem.startswith("inventory_event.v2.avsc: not an Avro schema: ")


def test_versions_count_from_one_without_a_gap() -> None:
    assert problems([_first("alert"), Version("alert", 3, _first("alert").raw)]) == [
        "alert.v3.avsc: version 2 of alert is absent: versions count from 1"
    ]
