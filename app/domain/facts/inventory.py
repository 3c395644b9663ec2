"""Facts about stock positions."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import CountMethod, Movement, StockStatus
from app.domain.facts.envelope import Fact


class InventoryEvent(Fact, frozen=True, gc=False):
    """One movement of one stock position."""

    item_id: str
    location_id: str
    movement: Movement
    quantity: int
    uom: str
    lot: str | None
    serial: str | None
    expiry: int | None
    gtin: str | None
    stock_status: StockStatus
    all_lots: bool
    owner_id: str | None
    reason: str | None
    ref_po: str | None
    ref_line: str | None
    ref_document: str | None
    transfer_id: str | None


class SnapshotLine(Struct, frozen=True):
    """What one lot of one status held."""

    quantity: int
    uom: str
    lot: str | None
    stock_status: StockStatus


class InventorySnapshot(Fact, frozen=True):
    """What a system of record held as of a time."""

    snapshot_id: str
    item_id: str
    location_id: str
    as_of: int
    method: CountMethod
    owner_id: str | None
    lines: tuple[SnapshotLine, ...]
    all_lots: bool
    complete: bool
