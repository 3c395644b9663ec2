"""Golden records: what counts of the masters under one id, as every worker knows it.

Units are those of the facts; `version` and `event_id` are those of the MASTER record that counts.
"""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Abc, LocationKind, SupplierStatus
from app.domain.facts.masters import SupplierItem, UnitOfMeasure
from app.domain.internal import Internal


class GoldenItem(Struct, kw_only=True, frozen=True):
    """The item as its master says."""

    version: int
    event_id: str
    description: str
    base_uom: str
    valid_from: int
    gtin: str | None = None
    uoms: tuple[UnitOfMeasure, ...] = ()
    supplier_items: tuple[SupplierItem, ...] = ()
    lot_tracked: bool = False
    abc: Abc | None = None
    critical: bool = False
    standard_cost: int | None = None
    currency: str | None = None
    active: bool = True
    replaced_by: str | None = None


class GoldenSupplier(Struct, kw_only=True, frozen=True):
    """The supplier as its master says."""

    version: int
    event_id: str
    legal_name: str
    status: SupplierStatus
    gln: str | None = None
    sends_acks: bool | None = None
    sends_asns: bool | None = None
    ack_sla_minutes: int | None = None
    calendar: str | None = None


class GoldenLocation(Struct, kw_only=True, frozen=True):
    """The location as its master says."""

    version: int
    event_id: str
    facility_id: str
    kind: LocationKind
    perpetual: bool = True
    time_zone: str | None = None
    calendar: str | None = None
    gln: str | None = None
    active: bool = True


class GoldenRecord(Internal, kw_only=True, frozen=True):
    """All that counts under one id; of several records of an id the highest state_version holds."""

    id: str
    told: tuple[str, ...] = ()  # the master topics that ever had a record under this id
    item: GoldenItem | None = None
    supplier: GoldenSupplier | None = None
    location: GoldenLocation | None = None

    @property
    def key(self) -> str:
        return self.id
