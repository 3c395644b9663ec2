"""What the line must know of a table: its topics, its types, and the pure functions that make its state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from app.domain import sums
from app.domain.log import Log
from app.domain.outcome import Outcome
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement

LONG, LONG_BEGINS, LONG_BYTES = 1 << 32, b"\xcf", 8  # an integer from here on, as msgpack has it
BLOCKS = 3  # of times that are looked for


class Table(Struct, frozen=True, kw_only=True):
    """One row: a name, the topics that feed it, and what its domain answers.

    Entries carry event_id, source_system, source_seq, event_time and supersedes; source_system and source_seq stand
    side by side, because the log finds them by their bytes.
    """

    name: str
    topics: tuple[str, ...]
    says: tuple[str, ...] = ()  # compacted topics with its own keys, to which no other table writes
    state: type
    entry: type
    annex: type | None = None
    seals: bool = False
    hot: int = 0  # keys a partition keeps as objects, and as many used before; only where bytes say all of a state
    soon: bool = False  # whether a new key is usually met again soon, and kept as an object at once
    new: Callable[[str], Any]
    apply: Callable[[Any, Any, Log[Any, Any], int, Policy], Outcome]
    judge: Callable[[Any, Log[Any, Any], int, Policy], Judgement]
    judge_anew: Callable[[Any, Log[Any, Any], int, Policy], Judgement] | None = None  # of new keys, and for masters
    masters: Callable[[str, Callable[[], Any]], Collection[str]] | None = None  # ids that a key's judgement asks for
    view: Callable[[Any, Log[Any, Any], int, Policy], dict[str, Any]]
    void: Callable[[Any], bool] = lambda state: False  # whether a state is kept but nothing of it is left to show

    def views(self, logs: Iterable[Any], now: int, policy: Policy) -> Iterator[dict[str, Any]]:
        """The views of those keys (their logs) of which something is left."""
        return (self.view(log.state, log, now, policy) for log in logs if not self.void(log.state))


class Dated(Struct, array_like=True):
    """As much of an entry as sealing it asks for."""

    event_id: Raw
    source_system: Raw
    source_seq: Raw
    event_time: int


class Codec:
    """State, entries and annexes as bytes: msgpack of array-like structs, which may gain fields at their end.

    Entries hold what one record says; states and annexes hold sums, which may outgrow msgpack's 64 bits.
    """

    def __init__(self, table: Table) -> None:
        self.seals = table.seals
        self.encode = msgspec.msgpack.Encoder().encode
        self.encode_sums = sums.encode
        self.state = sums.reader(table.state)
        self.entry: Callable[[bytes], Any] = msgspec.msgpack.Decoder(table.entry).decode
        self.dated: Callable[[bytes], Dated] = msgspec.msgpack.Decoder(Dated).decode
        self.annex = sums.reader(table.annex or Any)

    def number(self, source_system: str, source_seq: int) -> bytes:
        """The bytes of a source's number as they stand inside an entry."""
        return self.encode(source_system) + self.encode(source_seq)

    def times(self, first: int, last: int) -> tuple[bytes, ...]:
        """One of these stands in every entry whose event_time is from the first to the last; not only in those."""
        if first < LONG:
            return (b"",)
        for size in range(LONG_BYTES, 0, -1):
            shift = 8 * (LONG_BYTES - size)
            blocks = range(first >> shift, (last >> shift) + 1)
            if len(blocks) <= BLOCKS:
                return tuple(LONG_BEGINS + block.to_bytes(size, "big") for block in blocks)
        return (b"",)
