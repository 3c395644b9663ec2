"""One contribution added. Orders tell differences, so that nothing needs to be kept of each of them but which came."""

from __future__ import annotations

from typing import Any

from app.domain.heard import Heard, hear_once, swept
from app.domain.internal import COUNTERS, Contribution
from app.domain.log import Log
from app.domain.outcome import Mark, Outcome
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement
from app.domain.suppliers.figures import figures
from app.domain.suppliers.state import Supplier

ORDERS = "purchase-orders"


def apply(supplier: Supplier, told: Contribution, log: Log[Heard, Any], now: int, policy: Policy) -> Outcome:
    """Add what an order says, once."""
    if not hear_once(log, told.po_number, ORDERS, told.state_version, told.record_time):
        return Outcome(False, (), (Mark.DUPLICATE,))
    supplier.swept = swept(log, supplier.swept, told.record_time)
    supplier.supplier_id, supplier.facility_id = told.supplier_id, told.facility_id
    sums = [*supplier.sums, *[0] * (len(COUNTERS) - len(supplier.sums))]
    supplier.sums = [had + getattr(told, name) for name, had in zip(COUNTERS, sums, strict=True)]
    return Outcome(True)


def judge(supplier: Supplier, log: Log[Heard, Any], now: int, policy: Policy) -> Judgement:
    """A record is no condition: rules speak of orders."""
    return Judgement((), None)


def view(supplier: Supplier, log: Log[Heard, Any], now: int, policy: Policy) -> dict[str, Any]:
    """The sums and what they come to."""
    sums = dict(zip(COUNTERS, supplier.sums, strict=False))
    return {
        "key": supplier.key,
        "supplier_id": supplier.supplier_id,
        "facility_id": supplier.facility_id,
        **sums,
        "figures": figures(sums),
        "open_alerts": [],
    }
