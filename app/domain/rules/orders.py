"""The rules of purchase orders. Sources: contracts section 4, domain base section 4.

Each row names a function from the case of one order to what is wrong with it now; the functions stand by subject.
"""

from __future__ import annotations

from functools import cache

from app.domain.codes import Queue, Severity
from app.domain.rules import (
    orders_closed,
    orders_documents,
    orders_lines,
    orders_masters,
    orders_overdue,
    orders_packs,
    orders_units,
    orders_waiting,
)
from app.domain.rules.matters import AWAITED, DATED, LISTED, MOVED, ODD, PACKED, RECEIVED, SHIPPED, UNITS, WANTED
from app.domain.rules.orders_answers import ANSWERS
from app.domain.rules.orders_bills import BILLS
from app.domain.rules.rule import Rule, after, at_once, overtaking

ORDERS: tuple[Rule, ...] = (
    Rule(
        code="UNKNOWN_PO",
        needs=ODD,
        queue=Queue.BUYER,
        stages=after(lambda policy: policy.unknown_po_grace, Severity.WARN),
        finds=orders_waiting.unknown_orders,
        action="Look up the order number in the ERP: send the order again, or correct the number with who sent these.",
        healed="The order has come.",
    ),
    Rule(
        code="DUP_PO",
        needs=ODD,
        queue=Queue.BUYER,
        stages=after(lambda policy: policy.dup_po_grace, Severity.HIGH),
        finds=orders_documents.double_versions,
        action="Compare the two documents with the ERP and send the right one under a version of its own.",
        healed="Only one content of this version is left.",
    ),
    Rule(
        code="DUPLICATE_CONFLICT",
        needs=ODD,
        queue=Queue.EDI,
        stages=after(at_once, Severity.WARN),
        finds=orders_documents.conflicts,
        action="Ask the source which of the two is right and have it cancel the other under its own id.",
        healed="What does not count was taken back, or the second notice of a pack.",
    ),
    Rule(
        code="CHECK_DIGIT",
        needs=WANTED | PACKED,
        queue=Queue.EDI,
        stages=after(at_once, Severity.INFO),
        finds=orders_packs.wrong_numbers,
        action="Have the supplier print and send SSCCs as assigned; count the delivery line by line meanwhile.",
        healed="The notice was replaced or taken back, or nothing of the order is to come any more.",
    ),
    Rule(
        code="SEQ_GAP",
        needs=ODD,
        queue=Queue.EDI,
        stages=after(lambda policy: policy.seq_gap_grace, Severity.WARN),
        finds=orders_documents.gaps,
        action="Ask the source to send the missing numbers again.",
        healed="The missing numbers have come.",
    ),
    Rule(
        code="IMPLAUSIBLE_TIME",
        needs=ODD,
        queue=Queue.EDI,
        stages=after(at_once, Severity.WARN),
        finds=orders_documents.implausible_times,
        action="Check the clock and the dates of the source; replace the documents that are wrong.",
        healed="No document with an impossible time is left.",
    ),
    Rule(
        code="REVERSAL_ORPHAN",
        needs=ODD,
        queue=Queue.EDI,
        stages=after(lambda policy: policy.reversal_orphan_grace, Severity.WARN),
        finds=orders_documents.orphans,
        action="Find the document or receipt that it takes back: have it sent again, or the reversal withdrawn.",
        healed="What was taken back has come, or the reversal was withdrawn.",
    ),
    *ANSWERS,
    Rule(
        code="OVERDUE",
        needs=WANTED | DATED,
        queue=Queue.BUYER,
        stages=after(at_once, Severity.WARN),
        finds=orders_overdue.overdue,
        action="Expedite: get a new day from the supplier, or find the goods elsewhere.",
        healed="The goods have come, have another day, or are no longer wanted.",
    ),
    Rule(
        code="ETA_SLIP",
        needs=WANTED | DATED,
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.INFO),
        finds=orders_overdue.eta_slip,
        action="Check whether the stock lasts until then; if not, have the goods sent faster or find them elsewhere.",
        healed="The goods have come, are expected in time, or are no longer wanted.",
    ),
    Rule(
        code="NOT_RECEIVED",
        needs=WANTED | AWAITED,
        queue=Queue.RECEIVING,
        stages=after(at_once, Severity.WARN),
        finds=orders_overdue.not_received,
        action="Look for the goods at the dock and have the carrier trace them; book the receipt if they are there.",
        healed="A receipt tells of it, it has another day, or it is no longer wanted.",
    ),
    Rule(
        code="NO_ASN",
        needs=RECEIVED,
        queue=Queue.RECEIVING,
        stages=after(lambda policy: policy.no_asn_grace, Severity.WARN),
        finds=orders_waiting.missing_asns,
        action="Ask the supplier for the ship notice, and count the delivery against the order.",
        healed="The ship notice has come, or none is needed.",
    ),
    Rule(
        code="RECEIPT_NO_PO",
        needs=ODD | RECEIVED,
        queue=Queue.RECEIVING,
        stages=after(lambda policy: policy.receipt_no_po_grace, Severity.WARN),
        finds=orders_documents.orderless_receipts,
        action="Find out for which order or loan the goods came and book the receipt there.",
        healed="The receipt was taken back.",
    ),
    Rule(
        code="LINE_UNMATCHED",
        needs=ODD,
        queue=Queue.EDI,
        stages=after(lambda policy: policy.line_unmatched_grace, Severity.WARN),
        finds=orders_documents.unmatched_lines,
        action="Find the order line that is meant and have the document sent again with its number.",
        healed="The line has found its order line, or its document was taken back.",
    ),
    Rule(
        code="UOM_MISMATCH",
        needs=UNITS,
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.uom_mismatch_grace, Severity.WARN),
        finds=orders_units.mismatches,
        action="Add the unit to the item's master if it is right, else have the document sent in the order's unit.",
        healed="All counts in one unit, and the quantities fit, or the document was taken back.",
    ),
    Rule(
        code="STALE_MASTER",
        needs=WANTED | LISTED,
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.stale_master_grace, Severity.WARN),
        finds=orders_masters.retired_items,
        action="Change the order to the item that takes its place; send the item's master to the source again.",
        healed="The lines are changed or have come, or the item is active again.",
    ),
    Rule(
        code="ASN_RECEIPT",
        needs=RECEIVED,
        queue=Queue.RECEIVING,
        stages=after(lambda policy: policy.remainder_grace, Severity.WARN),
        finds=orders_lines.shipped_and_received,
        action="Count the delivery again; report the difference to the supplier.",
        healed="Shipped and received agree.",
    ),
    Rule(
        code="OVER_SHIP",
        needs=SHIPPED,
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_lines.over_shipped,
        action="Decide whether to keep the surplus: raise the order, or ask the supplier to take it back.",
        healed="No more is shipped than the order allows.",
    ),
    Rule(
        code="OVER_RECEIPT",
        needs=RECEIVED,
        queue=Queue.RECEIVING,
        stages=after(overtaking, Severity.WARN),
        finds=orders_lines.over_received,
        action="Count again; then raise the order or return the surplus.",
        healed="No more was received than the order allows.",
    ),
    Rule(
        code="SHIPPED_BEFORE_ORDERED",
        needs=MOVED,
        queue=Queue.BUYER,
        stages=after(at_once, Severity.WARN),
        finds=orders_closed.before_ordered,
        action="Check whether goods were ordered by telephone first, or a date is wrong.",
        healed="No goods moved before the order's date.",
    ),
    Rule(
        code="SHIP_ON_CANCELLED",
        needs=ODD | SHIPPED,
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.HIGH),
        finds=orders_closed.shipped_after_cancel,
        action="Call the supplier: stop the delivery, or reactivate the order.",
        healed="Nothing is shipped on a cancelled order.",
    ),
    Rule(
        code="CANCEL_AFTER_SHIP",
        needs=ODD | SHIPPED,
        queue=Queue.BUYER,
        stages=after(overtaking, Severity.WARN),
        finds=orders_closed.cancelled_after_ship,
        action="The goods were on their way before the cancel: agree with the supplier who keeps them.",
        healed="Nothing had left before the cancel, or the cancel no longer stands.",
    ),
    Rule(
        code="RECEIPT_ON_CLOSED",
        needs=ODD | RECEIVED,
        queue=Queue.RECEIVING,
        stages=after(overtaking, Severity.HIGH),
        finds=orders_closed.received_on_closed,
        action="Set the goods aside and ask the buyer whether to keep or return them.",
        healed="The order was reactivated, or the receipt taken back.",
    ),
    *BILLS,
)


@cache
def asked(matters: int) -> tuple[Rule, ...]:
    """The rules that can find anything where there is no more than this (`app.domain.rules.matters`)."""
    return tuple(rule for rule in ORDERS if rule.needs & matters == rule.needs)
