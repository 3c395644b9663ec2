"""Bills that must not be paid as they are."""

from __future__ import annotations

from random import Random

from app.dev.simulator.feeds import DAY, HOUR
from app.dev.simulator.scripts import ANSWERED, Script, cancel, cancel_answer, invoice


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
    script.label("match-qty", "MATCH_QTY", script.lines[0].number)


def match_price(rng: Random, script: Script) -> None:
    """The bill is dearer than the order."""
    bill = script.first("invoices")
    price = script.lines[0].item.price
    bill.body["lines"][0]["unit_price"] = f"{int(price[:-3]) + rng.randint(10, 40)}{price[-3:]}"
    script.label("match-price", "MATCH_PRICE", f"{bill.body['invoice_number']}/{script.lines[0].number}")


def currency_mismatch(rng: Random, script: Script) -> None:
    """The bill is in another currency."""
    bill = script.first("invoices")
    bill.body["currency"] = rng.choice(("EUR", "CAD"))
    script.label("currency-mismatch", "CURRENCY_MISMATCH", bill.body["invoice_number"])
