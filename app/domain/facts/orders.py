"""Facts about purchase orders, from the order to its invoice."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import AckLevel, InvoiceKind, MatchPolicy, ReceiptKind, ShipmentKind
from app.domain.facts.envelope import Fact


class OrderLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One line of a purchase order."""

    line: str
    quantity: int
    uom: str
    item_id: str | None = None
    supplier_item: str | None = None
    gtin: str | None = None
    description: str | None = None
    unit_price: int | None = None
    price_uom: str | None = None
    need_by: int | None = None
    ship_to: str | None = None
    match_policy: MatchPolicy | None = None
    under_tolerance_pct: int | None = None
    over_tolerance_pct: int | None = None
    cancelled: bool = False


class PurchaseOrder(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """An order, its change, cancel or confirmation (850, 860)."""

    po_number: str
    version: int
    supplier_id: str
    currency: str
    buyer_id: str | None = None
    ship_to: str | None = None
    order_date: int | None = None
    order_type: str | None = None
    blanket_po: str | None = None
    match_policy: MatchPolicy = MatchPolicy.THREE_WAY_GR_FIRST
    contract_id: str | None = None
    partial: bool = False
    lines: tuple[OrderLine, ...] = ()


class AckStatus(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One code about one line (X12 668)."""

    code: str
    quantity: int | None = None
    uom: str | None = None
    date: int | None = None
    date_qualifier: str | None = None
    unit_price: int | None = None
    price_uom: str | None = None
    item_id: str | None = None
    supplier_item: str | None = None
    note: str | None = None


class AckLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the supplier says of one line."""

    line: str | None = None
    item_id: str | None = None
    supplier_item: str | None = None
    gtin: str | None = None
    statuses: tuple[AckStatus, ...] = ()


class PurchaseOrderAck(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """A supplier's answer (855, 865), or the word that an order arrived (997, 824)."""

    ack_id: str
    po_number: str
    ack_date: int
    po_version: int | None = None
    level: AckLevel = AckLevel.BUSINESS
    ack_type: str | None = None
    supplier_order: str | None = None
    change_response: bool = False
    lines: tuple[AckLine, ...] = ()


class ShipmentLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What one line of an order ships."""

    quantity: int
    uom: str
    line: str | None = None
    item_id: str | None = None
    supplier_item: str | None = None
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: int | None = None
    sscc: str | None = None


class Shipment(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """An advance ship notice (856) or a milestone (214)."""

    shipment_id: str
    kind: ShipmentKind = ShipmentKind.ASN
    po_number: str | None = None
    ship_date: int | None = None
    eta: int | None = None
    carrier: str | None = None
    tracking: str | None = None
    milestone: str | None = None
    lines: tuple[ShipmentLine, ...] = ()
    final: bool = False


class ReceiptLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What came, or went back, of one line; condition is X12 412."""

    quantity: int
    uom: str
    condition: str
    line: str | None = None
    item_id: str | None = None
    supplier_item: str | None = None
    gtin: str | None = None
    location_id: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: int | None = None


class Receipt(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """Goods received or returned (861); it moves no stock."""

    receipt_id: str
    received_at: int
    kind: ReceiptKind = ReceiptKind.RECEIPT
    po_number: str | None = None
    shipment_id: str | None = None
    rma: str | None = None
    lines: tuple[ReceiptLine, ...] = ()
    final: bool = False


class InvoiceLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What one line bills."""

    quantity: int
    uom: str
    line: str | None = None
    item_id: str | None = None
    supplier_item: str | None = None
    gtin: str | None = None
    unit_price: int | None = None
    price_uom: str | None = None
    extended: int | None = None


class Charge(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A charge beside the lines."""

    code: str
    amount: int
    line: str | None = None


class Invoice(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """A supplier's invoice or credit memo (810)."""

    invoice_number: str
    supplier_id: str
    invoice_date: int
    currency: str
    total: int
    kind: InvoiceKind = InvoiceKind.DEBIT
    po_number: str | None = None
    ref_invoice: str | None = None
    due_date: int | None = None
    lines: tuple[InvoiceLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    tax: int = 0
    freight: int = 0
    document_total: int | None = None
