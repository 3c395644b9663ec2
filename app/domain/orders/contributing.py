"""What an order adds to the record of its supplier: counters of its lines, a pure function of its documents.

Days are held against the day a line was needed by, else the one promised: who promises late is not on time by that.
A perfect line is GHX's: it has an answer and an invoice, and no item, unit, price, rejection or quantity exception.
Lines without a receipt to come (TWO_WAY) count as billed lines only.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.codes import AckState
from app.domain.internal import COUNTERS, Contribution, joined
from app.domain.orders.lines import Tally
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order, Shared
from app.domain.orders.versions import Current
from app.domain.policy import ONE, Policy

REJECTED = AckState.REJECTED
NOBODY = Shared(None, None, ())
Coming = list[tuple[int, int]]  # day and quantity of each receipt of a line


def contribute(order: Order, picture: Picture, now: int, policy: Policy) -> Iterator[Contribution]:
    """What changed since the order last told; who was its supplier before loses what he had of it."""
    if order.po_number is None:
        return
    before, after = order.shared, _shared(picture, policy)
    if before == after:
        return
    order.shared = after
    if joined(before.supplier_id, before.facility_id) == joined(after.supplier_id, after.facility_id):
        yield from _told(order, after, _difference(after.counts, before.counts), now)
        return
    yield from _told(order, before, _difference((), before.counts), now)
    yield from _told(order, after, _difference(after.counts, ()), now)


def _told(order: Order, shared: Shared, change: dict[str, int], now: int) -> Iterator[Contribution]:
    if shared.supplier_id is not None and any(change.values()):
        yield Contribution(
            record_time=now,
            state_version=order.version,
            supplier_id=shared.supplier_id,
            facility_id=shared.facility_id,
            po_number=order.key,
            **change,
        )


def _difference(after: tuple[int, ...], before: tuple[int, ...]) -> dict[str, int]:
    """By name; what an older release did not count was nothing."""
    nothing = (0,) * len(COUNTERS)
    pairs = zip(COUNTERS, after or nothing, (*before, *nothing[len(before) :]), strict=True)
    return {name: new - old for name, new, old in pairs if new != old}


def _shared(picture: Picture, policy: Policy) -> Shared:
    order = picture.order
    if order is None:
        return NOBODY
    counts = dict.fromkeys(COUNTERS, 0)
    _count_answers(picture, order, counts)
    counts["orders"] = int(counts["acknowledged"] or _waits(picture))
    counts["lines"] = len(picture.tallies)
    foreign = _foreign(picture)
    for tally in picture.tallies.values():
        account = picture.account(tally, policy)
        matched = account is None or not account.held
        if tally.invoiced:
            counts["invoiced"] += 1
            counts["matched"] += matched
        if _over(tally, policy):
            _count_over(tally, _coming(picture, tally), order.order_date, counts)
            counts["perfect"] += matched and _perfect(tally) and tally.number not in foreign
    return Shared(picture.supplier_id, picture.facility_id, tuple(counts.values()))


def _foreign(picture: Picture) -> set[str]:
    """The lines of which an answer, or a quantity, can be read in two ways."""
    return {*picture.ambiguous, *(loose.ordered.number for loose in picture.loose if loose.ordered is not None)}


def _waits(picture: Picture) -> bool:
    """Whether an answer is still wanted: not once it is cancelled, and never to an order that is only billed."""
    asks = any(not tally.two_way for tally in picture.tallies.values())
    return asks and picture.cancel is None


def _count_answers(picture: Picture, order: Current, counts: dict[str, int]) -> None:
    if picture.answers:
        first = picture.answers[0].entry
        counts["acknowledged"], counts["ack_wait"] = 1, max(0, first.event_time - order.asked.event_time)
        counts["answers"] = len(picture.answers)
        counts["disagreed"] = sum([answer.disagrees for answer in picture.answers])


def _coming(picture: Picture, tally: Tally) -> Coming:
    goods = ((entry, quantities[tally.number]) for entry, quantities in picture.receipts if tally.number in quantities)
    return [
        (entry.local_day(getattr(entry.document, "received_at", entry.event_time)), quantity)
        for entry, quantity in goods
    ]


def _over(tally: Tally, policy: Policy) -> bool:
    """Whether a line has come to its end with its supplier; what the buyer cancelled before is no business of his."""
    if tally.two_way:
        return False
    return _refused(tally) or (tally.target > 0 and tally.arrived(policy))


def _refused(tally: Tally) -> bool:
    return tally.answer.state is REJECTED and not tally.received


def _count_over(tally: Tally, coming: Coming, ordered_on: int | None, counts: dict[str, int]) -> None:
    counts["over"] += 1
    target = tally.target or tally.wanted.terms.quantity
    in_full = tally.stayed >= target
    counts["filled"] += ONE if in_full else ONE * tally.stayed // target
    came = _day(tally, coming)
    due = tally.answer.promised if tally.wanted.terms.need_by is None else tally.wanted.terms.need_by
    if due is not None:
        on_time = came is not None and came <= due
        counts["dated"] += 1
        counts["on_time"] += on_time
        counts["on_time_in_full"] += on_time and in_full
    if came is not None and ordered_on is not None:
        counts["led"] += 1
        counts["lead_days"] += came - ordered_on


def _day(tally: Tally, coming: Coming) -> int | None:
    """The day on which enough had come; the last one where the end came short; None where nothing did."""
    came, last = 0, None
    for day, quantity in sorted(coming):
        came, last = came + quantity, day
        if came >= tally.target:
            break
    return last


def _perfect(tally: Tally) -> bool:
    said, terms = tally.answer, tally.wanted.terms
    answered = tally.answered_by is not None and said.accepted == terms.quantity and not said.substituted
    price_kept = said.unit_price is None or said.unit_price == terms.unit_price
    billed = tally.consigned or tally.invoiced > 0
    delivered = tally.good == tally.target and not tally.discrepant and not tally.returned
    return answered and price_kept and billed and delivered
