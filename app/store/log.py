"""The log of one key over its partition's bytes: looks by bytes first and decodes only what it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.store import layout
from app.store.layout import Head, Segment
from app.store.ports import Row
from app.store.table import Codec

KEEP = 4  # entries that stay beside the head when the others are sealed


class Sealing(NamedTuple):
    """Up to `segments` sealed so far, seal `entries` at once; entry rows use a ring of `ring` slots."""

    segments: int
    entries: int
    ring: int


# Busy keys seal larger pieces, so that their history stays few segments. ring > KEEP + entries: no row of the tail
# is overwritten while it is needed.
SEALINGS = (Sealing(8, 8, 16), Sealing(32, 32, 64), Sealing(1 << 62, 128, 256))


class Past(NamedTuple):
    """What a key's log was before the turn, as bytes."""

    tail: Sequence[bytes] = ()
    annex: bytes | None = None
    history: Mapping[int, Segment] = {}


class KeyLog:
    """Implements `app.domain.log.Log`; collects what the turn adds until `Partition.store` takes it over."""

    def __init__(self, codec: Codec, key: bytes, head: Head, past: Past) -> None:
        self.key, self.head = key, head
        self.tail = list(past.tail)
        self.fresh = len(self.tail)  # entries from here on were added by this turn
        self.segments: list[Segment] = []  # sealed by this turn
        self.dropped: list[int] = []
        self.annexed: bytes | None = None
        self.size = 0  # bytes of the entries that this turn added
        self._codec, self._past = codec, past

    # --- what the domain asks ---------------------------------------------------------------------------------------

    def append(self, entry: Any) -> None:
        raw = self._codec.encode(entry)
        self.tail.append(raw)
        self.size += len(raw)
        self.head.next += 1

    def recent(self) -> Sequence[Any]:
        return [self._codec.entry(raw) for raw in self.tail]

    def every(self) -> Iterator[Any]:
        return self._decoded(self._kept())

    def since(self, event_time: int) -> Iterator[Any]:
        raws = self._decoded(s for s in self._kept() if s.newest >= event_time)
        return (entry for entry in raws if entry.event_time >= event_time)

    def mentioning(self, event_id: str, event_time: int | None = None) -> list[Any]:
        found = self._found(event_id.encode(), event_time)
        return [e for e in found if event_id in (e.event_id, e.supersedes)] if found else found

    def numbered(self, source_system: str, source_seq: int) -> list[Any]:
        found = self._found(self._codec.number(source_system, source_seq), None)
        return [e for e in found if e.source_system == source_system and e.source_seq == source_seq]

    def forget(self, before: int) -> None:
        gone = [(number, s) for number, s in self._segments() if s.newest < before]
        if gone:
            self.dropped += [number for number, _ in gone]
            newest = max(s.newest for _, s in gone)
            self.head.forgotten = max(self.head.forgotten, newest)

    @property
    def forgotten(self) -> int | None:
        return None if self.head.forgotten == layout.NEVER else self.head.forgotten

    def annex(self) -> Any | None:
        raw = self.annexed or self._past.annex
        return None if raw is None else self._codec.annex(raw)

    def put_annex(self, annex: Any) -> None:
        self.annexed = self._codec.encode_sums(annex)

    # --- what the store asks ----------------------------------------------------------------------------------------

    def seal(self) -> None:
        """Move the oldest entries out of the tail while it is long enough."""
        if len(self.tail) < KEEP + SEALINGS[0].entries:
            return
        before = sealing = self._sealing()
        while len(self.tail) >= KEEP + sealing.entries:
            self._seal(sealing.entries)
            sealing = self._sealing()
        if sealing.ring != before.ring:
            self.fresh = 0  # the whole tail moves to slots of the larger ring

    def _seal(self, size: int) -> None:
        sealed, self.tail = self.tail[:size], self.tail[size:]
        times = [self._codec.entry(raw).event_time for raw in sealed]
        head = self.head
        self.segments.append(Segment(head.first, min(times), max(times), layout.join(sealed)))
        self.fresh = max(0, self.fresh - size)
        head.first += size
        head.segments += 1
        head.sealed = max(head.sealed, max(times))

    def entry_rows(self) -> list[Row]:
        """The rows of the entries that this turn added and did not seal."""
        ring = self._sealing().ring if self._codec.seals else 1 << 32
        first = self.head.first + self.fresh
        return [
            (layout.entry_key(self.key, number % ring), layout.pack_entry(number, raw))
            for number, raw in enumerate(self.tail[self.fresh :], first)
        ]

    def history_rows(self) -> list[Row]:
        """The segments that this turn sealed; they must be durable before the head that names them."""
        first = self.head.segments - len(self.segments)
        return [
            (layout.segment_key(self.key, number), layout.pack_segment(segment))
            for number, segment in enumerate(self.segments, first)
        ]

    def forgotten_rows(self) -> list[Row]:
        """Tombstones of the segments that this turn let go; they follow the head that no longer needs them."""
        return [(layout.segment_key(self.key, number), None) for number in self.dropped]

    def _sealing(self) -> Sealing:
        for sealing in SEALINGS:
            if self.head.segments < sealing.segments:
                return sealing
        raise OverflowError(f"{self.head.segments} segments")

    def _segments(self) -> Iterator[tuple[int, Segment]]:
        """(number, segment) of all kept, oldest first, this turn's included."""
        for number, segment in self._past.history.items():
            if number not in self.dropped:
                yield number, segment
        for number, segment in enumerate(self.segments, self.head.segments - len(self.segments)):
            if number not in self.dropped:
                yield number, segment

    def _kept(self) -> Iterator[Segment]:
        return (segment for _, segment in self._segments())

    def _decoded(self, segments: Iterable[Segment]) -> Iterator[Any]:
        for segment in segments:
            yield from map(self._codec.entry, layout.split(segment.entries))
        yield from self.recent()

    def _found(self, needle: bytes, event_time: int | None) -> list[Any]:
        """Entries whose bytes hold the needle; with a time only where a segment covers it."""
        older = self.head.segments and (event_time is None or event_time <= self.head.sealed)
        if not older and needle not in b"".join(self.tail):  # the usual answer
            return []
        raws = [*(self._found_in_segments(needle, event_time) if older else ()), *self.tail]
        return [self._codec.entry(raw) for raw in raws if needle in raw]

    def _found_in_segments(self, needle: bytes, event_time: int | None) -> Iterator[bytes]:
        for segment in self._kept():
            covered = event_time is None or segment.oldest <= event_time <= segment.newest
            if covered and needle in segment.entries:
                yield from (raw for raw in layout.split(segment.entries) if needle in raw)
