"""Goods that moved when they should not have: before the order, after its cancel, on a closed order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import Life, MatchPolicy, Severity
from app.domain.policy import Policy
from app.domain.quantities import date_text, text
from app.domain.rules.rule import Finding, Stage
from app.domain.rules.wording import listed, sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry
    from app.domain.orders.picture import Goods

UNDATED = frozenset({MatchPolicy.TWO_WAY, MatchPolicy.CONSIGNMENT})  # may come before their order


def _ship_day(entry: Entry) -> int:
    day: int | None = getattr(entry.document, "ship_date", None)
    return entry.day if day is None else day


def before_ordered(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    order = case.picture.order
    if order is None or order.order_date is None or order.confirming:
        return
    for goods in case.picture.shipments:
        yield from _early(case, goods, _ship_day(goods.entry), "left", order.order_date)
    for goods in case.picture.receipts:
        received_at = getattr(goods.entry.document, "received_at", goods.entry.event_time)
        yield from _early(case, goods, goods.entry.local_day(received_at), "came", order.order_date)


def _early(case: Case, goods: Goods, day: int, verb: str, order_date: int) -> Iterator[Finding]:
    if day >= order_date or not any(policy not in UNDATED for policy in _policies(case, goods)):
        return
    entry = goods.entry
    yield Finding(
        evidence=entry.document.number,
        message=f"The goods of {entry.title} {verb} on {date_text(day)}, before {case.name} was written on "
        f"{date_text(order_date)}.",
        expected=f"not before {date_text(order_date)}",
        actual=date_text(day),
        caused_by=(entry.event_id,),
    )


def _policies(case: Case, goods: Goods) -> list[MatchPolicy]:
    """Those of the lines that moved; the header's where none is named."""
    tallies, order = case.picture.tallies, case.picture.order
    if goods.quantities or order is None:
        return [tallies[number].wanted.match_policy for number in goods.quantities]
    return [order.base.document.match_policy]


def shipped_after_cancel(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for goods, cancel, lines in _on_cancelled(case):
        if _ship_day(goods.entry) > cancel.day:
            yield Finding(
                evidence=goods.entry.document.number,
                line=lines[0] if len(lines) == 1 else None,
                message=f"{sentence(goods.entry.title)} left on {date_text(_ship_day(goods.entry))} with "
                f"{_amounts(case, goods, lines)} of {case.name}, which was cancelled on {date_text(cancel.day)}.",
                expected="nothing shipped after the cancel",
                actual=f"shipped on {date_text(_ship_day(goods.entry))}",
                caused_by=(goods.entry.event_id, cancel.event_id),
            )


def cancelled_after_ship(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for goods, cancel, lines in _on_cancelled(case):
        still_out = [number for number in lines if _was_out(case, number, cancel)]
        if still_out and _ship_day(goods.entry) <= cancel.day:
            yield Finding(
                evidence=goods.entry.document.number,
                line=still_out[0] if len(still_out) == 1 else None,
                message=f"{sentence(case.name)} was cancelled on {date_text(cancel.day)}, but "
                f"{goods.entry.title} had left on {date_text(_ship_day(goods.entry))} with "
                f"{_amounts(case, goods, still_out)}.",
                expected="nothing on its way at the cancel",
                actual=f"shipped on {date_text(_ship_day(goods.entry))}",
                caused_by=(goods.entry.event_id, cancel.event_id),
            )


def _on_cancelled(case: Case) -> Iterator[tuple[Goods, Entry, list[str]]]:
    """Shipments with the cancel that hit them and the lines that it hit."""
    for goods in case.picture.shipments:
        hit: dict[str, tuple[Entry, list[str]]] = {}
        for number, quantity in sorted(goods.quantities.items()):
            cancel = cancel_of(case, number)
            if quantity and cancel is not None:
                hit.setdefault(cancel.event_id, (cancel, []))[1].append(number)
        if hit:
            cancel, lines = min(hit.values(), key=lambda pair: pair[0].place)
            yield goods, cancel, lines


def cancel_of(case: Case, number: str) -> Entry | None:
    """The cancel that hit a line: its own, or the whole order's."""
    cancels = (case.picture.cancelling.cancel, case.picture.tallies[number].wanted.cancelled_by)
    return min((cancel for cancel in cancels if cancel is not None), key=lambda entry: entry.place, default=None)


def _was_out(case: Case, number: str, cancel: Entry) -> bool:
    """Whether goods of a line that had left by the day of its cancel had not arrived."""
    picture = case.picture
    left = sum(goods.quantities.get(number, 0) for goods in picture.shipments if _ship_day(goods.entry) <= cancel.day)
    return left > picture.tallies[number].before_received


def _amounts(case: Case, goods: Goods, lines: list[str]) -> str:
    tallies = case.picture.tallies
    return listed(f"{text(goods.quantities[n])} {tallies[n].uom} (line {n})" for n in lines)


def received_on_closed(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    severity = {Life.CANCELLED: Severity.HIGH, Life.CLOSED_SHORT: Severity.WARN}.get(case.life)
    if severity is None:
        return
    for goods in case.picture.receipts:
        cancels = {number: cancel_of(case, number) for number, quantity in sorted(goods.quantities.items()) if quantity}
        hit = {n: cancel for n, cancel in cancels.items() if cancel is not None and goods.entry.place > cancel.place}
        if hit:
            lines, cancel = list(hit), min(hit.values(), key=lambda entry: entry.place)
            yield Finding(
                evidence=goods.entry.document.number,
                stages=(Stage(policy.overtaking_grace, severity),),
                message=f"{sentence(goods.entry.title)} took in {_amounts(case, goods, lines)} of {case.name}, "
                f"which was cancelled on {date_text(cancel.day)}.",
                expected="nothing received after the cancel",
                actual=_amounts(case, goods, lines),
                caused_by=(goods.entry.event_id, cancel.event_id),
            )
