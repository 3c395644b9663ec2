"""By what an order and its invoices may be the same as others: told when it changes, taken back when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from app.domain.codes import AckState
from app.domain.internal import Sighting, joined
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order
from app.domain.orders.versions import Current
from app.domain.quantities import text
from app.domain.showing import Place, Said, show

INVOICE, ORDER = "invoice", "order"
REJECTED = AckState.REJECTED
REPEATING = frozenset("AB BE BK LB RA RL ST".split())  # X12 92: blanket and standing orders, releases against them


def sight(order: Order, picture: Picture, now: int) -> list[Sighting]:
    """What changed since the order last told; of a picture that grew by bills the new ones alone."""
    basis, known = (_refused(picture), picture.facility_id, len(picture.invoices)), picture.sighted
    picture.sighted = basis
    if basis == known:
        return []
    if known is not None and known[:-1] == basis[:-1]:
        more, told = show((), dict(_bills(picture, known[-1])), order.key, order.version, now)
        order.shown += more
    else:
        order.shown, told = show(order.shown, dict(_shown(picture)), order.key, order.version, now)
    return told


def _shown(picture: Picture) -> Iterator[tuple[Place, Said]]:
    if picture.order is not None and picture.cancelling.cancel is None and not _refused(picture):
        yield from _order(picture.order, picture)
    yield from _bills(picture, 0)


def _bills(picture: Picture, first: int) -> Iterator[tuple[Place, Said]]:
    for entry, invoice, _ in picture.invoices[first:]:
        yield (
            (joined(INVOICE, invoice.supplier_id, invoice.number), entry.event_id),
            {
                "at": entry.event_time,
                "name": invoice.number,
                "source_system": entry.source_system,
                "supplier_id": invoice.supplier_id,
                "facility_id": entry.facility_id or picture.facility_id,
                "day": invoice.invoice_date,
                "amount": invoice.document_total,
                "share": None if invoice.document_total is None else invoice.total,
            },
        )


def _refused(picture: Picture) -> bool:
    """Whether nothing will come of the order, so that another in its place is none too many."""
    return all(tally.answer.state is REJECTED for tally in picture.tallies.values())


def _order(order: Current, picture: Picture) -> Iterator[tuple[Place, Said]]:
    """By its supplier, its place and all its goods; what is ordered again and again by its nature shows nothing."""
    terms = order.base.document
    goods = _goods(order)
    if terms.order_type in REPEATING or terms.blanket_po or not goods:
        return
    digest = sha256("\n".join("|".join(map(str, line)) for line in goods).encode()).hexdigest()[:32]
    item, uom, quantity = goods[0]
    more = f" and {len(goods) - 1} more" if len(goods) > 1 else ""
    yield (
        (joined(ORDER, terms.supplier_id, terms.ship_to, digest), ""),
        {
            "at": order.first.event_time,
            "name": f"{text(quantity)} {uom} of {item}{more}",
            "source_system": order.first.source_system,
            "supplier_id": terms.supplier_id,
            "facility_id": picture.facility_id,
            "buyer_id": terms.buyer_id,
        },
    )


def _goods(order: Current) -> list[tuple[str, str, int]]:
    """Item, unit and quantity of every line that is wanted; nothing where one has no id to go by."""
    lines = [wanted.terms for wanted in order.lines.values() if not wanted.terms.cancelled]
    goods = [(line.item_id or line.supplier_item or line.gtin or "", line.uom, line.quantity) for line in lines]
    return sorted(goods) if all(item for item, _, _ in goods) else []
