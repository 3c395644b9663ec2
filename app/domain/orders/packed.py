"""Packs: logistic units (pallets, cartons) that shipments name by their SSCC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.domain.orders.entry import Entry

if TYPE_CHECKING:
    from app.domain.orders.picture import Goods


def shipped_twice(shipments: Sequence[Goods]) -> dict[str, list[Entry]]:
    """Packs that several shipments of an order name, with the first notice of each of these in document order."""
    if len(shipments) < 2:
        return {}
    named: dict[str, dict[str, Entry]] = {}
    for goods in shipments:
        shipment: Any = goods.entry.document
        for sscc in shipment.packs:
            named.setdefault(sscc, {}).setdefault(shipment.number, goods.entry)
    return {sscc: list(notices.values()) for sscc, notices in named.items() if len(notices) > 1}
