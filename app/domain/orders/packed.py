"""Packs: logistic units (pallets, cartons) that shipments name by their SSCC.

An SSCC may be given again a year after its goods were shipped (GS1 General Specifications).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.domain.orders.entry import Entry
from app.domain.policy import DAY

if TYPE_CHECKING:
    from app.domain.orders.picture import Goods

DIGITS = 18
REUSED_AFTER = 365 * DAY


def shipped_twice(shipments: Sequence[Goods]) -> dict[str, list[Entry]]:
    """Packs that several shipments of an order name, with the first notice of each of these in document order."""
    if len(shipments) < 2:
        return {}
    named: dict[str, dict[str, Entry]] = {}
    for goods in shipments:
        shipment: Any = goods.entry.document
        for sscc in filter(_is_number, shipment.packs):
            named.setdefault(sscc, {}).setdefault(shipment.number, goods.entry)
    found = {sscc: _one_pack(list(notices.values())) for sscc, notices in named.items()}
    return {sscc: notices for sscc, notices in found.items() if notices}


def _is_number(sscc: str) -> bool:
    """Whether it may be somebody's pack, right or misread: "N/A" is no pack that leaves twice."""
    return len(sscc) == DIGITS and sscc.isascii() and sscc.isdigit()


def _one_pack(notices: list[Entry]) -> list[Entry]:
    """Those that come less than a year before or after another: they mean one pack."""
    again = [then.event_time - first.event_time < REUSED_AFTER for first, then in pairwise(notices)]
    near = zip(notices, [False, *again], [*again, False], strict=True)
    return [notice for notice, before, after in near if before or after]
