"""Older counts in packs are the counts that a plain sorted list would hold."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.positions.shelf import PACK, Shelf
from app.domain.positions.state import Count, Pack


def count(at: int, delta: int = 0) -> Count:
    return Count(at, at, f"c{at}", b"", at, "", False, 1, delta)


def order(count: Count) -> Any:
    return count.order


def listed(shelf: Shelf) -> list[Count]:
    return list(Shelf(shelf.packs()).after((-1, 0, 0, "")))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=120, unique=True), st.data())
def test_it_holds_what_a_sorted_list_holds(times: list[int], data: st.DataObject) -> None:
    plain: list[Count] = []
    packs: list[Pack] = []
    for at in times:
        shelf, one = Shelf(packs), count(at)
        if not plain or one.order > plain[-1].order:
            shelf.append([one])
        else:
            shelf.insert(one)
        insort(plain, one, key=order)
        if len(plain) > 3 and data.draw(st.integers(0, 4)) == 0:
            gone = plain.pop(data.draw(st.integers(0, len(plain) - 1)))
            assert shelf.pop(gone.order) == gone
        packs = shelf.packs()
    place = (data.draw(st.integers(0, 400)), 0, 0, "")
    assert listed(Shelf(packs)) == plain
    assert list(Shelf(packs).after(place)) == plain[bisect_right(plain, place, key=order) :]
    assert all(pack.counts for pack in packs) and len(packs) >= len(plain) // PACK


def test_what_is_read_may_be_changed_in_place() -> None:
    shelf = Shelf([])
    shelf.append([count(at) for at in range(40)])
    packs = shelf.packs()
    again = Shelf(packs)
    next(again.after((35, 35, 2, "c35"))).delta = 1 << 70
    assert [c.delta for c in listed(again)][36] == 1 << 70
    assert again.packs()[:2] == packs[:2]


def test_no_pack_is_read_before_somebody_asks_so_far() -> None:
    shelf = Shelf([])
    shelf.append([count(at) for at in range(40)])
    first, *others = shelf.packs()
    unreadable = [Pack(pack.last, b"never") for pack in others]
    assert next(Shelf([first, *unreadable]).after((3, 3, 2, "c3"))).event_id == "c4"


def test_it_lets_go_of_what_is_dated_before_a_time() -> None:
    shelf = Shelf([])
    shelf.append([count(at) for at in range(40)])
    shelf = Shelf(shelf.packs())
    assert shelf.forget(20) == 19
    assert [c.event_time for c in listed(shelf)] == list(range(20, 40))
    assert shelf.forget(5) is None
