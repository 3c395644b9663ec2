"""One table partition in memory: heads, tails and history as bytes, deadlines as a heap.

Filled by recovery row by row (`absorb`), then settled: what may be unsaid is handed out to be published again.
"""

from __future__ import annotations

import struct
from heapq import heapify, heappop, heappush
from typing import Any

from app.errors import RowCorrupt
from app.store import layout
from app.store.layout import Head, Mark, Segment
from app.store.log import KeyLog, Past
from app.store.outbox import unpack
from app.store.ports import Message, Row
from app.store.table import Codec, Table

Hot = tuple[bytes | None, tuple[Head, bytes | None, Any] | None]  # the head's row, and what `load` makes of it
NOT_HOT: Hot = (None, None)
UNREADABLE = (ValueError, TypeError, AttributeError, struct.error)  # what reading a row that is none may raise


class Partition:
    """What the owner holds. Keys are bytes as on the wire; heads stand here without their outbox."""

    def __init__(self, table: Table) -> None:
        self.table, self.codec = table, Codec(table)
        self.heads: dict[bytes, bytes] = {}
        self.tails: dict[bytes, tuple[bytes, ...]] = {}
        self.annexes: dict[bytes, bytes] = {}
        self.history: dict[bytes, dict[int, Segment]] = {}
        self.mark = Mark()
        self._hot: dict[bytes, Hot] = {}  # the oldest first
        self._deadlines: list[tuple[int, bytes]] = []
        self._slots: dict[bytes, dict[int, bytes]] = {}

    # --- recovery ---------------------------------------------------------------------------------------------------

    def absorb(self, row_key: bytes, value: bytes | None) -> None:
        """Fold one changelog row, tombstones included. Raises RowCorrupt."""
        try:
            self._absorb(row_key, value)
        except UNREADABLE as error:
            raise RowCorrupt(row_key, f"table {self.table.name}: {error}") from error

    def _absorb(self, row_key: bytes, value: bytes | None) -> None:
        if row_key == layout.FENCE:
            return
        if row_key == layout.MARK:
            self.mark = layout.unpack_mark(value) if value else Mark()
            return
        key, kind, slot = layout.parse_key(row_key)
        rows = {b"": self.heads, b"a": self.annexes}.get(kind)
        if rows is not None:
            _put(rows, key, value)
        elif kind == b"e":
            self._absorb_entry(key, slot, value)
        else:
            raise ValueError(f"unknown kind of row {kind!r}")

    def _absorb_entry(self, key: bytes, slot: int, value: bytes | None) -> None:
        slots = self._slots.setdefault(key, {})
        if value is None:
            slots.pop(slot, None)
        else:
            slots[slot] = value

    def absorb_history(self, row_key: bytes, value: bytes | None) -> None:
        """Fold one row of the history topic; a segment that no head names yet is never looked at. Raises RowCorrupt."""
        if row_key == layout.FENCE:
            return
        try:
            key, _, number = layout.parse_key(row_key)
            segments = self.history.setdefault(key, {})
            if value is None:
                segments.pop(number, None)
            else:
                segments[number] = layout.unpack_segment(value)
        except UNREADABLE as error:
            raise RowCorrupt(row_key, f"table {self.table.name}: {error}") from error

    def settle(self) -> list[Message]:
        """After the last row: join tails, find deadlines, strip outboxes; the outputs that may be unsaid, in order.

        Raises RowCorrupt for a head that cannot be read or whose entries are not there.
        """
        unsaid: list[tuple[int, bytes, bytes]] = []
        for key, row in self.heads.items():
            try:
                head, state, outbox = layout.unpack_head(row)
                self._join_tail(key, head)
            except UNREADABLE as error:
                raise RowCorrupt(key, f"table {self.table.name}: {error}") from error
            if outbox:
                self.heads[key] = layout.pack_head(head, state)
                if head.n > self.mark.said:
                    unsaid.append((head.n, key, outbox))
            if head.deadline:
                self._deadlines.append((head.deadline, key))
        self._slots.clear()
        heapify(self._deadlines)
        self.mark = self.mark._replace(n=max([self.mark.n, *(n for n, _, _ in unsaid)]))
        return [message for _, _, outbox in sorted(unsaid) for message in unpack(outbox)]

    def _join_tail(self, key: bytes, head: Head) -> None:
        entries = dict(layout.unpack_entry(row) for row in self._slots.get(key, {}).values())
        numbers = range(head.first, head.next)
        missing = [number for number in numbers if number not in entries]
        if missing:
            raise ValueError(f"its entries {missing[:5]} are missing")
        if numbers:
            self.tails[key] = tuple(entries[number] for number in numbers)
        named = self.history.get(key)
        if named:
            self.history[key] = {n: s for n, s in sorted(named.items()) if n < head.segments}

    # --- the line ---------------------------------------------------------------------------------------------------

    def head(self, key: bytes) -> tuple[Head, bytes | None]:
        row = self.heads.get(key)
        if row is None:
            return Head(), None
        head, state, _ = layout.unpack_head(row)
        return head, state

    def load(self, key: bytes) -> tuple[Head, bytes | None, Any]:
        """A key's head, its state as stored and as a turn may change it; hot states are spared the decoding.

        A hot state is handed out once: a turn that fails loses it, and the next one decodes what is stored.
        """
        row, hot = self._hot.pop(key, NOT_HOT)
        if hot is not None and row is self.heads[key]:
            return hot
        head, stored = self.head(key)
        return head, stored, self.table.new(key.decode()) if stored is None else self.codec.state(stored)

    def log(self, key: bytes, head: Head) -> KeyLog:
        past = Past(self.tails.get(key, ()), self.annexes.get(key), self.history.get(key, {}))
        return KeyLog(self.codec, key, head, past)

    def store(self, log: KeyLog, head_row: bytes, stored: bytes, state: Any) -> None:
        """Take over what a turn made of a key, once it is durable: the row, and the state in it."""
        key = log.key
        self.heads[key] = head_row
        if self.table.hot:
            self._hot[key] = head_row, (log.head, stored, state)
            if len(self._hot) > self.table.hot:
                del self._hot[next(iter(self._hot))]
        self.tails[key] = tuple(log.tail)
        if log.annexed is not None:
            self.annexes[key] = log.annexed
        if log.segments or log.dropped:
            segments = self.history.setdefault(key, {})
            segments.update(enumerate(log.segments, log.head.segments - len(log.segments)))
            for number in log.dropped:
                segments.pop(number, None)
        if log.head.deadline:
            heappush(self._deadlines, (log.head.deadline, key))

    def tombstones(self, key: bytes) -> list[Row]:
        """The rows that let go of a key (of a table that does not seal); a tombstone carries no outbox."""
        head, _ = self.head(key)
        rows: list[Row] = [(layout.entry_key(key, number), None) for number in range(head.first, head.next)]
        return [(key, None), *rows]

    def remove(self, key: bytes) -> None:
        """Forget a key whose tombstones are durable."""
        self.heads.pop(key, None)
        self.tails.pop(key, None)
        self._hot.pop(key, None)

    @property
    def deadline(self) -> int | None:
        """When (ms) a key may have to be judged again; stale entries only cost a look."""
        return self._deadlines[0][0] if self._deadlines else None

    def due(self, now: int) -> list[bytes]:
        """Take the keys whose deadline has come; each must be judged and stored, or given back with `again`."""
        keys = []
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, key = heappop(self._deadlines)
            if key in self.heads and self.head(key)[0].deadline == deadline and key not in keys:
                keys.append(key)
        return keys

    def again(self, keys: list[bytes]) -> None:
        """Give deadlines back that were taken but not judged."""
        for key in keys:
            heappush(self._deadlines, (self.head(key)[0].deadline, key))


def _put(rows: dict[bytes, bytes], key: bytes, value: bytes | None) -> None:
    if value is None:
        rows.pop(key, None)
    else:
        rows[key] = value
