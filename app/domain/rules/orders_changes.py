"""Changes of orders (860) and their answers (865): refused, unanswered, unasked for, too late, on what is closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import AckState, Life
from app.domain.policy import Policy
from app.domain.quantities import PRICE, date_text, text
from app.domain.rules.rule import Finding
from app.domain.rules.wording import lasting, listed, sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.documents import Ordered
    from app.domain.orders.entry import Entry
    from app.domain.orders.lines import Tally


def _changed(case: Case) -> list[Tally]:
    """Lines that the buyer has changed since they were first ordered."""
    return [tally for tally in case.picture.tallies.values() if tally.wanted.revised]


def refused(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Changes, and cancels, that the supplier says no to."""
    yield from _refused_cancel(case)
    by_answer: dict[str, tuple[Entry, list[Tally]]] = {}
    for tally in _changed(case) if case.picture.cancelling.cancel is None else ():
        entry, over = tally.answered_by, tally.arrived(policy) and not tally.wanted.terms.cancelled
        if entry is not None and tally.change_refused and not over:
            by_answer.setdefault(entry.document.number, (entry, []))[1].append(tally)
    for number, (entry, tallies) in by_answer.items():
        lines = listed(tally.number for tally in tallies)
        before = listed((_before(tally) for tally in tallies), "; ")
        yield Finding(
            evidence=number,
            line=tallies[0].number if len(tallies) == 1 else None,
            message=f"{sentence(entry.title)} refuses the change of line(s) {lines} of {case.name}. With the supplier "
            f"the former terms still hold: {before}.",
            expected="the change accepted",
            actual="refused",
            caused_by=(entry.event_id, *dict.fromkeys(tally.wanted.since.event_id for tally in tallies)),
            details={"lines": lines},
        )


def _refused_cancel(case: Case) -> Iterator[Finding]:
    cancel, entry = case.picture.cancelling.cancel, case.picture.cancel_refused
    if cancel is not None and entry is not None:
        yield Finding(
            evidence=entry.document.number,
            message=f"{sentence(entry.title)} refuses the cancel of {case.name} of {date_text(cancel.day)}: with the "
            "supplier the order still holds, and goods may come.",
            expected="the cancel accepted",
            actual="refused",
            caused_by=(entry.event_id, cancel.event_id),
        )


def _before(tally: Tally) -> str:
    """What a line was before its last change, as far as that changed it."""
    former, terms = tally.wanted.former, tally.wanted.terms
    if former is None:
        return f"line {tally.number} is not ordered"
    pairs = [(was, now) for was, now in zip(_shown(former), _shown(terms), strict=True) if was != now]
    return f"line {tally.number}: " + ", ".join(f"{was} instead of {now}" for was, now in pairs)


def _shown(terms: Ordered) -> tuple[str, ...]:
    quantity = "nothing" if terms.cancelled else f"{text(terms.quantity)} {terms.uom}"
    price = "no price" if terms.unit_price is None else f"a price of {text(terms.unit_price, PRICE)}"
    day = "no day" if terms.need_by is None else date_text(terms.need_by)
    return quantity, price, day, f"item {terms.item_id or terms.supplier_item or '?'}"


def unanswered(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Changes of lines on their way, and deletions of lines once answered, that the supplier does not answer.

    Of other changes ACK_STUCK tells, of cancels CANCEL_UNANSWERED.
    """
    if case.life is Life.COMPLETED or case.picture.cancel is not None:
        return
    if not policy.expects_acks(case.picture.supplier_id):
        return
    waiting: dict[str, tuple[Entry, list[str]]] = {}
    for tally in _changed(case):
        if _in_doubt(tally, policy) or _deleted_unheard(tally):
            since = tally.wanted.since
            waiting.setdefault(since.event_id, (since, []))[1].append(tally.number)
    for event_id, (since, lines) in waiting.items():
        shown = listed(lines)
        asked = case.picture.cancelling.asked_by(since).record_time
        yield Finding(
            evidence=event_id,
            since=asked,
            line=lines[0] if len(lines) == 1 else None,
            message=f"The supplier has not answered the change of line(s) {shown} of {case.name} within "
            f"{lasting(policy.change_answer_grace)}: goods may still come on the former terms.",
            expected="an answer to the change (865)",
            actual="none",
            due=asked + policy.change_answer_grace,
            caused_by=(event_id,),
            details={"lines": shown},
        )


def _in_doubt(tally: Tally, policy: Policy) -> bool:
    """Whether some of a changed line has moved, some has not, and nobody knows on which terms that will come."""
    moved = max(tally.shipped, tally.received)
    return _silent(tally) and 0 < moved < tally.target and not tally.arrived(policy)


def _deleted_unheard(tally: Tally) -> bool:
    """Whether a line was deleted that the supplier had answered before, and some of it he may yet send."""
    deleted = tally.wanted.terms.cancelled and tally.cancelled > 0
    return deleted and _silent(tally) and tally.heard is not None and tally.heard.place < tally.wanted.since.place


def _silent(tally: Tally) -> bool:
    return tally.answer.state is AckState.NONE and not tally.two_way


def unasked(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Answers to a change where there is none. What names lines of an acknowledged order is the supplier's own."""
    if not case.wanted:
        return
    for entry in case.picture.unasked:
        yield Finding(
            evidence=entry.document.number,
            message=f"{sentence(entry.title)} answers a change of {case.name}, and no change of it has come.",
            expected="a change of the order (860) before its answer",
            actual="none",
            caused_by=(entry.event_id,),
        )


def below_what_moved(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Quantities lowered below what had left the supplier, or come, by then."""
    if not case.wanted:
        return
    for tally in _changed(case):
        former, terms, since = tally.wanted.former, tally.wanted.terms, tally.wanted.since
        if former is None or terms.cancelled or terms.quantity >= former.quantity:
            continue
        shipped, received = (
            sum(goods.quantities.get(tally.number, 0) for goods in moved if goods.entry.place < since.place)
            for moved in (case.picture.shipments, case.picture.receipts)
        )
        moved = max(shipped, received)
        if moved > terms.quantity:
            verb = "received" if received == moved else "shipped"
            yield Finding(
                evidence=tally.number,
                line=tally.number,
                message=f"Line {tally.number} of {case.name} was lowered from {text(former.quantity)} to "
                f"{text(terms.quantity)} {tally.uom} on {date_text(since.day)}, with {text(moved)} {verb} already.",
                expected=f"at least {text(moved)} {tally.uom}",
                actual=f"{text(terms.quantity)} {tally.uom}",
                caused_by=(since.event_id,),
                details={"surplus": text(moved - terms.quantity)},
            )


def on_closed(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Changes of an order that stands cancelled, or of lines that a final receipt had closed."""
    cancel = case.picture.cancelling.cancel
    changes = [entry for entry in case.picture.changes if cancel is not None and entry.place > cancel.place]
    for entry in changes:
        yield _on_closed(case, entry, f"which was cancelled on {date_text(cancel.day)}" if cancel is not None else "")
    for entry in case.picture.changes if case.life is not Life.COMPLETED else ():
        lines = [tally.number for tally in _changed(case) if tally.wanted.since is entry and _closed(tally, entry)]
        if lines and entry not in changes:
            yield _on_closed(case, entry, f"of which a final receipt had closed line(s) {listed(lines)}")


def _closed(tally: Tally, entry: Entry) -> bool:
    return tally.closed_at is not None and tally.closed_at < entry.place


def _on_closed(case: Case, entry: Entry, why: str) -> Finding:
    version = getattr(entry.document, "version", 0)
    return Finding(
        evidence=entry.event_id,
        message=f"Version {version} changes {case.name}, {why}: nothing more is expected of it, and the change has no "
        "effect.",
        expected="a reactivation, or a new order",
        actual=f"a change (version {version})",
        caused_by=(entry.event_id,),
    )
