"""Facts about purchase orders, from the order to its invoice."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import AckLevel, InvoiceKind, MatchPolicy, ReceiptKind, ShipmentKind
from app.domain.facts.envelope import Fact


class OrderLine(Struct, frozen=True, gc=False):
    """One line of a purchase order."""

    line: str
    quantity: int
    uom: str
    item_id: str | None
    supplier_item: str | None
    gtin: str | None
    description: str | None
    unit_price: int | None
    price_uom: str | None
    need_by: int | None
    ship_to: str | None
    match_policy: MatchPolicy | None
    under_tolerance_pct: int | None
    over_tolerance_pct: int | None
    cancelled: bool


class PurchaseOrder(Fact, frozen=True):
    """An order, its change, cancel or confirmation (850, 860)."""

    po_number: str
    version: int
    supplier_id: str
    currency: str
    buyer_id: str | None
    ship_to: str | None
    order_date: int | None
    order_type: str | None
    blanket_po: str | None
    match_policy: MatchPolicy
    contract_id: str | None
    partial: bool
    lines: tuple[OrderLine, ...]


class AckStatus(Struct, frozen=True, gc=False):
    """One code about one line (X12 668)."""

    code: str
    quantity: int | None
    uom: str | None
    date: int | None
    date_qualifier: str | None
    unit_price: int | None
    price_uom: str | None
    item_id: str | None
    supplier_item: str | None
    note: str | None


class AckLine(Struct, frozen=True, gc=False):
    """What the supplier says of one line."""

    line: str | None
    item_id: str | None
    supplier_item: str | None
    gtin: str | None
    statuses: tuple[AckStatus, ...]


class PurchaseOrderAck(Fact, frozen=True):
    """A supplier's answer (855, 865), or the word that an order arrived (997, 824)."""

    ack_id: str
    po_number: str
    ack_date: int
    po_version: int | None
    level: AckLevel
    ack_type: str | None
    supplier_order: str | None
    change_response: bool
    lines: tuple[AckLine, ...]


class ShipmentLine(Struct, frozen=True, gc=False):
    """What one line of an order ships."""

    quantity: int
    uom: str
    line: str | None
    item_id: str | None
    supplier_item: str | None
    gtin: str | None
    lot: str | None
    serial: str | None
    expiry: int | None
    sscc: str | None


class Shipment(Fact, frozen=True):
    """An advance ship notice (856) or a milestone (214)."""

    shipment_id: str
    kind: ShipmentKind
    po_number: str | None
    ship_date: int | None
    eta: int | None
    carrier: str | None
    tracking: str | None
    milestone: str | None
    lines: tuple[ShipmentLine, ...]
    final: bool


class ReceiptLine(Struct, frozen=True, gc=False):
    """What came, or went back, of one line; condition is X12 412."""

    quantity: int
    uom: str
    condition: str
    line: str | None
    item_id: str | None
    supplier_item: str | None
    gtin: str | None
    location_id: str | None
    lot: str | None
    serial: str | None
    expiry: int | None


class Receipt(Fact, frozen=True):
    """Goods received or returned (861); it moves no stock."""

    receipt_id: str
    received_at: int
    kind: ReceiptKind
    po_number: str | None
    shipment_id: str | None
    rma: str | None
    lines: tuple[ReceiptLine, ...]
    final: bool


class InvoiceLine(Struct, frozen=True, gc=False):
    """What one line bills."""

    quantity: int
    uom: str
    line: str | None
    item_id: str | None
    supplier_item: str | None
    gtin: str | None
    unit_price: int | None
    price_uom: str | None
    extended: int | None


class Charge(Struct, frozen=True, gc=False):
    """A charge beside the lines."""

    code: str
    amount: int
    line: str | None


class Invoice(Fact, frozen=True):
    """A supplier's invoice or credit memo (810)."""

    invoice_number: str
    supplier_id: str
    invoice_date: int
    currency: str
    total: int
    kind: InvoiceKind
    po_number: str | None
    ref_invoice: str | None
    due_date: int | None
    lines: tuple[InvoiceLine, ...]
    charges: tuple[Charge, ...]
    tax: int
    freight: int
    document_total: int | None
