"""Which items, suppliers and places an order names, or a document that belongs to none, and which have no master."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.citing import Named, cite
from app.domain.codes import Life
from app.domain.golden import sold_as
from app.domain.internal import Citation
from app.domain.orders.derive import CLOSED
from app.domain.orders.documents import AckDocument, InvoiceDocument, OrderDocument, ReceiptDocument
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order
from app.domain.orders.versions import Current
from app.domain.policy import Policy


def tell_missing(order: Order, picture: Picture, life: Life, now: int, policy: Policy) -> list[Citation]:
    """What changed of it since the order last told; of a closed order nobody asks any more."""
    if not (policy.masters.told or order.cited):
        return []
    names: set[Named] = set()
    sold: set[Named] = set()
    if picture.order is not None and life not in CLOSED:
        names, sold = {*_ordered(picture.order), *_received(picture)}, set(_sold(picture.order))
    elif order.po_number is None:
        names = set(_told(picture))
    named = {name for name in names if order.po_number is None or name[0] == "location"}
    order.named = tuple(sorted(named | sold))
    return cite(order, "document" if order.po_number is None else "order", names, policy.masters, now)


def _ordered(order: Current) -> Iterator[Named]:
    document = order.base.document
    yield "supplier", document.supplier_id
    if document.ship_to is not None:
        yield "location", document.ship_to
    for wanted in order.lines.values():
        terms = wanted.terms
        if terms.item_id is not None and not terms.cancelled:
            yield "item", terms.item_id
        if terms.ship_to is not None and not terms.cancelled:
            yield "location", terms.ship_to


def _received(picture: Picture) -> Iterator[Named]:
    """Where goods were put, or taken from to send them back."""
    documents = (entry.document for entry in picture.standing.documents)
    lines = (line for document in documents if isinstance(document, ReceiptDocument) for line in document.lines)
    return (("location", line.location_id) for line in lines if line.location_id is not None)


def _sold(order: Current) -> Iterator[Named]:
    """What lines without an item are called by their supplier: of that, nobody can say that it has no master."""
    for wanted in order.lines.values():
        if not wanted.terms.item_id and wanted.terms.supplier_item:
            yield "sold", sold_as(order.base.document.supplier_id, wanted.terms.supplier_item)


def _told(picture: Picture) -> Iterator[Named]:
    """What is named without an order: samples, loaners, bills of freight."""
    yield from _received(picture)
    for entry in picture.standing.documents:
        document = entry.document
        if isinstance(document, OrderDocument | AckDocument):
            continue
        if isinstance(document, InvoiceDocument):
            yield "supplier", document.supplier_id
        for line in document.lines:
            if line.item_id is not None:
                yield "item", line.item_id
