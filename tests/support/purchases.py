"""Whole purchases, from the order to its payment, as random as real ones and as consistent; the seed decides on all.

What happens in between: answers line by line (changed prices, days and quantities, substitutes, backorders, refusals),
changes and their answers, deliveries in parts, some short or damaged, receipts booked anew, returns, credits, cancels,
reactivations.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from app.domain.facts import Fact, InvoiceLine, OrderLine
from tests.support.documents import (
    DAY,
    HOUR,
    MINUTE,
    ONE,
    TODAY,
    acked,
    billed,
    cancelled,
    confirmed,
    line,
    ordered,
    received,
    shipped,
    status,
)
from tests.support.facts import fact

POLICIES = ["THREE_WAY_GR_FIRST"] * 6 + ["THREE_WAY_INVOICE_FIRST", "TWO_WAY", "CONSIGNMENT"]
PACKS = [None, "106141411234567897", "106141411234567897", "123"]  # any may leave twice; the last is no pack
ANSWERS = ["IA"] * 9 + ["BP", "BP", "IB", "IS", "IQ", "IP", "DR", "IR", "IH"]


class Item:
    """What both sides know of one line, in whole units; the price is one of six decimal places."""

    def __init__(self, chance: Random, number: str) -> None:
        self.number = number
        self.quantity = chance.randint(1, 40)
        self.price = chance.randint(10, 9_000) * 10_000
        self.need_by = TODAY + chance.randint(5, 30)
        self.refused = self.deleted = False
        self.shipped = self.good = self.returned = self.billed = 0

    def terms(self) -> OrderLine:
        prices = {"unit_price": self.price, "need_by": self.need_by}
        return line(self.number, self.quantity, cancelled=self.deleted, **prices)

    @property
    def to_ship(self) -> int:
        return 0 if self.refused or self.deleted else max(0, self.quantity - self.shipped)


class Purchase:
    """One order while it goes on; `story` is what was written down of it."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.story, self.now, self.version = chance, list[Fact](), 0, 1
        self.items = [Item(chance, str(10 * n)) for n in range(1, chance.randint(1, 4) + 1)]
        self.policy = chance.choice(POLICIES)
        self.numbered, self.numbers = chance.random() < 0.3, {"edi": 0, "wms": 0}
        self.over = False  # cancelled: nobody ships any more

    def say(self, make: Callable[..., Fact], *lines: OrderLine, **fields: Any) -> Fact:
        """Write a document, some time after the one before."""
        self.now += self.chance.randint(1, 40) * HOUR + self.chance.randrange(HOUR)
        source = "wms" if make is received else "edi"
        if self.numbered:
            self.numbers[source] += 1
            fields["source_seq"] = self.numbers[source]
        recorded = self.now + self.chance.choice([0, 0, 0, MINUTE, 5 * HOUR])
        said = make(f"e{len(self.story) + 1}", *lines, at=self.now, recorded=recorded, **fields)
        self.story.append(said)
        return said

    def perhaps(self, chance: float, step: Callable[[], None]) -> None:
        if self.chance.random() < chance:
            step()

    def some(self, most: int) -> int:
        return self.chance.randint(1, most)

    # --- buyer and supplier -----------------------------------------------------------------------------------------

    def order(self) -> None:
        self.say(ordered, *(item.terms() for item in self.items), match_policy=self.policy)

    def transmit(self) -> None:
        self.say(acked, level="TECHNICAL", ack_type=self.chance.choice("AAAR"))

    def answer(self) -> None:
        if self.chance.random() < 0.4:
            self.say(acked, ack_type="AK")
        else:
            self.say(acked, codes={item.number: self._codes(item) for item in self.items if not item.deleted})

    def _codes(self, item: Item) -> list[Any]:
        code, whole, some = self.chance.choice(ANSWERS), item.quantity, self.some(item.quantity)
        item.refused = code == "IR"
        if code == "IP":
            return [status("IP", whole, unit_price=item.price * (100 + self.some(3)) // 100)]
        if code == "DR":
            return [status("DR", whole, date=item.need_by + self.some(6))]
        if code == "IS":
            return [status("IS", whole, item_id="SUBSTITUTE")]
        if code == "IA":
            return [status("IA", whole, date=item.need_by)]
        return [status(code, some if code in ("BP", "IQ") else whole)]

    def change(self) -> None:
        item = self.chance.choice(self.items)
        what = self.chance.choice(["quantity", "quantity", "price", "need_by", "deleted"])
        if what == "deleted":
            item.deleted = not item.deleted
        else:
            setattr(item, what, max(1, getattr(item, what) + self.chance.choice([-2, 1, 3])))
        self.version += 1
        partial = self.chance.random() < 0.5
        lines = [one.terms() for one in ([item] if partial else self.items)]
        fields = {"version": self.version, "match_policy": self.policy, "partial": partial}
        self.say(ordered, *lines, purpose="CHANGE", **fields)
        self.perhaps(0.7, self.answer_change)

    def answer_change(self) -> None:
        ack_type = self.chance.choice(["AT", "AT", "AT", "RJ"])
        self.say(acked, ack_type=ack_type, change_response=True, po_version=self.version)

    def cancel(self) -> None:
        if not self.over:
            self.over = True
            self.say(cancelled)
            self.perhaps(0.7, lambda: self.answer_change())
            self.perhaps(0.2, self.reactivate)

    def reactivate(self) -> None:
        self.over = False
        self.say(confirmed, lines=tuple(item.terms() for item in self.items), match_policy=self.policy)

    # --- goods ------------------------------------------------------------------------------------------------------

    def deliver(self, rest: bool = False) -> None:
        """Ship a part, or all that is left."""
        goods = {i.number: i.to_ship if rest else self.some(i.to_ship) for i in self.items if i.to_ship}
        if self.over or not goods:
            return
        for item in self.items:
            item.shipped += goods.get(item.number, 0)
        eta = TODAY + self.now // DAY + self.some(4)
        sent: Any = self.say(shipped, goods=goods, eta=eta, sscc=PACKS[len(self.story) % len(PACKS)])
        self.perhaps(0.2, lambda: self._milestone(sent.shipment_id, eta))
        self.perhaps(0.1, self.cancel)
        self.perhaps(0.95, lambda: self._take_in(sent.shipment_id, goods))

    def _milestone(self, shipment_id: str, eta: int) -> None:
        self.say(shipped, goods={}, kind="MILESTONE", shipment_id=shipment_id, milestone="X1", eta=eta + 1)

    def _take_in(self, shipment_id: str, goods: dict[str, int]) -> None:
        short = self.chance.random() < 0.08
        came = {number: max(1, quantity - short) for number, quantity in goods.items()}
        damaged = self.chance.random() < 0.1
        fields: dict[str, Any] = {"shipment_id": shipment_id, "condition": "01" if damaged else "07"}
        fields["final"] = self.chance.random() < 0.1
        booked = self.say(received, goods=came, **fields)
        if self.chance.random() < 0.1:  # booked by mistake, and once more
            self.say(received, goods={}, purpose="CANCEL", supersedes=booked.event_id)
            self.say(received, goods=came, receipt_id=f"AGAIN-{booked.event_id}", **fields)
        for item in self.items:
            item.good += 0 if damaged else came.get(item.number, 0)

    def give_back(self) -> None:
        here = [item for item in self.items if item.good > item.returned]
        if here:
            item = self.chance.choice(here)
            quantity = self.some(item.good - item.returned)
            item.returned += quantity
            self.say(received, goods={item.number: quantity}, kind="RETURN")

    # --- money ------------------------------------------------------------------------------------------------------

    def bill(self) -> None:
        """Bill what came since the last bill; TWO_WAY lines as they are ordered."""
        due = {item: (item.quantity if self.policy == "TWO_WAY" else item.good) - item.billed for item in self.items}
        due = {item: quantity for item, quantity in due.items() if quantity > 0 and self.policy != "CONSIGNMENT"}
        if due:
            dearer = self.chance.choice([*[100] * 11, 104])
            self._bill({item: (quantity, item.price * dearer // 100) for item, quantity in due.items()})
            for item, quantity in due.items():
                item.billed += quantity

    def credit(self) -> None:
        due = {item: (item.returned, item.price) for item in self.items if item.returned and item.billed}
        if due:
            self._bill(due, kind="CREDIT")

    def _bill(self, due: dict[Item, tuple[int, int]], **fields: Any) -> None:
        lines = tuple(
            fact(InvoiceLine, line=item.number, quantity=quantity * ONE, uom="EA", unit_price=price)
            for item, (quantity, price) in due.items()
        )
        total = sum(quantity * price for quantity, price in due.values()) // 100
        self.say(billed, lines=lines, total=total, invoice_date=TODAY + self.now // DAY, **fields)


def purchase(chance: Random) -> list[Fact]:
    """The documents of one order, in the order in which they were written down."""
    one = Purchase(chance)
    one.order()
    one.perhaps(0.3, one.transmit)
    one.perhaps(0.85, one.answer)
    one.perhaps(0.25, one.change)
    one.perhaps(0.05, one.cancel)
    parts = chance.randint(1, 3)
    for part in range(1, parts + 1):
        one.deliver(rest=part == parts)
        one.perhaps(0.1, one.answer)
        one.perhaps(0.1, one.change)
        one.perhaps(0.5, one.bill)
    one.perhaps(0.15, one.give_back)
    one.bill()
    one.perhaps(0.8, one.credit)
    one.perhaps(0.05, one.cancel)
    return sorted(one.story, key=lambda said: said.record_time)
