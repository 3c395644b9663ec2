"""Documents that count in another unit than the order line: what they come to in its unit, exactly or not at all.

Packs are those of the day: a document's by its own time, the order's by the time since when the line stands so.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from msgspec import structs

from app.domain.golden import Masters, sold_as
from app.domain.orders.documents import Billed, Moved, Ordered, Status
from app.domain.orders.versions import Wanted
from app.domain.units import Ratio, converted, ratio

M = TypeVar("M", Moved, Billed)


class Measure(NamedTuple):
    """A unit as it was packed at a time (ms)."""

    uom: str
    at: int


class Packs:
    """How a supplier packs the items of an order; `asked`: by what names masters were asked, because something was in
    another unit, each with the version of what is said of it."""

    def __init__(self, masters: Masters, supplier_id: str | None) -> None:
        self._masters, self._supplier_id = masters, supplier_id
        self.asked: dict[str, int] = {}
        self._told_by: set[str] = set()

    @property
    def current(self) -> bool:
        """Whether the masters still say what they said when they were asked."""
        version = self._masters.version
        return not self.asked or all(version(name) == known for name, known in self.asked.items())

    @property
    def told_by(self) -> tuple[str, ...]:
        """The events of the masters that were asked."""
        return tuple(sorted(self._told_by))

    def item_of(self, terms: Ordered) -> str | None:
        """The item of an order line: named, or the only one that its supplier calls as the line does."""
        if terms.item_id or not terms.supplier_item:
            return terms.item_id or None
        return self._masters.sold(self._supplier_id, terms.supplier_item)

    def names_of(self, terms: Ordered) -> set[str]:
        """What the masters are asked by for an order line."""
        named = set() if terms.item_id or not terms.supplier_item else {sold_as(self._supplier_id, terms.supplier_item)}
        return named | {item for item in (self.item_of(terms),) if item is not None}

    def counted(self, line: M, at: int, wanted: Wanted) -> M | None:
        """A line of a document of a time (ms) in the unit of its order line; None where nobody can tell what it
        comes to."""
        own = _own(wanted)
        quantity = self._converted(line.quantity, Measure(line.uom, at), own, line.item_id, wanted)
        return None if quantity is None else line.recounted(quantity, own.uom)

    def priced(self, line: Billed, wanted: Wanted) -> int | None:
        """The quantity billed, in the unit that the order prices in; None where nobody can tell."""
        own, price = _own(wanted), _price(wanted)
        if not line.quantity or price == own:
            return line.quantity
        return self._converted(line.quantity, own, price, line.item_id, wanted)

    def said(self, statuses: tuple[Status, ...], at: int, wanted: Wanted) -> tuple[Status, ...]:
        """What a supplier says of a line, in its units of quantity and price; as he says it where nobody can tell."""
        own, price = _own(wanted), _price(wanted)
        for status in statuses:
            if status.uom not in (None, own.uom) or status.price_uom not in (None, price.uom):
                return tuple(self._status(each, at, wanted) for each in statuses)
        return statuses

    def _status(self, status: Status, at: int, wanted: Wanted) -> Status:
        quantity, unit_price = status.quantity, status.unit_price
        own, price = _own(wanted), _price(wanted)
        counts = own if status.uom in (None, own.uom) else Measure(status.uom, at)
        prices = price if counts == own else counts
        if status.price_uom is not None:
            prices = price if status.price_uom == price.uom else Measure(status.price_uom, at)
        if quantity is not None and counts != own:
            quantity = self._converted(quantity, counts, own, status.item_id, wanted)
        if unit_price is not None and prices != price:
            unit_price = self._converted(unit_price, price, prices, status.item_id, wanted)
        if (quantity is None, unit_price is None) != (status.quantity is None, status.unit_price is None):
            return status
        return structs.replace(status, quantity=quantity, uom=own.uom, unit_price=unit_price)

    def _converted(
        self, quantity: int, has: Measure, wants: Measure, item_id: str | None, wanted: Wanted
    ) -> int | None:
        """Only of the item that was ordered: how another in its place is packed says nothing."""
        ordered = self.item_of(wanted.terms)
        for name in self.names_of(wanted.terms):
            self.asked.setdefault(name, self._masters.version(name))
        if ordered is None or (item_id or ordered) != ordered:
            return None
        return converted(quantity, self._ratio(has, ordered), self._ratio(wants, ordered))

    def _ratio(self, measure: Measure, item_id: str) -> Ratio | None:
        packings = self._masters.packings(item_id, measure.at)
        self._told_by.update(packing.event_id for packing in packings)
        return ratio(packings, measure.uom, self._supplier_id)


def _own(wanted: Wanted) -> Measure:
    return Measure(wanted.terms.uom, wanted.since.event_time)


def _price(wanted: Wanted) -> Measure:
    return Measure(wanted.terms.price_uom or wanted.terms.uom, wanted.since.event_time)
