"""The papers of one purchase order, as they would be written if nothing went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from random import Random
from types import MappingProxyType
from typing import Any

from app.contracts.times import format_time
from app.dev.simulator.feeds import DAY, HOUR
from app.dev.simulator.scripts import GATEWAY, GOOD, Doc, Line, Script, date_of
from app.domain.check_digits import check_digit

NOTHING: Mapping[str, int] = MappingProxyType({})


def write(rng: Random, script: Script) -> None:
    """Fill in a plain history: order, answer, one or two shipments, each with its receipt, and the invoice."""
    script.docs = [order(script, script.at)]
    at = script.at + rng.randint(*script.supplier.answer_hours) * HOUR - rng.randrange(HOUR // 2)
    script.docs.append(ack(script, at))
    for number, quantities in enumerate(_parts(rng, script), start=1):
        at += rng.randint(*script.supplier.ship_days) * DAY if number == 1 else DAY
        script.docs.append(asn(script, at, number, quantities))
        received = at + rng.randint(20, 44) * HOUR
        script.docs.append(receipt(script, received, number, quantities))
    script.docs.sort(key=lambda doc: doc.at)
    script.docs.append(invoice(script, script.docs[-1].at + DAY, script.quantities))


def _parts(rng: Random, script: Script) -> list[list[int]]:
    quantities = script.quantities
    if rng.random() >= script.supplier.splits or min(quantities) < 2:
        return [quantities]
    half = [quantity // 2 for quantity in quantities]
    return [half, [whole - part for whole, part in zip(quantities, half, strict=True)]]


def order(script: Script, at: int, version: int = 1, purpose: str | None = None) -> Doc:
    """850, 860."""
    body = {
        "po_number": script.po_number,
        "version": version,
        "supplier_id": script.supplier.supplier_id,
        "ship_to": script.facility.store.location_id,
        "order_date": date_of(script.at),
        "currency": "USD",
        "lines": [
            {
                **_named(line),
                "quantity": line.quantity,
                "unit_price": line.item.price,
                "need_by": date_of(script.at + 14 * DAY),
            }
            for line in script.lines
        ],
        "facility_id": script.facility.facility_id,
        "partner_id": script.supplier.supplier_id,
    }
    return Doc(at, "purchase-orders", script.erp, body, purpose)


def _named(line: Line) -> dict[str, Any]:
    return {"line": line.number, "item_id": line.item.item_id, "uom": line.item.uom}


def ack(script: Script, at: int, code: str = "IA", backordered: Mapping[str, int] = NOTHING) -> Doc:
    """855: every line with one code; `backordered` pieces, by line number, come later."""
    lines = []
    for line in script.lines:
        statuses = [{"code": code, "quantity": line.quantity, "uom": line.item.uom}]
        if later := backordered.get(line.number):
            statuses = [
                {"code": "IA", "quantity": line.quantity - later, "uom": line.item.uom},
                {"code": "IB", "quantity": later, "uom": line.item.uom},
            ]
        if code == "DR":
            statuses[0]["date"] = date_of(script.at + 13 * DAY)
        lines.append({"line": line.number, "statuses": statuses})
    body = {
        "ack_id": f"A-{script.po_number}-{len(script.docs)}",
        "po_number": script.po_number,
        "ack_type": "AD" if code == "IA" and not backordered else "AC",
        "ack_date": date_of(at),
        "lines": lines,
        "partner_id": script.supplier.supplier_id,
    }
    return Doc(at, "po-acks", GATEWAY, body)


def technical(script: Script, at: int, code: str) -> Doc:
    """997: what the gateway says of the order's transmission."""
    body = {
        "ack_id": f"T-{script.po_number}",
        "po_number": script.po_number,
        "level": "TECHNICAL",
        "ack_type": code,
        "ack_date": date_of(at),
        "partner_id": script.supplier.supplier_id,
    }
    return Doc(at, "po-acks", GATEWAY, body)


def cancel_answer(script: Script, at: int) -> Doc:
    """865: the supplier agrees to the cancel."""
    return change_answer(script, at, "AT")


def change_answer(script: Script, at: int, code: str) -> Doc:
    """865: the supplier's word on the last change, or cancel, as a whole."""
    body = {
        "ack_id": f"C-{script.po_number}",
        "po_number": script.po_number,
        "ack_type": code,
        "ack_date": date_of(at),
        "change_response": True,
        "partner_id": script.supplier.supplier_id,
    }
    return Doc(at, "po-acks", GATEWAY, body)


def asn(script: Script, at: int, number: int, quantities: list[int]) -> Doc:
    """856."""
    body = {
        "shipment_id": shipment_id(script, number),
        "po_number": script.po_number,
        "ship_date": date_of(at),
        "eta": date_of(at + 2 * DAY),
        "lines": [{**line, "sscc": sscc(script, number)} for line in _moved(script, number, quantities)],
        "partner_id": script.supplier.supplier_id,
    }
    return Doc(at, "shipments", GATEWAY, body)


def shipment_id(script: Script, number: int) -> str:
    return f"S-{script.po_number}-{number}"


def sscc(script: Script, number: int) -> str:
    """The one pack of a shipment."""
    digits = f"{int(sha256(shipment_id(script, number).encode()).hexdigest(), 16) % 10**17:017}"
    return digits + check_digit(digits)


def receipt(script: Script, at: int, number: int, quantities: list[int]) -> Doc:
    """861."""
    body = {
        "receipt_id": f"R-{script.po_number}-{number}",
        "po_number": script.po_number,
        "shipment_id": shipment_id(script, number),
        "received_at": format_time(at),
        "lines": [{**line, "condition": GOOD} for line in _moved(script, number, quantities)],
        "facility_id": script.facility.facility_id,
    }
    return Doc(at, "receipts", script.wms, body)


def _moved(script: Script, number: int, quantities: list[int]) -> list[dict[str, Any]]:
    lines = []
    for line, quantity in zip(script.lines, quantities, strict=True):
        moved = {**_named(line), "quantity": quantity}
        if line.item.lot_tracked:
            moved["lot"] = f"L{script.po_number[-6:]}{number}"
        lines.append(moved)
    return lines


def invoice(script: Script, at: int, quantities: list[int]) -> Doc:
    """810."""
    return _bill(script, at, f"I-{script.po_number}", list(zip(script.lines, quantities, strict=True)))


def credit(script: Script, at: int, number: str) -> Doc:
    """810 with a credit: one piece of a line went back."""
    line = next(line for line in script.lines if line.number == number)
    bill = _bill(script, at, f"K-{script.po_number}", [(line, 1)])
    bill.body |= {"kind": "CREDIT", "ref_invoice": f"I-{script.po_number}"}
    return bill


def _bill(script: Script, at: int, number: str, billed: list[tuple[Line, int]]) -> Doc:
    lines = [{**_named(line), "quantity": quantity, "unit_price": line.item.price} for line, quantity in billed]
    body = {
        "invoice_number": number,
        "supplier_id": script.supplier.supplier_id,
        "po_number": script.po_number,
        "invoice_date": date_of(at),
        "currency": "USD",
        "lines": lines,
        "total": total(lines),
        "partner_id": script.supplier.supplier_id,
    }
    return Doc(at, "invoices", GATEWAY, body)


def total(lines: list[dict[str, Any]]) -> str:
    """What the lines of a bill come to; exact: prices have two places."""
    cents = sum(int(line["unit_price"].replace(".", "")) * line["quantity"] for line in lines)
    return f"{cents // 100}.{cents % 100:02}"


def dearer(price: str, by: int) -> str:
    """An amount of two places, higher by so many whole units."""
    return f"{int(price[:-3]) + by}{price[-3:]}"


def cancel(script: Script, at: int) -> Doc:
    """860 with purpose 01: the whole order."""
    return order(script, at, version=2, purpose="CANCEL")
