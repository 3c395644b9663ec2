"""The rules of stock positions. Sources: domain base section 4, contracts section 4 (Held, Conditions and grace)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.codes import Queue, Severity
from app.domain.policy import Policy
from app.domain.quantities import text
from app.domain.rules import wording
from app.domain.rules.rule import Finding, Rule, Stage, after, at_once
from app.domain.units import known

if TYPE_CHECKING:
    from app.domain.positions.state import Position, Stream


def _duplicate_conflicts(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    for evidence in position.oddities.conflicts:
        what = wording.contested(evidence, position.sources)
        yield Finding(
            evidence=evidence,
            message=f"{what} came to {position.key} with two different contents; the one written down first counts.",
            expected="one content",
            actual="several",
        )


def _gaps(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    return wording.gaps(
        position.sources, policy, "event", position.key, "The balance may be wrong by what was said there."
    )


def _beyond_horizon(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    for event_id in position.oddities.parked:
        yield Finding(
            evidence=event_id,
            message=f"Event {event_id} for {position.key} is dated more than {wording.lasting(policy.horizon)} before "
            "the newest one of its kind of stock. Nobody can tell any more whether it was booked before: it is in no "
            "balance.",
            caused_by=(event_id,),
        )


def _implausible_times(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    for source, count in position.oddities.implausible.items():
        yield Finding(
            evidence=source,
            source_system=source,
            message=f"Source {source} sent {wording.counted(count, 'event')} for {position.key} "
            f"{wording.odd_times(policy)}",
            details={"events": str(count)},
        )


def _negative_stock(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    location = policy.masters.locations.get(position.location_id)
    if location is not None and not location.perpetual:
        return  # nobody books all that is taken there
    critical = policy.is_critical(position.item_id)
    for stream in position.streams:
        if stream.balance < 0:
            balance = f"{text(stream.balance)} {stream.uom}"
            yield Finding(
                evidence=str(stream.stock_status),
                stages=(Stage(policy.negative_stock_grace, Severity.HIGH),) if critical else None,
                message=f"{position.item_id}{', a critical item,' if critical else ''} at {position.location_id}: "
                f"{stream.stock_status} stock stands at {balance}. More left the shelf than came to it: a receipt is "
                "missing, or an issue was booked twice.",
                expected="0 or more",
                actual=balance,
            )


def _lot_negative(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    for stream in position.streams:
        if stream.balance >= 0:
            yield from (_negative_lot(position, stream, lot, q) for lot, q in sorted(stream.lots.items()) if q < 0)


def _negative_lot(position: Position, stream: Stream, lot: str, quantity: int) -> Finding:
    name = f"lot {lot}" if lot else "stock without a lot"
    return Finding(
        evidence=f"{stream.stock_status}/{lot}",
        message=f"{position.item_id} at {position.location_id}: {name} ({stream.stock_status}) stands at "
        f"{text(quantity)} {stream.uom}, while all lots together are not below zero.",
        expected="0 or more",
        actual=f"{text(quantity)} {stream.uom}",
        details={"lot": lot},
    )


def _uom_mismatch(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    units = position.units
    if len(units) > 1:
        yield Finding(
            evidence="uom",
            message=f"{position.key} is moved in {wording.listed(units, ' and ')}: its quantities cannot be added."
            f"{_why(position, policy)}",
            expected="one unit",
            actual=wording.listed(units),
        )


def _why(position: Position, policy: Policy) -> str:
    """Why the item's master did not help."""
    units = known(policy.masters.packings(position.item_id))
    if not units:
        return ""
    foreign = wording.listed((uom for uom in position.units if uom != units[0]), " and ")
    return f" The item's master knows {wording.listed(units)}, and makes no exact quantity of {foreign}."


def _reversal_orphans(position: Position, now: int, policy: Policy) -> Iterator[Finding]:
    for target, sources in position.oddities.waiting.items():
        for event_id in sources:
            yield Finding(
                evidence=event_id,
                message=f"Event {event_id} takes back event {target} of {position.key}, which never came.",
                expected=f"event {target}",
                actual="nothing",
                caused_by=(event_id,),
                details={"supersedes": target},
            )


POSITIONS = (
    Rule(
        code="DUPLICATE_CONFLICT",
        queue=Queue.INVENTORY,
        stages=after(at_once, Severity.WARN),
        finds=_duplicate_conflicts,
        action="Ask the source which content is true; have it cancel or replace the other one under a new event_id.",
        healed="What does not count was taken back.",
    ),
    Rule(
        code="SEQ_GAP",
        queue=Queue.EDI,
        stages=after(lambda policy: policy.seq_gap_grace, Severity.WARN),
        finds=_gaps,
        action="Have the source send the missing numbers again; count the position if it cannot.",
        healed="The missing numbers came.",
    ),
    Rule(
        code="LATE_BEYOND_HORIZON",
        queue=Queue.INVENTORY,
        stages=after(at_once, Severity.WARN),
        finds=_beyond_horizon,
        action="Find out whether the event was booked before; if not, adjust the balance or have it counted.",
        healed="The event was decided upon.",
    ),
    Rule(
        code="IMPLAUSIBLE_TIME",
        queue=Queue.EDI,
        stages=after(at_once, Severity.WARN),
        finds=_implausible_times,
        action="Check the clock and the time zone of the source; have wrong events replaced.",
        healed="The source's events with implausible times were taken back.",
    ),
    Rule(
        code="NEGATIVE_STOCK",
        queue=Queue.INVENTORY,
        stages=after(lambda policy: policy.negative_stock_grace, Severity.WARN),
        finds=_negative_stock,
        action="Look for a receipt not booked or an issue booked twice; count the shelf if neither is found.",
        healed="The balance is no longer below zero.",
    ),
    Rule(
        code="LOT_NEGATIVE",
        queue=Queue.INVENTORY,
        stages=after(lambda policy: policy.lot_negative_grace, Severity.INFO),
        finds=_lot_negative,
        action="Book the issues to the lots they were taken from, or count the lots.",
        healed="The lot is no longer below zero.",
    ),
    Rule(
        code="UOM_MISMATCH",
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.uom_mismatch_grace, Severity.WARN),
        finds=_uom_mismatch,
        action="Add the unit to the item's master if it is right, else have the event and its source corrected.",
        healed="All that counts comes to one unit again.",
    ),
    Rule(
        code="REVERSAL_ORPHAN",
        queue=Queue.EDI,
        stages=after(lambda policy: policy.reversal_orphan_grace, Severity.WARN),
        finds=_reversal_orphans,
        action="Have the source send the event that was taken back, or say which one was meant.",
        healed="The event that is taken back came, or the reversal was withdrawn.",
    ),
)
