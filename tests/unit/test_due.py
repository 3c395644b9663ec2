"""Keys whose time has come: each is taken once, and of very many at once each costs little more than of a few."""

from __future__ import annotations

from app.store.layout import Head, pack_head
from app.store.partition import Partition
from tables.purchase_orders import PURCHASE_ORDERS

TIME, MANY = 5, 1_000


class Key(bytes):
    """Counts how often one is held against another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Key.compared += 1
        return bytes.__eq__(self, other)  # type: ignore[arg-type]

    __hash__ = bytes.__hash__


def waiting(*keys: bytes) -> Partition:
    partition = Partition(PURCHASE_ORDERS)
    partition.heads.update((key, pack_head(Head(deadline=TIME), b"")) for key in keys)
    partition.await_deadlines([(TIME, key) for key in keys])
    return partition


def test_a_key_that_waits_twice_for_one_time_is_taken_once() -> None:
    partition = waiting(b"PO-2", b"PO-1", b"PO-2")
    assert partition.due(TIME - 1) == []
    assert partition.due(TIME) == [b"PO-1", b"PO-2"]
    assert partition.due(TIME) == []


def test_keys_that_come_due_together_are_not_held_against_all_others() -> None:
    partition = waiting(*(Key(b"PO-%d" % number) for number in range(MANY)))
    Key.compared = 0
    assert len(partition.due(TIME)) == MANY
    assert Key.compared < 100 * MANY
