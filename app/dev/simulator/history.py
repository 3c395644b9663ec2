"""What truly happens, day by day: goods are ordered, come, go to the wards, are used, counted and sent back."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

from app.contracts.times import format_time
from app.dev.simulator import scripts
from app.dev.simulator.courier import Courier, Task
from app.dev.simulator.feeds import DAY, HOUR, MINUTE, SECOND
from app.dev.simulator.network import Facility, Item, Network, Place, Supplier
from app.dev.simulator.scripts import Doc, Script
from app.dev.simulator.shelf import Shelf
from app.dev.simulator.wire import Event

LINES_AN_ORDER = 6
COUNT_EVERY = 14  # days
INVENTORY = "inventory-events"


class Agenda:
    """What happens next."""

    def __init__(self) -> None:
        self._tasks: list[tuple[int, int, Task]] = []
        self._count = 0

    def put(self, at: int, task: Task) -> None:
        self._count += 1
        heapq.heappush(self._tasks, (at, self._count, task))

    def run(self, until: int) -> None:
        """Do all that happens before a time (ms)."""
        while self._tasks and self._tasks[0][0] < until:
            at, _, task = heapq.heappop(self._tasks)
            task(at)

    def __bool__(self) -> bool:
        return bool(self._tasks)


class History:
    """A network at work; `start` is the midnight (ms) of its first day."""

    def __init__(self, rng: Random, network: Network, courier: Courier, agenda: Agenda, start: int) -> None:
        self.rng, self.network, self.courier, self.agenda, self.start = rng, network, courier, agenda, start
        self.orders = 0
        self.stores: dict[str, list[Shelf]] = {}
        self.wards: list[tuple[Shelf, Shelf]] = []  # a ward's shelf and the one that fills it
        courier.recount = self.recount
        for facility in network.facilities:
            self._stock(facility)

    def _stock(self, facility: Facility) -> None:
        store = {item.item_id: self._shelf(item, facility.store) for item in self.network.items}
        self.stores[facility.facility_id] = list(store.values())
        for place, items in facility.wards:
            self.wards += [(self._shelf(item, place), store[item.item_id]) for item in items]
        for shelf in self.stores[facility.facility_id]:
            fed = sum(source is shelf for _, source in self.wards[-sum(len(kept) for _, kept in facility.wards) :])
            shelf.par = max(20, int(10 * shelf.item.daily * shelf.item.pack * fed))

    def _shelf(self, item: Item, place: Place) -> Shelf:
        shelf = Shelf(item, place, par=max(6, int(3 * item.daily * item.pack)))
        self.courier.faults.enrol(shelf.key)
        return shelf

    def day(self, number: int) -> None:
        """One day of work, the first being 0."""
        midnight = self.start + number * DAY
        if number == 0:
            self._open(midnight)
        for shelf, store in self.wards:
            self._plan_ward(shelf, store, midnight)
        for facility in self.network.facilities:
            self._plan_store(facility, number, midnight)
        self.agenda.run(midnight + DAY)

    def finish(self, number: int) -> Iterator[int]:
        """Days on which nothing new begins, until all has come to its end."""
        while self.agenda:
            self.agenda.run(self.start + (number + 1) * DAY)
            number += 1
            yield number

    # --- the plan of a day -------------------------------------------------------------------------------------------

    def _open(self, midnight: int) -> None:
        """Every shelf is counted once before work begins."""
        for shelf in [*(s for stores in self.stores.values() for s in stores), *(ward for ward, _ in self.wards)]:
            lot = f"L{self.rng.randint(10_000, 99_999)}" if shelf.item.lot_tracked else None
            shelf.lots[lot] = shelf.par
            self.agenda.put(midnight + self.rng.randrange(4 * HOUR), lambda at, s=shelf: self._count(s, at))  # type: ignore[misc]

    def _plan_ward(self, shelf: Shelf, store: Shelf, midnight: int) -> None:
        rng = self.rng
        at = midnight + 6 * HOUR + rng.randrange(HOUR // SECOND) * SECOND
        self.agenda.put(at, lambda at: self._refill(shelf, store, at))
        uses = min(12, int(rng.expovariate(1 / shelf.item.daily)))
        for _ in range(uses):
            at = midnight + 9 * HOUR + rng.randrange(13 * HOUR // SECOND) * SECOND
            self.agenda.put(at, lambda at: self._use(shelf, at))
        if rng.randrange(COUNT_EVERY) == 0:
            self.agenda.put(midnight + 22 * HOUR + rng.randrange(HOUR), lambda at: self._count(shelf, at))

    def _plan_store(self, facility: Facility, number: int, midnight: int) -> None:
        low: dict[str, list[Shelf]] = defaultdict(list)
        for shelf in self.stores[facility.facility_id]:
            if shelf.total + shelf.coming < shelf.par // 2 and number:
                low[shelf.item.supplier.supplier_id].append(shelf)
            if self.rng.randrange(COUNT_EVERY) == 0:
                at = midnight + 22 * HOUR + self.rng.randrange(HOUR)
                self.agenda.put(at, lambda at, s=shelf: self._count(s, at))  # type: ignore[misc]
        for shelves in low.values():
            for first in range(0, len(shelves), LINES_AN_ORDER):
                part = shelves[first : first + LINES_AN_ORDER]
                at = midnight + 8 * HOUR + self.rng.randrange(4 * HOUR // MINUTE) * MINUTE
                self._order(facility, part[0].item.supplier, part, at)

    # --- orders ------------------------------------------------------------------------------------------------------

    def _order(self, facility: Facility, supplier: Supplier, shelves: list[Shelf], at: int) -> None:
        self.orders += 1
        lines = [scripts.Line(str(n), shelf.item, shelf.par) for n, shelf in enumerate(shelves, start=1)]
        script = Script(f"PO-{facility.facility_id}-{self.orders:06}", facility, supplier, at, lines)
        scripts.write(self.rng, script)
        fault = self.courier.faults.of_order()
        if fault is None:
            scripts.vary(self.rng, script)
        else:
            script.guarded, script.simple = True, False
            fault.bend(self.rng, script)
            self.courier.labels += script.labels
        self._tell_papers(script)
        self._expect(script, {shelf.item.item_id: shelf for shelf in shelves})

    def _tell_papers(self, script: Script) -> None:
        for number, doc in enumerate(sorted(script.docs, key=lambda doc: doc.at)):
            if number == 1 and script.simple and self.courier.faults.hits("lose"):
                self.courier.faults.plan(script.po_number, "lose")
            self._paper(script, doc)

    def _paper(self, script: Script, doc: Doc) -> None:
        event = self.courier.feeds.event(doc.topic, script.po_number, doc.source, doc.at, doc.body, doc.purpose)
        event.about, event.guarded = script, script.guarded
        self.courier.tell(event)

    def _expect(self, script: Script, shelves: dict[str, Shelf]) -> None:
        """Good pieces go to the shelf; on the day, some go back to the supplier."""
        for doc in script.all("receipts"):
            for line in doc.body["lines"]:
                if line["condition"] == scripts.GOOD:
                    shelf = shelves[line["item_id"]]
                    shelf.coming += line["quantity"]
                    task = self._putting_away(script, shelf, line)
                    self.agenda.put(doc.at + 5 * MINUTE, task)
        if script.simple and not script.guarded and self.rng.random() < 0.02:
            last = script.all("receipts")[-1]
            line = last.body["lines"][0]
            self.agenda.put(last.at + DAY, lambda at: self._return(script, shelves[line["item_id"]], line, at))

    def _putting_away(self, script: Script, shelf: Shelf, line: dict[str, Any]) -> Task:
        def put_away(at: int) -> None:
            shelf.coming -= line["quantity"]
            self._move(shelf, "wms", at, "RECEIPT", line["quantity"], line.get("lot"), ref_po=script.po_number)

        return put_away

    def _return(self, script: Script, shelf: Shelf, line: dict[str, Any], at: int) -> None:
        lot = line.get("lot")
        if shelf.lots.get(lot, 0) < 1:
            return
        self._move(shelf, "wms", at, "RETURN_OUT", 1, lot, ref_po=script.po_number)
        body = {
            "receipt_id": f"T-{script.po_number}",
            "po_number": script.po_number,
            "kind": "RETURN",
            "rma": f"RMA-{script.po_number}",
            "received_at": format_time(at),
            "lines": [{**line, "quantity": 1}],
        }
        self._paper(script, Doc(at, "receipts", script.wms, body))

    # --- stock -------------------------------------------------------------------------------------------------------

    def _event(self, shelf: Shelf, system: str, at: int, body: dict[str, Any], **said: Any) -> Event:
        source = f"{system}-{shelf.place.facility_id}"
        event = self.courier.feeds.event(INVENTORY, shelf.key, source, at, body, **said)
        event.about = shelf
        return event

    def _move(
        self, shelf: Shelf, system: str, at: int, movement: str, quantity: int, lot: str | None, **said: Any
    ) -> Event:
        """Tell a movement and do it."""
        at = shelf.next(at)
        event = self._event(shelf, system, at, shelf.body(movement, quantity, lot, **said))
        shelf.do(movement, quantity, lot)
        plain = self.courier.tell(event)
        if plain and movement == "CONSUME":
            shelf.last_use = event
        return event

    def _use(self, shelf: Shelf, at: int) -> None:
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
        else:
            self._move(shelf, "adc", at, "ISSUE" if draw < 0.3 else "CONSUME", quantity, name)

    def _use_by_mistake(self, shelf: Shelf, at: int, lot: str | None, quantity: int) -> None:
        """Booked, and taken back or put right minutes later."""
        event = self._event(shelf, "adc", shelf.next(at), shelf.body("CONSUME", quantity, lot))
        after = event.at + self.rng.randint(2, 30) * MINUTE
        right = self.rng.randint(0, quantity - 1)
        purpose = "REPLACE" if right else "CANCEL"
        body = shelf.body("CONSUME", right or quantity, lot)
        happened = event.at if right else after
        answer = self._event(shelf, "adc", happened, body, purpose=purpose, supersedes=event.event_id, written=after)
        shelf.do("CONSUME", right, lot)
        self.courier.tell_taken_back(event, answer)

    def _set_aside(self, shelf: Shelf, at: int, lot: str | None, quantity: int) -> None:
        """To quarantine, at one place under one transfer_id; later to the bin."""
        transfer = self.courier.feeds.new_id()
        self._move(shelf, "mm", at, "TRANSFER_OUT", quantity, lot, transfer_id=transfer)
        for movement, wait, said in (("TRANSFER_IN", 0, {"transfer_id": transfer}), ("SCRAP", DAY, {})):
            self.agenda.put(at + wait + SECOND, self._quarantine(shelf, movement, quantity, lot, said))

    def _quarantine(self, shelf: Shelf, movement: str, quantity: int, lot: str | None, said: dict[str, Any]) -> Task:
        def move(at: int) -> None:
            body = shelf.body(movement, quantity, lot, stock_status="QUARANTINE", **said)
            event = self._event(shelf, "mm", shelf.next(at), body)
            event.guarded = True
            self.courier.tell(event)

        return move

    def _reserve(self, shelf: Shelf, at: int, quantity: int) -> None:
        for movement, wait in (("RESERVE", 0), ("RELEASE", HOUR)):
            self.agenda.put(at + wait, self._reserving(shelf, movement, quantity))

    def _reserving(self, shelf: Shelf, movement: str, quantity: int) -> Task:
        def reserve(at: int) -> None:
            event = self._event(shelf, "adc", shelf.next(at), shelf.body(movement, quantity, None))
            event.guarded = True
            self.courier.tell(event)

        return reserve

    def _refill(self, shelf: Shelf, store: Shelf, at: int) -> None:
        """What the ward misses is sent from the warehouse, one lot at a time."""
        lot = store.oldest()
        wanted = shelf.par - shelf.total - shelf.coming
        if lot is None or wanted < shelf.par // 3:
            return
        name, on_hand = lot
        quantity, transfer = min(wanted, on_hand), self.courier.feeds.new_id()
        self._move(store, "wms", at, "TRANSFER_OUT", quantity, name, transfer_id=transfer)
        shelf.coming += quantity

        def arrive(at: int) -> None:
            shelf.coming -= quantity
            self._move(shelf, "wms", at, "TRANSFER_IN", quantity, name, transfer_id=transfer)

        self.agenda.put(at + self.rng.randint(30, 90) * MINUTE, arrive)

    def _count(self, shelf: Shelf, at: int) -> None:
        """Sometimes a piece is missing, and the count says so."""
        lot = shelf.oldest()
        if lot is None or (shelf.muddled and lot[0] is not None):
            return
        if lot[0] is not None and shelf.last and self.rng.random() < 0.3:
            self._move(shelf, "mm", at, "COUNT_SET", shelf.total, None, all_lots=True)
            return
        found = lot[1] - (1 if shelf.last and lot[1] > 1 and self.rng.random() < 0.2 else 0)
        self._move(shelf, "mm", at, "COUNT_SET", found, lot[0])

    def recount(self, shelf: Shelf, at: int) -> None:
        """After a wrong booking somebody looks."""
        self._move(shelf, "mm", at, "COUNT_SET", max(1, shelf.par // 2), None)
