"""What happened, as the feeds say it: one struct a record of the contracts, field for field.

Quantities and amounts are integers of 1/10,000, unit prices and standard costs of 1/1,000,000, times milliseconds
UTC, dates days since 1970-01-01, percentages of 1/10,000. `content` is the SHA-256 of what the record says, whoever
sends it again and however (`app.contracts.content`). No field has a default here: the schemas say what is left out.
"""

from app.domain.facts.envelope import Fact
from app.domain.facts.inventory import InventoryEvent, InventorySnapshot, SnapshotLine
from app.domain.facts.masters import ItemMaster, LocationMaster, Removed, SupplierItem, SupplierMaster, UnitOfMeasure
from app.domain.facts.orders import (
    AckLine,
    AckStatus,
    Charge,
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

__all__ = [
    "AckLine",
    "AckStatus",
    "Charge",
    "Fact",
    "InventoryEvent",
    "InventorySnapshot",
    "Invoice",
    "InvoiceLine",
    "ItemMaster",
    "LocationMaster",
    "OrderLine",
    "PurchaseOrder",
    "PurchaseOrderAck",
    "Receipt",
    "ReceiptLine",
    "Removed",
    "Shipment",
    "ShipmentLine",
    "SnapshotLine",
    "SupplierItem",
    "SupplierMaster",
    "UnitOfMeasure",
]
