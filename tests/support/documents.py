"""Documents of orders for tests: whole quantities, times from START, lines as short as a test can say them."""

from __future__ import annotations

import hashlib
from typing import Any

from app.domain.codes import AckLevel, InvoiceKind, MatchPolicy, Purpose, ReceiptKind, ShipmentKind
from app.domain.facts import (
    AckLine,
    AckStatus,
    Charge,
    Fact,
    Invoice,
    InvoiceLine,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderAck,
    Receipt,
    ReceiptLine,
    Shipment,
    ShipmentLine,
)
from app.domain.outputs import CorrectedPurchaseOrder
from tests.support.facts import fact
from tests.support.following import Following

PO = "PO-1"
TODAY = 20_485  # days since 1970-01-01
START = TODAY * 86_400_000 + 12 * 3_600_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
GRACE = 15 * MINUTE  # what one feed says against another waits for it
ONE = 10_000


def _fact(kind: type[Fact], event_id: str, at: int, fields: dict[str, Any]) -> Any:
    """At START + `at` ms, recorded at once unless `recorded` (also from START) says else."""
    recorded = fields.pop("recorded", at)
    fields["purpose"] = Purpose(fields.pop("purpose", "ORIGINAL"))
    fields.setdefault("source_system", "edi")
    told = {**fields, "purpose": str(fields["purpose"]).replace("DUPLICATE", "ORIGINAL")}
    content = repr(sorted((name, value) for name, value in told.items() if name != "source_seq"))
    return fact(
        kind,
        event_id=event_id,
        event_time=START + at,
        record_time=START + recorded,
        content=hashlib.sha256(content.encode()).digest(),
        **fields,
    )


def line(number: str, quantity: int, **fields: Any) -> OrderLine:
    fields.setdefault("uom", "EA")
    fields.setdefault("item_id", f"ITEM-{number}")
    return fact(OrderLine, line=number, quantity=quantity * ONE, **fields)


def ordered(event_id: str = "o1", *lines: OrderLine, at: int = 0, version: int = 1, **fields: Any) -> PurchaseOrder:
    """An order of supplier ACME, dated today; 10 of line 10 where no line is given."""
    fields = {"supplier_id": "ACME", "currency": "USD", "order_date": TODAY, "po_number": PO, **fields}
    if "match_policy" in fields:
        fields["match_policy"] = MatchPolicy(fields["match_policy"])
    made: PurchaseOrder = _fact(
        PurchaseOrder, event_id, at, {"version": version, "lines": lines or (line("10", 10),), **fields}
    )
    return made


def cancelled(event_id: str = "c1", at: int = DAY, **fields: Any) -> PurchaseOrder:
    return ordered(event_id, at=at, version=9, purpose="CANCEL", **fields)


def confirmed(event_id: str = "n1", at: int = 2 * DAY, **fields: Any) -> PurchaseOrder:
    return ordered(event_id, at=at, version=9, purpose="CONFIRM", **fields)


def status(code: str, quantity: int | None = None, **fields: Any) -> AckStatus:
    return fact(AckStatus, code=code, quantity=None if quantity is None else quantity * ONE, **fields)


def acked(event_id: str = "a1", at: int = HOUR, **fields: Any) -> PurchaseOrderAck:
    """`codes` = {line: statuses}; without it and without `ack_type` the whole order is accepted."""
    codes = fields.pop("codes", {})
    lines = tuple(fact(AckLine, line=number, statuses=tuple(statuses)) for number, statuses in codes.items())
    fields = {"ack_id": f"ACK-{event_id}", "ack_date": TODAY, "po_number": PO, **fields}
    if "level" in fields:
        fields["level"] = AckLevel(fields["level"])
    fields.setdefault("ack_type", None if lines else "AK")
    made: PurchaseOrderAck = _fact(PurchaseOrderAck, event_id, at, {"lines": lines, **fields})
    return made


def shipped(event_id: str = "s1", at: int = 2 * HOUR, **fields: Any) -> Shipment:
    """`goods` = {line: quantity}, 10 of line 10 where not given."""
    goods = fields.pop("goods", {"10": 10})
    own = {name: fields.pop(name) for name in ("lot", "uom", "sscc") if name in fields}
    lines = tuple(fact(ShipmentLine, line=n, quantity=q * ONE, **{"uom": "EA", **own}) for n, q in goods.items())
    fields = {"shipment_id": f"SHIP-{event_id}", "po_number": PO, "lines": lines, **fields}
    fields["kind"] = ShipmentKind(fields.get("kind", "ASN"))
    made: Shipment = _fact(Shipment, event_id, at, fields)
    return made


def received(event_id: str = "r1", at: int = 3 * HOUR, **fields: Any) -> Receipt:
    """`goods` = {line: quantity}, 10 of line 10 where not given; in good condition."""
    goods = fields.pop("goods", {"10": 10})
    own = {name: fields.pop(name) for name in ("lot", "uom", "condition") if name in fields}
    shape = {"uom": "EA", "condition": "07", **own}
    lines = tuple(fact(ReceiptLine, line=n, quantity=q * ONE, **shape) for n, q in goods.items())
    fields = {"receipt_id": f"REC-{event_id}", "received_at": START + at, "po_number": PO, "lines": lines, **fields}
    fields["kind"] = ReceiptKind(fields.get("kind", "RECEIPT"))
    fields.setdefault("source_system", "wms")
    made: Receipt = _fact(Receipt, event_id, at, fields)
    return made


def billed(event_id: str = "i1", at: int = 4 * HOUR, **fields: Any) -> Invoice:
    """`goods` = {line: quantity}, 10 of line 10 where not given; the total is that of its lines unless given."""
    goods = fields.pop("goods", {"10": 10})
    own = {name: fields.pop(name) for name in ("uom", "unit_price", "price_uom", "extended") if name in fields}
    lines = tuple(fact(InvoiceLine, line=n, quantity=q * ONE, **{"uom": "EA", **own}) for n, q in goods.items())
    header = {"supplier_id": "ACME", "invoice_date": TODAY, "currency": "USD", "po_number": PO}
    header["total"] = sum(q * (own.get("unit_price") or 0) for q in goods.values()) // 100
    fields = {"invoice_number": f"INV-{event_id}", "lines": lines, **header, **fields}
    fields["kind"] = InvoiceKind(fields.get("kind", "DEBIT"))
    made: Invoice = _fact(Invoice, event_id, at, fields)
    return made


def charged(amount: int, number: str | None = None) -> tuple[Charge, ...]:
    """One charge, of a line where a number is given."""
    return (fact(Charge, code="A1", amount=amount * ONE, line=number),)


def published(following: Following) -> list[CorrectedPurchaseOrder]:
    """What the order's consumers have seen."""
    return [output for output in following.outputs if isinstance(output, CorrectedPurchaseOrder)]
