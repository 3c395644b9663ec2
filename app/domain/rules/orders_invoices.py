"""Bills that nobody should pay as they are. What they are held against comes from the goods, not from other bills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import MatchPolicy, Severity
from app.domain.policy import WHOLE, Policy
from app.domain.quantities import date_text, text
from app.domain.rules.orders_closed import cancel_of
from app.domain.rules.rule import Finding, Stage
from app.domain.rules.wording import sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.lines import Tally
    from app.domain.orders.picture import Goods

MATCHED = (MatchPolicy.THREE_WAY_GR_FIRST, MatchPolicy.TWO_WAY)
PRICE, AMOUNT = 6, 10  # decimal places of a price, and of a price times a quantity
TO_AMOUNT = 10**6  # from an amount of four places to one of ten


def on_cancelled(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills for lines that were cancelled, beyond what came of them and stayed."""
    for bill in case.picture.invoices:
        lines = [tally for tally in _billed(case, bill) if tally.cut is not None and _owed(tally) > 0]
        if lines:
            amounts = ", ".join(f"{text(_owed(tally))} {tally.uom} (line {tally.number})" for tally in lines)
            cancel = cancel_of(case, lines[0].number)
            assert cancel is not None  # it cut the line
            yield Finding(
                evidence=bill.entry.document.number,
                line=lines[0].number if len(lines) == 1 else None,
                message=f"{sentence(bill.entry.title)} asks to be paid for {case.name}, cancelled on "
                f"{date_text(cancel.day)}: {amounts} more than came and stayed.",
                expected="nothing billed but what came and stayed",
                actual=f"{amounts} too many",
                caused_by=(bill.entry.event_id, cancel.event_id),
            )


def _owed(tally: Tally) -> int:
    """What is billed and neither came in good condition nor was credited."""
    return tally.billed_net - tally.stayed


def of_consignment(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills for filling up stock that stays the supplier's until it is used."""
    for bill in case.picture.invoices:
        lines = [t.number for t in _billed(case, bill) if t.wanted.match_policy is MatchPolicy.CONSIGNMENT]
        if lines:
            yield Finding(
                evidence=bill.entry.document.number,
                line=lines[0] if len(lines) == 1 else None,
                message=f"{sentence(bill.entry.title)} bills line(s) {', '.join(lines)} of {case.name}, which fill up "
                "consignment stock: that is paid when it is used, by an order of its own.",
                expected="no invoice",
                actual=f"line(s) {', '.join(lines)} billed",
                caused_by=(bill.entry.event_id,),
            )


def in_another_currency(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills, and credits, in another currency than the order's: their amounts cannot be compared."""
    if case.picture.order is None:
        return
    wanted = case.picture.currency
    for bill in (*case.picture.invoices, *case.picture.credits):
        currency = getattr(bill.entry.document, "currency", wanted)
        if currency != wanted:
            yield Finding(
                evidence=bill.entry.document.number,
                message=f"{sentence(bill.entry.title)} is in {currency}, {case.name} in {wanted}.",
                expected=wanted,
                actual=currency,
                caused_by=(bill.entry.event_id,),
            )


def above_the_price(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines billed higher than ordered by more than min(1 %, 5.00), and never for less than 0.50 (SAP practice)."""
    for entry, tally, moved in case.picture.dearer:
        ordered, billed = tally.wanted.terms.unit_price or 0, moved.unit_price or 0
        expected, surplus = ordered * moved.quantity, (billed - ordered) * moved.quantity
        share = min(expected * policy.match_price_pct // WHOLE, policy.match_price_most * TO_AMOUNT)
        if surplus > max(share, policy.match_price_least * TO_AMOUNT):
            yield Finding(
                evidence=f"{entry.document.number}/{tally.number}",
                line=tally.number,
                message=f"{sentence(entry.title)} bills {text(moved.quantity)} {tally.uom} of line {tally.number} of "
                f"{case.name} at {text(billed, PRICE)}, ordered at {text(ordered, PRICE)}: "
                f"{text(surplus, AMOUNT)} {case.picture.currency} too much.",
                expected=f"a price of {text(ordered, PRICE)}",
                actual=f"a price of {text(billed, PRICE)}",
                caused_by=(entry.event_id,),
                details={"surplus": text(surplus, AMOUNT)},
            )


def more_than_came(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines billed beyond what came in good condition and stayed; of TWO_WAY lines beyond what is wanted.

    Of invoices that come before the goods as agreed (THREE_WAY_INVOICE_FIRST) nothing is said: they wait.
    """
    for tally in case.picture.tallies.values():
        if tally.invoiced and tally.cut is None and tally.wanted.match_policy in MATCHED:
            two_way = tally.wanted.match_policy is MatchPolicy.TWO_WAY
            due = tally.target if two_way else tally.stayed
            if tally.billed_net > due:
                yield _too_much(case, tally, due, two_way, policy)


def _too_much(case: Case, tally: Tally, due: int, two_way: bool, policy: Policy) -> Finding:
    net, what = tally.billed_net, "is wanted" if two_way else "came in good condition and stayed"
    return Finding(
        evidence=tally.number,
        line=tally.number,
        stages=(Stage(0 if two_way else policy.match_qty_grace, Severity.WARN),),
        message=f"Line {tally.number} of {case.name}: {text(net)} {tally.uom} are billed (less credits), "
        f"{text(due)} {what}: {text(net - due)} too many.",
        expected=f"at most {text(due)} {tally.uom}",
        actual=f"{text(net)} {tally.uom}",
        details={"surplus": text(net - due)},
    )


def _billed(case: Case, bill: Goods) -> list[Tally]:
    """The lines that a bill asks money for."""
    return [case.picture.tallies[number] for number, quantity in sorted(bill.quantities.items()) if quantity]
