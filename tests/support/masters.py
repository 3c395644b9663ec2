"""Records of masters for tests."""

from __future__ import annotations

import hashlib
from typing import Any

from app.domain.codes import LocationKind, Purpose, Role, SupplierStatus
from app.domain.facts import Fact, ItemMaster, LocationMaster, Removed, SupplierMaster, UnitOfMeasure
from app.domain.golden import GoldenRecord
from app.domain.internal import Citation
from app.domain.masters import apply, new
from app.domain.policy import Policy
from tables.masters import MASTERS
from tests.support.facts import fact
from tests.support.following import Following
from tests.support.movements import START

ITEM, SUPPLIER, LOCATION = "GLOVES-M", "SUP-1", "MAIN"
ONE = 10_000


def item(version: int = 1, at: int = 0, **fields: Any) -> ItemMaster:
    """Of GLOVES-M, written down at START + `at` ms; a COPY with `copy_of` naming who holds it."""
    said = {"item_id": ITEM, "description": "Glove, medium", "base_uom": "EA", "valid_from": 0, "active": True}
    return fact(ItemMaster, **_envelope("item", version, at, said | fields))


def supplier(version: int = 1, at: int = 0, **fields: Any) -> SupplierMaster:
    said = {"supplier_id": SUPPLIER, "legal_name": "Glovers Ltd", "status": SupplierStatus.ACTIVE}
    return fact(SupplierMaster, **_envelope("supplier", version, at, said | fields))


def location(version: int = 1, at: int = 0, **fields: Any) -> LocationMaster:
    said = {"location_id": LOCATION, "facility_id": "H1", "kind": LocationKind.STOREROOM, "perpetual": True}
    return fact(LocationMaster, **_envelope("location", version, at, said | {"active": True} | fields))


def cited(kind: str, name: str, version: int = 1, by: str = "PO-1", at: int = 0, stands: bool = True) -> Citation:
    """That somebody names an id without a master, told at START + `at` ms."""
    return Citation(record_time=START + at, state_version=version, id=name, kind=kind, entity=by, stands=stands)


def removed(topic: str = "item-master") -> Removed:
    """A tombstone."""
    return fact(Removed, event_id="", source_system="", event_time=0, record_time=0, topic=topic)


def unit(uom: str, factor: int, per: int = 1, supplier_id: str | None = None) -> UnitOfMeasure:
    """`per` of it are `factor` of the base unit."""
    return UnitOfMeasure(uom, factor * ONE, per * ONE, supplier_id, None)


def _envelope(kind: str, version: int, at: int, said: dict[str, Any]) -> dict[str, Any]:
    copied_by = said.pop("copy_of", None)
    source = copied_by or said.pop("source_system", "mdm")
    said["purpose"] = Purpose(said.pop("purpose", "ORIGINAL"))
    content = hashlib.sha256(repr((kind, version, source, sorted(said.items()))).encode()).digest()
    return {
        "event_id": f"{kind}-{source}-{version}",
        "source_system": source,
        "event_time": START + at,
        "record_time": START + at,
        "version": version,
        "role": Role.COPY if copied_by else Role.MASTER,
        "content": content,
        **said,
    }


def knowing(*records: Fact, policy: Policy | None = None) -> Policy:
    """A policy that knows these masters."""
    policy = policy or Policy()
    for record in records:
        know(policy, record)
    return policy


def know(policy: Policy, *versions: Any) -> None:
    """Let the golden record of a master be known, by the table that decides of its versions, once all are valid."""
    last = versions[-1]
    key = getattr(last, "item_id", None) or getattr(last, "supplier_id", None) or last.location_id
    state = new(key)
    state.version = last.version  # rises with the master's
    now = max(max(record.record_time, getattr(record, "valid_from", 0)) for record in versions)
    for record in versions:
        for output in apply(state, record, None, now, policy).outputs:  # type: ignore[arg-type]
            if isinstance(output, GoldenRecord):
                policy.masters.take(output)


class Deciding:
    """The masters' table beside another one: what it decides is known to a policy; returns the ids that changed."""

    def __init__(self, policy: Policy) -> None:
        self.table, self.policy, self._heard = Following(MASTERS), policy, 0

    def take(self, record: ItemMaster, now: int) -> list[str]:
        self.table.take(record.item_id, [record], now=now)
        return self._tell()

    def wait_until(self, time: int) -> list[str]:
        self.table.wait_until(time)
        return self._tell()

    def _tell(self) -> list[str]:
        news, self._heard = self.table.outputs[self._heard :], len(self.table.outputs)
        golden = [output for output in news if isinstance(output, GoldenRecord)]
        return [record.id for record in golden if self.policy.masters.take(record)]
