"""The log's entry of one accepted document, for ever as it came."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Purpose
from app.domain.orders.documents import (
    AckDocument,
    Document,
    InvoiceDocument,
    OrderDocument,
    ReceiptDocument,
    ShipmentDocument,
)
from app.domain.policy import Policy

CONTENT_BYTES = 16  # of the SHA-256: enough to tell contents apart, half the room
MINUTE, DAY = 60_000, 86_400_000
ORDER_RANKS = {Purpose.CHANGE: 1, Purpose.REPLACE: 1, Purpose.CONFIRM: 2, Purpose.CANCEL: 7}
OTHER_RANKS = {AckDocument: 3, ShipmentDocument: 4, ReceiptDocument: 5, InvoiceDocument: 6}
Place = tuple[int, int, int, str]  # event_time, record_time, rank of the kind, event_id
Identity = tuple[str, int | None, int, bytes]


class Entry(Struct, frozen=True, array_like=True):
    """One accepted document; order documents go by version and supersede nothing."""

    event_id: str
    source_system: str
    source_seq: int | None
    event_time: int
    record_time: int
    supersedes: str | None
    purpose: Purpose
    content: bytes
    document: Document
    tz_offset_minutes: int | None = None
    facility_id: str | None = None

    @property
    def identity(self) -> Identity:
        """What two copies of one record have in common: all but record_time."""
        return self.event_id, self.source_seq, self.event_time, self.content

    @property
    def rank(self) -> tuple[int, bytes, int, int, str]:
        """Of rivals the lowest counts: record_time, then content, then whatever else differs."""
        return self.record_time, self.content, self.event_time, self.source_seq or 0, self.event_id

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
        return self.purpose is Purpose.CANCEL and not isinstance(self.document, OrderDocument)

    @property
    def replaces(self) -> bool:
        return self.supersedes is not None and self.purpose is not Purpose.CANCEL

    @property
    def title(self) -> str:
        """What a person would call it."""
        return f"{self.document.noun} {self.document.number} from {self.source_system}"

    def local_day(self, time: int) -> int:
        """Days since 1970-01-01 of a time (ms) in the source's calendar."""
        return (time + (self.tz_offset_minutes or 0) * MINUTE) // DAY


def held(entry: Entry, policy: Policy) -> bool:
    """Too far from its record_time to be believed: counts nowhere until an operator decides."""
    ahead = entry.event_time - entry.record_time
    return ahead > policy.held_after or -ahead > policy.held_before


def implausible(entry: Entry, policy: Policy) -> bool:
    """Worth a word, whether it counts or is held."""
    return entry.event_time - entry.record_time > policy.future_tolerance or held(entry, policy)
