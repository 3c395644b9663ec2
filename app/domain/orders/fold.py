"""The picture of an order as a pure fold over the set of its documents: one step a document, in document order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.orders.answering import acknowledge
from app.domain.orders.documents import (
    AckDocument,
    Document,
    InvoiceDocument,
    OrderDocument,
    ReceiptDocument,
    ShipmentDocument,
)
from app.domain.orders.entry import Entry
from app.domain.orders.moving import bill, receive, ship
from app.domain.orders.naming import substitutes
from app.domain.orders.picture import Picture
from app.domain.orders.standing import standing
from app.domain.policy import Policy


def fold(entries: Iterable[Entry], policy: Policy) -> Picture:
    """What all documents of an order come to, in whatever order they came."""
    picture = Picture(standing(entries, policy), policy.masters)
    for entry in picture.standing.documents:
        _step(picture, entry, policy)
    return picture


def follow(picture: Picture, entry: Entry, policy: Policy) -> bool:
    """Add a document that came after all others to their picture; False where that is no step but another fold."""
    if _explains(entry.document) or not picture.standing.join(entry, policy):
        return False
    picture.grow(entry)
    _step(picture, entry, policy)
    return True


def _explains(document: Document) -> bool:
    """Whether a document may change what others before it mean: an order does, and who names a substitute."""
    return isinstance(document, OrderDocument) or (isinstance(document, AckDocument) and bool(substitutes(document)))


def _step(picture: Picture, entry: Entry, policy: Policy) -> None:
    step = _STEPS.get(type(entry.document))
    if step is not None:
        step(picture, entry, entry.document, policy)


_STEPS: dict[type[Document], Callable[[Picture, Entry, Any, Policy], None]] = {  # what is ordered stands in it before
    AckDocument: acknowledge,
    ShipmentDocument: ship,
    ReceiptDocument: receive,
    InvoiceDocument: bill,
}
