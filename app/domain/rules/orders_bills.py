"""The rules of bills: what accounts payable should not pay as it is. Source: domain base section 4."""

from __future__ import annotations

from app.domain.codes import Queue, Severity
from app.domain.rules import orders_amounts, orders_invoices, orders_twins
from app.domain.rules.matters import BILLED, CREDITED, ODD, REVERSED
from app.domain.rules.rule import Rule, after, at_once, overtaking

BILLS: tuple[Rule, ...] = (
    Rule(
        code="INVOICE_ON_CANCELLED",
        needs=ODD | BILLED,
        queue=Queue.AP,
        stages=after(overtaking, Severity.HIGH),
        finds=orders_invoices.on_cancelled,
        action="Hold the payment and ask the supplier for a credit over what was cancelled.",
        healed="The goods came, a credit covers the invoice, or the cancel no longer stands.",
    ),
    Rule(
        code="MATCH_QTY",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(lambda policy: policy.match_qty_grace, Severity.WARN),
        finds=orders_invoices.more_than_came,
        action="Hold the payment; look for the missing receipt, else ask the supplier for a credit.",
        healed="No more is billed than came and stayed.",
    ),
    Rule(
        code="MATCH_REVERSED",
        needs=BILLED | REVERSED,
        queue=Queue.AP,
        stages=after(lambda policy: policy.match_reversed_grace, Severity.HIGH),
        finds=orders_invoices.reversed_matches,
        action="Stop the payment, or ask the supplier for it back, unless the receipt is booked again.",
        healed="No more is billed than came and stayed.",
    ),
    Rule(
        code="INVOICE_TOTAL",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(at_once, Severity.WARN),
        finds=orders_amounts.odd_totals,
        action="Hold the payment; ask the supplier for an invoice whose amounts add up.",
        healed="The invoice was replaced or taken back.",
    ),
    Rule(
        code="SUPPLIER_MISMATCH",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(overtaking, Severity.WARN),
        finds=orders_amounts.of_other_suppliers,
        action="Hold the payment; find out on whose behalf this supplier bills, before anybody pays twice.",
        healed="Order and bill name one supplier, or the bill was taken back.",
    ),
    Rule(
        code="CREDIT_ORPHAN",
        needs=CREDITED,
        queue=Queue.AP,
        stages=after(lambda policy: policy.credit_orphan_grace, Severity.WARN),
        finds=orders_amounts.orphan_credits,
        action="Find the invoice that is meant: have it sent, or the credit with the right number.",
        healed="The invoice has come, or the credit was taken back.",
    ),
    Rule(
        code="MATCH_PRICE",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(overtaking, Severity.WARN),
        finds=orders_amounts.above_the_price,
        action="Hold the payment; ask the buyer whether the new price was agreed, else the supplier for a credit.",
        healed="Order and bills agree on the price, less credits, or the invoice was taken back.",
    ),
    Rule(
        code="DUP_INVOICE",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(at_once, Severity.WARN),
        finds=orders_twins.same_amount,
        action="Compare the two invoices before the second is paid; have it cancelled where it bills the same goods.",
        healed="One of the two was taken back.",
    ),
    Rule(
        code="CONSIGNMENT_INVOICED",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(overtaking, Severity.WARN),
        finds=orders_invoices.of_consignment,
        action="Hold the payment; ask the supplier to take the invoice back, or correct the order's match policy.",
        healed="The invoice was taken back, or the line is no consignment any more.",
    ),
    Rule(
        code="CURRENCY_MISMATCH",
        needs=BILLED,
        queue=Queue.AP,
        stages=after(overtaking, Severity.WARN),
        finds=orders_amounts.in_another_currency,
        action="Hold the payment; have the invoice sent again in the order's currency, or change the order's.",
        healed="Order and invoice are in one currency.",
    ),
)
