"""A record that fails while it is applied: whole in the dead letters, and not a trace of it in any state."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from string import ascii_letters
from typing import Any

import pytest
from msgspec.structs import replace

from app.contracts.decode import read
from app.errors import TooManyDeadLetters
from app.flow.dead_letters import ATTEMPTS, KEY_BYTES, LETTER_BYTES, REPLAY_OF, is_shortened, place
from app.store.packing import packs
from app.store.table import Table
from app.topics import TOPICS
from tables.positions import POSITIONS
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import PO, ordered, shipped
from tests.support.memory import SCHEMAS, Broker, Delivered, delivered, taken_over
from tests.support.movements import START, moved

KEY = "GLOVES-M@MAIN"


def failing_late(table: Table) -> Table:
    """Applies every record, and only then stumbles over the poisoned one."""

    def apply(state: Any, fact: Any, *rest: Any) -> Any:
        outcome = table.apply(state, fact, *rest)
        if fact.event_id == "poison":
            raise ZeroDivisionError("after the state was changed")
        return outcome

    return replace(table, apply=apply)


def of_position(name: str) -> Delivered:
    return delivered("inventory-events", KEY, moved(name, quantity=2))


def of_order(name: str) -> Delivered:
    if name == "a":
        return delivered("purchase-orders", PO, ordered("a"))
    return delivered("shipments", PO, shipped(name, goods={"10": 1}))


@pytest.mark.parametrize(("table", "record"), [(POSITIONS, of_position), (PURCHASE_ORDERS, of_order)])
async def test_half_a_change_is_never_kept(table: Table, record: Callable[[str], Delivered]) -> None:
    broker = Broker()
    lane = await taken_over(failing_late(table), broker)
    for ids in (["a", "b"], ["c", "poison", "d"], ["e"]):
        await lane.turn([record(name) for name in ids], START)
    other = Broker()
    alone = await taken_over(table, other)
    for ids in (["a", "b"], ["c", "d"], ["e"]):
        await alone.turn([record(name) for name in ids], START)
    assert lane.partition.heads == alone.partition.heads
    assert [m.topic for m in broker.published].count("dead-letters") == 1


async def test_a_state_kept_hot_is_the_state_that_is_stored() -> None:
    broker = Broker()
    lane = await taken_over(POSITIONS, broker)
    for n in range(40):
        kind = "COUNT_SET" if n % 7 == 0 else "ISSUE"
        await lane.turn([delivered("inventory-events", KEY, moved(f"e{n}", kind, n % 5, n * 1000))], START + n * 1000)
        cold = await taken_over(POSITIONS, broker)
        hot, stored = lane.partition.load(KEY.encode()), cold.partition.read(KEY.encode())
        assert hot is not stored
        assert (hot.state, hot.head, hot.tail, hot.history) == (stored.state, stored.head, stored.tail, stored.history)


async def test_a_key_longer_than_any_lawful_one_stands_once_in_its_dead_letter() -> None:
    broker, endless = Broker(), bytes(KEY_BYTES + 1)
    lane = await taken_over(POSITIONS, broker)
    await lane.turn([Delivered("inventory-events", key, b"") for key in (endless, endless[1:])], START)
    assert [message.key for message in broker.published] == [None, endless[1:]]
    assert endless in broker.published[0].value


async def test_a_record_that_no_dead_letter_holds_is_told_with_its_place_and_stops_nobody() -> None:
    broker, noise = Broker(), Random(1).randbytes(LETTER_BYTES + 1)
    lane = await taken_over(POSITIONS, broker)
    huge = Delivered("inventory-events", KEY.encode(), noise, offset=7)
    await lane.turn([huge, huge._replace(value=bytes(9 * LETTER_BYTES)), of_position("a")], START)
    letters = [m.value for m in broker.published if m.topic == "dead-letters"]
    short, whole = (read(TOPICS["dead-letters"], value, SCHEMAS) for value in letters)
    assert (is_shortened(short), short.value, short.headers[0].value) == (True, None, str(len(noise)).encode())
    assert place(short) == "inventory-events/0/7"
    assert (is_shortened(whole), len(whole.value)) == (False, 9 * LETTER_BYTES)
    assert KEY.encode() in lane.partition.heads


async def test_a_header_that_no_dead_letter_holds_is_left_out_whatever_it_is_called() -> None:
    noise = "".join(Random(1).choices(ascii_letters, k=2 * LETTER_BYTES)).encode()
    for name in (REPLAY_OF, ATTEMPTS, "trace"):
        broker = Broker()
        lane = await taken_over(POSITIONS, broker)
        await lane.turn([Delivered("inventory-events", KEY.encode(), b"", headers=((name, noise),))], START)
        assert [packs([message.value], LETTER_BYTES) for message in broker.published] == [True]


async def test_records_that_all_fail_while_they_are_applied_stop_the_worker_as_those_that_cannot_be_read() -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError("a bad deploy")

    lane = await taken_over(replace(POSITIONS, apply=fail), Broker())
    lane.dead_letter_cap = 5
    await lane.turn([of_position("a"), of_position("b"), of_position("c")], START)
    with pytest.raises(TooManyDeadLetters, match="6 dead letters in a row"):
        await lane.turn([of_position("d"), of_position("e"), of_position("f")], START)


async def test_records_that_are_applied_between_those_that_fail_are_no_bad_deploy() -> None:
    lane = await taken_over(failing_late(POSITIONS), Broker())
    lane.dead_letter_cap = 2
    for names in (["poison", "poison"], ["a", "poison"], ["poison"]):
        await lane.turn([of_position(name) for name in names], START)
