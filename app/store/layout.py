"""How state lies in the changelog: small heads, entries written once, history apart.

A head row is rewritten by every change of its key and begins with fixed fields, so that recovery finds unsaid outputs
and deadlines without decoding states. Entry rows use a ring of slots; sealed segments stand in the history topic.
Row keys: `<key>` head, `<key>\\0e<slot>` entry, `<key>\\0a<page>` annex (page 0) and its pages, `<key>\\0s<number>`
segment, `\\0mark`, `\\0fence`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import Struct as Packing
from struct import calcsize
from typing import NamedTuple

from msgspec import Struct

MARK, FENCE = b"\x00mark", b"\x00fence"
FORMAT = 1

_HEAD = Packing(">BQQIIIqqI")
_MARK = Packing(">BQQQ")
_ENTRY = Packing(">BI")
_SEGMENT = Packing(">BI")
_TIMES = Packing(">qqq")
_LENGTH = Packing(">I")
_SLOT = Packing(">I")
TIMES_AT, segment_times = _SEGMENT.size, _TIMES.unpack_from  # the fields of Times, at that place of a segment
HEAD_BYTES, head_fields = _HEAD.size, _HEAD.unpack_from  # format, those of Head in order, bytes of the state
SEGMENTS = slice(calcsize(">BQQII"), calcsize(">BQQIII"))  # of a head's row, for who asks every one of millions
NEVER = -(1 << 62)  # the time before all times


class Head(Struct, gc=False):
    """The fixed fields of a head: chunk number, next deadline (ms, 0 none), entries kept beside it, history."""

    n: int = 0
    deadline: int = 0
    first: int = 0  # number of the oldest entry not yet sealed
    next: int = 0  # number of the next entry
    segments: int = 0
    sealed: int = NEVER  # newest event_time (ms) ever sealed
    forgotten: int = NEVER  # newest event_time (ms) let go


class Mark(NamedTuple):
    """What a chunk says of its partition: its number, outputs said up to, clock in ms."""

    n: int = 0
    said: int = 0
    clock: int = 0


class Times(NamedTuple):
    """Of the entries of a segment, event_time in ms; `newest` is above all that was forgotten before it was sealed.

    `reach` is the newest time of it and of all segments before it, so that a search from the end knows where to stop.
    """

    oldest: int
    newest: int
    reach: int


History = dict[int, bytes]  # rows of segments by number, the oldest first; as bytes, because most are never asked for


def pack_head(head: Head, state: bytes) -> bytes:
    """A head's row; its outbox may follow."""
    h = head
    return _HEAD.pack(FORMAT, h.n, h.deadline, h.first, h.next, h.segments, h.sealed, h.forgotten, len(state)) + state


def unpack_head(row: bytes) -> tuple[Head, bytes, bytes]:
    """The fixed fields, the state and the outbox; raises ValueError for a format this release does not know."""
    version, n, deadline, first, after, segments, sealed, forgotten, size = head_fields(row)
    _known(version)
    end = HEAD_BYTES + size
    return Head(n, deadline, first, after, segments, sealed, forgotten), row[HEAD_BYTES:end], row[end:]


def pack_mark(mark: Mark) -> bytes:
    return _MARK.pack(FORMAT, *mark)


def unpack_mark(row: bytes) -> Mark:
    version, *fields = _MARK.unpack(row)
    _known(version)
    return Mark(*fields)


def pack_entry(number: int, entry: bytes) -> bytes:
    return _ENTRY.pack(FORMAT, number) + entry


def unpack_entry(row: bytes) -> tuple[int, bytes]:
    version, number = _ENTRY.unpack_from(row)
    _known(version)
    return number, row[_ENTRY.size :]


def pack_segment(first: int, times: Times, entries: bytes) -> bytes:
    """Entries sealed together, framed; `first` is the number of the first of them."""
    return _SEGMENT.pack(FORMAT, first) + _TIMES.pack(*times) + entries


def newest_of(segment: bytes) -> int:
    newest: int = segment_times(segment, TIMES_AT)[1]
    return newest


def segment_entries(segment: bytes) -> bytes:
    return segment[TIMES_AT + _TIMES.size :]


def check_segment(segment: bytes) -> None:
    """Raises ValueError or struct.error for what is no segment, or one of a format this release does not know."""
    version, _ = _SEGMENT.unpack_from(segment)
    _known(version)
    segment_times(segment, TIMES_AT)


def framed(parts: Sequence[bytes]) -> int:
    """The bytes that parts take, each behind its length."""
    return sum(map(len, parts)) + _LENGTH.size * len(parts)


def split(joined: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(joined):
        (size,) = _LENGTH.unpack_from(joined, at)
        at += _LENGTH.size
        yield joined[at : at + size]
        at += size


def entry_slots(key: bytes) -> bytes:
    """What the keys of all its entries begin with, before their slots."""
    return key + b"\x00e"


def entry_key(key: bytes, slot: int) -> bytes:
    return entry_slots(key) + slot.to_bytes(4, "big")


def annex_key(key: bytes, page: int) -> bytes:
    return key + b"\x00a" + _SLOT.pack(page)


def segment_key(key: bytes, number: int) -> bytes:
    return key + b"\x00s" + _SLOT.pack(number)


def parse_key(row_key: bytes) -> tuple[bytes, bytes, int]:
    """(key, kind, slot or number); kind is b"" for a head."""
    key, _, rest = row_key.partition(b"\x00")
    kind, slot = rest[:1], rest[1:]
    return key, kind, _SLOT.unpack(slot)[0] if len(slot) == _SLOT.size else 0


def _known(version: int) -> None:
    if version != FORMAT:
        raise ValueError(f"changelog row of format {version}; this release reads format {FORMAT}: upgrade the worker")
