"""Records of newer and older writers are read; what they mean differently is refused, never misread."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from fastavro import schemaless_writer

from app.contracts.decode import Decoder
from app.contracts.fields import into
from app.contracts.schemas import LocalSchemas, latest, parsed
from app.domain.codes import Movement, StockStatus
from app.domain.facts import InventoryEvent, Invoice
from app.errors import ContractError, DecodeError, SchemaMissing
from tests.support.contracts import RECORDS, example, key_of

WRITERS = 500  # the id of the other writer's schema


def _raw(schema: str) -> dict[str, Any]:
    return deepcopy(latest(schema).raw)


def _field(raw: dict[str, Any], name: str) -> dict[str, Any]:
    return next(field for field in raw["fields"] if field["name"] == name)


def _read(schema: str, raw: dict[str, Any], changed: dict[str, Any] | None = None) -> Any:
    """A minimal example, changed as a record of plain values, as another writer's schema writes it."""
    topic, schemas, body = RECORDS[schema], LocalSchemas(), BytesIO()
    schemas.learn(WRITERS, raw)
    schemaless_writer(body, parsed(raw), into(schema)(example(schema)) | (changed or {}))
    value = b"\x00" + WRITERS.to_bytes(4, "big") + body.getvalue()
    return Decoder(schemas).decode(topic.name, key_of(topic, example(schema)).encode(), value)


def test_a_newer_writers_extra_field_is_ignored() -> None:
    raw = _raw("inventory_event")
    raw["fields"].insert(3, {"name": "ward", "type": "string", "default": "", "doc": "The ward."})
    fact = _read("inventory_event", raw, {"ward": "7B"})
    assert isinstance(fact, InventoryEvent)
    assert fact.content == _read("inventory_event", _raw("inventory_event")).content


def test_a_newer_writers_movement_waits_in_the_dead_letters_for_the_upgrade() -> None:
    raw = _raw("inventory_event")
    _field(raw, "movement")["type"]["symbols"].insert(0, "KIT")
    assert _read("inventory_event", raw, {"movement": "ISSUE"}).movement is Movement.ISSUE
    with pytest.raises(ContractError, match="movement: unknown to this release; replay it after the upgrade"):
        _read("inventory_event", raw, {"movement": "KIT"})


def test_a_newer_writers_supplier_status_is_unknown_and_accepted() -> None:
    raw = _raw("supplier_master")
    _field(raw, "status")["type"]["symbols"].insert(0, "PROBATION")
    assert _read("supplier_master", raw, {"status": "PROBATION"}).status == "UNKNOWN"


def test_an_older_writers_missing_field_is_null() -> None:
    raw = _raw("inventory_event")
    raw["fields"].remove(_field(raw, "transfer_id"))
    raw["fields"].remove(_field(raw, "stock_status"))
    fact = _read("inventory_event", raw)
    assert (fact.transfer_id, fact.stock_status) == (None, StockStatus.AVAILABLE)


def test_an_older_writers_missing_amount_is_its_default() -> None:
    raw = _raw("invoice")
    raw["fields"].remove(_field(raw, "tax"))
    fact = _read("invoice", raw)
    assert isinstance(fact, Invoice)
    assert (fact.tax, fact.total) == (0, 6_761_600)


def test_the_default_of_a_factor_is_one() -> None:
    raw = _raw("item_master")
    units = _field(raw, "uoms")["type"]["items"]
    units["fields"].remove(_field(units, "per"))
    assert _read("item_master", raw).uoms[0].per == 10_000


def test_fields_in_another_order_are_the_same_fields() -> None:
    raw = _raw("inventory_event")
    raw["fields"].reverse()
    assert _read("inventory_event", raw) == _read("inventory_event", _raw("inventory_event"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("quantity", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 6}),
        ("quantity", {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": 4}),
        ("event_time", {"type": "long", "logicalType": "timestamp-micros"}),
    ],
)
def test_numbers_that_mean_something_else_are_refused_and_not_misread(name: str, kind: Any) -> None:
    raw = _raw("inventory_event")
    _field(raw, name)["type"] = kind
    with pytest.raises(ContractError, match=f"schema {WRITERS}: {name}: written as"):
        _read("inventory_event", raw)


@pytest.mark.parametrize("name", ["quantity", "event_time", "expiry"])
def test_numbers_without_their_logical_type_are_refused(name: str) -> None:
    raw = _raw("inventory_event")
    field = _field(raw, name)
    field["type"] = ["null", "int"] if isinstance(field["type"], list) else field["type"]["type"]
    changed = {"quantity": b"\x01"} if name == "quantity" else {}
    with pytest.raises(ContractError, match=f"schema {WRITERS}: {name}: written as"):
        _read("inventory_event", raw, changed)


def test_a_logical_type_that_we_do_not_ask_for_changes_nothing() -> None:
    raw = _raw("inventory_event")
    _field(raw, "event_id")["type"] = {"type": "string", "logicalType": "uuid"}
    assert _read("inventory_event", raw) == _read("inventory_event", _raw("inventory_event"))


def test_a_decimal_in_a_fixed_field_is_refused() -> None:
    raw = _raw("inventory_event")
    _field(raw, "quantity")["type"].update(type="fixed", name="Fixed8", size=8)
    with pytest.raises(DecodeError):
        _read("inventory_event", raw, {"quantity": b"12345678"})


def test_a_writer_without_a_field_that_we_require_cannot_be_read() -> None:
    raw = _raw("inventory_event")
    raw["fields"].remove(_field(raw, "uom"))
    with pytest.raises(DecodeError, match="uom"):
        _read("inventory_event", raw)


@pytest.mark.parametrize("raw", [None, {"type": "record"}, {"type": "record", "name": "Stranger", "fields": []}, "int"])
def test_a_schema_of_nobody_here_is_a_dead_letter(raw: Any) -> None:
    schemas = LocalSchemas()
    schemas.learn(WRITERS, raw)
    with pytest.raises(DecodeError, match=str(WRITERS)):
        schemas.get(WRITERS)


def test_a_schema_not_asked_for_yet_is_asked_for() -> None:
    with pytest.raises(SchemaMissing):
        LocalSchemas().get(WRITERS)
