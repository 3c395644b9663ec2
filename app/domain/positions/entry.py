"""What the log of a position keeps of each accepted record."""

from __future__ import annotations

from app.domain.codes import DECREASES, INCREASES, Movement, StockStatus
from app.domain.entry import CONTENT_BYTES, LogEntry
from app.domain.facts import InventoryEvent

COUNT_SET = Movement.COUNT_SET
RESERVATIONS = {Movement.RESERVE: 1, Movement.RELEASE: -1}
# What a movement does to the balance; a count's depends on what it finds, a reservation's is none.
SIGNS = {Movement.ADJUST: 1, **dict.fromkeys(INCREASES, 1), **dict.fromkeys(DECREASES, -1)}
Copy = tuple[str, int, int, bytes]  # event_id, record_time, event_time, fingerprint
OrderKey = tuple[int, int, int, str]  # event_time, record_time, increases < decreases < counts, event_id


class Entry(LogEntry, frozen=True, array_like=True, gc=False):
    """One accepted record. `parked`: it came from behind the horizon and counts nowhere; `silent`: nothing was said."""

    movement: Movement
    quantity: int
    uom: str
    stock_status: StockStatus
    lot: str | None
    all_lots: bool
    parked: bool = False
    silent: bool = False

    @property
    def identity(self) -> tuple[str, str, int | None, int, bytes]:
        """What two copies of one record have in common: all but record_time."""
        return self.event_id, self.source_system, self.source_seq, self.event_time, self.content

    @property
    def fingerprint(self) -> bytes:
        """What tells records of one id and time apart: content, source and number."""
        return self.content + f"{self.source_system}#{self.source_seq or 0}".encode()

    @property
    def copy(self) -> Copy:
        """Which of its copies it is: the annex names entries so."""
        return self.event_id, self.record_time, self.event_time, self.fingerprint

    @property
    def delta(self) -> int:
        """By how much the movement changes the balance; 0 where `SIGNS` has none."""
        return SIGNS.get(self.movement, 0) * self.quantity

    @property
    def order(self) -> OrderKey:
        """The place in the fold of its stock status."""
        rank = 2 if self.counts else int(self.delta < 0)
        return self.event_time, self.record_time, rank, self.event_id

    @property
    def slot(self) -> str:
        """The lot whose balance it changes; "" is the null lot, where all_lots counts book their difference."""
        return "" if self.all_lots and self.counts else self.lot or ""

    @property
    def counts(self) -> bool:
        """Whether it says what is there, instead of what moved."""
        return self.movement is COUNT_SET

    @property
    def in_ledger(self) -> bool:
        """Whether it publishes an entry of its own."""
        return not self.cancels and self.movement not in RESERVATIONS


def enter(event: InventoryEvent) -> Entry:
    """The log's entry of a record."""
    return Entry(
        event.event_id,
        event.source_system,
        event.source_seq,
        event.event_time,
        event.record_time,
        event.supersedes,
        event.purpose,
        event.content[:CONTENT_BYTES],
        event.movement,
        event.quantity,
        event.uom,
        event.stock_status,
        event.lot,
        event.all_lots,
    )
