"""What the contract refuses is a dead letter that names the field; what it allows passes."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import Removed
from app.errors import ContractError, DecodeError
from app.topics import INPUTS
from tests.support.contracts import DECODER, decoded, encoded, example

LINE = {"line": "10", "quantity": "1", "uom": "EA"}


@pytest.mark.parametrize(
    ("schema", "changed", "named"),
    [
        ("inventory_event", {"record_time": "1999-12-31T23:59:59Z"}, "record_time"),
        ("inventory_event", {"record_time": "2100-01-01T00:00:00Z"}, "record_time"),
        ("inventory_event", {"event_time": "2200-01-01T00:00:00Z"}, "event_time"),
        ("inventory_event", {"event_time": -1}, "event_time"),
        ("inventory_event", {"quantity": "-1"}, "quantity"),
        ("inventory_event", {"movement": "COUNT_SET", "quantity": "-0.0001"}, "quantity"),
        ("inventory_event", {"movement": "COUNT_SET", "serial": "S1"}, "serial"),
        ("inventory_event", {"movement": "UNKNOWN"}, "movement"),
        ("inventory_event", {"stock_status": "UNKNOWN"}, "stock_status"),
        ("inventory_event", {"purpose": "UNKNOWN"}, "purpose"),
        ("inventory_event", {"purpose": "CANCEL"}, "supersedes"),
        ("inventory_event", {"purpose": "REPLACE"}, "supersedes"),
        ("inventory_event", {"purpose": "CHANGE"}, "supersedes"),
        ("inventory_event", {"purpose": "CANCEL", "supersedes": ""}, "supersedes"),
        ("inventory_event", {"item_id": "A@B"}, "item_id"),
        ("inventory_event", {"location_id": "A@B"}, "location_id"),
        ("inventory_event", {"item_id": ""}, "item_id"),
        ("inventory_event", {"event_id": ""}, "event_id"),
        ("inventory_event", {"lot": ""}, "lot"),
        ("inventory_event", {"source_seq": 0}, "source_seq"),
        ("inventory_event", {"source_seq": 1 << 53}, "outside 1 to 9007199254740991"),
        ("inventory_event", {"tz_offset_minutes": 1_081}, "tz_offset_minutes"),
        ("inventory_event", {"item_id": "x" * 513}, "item_id"),
        ("inventory_event", {"reason": "a\u0000b"}, "reason"),
        ("inventory_event", {"reason": "x" * 4_097}, "reason"),
        ("inventory_event", {"expiry": 2_932_897}, "expiry"),
        ("inventory_snapshot", {"item_id": "A@B"}, "item_id"),
        ("inventory_snapshot", {"lines": [{**LINE, "stock_status": "UNKNOWN"} | {"line": None}]}, "stock_status"),
        ("shipment", {"lines": [{**LINE, "quantity": "-1"}]}, "lines[0].quantity"),
        ("shipment", {"kind": "UNKNOWN"}, "kind"),
        ("shipment", {"purpose": "CANCEL"}, "supersedes"),
        ("shipment", {"shipment_id": ""}, "shipment_id"),
        ("receipt", {"kind": "UNKNOWN"}, "kind"),
        ("receipt", {"purpose": "CHANGE"}, "supersedes"),
        ("receipt", {"lines": [{**LINE, "condition": "07", "quantity": "-1"}]}, "lines[0].quantity"),
        ("receipt", {"lines": [{**LINE, "condition": "07", "lot": ""}]}, "lines[0].lot"),
        ("invoice", {"kind": "UNKNOWN"}, "kind"),
        ("invoice", {"purpose": "REPLACE"}, "supersedes"),
        ("invoice", {"lines": [{**LINE, "quantity": "-1"}]}, "lines[0].quantity"),
        ("invoice", {"currency": "usd"}, "currency"),
        ("purchase_order", {"lines": [{**LINE, "quantity": "-1"}]}, "lines[0].quantity"),
        ("purchase_order", {"lines": [LINE, LINE]}, "lines"),
        ("purchase_order", {"version": -1}, "version"),
        ("purchase_order", {"po_number": "~PO-1"}, "po_number"),
        ("shipment", {"po_number": "~PO-1"}, "po_number"),
        ("purchase_order", {"match_policy": "UNKNOWN"}, "match_policy"),
        ("purchase_order", {"lines": [{**LINE, "unit_price": "-0.01"}]}, "lines[0].unit_price"),
        ("purchase_order", {"order_date": -719_163}, "order_date"),
        ("purchase_order_ack", {"level": "UNKNOWN"}, "level"),
        ("purchase_order_ack", {"lines": [{"statuses": [{"code": "IA", "quantity": "-1"}]}]}, "statuses.quantity"),
        ("item_master", {"uoms": [{"uom": "BX", "factor": "0"}]}, "uoms[0]"),
        ("item_master", {"uoms": [{"uom": "BX", "factor": "1", "per": "0"}]}, "uoms[0]"),
        ("location_master", {"kind": "UNKNOWN"}, "kind"),
    ],
)
def test_a_value_that_the_contract_refuses_is_named(schema: str, changed: dict[str, Any], named: str) -> None:
    value = example(schema) | changed
    if schema == "inventory_snapshot" and "lines" in changed:
        value["lines"] = [{k: v for k, v in line.items() if k != "line"} for line in changed["lines"]]
    with pytest.raises(ContractError) as refused:
        decoded(schema, value)
    assert refused.value.reason.startswith(f"{schema}: ")
    assert named in refused.value.reason


@pytest.mark.parametrize(
    ("schema", "changed"),
    [
        ("inventory_event", {"movement": "ADJUST", "quantity": "-3.5"}),
        ("inventory_event", {"movement": "COUNT_SET", "quantity": "0", "lot": "L1", "all_lots": True}),
        ("inventory_event", {"purpose": "CANCEL", "supersedes": "other"}),
        ("inventory_event", {"purpose": "CONFIRM"}),
        ("inventory_event", {"purpose": "DUPLICATE"}),
        ("inventory_event", {"expiry": "9999-12-31"}),
        ("inventory_event", {"event_time": "2023-01-01T00:00:00Z"}),
        ("inventory_snapshot", {"lines": [{"quantity": "-2", "uom": "EA"}]}),
        ("purchase_order", {"purpose": "CHANGE"}),
        ("purchase_order", {"purpose": "CANCEL", "lines": []}),
        ("purchase_order_ack", {"lines": [{"statuses": [{"code": "BP"}]}]}),
        ("shipment", {"po_number": None}),
        ("supplier_master", {"status": "UNKNOWN"}),
    ],
)
def test_a_value_that_the_contract_allows_passes(schema: str, changed: dict[str, Any]) -> None:
    assert decoded(schema, example(schema) | changed).event_id == example(schema)["event_id"]


@pytest.mark.parametrize(
    ("schema", "key"),
    [
        ("inventory_event", "GLOVE-NITRILE-M@OTHER"),
        ("inventory_event", "GLOVE-NITRILE-M"),
        ("purchase_order", "mercy:4500012345 "),
        ("shipment", "~ASN-90017"),
        ("item_master", "glove-nitrile-m"),
    ],
)
def test_a_key_that_says_something_else_than_the_body_is_refused(schema: str, key: str) -> None:
    with pytest.raises(ContractError, match=r"key .* and body disagree"):
        decoded(schema, example(schema), key)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "key: absent"),
        (b"", "key: absent"),
        (b"\xff\xfe", "key: not UTF-8"),
        (b"a\x00b", "does not print"),
        (b"x" * 1_026, "1026 bytes"),
    ],
)
def test_a_key_must_be_text(key: bytes | None, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        DECODER.decode("inventory-events", key, encoded("inventory_event", example("inventory_event")))


def test_a_document_without_an_order_is_keyed_by_its_own_id() -> None:
    assert decoded("receipt", example("receipt", "without_order")).event_id == "gr-sample-0091"
    with pytest.raises(ContractError, match="the body says '~SAMPLE-0091'"):
        decoded("receipt", example("receipt", "without_order"), "SAMPLE-0091")


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.name)
def test_a_tombstone_removes_a_master_and_is_refused_elsewhere(topic: Any) -> None:
    if topic.compacted:
        assert isinstance(DECODER.decode(topic.name, b"KEY", None), Removed)
        with pytest.raises(ContractError, match="key: absent"):
            DECODER.decode(topic.name, None, None)
    else:
        with pytest.raises(ContractError, match="tombstone"):
            DECODER.decode(topic.name, b"KEY", None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "begins with nothing"),
        (b"\x00\x00\x00", "not in the registry's wire format"),
        (b"\x01\x00\x00\x00\x05abc", "not in the registry's wire format"),
        (b'{"event_id": 1}', "not in the registry's wire format"),
    ],
)
def test_what_is_not_in_the_wire_format_is_refused(value: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        DECODER.decode("inventory-events", b"A@B", value)


def test_a_body_must_end_where_its_schema_ends() -> None:
    value = encoded("inventory_event", example("inventory_event"))
    for broken in (value + b"\x00", value[:-1], value[:5]):
        with pytest.raises(DecodeError):
            DECODER.decode("inventory-events", b"GLOVE-NITRILE-M@MAIN-STORES", broken)


def test_a_record_of_another_topic_is_refused() -> None:
    value = encoded("purchase_order", example("purchase_order"))
    with pytest.raises(DecodeError, match="is a purchase_order, and po-acks holds purchase_order_ack"):
        DECODER.decode("po-acks", b"mercy:4500012345", value)


def test_a_topic_that_is_not_read_is_refused() -> None:
    with pytest.raises(ContractError, match="not a topic that Syncline reads"):
        DECODER.decode("alerts", b"A", b"")
