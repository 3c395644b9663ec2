"""One contribution added. Orders tell differences, so that nothing needs to be kept of each of them but which came."""

from __future__ import annotations

from typing import Any

from app.domain.internal import COUNTERS, Contribution
from app.domain.log import Log
from app.domain.outcome import Mark, Outcome
from app.domain.policy import DAY, Policy
from app.domain.rules.judge import Judgement
from app.domain.suppliers.figures import figures
from app.domain.suppliers.state import Entry, Supplier

KNOWN_FOR = 60 * DAY  # longer than the topic keeps what could be read again
ORDERS = "purchase-orders"


def apply(supplier: Supplier, told: Contribution, log: Log[Entry, Any], now: int, policy: Policy) -> Outcome:
    """Add what an order says, once."""
    known = log.mentioning(told.po_number, told.record_time)
    if any(entry.source_seq == told.state_version for entry in known):
        return Outcome(False, (), (Mark.DUPLICATE,))
    log.append(Entry(told.po_number, ORDERS, told.state_version, told.record_time))
    _sweep(supplier, log, told.record_time - KNOWN_FOR)
    supplier.supplier_id, supplier.facility_id = told.supplier_id, told.facility_id
    sums = [*supplier.sums, *[0] * (len(COUNTERS) - len(supplier.sums))]
    supplier.sums = [had + getattr(told, name) for name, had in zip(COUNTERS, sums, strict=True)]
    return Outcome(True)


def _sweep(supplier: Supplier, log: Log[Entry, Any], before: int) -> None:
    """Once a day of contributions, let go of what came before a time (ms)."""
    if before > supplier.swept + DAY:
        supplier.swept = before
        log.forget(before)


def judge(supplier: Supplier, log: Log[Entry, Any], now: int, policy: Policy) -> Judgement:
    """A record is no condition: rules speak of orders."""
    return Judgement((), None)


def view(supplier: Supplier, log: Log[Entry, Any], now: int, policy: Policy) -> dict[str, Any]:
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
