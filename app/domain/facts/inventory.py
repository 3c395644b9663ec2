"""Facts about stock positions."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import CountMethod, Movement, StockStatus
from app.domain.facts.envelope import Fact


class InventoryEvent(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """One movement of one stock position."""

    item_id: str
    location_id: str
    movement: Movement
    quantity: int
    uom: str
    lot: str | None = None
    serial: str | None = None
    expiry: int | None = None
    gtin: str | None = None
    stock_status: StockStatus = StockStatus.AVAILABLE
    all_lots: bool = False
    owner_id: str | None = None
    reason: str | None = None
    ref_po: str | None = None
    ref_line: str | None = None
    ref_document: str | None = None
    transfer_id: str | None = None


class SnapshotLine(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What one lot of one status held."""

    quantity: int
    uom: str
    lot: str | None = None
    stock_status: StockStatus = StockStatus.AVAILABLE


class InventorySnapshot(Fact, kw_only=True, frozen=True, omit_defaults=True):
    """What a system of record held as of a time."""

    snapshot_id: str
    item_id: str
    location_id: str
    as_of: int
    method: CountMethod
    owner_id: str | None = None
    lines: tuple[SnapshotLine, ...] = ()
    all_lots: bool = False
    complete: bool = False
