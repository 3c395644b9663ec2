"""What the master tables say now: items, suppliers and locations, as every worker reads them."""

from __future__ import annotations

from app.domain.facts import ItemMaster, LocationMaster, SupplierMaster


class Masters:
    """The newest MASTER record of each id; empty until a master topic has had a record."""

    def __init__(self) -> None:
        self.items: dict[str, ItemMaster] = {}
        self.suppliers: dict[str, SupplierMaster] = {}
        self.locations: dict[str, LocationMaster] = {}
