"""One purchase order with the papers that are to come of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from app.dev.simulator.labels import Label
from app.dev.simulator.network import Facility, Item, Supplier

GATEWAY = "edi-gateway"
GOOD, DAMAGED = "07", "01"
ANSWERED = ("purchase-orders", "po-acks")  # the papers of an order that has come no further than its answer


class Line(Struct):
    """One order line."""

    number: str
    item: Item
    quantity: int


class Doc(Struct):
    """One paper, before its source numbers it; `key` where it goes to another than its script's.

    `takes_back`: an earlier paper that this one cancels. `event_id`: what it was told under, once it was.
    """

    at: int
    topic: str
    source: str
    body: dict[str, Any]
    purpose: str | None = None
    key: str | None = None
    takes_back: Doc | None = None
    event_id: str = ""


class Script(Struct):
    """One order with all that is to come of it; `guarded`: its papers are the fault, no other may touch them."""

    po_number: str
    facility: Facility
    supplier: Supplier
    at: int
    lines: list[Line]
    docs: list[Doc] = []
    labels: list[Label] = []
    guarded: bool = False
    simple: bool = True  # one order, one answer, no cancel: papers may come in any order

    @property
    def erp(self) -> str:
        return f"erp-{self.facility.facility_id}"

    @property
    def wms(self) -> str:
        return f"wms-{self.facility.facility_id}"

    @property
    def quantities(self) -> list[int]:
        return [line.quantity for line in self.lines]

    def first(self, topic: str) -> Doc:
        """Its first paper of a topic."""
        return next(doc for doc in self.docs if doc.topic == topic)

    def all(self, topic: str) -> list[Doc]:
        """Its papers of a topic, in time."""
        return [doc for doc in self.docs if doc.topic == topic]

    def receipts(self) -> list[Doc]:
        """Its receipts of goods that came, without those that are taken back and what takes them back."""
        booked = self.all("receipts")
        wrong = [id(doc.takes_back) for doc in booked if doc.takes_back is not None]
        return [doc for doc in booked if doc.takes_back is None and id(doc) not in wrong]

    def keep(self, *topics: str) -> None:
        """Drop the papers of every other topic."""
        self.docs = [doc for doc in self.docs if doc.topic in topics]

    def label(
        self,
        fault: str,
        code: str,
        evidence: str | None = None,
        open_at_end: bool | None = True,
        key: str | None = None,
    ) -> None:
        """Say what must come of it; `key` where that is told of another than the order."""
        self.labels.append(Label(fault, code, key or self.po_number, evidence, open_at_end=open_at_end))

    def may(self, fault: str, *codes: str) -> None:
        """Say what may come of it."""
        self.labels.append(Label(fault, "none", self.po_number, may=codes))


def date_of(at: int) -> str:
    """The UTC date of a time (ms)."""
    return datetime.fromtimestamp(at // 1000, UTC).date().isoformat()
