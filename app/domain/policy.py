"""Every threshold of the rules, once: name, unit, default, meaning. Settings carry these names to operators.

Durations are milliseconds, percentages and quantities integers of 1/10,000. Defaults come from the domain base:
grace of 15 minutes for feeds that overtake each other, a correction horizon of 400 days.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from app.domain.golden import Masters

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ONE = 10_000  # the scaled unit of quantities and percentages
WHOLE = 100 * ONE  # 100 %


def _meaning(text: str, unit: str) -> Meta:
    return Meta(description=text, extra={"unit": unit})


def _duration(text: str) -> Meta:
    return _meaning(text, "duration")


class Policy(Struct, frozen=True, kw_only=True):
    """The thresholds a judgement may use, and what the masters say beside them."""

    masters: Masters = field(default_factory=Masters)

    horizon: Annotated[int, _duration("how far back movements are kept, from the newest of their stock status")] = (
        400 * DAY
    )
    closed_order_retention: Annotated[int, _duration("how long a closed order is kept after its last document")] = (
        400 * DAY
    )
    late_after: Annotated[int, _duration("how far behind the newest of its stock status an event counts as late")] = (
        15 * MINUTE
    )
    seq_from: Annotated[int, _meaning("1: numbers below the lowest one held are a gap; 0: they are not", "0 or 1")] = 1
    seq_gap_grace: Annotated[int, _duration("how long a missing source_seq may be late")] = 15 * MINUTE
    negative_stock_grace: Annotated[int, _duration("how long a balance may be below zero")] = 15 * MINUTE
    lot_negative_grace: Annotated[int, _duration("how long one lot may be below zero while the sum is not")] = (
        15 * MINUTE
    )
    uom_mismatch_grace: Annotated[
        int, _duration("how long a position may hold two units, or a document one that nobody can convert")
    ] = 15 * MINUTE
    uom_factor_pct: Annotated[
        int, _meaning("UOM_MISMATCH: how near to one pack two quantities of a line must differ to be a wrong unit", "%")
    ] = ONE // 10
    reversal_orphan_grace: Annotated[int, _duration("how long a CANCEL or REPLACE may wait for its target")] = 24 * HOUR
    future_tolerance: Annotated[int, _duration("how far event_time may lie after record_time unremarked")] = 10 * MINUTE
    held_after: Annotated[int, _duration("event_time further than this after record_time is held")] = 90 * DAY
    held_before: Annotated[int, _duration("event_time further than this before record_time is held")] = 2 * 365 * DAY
    overtaking_grace: Annotated[
        int, _duration("how long a document may contradict those of other feeds, which it may have overtaken")
    ] = 15 * MINUTE
    unknown_po_ack_grace: Annotated[int, _duration("how long an acknowledgement may precede its order")] = 15 * MINUTE
    unknown_po_grace: Annotated[int, _duration("how long any other document may precede its order")] = 24 * HOUR
    dup_po_grace: Annotated[int, _duration("how long two contents of one order version are tolerated")] = 0
    dup_po_window: Annotated[
        int, _duration("DUP_PO: how shortly after each other two orders of the same goods may be one placed twice")
    ] = 24 * HOUR
    dup_po_twin_grace: Annotated[int, _duration("DUP_PO: how long two orders of the same goods are tolerated")] = (
        2 * HOUR
    )
    dup_supplier_grace: Annotated[int, _duration("DUP_SUPPLIER: how long two suppliers may look like one")] = (
        15 * MINUTE
    )
    dup_supplier_likeness: Annotated[
        int, _meaning("DUP_SUPPLIER: Jaro-Winkler likeness from which on two names are one", "%")
    ] = 92 * ONE
    dup_invoice_grace: Annotated[
        int, _duration("DUP_INVOICE: how long one number may stand with two orders, as while it is moved")
    ] = 15 * MINUTE
    dup_invoice_days: Annotated[
        int, _meaning("DUP_INVOICE: days between two invoices of one amount for one order that may be one", "days")
    ] = 7
    match_qty_grace: Annotated[
        int, _duration("MATCH_QTY: how long an invoice may precede its receipt; seven days are five of business")
    ] = 7 * DAY
    match_price_pct: Annotated[int, _meaning("MATCH_PRICE: share of a line's value it may be billed higher", "%")] = ONE
    match_price_most: Annotated[
        int, _meaning("MATCH_PRICE: amount a line may be billed higher, at most", "quantity")
    ] = 5 * ONE
    match_price_least: Annotated[
        int, _meaning("MATCH_PRICE: amount a line may always be billed higher", "quantity")
    ] = ONE // 2
    match_smooth: Annotated[
        int, _meaning("net difference of a line's or an invoice's amounts that is taken for rounding", "quantity")
    ] = ONE // 50
    match_reversed_grace: Annotated[
        int, _duration("MATCH_REVERSED: how long a receipt that was taken back may wait to be booked again")
    ] = 24 * HOUR
    credit_orphan_grace: Annotated[int, _duration("CREDIT_ORPHAN: how long a credit may precede its invoice")] = (
        24 * HOUR
    )
    ack_price_pct: Annotated[int, _meaning("ACK_CHANGE: by how much an answered price may be higher", "%")] = ONE
    ack_late_days: Annotated[int, _meaning("ACK_CHANGE: days a promise may lie after the day of need", "days")] = 2
    ack_expected: Annotated[bool, _meaning("suppliers answer orders unless their master says otherwise", "bool")] = True
    asn_expected: Annotated[
        bool, _meaning("suppliers announce shipments unless their master says otherwise", "bool")
    ] = True
    ack_electronic: Annotated[bool, _meaning("suppliers answer electronically: warn early", "bool")] = False
    ack_warn_grace: Annotated[int, _duration("ACK_STUCK warns after this where suppliers answer electronically")] = (
        2 * HOUR
    )
    ack_grace: Annotated[int, _duration("ACK_STUCK: how long a supplier may take to answer")] = 24 * HOUR
    ack_business_days: Annotated[
        bool, _meaning("ACK_STUCK counts the hours of business days alone, instead of all", "bool")
    ] = False
    change_answer_grace: Annotated[int, _duration("CHANGE_UNANSWERED: how long a supplier may take to answer it")] = (
        24 * HOUR
    )
    no_change_grace: Annotated[int, _duration("NO_CHANGE_PENDING: how long an answer may precede its change")] = (
        15 * MINUTE
    )
    no_ack_grace: Annotated[int, _duration("NO_ACK: how long a ship notice may precede the acknowledgement")] = (
        15 * MINUTE
    )
    cancel_answer_grace: Annotated[int, _duration("how long the cancel of an acknowledged order may go unanswered")] = (
        24 * HOUR
    )
    no_asn_grace: Annotated[int, _duration("how long a receipt may precede its ASN")] = 24 * HOUR
    remainder_grace: Annotated[int, _duration("ASN_RECEIPT: how long the rest of a shipment may be missing")] = 7 * DAY
    overdue_business_days: Annotated[
        int, _meaning("OVERDUE: after the day promised or needed a line may take", "business days")
    ] = 1
    not_received_business_days: Annotated[
        int, _meaning("NOT_RECEIVED: after the day it is expected on a shipment may take", "business days")
    ] = 3
    calendar_country: Annotated[
        str, _meaning("whose holidays are no business days, such as US; empty: weekends alone", "country")
    ] = ""
    over_tolerance_pct: Annotated[
        int, _meaning("over-shipment and over-receipt allowed where the line says none", "%")
    ] = 0
    under_tolerance_pct: Annotated[
        int, _meaning("short delivery that counts as complete where the line says none", "%")
    ] = 0
    line_unmatched_grace: Annotated[int, _duration("how long a document line may wait for its order line")] = (
        15 * MINUTE
    )
    receipt_no_po_grace: Annotated[int, _duration("how long a receipt without an order goes unremarked")] = 0
    stale_master_grace: Annotated[
        int, _duration("STALE_MASTER: how long a source may work with, or order by, an older version than the master's")
    ] = 4 * HOUR
    unknown_master_grace: Annotated[
        int, _duration("UNKNOWN_ITEM, _SUPPLIER, _LOCATION: how long a master may come after who names it")
    ] = 30 * MINUTE
    bp_quantity: Annotated[str, _meaning("what X12 668 BP's quantity means", "accepted or backordered")] = "accepted"

    def expects_acks(self, supplier_id: str | None) -> bool:
        """Whether a supplier answers orders: his master's word, else the setting."""
        supplier = self.masters.suppliers.get(supplier_id or "")
        said = None if supplier is None else supplier.sends_acks
        return self.ack_expected if said is None else said

    def expects_asns(self, supplier_id: str | None) -> bool:
        """Whether a supplier announces shipments: his master's word, else the setting."""
        supplier = self.masters.suppliers.get(supplier_id or "")
        said = None if supplier is None else supplier.sends_asns
        return self.asn_expected if said is None else said

    def is_critical(self, item_id: str | None) -> bool:
        """Whether a shortage of an item harms patients, as its master says."""
        item = self.masters.items.get(item_id or "")
        return item is not None and item.critical
