"""Orders at work: their papers are told, what comes in is put away, some of it goes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from app.contracts.times import format_time
from app.dev.simulator import papers
from app.dev.simulator.agenda import Agenda, Task
from app.dev.simulator.courier import Courier
from app.dev.simulator.faults import Faults
from app.dev.simulator.feeds import DAY, MINUTE
from app.dev.simulator.network import Facility, Item, Supplier
from app.dev.simulator.scripts import GOOD, Doc, Line, Script
from app.dev.simulator.shelf import Shelf
from app.dev.simulator.stock import Stock
from app.dev.simulator.variations import vary

APART = 2 * DAY
NO_SHELVES: Mapping[str, Shelf] = MappingProxyType({})


class Buying:
    """Writes orders; `count` is how many. The same goods are not ordered twice within two days: that is a fault."""

    def __init__(self, rng: Random, courier: Courier, faults: Faults, agenda: Agenda, stock: Stock) -> None:
        self.rng, self.courier, self.faults, self.agenda, self.stock = rng, courier, faults, agenda, stock
        self.count = 0
        self._ordered: dict[tuple[str, ...], int] = {}  # by facility and items: when last

    def order(
        self,
        facility: Facility,
        supplier: Supplier,
        goods: Iterable[tuple[Item, int]],
        at: int,
        shelves: Mapping[str, Shelf] = NO_SHELVES,
    ) -> None:
        """Order goods at a time (ms) or soon after; what comes is put on its shelf, by item, if it has one."""
        self.count += 1
        lines = [Line(str(number), item, quantity) for number, (item, quantity) in enumerate(goods, start=1)]
        at = self._apart(facility, lines, at)
        script = Script(f"PO-{facility.facility_id}-{self.count:06}", facility, supplier, at, lines)
        papers.write(self.rng, script)
        fault = self.faults.of_order(script)
        if fault is None:
            vary(self.rng, script)
        else:
            script.guarded, script.simple = True, False
            fault.bend(self.rng, script)
            self.courier.labels += script.labels
        self._tell_papers(script)
        self._expect(script, shelves)

    def _apart(self, facility: Facility, lines: list[Line], at: int) -> int:
        """A time that is far enough from when these goods were last ordered."""
        goods = (facility.facility_id, *sorted(line.item.item_id for line in lines))
        at = max(at, self._ordered.get(goods, 0) + APART)
        self._ordered[goods] = at
        return at

    def _tell_papers(self, script: Script) -> None:
        for number, doc in enumerate(sorted(script.docs, key=lambda doc: doc.at)):
            if number == 1 and script.simple and self.faults.hits("lose"):
                self.faults.plan(script.po_number, "lose")
            self._paper(script, doc)

    def _paper(self, script: Script, doc: Doc) -> None:
        key = doc.key or script.po_number
        target = None if doc.takes_back is None else doc.takes_back.event_id
        event = self.courier.feeds.event(doc.topic, key, doc.source, doc.at, doc.body, doc.purpose, target)
        event.about, event.guarded, doc.event_id = script, script.guarded, event.event_id
        self.courier.tell(event)

    def _expect(self, script: Script, shelves: Mapping[str, Shelf]) -> None:
        """Good pieces go to the shelf; on the day, some go back to the supplier."""
        for doc in script.receipts():
            for line in doc.body["lines"]:
                shelf = shelves.get(line["item_id"])
                if shelf is not None and line["condition"] == GOOD:
                    shelf.coming += line["quantity"]
                    task = self._putting_away(script, shelf, line)
                    self.agenda.put(doc.at + 5 * MINUTE, task)
        if script.simple and not script.guarded and self.rng.random() < 0.05:
            last = script.all("receipts")[-1]
            line = last.body["lines"][0]
            self.agenda.put(last.at + DAY, lambda at: self._return(script, shelves.get(line["item_id"]), line, at))

    def _putting_away(self, script: Script, shelf: Shelf, line: dict[str, Any]) -> Task:
        def put_away(at: int) -> None:
            shelf.coming -= line["quantity"]
            self.stock.move(shelf, "wms", at, "RECEIPT", line["quantity"], line.get("lot"), ref_po=script.po_number)

        return put_away

    def _return(self, script: Script, shelf: Shelf | None, line: dict[str, Any], at: int) -> None:
        if shelf is not None and not self._taken(script, shelf, line.get("lot"), at):
            return
        body = {
            "receipt_id": f"T-{script.po_number}",
            "po_number": script.po_number,
            "kind": "RETURN",
            "rma": f"RMA-{script.po_number}",
            "received_at": format_time(at),
            "lines": [{**line, "quantity": 1}],
        }
        self._paper(script, Doc(at, "receipts", script.wms, body))
        self._paper(script, papers.credit(script, at + 2 * DAY, line["line"]))

    def _taken(self, script: Script, shelf: Shelf, lot: str | None, at: int) -> bool:
        """Whether there was still a piece on the shelf to be sent back."""
        there = shelf.lots.get(lot, 0) >= 1
        if there:
            self.stock.move(shelf, "wms", at, "RETURN_OUT", 1, lot, ref_po=script.po_number)
        return there
