"""What the log of an order keeps of each accepted document."""

from __future__ import annotations

from app.domain.codes import Purpose
from app.domain.entry import CANCEL, LogEntry
from app.domain.orders.documents import (
    AckDocument,
    Document,
    InvoiceDocument,
    OrderDocument,
    ReceiptDocument,
    ShipmentDocument,
)
from app.domain.policy import DAY, MINUTE

ORDER_RANKS = {Purpose.CHANGE: 1, Purpose.REPLACE: 1, Purpose.CONFIRM: 2, Purpose.CANCEL: 7}
OTHER_RANKS = {AckDocument: 3, ShipmentDocument: 4, ReceiptDocument: 5, InvoiceDocument: 6}
Place = tuple[int, int, int, str]  # event_time, record_time, rank of the kind, event_id
Identity = tuple[str, int | None, int, bytes]


class Entry(LogEntry, frozen=True, array_like=True):
    """One accepted document; order documents go by version and supersede nothing."""

    document: Document
    tz_offset_minutes: int | None = None
    facility_id: str | None = None

    @property
    def identity(self) -> Identity:
        """What two copies of one record have in common: all but record_time."""
        return self.event_id, self.source_seq, self.event_time, self.content

    @property
    def place(self) -> Place:
        """Where it stands among the documents of its order."""
        document = type(self.document)
        rank = ORDER_RANKS.get(self.purpose, 0) if document is OrderDocument else OTHER_RANKS[document]
        return self.event_time, self.record_time, rank, self.event_id

    @property
    def day(self) -> int:
        """The date of event_time as the source's calendar says it."""
        return self.local_day(self.event_time)

    @property
    def cancels(self) -> bool:
        """Whether it only takes another document back; the cancel of an order is a document that stands."""
        return self.purpose is CANCEL and not isinstance(self.document, OrderDocument)

    @property
    def title(self) -> str:
        """What a person would call it."""
        return f"{self.document.noun} {self.document.number} from {self.source_system}"

    def local_day(self, time: int) -> int:
        """Days since 1970-01-01 of a time (ms) in the source's calendar."""
        return (time + (self.tz_offset_minutes or 0) * MINUTE) // DAY

    def end_of(self, day: int) -> int:
        """The time (ms) at which a date ends in the source's calendar."""
        return (day + 1) * DAY - (self.tz_offset_minutes or 0) * MINUTE
