"""Quantities on bills that nobody should pay as they are: held against the goods, not against other bills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import MatchPolicy, Severity
from app.domain.policy import Policy
from app.domain.quantities import TO_PRODUCT, date_text, text
from app.domain.rules.orders_closed import cancel_of
from app.domain.rules.rule import Finding, Stage
from app.domain.rules.wording import listed, sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.invoices import Bill
    from app.domain.orders.lines import Tally


def on_cancelled(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills that came after the cancel of a line and ask for more than had left before it, or came and stayed."""
    charged: dict[int, list[tuple[Tally, int]]] = defaultdict(list)
    for tally in case.picture.tallies.values():
        if tally.cut is not None:
            for bill, quantity in case.picture.after_cancel(tally):
                charged[id(bill)].append((tally, quantity))
    for bill in case.picture.invoices:
        if id(bill) in charged:
            yield _on_cancelled(case, bill, charged[id(bill)])


def _on_cancelled(case: Case, bill: Bill, charged: list[tuple[Tally, int]]) -> Finding:
    amounts = listed(f"{text(quantity)} {tally.uom} (line {tally.number})" for tally, quantity in charged)
    cancel = cancel_of(case, charged[0][0].number)
    assert cancel is not None  # it cut the line
    return Finding(
        evidence=bill.document.number,
        line=charged[0][0].number if len(charged) == 1 else None,
        message=f"{sentence(bill.title)} asks to be paid for {case.name}, cancelled on {date_text(cancel.day)}: "
        f"{amounts} more than left before, or came and stayed.",
        expected="nothing billed but what left before the cancel",
        actual=f"{amounts} too many",
        value_at_risk=_value(charged),
        currency=case.picture.currency,
        caused_by=(bill.entry.event_id, cancel.event_id),
    )


def of_consignment(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills for filling up stock that stays the supplier's until it is used."""
    tallies = case.picture.tallies
    for bill in case.picture.invoices:
        billed = [tallies[number] for number, quantity in sorted(bill.quantities.items()) if quantity]
        lines = [tally.number for tally in billed if tally.consigned]
        if lines:
            yield Finding(
                evidence=bill.document.number,
                line=lines[0] if len(lines) == 1 else None,
                message=f"{sentence(bill.title)} bills line(s) {listed(lines)} of {case.name}, which fill up "
                "consignment stock: that is paid when it is used, by an order of its own.",
                expected="no invoice",
                actual=f"line(s) {listed(lines)} billed",
                caused_by=(bill.entry.event_id,),
            )


def more_than_came(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines billed beyond what came in good condition and stayed; of TWO_WAY lines beyond what is wanted.

    Where bills come first as agreed (THREE_WAY_INVOICE_FIRST), what is still expected may be billed too.
    """
    for tally in case.picture.tallies.values():
        surplus = _surplus(case, tally, policy)
        if surplus > 0 and not _was_covered(case, tally):
            yield _too_much(case, tally, surplus, policy)


def reversed_matches(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines whose bill was matched until a receipt was cancelled: the payment may have been released by then."""
    for tally in case.picture.tallies.values():
        surplus = _surplus(case, tally, policy)
        if surplus > 0 and _was_covered(case, tally):
            receipts = [entry for entry, _ in case.picture.taken_back(tally)]
            numbers = listed(dict.fromkeys(entry.document.number for entry in receipts))
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"Line {tally.number} of {case.name} was matched until receipt(s) {numbers} were cancelled: "
                f"{text(surplus)} {tally.uom} are billed that are not here, and may have been paid.",
                expected=f"{text(tally.billed_net)} {tally.uom} received",
                actual=f"{text(tally.stayed)} {tally.uom}",
                value_at_risk=_value([(tally, surplus)]),
                currency=case.picture.currency,
                caused_by=tuple(entry.event_id for entry in receipts),
                details={"surplus": text(surplus)},
            )


def _surplus(case: Case, tally: Tally, policy: Policy) -> int:
    """What is billed, less credits, beyond what is due, and is not told by INVOICE_ON_CANCELLED."""
    if tally.billed_net <= 0 or tally.consigned:
        return 0
    told = sum(quantity for _, quantity in case.picture.after_cancel(tally)) if tally.cut is not None else 0
    return tally.billed_net - case.picture.due(tally, policy) - told


def _was_covered(case: Case, tally: Tally) -> bool:
    """Whether the bills would be due had no receipt been cancelled."""
    gone = sum(quantity for _, quantity in case.picture.taken_back(tally))
    return gone > 0 and tally.billed_net <= tally.stayed + gone


def _too_much(case: Case, tally: Tally, surplus: int, policy: Policy) -> Finding:
    two_way = tally.two_way
    over, first = tally.arrived(policy), tally.wanted.match_policy is MatchPolicy.THREE_WAY_INVOICE_FIRST
    wanted = two_way or (first and not over)
    net, what = tally.billed_net, "are wanted" if wanted else "came in good condition and stayed"
    end = " Nothing more is expected: a credit is due." if over and not two_way else ""
    return Finding(
        evidence=tally.number,
        line=tally.number,
        stages=(Stage(policy.overtaking_grace if two_way else policy.match_qty_grace, Severity.WARN),),
        message=f"Line {tally.number} of {case.name}: {text(net)} {tally.uom} are billed (less credits), "
        f"{text(net - surplus)} {what}: {text(surplus)} too many.{end}",
        expected=f"at most {text(net - surplus)} {tally.uom}",
        actual=f"{text(net)} {tally.uom}",
        value_at_risk=_value([(tally, surplus)]),
        currency=case.picture.currency,
        details={"surplus": text(surplus), **({"credit_due": text(surplus)} if over else {})},
    )


def _value(charged: list[tuple[Tally, int]]) -> int | None:
    """Quantities at the order's prices, of four decimal places rounded down; None where a price is missing."""
    prices = [(tally.wanted.terms.unit_price, quantity) for tally, quantity in charged]
    if any(price is None for price, _ in prices):
        return None
    return sum((price or 0) * quantity for price, quantity in prices) // TO_PRODUCT
