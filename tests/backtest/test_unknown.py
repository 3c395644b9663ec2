"""Ids without a master in a file of events: who names them, what ends it, whatever the order of arrival."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.backtest.support import rows, run
from tests.backtest.test_masters import issue, item, line, place

OTHER_ITEM = line("item-master", "MASK", 1, item_id="MASK", version=1, description="Mask", base_uom="EA", valid_from=0)
OTHER_PLACE = line("location-master", "ED", 1, location_id="ED", version=1, facility_id="H1", kind="PAR")
OTHER_SUPPLIER = line("supplier-master", "ZETA", 1, supplier_id="ZETA", version=1, legal_name="Z", status="ACTIVE")
FIRST = [OTHER_ITEM, OTHER_PLACE, OTHER_SUPPLIER]
SUPPLIER = {"supplier_id": "ACME", "version": 1, "legal_name": "Acme", "status": "ACTIVE"}


def order(day: int, version: int = 1, **said: Any) -> bytes:
    lines = [{"line": "1", "item_id": said.pop("item_id", "GLOVES-M"), "quantity": "5", "uom": "EA"}]
    fixed = {"po_number": "PO-1", "version": version, "supplier_id": "ACME", "currency": "USD", "ship_to": "ICU"}
    return line("purchase-orders", "PO-1", day, **{**fixed, "lines": lines, **said})


def loan(day: int, **said: Any) -> bytes:
    lines = [{"item_id": "GLOVES-M", "quantity": "5", "uom": "EA", "condition": "07"}]
    return line(
        "receipts", "~R-1", day, receipt_id="R-1", received_at=f"2026-01-{day:02}T08:00:00Z", lines=lines, **said
    )


def back(day: int, kind: str, key: str) -> bytes:
    """What withdraws a master."""
    said = {"item-master": {"item_id": key, "description": "-", "base_uom": "EA", "valid_from": 0}}
    said["location-master"] = {"location_id": key, "facility_id": "H1", "kind": "PAR"}
    return line(kind, key, day, version=day, purpose="CANCEL", **said[kind])


def told(lines: list[bytes], out: Path) -> list[tuple[str, str, str]]:
    """Day, id and state of every alert about an id without a master."""
    run(lines, out)
    found = [row["value"] for row in rows(out / "alerts.jsonl") if row["value"]["code"].startswith("UNKNOWN_")]
    return [(alert["last_seen"][8:16], alert["entity_id"], alert["state"]) for alert in found]


def still_open(lines: list[bytes], out: Path) -> set[tuple[str, str]]:
    run(lines, out)
    views = rows(out / "tables" / "masters.jsonl")
    return {(view["key"], alert["code"]) for view in views for alert in view["open_alerts"]}


def test_nothing_is_missed_where_no_master_ever_came(tmp_path: Path) -> None:
    assert told([issue(2), order(3), loan(4)], tmp_path / "out") == []


def test_a_position_and_an_order_miss_each_master_once_until_it_comes(tmp_path: Path) -> None:
    acme = line("supplier-master", "ACME", 7, **SUPPLIER)
    assert told([*FIRST, issue(2), order(3), item(5), place(6), acme], tmp_path / "out") == [
        ("02T08:30", "GLOVES-M", "OPEN"),
        ("02T08:30", "ICU", "OPEN"),
        ("03T08:30", "ACME", "OPEN"),
        ("05T08:00", "GLOVES-M", "HEALED"),
        ("06T08:00", "ICU", "HEALED"),
        ("07T08:00", "ACME", "HEALED"),
    ]


def test_what_was_there_before_the_first_master_is_missed_from_then_on(tmp_path: Path) -> None:
    before = [issue(2), order(3), loan(3)]
    late = [line("item-master", "MASK", 4, item_id="MASK", version=1, description="-", base_uom="EA", valid_from=0)]
    assert told([*before, *late], tmp_path / "out") == [("04T08:30", "GLOVES-M", "OPEN")]
    views = rows(tmp_path / "out" / "tables" / "masters.jsonl")
    assert [alert["code"] for view in views for alert in view["open_alerts"]] == ["UNKNOWN_ITEM"]


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        (order(4, version=2, purpose="CHANGE", item_id="MASK", supplier_id="ZETA", ship_to="ED"), set()),
        (order(4, version=2, purpose="CANCEL"), set()),
        (
            order(4, version=2, purpose="CHANGE", item_id="MASK"),
            {("ACME", "UNKNOWN_SUPPLIER"), ("ICU", "UNKNOWN_LOCATION")},
        ),
    ],
    ids=["corrected", "cancelled", "corrected in part"],
)
def test_an_order_that_is_corrected_or_cancelled_misses_nothing_any_more(
    ends: bytes, left: set[tuple[str, str]], tmp_path: Path
) -> None:
    assert still_open([*FIRST, order(2), ends], tmp_path / "out") == left


def test_a_movement_that_is_taken_back_misses_nothing_until_another_stands(tmp_path: Path) -> None:
    ids = {"item_id": "GLOVES-M", "location_id": "ICU", "movement": "ISSUE", "quantity": "5", "uom": "EA"}
    first, place_of = issue(2), "GLOVES-M@ICU"
    cancel = line("inventory-events", place_of, 3, purpose="CANCEL", supersedes=f"inventory-events-{place_of}-2", **ids)
    assert still_open([*FIRST, first, cancel], tmp_path / "out") == set()
    both = {("GLOVES-M", "UNKNOWN_ITEM"), ("ICU", "UNKNOWN_LOCATION")}
    assert still_open([*FIRST, first, cancel, issue(4), issue(5)], tmp_path / "out") == both


def test_a_document_without_an_order_misses_what_it_names(tmp_path: Path) -> None:
    bill = line(
        "invoices",
        "~I-1",
        3,
        invoice_number="I-1",
        supplier_id="ACME",
        invoice_date="2026-01-03",
        currency="USD",
        total="0",
    )
    missed = {("GLOVES-M", "UNKNOWN_ITEM"), ("ACME", "UNKNOWN_SUPPLIER")}
    assert still_open([*FIRST, loan(2), bill], tmp_path / "out") == missed
    taken_back = loan(4, purpose="CANCEL", supersedes="receipts-~R-1-2")
    assert still_open([*FIRST, loan(2), bill, taken_back], tmp_path / "out") == {("ACME", "UNKNOWN_SUPPLIER")}
    assert still_open([*FIRST, loan(2), item(5)], tmp_path / "out") == set()


def test_places_that_lines_and_receipts_name_are_missed_like_others(tmp_path: Path) -> None:
    acme = line("supplier-master", "ACME", 1, **SUPPLIER)
    known = [*FIRST, acme, item(1), place(1)]
    wanted = {"line": "1", "item_id": "GLOVES-M", "quantity": "5", "uom": "EA", "ship_to": "OR-3"}
    taken = {"item_id": "GLOVES-M", "quantity": "2", "uom": "EA", "condition": "07", "location_id": "DOCK-9"}
    receipt = {"receipt_id": "R-2", "received_at": "2026-01-03T08:00:00Z", "lines": [taken]}
    order_of_line = order(2, lines=[wanted])
    for_order = line("receipts", "PO-1", 3, po_number="PO-1", **receipt)
    missed = {("OR-3", "UNKNOWN_LOCATION"), ("DOCK-9", "UNKNOWN_LOCATION")}
    assert still_open([*known, order_of_line, for_order], tmp_path / "order") == missed
    assert still_open([*known, line("receipts", "~R-2", 3, **receipt)], tmp_path / "loan") == {
        ("DOCK-9", "UNKNOWN_LOCATION")
    }
    dropped = order(4, version=2, purpose="CHANGE", lines=[{**wanted, "ship_to": "ICU"}])
    assert still_open([*known, order_of_line, dropped], tmp_path / "changed") == set()


def test_a_position_and_an_order_under_one_key_are_two_who_miss_it(tmp_path: Path) -> None:
    acme = line("supplier-master", "ACME", 1, **SUPPLIER)
    said = {"po_number": "GLOVES-M@ICU", "version": 1, "supplier_id": "ACME", "currency": "USD"}
    said["lines"] = [{"line": "1", "item_id": "GLOVES-M", "quantity": "5", "uom": "EA"}]
    ordered = line("purchase-orders", "GLOVES-M@ICU", 3, **said)
    cancelled = line("purchase-orders", "GLOVES-M@ICU", 4, **{**said, "version": 2, "purpose": "CANCEL"})
    for number, story in enumerate(([issue(2), ordered, cancelled], [ordered, issue(2), cancelled])):
        assert ("GLOVES-M", "UNKNOWN_ITEM") in still_open([*FIRST, acme, place(1), *story], tmp_path / str(number))


def test_a_master_that_is_withdrawn_is_missed_by_whoever_still_names_it(tmp_path: Path) -> None:
    gone = [back(8, "item-master", "GLOVES-M"), back(9, "location-master", "ICU")]
    acme = line("supplier-master", "ACME", 1, **SUPPLIER)
    known = [*FIRST, acme, item(1), place(1)]
    missed = {("GLOVES-M", "UNKNOWN_ITEM"), ("ICU", "UNKNOWN_LOCATION")}
    for number, naming in enumerate(([order(2)], [issue(2)])):
        assert still_open([*known, *naming, *gone], tmp_path / str(number)) == missed
    assert still_open([*known, loan(2), *gone], tmp_path / "loan") == {("GLOVES-M", "UNKNOWN_ITEM")}


def test_in_whatever_order_the_records_come_the_same_is_missed_in_the_end(tmp_path: Path) -> None:
    story = [*FIRST, issue(2), order(3), loan(4), place(6), back(8, "location-master", "ICU"), issue(9)]
    story += [line("supplier-master", "ACME", 7, **SUPPLIER), order(5, version=2, purpose="CHANGE", item_id="MASK")]
    ends = []
    for seed in range(8):
        shuffled = story[:]
        Random(seed).shuffle(shuffled)
        ends.append(still_open(shuffled, tmp_path / str(seed)))
    assert ends == [{("GLOVES-M", "UNKNOWN_ITEM"), ("ICU", "UNKNOWN_LOCATION")}] * 8
