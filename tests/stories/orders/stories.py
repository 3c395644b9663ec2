"""What makes each rule of orders speak, what leaves it silent, and what heals it."""

from __future__ import annotations

from typing import Any

from app.domain.codes import Severity
from app.domain.facts import Fact
from tests.stories.orders import bills
from tests.support.documents import (
    DAY,
    GRACE,
    HOUR,
    MINUTE,
    PO,
    TODAY,
    acked,
    billed,
    cancelled,
    confirmed,
    line,
    ordered,
    received,
    shipped,
    status,
)

Story = bills.Story


def changed(quantity: int, at: int, **fields: Any) -> Fact:
    return ordered("o2", line("10", quantity), at=at, **{"version": 2, "purpose": "CHANGE", **fields})


LOOSE: dict[str, Any] = {"goods": {"99": 1}}

CRITICAL = ordered("o1", line("10", 10, item_id="PACEMAKER"))
RETIRED = ordered("o1", line("10", 10, item_id="OLD"))
FIRES: dict[str, tuple[Story, int, str, Severity]] = {  # documents, wait, evidence, severity
    "UNKNOWN_PO": ([acked()], 15 * MINUTE, PO, Severity.WARN),
    "DUP_PO": ([ordered(), ordered("o2", line("10", 11))], 0, "version 1", Severity.HIGH),
    "DUPLICATE_CONFLICT": (
        [ordered(), shipped(), shipped(goods={"10": 9})], 0, "s1", Severity.WARN,
    ),
    "CHECK_DIGIT": ([ordered(), shipped(sscc="106141411234567890")], 0, "SHIP-s1", Severity.INFO),
    "SEQ_GAP": ([ordered(source_seq=1), acked(source_seq=3)], 15 * MINUTE, "edi", Severity.WARN),
    "IMPLAUSIBLE_TIME": ([ordered(), acked(recorded=0)], 0, "edi", Severity.WARN),
    "REVERSAL_ORPHAN": (
        [ordered(), shipped("x1", purpose="CANCEL", supersedes="s1")], DAY, "x1", Severity.WARN,
    ),
    "ACK_STUCK": ([ordered()], DAY, "o1", Severity.WARN),
    "STALE_MASTER": ([RETIRED], 4 * HOUR, "OLD/edi", Severity.WARN),
    "NO_ACK": ([ordered(), shipped()], 15 * MINUTE, PO, Severity.INFO),
    "LATE_ACK": ([ordered(), shipped(), acked(at=3 * HOUR)], GRACE, "ACK-a1", Severity.INFO),
    "TRANSMISSION_REJECTED": ([ordered(), acked(level="TECHNICAL", ack_type="R")], 0, "ACK-a1", Severity.HIGH),
    "ACK_AMBIGUOUS": ([ordered(), acked(codes={"10": [status("ZZ")]})], GRACE, "ACK-a1/10", Severity.WARN),
    "ACK_REJECTED": ([ordered(), acked(codes={"10": [status("IR")]})], GRACE, "10", Severity.HIGH),
    "ACK_BACKORDER": ([CRITICAL, acked(codes={"10": [status("IB", 4)]})], GRACE, "10", Severity.HIGH),
    "STATUS_REGRESSION": (
        [ordered(), acked(), acked("a2", at=2 * HOUR, codes={"10": [status("IR", 10)]})], GRACE, "10", Severity.WARN,
    ),
    "ACK_CHANGE": ([ordered(), acked(codes={"10": [status("IQ", 9)]})], GRACE, "10", Severity.WARN),
    "ACK_ON_CANCELLED": ([ordered(), cancelled(), acked(at=2 * DAY)], GRACE, "ACK-a1", Severity.WARN),
    "CANCEL_UNANSWERED": ([ordered(), acked(), cancelled()], DAY, "c1", Severity.WARN),
    "OVERDUE": (  # today is a Sunday
        [ordered("o1", line("10", 10, need_by=TODAY + 2)), received(goods={"10": 9})],
        3 * DAY + 9 * HOUR,
        "10",
        Severity.WARN,
    ),
    "ETA_SLIP": (
        [ordered("o1", line("10", 10, need_by=TODAY + 2)), shipped(eta=TODAY + 3)], GRACE, "10", Severity.INFO,
    ),
    "NOT_RECEIVED": ([ordered(), shipped(eta=TODAY + 2)], 5 * DAY + 10 * HOUR, "SHIP-s1", Severity.WARN),
    "CHANGE_REJECTED": (
        [ordered(), acked(), changed(12, DAY), acked("a2", at=DAY + HOUR, ack_type="RJ", change_response=True)],
        GRACE,
        "ACK-a2",
        Severity.HIGH,
    ),
    "CHANGE_UNANSWERED": (
        [ordered(), acked(), shipped(goods={"10": 4}), changed(12, DAY)], DAY, "o2", Severity.WARN,
    ),
    "NO_CHANGE_PENDING": ([ordered(), acked(change_response=True)], 15 * MINUTE, "ACK-a1", Severity.WARN),
    "CHANGE_AFTER_SHIP": ([ordered(), shipped(goods={"10": 8}), changed(6, DAY)], GRACE, "10", Severity.WARN),
    "CHANGE_ON_CANCELLED": (
        [ordered(), cancelled(), changed(12, 2 * DAY, version=10)], GRACE, "o2", Severity.WARN,
    ),
    "NO_ASN": ([ordered(), received()], DAY, "REC-r1", Severity.WARN),
    "RECEIPT_NO_PO": ([received(po_number=None)], 0, "REC-r1", Severity.WARN),
    "LINE_UNMATCHED": ([ordered(), shipped(**LOOSE)], 15 * MINUTE, "SHIP-s1/99", Severity.WARN),
    "UOM_MISMATCH": ([ordered(), shipped(uom="XCS")], 15 * MINUTE, "SHIP-s1/10/XCS", Severity.WARN),
    "ASN_RECEIPT": ([ordered(), shipped(), received(goods={"10": 8})], 7 * DAY, "10", Severity.WARN),
    "OVER_SHIP": ([ordered(), shipped(goods={"10": 11})], GRACE, "10", Severity.WARN),
    "OVER_RECEIPT": ([ordered(), received(goods={"10": 11})], GRACE, "10", Severity.WARN),
    "SHIPPED_BEFORE_ORDERED": ([ordered(), shipped(ship_date=TODAY - 1)], 0, "SHIP-s1", Severity.WARN),
    "SHIP_ON_CANCELLED": ([ordered(), cancelled(), shipped(at=2 * DAY)], GRACE, "SHIP-s1", Severity.HIGH),
    "CANCEL_AFTER_SHIP": ([ordered(), shipped(), cancelled()], GRACE, "SHIP-s1", Severity.WARN),
    "RECEIPT_ON_CLOSED": ([ordered(), cancelled(), received(at=2 * DAY)], GRACE, "REC-r1", Severity.HIGH),
    **bills.FIRES,
}  # fmt: skip

QUIET: dict[str, tuple[Story, int]] = {
    "UNKNOWN_PO": ([acked(), ordered(recorded=HOUR + 10 * MINUTE)], DAY),
    "DUP_PO": ([ordered(), ordered("o2", source_seq=7), ordered("o3", line("10", 12), version=2)], DAY),
    "DUPLICATE_CONFLICT": ([ordered(), shipped(), shipped(purpose="DUPLICATE", recorded=3 * HOUR)], DAY),
    "CHECK_DIGIT": ([ordered(), shipped(sscc="00106141411234567897")], DAY),
    "SEQ_GAP": ([ordered(source_seq=1), acked(source_seq=3), shipped(source_seq=2)], DAY),
    "IMPLAUSIBLE_TIME": ([ordered(), acked(recorded=HOUR - 10 * MINUTE)], DAY),
    "REVERSAL_ORPHAN": ([ordered(), shipped("x1", purpose="CANCEL", supersedes="s1"), shipped()], 2 * DAY),
    "ACK_STUCK": ([ordered(), shipped()], 2 * DAY),
    "NO_ACK": ([ordered(), shipped(), acked(recorded=2 * HOUR + 10 * MINUTE)], DAY),
    "LATE_ACK": ([ordered(), shipped(), acked(recorded=3 * HOUR)], DAY),
    "TRANSMISSION_REJECTED": ([ordered(), acked(level="TECHNICAL", ack_type="E")], HOUR),
    "ACK_AMBIGUOUS": ([ordered(), acked(codes={"10": [status("IA", 4), status("IB", 6)]})], DAY),
    "ACK_BACKORDER": ([ordered(), acked(codes={"10": [status("IB")]})], DAY),
    "STALE_MASTER": ([RETIRED, received(at=HOUR)], DAY),
    "ACK_REJECTED": ([ordered(), acked(codes={"10": [status("IR")]}), cancelled(), acked("a2", at=2 * DAY)], DAY),
    "STATUS_REGRESSION": (
        [ordered(), acked(at=2 * HOUR), acked("a2", at=HOUR, recorded=3 * HOUR, codes={"10": [status("IR", 10)]})], DAY,
    ),
    "ACK_CHANGE": (
        [
            ordered("o1", line("10", 10, need_by=TODAY + 5, unit_price=1_000_000)),
            acked(codes={"10": [status("DR", date=TODAY + 7), status("IP", unit_price=1_010_000)]}),
        ],
        DAY,
    ),
    "ACK_ON_CANCELLED": ([ordered(), cancelled(), acked(at=2 * DAY, ack_type="RJ")], DAY),
    "CANCEL_UNANSWERED": (
        [ordered(), acked(), cancelled(), acked("a2", at=DAY + HOUR, change_response=True)], 2 * DAY,
    ),
    "OVERDUE": (
        [
            ordered("o1", line("10", 10, need_by=TODAY + 2)),
            acked(codes={"10": [status("IA", 10, date=TODAY + 5)]}),
            received(at=4 * DAY),
        ],
        30 * DAY,
    ),
    "ETA_SLIP": ([ordered("o1", line("10", 10, need_by=TODAY + 2)), shipped(eta=TODAY + 2)], 30 * DAY),
    "NOT_RECEIVED": ([ordered(), shipped(eta=TODAY + 2), received(at=4 * DAY)], 30 * DAY),
    "CHANGE_REJECTED": (
        [ordered(), changed(12, HOUR), acked("a2", at=2 * HOUR, ack_type="AT", change_response=True)], 2 * DAY,
    ),
    "CHANGE_UNANSWERED": (
        [ordered(), acked(), shipped(goods={"10": 4}), changed(12, DAY), acked("a2", at=2 * DAY)], 3 * DAY,
    ),
    "NO_CHANGE_PENDING": (
        [ordered(), acked("a2", at=2 * HOUR, change_response=True), changed(12, HOUR, recorded=2 * HOUR + 10 * MINUTE)],
        DAY,
    ),
    "CHANGE_AFTER_SHIP": ([ordered(), shipped(goods={"10": 6}), changed(6, DAY)], DAY),
    "CHANGE_ON_CANCELLED": ([ordered(), cancelled(), changed(12, HOUR), confirmed()], DAY),
    "NO_ASN": ([ordered(), received(), shipped(recorded=20 * HOUR)], 2 * DAY),
    "RECEIPT_NO_PO": ([ordered(), received()], DAY),
    "LINE_UNMATCHED": ([shipped(**LOOSE), ordered("o1", line("10", 10), line("99", 1), recorded=3 * HOUR)], DAY),
    "UOM_MISMATCH": ([ordered(), shipped()], DAY),
    "ASN_RECEIPT": ([ordered(), shipped(), received(goods={"10": 8}), received("r2", goods={"10": 2})], 8 * DAY),
    "OVER_SHIP": ([ordered("o1", line("10", 10, over_tolerance_pct=100_000)), shipped(goods={"10": 11})], DAY),
    "OVER_RECEIPT": (
        [ordered(), received(), received("x1", purpose="CANCEL", supersedes="r1"), received("r2")], DAY,
    ),
    "SHIPPED_BEFORE_ORDERED": ([confirmed(at=0), shipped(ship_date=TODAY - 1)], DAY),
    "SHIP_ON_CANCELLED": ([ordered(), cancelled(), shipped(at=2 * DAY), confirmed(at=3 * DAY)], DAY),
    "CANCEL_AFTER_SHIP": ([ordered(), shipped(goods={"10": 4}), received(goods={"10": 4}), cancelled()], DAY),
    "RECEIPT_ON_CLOSED": ([ordered(), cancelled(), confirmed(), received(at=3 * DAY)], DAY),
    **bills.QUIET,
}  # fmt: skip

HEALS: dict[str, tuple[Story, Story]] = {  # what fires it for good, and what ends it
    "UNKNOWN_PO": ([acked()], [ordered(recorded=3 * DAY)]),
    "CHECK_DIGIT": (
        [ordered(), shipped(sscc="123")],
        [shipped("s2", purpose="REPLACE", supersedes="s1", sscc="106141411234567897", at=3 * DAY)],
    ),
    "SEQ_GAP": ([ordered(source_seq=1), acked(source_seq=3)], [shipped(source_seq=2, recorded=3 * DAY)]),
    "REVERSAL_ORPHAN": (
        [ordered(), shipped("x1", purpose="CANCEL", supersedes="s1")], [shipped(recorded=3 * DAY)],
    ),
    "ACK_STUCK": ([ordered()], [acked(at=3 * DAY)]),
    "NO_ACK": ([ordered(), shipped()], [acked(at=3 * DAY)]),
    "LATE_ACK": ([ordered(), shipped(), acked(at=DAY)], [received(at=3 * DAY), billed(at=3 * DAY)]),
    "STATUS_REGRESSION": (
        [ordered(), shipped(goods={"10": 4}), acked(at=DAY, ack_type="RJ")], [shipped("s2", at=3 * DAY)],
    ),
    "TRANSMISSION_REJECTED": (
        [ordered(), acked(level="TECHNICAL", ack_type="RJ")],
        [acked("a2", level="TECHNICAL", ack_type="A", at=3 * DAY)],
    ),
    "ACK_AMBIGUOUS": ([ordered(), acked(codes={"10": [status("BP")]})], [acked("a2", at=3 * DAY)]),
    "ACK_BACKORDER": ([CRITICAL, acked(codes={"10": [status("IB")]})], [shipped(at=3 * DAY)]),
    "STALE_MASTER": (
        [RETIRED], [ordered("o2", line("10", 10, item_id="NEW"), version=2, purpose="CHANGE", at=3 * DAY)],
    ),
    "ACK_REJECTED": ([ordered(), acked(codes={"10": [status("IR")]})], [shipped(at=3 * DAY)]),
    "ACK_CHANGE": (
        [ordered(), acked(codes={"10": [status("IS", 10, item_id="OTHER")]})],
        [ordered("o2", version=2, at=3 * DAY), received(at=4 * DAY)],
    ),
    "ACK_ON_CANCELLED": ([ordered(), cancelled(), acked(at=2 * DAY)], [confirmed(at=3 * DAY)]),
    "OVERDUE": (
        [ordered("o1", line("10", 10, need_by=TODAY - 1))],
        [acked(codes={"10": [status("DR", 10, date=TODAY + 9)]}, at=3 * DAY)],
    ),
    "ETA_SLIP": (
        [ordered("o1", line("10", 10, need_by=TODAY + 1)), shipped(eta=TODAY + 2)],
        [shipped("m1", shipment_id="SHIP-s1", kind="MILESTONE", eta=TODAY + 1, goods={}, at=3 * DAY)],
    ),
    "NOT_RECEIVED": (
        [ordered(), shipped(eta=TODAY - 4)], [received(goods={"10": 4}, shipment_id="SHIP-s1", at=3 * DAY)],
    ),
    "CHANGE_REJECTED": (
        [ordered(), acked(), changed(12, DAY), acked("a2", at=DAY + HOUR, ack_type="RJ", change_response=True)],
        [acked("a3", at=3 * DAY, ack_type="AT", change_response=True)],
    ),
    "CHANGE_UNANSWERED": (
        [ordered(), acked(), shipped(goods={"10": 4}), changed(12, DAY)], [shipped("s2", goods={"10": 8}, at=4 * DAY)],
    ),
    "NO_CHANGE_PENDING": ([ordered(), acked("a2", change_response=True)], [changed(12, MINUTE, recorded=3 * DAY)]),
    "CHANGE_AFTER_SHIP": (
        [ordered(), shipped(goods={"10": 8}), changed(6, DAY)],
        [ordered("o3", line("10", 8), version=3, purpose="CHANGE", at=4 * DAY)],
    ),
    "CHANGE_ON_CANCELLED": (
        [ordered(), cancelled(), changed(12, 2 * DAY, version=10)], [confirmed(at=5 * DAY)],
    ),
    "NO_ASN": ([ordered(), received()], [shipped(recorded=3 * DAY)]),
    "UOM_MISMATCH": ([ordered(), shipped(uom="XCS")], [shipped("s2", purpose="REPLACE", supersedes="s1", at=3 * DAY)]),
    "ASN_RECEIPT": ([ordered(), shipped(), received(goods={"10": 12})], [shipped("s2", goods={"10": 2}, at=3 * DAY)]),
    "OVER_SHIP": ([ordered(), shipped(goods={"10": 11})], [ordered("o2", line("10", 11), version=2, at=3 * DAY)]),
    "OVER_RECEIPT": (
        [ordered(), received(), received("r2")], [received("x2", purpose="CANCEL", supersedes="r2", at=3 * DAY)],
    ),
    "CANCEL_AFTER_SHIP": ([ordered(), shipped(), cancelled()], [confirmed(at=3 * DAY)]),
    **bills.HEALS,
}  # fmt: skip

LATE = {"recorded": 4 * HOUR + 14 * MINUTE}  # the last to come, and what explains the others
RACES: dict[str, Story] = {
    "ACK_CHANGE": [ordered(), acked(codes={"10": [status("IQ", 12)]}, at=4 * HOUR), changed(12, 3 * HOUR, **LATE)],
    "SHIP_ON_CANCELLED": [
        ordered(),
        cancelled(at=HOUR),
        shipped(at=4 * HOUR, ship_date=TODAY + 1),
        confirmed(at=2 * HOUR, **LATE),
    ],
    "OVER_SHIP": [ordered(), acked(), shipped(goods={"10": 12}, at=4 * HOUR), changed(12, 3 * HOUR, **LATE)],
    "OVER_RECEIPT": [ordered(), acked(), received(goods={"10": 12}, at=4 * HOUR), changed(12, 3 * HOUR, **LATE)],
    "INVOICE_ON_CANCELLED": [ordered(), cancelled(at=HOUR), billed(), received(at=30 * MINUTE, **LATE)],
    "MATCH_PRICE": [
        ordered("o1", line("10", 10, unit_price=2_000_000)),
        billed(unit_price=3_000_000),
        ordered("o2", line("10", 10, unit_price=3_000_000), version=2, at=HOUR, **LATE),
    ],
}
