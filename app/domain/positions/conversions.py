"""In which unit the records of a position are booked: their own, or the base unit that the item's master names."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from app.domain.positions.entry import Entry, OrderKey
from app.domain.units import exactly


class Conversion(Struct, array_like=True, frozen=True):
    """`per` of a unit are `factor` of the base unit."""

    uom: str
    factor: int
    per: int


class Conversions(Struct, array_like=True):
    """By the unit that records came in; a unit that does not stand here is booked as it is.

    While a position is restated, records that stand in the fold after `until` are still booked by `former`.
    """

    current: dict[str, Conversion]
    former: dict[str, Conversion] = {}
    until: OrderKey | None = None  # None: nothing is left to restate
    cause: str = ""  # the master's event
    version: int = 0  # of the golden record

    def booked(self, entry: Entry) -> Entry:
        """A record in the unit that it is booked in: its own where it comes to no exact quantity in the base unit."""
        known = self.current if self.until is None or entry.order <= self.until else self.former
        conversion = known.get(entry.uom)
        quantity = None if conversion is None else exactly(entry.quantity, conversion.factor, conversion.per)
        if conversion is None or quantity is None:
            return entry
        return replace(entry, uom=conversion.uom, quantity=quantity)

    def restates(self, entry: Entry) -> bool:
        """Whether a record is not yet booked as it is to be."""
        unlike = self.current.get(entry.uom) != self.former.get(entry.uom)
        return unlike and self.until is not None and entry.order > self.until
