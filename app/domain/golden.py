"""Golden records: what counts of the masters under one id; and all of them, as every worker knows them.

Units are those of the facts; `version` and `event_id` are those of the MASTER record that counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from app.domain.codes import Abc, LocationKind, SupplierStatus
from app.domain.facts.masters import SupplierItem, UnitOfMeasure
from app.domain.internal import Internal, joined

G = TypeVar("G")
TOPICS = {"item": "item-master", "supplier": "supplier-master", "location": "location-master"}  # by kind


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
    retired_from: int | None = None  # since when (ms) it is inactive or replaced, in whichever versions


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


class Packing(Struct, kw_only=True, frozen=True):
    """In what units an item is counted from a time (ms) on; without a base unit it has no master then."""

    valid_from: int
    event_id: str
    base_uom: str | None = None
    uoms: tuple[UnitOfMeasure, ...] = ()


Packings = tuple[GoldenItem | Packing, ...]  # versions of one item, in the order of time


class GoldenRecord(Internal, kw_only=True, frozen=True):
    """All that counts under one id; of several records of an id the highest state_version holds."""

    id: str
    told: tuple[str, ...] = ()  # the master topics that ever had a record under this id
    item: GoldenItem | None = None
    supplier: GoldenSupplier | None = None
    location: GoldenLocation | None = None
    packings: tuple[Packing, ...] = ()  # of the item, in the order of time; nothing where they never changed

    @property
    def key(self) -> str:
        return self.id


def sold_as(supplier_id: str | None, supplier_item: str) -> str:
    """One name of what a supplier calls an item, for who knows it by nothing else."""
    return joined(supplier_id, supplier_item)


def _names_of(item: GoldenItem | None) -> set[str]:
    return set() if item is None else {sold_as(sold.supplier_id, sold.item) for sold in item.supplier_items}


class Sold(NamedTuple):
    """The items that a supplier calls by one name; `version` rises when they change."""

    version: int
    items: tuple[str, ...]


NOTHING_SOLD = Sold(0, ())


class Masters:
    """What a worker knows of items, suppliers and locations; empty until golden records come."""

    def __init__(self) -> None:
        self.items: dict[str, GoldenItem] = {}
        self.suppliers: dict[str, GoldenSupplier] = {}
        self.locations: dict[str, GoldenLocation] = {}
        self.told: set[str] = set()  # master topics that ever had a record
        self._kinds: dict[str, dict[str, Any]] = {
            "item": self.items,
            "supplier": self.suppliers,
            "location": self.locations,
        }
        self._packings: dict[str, tuple[Packing, ...]] = {}  # of items that were counted in other packs before
        self._sold: dict[str, Sold] = {}  # by `sold_as`
        self._versions: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._versions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Masters) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it grows

    def version(self, key: str) -> int:
        """Of the golden record of an id, or of a `sold_as`; rises with what is said of it, 0 where nothing was."""
        return self._versions.get(key, 0) or self._sold.get(key, NOTHING_SOLD).version

    def take(self, record: GoldenRecord) -> list[str]:
        """Take a golden record in: its id and what suppliers call it, before or now; nothing where it is no news."""
        if record.state_version <= self._versions.get(record.id, 0):
            return []
        self._versions[record.id] = record.state_version
        self.told.update(record.told)
        names = self._cross(record)
        _put(self.items, record.id, record.item)
        _put(self.suppliers, record.id, record.supplier)
        _put(self.locations, record.id, record.location)
        _put(self._packings, record.id, record.packings or None)
        return [record.id, *sorted(names)]

    def take_all(self, records: Iterable[GoldenRecord]) -> list[str] | None:
        """Take golden records in: the ids that changed, and what suppliers call them; None for any where a topic had
        its first record."""
        told = len(self.told)
        changed = [name for record in records for name in self.take(record)]
        return changed if len(self.told) == told else None

    def _cross(self, record: GoldenRecord) -> set[str]:
        """Keep what suppliers call an item in step with its master; returns what they called it, or call it now."""
        before, after = _names_of(self.items.get(record.id)), _names_of(record.item)
        for name in before ^ after:
            known = self._sold.get(name, NOTHING_SOLD)
            others = tuple(item for item in known.items if item != record.id)
            self._sold[name] = Sold(known.version + 1, (*others, record.id) if name in after else others)
        return before | after

    def sold(self, supplier_id: str | None, supplier_item: str) -> str | None:
        """The only item that a supplier calls so; None where there is none, or more than one."""
        items = self._sold.get(sold_as(supplier_id, supplier_item), NOTHING_SOLD).items
        return items[0] if len(items) == 1 else None

    def packings(self, item_id: str, since: int | None = None) -> Packings:
        """How an item is counted from a time (ms) on, or ever: the version of that time first, then those after it.

        What is older than the first version has what that one says: nobody says anything else of it.
        """
        known = self._packings.get(item_id)
        if known is None:
            item = self.items.get(item_id)
            return () if item is None else (item,)
        passed = sum(packing.valid_from <= since for packing in known[1:]) if since is not None else 0
        return known[passed:]

    def successors(self, item: GoldenItem) -> list[str]:
        """The items that take the place of a replaced one, one after the other; a circle is gone round once."""
        passed: list[str] = []
        following: GoldenItem | None = item
        while following is not None and following.replaced_by is not None and following.replaced_by not in passed:
            passed.append(following.replaced_by)
            following = self.items.get(following.replaced_by)
        return passed

    def successor(self, item: GoldenItem) -> str | None:
        """The last of these; None where it is replaced again (a circle), or inactive."""
        last = next(reversed(self.successors(item)), None)
        known = self.items.get(last or "")
        return last if known is None or (known.active and known.replaced_by is None) else None

    def lack(self, kind: str, name: str) -> bool:
        """Whether masters of a kind have come, and none of them counts under this id."""
        return TOPICS[kind] in self.told and name not in self._kinds[kind]


def _put(known: dict[str, G], key: str, golden: G | None) -> None:
    if golden is None:
        known.pop(key, None)
    else:
        known[key] = golden
