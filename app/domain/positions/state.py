"""The head of a stock position: what every event needs, and nothing that only rare ones ask for."""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Raw, Struct, field

from app.domain.citing import Named
from app.domain.codes import StockStatus
from app.domain.positions.conversions import Conversions
from app.domain.positions.entry import Entry, OrderKey
from app.domain.rules.judge import Memory
from app.domain.sequences import Ranges

COUNTS_AT_HAND, COUNTS_MOST = 1, 4  # per stream; older counts lie in the annex, because every event rewrites the head


class Count(Struct, array_like=True, gc=False):
    """A count that stands: what it found (`quantity`) and by how much it changed the balance (`delta`)."""

    event_time: int
    record_time: int
    event_id: str
    fingerprint: bytes
    published: int  # the record_time under which its ledger entry went out
    lot: str
    all_lots: bool
    quantity: int
    delta: int

    @property
    def order(self) -> OrderKey:
        return self.event_time, self.record_time, 2, self.event_id


class Stream(Struct, array_like=True):
    """One unit and stock status: balances by lot ("" is the null lot), and the counts that fix them."""

    uom: str
    stock_status: StockStatus
    lots: dict[str, int] = field(default_factory=dict)
    high: int = 0  # highest event_time (ms) held
    standing: int = 0  # records that count
    reserved: int = 0
    counts: list[Count] = field(default_factory=list)  # the latest, in order
    shelved: OrderKey | None = None  # of the newest count in the annex
    lost_counts: int | None = None  # newest event_time (ms) of a count let go behind the horizon

    @property
    def balance(self) -> int:
        return sum(self.lots.values())


class Pack(Struct, array_like=True, gc=False):
    """Counts packed together: the place of the last (an `OrderKey`), and the page of the annex that holds them.

    Places stay bytes, because a booking reads the places of all packs and asks for a few.
    """

    last: Raw
    page: int


class Annex(Struct, array_like=True):
    """Where older counts are, by stream number."""

    counts: dict[int, list[Pack]] = field(default_factory=dict)
    pages: int = 0  # of counts that were ever begun


class Odd(Struct, array_like=True):
    """What most positions never have."""

    memory: Memory = field(default_factory=Memory)
    waiting: dict[str, list[str]] = field(default_factory=dict)  # target not yet seen -> who still asks for it
    conflicts: list[str] = field(default_factory=list)  # evidence, in order
    implausible: dict[str, int] = field(default_factory=dict)  # source -> records that stand with odd times
    parked: list[str] = field(default_factory=list)  # event_ids from behind the horizon, in order

    def contest(self, before: set[str], after: set[str]) -> None:
        """Other evidence of conflicts: a feed sent anew with other contents may make thousands of one position."""
        for evidence in before - after:
            _discard(self.conflicts, evidence)
        for evidence in after - before:
            _insert(self.conflicts, evidence)

    def park(self, event_id: str) -> None:
        """One more record from behind the horizon, which waits for no other."""
        _insert(self.parked, event_id)
        self.waiting.pop(event_id, None)


def _insert(ordered: list[str], one: str) -> None:
    at = bisect_left(ordered, one)
    if ordered[at : at + 1] != [one]:
        ordered.insert(at, one)


def _discard(ordered: list[str], one: str) -> None:
    at = bisect_left(ordered, one)
    if ordered[at : at + 1] == [one]:
        del ordered[at]


class Position(Struct, array_like=True):
    """Everything that is true of one item at one location."""

    key: str
    version: int = 0
    sources: dict[str, Ranges] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list)
    odd: Odd | None = None
    swept: int = 0  # how far (ms) the log was swept
    facility_id: str | None = None
    cited: tuple[Named, ...] = ()  # what it told to be without a master
    conversions: Conversions | None = None  # None: every record in its own unit

    @property
    def oddities(self) -> Odd:
        """What is odd of it, to be changed."""
        if self.odd is None:
            self.odd = Odd()
        return self.odd

    def awaits(self, event_id: str) -> bool:
        """Whether a record that has not come was taken back."""
        return self.odd is not None and event_id in self.odd.waiting

    @property
    def item_id(self) -> str:
        return self.key.partition("@")[0]

    @property
    def location_id(self) -> str:
        return self.key.partition("@")[2]

    @property
    def units(self) -> list[str]:
        """The units with records that count."""
        return sorted({stream.uom for stream in self.streams if stream.standing})

    def newest(self, stream: Stream) -> int:
        """The highest event_time (ms) held for the stock status of a stream, whatever the unit."""
        if len(self.streams) == 1:
            return stream.high
        return max(other.high for other in self.streams if other.stock_status is stream.stock_status)

    def booked(self, entry: Entry) -> Entry:
        """A record in the unit that it is booked in."""
        return entry if self.conversions is None else self.conversions.booked(entry)

    def stream_of(self, entry: Entry) -> Stream:
        """The stream that a record is booked in."""
        entry = self.booked(entry)
        return self.stream(entry.uom, entry.stock_status)

    def stream(self, uom: str, stock_status: StockStatus) -> Stream:
        """The stream of a unit and status, made when first asked for."""
        for stream in self.streams:
            if stream.stock_status is stock_status and stream.uom == uom:
                return stream
        self.streams.append(Stream(uom, stock_status))
        return self.streams[-1]


def new(key: str) -> Position:
    """A position that nobody has spoken of yet."""
    return Position(key)
