"""Keys kept as objects from turn to turn: as many as a partition may keep, and fewer where they are large."""

from __future__ import annotations

from msgspec.structs import replace

from app.store.partition import SHARE
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import line, ordered, received
from tests.support.following import Following

HOT = 30


def kept(lines: int) -> tuple[int, int]:
    """How many of thirty orders of so many lines are kept, and what all those kept weigh as stored (bytes)."""
    following = Following(replace(PURCHASE_ORDERS, hot=HOT))
    numbers = [f"PO-{number}" for number in range(HOT)]
    for po in numbers:
        goods = {str(number): 1 for number in range(lines)}
        following.take(po, [ordered("o1", *(line(number, 1) for number in goods), po_number=po)])
        following.take(po, [received(goods=goods, po_number=po)])
    partition = following.partition
    keys = [po.encode() for po in numbers if partition.look(po.encode()) is partition.look(po.encode())]
    return len(keys), sum(len(partition.heads[key]) + len(partition.tails[key]) for key in keys)


def test_small_orders_are_all_kept() -> None:
    assert kept(lines=3)[0] == HOT


def test_of_large_orders_fewer_are_kept() -> None:
    count, weight = kept(lines=100)
    assert 0 < count < HOT
    assert weight <= 3 * HOT * SHARE


def test_large_orders_that_are_only_looked_after_are_no_more() -> None:
    following = Following(replace(PURCHASE_ORDERS, hot=HOT))
    for number in range(HOT):
        lines = [line(str(n), 1) for n in range(100)]
        following.take(f"PO-{number}", [ordered("o1", *lines, po_number=f"PO-{number}")])
    partition = following.partition
    for key in [*partition.heads] * 2:
        partition.load(key)
    assert sum(partition.look(key) is partition.look(key) for key in partition.heads) < HOT
