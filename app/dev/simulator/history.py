"""What truly happens, day by day: goods are ordered, come, go to the wards, are used, counted and sent back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random

from app.dev.simulator.agenda import Agenda
from app.dev.simulator.buying import Buying
from app.dev.simulator.courier import Courier
from app.dev.simulator.faults import Faults
from app.dev.simulator.feeds import DAY, HOUR, MINUTE, SECOND
from app.dev.simulator.network import Facility, Item, Network, Place
from app.dev.simulator.shelf import Shelf
from app.dev.simulator.stock import Stock

LINES_AN_ORDER = 6
COUNT_EVERY = 14  # days
DIRECT_LINES = 4
DIRECT_QUANTITY = (12, 60)


class History:
    """A network at work; `start` is the midnight (ms) of its first day.

    `direct`: orders a day and hospital whose goods go straight to who asked for them.
    """

    def __init__(
        self, rng: Random, network: Network, courier: Courier, faults: Faults, agenda: Agenda, start: int, direct: int
    ) -> None:
        self.rng, self.network, self.faults, self.agenda, self.start = rng, network, faults, agenda, start
        self.direct = direct
        self.stock = Stock(rng, courier, agenda)
        self.buying = Buying(rng, courier, faults, agenda, self.stock)
        self.stores: dict[str, list[Shelf]] = {}
        self.wards: list[tuple[Shelf, Shelf]] = []  # a ward's shelf and the one that fills it
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
        self.faults.enrol(shelf.key)
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
            for _ in range(self.direct):
                self._order_directly(facility, midnight)
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
            self.agenda.put(midnight + self.rng.randrange(4 * HOUR), lambda at, s=shelf: self.stock.count(s, at))  # type: ignore[misc]

    def _plan_ward(self, shelf: Shelf, store: Shelf, midnight: int) -> None:
        rng = self.rng
        at = midnight + 6 * HOUR + rng.randrange(HOUR // SECOND) * SECOND
        self.agenda.put(at, lambda at: self.stock.refill(shelf, store, at))
        uses = min(12, int(rng.expovariate(1 / shelf.item.daily)))
        for _ in range(uses):
            at = midnight + 9 * HOUR + rng.randrange(13 * HOUR // SECOND) * SECOND
            self.agenda.put(at, lambda at: self.stock.use(shelf, at))
        if rng.randrange(COUNT_EVERY) == 0:
            self.agenda.put(midnight + 22 * HOUR + rng.randrange(HOUR), lambda at: self.stock.count(shelf, at))

    def _plan_store(self, facility: Facility, number: int, midnight: int) -> None:
        low: dict[str, list[Shelf]] = defaultdict(list)
        for shelf in self.stores[facility.facility_id]:
            if shelf.total + shelf.coming < shelf.par // 2 and number:
                low[shelf.item.supplier.supplier_id].append(shelf)
            if self.rng.randrange(COUNT_EVERY) == 0:
                at = midnight + 22 * HOUR + self.rng.randrange(HOUR)
                self.agenda.put(at, lambda at, s=shelf: self.stock.count(s, at))  # type: ignore[misc]
        for shelves in low.values():
            for first in range(0, len(shelves), LINES_AN_ORDER):
                self._fill(facility, shelves[first : first + LINES_AN_ORDER], midnight)

    def _fill(self, facility: Facility, shelves: list[Shelf], midnight: int) -> None:
        at = midnight + 8 * HOUR + self.rng.randrange(4 * HOUR // MINUTE) * MINUTE
        goods = [(shelf.item, shelf.par) for shelf in shelves]
        by_item = {shelf.item.item_id: shelf for shelf in shelves}
        self.buying.order(facility, shelves[0].item.supplier, goods, at, by_item)

    def _order_directly(self, facility: Facility, midnight: int) -> None:
        """A few things of one supplier."""
        rng = self.rng
        at = midnight + 7 * HOUR + rng.randrange(10 * HOUR // MINUTE) * MINUTE
        items = self.network.offered[rng.choice(self.network.suppliers).supplier_id]
        picked = rng.sample(items, min(len(items), rng.randint(1, DIRECT_LINES)))
        goods = [(item, rng.randint(*DIRECT_QUANTITY)) for item in picked]
        self.buying.order(facility, picked[0].supplier, goods, at)
