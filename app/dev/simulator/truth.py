"""What stands in the end, by bookkeeping of our own over what was meant: never by asking the code under test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.dev.simulator.feeds import DAY
from app.dev.simulator.network import CASE, CASE_ON_SHELF, unit_of
from app.dev.simulator.wire import Event

SETTLED = 4 * DAY  # nothing is taken back, or declared late, further back than this
KEPT = 64
UP = frozenset({"RECEIPT", "RETURN_IN", "TRANSFER_IN"})
RESERVED = {"RESERVE": 1, "RELEASE": -1}
Slot = tuple[str | None, str, str]  # lot, stock status, unit
Meant = tuple[int, int, int, str, Slot, int, bool]  # event_time, record_time, rank, id, slot, quantity, all_lots
COUNT = 2


class Book:
    """One stock position: settled balances, and what may still be taken back."""

    def __init__(self) -> None:
        self.recent: list[Meant] = []
        self.balances: Counter[Slot] = Counter()
        self.units: Counter[str] = Counter()
        self.reserved = 0
        self.undecidable = False
        self.muddled = False  # what the records say is no longer what is on the shelf

    def book(self, meant: Meant) -> None:
        self.recent.append(meant)
        self.units[meant[4][2]] += 1
        if len(self.recent) > KEPT:
            self.settle(max(entry[0] for entry in self.recent) - SETTLED)

    def take_back(self, event_id: str) -> None:
        """Nothing happens where it was never booked."""
        found = next((entry for entry in self.recent if entry[3] == event_id), None)
        if found is None:
            return
        self.recent.remove(found)
        self.units[found[4][2]] -= 1

    def settle(self, before: int | None = None) -> None:
        """Fold what happened before a time (ms), or all of it, into the balances."""
        self.recent.sort(key=lambda entry: entry[:4])
        keep = []
        for entry in self.recent:
            if before is not None and entry[0] >= before:
                keep.append(entry)
            else:
                self._fold(entry)
        self.recent = keep

    def _fold(self, entry: Meant) -> None:
        _, _, rank, _, (lot, status, uom), quantity, all_lots = entry
        if rank != COUNT:
            self.balances[lot, status, uom] += quantity
        elif all_lots:
            self.balances[None, status, uom] += quantity - self.total(status, uom)
        else:
            self.balances[lot, status, uom] = quantity

    def total(self, status: str, uom: str) -> int:
        """The sum over all lots."""
        return sum(quantity for slot, quantity in self.balances.items() if slot[1:] == (status, uom))

    def shortages(self) -> set[str]:
        """Which alerts of shortage the final balances call for."""
        found = set()
        for _, status, uom in [slot for slot, quantity in self.balances.items() if quantity < 0]:
            total = self.total(status, uom)
            found.add("NEGATIVE_STOCK" if total < 0 else "LOT_NEGATIVE")
        return found

    def view(self) -> dict[str, Any]:
        mixed = sum(count > 0 for count in self.units.values()) > 1
        slots = sorted((slot[0] or "", *slot[1:], quantity) for slot, quantity in self.balances.items() if quantity)
        available = sum(quantity for slot, quantity in self.balances.items() if slot[1] == "AVAILABLE")
        return {
            "on_hand": None if mixed else str(available),
            "reserved": None if mixed else str(self.reserved),
            "balances": [
                {"lot": lot or None, "stock_status": status, "uom": uom, "quantity": str(quantity)}
                for lot, status, uom, quantity in slots
            ],
        }


class Positions:
    """The books of all positions."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}

    def book(self, key: str) -> Book:
        found = self.books.get(key)
        if found is None:
            found = self.books[key] = Book()
        return found

    def declare(self, event: Event) -> None:
        """Book a movement as its source means it."""
        value, book = event.value, self.book(event.key)
        if "supersedes" in value:
            book.take_back(value["supersedes"])
            if value["purpose"] == "CANCEL":
                return
        movement, quantity, uom = value["movement"], value["quantity"], value["uom"]
        if uom == CASE:
            quantity, uom = int(Decimal(quantity) * CASE_ON_SHELF), unit_of(value["item_id"])
        if movement in RESERVED:
            book.reserved += RESERVED[movement] * quantity
            return
        counts, up = movement == "COUNT_SET", movement in UP
        signed = quantity if counts or up or movement == "ADJUST" else -quantity
        rank = COUNT if counts else int(signed < 0)
        slot = (value.get("lot"), value.get("stock_status", "AVAILABLE"), uom)
        book.book((event.at, event.recorded, rank, event.event_id, slot, signed, value.get("all_lots", False)))

    def lines(self) -> Iterator[dict[str, Any]]:
        """One line a position, settled."""
        for key, book in sorted(self.books.items()):
            book.settle()
            yield {"table": "positions", "key": key, "undecidable": book.undecidable, "view": book.view()}
