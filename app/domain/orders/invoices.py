"""What the bills of a line ask for, less credits, against what the order makes of it; amounts of ten decimal places.

Tolerances as SAP's price variance (MATCH_PRICE) and GHX's rounding of net differences have them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from app.domain.codes import MatchPolicy
from app.domain.orders.documents import InvoiceDocument, Moved, Named, Ordered, ReceiptDocument
from app.domain.orders.entry import Entry
from app.domain.orders.lines import GOOD, BilledLine, Tally
from app.domain.orders.packs import Packs
from app.domain.orders.versions import Wanted
from app.domain.policy import WHOLE, Policy
from app.domain.quantities import HALF_CENT, TO_PRODUCT


class Bill(NamedTuple):
    """An invoice or credit, and the quantity that it adds to each line."""

    entry: Entry
    document: InvoiceDocument
    quantities: dict[str, int]

    @property
    def title(self) -> str:
        """What a person would call it."""
        return ("credit" if self.document.credit else "invoice") + self.entry.title.removeprefix("invoice")


class Account(NamedTuple):
    """One line's money: only what is in the order's currency and can be compared."""

    asked: int
    owed: int
    dearer: bool  # more is asked than the tolerance allows
    doubtful: tuple[BilledLine, ...]  # ask for something that nobody can hold against a price of the order
    foreign: bool  # billed in another currency
    held: bool  # accounts payable has to hold a bill of the line ("block")

    @property
    def surplus(self) -> int:
        """What is asked beyond what is owed."""
        return self.asked - self.owed

    def smoothed(self, policy: Policy) -> int:
        """The net difference (four places) that is taken for rounding; what is less than half a cent is none."""
        difference = abs(self.surplus)
        if HALF_CENT <= difference <= policy.match_smooth * TO_PRODUCT:
            return (difference + TO_PRODUCT // 2) // TO_PRODUCT * (1 if self.surplus > 0 else -1)
        return 0


def accounted(tally: Tally, currency: str, policy: Policy) -> Account:
    """Adds up the bills of a line, less its credits."""
    asked = owed = 0
    doubtful: list[BilledLine] = []
    foreign = False
    terms, price = tally.wanted.terms, agreed_price(tally, policy)
    for line in tally.bills:
        if line.document.currency != currency:
            foreign = foreign or not line.document.credit
            continue
        pair = _compared(line, terms, price)
        if pair is not None:
            asked, owed = asked + line.sign * pair[0], owed + line.sign * pair[1]
        elif line.said.amount or line.said.unit_price:
            doubtful.append(line)
    dearer, unclear = asked - owed > _tolerance(owed, policy), _uncredited(doubtful) if doubtful else ()
    return Account(asked, owed, dearer, unclear, foreign, _held(tally, dearer, foreign or bool(unclear)))


def _tolerance(owed: int, policy: Policy) -> int:
    """How much beyond what is owed is paid without a word."""
    share = min(owed * policy.match_price_pct // WHOLE, policy.match_price_most * TO_PRODUCT)
    return max(share, policy.match_price_least * TO_PRODUCT)


def _uncredited(lines: list[BilledLine]) -> tuple[BilledLine, ...]:
    """Nothing where credits give back all that the others ask for."""
    amounts = [line.said.amount for line in lines]
    known = None not in amounts
    if known and sum(line.sign * (amount or 0) for line, amount in zip(lines, amounts, strict=True)) <= 0:
        return ()
    return tuple(lines)


def agreed_price(tally: Tally, policy: Policy) -> int | None:
    """The order's unit price, or the higher one that the supplier answered within the tolerance for answers."""
    ordered, answered = tally.wanted.terms.unit_price, tally.answer.unit_price
    if ordered is None or answered is None or answered * WHOLE > ordered * (WHOLE + policy.ack_price_pct):
        return ordered
    return max(ordered, answered)


def _compared(line: BilledLine, terms: Ordered, price: int | None) -> tuple[int, int] | None:
    """What a line of a document asks for and what is owed for it; None where they cannot be compared."""
    billed, asked = line.said, line.said.amount
    if asked is None or price is None:
        return None
    if line.units is not None:
        return asked, line.units * price
    if billed.price_uom != terms.price_uom or not billed.unit_price:
        return None
    if asked == billed.quantity * billed.unit_price:  # reckoned as if a pack were a piece
        return None
    return asked, asked * price // billed.unit_price


def payable(tally: Tally) -> int:
    """The quantity that may be paid now: what came in good condition and stayed; without receipts what is wanted."""
    if tally.consigned:
        return 0
    return tally.target if tally.two_way else tally.stayed


def due(tally: Tally, policy: Policy) -> int:
    """The quantity that may be billed without a word: where bills come first as agreed, what is still expected too."""
    first = tally.wanted.match_policy is MatchPolicy.THREE_WAY_INVOICE_FIRST
    if first and not tally.arrived(policy):
        return max(tally.target, tally.stayed)
    return payable(tally)


def _held(tally: Tally, dearer: bool, unclear: bool) -> bool:
    if tally.billed_net <= 0 and not dearer:
        return False
    return dearer or unclear or tally.billed_net > payable(tally)


def cancelled_goods(
    cancelled: Iterable[Entry], meant: Callable[[Named], Tally | None]
) -> dict[str, list[tuple[Entry, Moved]]]:
    """What came in good condition by receipts that a CANCEL named, by the line that is `meant`."""
    found: dict[str, list[tuple[Entry, Moved]]] = defaultdict(list)
    receipts = ((entry, entry.document) for entry in cancelled if isinstance(entry.document, ReceiptDocument))
    for entry, receipt in receipts:
        for line in () if receipt.returns else receipt.lines:
            tally = meant(line) if line.condition in GOOD else None
            if tally is not None:
                found[tally.number].append((entry, line))
    return found


def taken_back(goods: Iterable[tuple[Entry, Moved]], wanted: Wanted, packs: Packs) -> list[tuple[Entry, int]]:
    """Cancelled receipts of a line, and the quantity that each had."""
    found: dict[str, tuple[Entry, int]] = {}
    for entry, line in goods:
        counted = line if line.uom == wanted.terms.uom else packs.counted(line, entry.event_time, wanted)
        if counted is not None:
            found[entry.event_id] = entry, found.get(entry.event_id, (entry, 0))[1] + counted.quantity
    return [(entry, quantity) for entry, quantity in found.values() if quantity]


def after_cancel(tally: Tally, bills: list[Bill], credits_: list[Bill]) -> Iterator[tuple[Bill, int]]:
    """Bills that came after the cancel of a line, newest first, with what each asks beyond what left before or stayed.

    A credit that names a bill is that bill's; others are the whole line's.
    """
    surplus = tally.billed_net - max(tally.target, tally.stayed)
    for bill in reversed(bills):
        if surplus <= 0 or tally.cut is None or bill.entry.place < tally.cut:
            return
        mine = [c for c in credits_ if c.document.ref_invoice == bill.document.number]
        own = bill.quantities.get(tally.number, 0) - sum(c.quantities.get(tally.number, 0) for c in mine)
        charged = min(own, surplus)
        if charged > 0:
            surplus -= charged
            yield bill, charged
