"""What the documents of an order come to: the sums of its lines, and what is odd. `fold` makes it; none is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from app.domain.codes import Life
from app.domain.golden import Masters
from app.domain.orders.documents import AckDocument, Billed, Moved, Named
from app.domain.orders.entry import Entry
from app.domain.orders.hearing import is_his
from app.domain.orders.invoices import Account, Bill, accounted, after_cancel, cancelled_goods, due, taken_back
from app.domain.orders.lines import NOT_RECEIVED, Tally
from app.domain.orders.naming import Names
from app.domain.orders.packed import shipped_twice
from app.domain.orders.packs import Packs
from app.domain.orders.standing import Standing
from app.domain.orders.tolerances import Changed, changed
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


class Reply(NamedTuple):
    """An answer of the present supplier to the order itself; whether its header and its lines disagree."""

    entry: Entry
    disagrees: bool


class Goods(NamedTuple):
    """A shipment or receipt, and the quantity that it adds to each line."""

    entry: Entry
    quantities: dict[str, int]


class Picture:
    """What is true of an order but for the time, by masters as they are now."""

    def __init__(self, standing: Standing, masters: Masters) -> None:
        documents = standing.documents
        self.standing = standing
        self.order: Current | None = current(documents)
        base = None if self.order is None else self.order.base
        self.supplier_id = None if base is None else base.document.supplier_id
        self.currency = "" if base is None else base.document.currency  # "" while nobody has sent the order
        self.facility_id = None if base is None else base.entry.facility_id  # else as the first document says that does
        self.packs = Packs(masters, self.supplier_id)
        self._masters = masters
        self.cancelling: Cancelling = cancelling(documents)
        emptied = None if self.order is None else self.order.emptied_by
        self.cancel: Entry | None = self.cancelling.cancel or emptied  # of all of it, at once or line by line
        self.tallies: dict[str, Tally] = {}
        self.by_number: list[Tally] = []
        self.loose: list[Loose] = []
        self.ambiguous: dict[str, Held] = {}  # by line, until a clear answer comes
        self.answers: list[Reply] = []
        self.consents: list[Entry] = []  # answers to the order itself that do not refuse all of it
        self.unasked: list[Entry] = []  # answers to a change where there is none
        self.cancel_refused: Entry | None = None  # the supplier's last word on the cancel is no
        self.refusal: Entry | None = None  # the gateway's no, until it or the supplier says more
        self.shipments: list[Goods] = []
        self.etas: dict[str, tuple[int, Entry]] = {}  # shipment -> the last day it was expected on, and who said so
        self.receipts: list[Goods] = []
        self.invoices: list[Bill] = []
        self.credits: list[Bill] = []
        self.sighted: tuple[bool, str | None, int] | None = None  # what was last told rests on: refused, place, bills
        self.life_at: tuple[int, Life] | None = None  # the time (ms) at which it was last worked out
        self._names: Names | None = None
        self._gone: dict[str, list[tuple[Entry, Moved]]] | None = None  # by line, once somebody asks
        self.newest = 0  # record_time
        for entry in documents:
            self.grow(entry)
        if self.order is not None:
            self._begin(self.order)

    def _begin(self, order: Current) -> None:
        whole = self.cancelling.cancel
        for number, wanted in order.lines.items():
            cancels = [cancel.place for cancel in (whole, wanted.cancelled_by) if cancel is not None]
            cut = min(cancels) if cancels else None
            self.tallies[number] = Tally(wanted, cut)
        self.by_number = [tally for _, tally in sorted(self.tallies.items())]

    def grow(self, entry: Entry) -> None:
        """One more document counts: what was worked out of those before may no longer hold."""
        if entry.record_time > self.newest:
            self.newest = entry.record_time
        if self.facility_id is None:
            self.facility_id = entry.facility_id
        self.life_at = None

    # --- which line a document means --------------------------------------------------------------------------------

    def matched(self, entry: Entry, lines: Iterable[M]) -> Iterator[tuple[Tally, M]]:
        """The lines of a document that count, each with the order line it means; the others are loose."""
        for moved in lines:
            tally = self.find(entry, moved)
            if tally is None:
                continue
            if moved.uom == tally.uom or not moved.quantity or moved.condition in NOT_RECEIVED:
                yield tally, moved
                continue
            meant = self.packs.counted(moved, entry.event_time, tally.wanted)
            if meant is None:
                self.loose.append(Loose(entry, moved, tally))
            else:
                yield tally, meant

    def find(self, entry: Entry, named: Named) -> Tally | None:
        """The order line that a line of a document means; where there is none it is loose."""
        if self.order is None:
            return None
        tally = self._meant(named)
        if tally is None:
            self.loose.append(Loose(entry, named))
        return tally

    def _meant(self, named: Named) -> Tally | None:
        if named.line is not None:
            return self.tallies.get(named.line)
        if self._names is None:
            documents = (entry.document for entry in self.standing.documents)
            acks = (document for document in documents if isinstance(document, AckDocument))
            self._names = Names(self.tallies.values(), acks)
        return self._names.only(named)

    # --- what others ask --------------------------------------------------------------------------------------------

    def account(self, tally: Tally, policy: Policy) -> Account | None:
        """The money of a line; None where nothing was billed."""
        if not tally.bills:
            return None
        if tally.account is None:
            tally.account = accounted(tally, self.currency, policy)
        return tally.account

    def changed(self, tally: Tally, policy: Policy) -> Iterator[Changed]:
        """What the answer that stands changes of a line."""
        return changed(tally, policy)

    def due(self, tally: Tally, policy: Policy) -> int:
        """The quantity of a line that may be billed without a word."""
        return due(tally, policy)

    def taken_back(self, tally: Tally) -> list[tuple[Entry, int]]:
        """Cancelled receipts of a line, and the good quantity that each had."""
        packs = Packs(self._masters, self.supplier_id)  # asked anew each time: no counter rests on it
        if self._gone is None:
            self._gone = cancelled_goods(self.standing.cancelled, self._meant)
        return taken_back(self._gone.get(tally.number, ()), tally.wanted, packs)

    def after_cancel(self, tally: Tally) -> Iterator[tuple[Bill, int]]:
        """Bills that came after the cancel of a line, and what each asks too much."""
        return after_cancel(tally, self.invoices, self.credits)

    def shipped_twice(self) -> dict[str, list[Entry]]:
        """Packs that several shipments name, by SSCC, with a notice of each shipment."""
        return shipped_twice(self.shipments)

    def answer_due(self, policy: Policy) -> int | None:
        """Until when (ms) the supplier may answer the cancel; None where nobody has to, or he has."""
        cancel = self.cancel
        if cancel is None or self.order is None:
            return None
        place, acknowledged = cancel.place, False
        for entry in self.standing.documents:
            ack = entry.document
            if isinstance(ack, AckDocument) and not ack.technical and is_his(entry, ack, self.order):
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
