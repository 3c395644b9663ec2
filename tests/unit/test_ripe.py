"""Tails are sealed together: in a turn that has many of them, or one that can wait no longer."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.flow import Lane
from app.store.log import KEEP, SEALINGS
from app.store.ripe import MANY
from tables.positions import POSITIONS
from tests.support.memory import Broker, Delivered, delivered, taken_over
from tests.support.movements import MINUTE, moved

FIRST = SEALINGS[0]
LONG = KEEP + FIRST.entries  # entries after which a tail may be sealed


def receipt(item: str, number: int) -> Delivered:
    fact = replace(moved(f"{item}-{number}", at=number * MINUTE, source_seq=number + 1), item_id=item)
    return delivered("inventory-events", f"{item}@MAIN", fact)


async def receive(lane: Lane, item: str, numbers: range) -> None:
    """One movement a turn, as when few come."""
    for number in numbers:
        await lane.turn([receipt(item, number)])


async def test_a_tail_waits_for_others_until_its_ring_is_full() -> None:
    broker = Broker()
    lane = await taken_over(POSITIONS, broker)
    await receive(lane, "ONE", range(FIRST.ring))
    assert broker.history == []
    await receive(lane, "ONE", range(FIRST.ring, FIRST.ring + 1))
    assert len(broker.history) == 1


async def test_many_tails_are_sealed_in_one_turn_whoever_was_touched_by_it() -> None:
    broker = Broker()
    lane = await taken_over(POSITIONS, broker)
    for number in range(MANY):
        assert broker.history == []
        await receive(lane, f"ITEM-{number}", range(LONG))
    assert len(broker.history) == MANY
    await receive(lane, "ONE", range(LONG))
    assert len(broker.history) == MANY


async def test_what_waits_is_recovered_and_sealed_by_the_next_owner() -> None:
    broker = Broker()
    await receive(await taken_over(POSITIONS, broker), "ONE", range(FIRST.ring))
    lane = await taken_over(POSITIONS, broker)
    await receive(lane, "ONE", range(FIRST.ring, FIRST.ring + 1))
    assert len(broker.history) == 1
    recovered = (await taken_over(POSITIONS, broker)).partition
    assert (recovered.tails, recovered.history) == (lane.partition.tails, lane.partition.history)


async def test_what_a_failed_turn_would_have_sealed_is_sealed_without_the_record_at_fault() -> None:
    failures = [ZeroDivisionError("judged")]

    def judge(state: Any, log: Any, *rest: Any) -> Any:
        if log.head.next == LONG and log.key == b"ONE@MAIN" and failures:
            raise failures.pop()
        return POSITIONS.judge(state, log, *rest)

    broker = Broker()
    lane = await taken_over(replace(POSITIONS, judge=judge), broker)
    for number in range(MANY - 1):
        await receive(lane, f"ITEM-{number}", range(LONG))
    await receive(lane, "ONE", range(LONG))
    assert failures == []
    assert len(broker.history) == MANY - 1
    recovered = (await taken_over(POSITIONS, broker)).partition
    assert (recovered.tails, recovered.history) == (lane.partition.tails, lane.partition.history)
