"""One order line while its documents are added up, and what its counters come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.codes import AckState, MatchPolicy
from app.domain.orders.acks import NO_ANSWER, Answer
from app.domain.orders.documents import AckDocument, Billed, InvoiceDocument, Moved
from app.domain.orders.entry import Entry, Place
from app.domain.orders.state import Line
from app.domain.orders.states import SHIPPED_ANYWAY, fulfilment, invoicing
from app.domain.orders.versions import Wanted
from app.domain.policy import WHOLE, Policy

if TYPE_CHECKING:
    from app.domain.orders.invoices import Account

GOOD = frozenset({"07", "14"})  # X12 412
NOT_RECEIVED = frozenset({"02", "11", "16"})


class BilledLine(NamedTuple):
    """What a bill says of a line; `units`: its quantity in the unit that the order prices in, if anybody can tell."""

    document: InvoiceDocument
    said: Billed
    units: int | None

    @property
    def sign(self) -> int:
        """A credit carries positive amounts."""
        return -1 if self.document.credit else 1


class Tally:
    """The sums of one line; `before_*` are those that stand before its cancel, `target` what is still wanted."""

    __slots__ = (
        "number", "uom", "wanted", "two_way", "consigned", "cut", "answer", "answered_by", "heard", "former", "moved",
        "closed_at", "shipped", "good", "discrepant", "returned", "invoiced", "credited", "bills",
        "before_shipped", "before_received", "lots", "bad_returned", "received", "stayed", "cancelled", "target",
        "told", "account", "over",
    )  # fmt: skip

    def __init__(self, wanted: Wanted, cut: Place | None) -> None:
        self.number, self.uom = wanted.terms.line, wanted.terms.uom
        self.wanted = wanted
        self.two_way = wanted.match_policy is MatchPolicy.TWO_WAY  # billed without a receipt
        self.consigned = wanted.match_policy is MatchPolicy.CONSIGNMENT  # billed when it is used
        self.cut = cut  # the place of the cancel that took the rest of the line
        self.answer: Answer = NO_ANSWER
        self.answered_by: Entry | None = None
        self.heard: Entry | None = None  # the first answer that speaks of the line, in any version of it
        self.former: tuple[int, Entry] | None = None  # the most that earlier answers to its terms accepted
        self.moved: Place | None = None  # where goods are first seen
        self.shipped = self.good = self.discrepant = self.returned = self.invoiced = self.credited = 0
        self.before_shipped = self.before_received = self.bad_returned = 0
        self.closed_at: Place | None = None  # of the first final receipt
        self.bills: tuple[BilledLine, ...] = ()
        self.lots: dict[str | None, list[int]] = {}  # lot -> [shipped, received]
        self.received = 0  # gross of returns
        self.stayed = 0  # what came in good condition and did not go back
        self.cancelled, self.target = 0, wanted.terms.quantity
        self._forget()
        if cut is not None:
            self._cut_down()

    def _forget(self) -> None:
        """More is known of the line: what was worked out of it may no longer hold."""
        self.told: Line | None = None
        self.account: Account | None = None  # of a line that was billed
        self.over: bool | None = None

    def say(self, said: Answer, entry: Entry) -> None:
        """Take an answer to the line's terms in place of the one before."""
        before, accepted = self.answered_by, self.answer.accepted
        if before is not None and accepted and (self.former is None or accepted > self.former[0]):
            self.former = accepted, before
        self._forget()
        self.answer, self.answered_by = said, entry

    def ship(self, moved: Moved, place: Place) -> None:
        self.shipped += moved.quantity
        self._move(moved, place)[0] += moved.quantity
        if self.cut is not None and place < self.cut:
            self.before_shipped += moved.quantity
            self._cut_down()

    def receive(self, moved: Moved, place: Place) -> int:
        """Returns the quantity that counts as received, whatever its condition."""
        if moved.condition in NOT_RECEIVED:
            return 0
        if moved.condition in GOOD:
            self.good += moved.quantity
        else:
            self.discrepant += moved.quantity
        self.received += moved.quantity
        self._stay()
        self._move(moved, place)[1] += moved.quantity
        if self.cut is not None and place < self.cut:
            self.before_received += moved.quantity
            self._cut_down()
        return moved.quantity

    def send_back(self, moved: Moved) -> None:
        self._forget()
        self.returned += moved.quantity
        if moved.condition not in GOOD:
            self.bad_returned += moved.quantity
        self._stay()

    def _stay(self) -> None:
        bad = min(self.discrepant, self.bad_returned)  # was never counted as good
        self.stayed = max(0, self.good - max(0, self.returned - bad))

    def bill(self, invoice: InvoiceDocument, billed: Billed, units: int | None) -> None:
        self._forget()
        self.bills += (BilledLine(invoice, billed, units),)
        if invoice.credit:
            self.credited += billed.quantity
        else:
            self.invoiced += billed.quantity

    def _move(self, moved: Moved, place: Place) -> list[int]:
        """Goods are on their way or here: what is known of their lot."""
        self._forget()
        if self.moved is None and moved.quantity:
            self.moved = place
        sums = self.lots.get(moved.lot)
        if sums is None:
            sums = self.lots[moved.lot] = [0, 0]
        return sums

    def _cut_down(self) -> None:
        """What had not left when the line was cancelled is not wanted; goods that came had left, ASN or not."""
        ordered = self.wanted.terms.quantity
        self.cancelled = max(0, ordered - max(self.before_shipped, self.before_received))
        self.target = ordered - self.cancelled

    def close(self, place: Place) -> None:
        """Nothing more will come."""
        self._forget()
        if self.closed_at is None:
            self.closed_at = place

    @property
    def final(self) -> bool:
        """Whether a final receipt closed it."""
        return self.closed_at is not None

    @property
    def change_refused(self) -> bool:
        """Whether the supplier said no to the line's last change: with him it stands as it was."""
        said_by = self.answered_by
        if self.answer.state is not AckState.REJECTED or not self.wanted.revised or said_by is None:
            return False
        return isinstance(said_by.document, AckDocument) and said_by.document.change_response

    @property
    def billed_net(self) -> int:
        """What is billed, less credits."""
        return self.invoiced - self.credited

    @property
    def to_come(self) -> int:
        """What is wanted, not refused, and has not come; who ships has taken his refusal back."""
        refused = 0 if self.change_refused else self.stands.rejected
        return max(0, self.target - refused - self.received)

    def most(self, policy: Policy) -> int:
        """The target and its tolerance, times WHOLE."""
        over = self.wanted.terms.over_tolerance_pct
        return self.target * (WHOLE + (policy.over_tolerance_pct if over is None else over))

    def arrived(self, policy: Policy) -> bool:
        """Whether no more goods are expected."""
        if self.over is None:
            self.over = self._arrived(policy)
        return self.over

    def _arrived(self, policy: Policy) -> bool:
        if self.final or self.two_way:
            return True
        under = self.wanted.terms.under_tolerance_pct
        least = self.target * (WHOLE - (policy.under_tolerance_pct if under is None else under))
        return self.received * WHOLE >= least and (self.received > 0 or not self.target)

    def billed(self) -> bool:
        """Whether no more invoices are expected for what came (TWO_WAY: for what is wanted)."""
        if self.consigned:
            return True
        if not self.two_way and self.received and not self.invoiced:
            return False  # damaged or returned, goods that came are billed or credited
        due = self.target if self.two_way else min(self.target, self.stayed)
        return self.billed_net >= due

    def line(self, held: bool = False, smoothed: int = 0, tolerated: str | None = None) -> Line:
        """The line as it is published; `held` says that a bill of it may not be paid as it is."""
        terms, cancelled, answer = self.wanted.terms, self.cancelled, self.left
        target = terms.quantity - cancelled
        return Line(
            terms.line,
            terms.item_id,
            terms.uom,
            answer.promised,
            terms.quantity,
            answer.accepted,
            answer.backordered,
            answer.rejected,
            cancelled,
            answer.substituted,
            self.shipped,
            self.good,
            self.discrepant,
            self.returned,
            self.invoiced,
            self.credited,
            answer.state,
            fulfilment(self.received, self.shipped, target),
            invoicing(self.billed_net, target, held),
            smoothed,
            tolerated,
        )

    @property
    def stands(self) -> Answer:
        """The answer, and what a shipment says without words: who ships has accepted; prices and days stay as said."""
        said, ordered = self.answer, self.wanted.terms.quantity
        shipped = min(self.shipped, ordered)
        if shipped <= said.accepted:
            return said
        backordered = min(said.backordered, ordered - shipped)
        rejected = min(said.rejected, ordered - shipped - backordered)
        whole = shipped == ordered and said.state is not AckState.CHANGED
        state = AckState.ACCEPTED if whole else SHIPPED_ANYWAY.get(said.state, said.state)
        held = min(said.held, ordered - shipped - backordered - rejected)
        return said._replace(state=state, accepted=shipped, backordered=backordered, rejected=rejected, held=held)

    @property
    def left(self) -> Answer:
        """What stands, of as much of the line as its cancel left."""
        return _within(self.stands, self.target) if self.cancelled else self.stands


def _within(said: Answer, target: int) -> Answer:
    """An answer to what a cancel left of a line: goods that are accepted first, then those backordered or refused."""
    accepted = min(said.accepted, target)
    backordered = min(said.backordered, target - accepted)
    return said._replace(
        accepted=accepted,
        backordered=backordered,
        rejected=min(said.rejected, target - accepted - backordered),
        substituted=min(said.substituted, accepted),
    )
