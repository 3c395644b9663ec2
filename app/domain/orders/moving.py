"""What shipments, receipts and invoices add to the picture of their order."""

from __future__ import annotations

from app.domain.orders.documents import InvoiceDocument, ReceiptDocument, ShipmentDocument
from app.domain.orders.entry import Entry
from app.domain.orders.invoices import Bill
from app.domain.orders.picture import Goods, Picture
from app.domain.policy import Policy


def ship(picture: Picture, entry: Entry, shipment: ShipmentDocument, _: Policy) -> None:
    """Take in a ship notice or a milestone, which moves nothing but may say when goods come."""
    if shipment.eta is not None:
        picture.etas[shipment.number] = shipment.eta, entry
    if not shipment.announces:
        return
    goods = Goods(entry, {})
    picture.shipments.append(goods)
    picture.refusal = None
    place = entry.place
    for tally, moved in picture.matched(entry, shipment.lines):
        tally.ship(moved, place)
        goods.quantities[tally.number] = goods.quantities.get(tally.number, 0) + moved.quantity


def receive(picture: Picture, entry: Entry, receipt: ReceiptDocument, _: Policy) -> None:
    """Take in a receipt, or goods that went back."""
    if receipt.returns:
        for tally, moved in picture.matched(entry, receipt.lines):
            tally.send_back(moved)
        return
    goods = Goods(entry, {})
    picture.receipts.append(goods)
    picture.refusal = None
    place = entry.place
    for tally, moved in picture.matched(entry, receipt.lines):
        came = tally.receive(moved, place)
        goods.quantities[tally.number] = goods.quantities.get(tally.number, 0) + came
        if receipt.final:
            tally.close(place)
    if receipt.final and not receipt.lines:
        for tally in picture.tallies.values():
            tally.close(place)


def bill(picture: Picture, entry: Entry, invoice: InvoiceDocument, _: Policy) -> None:
    """Take in an invoice or a credit."""
    taken = Bill(entry, invoice, {})
    (picture.credits if invoice.credit else picture.invoices).append(taken)
    for tally, billed in picture.matched(entry, invoice.lines):
        taken.quantities[tally.number] = taken.quantities.get(tally.number, 0) + billed.quantity
        tally.bill(invoice, billed, picture.packs.priced(billed, tally.wanted))
