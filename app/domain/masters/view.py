"""The view of an id: what a query and a backtest's table show."""

from __future__ import annotations

from typing import Any

import msgspec

from app.domain.log import Log
from app.domain.masters.state import Master, Slot
from app.domain.masters.work import subject
from app.domain.policy import Policy
from app.domain.quantities import text
from app.domain.rules.judge import open_alerts

SCALES = {"factor": 4, "per": 4, "standard_cost": 6}
Shown = dict[str, Any]


def view(master: Master, log: Log[Any, Any], now: int, policy: Policy) -> Shown:
    """Decimals are strings without trailing zeros; null for what no record ever spoke of."""
    slots = {kind: _slot(slot) if slot.told else None for kind, slot in master.slots}
    return {"key": master.key, **slots, "open_alerts": _alerts(master)}


def _slot(slot: Slot[Any]) -> Shown:
    copies = [{"source_system": source, "version": copy.version} for source, copy in sorted(slot.copies.items())]
    golden = None if slot.golden is None else _decimals(msgspec.to_builtins(slot.golden))
    return {"master": golden, "copies": copies}


def _decimals(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: text(part, SCALES[name]) if name in SCALES and part is not None else _decimals(part)
            for name, part in value.items()
        }
    return [_decimals(part) for part in value] if isinstance(value, list | tuple) else value


def _alerts(master: Master) -> list[Shown]:
    alerts = [alert for kind, slot in master.slots for alert in open_alerts(slot.memory, subject(kind, master))]
    return sorted(alerts, key=lambda alert: (alert["code"], alert["evidence"], alert["alert_id"]))
