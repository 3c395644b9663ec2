"""What the rules of orders judge."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Life
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order
from app.domain.sequences import Ranges


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
        return self.life in (Life.OPEN, Life.REACTIVATED)

    @property
    def regular(self) -> bool:
        """Whether every document is in order and an order is there that nobody changed or cancelled: the usual case."""
        picture, standing = self.picture, self.picture.standing
        if picture.order is None or picture.loose or picture.cancelling.cancel is not None:
            return False
        if picture.changes or picture.unasked:
            return False
        if standing.conflicts or standing.doubles or standing.orphans or standing.implausible:
            return False
        gapless = all(len(ranges) == 2 and ranges[0] == 1 for ranges in self.sources.values())
        tallies = picture.tallies.values()
        return gapless and all(tally.cut is None and tally.returned <= tally.received for tally in tallies)


def case_of(order: Order, picture: Picture, life: Life) -> Case:
    """The order as its rules see it."""
    return Case(order.po_number, order.sources, picture, life)
