"""Every topic, one row each: adding a topic is adding a row here and a schema in `schemas/avro`."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from app.domain import facts, internal, outputs
from app.domain.golden import GoldenRecord

DAY_MS = 86_400_000
REREAD_MS = 30 * DAY_MS


class Key(StrEnum):
    """What a topic's key says."""

    POSITION = "item@location"
    ORDER = "po_number"
    ITEM = "item_id"
    SUPPLIER = "supplier_id"
    LOCATION = "location_id"
    ENTITY = "entity id"
    MASTER = "the id of an item, supplier or location"
    SUPPLIER_FACILITY = "supplier_id@facility_id"
    BLOCK = "kind@ids in common"
    OWN = "the record's own key"


class Topic(NamedTuple):
    """One topic of the contracts."""

    name: str
    key: Key
    record: type[Struct] | None  # None: the schema is there, its writer comes later
    schema: str  # schemas/avro/<schema>.v<n>.avsc
    compacted: bool = False
    retention_ms: int = 400 * DAY_MS
    large: bool = False  # whether its records may be as large as ours ever are, packed
    document: str | None = None  # the field that keys a document which belongs to no order

    @property
    def subject(self) -> str:
        """TopicNameStrategy."""
        return f"{self.name}-value"


INPUTS = (
    Topic("inventory-events", Key.POSITION, facts.InventoryEvent, "inventory_event"),
    Topic("inventory-snapshots", Key.POSITION, facts.InventorySnapshot, "inventory_snapshot"),
    Topic("purchase-orders", Key.ORDER, facts.PurchaseOrder, "purchase_order"),
    Topic("po-acks", Key.ORDER, facts.PurchaseOrderAck, "purchase_order_ack"),
    Topic("shipments", Key.ORDER, facts.Shipment, "shipment", document="shipment_id"),
    Topic("receipts", Key.ORDER, facts.Receipt, "receipt", document="receipt_id"),
    Topic("invoices", Key.ORDER, facts.Invoice, "invoice", document="invoice_number"),
    Topic("item-master", Key.ITEM, facts.ItemMaster, "item_master", compacted=True),
    Topic("supplier-master", Key.SUPPLIER, facts.SupplierMaster, "supplier_master", compacted=True),
    Topic("location-master", Key.LOCATION, facts.LocationMaster, "location_master", compacted=True),
)
OUTPUTS = (
    Topic("inventory-corrected", Key.POSITION, outputs.CorrectedInventory, "corrected_inventory"),
    Topic("po-corrected", Key.ORDER, outputs.CorrectedPurchaseOrder, "corrected_purchase_order", large=True),
    Topic("alerts", Key.ENTITY, outputs.Alert, "alert"),
    Topic("reconciliation-variances", Key.POSITION, None, "inventory_variance"),
    Topic("dead-letters", Key.OWN, outputs.DeadLetter, "dead_letter", large=True),
)
INTERNAL = (  # from one table to another: kept for as long as a worker may have to read them again
    Topic("order-contributions", Key.SUPPLIER_FACILITY, internal.Contribution, "contribution", retention_ms=REREAD_MS),
    Topic("sightings", Key.BLOCK, internal.Sighting, "sighting", retention_ms=REREAD_MS),
    Topic("citations", Key.MASTER, internal.Citation, "citation", retention_ms=REREAD_MS),
    Topic("golden-records", Key.MASTER, GoldenRecord, "golden_record", compacted=True),
)
TOPICS = {topic.name: topic for topic in (*INPUTS, *OUTPUTS, *INTERNAL)}
INPUT_NAMES = frozenset(topic.name for topic in INPUTS)
INTERNAL_NAMES = frozenset(topic.name for topic in INTERNAL)
READ_NAMES = INPUT_NAMES | INTERNAL_NAMES
# Where a record goes that a turn made.
OUTPUT_TOPICS = {topic.record: topic.name for topic in (*OUTPUTS, *INTERNAL) if topic.record is not None}
