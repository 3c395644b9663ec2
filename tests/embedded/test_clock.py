"""When time passes in a partition: never before what stood in its inputs by then was applied."""

from __future__ import annotations

from time import time
from typing import NamedTuple

import pytest

from app.contracts.times import format_time
from app.kafka.gate import ON_ITS_WAY, Gate, Sight
from app.kafka.waiting import AROUND, Waiting
from tests.engine import feed
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded
HOUR = 3_600_000
TURN = 1 << 20  # bytes


class Arrived(NamedTuple):
    """As much of a record as waits."""

    topic: str
    offset: int
    timestamp: int
    value: bytes = b""


def arrived(topic: str, *timestamps: int) -> list[Arrived]:
    return [Arrived(topic, offset, timestamp) for offset, timestamp in enumerate(timestamps)]


def test_the_clock_stands_until_every_topic_has_answered() -> None:
    gate = Gate(["orders", "acks"])
    gate.look({"orders": Sight(position=0, handed=0, highwater=0, answered=5_000)})
    assert gate.clock() == 0
    assert gate.behind() == {"orders", "acks"}


def test_the_clock_moves_to_a_moment_once_all_that_stood_there_is_applied() -> None:
    gate = Gate(["orders", "acks"])
    ends = {"orders": Sight(5, 5, 5, 6_000), "acks": Sight(3, 3, 3, 5_000)}
    gate.look(ends)
    gate.applied("orders", 4)
    gate.applied("acks", 1)
    assert gate.clock() == 0
    assert gate.lags() == {"orders": 0, "acks": 1}
    gate.applied("acks", 2)
    assert gate.clock() == 5_000 - ON_ITS_WAY


def test_offsets_that_hold_no_record_do_not_stop_the_clock() -> None:
    gate = Gate(["orders"])
    gate.look({"orders": Sight(position=9, handed=7, highwater=9, answered=5_000)})
    gate.applied("orders", 5)
    assert gate.clock() == 0
    gate.applied("orders", 6)
    assert gate.clock() == 5_000 - ON_ITS_WAY


def test_a_backlog_is_taken_side_by_side_up_to_what_the_shortest_topic_reaches() -> None:
    waiting = Waiting()
    waiting.add("early", arrived("orders", 10, 20, 30))
    waiting.add("late", arrived("orders", 40, 50))
    waiting.add("acks", arrived("acks", 15, 35))
    taken = waiting.take_side_by_side()
    assert [(record.topic, record.timestamp) for record in taken.records] == [
        *(("orders", at) for at in (10, 20, 30)),
        *(("acks", at) for at in (15, 35)),
    ]
    assert (taken.events, taken.until) == (["early", "acks"], 35)
    assert waiting.size == {"orders": 2 * AROUND, "acks": 0}


def test_what_waits_above_a_size_is_left_for_the_next_turn_and_every_topic_has_its_share() -> None:
    waiting = Waiting(TURN)
    large = [record._replace(value=bytes(TURN // 8)) for record in arrived("orders", *range(10))]
    for number, record in enumerate(large):
        waiting.add(f"order {number}", [record])
    waiting.add("acks", arrived("acks", 5))
    first = waiting.take()
    assert first.events == ["order 0", "order 1", "order 2", "acks"]
    assert waiting.take().events == [f"order {number}" for number in range(3, 10)]
    assert waiting.size == {"orders": 0, "acks": 0}


def test_one_chunk_larger_than_a_turn_still_goes_whole() -> None:
    waiting = Waiting(TURN)
    for name in ("huge", "next"):
        waiting.add(name, [arrived("orders", 0)[0]._replace(value=bytes(TURN))])
    assert [waiting.take().events, waiting.take_side_by_side().events] == [["huge"], ["next"]]


def test_a_backlog_larger_than_a_turn_is_still_taken_side_by_side() -> None:
    waiting = Waiting(TURN)
    for at in range(4):
        waiting.add(f"order {at}", [arrived("orders", at)[0]._replace(value=bytes(TURN // 3))])
        waiting.add(f"ack {at}", arrived("acks", at))
    turns = [waiting.take_side_by_side() for _ in range(4)]
    assert [turn.until for turn in turns] == [0, 1, 2, 3]
    assert [turn.events for turn in turns] == [[f"order {at}", f"ack {at}"] for at in range(4)]


def test_an_event_is_complete_with_its_last_record_even_where_timestamps_jump_back() -> None:
    waiting = Waiting()
    waiting.add("jumps", arrived("orders", 10, 90, 20))
    waiting.add("acks", arrived("acks", 50))
    first = waiting.take_side_by_side()
    assert [record.timestamp for record in first.records] == [10, 50]
    assert first.events == ["acks"]
    second = waiting.take_side_by_side()
    assert [record.timestamp for record in second.records] == [90, 20]
    assert second.events == ["jumps"]
    assert not waiting


async def test_a_backlog_of_an_hour_alarms_for_what_it_lacks_and_for_nothing_that_comes_in_it(
    by_wall: Cluster,
) -> None:
    then = int(time() * 1000) - HOUR
    documents = [line for number in range(40) for line in feed.order(f"PO-{number}", then)[:2]]
    acks, orders = [x for x in documents if b"ack_id" in x], [x for x in documents if b"ack_id" not in x]
    missing = orders.pop()
    await by_wall.feed_at(acks, then)
    await by_wall.feed_at(orders, then + 1_000)
    by_wall.start_worker()
    await by_wall.said("alerts", at_least=1)
    await by_wall.applied()
    await by_wall.feed([missing])
    alerts = [alert["value"] for alert in await by_wall.said("alerts", at_least=2)]
    assert [(a["code"], a["entity_id"], a["state"]) for a in alerts] == [
        ("UNKNOWN_PO", "PO-39", "OPEN"),
        ("UNKNOWN_PO", "PO-39", "HEALED"),
    ]
    assert alerts[0]["since"] == format_time(then)  # when it stood there, not when it was read
