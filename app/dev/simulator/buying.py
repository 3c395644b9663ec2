"""Orders at work: their papers are told, what comes in is put away, some of it goes back."""

from __future__ import annotations

from random import Random
from typing import Any

from app.contracts.times import format_time
from app.dev.simulator import papers
from app.dev.simulator.agenda import Agenda, Task
from app.dev.simulator.courier import Courier
from app.dev.simulator.faults import Faults
from app.dev.simulator.feeds import DAY, MINUTE
from app.dev.simulator.network import Facility, Supplier
from app.dev.simulator.scripts import GOOD, Doc, Line, Script
from app.dev.simulator.shelf import Shelf
from app.dev.simulator.stock import Stock
from app.dev.simulator.variations import vary


class Buying:
    """Writes orders; `count` is how many."""

    def __init__(self, rng: Random, courier: Courier, faults: Faults, agenda: Agenda, stock: Stock) -> None:
        self.rng, self.courier, self.faults, self.agenda, self.stock = rng, courier, faults, agenda, stock
        self.count = 0

    def order(self, facility: Facility, supplier: Supplier, shelves: list[Shelf], at: int) -> None:
        self.count += 1
        lines = [Line(str(n), shelf.item, shelf.par) for n, shelf in enumerate(shelves, start=1)]
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
        self._expect(script, {shelf.item.item_id: shelf for shelf in shelves})

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

    def _expect(self, script: Script, shelves: dict[str, Shelf]) -> None:
        """Good pieces go to the shelf; on the day, some go back to the supplier."""
        for doc in script.receipts():
            for line in doc.body["lines"]:
                if line["condition"] == GOOD:
                    shelf = shelves[line["item_id"]]
                    shelf.coming += line["quantity"]
                    task = self._putting_away(script, shelf, line)
                    self.agenda.put(doc.at + 5 * MINUTE, task)
        if script.simple and not script.guarded and self.rng.random() < 0.05:
            last = script.all("receipts")[-1]
            line = last.body["lines"][0]
            self.agenda.put(last.at + DAY, lambda at: self._return(script, shelves[line["item_id"]], line, at))

    def _putting_away(self, script: Script, shelf: Shelf, line: dict[str, Any]) -> Task:
        def put_away(at: int) -> None:
            shelf.coming -= line["quantity"]
            self.stock.move(shelf, "wms", at, "RECEIPT", line["quantity"], line.get("lot"), ref_po=script.po_number)

        return put_away

    def _return(self, script: Script, shelf: Shelf, line: dict[str, Any], at: int) -> None:
        lot = line.get("lot")
        if shelf.lots.get(lot, 0) < 1:
            return
        self.stock.move(shelf, "wms", at, "RETURN_OUT", 1, lot, ref_po=script.po_number)
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
