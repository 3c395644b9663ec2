"""The way from the sources to the file: what was meant is booked, what goes wrong happens here."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Protocol

from app.dev.simulator.agenda import Task
from app.dev.simulator.feeds import MINUTE, Feeds
from app.dev.simulator.labels import NONE, Label
from app.dev.simulator.ledger import Orders
from app.dev.simulator.truth import Positions
from app.dev.simulator.wire import Event, Wire


class Fault(Protocol):
    """Something that happens to a record in place of being sent."""

    @property
    def act(self) -> Callable[[Courier, Event], None]: ...


class Fate(Protocol):
    """What a courier asks of those who draw the faults."""

    def of(self, event: Event) -> Fault | None: ...

    def hits(self, name: str) -> bool: ...


class Courier:
    """Carries records; `later` lets a task happen at a time, `recount` has a shelf counted."""

    def __init__(self, rng: Random, wire: Wire, fate: Fate, later: Callable[[int, Task], None]) -> None:
        self.rng, self.wire, self.fate, self.later = rng, wire, fate, later
        self.feeds = Feeds(rng)
        self.positions, self.orders = Positions(), Orders()
        self.labels: list[Label] = []
        self.recount: Callable[[Any, int], None] = lambda shelf, at: None
        self.told = 0

    def tell(self, event: Event) -> bool:
        """Send a record, or let its fault happen; returns whether it went as it was meant."""
        self.told += 1
        fault = self.fate.of(event)
        if fault is None:
            self.send(event)
        else:
            fault.act(self, event)
        return fault is None

    def tell_taken_back(self, event: Event, cancel: Event) -> None:
        """Send a record and what takes it back; sometimes the second overtakes the first."""
        self.told += 2
        if self.fate.hits("early-cancel"):
            event.arrival = cancel.arrival + self.rng.randint(1, 8) * MINUTE
            self.label("early-cancel", NONE, event, also=cancel)
        self.send(event)
        self.send(cancel)

    def send(self, event: Event) -> None:
        """Book what is meant and send it."""
        if event.topic == "inventory-events":
            self.positions.declare(event)
        elif event.topic in PAPERS:
            self.orders.declare(event)
        self.wire.send(event)

    def replace(self, event: Event, at: int, body: dict[str, Any]) -> None:
        """Send what should have been said."""
        later = self.feeds.event(
            event.topic, event.key, event.source, event.at, body, "REPLACE", event.event_id, written=at
        )
        self.told += 1
        self.send(later)

    def undecidable(self, event: Event) -> None:
        """What the key amounts to can no longer be known from what was sent."""
        if event.topic == "inventory-events":
            self.positions.book(event.key).undecidable = True
            self.positions.declare(event)
        else:
            self.orders.order(event.key).undecidable = True
            self.orders.declare(event)

    def muddle(self, event: Event) -> None:
        """From now on the records of the position do not say what is on its shelf."""
        event.about.muddled = True

    def label(
        self,
        fault: str,
        code: str,
        event: Event,
        evidence: str | None = None,
        open_at_end: bool | None = None,
        may: tuple[str, ...] = (),
        also: Event | None = None,
    ) -> Label:
        """Note a fault and what must come of it."""
        ids = (event.event_id,) if also is None else (event.event_id, also.event_id)
        label = Label(fault, code, event.key, evidence, ids, open_at_end, may)
        self.labels.append(label)
        return label


PAPERS = frozenset({"purchase-orders", "po-acks", "shipments", "receipts", "invoices"})
