"""The cells of domain base section 3: what may have become of an order, and what may come then.

Each state is told by its documents, each event by what comes two days after the order; `outcomes.py` says what comes of
both together.
"""

from __future__ import annotations

from typing import Any

from app.domain.facts import Fact
from tests.support.documents import (
    DAY,
    HOUR,
    MINUTE,
    START,
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

Story = list[Fact]
THEN = 2 * DAY  # when the event comes
BY_SUPPLIER: dict[str, Any] = {"at": THEN, "change_response": True}


def changed(quantity: int, at: int = THEN, **terms: Any) -> Fact:
    """The second version of the order."""
    return ordered("o9", line("10", quantity, **terms), version=2, purpose="CHANGE", at=at)


COLUMNS: dict[str, Story] = {  # every event has a cell in each
    "unknown": [],
    "open": [ordered()],
    "acked": [ordered(), acked()],
    "shipped": [ordered(), acked(), shipped()],
    "received": [ordered(), acked(), shipped(), received()],
    "cancelled": [ordered(), cancelled()],
}
STATES: dict[str, Story] = {  # some have one in these too
    **COLUMNS,
    "shipped unanswered": [ordered(), shipped()],
    "received unanswered": [ordered(), shipped(), received()],
    "shipped in part": [ordered(), acked(), shipped(goods={"10": 6})],
    "received in part": [ordered(), shipped(goods={"10": 8}), received(goods={"10": 8})],
    "closed short": [ordered(), shipped(goods={"10": 4}), cancelled()],
    "received on closed": [ordered(), cancelled(), received(at=DAY + HOUR)],
    "cancel pending": [ordered(), acked(), cancelled()],
    "backordered in part, cancelled": [ordered(), acked(codes={"10": [status("BP", 6)]}), cancelled()],
    "changed": [ordered(), acked(), changed(12, DAY)],
    "changed, then shipped": [ordered(), acked(), changed(12, HOUR + 1), shipped(goods={"10": 6})],
    "received, then changed": [ordered(), shipped(), received(), changed(12, DAY)],
    "invoice first": [ordered(match_policy="THREE_WAY_INVOICE_FIRST"), acked()],
    "bill only": [ordered(match_policy="TWO_WAY")],
    "consignment": [ordered(match_policy="CONSIGNMENT"), acked()],
}

EVENTS: dict[str, Story] = {
    "850 again": [ordered("o9", at=THEN)],
    "850 with another content": [ordered("o9", line("10", 11), at=THEN)],
    "860 to 12": [changed(12)],
    "860 of the price": [changed(10, unit_price=2_000_000)],
    "860 to 6": [changed(6)],
    "855 accepts": [acked("a9", at=THEN)],
    "855 changes to 9": [acked("a9", at=THEN, codes={"10": [status("IQ", 9)]})],
    "855 backorders 4": [acked("a9", at=THEN, codes={"10": [status("BP", 6)]})],
    "855 rejects": [acked("a9", at=THEN, codes={"10": [status("IR")]})],
    "856 of 10": [shipped("s9", at=THEN)],
    "856 of 4": [shipped("s9", at=THEN, goods={"10": 4})],
    "856 again": [shipped("s9", at=THEN, shipment_id="SHIP-s1")],
    "856 replaced by 8": [shipped("s9", at=THEN, purpose="REPLACE", supersedes="s1", goods={"10": 8})],
    "214 of arrival, then departure": [
        shipped("m8", at=THEN, shipment_id="SHIP-s1", kind="MILESTONE", goods={}, milestone="X1"),
        shipped("m9", at=THEN + HOUR, shipment_id="SHIP-s1", kind="MILESTONE", goods={}, milestone="AF"),
    ],
    "861 of 10": [received("r9", at=THEN)],
    "861 of 8": [received("r9", at=THEN, goods={"10": 8})],
    "861 of 12": [received("r9", at=THEN, goods={"10": 12})],
    "861 again": [received("r9", at=THEN, receipt_id="REC-r1", received_at=START + 3 * HOUR)],
    "861 reversed": [received("x9", at=THEN, purpose="CANCEL", supersedes="r1", goods={})],
    "861 returned": [received("r9", at=THEN, kind="RETURN")],
    "810": [billed("i9", at=THEN)],
    "860 cancels": [cancelled("c9", at=THEN)],
    "860 deletes the line": [changed(10, cancelled=True)],
    "865 accepts": [acked("a9", ack_type="AT", **BY_SUPPLIER)],
    "865 rejects": [acked("a9", ack_type="RJ", **BY_SUPPLIER)],
    "reactivated": [confirmed("n9", at=THEN)],
}

WAITS: dict[tuple[str, str], tuple[str, int]] = {  # what is held, with the alert that ends the wait
    ("855 accepts", "unknown"): ("UNKNOWN_PO", 15 * MINUTE),
    ("855 changes to 9", "unknown"): ("UNKNOWN_PO", 15 * MINUTE),
    ("855 backorders 4", "unknown"): ("UNKNOWN_PO", 15 * MINUTE),
    ("855 rejects", "unknown"): ("UNKNOWN_PO", 15 * MINUTE),
    ("865 accepts", "unknown"): ("UNKNOWN_PO", 15 * MINUTE),
    ("856 of 10", "unknown"): ("UNKNOWN_PO", DAY),
    ("861 of 10", "unknown"): ("UNKNOWN_PO", DAY),
    ("810", "unknown"): ("UNKNOWN_PO", DAY),
    ("860 cancels", "unknown"): ("UNKNOWN_PO", DAY),
    ("850 again", "unknown"): ("ACK_STUCK", DAY),
    ("860 to 12", "acked"): ("ACK_STUCK", DAY),
    ("860 to 12", "shipped"): ("CHANGE_UNANSWERED", DAY),
    ("856 of 10", "open"): ("NO_ACK", 15 * MINUTE),
    ("861 of 10", "open"): ("NO_ASN", DAY),
    ("861 of 10", "acked"): ("NO_ASN", DAY),
    ("861 of 8", "shipped"): ("ASN_RECEIPT", 7 * DAY),
    ("861 reversed", "open"): ("REVERSAL_ORPHAN", DAY),
    ("861 reversed", "shipped"): ("REVERSAL_ORPHAN", DAY),
    ("861 returned", "shipped"): ("REVERSAL_ORPHAN", DAY),
    ("810", "acked"): ("MATCH_QTY", 7 * DAY),
    ("810", "shipped"): ("MATCH_QTY", 7 * DAY),
    ("860 cancels", "acked"): ("CANCEL_UNANSWERED", DAY),
    ("860 deletes the line", "acked"): ("CANCEL_UNANSWERED", DAY),
    ("865 accepts", "acked"): ("NO_CHANGE_PENDING", 15 * MINUTE),
}
