"""Older counts in packs are the counts that a plain sorted list would hold."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.positions.shelf import PACK, Shelf
from app.domain.positions.state import Annex, Count
from app.store.layout import Head, annex_key
from app.store.log import KeyLog, Past
from app.store.ports import Row
from app.store.table import Codec
from tables import POSITIONS


def count(at: int, delta: int = 0) -> Count:
    return Count(at, at, f"c{at}", b"", at, "", False, 1, delta)


def order(count: Count) -> Any:
    return count.order


class Kept:
    """An annex with a shelf for one stream, opened and closed as bookings do."""

    def __init__(self, counts: int = 0) -> None:
        self.pages: dict[bytes, bytes] = {}
        self.annex = Annex()
        if counts:
            shelf = self.open()
            shelf.append([count(at) for at in range(counts)])
            self.close(shelf)

    def open(self) -> Shelf:
        self.log = KeyLog(Codec(POSITIONS), b"GLOVES@MAIN", Head(), None, Past(b"", self.pages, {}))
        return Shelf(self.log, self.annex, 0)

    def close(self, shelf: Shelf) -> list[Row]:
        """The rows that this writes."""
        self.annex.counts[0] = shelf.close()
        rows = self.log.annex_rows()
        self.pages |= {row_key: page for row_key, page in rows if page is not None}
        for row_key, page in rows:
            if page is None:
                del self.pages[row_key]
        return rows

    @property
    def listed(self) -> list[Count]:
        return list(self.open().after((-1, 0, 0, "")))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=120, unique=True), st.data())
def test_it_holds_what_a_sorted_list_holds(times: list[int], data: st.DataObject) -> None:
    plain: list[Count] = []
    kept = Kept()
    for at in times:
        shelf, one = kept.open(), count(at)
        if not plain or one.order > plain[-1].order:
            shelf.append([one])
        else:
            shelf.insert(one)
        insort(plain, one, key=order)
        while len(plain) > 3 and data.draw(st.integers(0, 2)) == 0:
            gone = plain.pop(data.draw(st.integers(0, len(plain) - 1)))
            assert shelf.pop(gone.order) == gone
        kept.close(shelf)
    place = (data.draw(st.integers(0, 400)), 0, 0, "")
    assert kept.listed == plain
    assert list(kept.open().after(place)) == plain[bisect_right(plain, place, key=order) :]
    assert len(kept.pages) == len(kept.annex.counts[0]) >= len(plain) // PACK


def test_what_is_read_may_be_changed_in_place_and_its_page_alone_is_written() -> None:
    kept = Kept(40)
    shelf = kept.open()
    next(shelf.after((35, 35, 2, "c35"))).delta = 1 << 70
    [(row_key, _)] = kept.close(shelf)
    assert row_key == annex_key(b"GLOVES@MAIN", kept.annex.counts[0][-1].page)
    assert [c.delta for c in kept.listed][36] == 1 << 70


def test_no_page_is_read_before_somebody_asks_so_far() -> None:
    kept = Kept(40)
    kept.pages |= dict.fromkeys([*kept.pages][1:], b"never")
    assert next(kept.open().after((3, 3, 2, "c3"))).event_id == "c4"


def test_a_page_that_is_missing_is_named() -> None:
    kept = Kept(40)
    kept.pages.clear()
    with pytest.raises(LookupError, match="page 1 of the annex is missing"):
        next(kept.open().after((3, 3, 2, "c3")))


def test_it_lets_go_of_what_is_dated_before_a_time_and_of_its_pages() -> None:
    kept = Kept(40)
    shelf = kept.open()
    assert shelf.forget(20) == 19
    kept.close(shelf)
    assert [c.event_time for c in kept.listed] == list(range(20, 40))
    assert len(kept.pages) == 2
    assert kept.open().forget(5) is None
