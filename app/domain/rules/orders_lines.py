"""Quantities of order lines that do not fit each other: ordered, shipped, received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import Severity
from app.domain.policy import WHOLE, Policy
from app.domain.quantities import text
from app.domain.rules.rule import Finding, Stage

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.lines import Tally


def over_shipped(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for tally in case.picture.tallies.values():
        if tally.shipped * WHOLE > tally.most(policy):
            yield _over(case, tally, tally.shipped, "shipped", policy)


def over_received(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for tally in case.picture.tallies.values():
        if tally.received * WHOLE > tally.most(policy):
            yield _over(case, tally, tally.received, "received", policy)


def _over(case: Case, tally: Tally, quantity: int, verb: str, policy: Policy) -> Finding:
    tolerance = tally.most(policy) - tally.target * WHOLE
    allowed = f"{text(tally.target)} {tally.uom}"
    if tolerance:
        allowed += f" and {text(tolerance // WHOLE)} by tolerance"
    surplus = text(quantity - tally.target)
    ordered = f"{text(tally.wanted.terms.quantity)} ordered, {text(tally.cancelled)} cancelled"
    return Finding(
        evidence=tally.number,
        line=tally.number,
        message=f"Line {tally.number} of {case.name}: {text(quantity)} {tally.uom} {verb}, {allowed} wanted "
        f"({ordered}): {surplus} too many.",
        expected=f"at most {allowed}",
        actual=f"{text(quantity)} {tally.uom}",
        details={"surplus": surplus},
    )


def shipped_and_received(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for tally in case.picture.tallies.values():
        if tally.two_way or not tally.received:
            continue
        if not tally.shipped and not _left_out(case, tally.number):
            continue  # NO_ASN's
        if tally.shipped != tally.received:
            yield _differs(case, tally, policy)
        else:
            yield from _lots_differ(case, tally, policy)


def _left_out(case: Case, number: str) -> bool:
    """Whether a line came with a shipment whose notice announces nothing of it."""
    announced = {goods.entry.document.number for goods in case.picture.shipments}
    if any(number in goods.quantities for goods in case.picture.shipments):
        return True
    came = (goods for goods in case.picture.receipts if number in goods.quantities)
    return any(getattr(goods.entry.document, "shipment_id", None) in announced for goods in came)


def _differs(case: Case, tally: Tally, policy: Policy) -> Finding:
    """More than announced waits for a late notice, less for the rest of the goods, unless no more will come."""
    missing = tally.shipped - tally.received
    grace = policy.no_asn_grace if missing < 0 else policy.overtaking_grace if tally.final else policy.remainder_grace
    what = f"{text(missing)} missing" if missing > 0 else f"{text(-missing)} more than announced"
    return Finding(
        evidence=tally.number,
        line=tally.number,
        stages=(Stage(grace, Severity.WARN),),
        message=f"Line {tally.number} of {case.name}: {text(tally.shipped)} {tally.uom} announced, "
        f"{text(tally.received)} received: {what}.",
        expected=f"{text(tally.shipped)} {tally.uom}",
        actual=f"{text(tally.received)} {tally.uom}",
        details={"shipped": text(tally.shipped), "received": text(tally.received)},
    )


def _lots_differ(case: Case, tally: Tally, policy: Policy) -> Iterator[Finding]:
    """Lots are compared only where ship notices and receipts name one for every piece."""
    if None in tally.lots:
        return
    for lot, (shipped, received) in sorted(tally.lots.items(), key=lambda item: item[0] or ""):
        if shipped != received:
            yield Finding(
                evidence=f"{tally.number}/{lot}",
                line=tally.number,
                stages=(Stage(policy.overtaking_grace, Severity.WARN),),
                message=f"Line {tally.number} of {case.name}: of lot {lot} {text(shipped)} {tally.uom} were announced "
                f"and {text(received)} received. A recall of this lot would miss goods.",
                expected=f"{text(shipped)} {tally.uom} of lot {lot}",
                actual=f"{text(received)} {tally.uom}",
                details={"lot": lot or ""},
            )
