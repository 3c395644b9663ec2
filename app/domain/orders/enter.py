"""Facts to entries: one small function a kind of document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.codes import AckLevel, InvoiceKind, Purpose, ReceiptKind, ShipmentKind
from app.domain.entry import CONTENT_BYTES
from app.domain.facts import (
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
from app.domain.orders.documents import (
    AckDocument,
    Answered,
    Billed,
    Document,
    InvoiceDocument,
    Moved,
    OrderDocument,
    Ordered,
    ReceiptDocument,
    ShipmentDocument,
    Status,
)
from app.domain.orders.entry import Entry

DUPLICATE = Purpose.DUPLICATE


def enter(fact: Fact) -> Entry:
    """The log's entry of a record."""
    return Entry(
        fact.event_id,
        fact.source_system,
        fact.source_seq,
        fact.event_time,
        fact.record_time,
        None if isinstance(fact, PurchaseOrder) else fact.supersedes,
        Purpose.ORIGINAL if fact.purpose is DUPLICATE else fact.purpose,
        fact.content[:CONTENT_BYTES],
        _DOCUMENTS[type(fact)](fact),
        fact.tz_offset_minutes,
        fact.facility_id,
    )


def _order(order: PurchaseOrder) -> Document:
    partial = order.partial and order.purpose in (Purpose.CHANGE, Purpose.REPLACE)
    lines = tuple(_ordered(line) for line in order.lines)
    return OrderDocument(
        order.po_number,
        order.version,
        order.supplier_id,
        order.order_date,
        order.match_policy,
        partial,
        lines,
        order.currency,
        order.buyer_id,
        order.ship_to,
        order.order_type,
        order.blanket_po,
    )


def _ordered(line: OrderLine) -> Ordered:
    return Ordered(
        line.line,
        line.quantity,
        line.uom,
        line.item_id,
        line.supplier_item,
        line.gtin,
        line.unit_price,
        line.price_uom,
        line.need_by,
        line.match_policy,
        line.under_tolerance_pct,
        line.over_tolerance_pct,
        line.cancelled,
        line.ship_to,
    )


def _ack(ack: PurchaseOrderAck) -> Document:
    lines = tuple(
        Answered(
            line.line,
            line.item_id,
            line.supplier_item,
            line.gtin,
            tuple(map(_status, line.statuses)),
        )
        for line in ack.lines
    )
    technical = ack.level is not AckLevel.BUSINESS
    return AckDocument(ack.ack_id, ack.po_version, technical, ack.ack_type, ack.change_response, lines)


def _status(said: AckStatus) -> Status:
    return Status(
        said.code,
        said.quantity,
        said.uom,
        said.date,
        said.date_qualifier,
        said.unit_price,
        said.item_id,
        said.supplier_item,
        said.price_uom,
    )


def _moved(line: ShipmentLine | ReceiptLine) -> Moved:
    names = line.line, line.item_id, line.supplier_item, line.gtin
    condition, place = (line.condition, line.location_id) if isinstance(line, ReceiptLine) else ("", None)
    return Moved(*names, line.quantity, line.uom, line.lot, condition, place)


def _billed(line: InvoiceLine) -> Billed:
    names = line.line, line.item_id, line.supplier_item, line.gtin
    return Billed(*names, line.quantity, line.uom, line.unit_price, line.price_uom, line.extended)


def _allowance(charge: Charge) -> Billed:
    """An amount given back for a line, no goods with it."""
    return Billed(charge.line, None, None, None, 0, "", None, None, charge.amount)


def _shipment(shipment: Shipment) -> Document:
    announces = shipment.kind is ShipmentKind.ASN
    lines = tuple(map(_moved, shipment.lines))
    packs = tuple(dict.fromkeys(_sscc(line.sscc) for line in shipment.lines if line.sscc))
    return ShipmentDocument(shipment.shipment_id, announces, shipment.ship_date, lines, shipment.eta, packs)


def _sscc(key: str) -> str:
    """Without the application identifier (00) that scanners and X12 MAN segments put before it."""
    return key[2:] if len(key) == 20 and key.startswith("00") else key


def _receipt(receipt: Receipt) -> Document:
    returns = receipt.kind is ReceiptKind.RETURN
    lines = tuple(map(_moved, receipt.lines))
    return ReceiptDocument(receipt.receipt_id, returns, receipt.received_at, receipt.shipment_id, receipt.final, lines)


def _invoice(invoice: Invoice) -> Document:
    credit = invoice.kind is InvoiceKind.CREDIT
    allowances = [charge for charge in invoice.charges if credit and charge.line is not None]
    return InvoiceDocument(
        invoice.invoice_number,
        credit,
        (*map(_billed, invoice.lines), *map(_allowance, allowances)),
        invoice.currency,
        invoice.supplier_id,
        invoice.invoice_date,
        invoice.total,
        sum(charge.amount for charge in invoice.charges if charge not in allowances),
        invoice.tax,
        invoice.freight,
        invoice.ref_invoice,
        invoice.document_total,
    )


_DOCUMENTS: dict[type[Fact], Callable[[Any], Document]] = {
    PurchaseOrder: _order,
    PurchaseOrderAck: _ack,
    Shipment: _shipment,
    Receipt: _receipt,
    Invoice: _invoice,
}
