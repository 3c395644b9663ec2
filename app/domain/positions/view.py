"""How a position shows itself to readers of the table."""

from __future__ import annotations

from typing import Any

from app.domain.codes import StockStatus
from app.domain.log import Log
from app.domain.policy import Policy
from app.domain.positions.entry import Entry
from app.domain.positions.state import Annex, Position
from app.domain.quantities import text
from app.domain.rules.judge import Subject, open_alerts


def subject(position: Position) -> Subject:
    """Whom its alerts are about."""
    return Subject(
        entity_type="position",
        entity_id=position.key,
        facility_id=position.facility_id,
        item_id=position.item_id,
        location_id=position.location_id,
    )


def view(position: Position, log: Log[Entry, Annex], now: int, policy: Policy) -> dict[str, Any]:
    """The position as the table's readers see it; nothing in it depends on the order of arrival."""
    mixed = len(position.units) > 1
    available = sum(s.balance for s in position.streams if s.stock_status is StockStatus.AVAILABLE)
    about = subject(position)
    return {
        "key": position.key,
        "item_id": position.item_id,
        "location_id": position.location_id,
        "on_hand": None if mixed else text(available),
        "reserved": None if mixed else text(sum(s.reserved for s in position.streams)),
        "balances": [
            {"lot": lot or None, "stock_status": status, "uom": uom, "quantity": text(quantity)}
            for lot, status, uom, quantity in _balances(position)
        ],
        "open_alerts": open_alerts(position.odd.memory, about) if position.odd else [],
    }


def _balances(position: Position) -> list[tuple[str, str, str, int]]:
    """(lot, stock status, unit, quantity), sorted, the null lot first."""
    return sorted(
        (lot, str(stream.stock_status), stream.uom, quantity)
        for stream in position.streams
        for lot, quantity in stream.lots.items()
        if quantity
    )
