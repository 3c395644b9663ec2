"""Rows to events: one order, and of each shipment one notice and one receipt. Nothing is made up without a word.

The history holds only what was delivered. So an order's quantities are those delivered, the time of an order whose
sending nobody dated is assumed from what else is dated, and a notice is dated on the day of the delivery, the latest
on which it can have been sent; its ship_date stays empty. `assumed` says for which orders.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from app.dev.scms.lines import Delivery, History

PACK = "XPK"  # UN/ECE Rec 21: package
GOOD = "07"
RANKS = {"purchase-orders": 0, "shipments": 1, "receipts": 2}
Event = dict[str, Any]
_canonical = msgspec.json.Encoder(order="sorted").encode


def events(history: History) -> list[Event]:
    """Lines of the file form, sorted by record_time; the same rows give the same bytes."""
    found: list[Event] = []
    for order in grouped(history.deliveries, "order"):
        found.append(_order(order, history.name))
        for shipment in grouped(order, "shipment"):
            found += [_notice(shipment, history.name), _receipt(shipment, history.name)]
    return sorted(found, key=lambda event: (event["value"]["record_time"], RANKS[event["topic"]], event["key"]))


def grouped(deliveries: Iterable[Delivery], field: str) -> list[list[Delivery]]:
    """Deliveries that share a field, in the order of the file."""
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[getattr(delivery, field)].append(delivery)
    return list(groups.values())


def order_day(order: Sequence[Delivery]) -> tuple[date, str | None]:
    """The day an order is dated, and what that rests on where the file does not say when it was sent."""
    first, delivered = order[0], min(line.delivered for line in order)
    if first.sent is not None:
        return first.sent, None
    if first.quoted is not None and first.quoted <= delivered:
        return first.quoted, "the day of their price quote"
    return delivered, "the day of their first delivery"


def _order(order: Sequence[Delivery], name: str) -> Event:
    first, (day, _) = order[0], order_day(order)
    body = {
        "po_number": first.order,
        "version": 1,
        "supplier_id": first.vendor,
        "buyer_id": first.buyer,
        "ship_to": first.country,
        "order_date": str(first.sent) if first.sent else None,
        "order_type": first.channel,
        "currency": "USD",
        "lines": [_order_line(line) for line in order],
    }
    return _event("purchase-orders", "scms-orders", order, name, (day, day), body)


def _order_line(line: Delivery) -> dict[str, Any]:
    return {
        **_line(line),
        "description": line.item,
        "unit_price": line.pack_price,
        "price_uom": PACK,
        "need_by": str(line.scheduled),
    }


def _notice(shipment: Sequence[Delivery], name: str) -> Event:
    day = min(line.delivered for line in shipment)
    body = {
        "shipment_id": shipment[0].shipment,
        "po_number": shipment[0].order,
        "eta": str(max(line.scheduled for line in shipment)),
        "lines": [_line(line) for line in shipment],
    }
    return _event("shipments", "scms-shipments", shipment, name, (day, day), body)


def _receipt(shipment: Sequence[Delivery], name: str) -> Event:
    day = max(line.delivered for line in shipment)
    recorded = max(line.recorded for line in shipment)
    body = {
        "receipt_id": shipment[0].shipment,
        "po_number": shipment[0].order,
        "shipment_id": shipment[0].shipment,
        "received_at": _midnight(day),
        "lines": [{**_line(line), "condition": GOOD} for line in shipment],
    }
    return _event("receipts", "scms-receipts", shipment, name, (day, recorded), body)


def _line(line: Delivery) -> dict[str, Any]:
    return {"line": line.id, "item_id": item_id(line.item), "quantity": line.quantity, "uom": PACK}


def item_id(description: str) -> str:
    """The file names items only in words: a short id that stays the same."""
    return f"SCMS-{hashlib.sha256(description.encode()).hexdigest()[:10].upper()}"


def _event(
    topic: str, source: str, rows: Sequence[Delivery], name: str, days: tuple[date, date], body: dict[str, Any]
) -> Event:
    """`days`: when it happened and when it was written down; the event_id is the SHA-256 of all the rest."""
    happened, recorded = days
    value = {
        "source_system": source,
        "event_time": _midnight(happened),
        "record_time": _midnight(recorded),
        "partner_id": rows[0].vendor,
        **{field: said for field, said in body.items() if said is not None},
    }
    digest = hashlib.sha256(_canonical([topic, value])).hexdigest()
    numbers = ",".join(str(row.row) for row in rows)
    return {
        "topic": topic,
        "key": rows[0].order,
        "value": {"event_id": digest, **value, "source_doc": f"{name}:{numbers}"},
    }


def _midnight(day: date) -> str:
    return f"{day}T00:00:00Z"
