"""Money on bills and credits: prices, currencies, totals, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.policy import Policy
from app.domain.quantities import HALF_CENT, PRICE, PRODUCT, TO_PRODUCT, text
from app.domain.rules.rule import Finding
from app.domain.rules.wording import listed, sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.invoices import Account, Bill
    from app.domain.orders.lines import BilledLine, Tally


def in_another_currency(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills, and credits, in another currency than the order's: their amounts cannot be compared."""
    wanted = case.picture.currency
    for bill in _papers(case):
        if bill.document.currency != wanted:
            yield _about(
                bill,
                f"is in {bill.document.currency}; {case.name} is in {wanted}.",
                expected=wanted,
                actual=bill.document.currency,
            )


def of_other_suppliers(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills, and credits, of another supplier than the order's."""
    wanted = case.picture.supplier_id or ""
    for bill in _papers(case):
        if bill.document.supplier_id != wanted:
            yield _about(
                bill,
                f"is supplier {bill.document.supplier_id}'s; {case.name} is not.",
                expected=wanted,
                actual=bill.document.supplier_id,
            )


def above_the_price(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines billed, less credits, higher than ordered beyond the tolerance, or at a price that cannot be compared."""
    for tally in case.picture.tallies.values():
        account = case.picture.account(tally, policy)
        if account is not None and account.dearer:
            yield _dearer(case, tally, account)
        elif account is not None and account.doubtful:
            yield _doubtful(case, tally, account.doubtful[0])


def _dearer(case: Case, tally: Tally, account: Account) -> Finding:
    currency = case.picture.currency
    asked, owed, surplus = (text(n, PRODUCT) for n in (account.asked, account.owed, account.surplus))
    price = text(tally.wanted.terms.unit_price or 0, PRICE)
    bills = listed(dict.fromkeys(document.number for document, *_ in tally.bills if not document.credit))
    return Finding(
        evidence=tally.number,
        line=tally.number,
        message=f"Line {tally.number} of {case.name} is billed at {asked} {currency} less credits (invoice {bills}); "
        f"at the order's price of {price} it comes to {owed}: {surplus} too much.",
        expected=f"{owed} {currency}",
        actual=f"{asked} {currency}",
        value_at_risk=account.surplus // TO_PRODUCT,
        currency=currency,
        details={"surplus": surplus, "invoices": bills},
    )


def _doubtful(case: Case, tally: Tally, line: BilledLine) -> Finding:
    terms, said = tally.wanted.terms, line.said
    ordered_per, billed_per = terms.price_uom or terms.uom, said.priced_per
    if terms.unit_price is None:
        expected, actual, why = "a price on the order", "none", "the order names no price"
    elif ordered_per != billed_per:
        expected, actual = f"a price per {ordered_per}", f"a price per {billed_per}"
        why = f"the order prices it per {ordered_per}"
    else:
        expected, actual = f"how many {ordered_per} are billed", f"{text(said.quantity)} {said.uom}"
        why = f"no master says how many {ordered_per} that is"
    return Finding(
        evidence=tally.number,
        line=tally.number,
        message=f"Invoice {line.document.number} asks {_asked(line)} of line {tally.number} of {case.name}, and {why}: "
        "nobody can tell whether that is right.",
        expected=expected,
        actual=actual,
        details={"invoices": line.document.number},
    )


def _asked(line: BilledLine) -> str:
    """Money for a quantity, as the bill says it."""
    said, currency = line.said, line.document.currency
    price = "" if said.unit_price is None else f"{text(said.unit_price, PRICE)} {currency} per {said.priced_per}"
    amount = "" if said.amount is None else f"{text(said.amount, PRODUCT)} {currency}"
    money = f"{amount} ({price})" if amount and price else amount or price
    return f"{money} for {text(said.quantity)} {said.uom}"


def odd_totals(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Bills, and credits, whose amounts do not add up, or are below zero (a CREDIT carries positive ones)."""
    for bill in _papers(case):
        document, currency = bill.document, bill.document.currency
        amounts = (document.total * TO_PRODUCT, *(line.amount or 0 for line in document.lines))
        negative = [text(asked, PRODUCT) for asked in amounts if asked < 0]
        if negative:
            yield _about(
                bill, f"for {case.name} asks for {negative[0]} {currency}.", "no amount below zero", negative[0]
            )
            continue
        total = _sum(bill)
        most = max(policy.match_smooth * TO_PRODUCT, HALF_CENT * len(document.lines))
        if total is not None and abs(total - document.total * TO_PRODUCT) > most:
            words = (
                f"for {case.name} says {text(document.total)} {currency}; its lines, charges, tax and freight come to"
            )
            told = text(total, PRODUCT)
            yield _about(bill, f"{words} {told}{_unpriced(bill)}.", told, text(document.total))


def _sum(bill: Bill) -> int | None:
    """What the parts come to, of ten decimal places; None where a line is priced in another unit than it counts in."""
    document = bill.document
    if any(line.amount is None and line.unit_price is not None for line in document.lines):
        return None
    amounts = (line.amount or 0 for line in document.lines)
    return sum(amounts) + (document.charges + document.tax + document.freight) * TO_PRODUCT


def _unpriced(bill: Bill) -> str:
    """Says which lines name no money at all."""
    names = listed(line.name for line in bill.document.lines if line.amount is None)
    return f", and line(s) {names} name no price and no amount" if names else ""


def orphan_credits(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Credits over an invoice that nobody has sent for this order, and lines credited beyond what was billed."""
    known = {bill.document.number for bill in case.picture.invoices}
    for bill in case.picture.credits:
        meant = bill.document.ref_invoice
        if meant and meant not in known:
            yield _about(
                bill, f"credits invoice {meant}, which never came for {case.name}.", f"invoice {meant}", "none"
            )
    for tally in case.picture.tallies.values():
        if tally.billed_net < 0:
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"Line {tally.number} of {case.name}: {text(tally.credited)} {tally.uom} are credited, "
                f"{text(tally.invoiced)} billed.",
                expected=f"at most {text(tally.invoiced)} {tally.uom} credited",
                actual=f"{text(tally.credited)} {tally.uom}",
            )


def _papers(case: Case) -> Iterator[Bill]:
    """Invoices and credits; none while nobody has sent the order that they are held against."""
    if case.picture.order is not None:
        yield from case.picture.invoices
        yield from case.picture.credits


def _about(bill: Bill, words: str, expected: str, actual: str) -> Finding:
    return Finding(
        evidence=bill.document.number,
        message=f"{sentence(bill.title)} {words}",
        expected=expected,
        actual=actual,
        caused_by=(bill.entry.event_id,),
    )
