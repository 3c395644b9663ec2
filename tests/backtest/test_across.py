"""Alerts about what several orders have in common, as their consumers see them."""

from __future__ import annotations

from pathlib import Path

from tests.backtest.support import rows, run
from tests.backtest.test_masters import line


def order(number: str, day: int) -> bytes:
    lines = [{"line": "1", "item_id": "GLOVES-M", "quantity": "5", "uom": "EA"}]
    said = {"po_number": number, "version": 1, "supplier_id": "ACME", "currency": "USD", "lines": lines}
    return line("purchase-orders", number, day, **said)


def test_an_alert_across_orders_stands_under_the_order_that_somebody_must_look_at(tmp_path: Path) -> None:
    run([order("PO-1", 2), order("PO-2", 2)], tmp_path / "out")
    alerts = [row for row in rows(tmp_path / "out" / "alerts.jsonl") if row["value"]["code"] == "DUP_PO"]
    assert [(row["key"], row["value"]["entity_type"], row["value"]["entity_id"]) for row in alerts] == [
        ("PO-2", "purchase-order", "PO-2")
    ]
