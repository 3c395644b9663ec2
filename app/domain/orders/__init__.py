"""Purchase orders: documents joined into one state, whatever their order and however often they came."""

from app.domain.orders.entry import Entry
from app.domain.orders.state import Order, new
from app.domain.orders.work import apply, judge, masters, view

__all__ = ["Entry", "Order", "apply", "judge", "masters", "new", "view"]
