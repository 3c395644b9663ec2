"""What happens to the goods on the shelves, and what is said of it."""

from __future__ import annotations

from random import Random
from typing import Any

from app.dev.simulator.agenda import Agenda, Task
from app.dev.simulator.courier import Courier
from app.dev.simulator.feeds import DAY, HOUR, MINUTE, SECOND
from app.dev.simulator.shelf import Shelf
from app.dev.simulator.wire import Event

INVENTORY = "inventory-events"


class Stock:
    """Moves goods and tells of it; what follows later is put on the agenda."""

    def __init__(self, rng: Random, courier: Courier, agenda: Agenda) -> None:
        self.rng, self.courier, self.agenda = rng, courier, agenda
        courier.recount = self.recount

    def event(self, shelf: Shelf, system: str, at: int, body: dict[str, Any], **said: Any) -> Event:
        source = f"{system}-{shelf.place.facility_id}"
        event = self.courier.feeds.event(INVENTORY, shelf.key, source, at, body, **said)
        event.about = shelf
        return event

    def move(
        self, shelf: Shelf, system: str, at: int, movement: str, quantity: int, lot: str | None, **said: Any
    ) -> Event:
        """Tell a movement and do it."""
        at = shelf.next(at)
        event = self.event(shelf, system, at, shelf.body(movement, quantity, lot, **said))
        shelf.do(movement, quantity, lot)
        plain = self.courier.tell(event)
        if plain and movement == "CONSUME":
            shelf.last_use = event
        return event

    def use(self, shelf: Shelf, at: int) -> None:
        rng, lot = self.rng, shelf.oldest()
        if lot is None:
            return
        name, on_hand = lot
        quantity = rng.randint(1, min(on_hand, shelf.item.pack))
        draw = rng.random()
        if draw < 0.02:
            self._use_by_mistake(shelf, at, name, quantity)
        elif draw < 0.03:
            self._set_aside(shelf, at, name, quantity)
        elif draw < 0.04:
            self._reserve(shelf, at, quantity)
        elif draw < 0.06:
            self.move(shelf, "adc", at, "RETURN_IN", 1, name)
        else:
            self.move(shelf, "adc", at, "ISSUE" if draw < 0.3 else "CONSUME", quantity, name)

    def _use_by_mistake(self, shelf: Shelf, at: int, lot: str | None, quantity: int) -> None:
        """Booked, and taken back or put right minutes later."""
        event = self.event(shelf, "adc", shelf.next(at), shelf.body("CONSUME", quantity, lot))
        after = event.at + self.rng.randint(2, 30) * MINUTE
        right = self.rng.randint(0, quantity - 1)
        purpose = "REPLACE" if right else "CANCEL"
        body = shelf.body("CONSUME", right or quantity, lot)
        happened = event.at if right else after
        answer = self.event(shelf, "adc", happened, body, purpose=purpose, supersedes=event.event_id, written=after)
        shelf.do("CONSUME", right, lot)
        self.courier.tell_taken_back(event, answer)

    def _set_aside(self, shelf: Shelf, at: int, lot: str | None, quantity: int) -> None:
        """To quarantine, at one place under one transfer_id; later to the bin."""
        transfer = self.courier.feeds.new_id()
        self.move(shelf, "mm", at, "TRANSFER_OUT", quantity, lot, transfer_id=transfer)
        for movement, wait, said in (("TRANSFER_IN", 0, {"transfer_id": transfer}), ("SCRAP", DAY, {})):
            self.agenda.put(at + wait + SECOND, self._quarantine(shelf, movement, quantity, lot, said))

    def _quarantine(self, shelf: Shelf, movement: str, quantity: int, lot: str | None, said: dict[str, Any]) -> Task:
        def move(at: int) -> None:
            body = shelf.body(movement, quantity, lot, stock_status="QUARANTINE", **said)
            event = self.event(shelf, "mm", shelf.next(at), body)
            event.guarded = True
            self.courier.tell(event)

        return move

    def _reserve(self, shelf: Shelf, at: int, quantity: int) -> None:
        for movement, wait in (("RESERVE", 0), ("RELEASE", HOUR)):
            self.agenda.put(at + wait, self._reserving(shelf, movement, quantity))

    def _reserving(self, shelf: Shelf, movement: str, quantity: int) -> Task:
        def reserve(at: int) -> None:
            event = self.event(shelf, "adc", shelf.next(at), shelf.body(movement, quantity, None))
            event.guarded = True
            self.courier.tell(event)

        return reserve

    def refill(self, shelf: Shelf, store: Shelf, at: int) -> None:
        """What the ward misses is sent from the warehouse, one lot at a time."""
        lot = store.oldest()
        wanted = shelf.par - shelf.total - shelf.coming
        if lot is None or wanted < shelf.par // 3:
            return
        name, on_hand = lot
        quantity, transfer = min(wanted, on_hand), self.courier.feeds.new_id()
        self.move(store, "wms", at, "TRANSFER_OUT", quantity, name, transfer_id=transfer)
        shelf.coming += quantity

        def arrive(at: int) -> None:
            shelf.coming -= quantity
            self.move(shelf, "wms", at, "TRANSFER_IN", quantity, name, transfer_id=transfer)

        self.agenda.put(at + self.rng.randint(30, 90) * MINUTE, arrive)

    def count(self, shelf: Shelf, at: int) -> None:
        """Sometimes a piece is missing, and the count says so."""
        lot = shelf.oldest()
        if lot is None or (shelf.muddled and lot[0] is not None):
            return
        if lot[0] is not None and shelf.last and self.rng.random() < 0.3:
            self.move(shelf, "mm", at, "COUNT_SET", shelf.total, None, all_lots=True)
            return
        found = lot[1] - (1 if shelf.last and lot[1] > 1 and self.rng.random() < 0.2 else 0)
        self.move(shelf, "mm", at, "COUNT_SET", found, lot[0])

    def recount(self, shelf: Shelf, at: int) -> None:
        """After a wrong booking somebody looks."""
        self.move(shelf, "mm", at, "COUNT_SET", max(1, shelf.par // 2), None)
