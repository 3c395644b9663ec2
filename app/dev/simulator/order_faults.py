"""What goes wrong with a whole order: each function bends a plain script and says what must come of it."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from app.contracts.times import format_time
from app.dev.simulator.feeds import DAY, HOUR, MINUTE
from app.dev.simulator.papers import ack, asn, cancel, cancel_answer, invoice, order, receipt, shipment_id
from app.dev.simulator.scripts import ANSWERED, Doc, Script, date_of


def unknown_po(rng: Random, script: Script) -> None:
    """The order itself never comes."""
    script.docs = [doc for doc in script.docs if doc.topic != "purchase-orders"]
    script.label("unknown-po", "UNKNOWN_PO")


def unknown_supplier(rng: Random, script: Script) -> None:
    """The buyer mistypes the supplier, and cancels the order when nobody answers."""
    script.keep("purchase-orders")
    script.docs.append(cancel(script, script.at + rng.randint(2, 20) * HOUR))
    mistyped = f"{script.supplier.supplier_id}-{script.po_number[-6:]}"
    for doc in script.docs:
        doc.body |= {"supplier_id": mistyped, "partner_id": mistyped}
    script.label("unknown-supplier", "UNKNOWN_SUPPLIER", "supplier-master", open_at_end=False, key=mistyped)


def retired_item(rng: Random, script: Script) -> None:
    """The first line is ordered under the number that the item had before; the goods come all the same."""
    item, notice = script.lines[0].item, script.first("purchase-orders")
    retired, at = f"{item.item_id}-{script.po_number[-6:]}", script.at - rng.randint(1, 20) * HOUR
    said = {"item_id": retired, "version": 2, "description": item.description, "base_uom": item.uom}
    said |= {"valid_from": format_time(at), "replaced_by": item.item_id}
    script.docs.append(Doc(at, "item-master", "mdm", said, key=retired))
    notice.body["lines"][0]["item_id"] = retired
    script.label("retired-item", "STALE_MASTER", f"{retired}/{script.erp}", open_at_end=False)


def dup_po(rng: Random, script: Script) -> None:
    """The same version comes again with another quantity; what was written down first counts."""
    script.lines[0].quantity += 7
    script.docs.insert(1, order(script, script.at + rng.randint(5, 25) * MINUTE))
    script.lines[0].quantity -= 7
    script.label("dup-po", "DUP_PO")


def twin_order(rng: Random, script: Script) -> None:
    """Somebody orders the same once more under another number, and cancels that when it is noticed."""
    number, at = f"{script.po_number}-B", script.at + rng.randint(10, 20 * 60) * MINUTE
    twin = Script(number, script.facility, script.supplier, at, script.lines)
    answered, cancelled = at + HOUR, at + rng.randint(4, 8) * HOUR
    twin.docs = [order(twin, at), ack(twin, answered), cancel(twin, cancelled), cancel_answer(twin, cancelled + HOUR)]
    for doc in twin.docs:
        doc.key = number
    script.docs += twin.docs
    goods = sorted((line.item.item_id, line.item.uom, line.quantity * 10_000) for line in script.lines)
    digest = sha256("\n".join("|".join(map(str, each)) for each in goods).encode()).hexdigest()[:32]
    block = f"order@{script.supplier.supplier_id}@{script.facility.store.location_id}@{digest}"
    script.label("twin-order", "DUP_PO", f"{block}/{number}", open_at_end=False, key=number)


def ship_on_cancelled(rng: Random, script: Script) -> None:
    """The supplier agrees to a cancel and ships all the same, days later."""
    shipped = script.first("shipments").body["lines"]
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 5) * HOUR
    script.docs += [cancel(script, at), cancel_answer(script, at + HOUR)]
    notice = asn(script, at + rng.randint(2, 4) * DAY, 1, script.quantities)
    notice.body["lines"] = shipped
    script.docs.append(notice)
    script.label("ship-on-cancelled", "SHIP_ON_CANCELLED", shipment_id(script, 1))
    script.label("ship-on-cancelled", "OVER_SHIP")


def cancel_after_ship(rng: Random, script: Script) -> None:
    """The buyer cancels while the goods are on their way."""
    answer = script.first("po-acks")
    script.keep(*ANSWERED)
    shipped = answer.at + rng.randint(24, 72) * HOUR
    at = shipped + rng.randint(2, 20) * HOUR
    script.docs += [
        asn(script, shipped, 1, script.quantities),
        cancel(script, at),
        cancel_answer(script, at + HOUR),
    ]
    script.label("cancel-after-ship", "CANCEL_AFTER_SHIP", shipment_id(script, 1))


def receipt_on_closed(rng: Random, script: Script) -> None:
    """Goods come in without notice after the cancel."""
    script.keep(*ANSWERED)
    at = script.docs[-1].at + rng.randint(1, 5) * HOUR
    taken = receipt(script, at + rng.randint(2, 5) * DAY, 1, script.quantities)
    script.docs += [cancel(script, at), cancel_answer(script, at + HOUR), taken]
    script.label("receipt-on-closed", "RECEIPT_ON_CLOSED", taken.body["receipt_id"])
    script.label("receipt-on-closed", "NO_ASN", taken.body["receipt_id"])
    script.label("receipt-on-closed", "OVER_RECEIPT")


def no_asn(rng: Random, script: Script) -> None:
    """Goods come in that nobody announced."""
    script.docs = [doc for doc in script.docs if doc.topic != "shipments"]
    for taken in script.all("receipts"):
        script.label("no-asn", "NO_ASN", taken.body["receipt_id"])


def asn_receipt(rng: Random, script: Script) -> None:
    """Less comes in than was announced, and the rest never does."""
    whole(script)
    lost = min(rng.randint(1, 3), script.lines[0].quantity - 1)
    quantities = script.quantities
    quantities[0] -= lost
    taken = script.first("receipts")
    script.docs[script.docs.index(taken)] = receipt(script, taken.at, 1, quantities)
    _bill(script, quantities)
    script.label("asn-receipt", "ASN_RECEIPT", script.lines[0].number)
    script.label("asn-receipt", "OVERDUE", script.lines[0].number)


def over_ship(rng: Random, script: Script) -> None:
    """The supplier ships more than was ordered, and all of it comes in."""
    whole(script)
    quantities = _more(rng, script)
    for old in script.all("shipments") + script.all("receipts"):
        make = asn if old.topic == "shipments" else receipt
        script.docs[script.docs.index(old)] = make(script, old.at, 1, quantities)
    script.label("over-ship", "OVER_SHIP", script.lines[0].number)
    script.label("over-ship", "OVER_RECEIPT", script.lines[0].number)


def over_receipt(rng: Random, script: Script) -> None:
    """More comes in than was announced and ordered."""
    whole(script)
    taken = script.first("receipts")
    script.docs[script.docs.index(taken)] = receipt(script, taken.at, 1, _more(rng, script))
    script.label("over-receipt", "OVER_RECEIPT", script.lines[0].number)
    script.label("over-receipt", "ASN_RECEIPT", script.lines[0].number)


def shipped_before_ordered(rng: Random, script: Script) -> None:
    """The notice names a day before the order was written."""
    notice = script.first("shipments")
    notice.body["ship_date"] = date_of(script.at - rng.randint(1, 9) * DAY)
    script.label("shipped-before-ordered", "SHIPPED_BEFORE_ORDERED", notice.body["shipment_id"])


def line_unmatched(rng: Random, script: Script) -> None:
    """The notice holds a line that nobody ordered."""
    notice = script.first("shipments")
    notice.body["lines"].append({"item_id": "ITEM-UNKNOWN", "quantity": rng.randint(1, 9), "uom": "EA"})
    script.label("line-unmatched", "LINE_UNMATCHED")


def receipt_no_po(rng: Random, script: Script) -> None:
    """Goods come in that belong to no order; nothing is known of one."""
    taken = script.first("receipts")
    for name in ("po_number", "shipment_id"):
        del taken.body[name]
    script.docs = [taken]
    script.po_number = f"~{taken.body['receipt_id']}"
    script.label("receipt-no-po", "RECEIPT_NO_PO", taken.body["receipt_id"])


def stuck_ack(rng: Random, script: Script) -> None:
    """The supplier answers only after more than a day, or never at all."""
    if rng.random() < 0.5:
        script.keep("purchase-orders")
        script.label("stuck-ack", "ACK_STUCK")
        overdue(script, "stuck-ack")
        return
    late = rng.randint(26, 60) * HOUR
    answer = script.first("po-acks")
    after = [doc for doc in script.docs if doc.at > answer.at]
    script.docs = [script.docs[0], ack(script, script.at + late), *(_later(doc, late + DAY) for doc in after)]
    _redate(script)
    script.label("stuck-ack", "ACK_STUCK", open_at_end=False)


def unanswered_cancel(rng: Random, script: Script) -> None:
    """The buyer cancels an acknowledged order and hears nothing."""
    script.keep(*ANSWERED)
    script.docs.append(cancel(script, script.docs[-1].at + rng.randint(1, 10) * HOUR))
    script.label("unanswered-cancel", "CANCEL_UNANSWERED")


def late(rng: Random, script: Script) -> None:
    """The goods come days after the day of need, and the notice says so."""
    whole(script)
    notice, taken, bill = (script.first(topic) for topic in ("shipments", "receipts", "invoices"))
    arrival = script.at + rng.randint(19, 24) * DAY
    taken.body["received_at"] = format_time(arrival)
    notice.body["eta"] = date_of(arrival)
    taken.at, bill.at = arrival, arrival + DAY
    bill.body["invoice_date"] = date_of(bill.at)
    for line in script.lines:
        script.label("late", "ETA_SLIP", line.number, open_at_end=False)
        script.label("late", "OVERDUE", line.number, open_at_end=False)


def lost_on_the_way(rng: Random, script: Script) -> None:
    """Goods are announced that never arrive."""
    notice = script.first("shipments").at
    script.keep(*ANSWERED)
    script.docs.append(asn(script, notice, 1, script.quantities))
    script.label("lost-on-the-way", "NOT_RECEIVED", shipment_id(script, 1))
    overdue(script, "lost-on-the-way")


def overdue(script: Script, fault: str) -> None:
    """Say that no line ever comes."""
    for line in script.lines:
        script.label(fault, "OVERDUE", line.number)


def whole(script: Script) -> None:
    """One shipment instead of two."""
    notice, taken = script.first("shipments"), script.first("receipts")
    script.keep(*ANSWERED)
    script.docs += [
        asn(script, notice.at, 1, script.quantities),
        receipt(script, taken.at, 1, script.quantities),
        invoice(script, taken.at + DAY, script.quantities),
    ]


def _bill(script: Script, quantities: list[int]) -> None:
    bill = script.first("invoices")
    script.docs[script.docs.index(bill)] = invoice(script, bill.at, quantities)


def _more(rng: Random, script: Script) -> list[int]:
    quantities = script.quantities
    quantities[0] += rng.randint(1, 9)
    return quantities


def _later(doc: Doc, by: int) -> Doc:
    doc.at += by
    return doc


def _redate(script: Script) -> None:
    """Papers that moved tell their new days."""
    for doc in script.docs:
        if "ship_date" in doc.body:
            doc.body |= {"ship_date": date_of(doc.at), "eta": date_of(doc.at + 2 * DAY)}
