"""In which unit the records of a position are booked: their own, or the base unit that the item's master names."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from app.domain.positions.entry import Entry, OrderKey
from app.domain.units import Ratio, exactly

LONG_AGO = -(1 << 62)  # ms: before everything


class Before(Struct, array_like=True, frozen=True):
    """What counted until a time (ms), excluded."""

    until: int
    factor: int
    per: int


class Conversion(Struct, array_like=True, frozen=True):
    """`per` of a unit are `factor` of the base unit; `before`, in the order of time, they were others. 0: nobody
    knows."""

    uom: str
    factor: int
    per: int
    before: tuple[Before, ...] = ()

    def at(self, time: int) -> Ratio | None:
        """Factor and per of records of a time (ms)."""
        packed = next((former for former in self.before if time < former.until), self)
        return (packed.factor, packed.per) if packed.factor else None

    def throughout(self, end: int) -> Ratio | None:
        """Factor and per of all that is dated up to a time (ms); None where that is not one pack."""
        begins = (LONG_AGO, *(former.until for former in self.before))
        ratios = {self.at(begin) for begin in begins if begin <= end}
        return ratios.pop() if len(ratios) == 1 else None


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
        uom, ratio = _told(known, entry)
        quantity = None if ratio is None else exactly(entry.quantity, *ratio)
        return entry if quantity is None else replace(entry, uom=uom, quantity=quantity)

    def restates(self, entry: Entry) -> bool:
        """Whether a record is not yet booked as it is to be."""
        if self.until is None or entry.order <= self.until:
            return False
        return _told(self.current, entry) != _told(self.former, entry)


def _told(known: dict[str, Conversion], entry: Entry) -> tuple[str, Ratio | None]:
    """The unit that a record is booked in by its own time, and how many of it are how many of the record's."""
    conversion = known.get(entry.uom)
    ratio = None if conversion is None else conversion.at(entry.event_time)
    return (entry.uom, None) if conversion is None or ratio is None else (conversion.uom, ratio)
