"""Sound papers of an order, and what can be odd about one of them: the alerts that tell of it, or a dead letter."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from tests.fuzz.feeds import MINUTE, START
from tests.support.contracts import example

Value = dict[str, Any]
HOUR, TODAY = 60 * MINUTE, "2026-02-02"  # the day of START
REFUSED = "a dead letter"
HUGE = ("99999999999999", "99999999999999.9999", "1000000")
PAPERS = ("purchase_order", "purchase_order_ack", "shipment", "receipt", "invoice")


class Oddity(NamedTuple):
    """What is done to a paper, and what must be said of it: any of these codes, or REFUSED."""

    paper: str
    twist: Callable[[Random, Value], Any]
    told: str


def papers(number: str) -> dict[str, Value]:
    """An order of 10 at 2.50, accepted, shipped, received and billed: nothing to say of it."""
    line = {"line": "1", "quantity": "10", "uom": "EA"}
    said = {
        "purchase_order": {
            "order_date": TODAY,
            "supplier_id": "ACME",
            "currency": "USD",
            "lines": [line | {"item_id": "GLOVES", "unit_price": "2.5"}],
        },
        "purchase_order_ack": {"lines": [{"line": "1", "statuses": [{"code": "IA", "quantity": "10", "uom": "EA"}]}]},
        "shipment": {"shipment_id": f"S-{number}", "lines": [line], "eta": TODAY},
        "receipt": {
            "shipment_id": f"S-{number}",
            "received_at": START + 3 * HOUR,
            "lines": [line | {"condition": "07"}],
        },
        "invoice": {"supplier_id": "ACME", "currency": "USD", "total": "25", "lines": [line | {"unit_price": "2.5"}]},
    }
    return {
        paper: example(paper)
        | {"event_id": f"{number}-{paper}", "po_number": number, "purpose": "ORIGINAL"}
        | {"event_time": START + at * HOUR, "record_time": START + at * HOUR}
        | said[paper]
        for at, paper in enumerate(PAPERS)
    }


def field(name: str, *values: Any) -> Callable[[Random, Value], Any]:
    return lambda chance, paper: paper.update({name: chance.choice(values)})


def on_line(name: str, *values: Any) -> Callable[[Random, Value], Any]:
    return lambda chance, paper: paper["lines"][0].update({name: chance.choice(values)})


def answer(code: str | None = None, *quantities: str | None, **fields: Any) -> Callable[[Random, Value], Any]:
    def twist(chance: Random, paper: Value) -> None:
        said = {"uom": "EA", "code": code or chance.choice(["ZZ", "", "ia", "I", "R0", "99"])} | fields
        paper["lines"][0]["statuses"] = [said | {"quantity": chance.choice(quantities or ("10",))}]

    return twist


def twice(name: str) -> Callable[[Random, Value], Any]:
    return lambda chance, paper: paper.update({name: paper[name] * 2})


def of_the_whole(chance: Random, paper: Value) -> None:
    """A word on the order that is none, and codes of no line."""
    paper["ack_type"] = chance.choice(["ZZ", "", "AC", "ak"])
    for line in paper["lines"]:
        line["statuses"] = []


def codes_twice(chance: Random, paper: Value) -> None:
    paper["lines"][0]["statuses"] *= 2


def of_nothing(purpose: str) -> Callable[[Random, Value], Any]:
    """It takes back what never came."""
    return lambda chance, paper: paper.update({"purpose": purpose, "supersedes": f"never-{chance.random()}"})


NEGATIVE = ("-1", "-0.0001", "-99999999999999")
FOREIGN = ("0", "01", "99", "1 ", "１")
UNITS = ("CS", "ea", "?", "XBX")

ODDITIES = (
    *(Oddity(paper, on_line("quantity", *NEGATIVE), REFUSED) for paper in PAPERS if paper != "purchase_order_ack"),
    Oddity("purchase_order_ack", answer("IA", *NEGATIVE), REFUSED),
    Oddity("purchase_order", on_line("unit_price", "-1"), REFUSED),
    Oddity("purchase_order", twice("lines"), REFUSED),
    Oddity("purchase_order", field("version", -1), REFUSED),
    Oddity("purchase_order", field("currency", "", "usd", "US", "$$$"), REFUSED),
    Oddity("invoice", field("currency", "", "usd", "EURO"), REFUSED),
    *(Oddity(paper, field("purpose", "CANCEL", "REPLACE"), REFUSED) for paper in PAPERS[2:]),
    Oddity("purchase_order_ack", answer(), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("IA", *HUGE), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("IB", *HUGE), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("IA", "0", "9.9999"), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("BP", None), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("IP", unit_price=None), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("IP", unit_price="-1"), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", answer("IP", unit_price="999999999999"), "ACK_CHANGE"),
    Oddity("purchase_order_ack", answer("IQ", *HUGE), "ACK_CHANGE"),
    Oddity("purchase_order_ack", answer("IA", "10", uom="CS"), "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", codes_twice, "ACK_AMBIGUOUS"),
    Oddity("purchase_order_ack", of_the_whole, "ACK_AMBIGUOUS"),
    *(Oddity(paper, on_line("line", *FOREIGN), "LINE_UNMATCHED") for paper in PAPERS[1:]),
    *(Oddity(paper, on_line("uom", *UNITS), "UOM_MISMATCH") for paper in PAPERS[2:]),
    Oddity("purchase_order", on_line("uom", *UNITS), "UOM_MISMATCH ACK_AMBIGUOUS"),
    Oddity("purchase_order", on_line("quantity", *HUGE), "ACK_AMBIGUOUS"),
    Oddity("purchase_order", on_line("quantity", "0", "0.0001"), "OVER_SHIP OVER_RECEIPT"),
    Oddity("purchase_order", field("currency", "EUR", "XXX"), "CURRENCY_MISMATCH"),
    Oddity("purchase_order", on_line("unit_price", None, "0", "0.000001"), "MATCH_PRICE"),
    Oddity("purchase_order", field("order_date", "2199-01-01", "9999-12-31"), "SHIPPED_BEFORE_ORDERED"),
    Oddity("shipment", on_line("quantity", *HUGE), "OVER_SHIP"),
    Oddity("shipment", field("ship_date", "0001-01-01", "1999-12-31"), "SHIPPED_BEFORE_ORDERED"),
    Oddity("receipt", on_line("quantity", *HUGE), "OVER_RECEIPT"),
    Oddity("receipt", on_line("condition", "", "99", "seven"), "MATCH_QTY"),
    Oddity("receipt", field("shipment_id", "S-0"), "NO_ASN"),
    Oddity("receipt", field("kind", "RETURN"), "REVERSAL_ORPHAN"),
    Oddity("invoice", on_line("quantity", *HUGE), "MATCH_QTY"),
    Oddity("invoice", on_line("unit_price", "2.6", "99999999999"), "MATCH_PRICE"),
    Oddity("invoice", on_line("unit_price", None, "-2.5"), "INVOICE_TOTAL"),
    Oddity("invoice", on_line("extended", "24", "26", "-25", "99999999999999"), "INVOICE_TOTAL"),
    Oddity("invoice", field("total", "24.9", "0", "-25", "99999999999999"), "INVOICE_TOTAL"),
    Oddity("invoice", field("tax", "-1", "99999999999999"), "INVOICE_TOTAL"),
    Oddity("invoice", field("freight", "1"), "INVOICE_TOTAL"),
    Oddity("invoice", field("currency", "EUR", "XXX"), "CURRENCY_MISMATCH"),
    Oddity("invoice", field("supplier_id", "OTHER", "acme"), "SUPPLIER_MISMATCH"),
    Oddity("invoice", field("kind", "CREDIT"), "CREDIT_ORPHAN"),
    *(Oddity(paper, of_nothing("REPLACE"), "REVERSAL_ORPHAN") for paper in PAPERS[2:]),
    *(Oddity(paper, field("event_time", START + 9 * HOUR), "IMPLAUSIBLE_TIME") for paper in PAPERS),
)
