"""The view of an order: what a query and a backtest's table show."""

from __future__ import annotations

from typing import Any

from app.domain.orders.changes import shown
from app.domain.orders.state import Derived, Line, Order
from app.domain.rules.judge import Subject, open_alerts

FIELDS = Line.__struct_fields__


def render(order: Order, derived: Derived, subject: Subject) -> dict[str, Any]:
    """Decimals are strings without trailing zeros, dates YYYY-MM-DD."""
    return {
        "key": order.key,
        "po_number": order.po_number,
        "life": derived.life.value,
        "ack": derived.ack.value,
        "fulfilment": derived.fulfilment.value,
        "invoicing": derived.invoicing.value,
        "lines": [{name: shown(name, getattr(line, name)) for name in FIELDS} for line in derived.lines],
        "open_alerts": open_alerts(order.memory, subject),
    }
