"""One item at one place: what truly lies there."""

from __future__ import annotations

from typing import Any

from app.dev.simulator.network import Item, Place
from app.dev.simulator.truth import UP
from app.dev.simulator.wire import Event


class Shelf:
    """`coming`: on its way here; `muddled`: the records no longer say what is here.

    `quiet_from`: when every record so far has arrived (ms).
    """

    __slots__ = ("item", "place", "par", "key", "lots", "coming", "last", "last_use", "muddled", "quiet_from")

    def __init__(self, item: Item, place: Place, par: int) -> None:
        self.item, self.place, self.par = item, place, par
        self.key = f"{item.item_id}@{place.location_id}"
        self.lots: dict[str | None, int] = {}
        self.coming = self.last = 0
        self.last_use: Event | None = None
        self.muddled = False
        self.quiet_from = 0

    @property
    def total(self) -> int:
        return sum(self.lots.values())

    def oldest(self) -> tuple[str | None, int] | None:
        """The lot that is used next and what is left of it."""
        return next(((lot, quantity) for lot, quantity in self.lots.items() if quantity > 0), None)

    def next(self, at: int) -> int:
        """A time (ms) at which nothing else has happened here, `at` or soon after."""
        self.last = max(at, self.last + 1000)
        return self.last

    def do(self, movement: str, quantity: int, lot: str | None) -> None:
        """Move goods; a count over all lots finds what is here."""
        if movement == "COUNT_SET":
            if lot is not None or not self.item.lot_tracked:
                self.lots[lot] = quantity
            return
        self.lots[lot] = self.lots.get(lot, 0) + (quantity if movement in UP else -quantity)
        if not self.lots[lot] and lot is not None:
            del self.lots[lot]

    def body(self, movement: str, quantity: int, lot: str | None, **said: Any) -> dict[str, Any]:
        """What a source says of it."""
        body = {
            "item_id": self.item.item_id,
            "location_id": self.place.location_id,
            "movement": movement,
            "quantity": quantity,
            "uom": self.item.uom,
            "facility_id": self.place.facility_id,
            **said,
        }
        if lot is not None:
            body["lot"] = lot
        return body
