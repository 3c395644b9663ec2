"""Bills that must not be paid as they are."""

from __future__ import annotations

from random import Random

from app.dev.simulator.feeds import DAY, HOUR
from app.dev.simulator.order_faults import overdue, whole
from app.dev.simulator.papers import cancel, cancel_answer, credit, dearer, invoice, receipt, shipment_id, total
from app.dev.simulator.scripts import ANSWERED, Doc, Script


def invoice_on_cancelled(rng: Random, script: Script) -> None:
    """The supplier agrees to a cancel and sends his bill all the same."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 5) * HOUR
    bill = invoice(script, at + rng.randint(2, 6) * DAY, script.quantities)
    script.docs += [cancel(script, at), cancel_answer(script, at + HOUR), bill]
    script.label("invoice-on-cancelled", "INVOICE_ON_CANCELLED", bill.body["invoice_number"])


def consignment_invoiced(rng: Random, script: Script) -> None:
    """What fills up the vendor's own stock is billed at delivery."""
    script.first("purchase-orders").body["match_policy"] = "CONSIGNMENT"
    script.label("consignment-invoiced", "CONSIGNMENT_INVOICED", script.first("invoices").body["invoice_number"])


def match_qty(rng: Random, script: Script) -> None:
    """More is billed than came."""
    bill = script.first("invoices")
    bill.body["lines"][0]["quantity"] += rng.randint(1, 5)
    bill.body["total"] = total(bill.body["lines"])
    script.label("match-qty", "MATCH_QTY", script.lines[0].number)


def match_reversed(rng: Random, script: Script) -> None:
    """A receipt turns out to be another order's when the bill is matched; ours comes days later, or never."""
    whole(script)
    wrong = script.first("receipts")
    found = script.docs[-1].at + rng.randint(1, 20) * HOUR
    script.docs.append(Doc(found, wrong.topic, wrong.source, wrong.body, "CANCEL", takes_back=wrong))
    comes = rng.random() < 0.5
    for line in script.lines:
        script.label("match-reversed", "MATCH_REVERSED", line.number, open_at_end=not comes)
    if comes:
        right = receipt(script, found + rng.randint(26, 60) * HOUR, 1, script.quantities)
        right.body["receipt_id"] += "-B"
        script.docs.append(right)
        script.may("match-reversed", "NOT_RECEIVED")
    else:
        script.label("match-reversed", "NOT_RECEIVED", shipment_id(script, 1))
        overdue(script, "match-reversed")


def match_price(rng: Random, script: Script) -> None:
    """The bill is dearer than the order."""
    bill = script.first("invoices")
    bill.body["lines"][0]["unit_price"] = dearer(script.lines[0].item.price, rng.randint(10, 40))
    bill.body["total"] = total(bill.body["lines"])
    script.label("match-price", "MATCH_PRICE", script.lines[0].number)


def invoice_total(rng: Random, script: Script) -> None:
    """A charge is in the total and nowhere else."""
    bill = script.first("invoices")
    bill.body["total"] = dearer(bill.body["total"], rng.randint(1, 40))
    script.label("invoice-total", "INVOICE_TOTAL", bill.body["invoice_number"])


def supplier_mismatch(rng: Random, script: Script) -> None:
    """Another company bills what our supplier delivered."""
    bill = script.first("invoices")
    bill.body["supplier_id"] = f"{script.supplier.supplier_id}-{rng.choice(('FACTOR', 'PARENT'))}"
    script.label("supplier-mismatch", "SUPPLIER_MISMATCH", bill.body["invoice_number"])


def credit_orphan(rng: Random, script: Script) -> None:
    """A credit names a bill that nobody sent."""
    bill = script.first("invoices")
    paper = credit(script, bill.at + rng.randint(1, 5) * DAY, script.lines[0].number)
    paper.body["ref_invoice"] = f"{bill.body['invoice_number']}-{rng.randint(2, 9)}"
    script.docs.append(paper)
    script.label("credit-orphan", "CREDIT_ORPHAN", paper.body["invoice_number"])


def currency_mismatch(rng: Random, script: Script) -> None:
    """The bill is in another currency."""
    bill = script.first("invoices")
    bill.body["currency"] = rng.choice(("EUR", "CAD"))
    script.label("currency-mismatch", "CURRENCY_MISMATCH", bill.body["invoice_number"])


def dup_invoice(rng: Random, script: Script) -> None:
    """The bill is typed in from paper as well, by somebody who leaves its order out."""
    bill = script.first("invoices")
    number, key = bill.body["invoice_number"], f"~{bill.body['invoice_number']}"
    typed = {name: value for name, value in bill.body.items() if name != "po_number"}
    script.docs.append(Doc(bill.at + rng.randint(1, 9) * DAY, "invoices", "ap-desk", typed, key=key))
    block = f"invoice@{script.supplier.supplier_id}@{number}"
    script.label("dup-invoice", "DUP_INVOICE", f"{block}/{key}", key=key)


def twin_invoice(rng: Random, script: Script) -> None:
    """The supplier bills the same goods once more under another number."""
    bill = script.first("invoices")
    number = f"{bill.body['invoice_number']}-B"
    again = invoice(script, bill.at + rng.randint(1, 6) * DAY, script.quantities)
    again.body["invoice_number"] = number
    script.docs.append(again)
    script.label("twin-invoice", "DUP_INVOICE", number)
    for line in script.lines:
        script.label("twin-invoice", "MATCH_QTY", line.number)
