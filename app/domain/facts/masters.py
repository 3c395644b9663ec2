"""Facts about what items, suppliers and locations are."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Abc, LocationKind, Role, SupplierStatus
from app.domain.facts.envelope import Fact


class SupplierItem(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What a supplier calls an item."""

    supplier_id: str
    item: str


class UnitOfMeasure(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """base quantity = quantity x factor / per (both 1/10,000)."""

    uom: str
    factor: int
    per: int = 10_000
    supplier_id: str | None = None
    gtin: str | None = None


class ItemMaster(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """What an item is."""

    item_id: str
    version: int
    description: str
    base_uom: str
    valid_from: int
    role: Role = Role.MASTER
    gtin: str | None = None
    ndc: str | None = None
    unspsc: str | None = None
    manufacturer: str | None = None
    manufacturer_item: str | None = None
    supplier_items: tuple[SupplierItem, ...] = ()
    uoms: tuple[UnitOfMeasure, ...] = ()
    lot_tracked: bool = False
    serial_tracked: bool = False
    abc: Abc | None = None
    critical: bool = False
    standard_cost: int | None = None
    currency: str | None = None
    active: bool = True
    replaced_by: str | None = None


class SupplierMaster(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """Who a supplier is."""

    supplier_id: str
    version: int
    legal_name: str
    status: SupplierStatus
    role: Role = Role.MASTER
    parent_id: str | None = None
    tax_id_hash: str | None = None
    duns: str | None = None
    gln: str | None = None
    remit_hash: str | None = None
    postcode: str | None = None
    country: str | None = None
    phone: str | None = None
    sends_acks: bool | None = None
    sends_asns: bool | None = None
    ack_sla_minutes: int | None = None
    calendar: str | None = None
    aliases: tuple[str, ...] = ()


class LocationMaster(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """What a location is."""

    location_id: str
    version: int
    facility_id: str
    kind: LocationKind
    role: Role = Role.MASTER
    perpetual: bool = True
    time_zone: str | None = None
    calendar: str | None = None
    gln: str | None = None
    active: bool = True


class Removed(Fact, kw_only=True, frozen=True):
    """A tombstone: the master's entry under the record's key is gone. Its envelope is empty, its time 0."""
