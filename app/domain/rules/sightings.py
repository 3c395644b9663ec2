"""The rules across keys: what two orders show and only one should. Source: domain base section 4.

Each row names a function from all that were seen with one block to what is wrong with that now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from app.domain.codes import NO_ORDER, Queue, Severity
from app.domain.policy import MINUTE, Policy
from app.domain.quantities import date_text, text
from app.domain.rules.rule import About, Finding, Rule, after
from app.domain.rules.sightings_suppliers import look_alike

if TYPE_CHECKING:
    from app.domain.sightings.state import Seen, Sight


def same_number(sight: Sight, now: int, policy: Policy) -> Iterator[Finding]:
    """One invoice number of one supplier for several orders, or in several contents; a consolidated one is not."""
    if sight.kind != "invoice":
        return
    standing, asked = sight.standing, 0
    for bill, first in _with_others(standing):
        asked += bill.share or 0
        if first is not None:
            yield _there_already(sight, bill, first)
        elif bill is not standing[0] and bill.amount is not None and asked > bill.amount:  # of one document all of them
            more = f" All of them ask for {text(asked)}, the whole document for {text(bill.amount)}."
            yield _there_already(sight, bill, standing[0], more)


def _there_already(sight: Sight, bill: Seen, first: Seen, more: str = "") -> Finding:
    return Finding(
        evidence=f"{sight.key}/{bill.entity if bill.entity != first.entity else bill.document}",
        about=_about(bill, f"invoice {bill.name} of supplier {bill.supplier_id}"),
        source_system=bill.source_system,
        message=f"Invoice {bill.name} of supplier {bill.supplier_id}, {_of(bill)}, was there already: "
        f"{_of(first)}.{more} It is paid twice if nobody looks.",
        expected="one invoice of this number",
        actual=f"{_of(first)}; {_of(bill)}",
        caused_by=(bill.document, first.document),
    )


def _with_others(standing: Sequence[Seen]) -> Iterator[tuple[Seen, Seen | None]]:
    """Each bill with the first one before it that is no share of the same document over several orders."""
    begun: dict[str, int] = {}  # order -> the place of its first bill
    apart: int | None = None  # the place of the first that names another total than the very first
    for number, bill in enumerate(standing):
        shares = bill.amount is not None and bill.amount == standing[0].amount
        places = (begun.get(bill.entity), apart if shares else 0)
        before = [place for place in places if place is not None and place < number]
        yield bill, standing[min(before)] if before else None
        begun.setdefault(bill.entity, number)
        apart = number if apart is None and bill.amount != standing[0].amount else apart


def _of(bill: Seen) -> str:
    order = "without an order" if bill.entity.startswith(NO_ORDER) else f"for order {bill.entity}"
    return f"{order}, dated {date_text(bill.day or 0)}, from {bill.source_system}"


def placed_twice(sight: Sight, now: int, policy: Policy) -> Iterator[Finding]:
    """Orders of the same goods from one supplier to one place, by one buyer or source, shortly after each other."""
    if sight.kind != "order":
        return
    standing, begin = sight.standing, 0
    for number, order in enumerate(standing):
        while order.at - standing[begin].at >= policy.dup_po_window and begin < number:
            begin += 1
        first = next((other for other in islice(standing, begin, number) if _same_hand(order, other)), None)
        if first is not None:
            hours, minutes = divmod((order.at - first.at) // MINUTE, 60)
            yield Finding(
                evidence=f"{sight.key}/{order.entity}",
                about=_about(order, f"order {order.entity}"),
                source_system=order.source_system,
                message=f"Order {order.entity} (supplier {order.supplier_id}) is for the same goods to the same place "
                f"as order {first.entity}, {hours} h {minutes} min after it: {order.name}. It may be placed twice.",
                expected="one order",
                actual=f"orders {first.entity} and {order.entity}",
            )


def _about(seen: Seen, name: str) -> About:
    order = None if seen.entity.startswith(NO_ORDER) else seen.entity
    return About(name, seen.facility_id, seen.supplier_id, order, "purchase-order", seen.entity)


def _same_hand(order: Seen, other: Seen) -> bool:
    """Whether one buyer, or one system, placed both."""
    same_buyer = order.buyer_id is not None and order.buyer_id == other.buyer_id
    return order.entity != other.entity and (same_buyer or order.source_system == other.source_system)


SIGHTINGS: tuple[Rule, ...] = (
    Rule(
        code="DUP_SUPPLIER",
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.dup_supplier_grace, Severity.WARN),
        finds=look_alike,
        action="Decide whether they are one: merge the records, or say so with a parent_id; hold payments meanwhile.",
        healed="They have it in common no more, one of them is inactive, or they are one family.",
    ),
    Rule(
        code="DUP_PO",
        queue=Queue.BUYER,
        stages=after(lambda policy: policy.dup_po_twin_grace, Severity.WARN),
        finds=placed_twice,
        action="Ask the buyer whether both are meant; cancel the later one before the supplier ships it.",
        healed="Only one of the orders is left, or they differ now.",
    ),
    Rule(
        code="DUP_INVOICE",
        queue=Queue.AP,
        stages=after(lambda policy: policy.dup_invoice_grace, Severity.HIGH),
        finds=same_number,
        action="Hold the payment of the later one; compare both documents, and have one cancelled or numbered anew.",
        healed="Only one invoice of this number is left.",
    ),
)
