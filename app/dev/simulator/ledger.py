"""What must come of each order: sums over its papers, kept apart from the code under test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from app.contracts.times import format_time
from app.dev.simulator.network import CASE, case_of
from app.dev.simulator.scripts import DAMAGED
from app.dev.simulator.wire import Event

COUNTERS = (
    *("ordered", "accepted", "backordered", "rejected", "cancelled", "substituted"),
    *("shipped", "received_good", "received_discrepant", "returned", "invoiced", "credited"),
)

CURRENCY = "USD"  # of every simulated order
REJECTED = ("IR", "R1", "R4")
ANSWERS = {
    "DR": "CHANGED",
    "IP": "CHANGED",
    "IS": "CHANGED",
    "IB": "PART_BACKORDERED",
    **dict.fromkeys(REJECTED, "REJECTED"),
}


class Account(Struct):
    """One line, in its own unit."""

    uom: str = ""
    item_id: str = ""
    ordered: int = 0
    accepted: int = 0
    backordered: int = 0
    rejected: int = 0
    cancelled: int = 0
    substituted: int = 0
    shipped: int = 0
    received_good: int = 0
    received_discrepant: int = 0
    returned: int = 0
    invoiced: int = 0
    credited: int = 0
    answer: str = "NONE"
    price: str | None = None
    blocked: bool = False
    final: bool = False
    changed: bool = False

    @property
    def received(self) -> int:
        return self.received_good + self.received_discrepant

    @property
    def wanted(self) -> int:
        return self.ordered - self.cancelled

    def pieces(self, said: dict[str, Any]) -> int:
        """A quantity in the line's unit or in cases."""
        quantity: int = said["quantity"]
        return quantity if said["uom"] == self.uom else int(Decimal(quantity) * case_of(self.item_id))

    def cut(self) -> None:
        """Nothing is answered of what was cancelled."""
        self.accepted = min(self.accepted, self.wanted)
        self.backordered = min(self.backordered, self.wanted - self.accepted)
        self.rejected = min(self.rejected, self.wanted - self.accepted - self.backordered)
        self.substituted = min(self.substituted, self.accepted)


class Order:
    """One order and how it ends."""

    def __init__(self) -> None:
        self.lines: dict[str, Account] = {}
        self.versions: set[int] = set()
        self.substitutes: dict[str, str] = {}  # the line that an item comes for
        self.seen = self.cancelled = self.moved = self.undecidable = False
        self.last = 0  # when (ms) the newest paper was written

    def declare(self, event: Event) -> None:
        """Add a paper; papers come in the order of their time."""
        self.last = max(self.last, event.recorded)
        _PAPERS[event.topic](self, event.value)

    def order(self, value: dict[str, Any]) -> None:
        if value.get("purpose") == "CANCEL":
            self._cancel()
            return
        if value["version"] in self.versions:
            return  # of one version the first to be written down counts
        self.seen = True
        self.versions.add(value["version"])
        for said in value["lines"]:
            line = self.lines.setdefault(said["line"], Account(said["uom"], said["item_id"]))
            line.price = said.get("unit_price")
            line.blocked = value.get("match_policy") == "CONSIGNMENT"
            self._want(line, said["quantity"])

    def _want(self, line: Account, quantity: int) -> None:
        """A change voids the answer before it; of a cancelled order it revives nothing."""
        if quantity == line.ordered:
            return
        line.changed = bool(line.ordered)
        line.ordered, line.accepted, line.backordered, line.answer = quantity, 0, 0, "NONE"
        line.substituted = 0
        if self.cancelled:
            line.cancelled = max(0, quantity - max(line.shipped, line.received))
        elif line.shipped:
            self._imply(line)

    def _cancel(self) -> None:
        self.cancelled = True
        for line in self.lines.values():
            gone = max(line.shipped, line.received)
            self.moved = self.moved or gone > 0
            line.cancelled = max(0, line.ordered - gone)
            line.cut()

    def ack(self, value: dict[str, Any]) -> None:
        if value.get("change_response") and not self.cancelled:
            self._hear_of_change(value["ack_type"] == "AT")
        for said in value.get("lines", ()):
            line = self.lines.get(said["line"])
            self.substitutes |= {status["item_id"]: said["line"] for status in said["statuses"] if "item_id" in status}
            if line is not None and all("quantity" in status for status in said["statuses"]):
                self._hear(line, {status["code"]: line.pieces(status) for status in said["statuses"]})

    def _hear_of_change(self, agreed: bool) -> None:
        """Who agrees takes the whole order; who does not refuses what was changed."""
        for line in self.lines.values():
            if agreed:
                line.accepted, line.answer = line.wanted, "ACCEPTED"
            elif line.changed:
                line.rejected, line.answer = line.ordered, "REJECTED"

    def _hear(self, line: Account, statuses: dict[str, int]) -> None:
        """Codes with quantities; the simulator's ambiguous ones have none, and say nothing."""
        line.backordered = statuses.get("IB", 0)
        line.rejected = sum(quantity for code, quantity in statuses.items() if code in REJECTED)
        line.accepted = sum(statuses.values()) - line.backordered - line.rejected
        line.substituted = statuses.get("IS", 0)
        line.cut()
        line.answer = next((answer for code, answer in ANSWERS.items() if code in statuses), "ACCEPTED")

    def ship(self, value: dict[str, Any]) -> None:
        for line, moved in self._matched(value):
            line.shipped += moved["quantity"]
            if line.shipped >= line.ordered and line.answer != "CHANGED":
                line.answer, line.accepted, line.backordered = "ACCEPTED", line.wanted, 0
            else:
                self._imply(line)

    def _imply(self, line: Account) -> None:
        """Who ships has accepted."""
        if min(line.shipped, line.wanted) > line.accepted:
            line.accepted = min(line.shipped, line.wanted)
            line.answer = "ACCEPTED" if line.answer == "NONE" else line.answer

    def receive(self, value: dict[str, Any]) -> None:
        sign = -1 if value.get("purpose") == "CANCEL" else 1  # what takes a receipt back repeats its lines
        for line, moved in self._matched(value):
            quantity = sign * moved["quantity"]
            if value.get("kind") == "RETURN":
                line.returned += quantity
            elif moved["condition"] == DAMAGED:
                line.received_discrepant += quantity
            else:
                line.received_good += quantity
            line.final = line.final or value.get("final", False)

    def bill(self, value: dict[str, Any]) -> None:
        for line, moved in self._matched(value):
            if value.get("kind") == "CREDIT":
                line.credited += moved["quantity"]
            else:
                line.invoiced += moved["quantity"]
                dearer = line.price is not None and moved["unit_price"] != line.price
                line.blocked = line.blocked or dearer or value["currency"] != CURRENCY

    def _matched(self, value: dict[str, Any]) -> Iterator[tuple[Account, dict[str, Any]]]:
        for moved in value["lines"]:
            number = moved.get("line") or self.substitutes.get(moved.get("item_id", ""), "")
            line = self.lines.get(number)
            if line is not None and moved["uom"] in (line.uom, CASE):
                yield line, {**moved, "quantity": line.pieces(moved)}

    def view(self) -> dict[str, Any]:
        """What the table must show; the header only where its lines agree."""
        shown: dict[str, Any] = {"life": self._life()}
        for name, state in (("ack", _answer), ("fulfilment", _fulfilment), ("invoicing", _invoicing)):
            states = {state(line) for line in self.lines.values()}
            if len(states) == 1 and not self.cancelled:
                shown[name] = states.pop()
        shown["lines"] = [
            {"line": number, **{name: str(getattr(line, name)) for name in COUNTERS}}
            for number, line in sorted(self.lines.items())
        ]
        return shown

    def _life(self) -> str:
        if not self.seen:
            return "STUB"
        kept = self.cancelled and any(line.cancelled for line in self.lines.values())
        if all(_over(line) for line in self.lines.values()) and not kept:
            return "COMPLETED"
        if self.cancelled:
            return "CLOSED_SHORT" if self.moved else "CANCELLED"
        return "OPEN"


def _over(line: Account) -> bool:
    arrived = line.final or line.received >= line.wanted
    return arrived and line.invoiced - line.credited >= min(line.wanted, line.received_good - line.returned)


def _answer(line: Account) -> str:
    return line.answer


def _fulfilment(line: Account) -> str:
    if line.received:
        over, whole = line.received > line.wanted, line.received == line.wanted
        return "OVER_RECEIVED" if over else "RECEIVED" if whole else "PART_RECEIVED"
    if line.shipped:
        return "SHIPPED" if line.shipped >= line.wanted else "PART_SHIPPED"
    return "NONE"


def _invoicing(line: Account) -> str:
    net = line.invoiced - line.credited
    if net <= 0:
        return "NONE"
    if net <= line.wanted and (line.blocked or net > line.received_good - line.returned):
        return "BLOCKED"
    return "OVER" if net > line.wanted else "FULL" if net == line.wanted else "PART"


_PAPERS: dict[str, Callable[[Order, dict[str, Any]], None]] = {
    "purchase-orders": Order.order,
    "po-acks": Order.ack,
    "shipments": Order.ship,
    "receipts": Order.receive,
    "invoices": Order.bill,
}


class Orders:
    """All orders."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}

    def order(self, key: str) -> Order:
        found = self.orders.get(key)
        if found is None:
            found = self.orders[key] = Order()
        return found

    def declare(self, event: Event) -> None:
        """Add a paper to its order."""
        self.order(event.key).declare(event)

    def lines(self) -> Iterator[dict[str, Any]]:
        """One line an order."""
        for key, order in sorted(self.orders.items()):
            said = {"table": "purchase-orders", "key": key, "undecidable": order.undecidable}
            yield {**said, "last": format_time(order.last), "view": order.view()}
