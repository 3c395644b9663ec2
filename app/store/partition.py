"""One table partition in memory: heads, tails and history as bytes, deadlines as a heap.

`app.store.recovery` fills it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from heapq import heapify, heappop, heappush

from app.store import layout
from app.store.layout import Head, Mark
from app.store.log import KeyLog, Past
from app.store.ports import Row
from app.store.ripe import Ripe
from app.store.sweep import Sweep
from app.store.table import Codec, Table

SHARE = 4 * 1024  # bytes, as stored, of a key that is kept as an object: of larger ones fewer are kept


class Partition:
    """What the owner holds. Keys are bytes as on the wire; heads stand here without their outbox, tails framed.

    `home` says whether a key belongs here; who does not say so takes every key for its own.
    """

    def __init__(self, table: Table, home: Callable[[bytes], bool] = lambda _: True) -> None:
        self.table, self.codec, self.home = table, Codec(table), home
        self.heads: dict[bytes, bytes] = {}
        self.tails: dict[bytes, bytes] = {}
        self.annexes: dict[bytes, bytes] = {}  # by row key: of most keys nobody ever asks
        self.history: dict[bytes, layout.History] = {}
        self.mark = Mark()
        self._hot: dict[bytes, KeyLog] = {}  # used lately
        self._warm: dict[bytes, KeyLog] = {}  # used before that
        self._weights: dict[bytes, int] = {}  # bytes of the hot ones
        self._weight = 0  # of all of them
        self._lately: set[bytes] = set()  # read from bytes lately
        self._before: set[bytes] = set()  # and before that
        self._deadlines: list[tuple[int, bytes]] = []
        self.sweep = Sweep(self.heads, self._asks)
        self.ripe = Ripe()

    def await_deadlines(self, deadlines: list[tuple[int, bytes]]) -> None:
        """Those (ms, key) that recovery found."""
        self._deadlines = deadlines
        heapify(deadlines)

    # --- the line ---------------------------------------------------------------------------------------------------

    def read(self, key: bytes) -> KeyLog:
        """A key as it is stored, or a new one."""
        row, table = self.heads.get(key), self.table
        if row is None:
            return KeyLog(self.codec, key, Head(), table.new(key.decode()), Past(b"", self.annexes, {}))
        head, state, _ = layout.unpack_head(row)
        past = Past(self.tails.get(key, b""), self.annexes, self.history.get(key, {}))
        return KeyLog(self.codec, key, head, self.codec.state(state), past)

    def load(self, key: bytes) -> KeyLog:
        """A key for a turn to change, asked for once a turn; those used lately are spared the reading."""
        log = self._hot.get(key)
        if log is not None:
            return log
        if not self.table.hot:
            return self.read(key)
        log = self._warm.pop(key, None)
        if log is None:
            log = self.read(key)
            if not self._met(key):
                return log
        self._hot[key] = log
        self._weigh(key, len(self.heads.get(key, b"")) + len(log.tail))
        return log

    def _weigh(self, key: bytes, size: int) -> None:
        """Objects take some ten times the bytes that are stored, and a key may grow to any size while it is hot."""
        self._weight += size - self._weights.get(key, 0)
        self._weights[key] = size
        if len(self._hot) > self.table.hot or self._weight > self.table.hot * SHARE:
            self._warm, self._hot = self._hot, {}
            self._weights, self._weight = {}, 0

    def look(self, key: bytes) -> KeyLog:
        """The same for a key that nobody asked for: it becomes no hotter by that."""
        return self._hot.get(key) or self._warm.get(key) or self.read(key)

    def _asks(self, key: bytes) -> Collection[str]:
        return () if self.table.masters is None else self.table.masters(key.decode(), lambda: self.look(key).state)

    def judge_again(self, ids: Iterable[str] | None) -> None:
        """Have the keys judged that ask for masters of these ids; None: for any."""
        if self.table.masters is not None:
            self.sweep.add(ids)

    def _met(self, key: bytes) -> bool:
        """Whether a key was asked for lately: where keys are many, objects that nobody asks for again cost caches."""
        if key in self._lately or key in self._before or (self.table.soon and key not in self.heads):
            return True
        self._lately.add(key)
        if len(self._lately) > self.table.hot:
            self._before, self._lately = self._lately, set()
        return False

    def cool(self, keys: Iterable[bytes]) -> None:
        """A turn failed: what it changed in place is no longer what is stored."""
        for key in keys:
            self._hot.pop(key, None)
            self._warm.pop(key, None)
            self._weight -= self._weights.pop(key, 0)

    def unchanged(self, log: KeyLog, state: bytes) -> bool:
        """Whether these bytes are the state as stored."""
        row = self.heads.get(log.key)
        return row is not None and layout.unpack_head(row)[1] == state

    def keep(self, logs: Iterable[tuple[KeyLog, bytes]]) -> None:
        """Take over what a turn made of its keys, once it is durable: each with its head's row."""
        heads, tails, deadlines = self.heads, self.tails, self._deadlines
        for log, row in logs:
            key = log.key
            heads[key] = row
            tails[key] = log.tail
            if key in self._hot:
                self._weigh(key, len(row) + len(log.tail))
            if log.head.deadline:
                heappush(deadlines, (log.head.deadline, key))
            if log.annexed is not None:
                self._keep_annex(log)
            if log.segments or log.dropped:
                self._keep_history(log)
            log.forget_turn()

    def _keep_annex(self, log: KeyLog) -> None:
        for row_key, page in log.annex_rows():
            if page is None:
                self.annexes.pop(row_key, None)
            else:
                self.annexes[row_key] = page

    def _keep_history(self, log: KeyLog) -> None:
        segments = self.history[log.key] = log.history
        segments.update(enumerate(log.segments, log.head.segments - len(log.segments)))
        for number in log.dropped:
            segments.pop(number, None)

    def tombstones(self, key: bytes) -> list[Row]:
        """The rows that let go of a key (of a table that does not seal); a tombstone carries no outbox."""
        head = self.head(key)
        rows: list[Row] = [(layout.entry_key(key, number), None) for number in range(head.first, head.next)]
        return [(key, None), *rows]

    def remove(self, key: bytes) -> None:
        """Forget a key whose tombstones are durable."""
        self.heads.pop(key, None)
        self.tails.pop(key, None)
        self.cool([key])

    def head(self, key: bytes) -> Head:
        """The fixed fields of a key's head."""
        row = self.heads.get(key)
        return Head() if row is None else layout.unpack_head(row)[0]

    @property
    def deadline(self) -> int | None:
        """When (ms) a key may have to be judged again, 0 for at once; stale entries only cost a look."""
        if self.sweep:
            return 0
        return self._deadlines[0][0] if self._deadlines else None

    def due(self, now: int) -> list[bytes]:
        """Take the keys whose deadline has come; each must be judged and stored, or given back with `again`."""
        keys: dict[bytes, None] = {}  # a key may wait twice for one time; those of a long outage are very many
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, key = heappop(self._deadlines)
            if key in self.heads and self.head(key).deadline == deadline:
                keys[key] = None
        return list(keys)

    def again(self, keys: list[bytes]) -> None:
        """Give deadlines back that were taken but not judged."""
        for key in keys:
            heappush(self._deadlines, (self.head(key).deadline, key))
