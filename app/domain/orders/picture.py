"""The picture that the documents of an order make: a pure fold over the set of them, nothing of it stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from app.domain.orders.acks import (
    EXCEPTIONS_ONLY,
    Ambiguous,
    Answer,
    answer,
    answer_all,
    refuses,
    refuses_transmission,
)
from app.domain.orders.documents import (
    AckDocument,
    Answered,
    Billed,
    InvoiceDocument,
    Moved,
    Named,
    ReceiptDocument,
    ShipmentDocument,
)
from app.domain.orders.entry import Entry
from app.domain.orders.hearing import follows, hears, hears_all
from app.domain.orders.invoices import Account, Bill, accounted, after_cancel, due, taken_back
from app.domain.orders.lines import NOT_RECEIVED, Tally
from app.domain.orders.naming import Names
from app.domain.orders.standing import Standing, standing
from app.domain.orders.versions import Cancelling, Current, cancelling, current
from app.domain.policy import Policy

M = TypeVar("M", Moved, Billed)


class Loose(NamedTuple):
    """A line of a document that counts nowhere; `ordered` is the line it means where only the units differ."""

    entry: Entry
    named: Named
    ordered: Tally | None = None


class Held(NamedTuple):
    """An answer that can be read in two ways."""

    entry: Entry
    line: str
    why: str


class Goods(NamedTuple):
    """A shipment or receipt, and the quantity that it adds to each line."""

    entry: Entry
    quantities: dict[str, int]


class Picture:
    """What is true of an order but for the time."""

    def __init__(self, entries: Iterable[Entry], policy: Policy) -> None:
        self.standing: Standing = standing(entries, policy)
        documents = self.standing.documents
        self.order: Current | None = current(documents)
        self.cancelling: Cancelling = cancelling(documents)
        self.tallies: dict[str, Tally] = {}
        self.loose: list[Loose] = []
        self.ambiguous: dict[str, Held] = {}  # by line, until a clear answer comes
        self.consents: list[Entry] = []  # answers to the order itself that do not refuse all of it
        self.unasked: list[Entry] = []  # answers to a change where there is none
        self.cancel_refused: Entry | None = None  # the supplier's last word on the cancel is no
        self.refusal: Entry | None = None  # the gateway's no, until it or the supplier says more
        self.shipments: list[Goods] = []
        self.etas: dict[str, tuple[int, Entry]] = {}  # shipment -> the last day it was expected on, and who said so
        self.receipts: list[Goods] = []
        self.invoices: list[Bill] = []
        self.credits: list[Bill] = []
        self._names: Names | None = None
        self._accounts: dict[str, Account] = {}
        self.newest = max((entry.record_time for entry in documents), default=0)
        if self.order is not None:
            self._begin(self.order)
        for entry in documents:
            self._add(entry, policy)

    def _begin(self, order: Current) -> None:
        whole = self.cancelling.cancel
        for number, wanted in order.lines.items():
            cuts = [cancel.place for cancel in (whole, wanted.cancelled_by) if cancel is not None]
            self.tallies[number] = Tally(wanted, min(cuts, default=None))

    def _add(self, entry: Entry, policy: Policy) -> None:
        document = entry.document
        if isinstance(document, AckDocument):
            self._note(entry, document)
            if self.order is not None and not document.technical and not self._on_cancel(entry, document):
                self._answer(entry, document, self.order, policy)
        elif isinstance(document, ShipmentDocument):
            if document.eta is not None:
                self.etas[document.number] = document.eta, entry
            if document.announces:
                self._ship(entry, document)
        elif isinstance(document, ReceiptDocument):
            self._receive(entry, document)
        elif isinstance(document, InvoiceDocument):
            self._bill(entry, document)

    # --- acknowledgements -------------------------------------------------------------------------------------------

    def _note(self, entry: Entry, ack: AckDocument) -> None:
        if ack.technical:
            self.refusal = entry if refuses_transmission(ack) else None
            return
        self.refusal = None
        if not ack.change_response and not refuses(ack):
            self.consents.append(entry)

    def _on_cancel(self, entry: Entry, ack: AckDocument) -> bool:
        """Whether an answer is one to a cancel, which says nothing of the lines."""
        cancel = self.cancelling.cancel
        if ack.change_response and cancel is not None and entry.place > cancel.place:
            self.cancel_refused = entry if refuses(ack) else None
        return ack.change_response and self.cancelling.covers(entry.place)

    def _answer(self, entry: Entry, ack: AckDocument, order: Current, policy: Policy) -> None:
        if ack.change_response and not self._asked(entry, ack):
            self.unasked.append(entry)
        if not ack.lines or ack.ack_type == EXCEPTIONS_ONLY:
            for tally in self.tallies.values():
                tally.heard = tally.heard or entry
        if not ack.lines:
            for tally in self.tallies.values():
                if hears_all(tally, entry, ack, order):
                    self._say(entry, tally, answer_all(ack.ack_type, tally.wanted.terms))
            return
        bp_accepts = policy.bp_quantity == "accepted"
        named = self._named(entry, ack.lines)
        for number, lines in named.items():
            tally = self.tallies[number]
            if hears(tally, entry, ack):
                said = answer([line.statuses for line in lines], tally.wanted.terms, bp_accepts)
                self._say(entry, tally, said)
        if ack.ack_type == EXCEPTIONS_ONLY:
            for number, tally in self.tallies.items():
                if number not in named and hears_all(tally, entry, ack, order):
                    self._say(entry, tally, answer_all("AD", tally.wanted.terms))

    def _asked(self, entry: Entry, ack: AckDocument) -> bool:
        """Whether the buyer changed anything before an 865; with lines it may be the supplier's own change."""
        own = bool(ack.lines) and any(tally.heard is not None for tally in self.tallies.values())
        return own or any(follows(change, entry, ack) for change in self.changes)

    def _named(self, entry: Entry, lines: Sequence[Answered]) -> dict[str, list[Answered]]:
        named: dict[str, list[Answered]] = {}
        for line in lines:
            tally = self._find(entry, line)
            if tally is not None:
                tally.heard = tally.heard or entry
                named.setdefault(tally.number, []).append(line)
        return named

    def _say(self, entry: Entry, tally: Tally, said: Answer | Ambiguous) -> None:
        if isinstance(said, Ambiguous):
            self.ambiguous[tally.number] = Held(entry, tally.number, said.why)
        else:
            self.ambiguous.pop(tally.number, None)
            tally.say(said, entry)

    # --- goods and bills --------------------------------------------------------------------------------------------

    def _ship(self, entry: Entry, shipment: ShipmentDocument) -> None:
        goods = Goods(entry, {})
        self.shipments.append(goods)
        self.refusal = None
        place = entry.place
        for tally, moved in self._matched(entry, shipment.lines):
            tally.ship(moved, place)
            goods.quantities[tally.number] = goods.quantities.get(tally.number, 0) + moved.quantity

    def _receive(self, entry: Entry, receipt: ReceiptDocument) -> None:
        if receipt.returns:
            for tally, moved in self._matched(entry, receipt.lines):
                tally.send_back(moved)
            return
        goods = Goods(entry, {})
        self.receipts.append(goods)
        self.refusal = None
        place = entry.place
        for tally, moved in self._matched(entry, receipt.lines):
            came = tally.receive(moved, place)
            goods.quantities[tally.number] = goods.quantities.get(tally.number, 0) + came
            if receipt.final:
                tally.close(place)
        if receipt.final and not receipt.lines:
            for tally in self.tallies.values():
                tally.close(place)

    def _bill(self, entry: Entry, invoice: InvoiceDocument) -> None:
        bill = Bill(entry, invoice, {})
        (self.credits if invoice.credit else self.invoices).append(bill)
        for tally, billed in self._matched(entry, invoice.lines):
            bill.quantities[tally.number] = bill.quantities.get(tally.number, 0) + billed.quantity
            tally.bill(invoice, billed)

    # --- which line is meant ----------------------------------------------------------------------------------------

    def _matched(self, entry: Entry, lines: Iterable[M]) -> Iterator[tuple[Tally, M]]:
        for moved in lines:
            tally = self._find(entry, moved)
            if tally is None:
                continue
            if moved.uom == tally.uom or not moved.quantity or moved.condition in NOT_RECEIVED:
                yield tally, moved
            else:
                self.loose.append(Loose(entry, moved, tally))

    def _find(self, entry: Entry, named: Named) -> Tally | None:
        if self.order is None:
            return None
        if named.line is not None:
            tally = self.tallies.get(named.line)
        else:
            self._names = self._names or Names(self.tallies.values())
            tally = self._names.only(named)
        if tally is None:
            self.loose.append(Loose(entry, named))
        return tally

    # --- what others ask --------------------------------------------------------------------------------------------

    def account(self, tally: Tally, policy: Policy) -> Account | None:
        """The money of a line; None where nothing was billed."""
        if not tally.bills:
            return None
        if tally.number not in self._accounts:
            self._accounts[tally.number] = accounted(tally, self.currency, policy)
        return self._accounts[tally.number]

    def due(self, tally: Tally, policy: Policy) -> int:
        """The quantity of a line that may be billed without a word."""
        return due(tally, policy)

    def taken_back(self, tally: Tally) -> list[tuple[Entry, int]]:
        """Cancelled receipts of a line, and the good quantity that each had."""
        return taken_back(self.standing.cancelled, tally.number)

    def after_cancel(self, tally: Tally) -> Iterator[tuple[Bill, int]]:
        """Bills that came after the cancel of a line, and what each asks too much."""
        return after_cancel(tally, self.invoices, self.credits)

    def answer_due(self, policy: Policy) -> int | None:
        """Until when (ms) the supplier may answer the cancel; None where nobody has to, or he has."""
        cancel = self.cancelling.cancel
        if cancel is None or self.order is None:
            return None
        place, acknowledged = cancel.place, False
        for entry in self.standing.documents:
            ack = entry.document
            if isinstance(ack, AckDocument) and not ack.technical:
                if entry.place > place and ack.change_response:
                    return None
                acknowledged |= entry.place < place
        return cancel.record_time + policy.cancel_answer_grace if acknowledged else None

    @property
    def changes(self) -> list[Entry]:
        """The order documents that change it: 860."""
        return [] if self.order is None else self.order.changes

    @property
    def strays(self) -> list[Entry]:
        """Documents that wait for an order nobody has sent."""
        return self.standing.documents if self.order is None else []

    @property
    def facility_id(self) -> str | None:
        """As the order says, else the first document that says one."""
        if self.order is not None and self.order.base.entry.facility_id is not None:
            return self.order.base.entry.facility_id
        return next((e.facility_id for e in self.standing.documents if e.facility_id is not None), None)

    @property
    def currency(self) -> str:
        """The order's; "" while nobody has sent it."""
        return "" if self.order is None else self.order.base.document.currency

    @property
    def supplier_id(self) -> str | None:
        return None if self.order is None else self.order.base.document.supplier_id
