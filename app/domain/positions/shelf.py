"""Older counts of a stream, in packs: a busy position has hundreds, and what asks for them asks for the last few."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import attrgetter

from msgspec import Raw

from app.domain import sums
from app.domain.log import Log
from app.domain.positions.entry import Entry, OrderKey
from app.domain.positions.state import Annex, Count, Pack

PACK = 16  # counts of a full pack
ORDER = attrgetter("order")  # of a count
_read, _read_order = sums.reader(list[Count]), sums.reader(OrderKey)


class Shelf:
    """The counts of one stream in the annex; what is read may be changed in place, and `close` keeps it."""

    def __init__(self, log: Log[Entry, Annex], annex: Annex, stream: int) -> None:
        self._log, self._annex = log, annex
        self._packs = list(annex.counts.get(stream, ()))
        self._open: dict[int, list[Count]] = {}  # by place: those read

    def close(self) -> list[Pack]:
        """Put the pages that changed; all packs as they are now, none empty and none too full."""
        put = [(at, [*self._put(self._packs[at].page, self._open[at])]) for at in sorted(self._open)]
        for at, packs in reversed(put):
            self._packs[at : at + 1] = packs
        return self._packs

    def _put(self, page: int, counts: list[Count]) -> Iterator[Pack]:
        """The first of them into this page, what is too many into new ones."""
        if not counts:
            self._log.put_page(page, None)
        for first in range(0, len(counts), PACK):
            some = counts[first : first + PACK]
            number = self._begin() if first else page
            self._log.put_page(number, sums.encode(some))
            yield _pack(some, number)

    def _begin(self) -> int:
        """The number of a new page."""
        self._annex.pages += 1
        return self._annex.pages

    def after(self, order: OrderKey) -> Iterator[Count]:
        """The counts that stand after a place, in order; no pack is read before somebody asks so far."""
        first = self._place(order)
        for at in range(first, len(self._packs)):
            counts = self._read(at)
            yield from counts[bisect_right(counts, order, key=ORDER) :] if at == first else counts

    def insert(self, count: Count) -> None:
        """One count, wherever it stands."""
        at = self._place(count.order)
        if at == len(self._packs):
            self.append([count])
        else:
            insort(self._read(at), count, key=ORDER)

    def append(self, counts: list[Count]) -> None:
        """Counts that stand after all."""
        at = len(self._packs) - 1
        if at >= 0 and len(self._read(at)) < PACK:
            self._open[at] += counts
            self._packs[at] = _pack(counts, self._packs[at].page)
        else:
            self._packs.append(_pack(counts, self._begin()))
            self._open[at + 1] = counts

    def pop(self, order: OrderKey) -> Count:
        """Take out the count of a place."""
        counts = self._read(self._place(order))
        return counts.pop(bisect_right(counts, order, key=ORDER) - 1)

    def forget(self, before: int) -> int | None:
        """Let go of what is dated before this (ms); the newest such time."""
        lost: int | None = None
        for at, pack in enumerate(self._packs):
            gone = [count for count in self._read(at) if count.event_time < before]
            if gone:
                lost = gone[-1].event_time
                del self._open[at][: len(gone)]
            if _last(pack)[0] >= before:
                break
        return lost

    def _place(self, order: OrderKey) -> int:
        """The first pack that ends at or after a place."""
        return bisect_left(self._packs, order, key=_last)

    def _read(self, at: int) -> list[Count]:
        counts = self._open.get(at)
        if counts is None:
            counts = self._open[at] = _read(self._page(self._packs[at].page))
        return counts

    def _page(self, number: int) -> bytes:
        page = self._log.page(number)
        if page is None:
            raise LookupError(f"page {number} of the annex is missing")
        return page


def _pack(counts: list[Count], page: int) -> Pack:
    return Pack(Raw(sums.encode(counts[-1].order)), page)


def _last(pack: Pack) -> OrderKey:
    last: OrderKey = _read_order(pack.last)
    return last
