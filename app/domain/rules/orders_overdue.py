"""Goods that are late, or will be: past the day of promise or need, announced for too late, announced and never seen.

Days are the source's calendar days. A day of grace ends with that day where the order, or the shipment, was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.calendar import business_days_after
from app.domain.codes import Severity
from app.domain.policy import Policy
from app.domain.quantities import date_text, text
from app.domain.rules.rule import Finding, Later, Stage
from app.domain.rules.wording import listed, sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry
    from app.domain.orders.lines import Tally
    from app.domain.orders.picture import Goods


def _awaited(case: Case, tally: Tally, policy: Policy) -> bool:
    """Whether goods of a line are still to come. What the supplier refuses is not: ACK_REJECTED tells of it."""
    return case.wanted and not tally.arrived(policy) and tally.to_come > 0


def overdue(case: Case, now: int, policy: Policy) -> Iterator[Finding | Later]:
    """Lines past the day promised, else the day of need."""
    order = case.picture.order
    if order is None:
        return
    for tally in case.picture.tallies.values():
        day = _due_day(tally)
        if day is not None and _awaited(case, tally, policy):
            last = business_days_after(day, policy.overdue_business_days, policy.calendar_country)
            due = order.base.entry.end_of(last)
            yield _overdue(case, tally, day, due, policy) if due <= now else Later(due)


def _due_day(tally: Tally) -> int | None:
    """A promise to leave is no promise to come: of it and the day of need the later."""
    said, need_by = tally.answer, tally.wanted.terms.need_by
    if said.promised is None:
        return need_by
    return max(said.promised, need_by or said.promised) if said.departs else said.promised


def _overdue(case: Case, tally: Tally, day: int, due: int, policy: Policy) -> Finding:
    promised = tally.answer.promised is not None
    target, missing = f"{text(tally.target)} {tally.uom}", text(tally.to_come)
    received = f"{text(tally.received)} {tally.uom} received"
    under_way = max(0, tally.shipped - tally.received)
    announced = f", {text(under_way)} of them announced" if under_way else ""
    return Finding(
        evidence=tally.number,
        since=due,
        stages=(Stage(0, Severity.HIGH),) if policy.is_critical(tally.wanted.terms.item_id) else None,
        line=tally.number,
        message=f"Line {tally.number} of {case.name} is overdue: {missing} of {target} are still to come{announced}, "
        f"{'promised' if promised else 'needed'} for {date_text(day)}.",
        expected=f"{target} by {date_text(day)}",
        actual=received,
        due=due,
        caused_by=_causes(tally),
        details={"missing": text(tally.to_come)},
    )


def _causes(tally: Tally) -> tuple[str, ...]:
    answers = () if tally.answered_by is None else (tally.answered_by.event_id,)
    return (tally.wanted.since.event_id, *answers)


def eta_slip(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines whose goods are announced, or promised, for after the day of need."""
    etas = _etas(case)
    for tally in case.picture.tallies.values():
        need_by, (day, entry) = tally.wanted.terms.need_by, _latest(tally, etas)
        if entry is None or need_by is None or day <= need_by or not _awaited(case, tally, policy):
            continue
        yield Finding(
            evidence=tally.number,
            stages=(Stage(policy.overtaking_grace, _slipping(tally, policy)),),
            line=tally.number,
            message=f"Line {tally.number} of {case.name} will come late: {entry.title} names {date_text(day)}, "
            f"needed by {date_text(need_by)}.",
            expected=f"by {date_text(need_by)}",
            actual=date_text(day),
            caused_by=(entry.event_id,),
            details={"days": str(day - need_by)},
        )


def _slipping(tally: Tally, policy: Policy) -> Severity:
    return Severity.WARN if policy.is_critical(tally.wanted.terms.item_id) else Severity.INFO


def _etas(case: Case) -> dict[str, tuple[int, Entry]]:
    """Line -> the last day on which a shipment that has not come is expected, and the document that says so."""
    found: dict[str, tuple[int, Entry]] = {}
    if not case.picture.etas:
        return found
    taken_in = _taken_in(case)
    for goods in case.picture.shipments:
        number = goods.entry.document.number
        eta = case.picture.etas.get(number)
        if eta is None or number in taken_in:
            continue
        for line, quantity in goods.quantities.items():
            if quantity and (line not in found or found[line][0] < eta[0]):
                found[line] = eta
    return found


def _latest(tally: Tally, etas: dict[str, tuple[int, Entry]]) -> tuple[int, Entry | None]:
    """The later of promise and announcement; once all is announced the promise no longer matters."""
    day, entry = etas.get(tally.number, (0, None))
    promised = tally.answer.promised
    if promised is not None and tally.shipped < tally.target and (entry is None or promised > day):
        return promised, tally.answered_by
    return day, entry


def not_received(case: Case, now: int, policy: Policy) -> Iterator[Finding | Later]:
    """Shipments past the day on which they were expected, of which no receipt tells."""
    tallies = case.picture.tallies
    if not case.picture.etas:
        return
    taken_in = _taken_in(case)
    unnamed = {line for goods in case.picture.receipts if _shipment(goods) is None for line in goods.quantities}
    for goods in case.picture.shipments:
        number = goods.entry.document.number
        eta = case.picture.etas.get(number)
        lines = [
            line
            for line, quantity in sorted(goods.quantities.items())
            if quantity and line not in unnamed and _under_way(case, tallies[line], policy)
        ]
        if eta is not None and lines and number not in taken_in:
            last = business_days_after(eta[0], policy.not_received_business_days, policy.calendar_country)
            due = eta[1].end_of(last)
            yield _not_received(case, goods, eta, lines, due) if due <= now else Later(due)


def _under_way(case: Case, tally: Tally, policy: Policy) -> bool:
    return tally.received < tally.shipped and _awaited(case, tally, policy)


def _taken_in(case: Case) -> set[str | None]:
    """The shipments that receipts name."""
    return {_shipment(goods) for goods in case.picture.receipts}


def _shipment(goods: Goods) -> str | None:
    number: str | None = getattr(goods.entry.document, "shipment_id", None)
    return number or None


def _not_received(case: Case, goods: Goods, eta: tuple[int, Entry], lines: list[str], due: int) -> Finding:
    (day, said_by), tallies = eta, case.picture.tallies
    amounts = listed(f"{text(goods.quantities[line])} {tallies[line].uom} (line {line})" for line in lines)
    return Finding(
        evidence=goods.entry.document.number,
        since=due,
        line=lines[0] if len(lines) == 1 else None,
        message=f"{sentence(goods.entry.title)} was expected on {date_text(day)} with {amounts} of {case.name}, "
        "and no receipt tells of it.",
        expected=f"a receipt of what was expected on {date_text(day)}",
        actual="none",
        due=due,
        caused_by=tuple(dict.fromkeys((goods.entry.event_id, said_by.event_id))),
    )
