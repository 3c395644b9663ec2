"""Facts about what items, suppliers and locations are."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Abc, LocationKind, Role, SupplierStatus
from app.domain.facts.envelope import Fact


class SupplierItem(Struct, frozen=True):
    """What a supplier calls an item."""

    supplier_id: str
    item: str


class UnitOfMeasure(Struct, frozen=True):
    """base quantity = quantity x factor / per (both 1/10,000)."""

    uom: str
    factor: int
    per: int
    supplier_id: str | None
    gtin: str | None


class ItemMaster(Fact, frozen=True):
    """What an item is."""

    item_id: str
    version: int
    description: str
    base_uom: str
    valid_from: int
    role: Role
    gtin: str | None
    ndc: str | None
    unspsc: str | None
    manufacturer: str | None
    manufacturer_item: str | None
    supplier_items: tuple[SupplierItem, ...]
    uoms: tuple[UnitOfMeasure, ...]
    lot_tracked: bool
    serial_tracked: bool
    abc: Abc | None
    critical: bool
    standard_cost: int | None
    currency: str | None
    active: bool
    replaced_by: str | None


class SupplierMaster(Fact, frozen=True):
    """Who a supplier is."""

    supplier_id: str
    version: int
    legal_name: str
    status: SupplierStatus
    role: Role
    parent_id: str | None
    tax_id_hash: str | None
    duns: str | None
    gln: str | None
    remit_hash: str | None
    postcode: str | None
    country: str | None
    phone: str | None
    sends_acks: bool | None
    sends_asns: bool | None
    ack_sla_minutes: int | None
    calendar: str | None
    aliases: tuple[str, ...]


class LocationMaster(Fact, frozen=True):
    """What a location is."""

    location_id: str
    version: int
    facility_id: str
    kind: LocationKind
    role: Role
    perpetual: bool
    time_zone: str | None
    calendar: str | None
    gln: str | None
    active: bool


class Removed(Fact, frozen=True):
    """A tombstone: the entry under the record's key is gone from a master topic. Its envelope is empty, its time 0."""

    topic: str
