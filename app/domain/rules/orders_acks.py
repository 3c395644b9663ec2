"""What suppliers say that somebody must hear: refusals, changes, answers that are not clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import Life
from app.domain.policy import Policy
from app.domain.quantities import date_text, text
from app.domain.rules.rule import Finding
from app.domain.rules.wording import sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry
    from app.domain.orders.lines import Tally


def ambiguous(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Answers nobody may guess the meaning of, until a clear one comes."""
    for entry, number, why in case.picture.ambiguous.values():
        tally = case.picture.tallies[number]
        if not case.wanted or tally.arrived(policy) or not tally.target:
            continue
        yield Finding(
            evidence=f"{entry.document.number}/{number}",
            line=number,
            message=f"{sentence(entry.title)} is not clear about line {number} of {case.name}: {why}. The line stands "
            "as it was.",
            expected="codes that leave no doubt",
            actual=why,
            caused_by=(entry.event_id,),
        )


def rejected(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines, or parts of them, that the supplier will not send."""
    if not case.wanted:
        return
    for tally in case.picture.tallies.values():
        refused = 0 if tally.change_refused else tally.stands.rejected
        if refused and tally.target:
            quantity = f"{text(refused)} {tally.uom}"
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"{sentence(_said_by(tally))} refuses {quantity} of line {tally.number} of {case.name}; "
                f"{text(tally.target)} {tally.uom} are wanted.",
                expected=f"{text(tally.target)} {tally.uom} accepted",
                actual=f"{quantity} rejected",
                caused_by=_cause(tally),
            )


def backordered(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Critical items of which the supplier has not enough, until the goods leave."""
    if not case.wanted:
        return
    for tally in case.picture.tallies.values():
        if not policy.is_critical(tally.wanted.terms.item_id):
            continue
        missing = min(tally.left.backordered, tally.target - tally.shipped)
        if missing > 0 and not tally.arrived(policy):
            quantity = f"{text(missing)} {tally.uom}"
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"{sentence(_said_by(tally))} puts {quantity} of line {tally.number} of {case.name} on "
                f"backorder: the critical item {tally.wanted.terms.item_id}.",
                expected=f"{text(tally.target)} {tally.uom} accepted",
                actual=f"{quantity} on backorder",
                caused_by=_cause(tally),
            )


def changed(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Answers that change a line by more than the tolerances; what lies within them is accepted without a word."""
    if not case.wanted:
        return
    for tally in case.picture.tallies.values():
        changes = () if tally.arrived(policy) or not tally.target else tuple(case.picture.changed(tally, policy))
        beyond = [change for change in changes if not change.within]
        if beyond:
            ordered, said = "; ".join(each.ordered for each in beyond), "; ".join(each.said for each in beyond)
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"{sentence(_said_by(tally))} changes line {tally.number} of {case.name}: {said}, instead of "
                f"{ordered}.",
                expected=ordered,
                actual=said,
                caused_by=_cause(tally),
            )


def withdrawn(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines of which the supplier now refuses what he accepted, in words or by sending it."""
    if not case.wanted:
        return
    for tally in case.picture.tallies.values():
        entry = tally.answered_by
        if not tally.answer.rejected or entry is None or tally.change_refused:
            continue
        before, since = _accepted_before(case, tally, entry)
        still = tally.answer.accepted + since
        if before > still:
            gone = f"{text(before - still)} {tally.uom}"
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"{sentence(entry.title)} refuses {gone} of line {tally.number} of {case.name} that the "
                f"supplier had accepted; {text(tally.shipped)} are announced, {text(tally.received)} received.",
                expected=f"{text(before)} {tally.uom} accepted",
                actual=f"{text(still)} {tally.uom} accepted",
                caused_by=_cause(tally) if tally.former is None else (*_cause(tally), tally.former[1].event_id),
            )


def _accepted_before(case: Case, tally: Tally, answer: Entry) -> tuple[int, int]:
    """What was accepted before an answer, and what moved after it: who ships has accepted."""
    shipped, received = (
        sum(goods.quantities.get(tally.number, 0) for goods in moved if goods.entry.place < answer.place)
        for moved in (case.picture.shipments, case.picture.receipts)
    )
    said = 0 if tally.former is None else tally.former[0]
    return max(said, shipped, received), max(tally.shipped, tally.received) - max(shipped, received)


def _said_by(tally: Tally) -> str:
    entry = tally.answered_by
    return entry.title if entry is not None else "an answer"


def _cause(tally: Tally) -> tuple[str, ...]:
    return () if tally.answered_by is None else (tally.answered_by.event_id,)


def on_cancelled(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Answers to an order that was cancelled before them; a refusal of it is what was wanted."""
    cancel = case.picture.cancelling.cancel
    if cancel is None:
        return
    for entry in case.picture.consents:
        if entry.place > cancel.place:
            yield Finding(
                evidence=entry.document.number,
                message=f"{sentence(entry.title)} accepts {case.name}, which was cancelled on "
                f"{date_text(cancel.day)}: goods may come that nobody wants.",
                expected="no goods after the cancel",
                actual="an acknowledgement",
                caused_by=(entry.event_id, cancel.event_id),
            )


def rejected_transmissions(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """The gateway's last word is that our order was not taken in, and nobody has answered or shipped it."""
    entry = case.picture.refusal
    if entry is None or case.life in (Life.CANCELLED, Life.CLOSED_SHORT, Life.COMPLETED):
        return
    code = getattr(entry.document, "ack_type", None)
    yield Finding(
        evidence=entry.document.number,
        message=f"{sentence(entry.title)} says that {case.name} was rejected on its way (code {code}): the supplier "
        "has not got it.",
        expected="an accepted transmission",
        actual=f"rejected ({code})",
        caused_by=(entry.event_id,),
    )
