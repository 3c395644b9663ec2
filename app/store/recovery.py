"""A partition out of its rows, and its rows out of it: what a take-over does, millions of rows at once.

Rows come as the last value of each key, deletions left out. Tails are found by the keys that their heads name, so that
entry rows which nobody needs any more are passed by.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from app.errors import RowCorrupt
from app.store import layout
from app.store.layout import FORMAT, HEAD_BYTES, head_fields
from app.store.log import SEALINGS
from app.store.outbox import unpack
from app.store.partition import Partition
from app.store.ports import Message

UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, struct.error)  # reading a row that is none
OF_ENTRY, OF_ANNEX = b"ea"  # the byte behind a key that tells what its row is


def _four(number: int) -> bytes:
    return number.to_bytes(4, "big")


SMALL = 1 << 12  # up to here these tables spare the packing of numbers
FOUR = [_four(number) for number in range(SMALL)]
BEGINS = [layout.pack_entry(number, b"") for number in range(SMALL)]
ENTRY_BYTES = len(BEGINS[0])
FIRST_SEGMENTS, FIRST_RING = SEALINGS[0].segments, SEALINGS[0].ring
Rows = dict[bytes, bytes]


def recover_history(partition: Partition, rows: Rows) -> None:
    """Fill in the segments of all keys; before `recover`, which lets go of those that no head names.

    Raises RowCorrupt.
    """
    history, row_key = partition.history, b""
    try:
        for row_key, row in rows.items():
            if row_key != layout.FENCE:
                key, _, number = layout.parse_key(row_key)
                layout.check_segment(row)
                history.setdefault(key, {})[number] = row
    except UNREADABLE as error:
        raise RowCorrupt(row_key, f"table {partition.table.name}: no segment: {error}") from error


def recover(partition: Partition, rows: Rows) -> list[Message]:
    """Fill a partition from its changelog; returns the outputs that may be unsaid, in order. Raises RowCorrupt.

    Uses the rows up: entries are taken out as they find their place.
    """
    recovery = _Recovery(partition, rows)
    recovery.sort_out()
    recovery.settle()
    return recovery.finish()


def prove_history(partition: Partition) -> None:
    """Raise RowCorrupt for a key whose history misses segments: it would take what was long ago for news.

    Once a key has let go of segments, nothing tells which those were.
    """
    history, asked, none = partition.history, layout.SEGMENTS, bytes(4)
    for key, row in partition.heads.items():
        if row[asked] == none:
            continue
        segments, forgotten = head_fields(row)[5:8:2]
        if forgotten == layout.NEVER and (found := len(history.get(key, ()))) < segments:
            raise RowCorrupt(key, f"table {partition.table.name}: its history holds {found} of {segments} segments")


class _Recovery:
    def __init__(self, partition: Partition, rows: Rows) -> None:
        self.partition, self.rows, self.seals = partition, rows, partition.table.seals
        self.deadlines: list[tuple[int, bytes]] = []
        self.unsaid: list[tuple[int, bytes, bytes]] = []  # chunk number, key, outbox, of what may be unsaid

    def sort_out(self) -> None:
        """Heads, annexes and the mark to their places; entries stay where they are."""
        heads, annexes, row_key = self.partition.heads, self.partition.annexes, b""
        try:
            for row_key, row in self.rows.items():
                at = row_key.find(0)
                if at < 0:
                    heads[row_key] = row
                elif at == 0:
                    self._take_own(row_key, row)
                elif row_key[at + 1] == OF_ANNEX:
                    annexes[row_key] = row
                elif row_key[at + 1] != OF_ENTRY:
                    raise ValueError(f"unknown kind of row {row_key[at + 1 : at + 2]!r}")
        except UNREADABLE as error:
            raise self._corrupt(row_key, error) from error

    def _take_own(self, row_key: bytes, row: bytes) -> None:
        """A row of the partition itself."""
        if row_key == layout.MARK:
            self.partition.mark = layout.unpack_mark(row)
        elif row_key != layout.FENCE:
            raise ValueError("unknown row of a partition")

    def settle(self) -> None:
        """Every key: its outbox stripped, its deadline noted, its tail joined."""
        heads, tails, deadlines, key = self.partition.heads, self.partition.tails, self.deadlines, b""
        try:
            for key, row in heads.items():
                version, n, deadline, first, after, segments, _, _, size = head_fields(row)
                end = HEAD_BYTES + size
                if version != FORMAT or len(row) < end:
                    self._refuse(row)
                if len(row) > end:
                    heads[key] = self._strip(key, n, row, end)
                if deadline:
                    deadlines.append((deadline, key))
                if first != after:
                    tails[key] = self._tail(key, first, after, segments)
        except UNREADABLE as error:
            raise self._corrupt(key, error) from error

    def _strip(self, key: bytes, n: int, row: bytes, end: int) -> bytes:
        """A head without its outbox, which may be unsaid."""
        if n > self.partition.mark.said:
            self.unsaid.append((n, key, row[end:]))
        return row[:end]

    def _refuse(self, row: bytes) -> None:
        _, state, _ = layout.unpack_head(row)  # raises for a format that is not ours
        raise ValueError(f"a head whose state has {len(state)} bytes and says {head_fields(row)[-1]}")

    def _tail(self, key: bytes, first: int, after: int, segments: int) -> bytes:
        """The entries of a key, framed. Most of a recovery is spent here."""
        ring = FIRST_RING if self.seals and segments < FIRST_SEGMENTS else _ring(self.partition, segments)
        take, prefix, parts = self.rows.pop, layout.entry_slots(key), []
        for number in range(first, after):
            slot = number % ring
            row = take(prefix + (FOUR[slot] if slot < SMALL else _four(slot)), b"")
            if row[:ENTRY_BYTES] != (BEGINS[number] if number < SMALL else layout.pack_entry(number, b"")):
                raise self._missing(row, number, first, after)
            size = len(row) - ENTRY_BYTES
            parts.append((FOUR[size] if size < SMALL else _four(size)) + row[ENTRY_BYTES:])
        return b"".join(parts)

    def _missing(self, row: bytes, number: int, first: int, after: int) -> ValueError:
        if row:
            layout.unpack_entry(row)  # raises for a format that is not ours
        return ValueError(f"its entry {number} of {first} to {after - 1} is missing")

    def finish(self) -> list[Message]:
        partition = self.partition
        partition.await_deadlines(self.deadlines)
        self._cut()
        last = max((n for n, _, _ in self.unsaid), default=0)
        partition.mark = partition.mark._replace(n=max(partition.mark.n, last))
        return [message for _, _, outbox in sorted(self.unsaid) for message in unpack(outbox)]

    def _cut(self) -> None:
        """Let go of segments that a turn sealed which never was, or that a turn forgot."""
        history, heads = self.partition.history, self.partition.heads
        for key in [*history]:
            row = heads.get(key)
            segments, forgotten = (0, 0) if row is None else head_fields(row)[5:8:2]
            kept = (pair for pair in sorted(history[key].items()) if layout.newest_of(pair[1]) > forgotten)
            named = {number: segment for number, segment in kept if number < segments}
            if named:
                history[key] = named
            else:
                del history[key]

    def _corrupt(self, key: bytes, error: Exception) -> RowCorrupt:
        return RowCorrupt(key, f"table {self.partition.table.name}: {error}")


def _ring(partition: Partition, segments: int) -> int:
    """Slots in use: those of the sealing that a key has come to."""
    if not partition.table.seals:
        return 1 << 32
    return next(sealing.ring for sealing in SEALINGS if segments < sealing.segments)


# --- the other way round ---------------------------------------------------------------------------------------------


def rows_of(partition: Partition) -> Iterator[tuple[bytes, bytes]]:
    """The changelog that recovers this partition, without what nobody needs any more."""
    yield layout.MARK, layout.pack_mark(partition.mark)
    for key, row in partition.heads.items():
        head, _, _ = layout.unpack_head(row)
        ring = _ring(partition, head.segments)
        for number, entry in enumerate(layout.split(partition.tails.get(key, b"")), head.first):
            yield layout.entry_key(key, number % ring), layout.pack_entry(number, entry)
        yield key, row
    yield from partition.annexes.items()


def history_rows_of(partition: Partition) -> Iterator[tuple[bytes, bytes]]:
    """The same of its history."""
    for key, segments in partition.history.items():
        for number, segment in segments.items():
            yield layout.segment_key(key, number), segment
