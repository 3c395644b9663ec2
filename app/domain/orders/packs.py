"""Documents that count in another unit than the order line: what they come to in its unit, exactly or not at all."""

from __future__ import annotations

from typing import TypeVar

from msgspec import structs

from app.domain.golden import Masters
from app.domain.orders.documents import Billed, Moved, Ordered, Status
from app.domain.units import converted

M = TypeVar("M", Moved, Billed)


class Packs:
    """How a supplier packs the items of an order; `asked`: those of which something was in another unit, each with the
    version of its master."""

    def __init__(self, masters: Masters, supplier_id: str | None) -> None:
        self._masters, self._supplier_id = masters, supplier_id
        self.asked: dict[str, int] = {}

    @property
    def current(self) -> bool:
        """Whether the masters still say what they said when they were asked."""
        version = self._masters.version
        return not self.asked or all(version(item) == known for item, known in self.asked.items())

    @property
    def told_by(self) -> tuple[str, ...]:
        """The events of the masters that were asked."""
        items = self._masters.items
        return tuple(sorted(items[item].event_id for item in self.asked if item in items))

    def counted(self, line: M, terms: Ordered) -> M | None:
        """A line of a document in the unit of its order line; None where nobody can tell what it comes to."""
        quantity = self._converted(line.quantity, line.uom, terms.uom, line.item_id, terms)
        return None if quantity is None else line.recounted(quantity, terms.uom)

    def priced(self, line: Billed, terms: Ordered) -> int | None:
        """The quantity billed, in the unit that the order prices in; None where nobody can tell."""
        if not line.quantity or terms.price_uom in (None, terms.uom):
            return line.quantity
        return self._converted(line.quantity, terms.uom, terms.price_uom, line.item_id, terms)

    def said(self, statuses: tuple[Status, ...], terms: Ordered) -> tuple[Status, ...]:
        """What a supplier says of a line in its units of quantity and price; as he says it where nobody can tell."""
        for status in statuses:
            if status.uom not in (None, terms.uom) or status.price_uom not in (None, terms.price_uom or terms.uom):
                return tuple(self._status(each, terms) for each in statuses)
        return statuses

    def _status(self, status: Status, terms: Ordered) -> Status:
        quantity, price = status.quantity, status.unit_price
        uom = status.uom or terms.uom
        priced = status.price_uom or (terms.price_uom or uom if uom == terms.uom else uom)
        if quantity is not None and uom != terms.uom:
            quantity = self._converted(quantity, uom, terms.uom, status.item_id, terms)
        if price is not None and priced != (terms.price_uom or terms.uom):
            price = self._converted(price, terms.price_uom or terms.uom, priced, status.item_id, terms)
        if (quantity is None, price is None) != (status.quantity is None, status.unit_price is None):
            return status
        return structs.replace(status, quantity=quantity, uom=terms.uom, unit_price=price)

    def _converted(self, quantity: int, uom: str, into: str, item_id: str | None, terms: Ordered) -> int | None:
        """Only of the item that was ordered: how another in its place is packed says nothing."""
        if not terms.item_id or (item_id or terms.item_id) != terms.item_id:
            return None
        self.asked.setdefault(terms.item_id, self._masters.version(terms.item_id))
        item = self._masters.items.get(terms.item_id)
        return None if item is None else converted(quantity, uom, into, item, self._supplier_id)
