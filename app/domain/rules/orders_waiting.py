"""What an order waits for and does not get: the order itself, an answer, a ship notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import AckState, Life, Purpose, Severity
from app.domain.policy import Policy
from app.domain.rules import wording
from app.domain.rules.answer_terms import answer_terms
from app.domain.rules.rule import Finding, Later, Stage

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry
    from app.domain.orders.lines import Tally
    from app.domain.orders.picture import Goods


OTHERWISE = frozenset({AckState.CHANGED, AckState.PART_BACKORDERED, AckState.BACKORDERED, AckState.HELD})


def unknown_orders(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    strays = case.picture.strays
    if case.po_number is None or not strays:
        return
    nouns = {entry.document.noun for entry in strays}
    grace = policy.unknown_po_ack_grace if "acknowledgement" in nouns else policy.unknown_po_grace
    titles, count = ", ".join(entry.title for entry in strays[:5]), wording.counted(len(strays), "document")
    sources = {entry.source_system for entry in strays}
    yield Finding(
        evidence=case.po_number,
        source_system=min(sources) if len(sources) == 1 else None,
        stages=(Stage(grace, Severity.WARN),),
        message=f"Nobody has sent order {case.po_number}, named in {count}: {titles}.",
        expected=f"order {case.po_number}",
        actual=f"{count} without it",
        caused_by=tuple(sorted(entry.event_id for entry in strays)),
    )


def stuck_acks(case: Case, now: int, policy: Policy) -> Iterator[Finding | Later]:
    if not policy.expects_acks(case.picture.supplier_id) or not case.wanted:
        return
    waiting: dict[str, tuple[Entry, list[str]]] = {}
    for number, tally in case.picture.tallies.items():
        if _unanswered(tally) and number not in case.picture.ambiguous:
            asked = case.picture.cancelling.asked_by(tally.wanted.since)
            waiting.setdefault(asked.event_id, (asked, []))[1].append(number)
    for document, lines in waiting.values():
        yield _stuck(case, document, sorted(lines), now, policy)


def _unanswered(tally: Tally) -> bool:
    silent = tally.answer.state is AckState.NONE and not tally.shipped and not tally.received
    return silent and _asks(tally)


def _asks(tally: Tally) -> bool:
    """Whether a line wants an answer at all."""
    return not tally.two_way and tally.target > 0


def never_answered(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines that are on their way, which implies that they are accepted, and were never answered."""
    if case.po_number is None or not policy.expects_acks(case.picture.supplier_id) or not case.wanted:
        return
    tallies = case.picture.tallies
    silent = (tally for tally in tallies.values() if tally.shipped and tally.heard is None)
    lines = sorted(tally.number for tally in silent if _asks(tally) and not tally.arrived(policy))
    if lines:
        shown = wording.listed(lines)
        yield Finding(
            evidence=case.po_number,
            line=lines[0] if len(lines) == 1 else None,
            message=f"The supplier ships line(s) {shown} of {case.name} and has never acknowledged them: what is "
            "shipped counts as accepted, of the rest nothing is known.",
            expected="an acknowledgement before the ship notice",
            actual="none",
            details={"lines": shown},
        )


def late_answers(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """First answers that were written after the goods had left or come, and others that change what has come."""
    if not policy.expects_acks(case.picture.supplier_id) or not case.wanted:
        return
    late: dict[str, tuple[Entry, list[str]]] = {}
    for number, tally in case.picture.tallies.items():
        answer = _late_answer(case, tally, policy)
        if answer is not None and _asks(tally):
            late.setdefault(answer.document.number, (answer, []))[1].append(number)
    for number, (answer, lines) in late.items():
        shown = wording.listed(sorted(lines))
        first = case.picture.tallies[lines[0]].heard is answer
        says = "is the first answer to" if first else "changes"
        yield Finding(
            evidence=number,
            line=lines[0] if len(lines) == 1 else None,
            message=f"{wording.sentence(answer.title)} {says} line(s) {shown} of {case.name}, and was written after "
            f"their goods had {'left or ' if first else ''}come.",
            expected="an acknowledgement before the goods",
            actual="one after them",
            caused_by=(answer.event_id,),
            details={"lines": shown},
        )


def _late_answer(case: Case, tally: Tally, policy: Policy) -> Entry | None:
    first, last = tally.heard, tally.answered_by
    if first is not None and tally.moved is not None and first.place > tally.moved:
        return first
    if last is None or tally.answer.state not in OTHERWISE or not tally.arrived(policy):
        return None
    before = (goods for goods in case.picture.receipts if goods.entry.place < last.place)
    return last if sum(goods.quantities.get(tally.number, 0) for goods in before) >= tally.received else None


def _stuck(case: Case, document: Entry, lines: list[str], now: int, policy: Policy) -> Finding | Later:
    terms = answer_terms(case.picture.supplier_id, policy)
    since, stages = document.record_time, terms.stages(document, policy)
    if now < since + stages[0].grace:
        return Later(since + stages[0].grace)
    shown = wording.listed(lines)
    return Finding(
        evidence=document.event_id,
        since=since,
        line=lines[0] if len(lines) == 1 else None,
        message=f"The supplier has not answered {_asked(case, document)}{case.name} for "
        f"{wording.roughly(now - since)}: no acknowledgement of line(s) {shown}, which is due within {terms.text}.",
        expected=f"an acknowledgement within {terms.text}",
        actual="none",
        stages=stages,
        due=terms.due(document, terms.within),
        caused_by=(document.event_id,),
        details={"lines": shown},
    )


def _asked(case: Case, document: Entry) -> str:
    if document is case.picture.cancelling.revived:
        return "the reactivation of "
    changes = document.purpose in (Purpose.CHANGE, Purpose.REPLACE)
    return f"the change (version {getattr(document.document, 'version', 0)}) of " if changes else ""


def unanswered_cancels(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    cancel = case.picture.cancel
    due = case.picture.answer_due(policy)
    if cancel is None or due is None or case.life is Life.COMPLETED:
        return
    yield Finding(
        evidence=cancel.event_id,
        since=cancel.record_time,
        message=f"The supplier acknowledged {case.name} and has not answered its cancel within "
        f"{wording.lasting(policy.cancel_answer_grace)}: he may still ship.",
        expected="an answer to the cancel (865)",
        actual="none",
        due=due,
        caused_by=(cancel.event_id,),
    )


def missing_asns(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    if not policy.expects_asns(case.picture.supplier_id) or not case.picture.tallies:
        return
    announced = {goods.entry.document.number for goods in case.picture.shipments}
    for goods in case.picture.receipts:
        lines = _unannounced(case, goods, announced)
        if lines:
            entry = goods.entry
            shipment = getattr(entry.document, "shipment_id", None)
            notice = f"ship notice {shipment}" if shipment else "a ship notice"
            yield Finding(
                evidence=entry.document.number,
                message=f"{wording.sentence(entry.title)} took in line(s) {wording.listed(lines)} of {case.name} "
                f"and {notice} has not come.",
                expected=notice,
                actual="none",
                caused_by=(entry.event_id,),
            )


def _unannounced(case: Case, goods: Goods, announced: set[str]) -> list[str]:
    """Lines that came without a notice: the one that the receipt names, else any for the line."""
    shipment = getattr(goods.entry.document, "shipment_id", None)
    if shipment in announced:
        return []
    tallies = case.picture.tallies
    return sorted(
        number
        for number, quantity in goods.quantities.items()
        if quantity and not tallies[number].two_way and (shipment is not None or not tallies[number].shipped)
    )
