"""One table partition in memory: heads, tails and history as bytes, deadlines as a heap.

`app.store.recovery` fills it.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any

from app.store import layout
from app.store.layout import Head, Mark, Segment
from app.store.log import KeyLog, Past
from app.store.ports import Row
from app.store.table import Codec, Table

Hot = tuple[bytes | None, tuple[Head, bytes | None, Any] | None]  # the head's row, and what `load` makes of it
NOT_HOT: Hot = (None, None)


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

    def await_deadlines(self, deadlines: list[tuple[int, bytes]]) -> None:
        """Those (ms, key) that recovery found."""
        self._deadlines = deadlines
        heapify(deadlines)

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
