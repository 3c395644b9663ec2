"""What the rules of orders judge."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import AckState, Life
from app.domain.orders.acks import NO_ANSWER
from app.domain.orders.documents import ShipmentDocument
from app.domain.orders.lines import Tally
from app.domain.orders.picture import Goods, Picture
from app.domain.orders.state import Order
from app.domain.policy import Policy
from app.domain.rules.matters import (
    AWAITED,
    BILLED,
    CREDITED,
    DATED,
    HEARD,
    LISTED,
    MOVED,
    ODD,
    OTHERWISE,
    PACKED,
    RECEIVED,
    REVERSED,
    SHIPPED,
    SILENT,
    UNCLEAR,
    UNITS,
    WANTED,
)
from app.domain.sequences import Ranges

ACCEPTED, UNSAID = AckState.ACCEPTED, AckState.NONE
GOING_ON = (Life.OPEN, Life.REACTIVATED)


class Case(Struct, frozen=True):
    """One order at one time."""

    po_number: str | None  # None: documents that belong to no order
    sources: dict[str, Ranges]
    picture: Picture
    life: Life

    @property
    def name(self) -> str:
        """How messages call it, with the supplier where he is known."""
        if self.po_number is None:
            return "a document without an order"
        supplier = self.picture.supplier_id
        return f"order {self.po_number}" + (f" (supplier {supplier})" if supplier else "")

    @property
    def wanted(self) -> bool:
        """Whether goods are still expected of it."""
        return self.life in GOING_ON

    @property
    def odd(self) -> bool:
        """Whether documents are not in order, or nobody has sent the order, or somebody has changed or cancelled it."""
        picture, standing = self.picture, self.picture.standing
        if picture.order is None or picture.loose or picture.cancelling.cancel is not None:
            return True
        if picture.changes or picture.unasked:
            return True
        if standing.conflicts or standing.doubles or standing.orphans or standing.implausible:
            return True
        if picture.shipped_twice():
            return True
        if any(len(ranges) != 2 or ranges[0] != 1 for ranges in self.sources.values()):
            return True
        return any(tally.cut is not None or tally.returned > tally.received for tally in picture.tallies.values())

    def matters(self, policy: Policy) -> int:
        """What there is of it that rules can be about."""
        picture, listed = self.picture, bool(policy.masters.items)
        shipped, received = bool(picture.shipments), bool(picture.receipts)
        found = (
            ODD * self.odd
            | WANTED * self.wanted
            | UNCLEAR * (bool(picture.ambiguous) or picture.refusal is not None)
            | SHIPPED * shipped
            | RECEIVED * received
            | MOVED * (shipped or received)
            | AWAITED * bool(picture.etas)
            | BILLED * bool(picture.invoices or picture.credits)
            | CREDITED * bool(picture.credits)
            | REVERSED * bool(picture.standing.cancelled)
            | LISTED * listed
            | UNITS * (listed or bool(picture.loose))
            | PACKED * any(map(_packed, picture.shipments))
        )
        for tally in picture.tallies.values():
            found |= _answered(tally)
        return found


def _packed(goods: Goods) -> bool:
    shipment = goods.entry.document
    return isinstance(shipment, ShipmentDocument) and bool(shipment.packs)


def _answered(tally: Tally) -> int:
    """What matters of the days and answers of a line."""
    said = tally.answer
    plain = said.state is ACCEPTED and said.promised is None and said.unit_price is None
    dated = tally.wanted.terms.need_by is not None or said.promised is not None
    return (
        SILENT * (said.state is UNSAID)
        | HEARD * (tally.heard is not None)
        | OTHERWISE * (not plain and said is not NO_ANSWER)
        | DATED * dated
    )


def case_of(order: Order, picture: Picture, life: Life) -> Case:
    """The order as its rules see it."""
    return Case(order.po_number, order.sources, picture, life)
