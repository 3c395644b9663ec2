"""What goes wrong between a source and us, as a table: a fault, what it happens to, and what must come of it.

A rate is the share of those it can happen to: of records, of positions or of orders. One record suffers one fault.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from app.dev.simulator import (
    answer_faults,
    bill_faults,
    change_faults,
    keeping,
    order_faults,
    pack_faults,
    record_faults,
    unit_faults,
)
from app.dev.simulator.courier import Courier
from app.dev.simulator.extra import garbage, orphan, refused, stale, wrong_cancel
from app.dev.simulator.feeds import DAY
from app.dev.simulator.scripts import Script
from app.dev.simulator.wire import Event
from app.errors import UsageError

USES = ("CONSUME", "ISSUE")


# --- the table -------------------------------------------------------------------------------------------------------


def _numbered(event: Event) -> bool:
    return not event.guarded and "source_seq" in event.value


def _movement(event: Event) -> bool:
    return not event.guarded and event.topic == "inventory-events"


def _of_critical(event: Event) -> bool:
    """A movement of an item whose master is never late."""
    return _movement(event) and event.about.item.critical


def _sound(event: Event) -> bool:
    """A movement of a position whose records have all come and still say what is on its shelf."""
    return _movement(event) and not event.about.muddled and event.at > event.about.quiet_from


def _use(event: Event) -> bool:
    return _sound(event) and event.value["movement"] in USES


def _just_used(event: Event) -> bool:
    """A movement not long after one that can be named by mistake."""
    used = event.about.last_use if _movement(event) else None
    return used is not None and event.at - used.at < 2 * DAY


def _rivalled(event: Event) -> bool:
    return not event.guarded and event.topic in ("inventory-events", "shipments", "receipts")


def _dated(event: Event) -> bool:
    return not event.guarded and event.topic in ("inventory-events", "receipts")


Act = Callable[[Courier, Event], None]
Bend = Callable[[Random, Script], None]


class RecordFault(NamedTuple):
    """Happens to a record that fits."""

    name: str
    act: Act
    fits: Callable[[Event], bool]


class OrderFault(NamedTuple):
    """Happens to a plain order that fits, as a whole."""

    name: str
    bend: Bend
    fits: Callable[[Script], bool]


RECORDS = (
    RecordFault("duplicate", record_faults.duplicate, lambda event: True),
    RecordFault("resend", record_faults.resend, lambda event: True),
    RecordFault("reorder", record_faults.reorder, lambda event: True),
    RecordFault("delay", record_faults.delay, _numbered),
    RecordFault("contradict", record_faults.contradict, _rivalled),
    RecordFault("implausible", record_faults.implausible, _dated),
    RecordFault("orphan", orphan, _rivalled),
    RecordFault("wrong-cancel", wrong_cancel, _just_used),
    RecordFault("lot-typo", record_faults.lot_typo, lambda event: _use(event) and "lot" in event.value),
    RecordFault("by-the-case", record_faults.by_the_case, _of_critical),
    RecordFault("over-issue", record_faults.over_issue, lambda event: _use(event) and "lot" not in event.value),
    RecordFault("stale", stale, _movement),
    RecordFault("garbage", garbage, lambda event: True),
    RecordFault("refused", refused, _rivalled),
)
ONCE = (RecordFault("lose", record_faults.lose, _numbered), RecordFault("mis-scale", record_faults.mis_scale, _use))
EARLY_CANCEL = "early-cancel"
CRITICAL = (answer_faults.ack_backorder, unit_faults.unlisted_unit, unit_faults.in_cases, unit_faults.cases_for_pieces)
FITTING: dict[Bend, Callable[[Script], bool]] = {
    **dict.fromkeys(CRITICAL, answer_faults.has_critical),
    answer_faults.slow_answer: answer_faults.promises,
}
ORDERS = tuple(
    OrderFault(bend.__name__.replace("_", "-"), bend, FITTING.get(bend, lambda script: True))
    for bend in (
        order_faults.unknown_po,
        order_faults.unknown_supplier,
        order_faults.retired_item,
        order_faults.dup_po,
        order_faults.twin_order,
        order_faults.ship_on_cancelled,
        order_faults.cancel_after_ship,
        order_faults.receipt_on_closed,
        order_faults.no_asn,
        order_faults.asn_receipt,
        order_faults.over_ship,
        order_faults.over_receipt,
        order_faults.shipped_before_ordered,
        order_faults.line_unmatched,
        order_faults.receipt_no_po,
        order_faults.stuck_ack,
        order_faults.unanswered_cancel,
        unit_faults.foreign_unit,
        unit_faults.unlisted_unit,
        unit_faults.in_cases,
        unit_faults.cases_for_pieces,
        pack_faults.misread_pack,
        pack_faults.pack_twice,
        order_faults.late,
        order_faults.lost_on_the_way,
        answer_faults.ack_ambiguous,
        answer_faults.ack_backorder,
        answer_faults.ack_rejected,
        answer_faults.ack_changed,
        answer_faults.ack_dearer,
        answer_faults.substituted,
        answer_faults.status_regression,
        answer_faults.no_ack,
        answer_faults.late_ack,
        answer_faults.slow_answer,
        answer_faults.ack_on_cancelled,
        answer_faults.transmission_rejected,
        change_faults.change_rejected,
        change_faults.cancel_rejected,
        change_faults.change_unanswered,
        change_faults.no_change_pending,
        change_faults.change_after_ship,
        change_faults.change_on_cancelled,
        bill_faults.invoice_on_cancelled,
        bill_faults.consignment_invoiced,
        bill_faults.currency_mismatch,
        bill_faults.credit_orphan,
        bill_faults.invoice_total,
        bill_faults.match_price,
        bill_faults.match_qty,
        bill_faults.match_reversed,
        bill_faults.supplier_mismatch,
        bill_faults.dup_invoice,
        bill_faults.twin_invoice,
    )
)
NAMES = (*(f.name for f in RECORDS), *(f.name for f in ONCE), *(f.name for f in ORDERS), EARLY_CANCEL, *keeping.FAULTS)


def parse_rates(text: str) -> dict[str, float]:
    """`0.01` for every fault, `lose=0.02,dup-po=0.1` for some, `0.01,lose=0` for all but some; raises UsageError."""
    first, *pairs = text.split(",")
    rates: dict[str, float] = {}
    if "=" in first:
        pairs.insert(0, first)
    else:
        rates = dict.fromkeys(NAMES, _rate("--faults", first))
    for pair in pairs:
        name, _, rate = pair.strip().partition("=")
        if name not in NAMES:
            raise UsageError(f"--faults: {name!r} is no fault; there are {', '.join(NAMES)}")
        rates[name] = _rate(name, rate)
    return rates


def check(rates: Mapping[str, float]) -> None:
    """Raises UsageError where more would happen to one record or order than one fault."""
    _cumulated("record", RECORDS, rates)
    _cumulated("order", ORDERS, rates)


def _rate(name: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise UsageError(f"{name}: {text!r} is not a rate between 0 and 1")
    return rate


class Faults:
    """Draws faults at their rates."""

    def __init__(self, rng: Random, rates: Mapping[str, float]) -> None:
        self.rng, self.rates = rng, rates
        self._records = _cumulated("record", RECORDS, rates)
        self._orders = _cumulated("order", ORDERS, rates)
        self._once = [(fault, rates.get(fault.name, 0.0)) for fault in ONCE]
        self._planned: dict[str, tuple[RecordFault, int]] = {}

    def enrol(self, key: str) -> None:
        """Decide at its first record what will happen once to a position or order."""
        for fault, rate in self._once:
            if rate and self.rng.random() < rate:
                self._planned[key] = (fault, self.rng.randint(1, 4))

    def plan(self, key: str, name: str) -> None:
        """Let a fault happen to the next record of a key that fits."""
        self._planned[key] = (next(fault for fault in ONCE if fault.name == name), 0)

    def of(self, event: Event) -> RecordFault | None:
        """The fault that this record suffers, if any."""
        planned = self._planned.get(event.key)
        if planned is not None and planned[0].fits(event):
            if planned[1] <= 0:
                del self._planned[event.key]
                return planned[0]
            self._planned[event.key] = (planned[0], planned[1] - 1)
        fault = _drawn(self.rng, self._records, RECORDS)
        return fault if fault is not None and fault.fits(event) else None

    def of_order(self, script: Script) -> OrderFault | None:
        """The fault that an order suffers, if any."""
        fault: OrderFault | None = _drawn(self.rng, self._orders, ORDERS)
        return fault if fault is not None and fault.fits(script) else None

    def hits(self, name: str) -> bool:
        """Whether a fault of this name happens now."""
        rate = self.rates.get(name, 0.0)
        return rate > 0 and self.rng.random() < rate


def _cumulated(whose: str, faults: tuple[Any, ...], rates: Mapping[str, float]) -> list[float]:
    """The shares of what suffers each fault, added up; raises UsageError where that is more than there is."""
    sums = list(accumulate(rates.get(fault.name, 0.0) for fault in faults))
    if sums[-1] > 1 + 1e-9:
        raise UsageError(
            f"--faults: one {whose} suffers one fault, and the rates of the {len(faults)} that can happen to it add up "
            f"to {sums[-1]:g}: all alike may be {1000 // len(faults) / 1000} at most"
        )
    return sums


def _drawn(rng: Random, sums: list[float], faults: tuple[Any, ...]) -> Any:
    if not sums[-1]:
        return None
    index = bisect_right(sums, rng.random())
    return faults[index] if index < len(faults) else None
