"""Units and packs that are mistaken for each other, and packs that are not.

What rests on a pack happens to critical items, whose masters are never late.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from app.dev.simulator.labels import NONE
from app.dev.simulator.network import CASE, case_of
from app.dev.simulator.order_faults import whole
from app.dev.simulator.papers import asn
from app.dev.simulator.scripts import Line, Script


def foreign_unit(rng: Random, script: Script) -> None:
    """The notice counts the first line in cassettes, a unit that nobody ordered in."""
    script.first("shipments").body["lines"][0]["uom"] = "CS"
    script.label("foreign-unit", "UOM_MISMATCH")
    script.may("foreign-unit", "NO_ASN", "ASN_RECEIPT")


def unlisted_unit(rng: Random, script: Script) -> None:
    """All papers count a line in cassettes, a unit that its item does not have."""
    line, at = _critical(script)
    for doc in script.docs:
        for said in _said_of(at, doc.body):
            said["uom"] = "CS"
    script.label("unlisted-unit", "UOM_MISMATCH", f"{line.number}/CS", open_at_end=False)


def in_cases(rng: Random, script: Script) -> None:
    """The supplier answers, announces or bills a line in his cases: nothing is wrong with that."""
    line, at = _critical(script)
    for topic in rng.sample(("po-acks", "shipments", "invoices"), k=rng.randint(1, 3)):
        for said in _said_of(at, script.first(topic).body):
            said |= {"uom": CASE, "quantity": str(Decimal(said["quantity"]) / case_of(line.item.item_id))}
            if topic == "invoices":
                said["price_uom"] = line.item.uom
    script.label("in-cases", NONE)


def cases_for_pieces(rng: Random, script: Script) -> None:
    """The notice counts the pieces of a case for every piece of a line."""
    whole(script)
    line, at = _critical(script)
    quantities = script.quantities
    quantities[at] *= case_of(line.item.item_id)
    notice = script.first("shipments")
    script.docs[script.docs.index(notice)] = asn(script, notice.at, 1, quantities)
    for code in ("UOM_MISMATCH", "OVER_SHIP", "ASN_RECEIPT"):
        script.label("cases-for-pieces", code, line.number)


def _critical(script: Script) -> tuple[Line, int]:
    """The first critical line and its place."""
    return next((line, at) for at, line in enumerate(script.lines) if line.item.critical)


def _said_of(at: int, body: dict[str, Any]) -> list[dict[str, Any]]:
    """What a paper says of quantities of the line at a place."""
    line: dict[str, Any] = body["lines"][at]
    statuses: list[dict[str, Any]] = line.get("statuses", [line])
    return statuses
