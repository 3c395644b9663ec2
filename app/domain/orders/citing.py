"""Which items, suppliers and places an order names, or a document that belongs to none, and which have no master."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.citing import Named, cite
from app.domain.codes import Life
from app.domain.internal import Citation
from app.domain.orders.derive import CLOSED
from app.domain.orders.documents import AckDocument, InvoiceDocument, OrderDocument
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order
from app.domain.orders.versions import Current
from app.domain.policy import Policy


def tell_missing(order: Order, picture: Picture, life: Life, now: int, policy: Policy) -> list[Citation]:
    """What changed of it since the order last told; of a closed order nobody asks any more."""
    if not (policy.masters.told or order.cited):
        return []
    names: set[Named] = set()
    if picture.order is not None and life not in CLOSED:
        names = set(_ordered(picture.order))
    elif order.po_number is None:
        names = set(_told(picture))
    order.named = tuple(sorted(name for name in names if order.po_number is None or name[0] == "location"))
    return cite(order, names, policy.masters, now)


def _ordered(order: Current) -> Iterator[Named]:
    document = order.base.document
    yield "supplier", document.supplier_id
    if document.ship_to is not None:
        yield "location", document.ship_to
    for wanted in order.lines.values():
        if wanted.terms.item_id is not None and not wanted.terms.cancelled:
            yield "item", wanted.terms.item_id


def _told(picture: Picture) -> Iterator[Named]:
    """What is named without an order: samples, loaners, bills of freight."""
    for entry in picture.standing.documents:
        document = entry.document
        if isinstance(document, OrderDocument | AckDocument):
            continue
        if isinstance(document, InvoiceDocument):
            yield "supplier", document.supplier_id
        for line in document.lines:
            if line.item_id is not None:
                yield "item", line.item_id
