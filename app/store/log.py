"""One key in memory: its state, and its log over bytes, which looks by bytes first and decodes only what it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from app.store import layout
from app.store.layout import Head, Times
from app.store.lived import Lived
from app.store.ports import Message, Row
from app.store.reaches import Reaches
from app.store.table import Codec

ANNEX = 0  # the page of the annex itself
KEEP = 4  # entries that stay beside the head when the others are sealed


class Sealing(NamedTuple):
    """Up to `segments` sealed so far, seal `entries` at once; entry rows use a ring of `ring` slots."""

    segments: int
    entries: int
    ring: int


# Busy keys seal larger pieces, so that their history stays few segments; not too large, because every event looks
# through the tail. ring > KEEP + entries: a tail may wait for others to be sealed with, until its ring is full.
SEALINGS = (Sealing(8, 8, 16), Sealing(1 << 62, 16, 32))
NOTHING: tuple[()] = ()
FOREVER = 1 << 62  # ms, after all times
SHORTEST = KEEP + SEALINGS[0].entries  # a tail that may have to be sealed


class Past(NamedTuple):
    """What stands beside a head, as bytes; the tail's entries are framed. The annexes are those of all keys."""

    tail: bytes
    annexes: Mapping[bytes, bytes]
    history: layout.History


class KeyLog:
    """Implements `app.domain.log.Log`; holds what the turn adds until `Partition.keep` takes it over.

    A turn changes it in place: one that fails must have it thrown away, and read again.
    """

    __slots__ = (
        "_annexes", "_codec", "_lived", "annexed", "changed", "dropped", "fresh", "head", "history", "key", "outbox",
        "segments", "size", "state", "tail",
    )  # fmt: skip

    def __init__(self, codec: Codec, key: bytes, head: Head, state: Any, past: Past) -> None:
        self.key, self.head, self.state = key, head, state
        self.tail, self._annexes, self.history = past
        self._codec = codec
        self._lived: Lived | None = None
        self.forget_turn()

    def forget_turn(self) -> None:
        """What the turn added is kept: the next one begins."""
        self.fresh: list[bytes] = []  # entries added and not sealed
        self.outbox: list[Message] = []
        self.annexed: dict[int, bytes | None] | None = None  # pages put by this turn
        self.changed, self.size = False, 0  # bytes of entries and outputs that the turn added
        self.segments: Sequence[bytes] = NOTHING  # sealed by this turn
        self.dropped: Sequence[int] = NOTHING

    # --- what the domain asks ---------------------------------------------------------------------------------------

    def append(self, entry: Any) -> None:
        raw = self._codec.encode(entry)
        size = len(raw)
        self.fresh.append(raw)
        self.size += size
        self.tail = b"".join((self.tail, size.to_bytes(4, "big"), raw))
        self.head.next += 1
        if self._lived is not None:
            self._lived.mark(entry.event_id, entry.supersedes, self.tail)

    def recent(self) -> Sequence[Any]:
        return [self._codec.entry(raw) for raw in layout.split(self.tail)]

    def every(self) -> Iterator[Any]:
        return self._decoded(self._kept())

    def between(self, first: int, last: int | None) -> Iterator[Any]:
        end = last if last is not None else FOREVER
        begin = self._codec.times(first, end)
        segments = [segment for segment in self._covering(first, end) if any(bits in segment for bits in begin)]
        return (entry for entry in self._decoded(segments) if first <= entry.event_time <= end)

    def mentions(self, event_id: str, event_time: int) -> bool:
        if self._lived is None:
            return event_id.encode() in self.tail or event_time <= self.head.sealed
        return event_time <= self.head.sealed or self._lived.mentions(event_id, self.tail)

    def mentioning(self, event_id: str, event_time: int | None = None) -> list[Any]:
        lately = self._mentions_lately(event_id)
        if not lately and not self._older(event_time):
            return []
        found = self._found(event_id.encode(), event_time, lately)
        return [e for e in found if event_id in (e.event_id, e.supersedes)]

    def numbered(self, source_system: str, source_seq: int) -> list[Any]:
        needle = self._codec.number(source_system, source_seq)
        found = self._found(needle, None, needle in self.tail)
        return [e for e in found if e.source_system == source_system and e.source_seq == source_seq]

    def forget(self, before: int) -> Iterator[Any]:
        gone = {number: segment for number, segment in self._segments() if layout.newest_of(segment) < before}
        if gone:
            self.dropped = [*self.dropped, *gone]
            self._remembered().reaches = None
            self.head.forgotten = max(self.head.forgotten, *map(layout.newest_of, gone.values()))
        return self._sealed(gone.values())

    @property
    def forgotten(self) -> int | None:
        return None if self.head.forgotten == layout.NEVER else self.head.forgotten

    def annex(self) -> Any | None:
        raw = self.page(ANNEX)
        return None if raw is None else self._codec.annex(raw)

    def put_annex(self, annex: Any) -> None:
        self.put_page(ANNEX, self._codec.encode_sums(annex))

    def page(self, number: int) -> bytes | None:
        if self.annexed is not None and number in self.annexed:
            return self.annexed[number]
        return self._annexes.get(layout.annex_key(self.key, number))

    def put_page(self, number: int, page: bytes | None) -> None:
        if page == self.page(number):
            return
        if self.annexed is None:
            self.annexed = {}
        self.annexed[number] = page

    # --- what the store asks ----------------------------------------------------------------------------------------

    @property
    def ripe(self) -> bool:
        """Whether the tail is long enough to be sealed."""
        length = self.head.next - self.head.first
        return length >= SHORTEST and length >= KEEP + self._sealing().entries

    @property
    def full(self) -> bool:
        """Whether the tail must be sealed, because its rows would overwrite each other."""
        return self.head.next - self.head.first > self._sealing().ring

    def seal(self) -> None:
        """Move the oldest entries out of the tail while it is long enough."""
        head = self.head
        before = sealing = self._sealing()
        while head.next - head.first >= KEEP + sealing.entries:
            self._seal(sealing.entries)
            sealing = self._sealing()
        if sealing is SEALINGS[-1]:
            self._remembered()
        if sealing.ring != before.ring:
            self.fresh = list(layout.split(self.tail))  # the whole tail moves to slots of the larger ring

    def _seal(self, size: int) -> None:
        head, raws = self.head, list(islice(layout.split(self.tail), size))
        sealed, times = self.tail[: layout.framed(raws)], [self._codec.dated(raw).event_time for raw in raws]
        head.sealed = max(head.sealed, max(times))
        newest = max(*times, head.forgotten + 1)  # recovery takes what is not newer than that for forgotten
        reach = Times(min(times), newest, head.sealed)
        segment = layout.pack_segment(head.first, reach, sealed)
        self.segments = [*self.segments, segment]
        head.first += size
        head.segments += 1
        left = head.next - head.first
        if self._lived is not None:
            self._lived.sealed(segment, reach, len(sealed), left)
        self.tail = self.tail[len(sealed) :]
        if len(self.fresh) > left:
            self.fresh = self.fresh[-left:]

    def entry_rows(self) -> list[Row]:
        """The rows of the entries that this turn added and did not seal."""
        ring = self._sealing().ring if self._codec.seals else 1 << 32
        slots, pack, first = layout.entry_slots(self.key), layout.pack_entry, self.head.next - len(self.fresh)
        return [
            (slots + (number % ring).to_bytes(4, "big"), pack(number, raw))
            for number, raw in enumerate(self.fresh, first)
        ]

    def annex_rows(self) -> list[Row]:
        """The pages that this turn put, and tombstones of those that it let go."""
        return [(layout.annex_key(self.key, number), page) for number, page in (self.annexed or {}).items()]

    def history_rows(self) -> list[Row]:
        """The segments that this turn sealed; they must be durable before the head that names them."""
        first = self.head.segments - len(self.segments)
        return [(layout.segment_key(self.key, number), segment) for number, segment in enumerate(self.segments, first)]

    def forgotten_rows(self) -> list[Row]:
        """Tombstones of the segments that this turn let go; they follow the head that no longer needs them."""
        return [(layout.segment_key(self.key, number), None) for number in self.dropped]

    def _remembered(self) -> Lived:
        if self._lived is None:
            self._lived = Lived(len(self.tail))
        return self._lived

    def _sealing(self) -> Sealing:
        segments = self.head.segments
        for sealing in SEALINGS:
            if segments < sealing.segments:
                return sealing
        raise OverflowError(f"{segments} segments")

    def _segments(self) -> Iterator[tuple[int, bytes]]:
        """(number, segment) of all kept, oldest first, this turn's included."""
        for number, segment in self.history.items():
            if number not in self.dropped:
                yield number, segment
        for number, segment in enumerate(self.segments, self.head.segments - len(self.segments)):
            if number not in self.dropped:
                yield number, segment

    def _kept(self) -> Iterator[bytes]:
        return (segment for _, segment in self._segments())

    def _covering(self, first: int, last: int) -> list[bytes]:
        """Segments that may hold a time from the first to the last: the end of a history, however long it is."""
        if not self.head.segments:
            return []
        lived = self._remembered()
        reaches = lived.reaches
        if reaches is None or not reaches.hold(first):
            twice = 0 if reaches is None else 2 * len(reaches)
            reaches = lived.reaches = Reaches(self._backwards(), first, twice)
        return reaches.covering(first, last)

    def _backwards(self) -> Iterator[bytes]:
        """All that are kept, the newest first; looks at none that nobody asks for."""
        if self.dropped:
            return reversed([*self._kept()])
        return chain(reversed(self.segments), reversed(self.history.values()))

    def _decoded(self, segments: Iterable[bytes]) -> Iterator[Any]:
        return chain(self._sealed(segments), self.recent())

    def _sealed(self, segments: Iterable[bytes]) -> Iterator[Any]:
        for segment in segments:
            yield from map(self._codec.entry, layout.split(layout.segment_entries(segment)))

    def _older(self, event_time: int | None) -> bool:
        """Whether a segment may hold what happened then; None: at any time."""
        return self.head.segments > 0 and (event_time is None or event_time <= self.head.sealed)

    def _mentions_lately(self, event_id: str) -> bool:
        """Whether an entry that is not sealed may carry or supersede an id."""
        if self._lived is None:
            return event_id.encode() in self.tail
        return self._lived.mentions(event_id, self.tail)

    def _found(self, needle: bytes, event_time: int | None, in_tail: bool) -> list[Any]:
        """Entries whose bytes hold the needle, `in_tail` too; with a time only where a segment covers it."""
        older = self._found_in_segments(needle, event_time) if self._older(event_time) else ()
        recent = layout.split(self.tail) if in_tail else ()
        return [self._codec.entry(raw) for raw in (*older, *recent) if needle in raw]

    def _found_in_segments(self, needle: bytes, event_time: int | None) -> Iterator[bytes]:
        kept = self._kept() if event_time is None else self._covering(event_time, event_time)
        for segment in kept:
            if needle in segment:
                yield from (raw for raw in layout.split(layout.segment_entries(segment)) if needle in raw)
