"""What the log of an order keeps of each document: only what the fold and its alerts need.

Quantities are integers of 1/10,000 of their unit, amounts of 1/10,000, unit prices of 1/1,000,000, times ms UTC, dates
days since 1970. None can be part of a cycle, and Python's collector need not look at them (`gc`).
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct, structs

from app.domain.codes import MatchPolicy
from app.domain.quantities import TO_PRODUCT


class Named(Struct, frozen=True, array_like=True, gc=False):
    """How a line of a document says which order line it means."""

    line: str | None
    item_id: str | None
    supplier_item: str | None
    gtin: str | None

    @property
    def name(self) -> str:
        """What a person would call it."""
        return self.line or self.supplier_item or self.item_id or self.gtin or "?"


class Ordered(Struct, frozen=True, array_like=True, gc=False):
    """One line of an order document."""

    line: str
    quantity: int
    uom: str
    item_id: str | None
    supplier_item: str | None
    gtin: str | None
    unit_price: int | None
    price_uom: str | None
    need_by: int | None
    match_policy: MatchPolicy | None
    under_tolerance_pct: int | None
    over_tolerance_pct: int | None
    cancelled: bool
    ship_to: str | None = None

    def same_terms(self, other: Ordered) -> bool:
        """Whether an answer to one is an answer to the other."""
        return self._terms == other._terms

    @property
    def _terms(self) -> tuple[object, ...]:
        price = self.unit_price, self.price_uom
        return self.quantity, self.uom, self.item_id, self.supplier_item, price, self.need_by, self.cancelled


class Status(Struct, frozen=True, array_like=True, gc=False):
    """One code about one line (X12 668)."""

    code: str
    quantity: int | None
    uom: str | None
    date: int | None
    date_qualifier: str | None
    unit_price: int | None
    item_id: str | None
    supplier_item: str | None
    price_uom: str | None = None


class Answered(Named, frozen=True, array_like=True):
    """What a supplier says of one line."""

    statuses: tuple[Status, ...]


class Moved(Named, frozen=True, array_like=True):
    """A quantity shipped, received or returned; `condition` (X12 412) and `location_id` are a receipt's."""

    quantity: int
    uom: str
    lot: str | None = None
    condition: str = ""
    location_id: str | None = None

    def recounted(self, quantity: int, uom: str) -> Moved:
        """The same goods in another unit."""
        return structs.replace(self, quantity=quantity, uom=uom)


class Billed(Named, frozen=True, array_like=True):
    """What one line bills, or a credit gives back; no quantity: an amount alone. `extended` is an amount."""

    condition: ClassVar[str] = ""
    quantity: int
    uom: str
    unit_price: int | None
    price_uom: str | None
    extended: int | None

    @property
    def amount(self) -> int | None:
        """What it asks for, of ten decimal places; None where the price is another unit's, or none is given."""
        if self.extended is not None:
            return self.extended * TO_PRODUCT
        if not self.quantity:
            return 0
        return self.product

    @property
    def product(self) -> int | None:
        """Quantity times price, of ten decimal places; None where there is no price of this unit."""
        if self.unit_price is None or self.price_uom not in (None, self.uom):
            return None
        return self.quantity * self.unit_price

    @property
    def priced_per(self) -> str:
        """The unit that its price is of."""
        return self.price_uom or self.uom

    def recounted(self, quantity: int, uom: str) -> Billed:
        """The same goods in another unit, for the same money."""
        said = structs.asdict(self) | {"quantity": quantity, "uom": uom}
        return Repacked(**said, packs=self.quantity, pack=self.uom)


class Repacked(Billed, frozen=True, array_like=True):
    """The same in the unit of its order line; a price without a unit is that of the `packs` billed. Never kept."""

    packs: int
    pack: str

    @property
    def priced_per(self) -> str:
        return self.price_uom or self.pack

    @property
    def product(self) -> int | None:
        if self.unit_price is None or self.price_uom not in (None, self.pack, self.uom):
            return None
        return self.unit_price * (self.quantity if self.price_uom == self.uom else self.packs)


class OrderDocument(Struct, frozen=True, array_like=True, gc=False, tag=0):
    """850, 860 or a confirmation."""

    noun: ClassVar[str] = "order"
    number: str
    version: int
    supplier_id: str
    order_date: int | None
    match_policy: MatchPolicy
    partial: bool
    lines: tuple[Ordered, ...]
    currency: str
    buyer_id: str | None = None
    ship_to: str | None = None
    order_type: str | None = None  # X12 92
    blanket_po: str | None = None


class AckDocument(Struct, frozen=True, array_like=True, gc=False, tag=1):
    """855, 865, or a technical acknowledgement."""

    noun: ClassVar[str] = "acknowledgement"
    number: str
    po_version: int | None
    technical: bool
    ack_type: str | None
    change_response: bool
    lines: tuple[Answered, ...]


class ShipmentDocument(Struct, frozen=True, array_like=True, gc=False, tag=2):
    """856, or a milestone (`announces` false), which moves no quantity."""

    noun: ClassVar[str] = "shipment"
    number: str
    announces: bool
    ship_date: int | None
    lines: tuple[Moved, ...]
    eta: int | None = None
    packs: tuple[str, ...] = ()  # SSCCs that its lines name, each once


class ReceiptDocument(Struct, frozen=True, array_like=True, gc=False, tag=3):
    """861, or goods that went back (`returns`)."""

    noun: ClassVar[str] = "receipt"
    number: str
    returns: bool
    received_at: int
    shipment_id: str | None
    final: bool
    lines: tuple[Moved, ...]


class InvoiceDocument(Struct, frozen=True, array_like=True, gc=False, tag=4):
    """810, or a credit memo; `charges` is the sum of what belongs to no line, all amounts of four decimal places."""

    noun: ClassVar[str] = "invoice"
    number: str
    credit: bool
    lines: tuple[Billed, ...]
    currency: str
    supplier_id: str
    invoice_date: int
    total: int
    charges: int = 0
    tax: int = 0
    freight: int = 0
    ref_invoice: str | None = None
    document_total: int | None = None


Document = OrderDocument | AckDocument | ShipmentDocument | ReceiptDocument | InvoiceDocument
