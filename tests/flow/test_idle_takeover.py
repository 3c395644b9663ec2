"""A partition that nobody owned for hours: its new owner reads what waits, and only then lets time pass."""

from __future__ import annotations

import asyncio

import pytest

from app.kafka.gate import ON_ITS_WAY
from app.kafka.line import SIDE_BY_SIDE_WAIT
from tests.support.documents import DAY, HOUR, MINUTE, START, acked, ordered
from tests.support.lives import open_alerts, read, stated_alerts
from tests.support.memory import Broker
from tests.support.owning import Acked, Inputs, Owner

ORDERS, ACKS = "purchase-orders", "po-acks"
EVERYBODY = [f"PO-{n}" for n in range(20)]
FORGETFUL = "PO-7"
IDLE = 30 * HOUR


@pytest.fixture
def inputs(monkeypatch: pytest.MonkeyPatch) -> Inputs:
    """Its `now` is the wall clock of every line."""
    found = Inputs()
    monkeypatch.setattr("app.kafka.line.wall_ms", lambda: found.now)
    return found


async def followed(broker: Broker, inputs: Inputs) -> None:
    """An owner applies twenty orders as they come, and is gone."""
    first = await Owner.takes_over(broker, inputs)
    await first.ticks()
    for po in EVERYBODY:
        inputs.write(ORDERS, po, ordered(po_number=po), at=0)
    await first.reads(ORDERS)
    inputs.now += MINUTE
    await first.ticks()
    await first.line.end()
    assert first.line.lane.clock == START + MINUTE - ON_ITS_WAY


async def test_what_was_answered_while_nobody_owned_the_partition_raises_no_alert(inputs: Inputs) -> None:
    broker = Broker()
    await followed(broker, inputs)
    for po in EVERYBODY:
        if po != FORGETFUL:
            inputs.write(ACKS, po, acked(po_number=po), at=HOUR)
    inputs.now = START + IDLE
    second = await Owner.takes_over(broker, inputs)
    await second.ticks()
    assert second.line.lane.clock < START + HOUR
    assert read(broker, "alerts") == []
    await second.reads(ACKS)
    await second.ticks()
    assert second.line.lane.clock == inputs.now - ON_ITS_WAY
    [alert] = read(broker, "alerts")
    assert (alert["code"], alert["entity_id"], alert["state"]) == ("ACK_STUCK", FORGETFUL, "OPEN")
    assert alert["due"] == START + DAY
    assert open_alerts(broker) == stated_alerts(second.line.lane)
    await second.line.end()


async def test_deadlines_that_passed_while_nobody_owned_the_partition_fire_once_all_inputs_have_answered(
    inputs: Inputs,
) -> None:
    broker = Broker()
    await followed(broker, inputs)
    inputs.now = START + IDLE
    second = await Owner.takes_over(broker, inputs)
    await second.ticks()
    alerts = read(broker, "alerts")
    assert {alert["entity_id"] for alert in alerts} == set(EVERYBODY)
    assert {(alert["code"], alert["state"]) for alert in alerts} == {("ACK_STUCK", "OPEN")}
    await second.line.end()
    third = await Owner.takes_over(broker, inputs)
    await third.ticks()
    assert read(broker, "alerts") == alerts
    await third.line.end()


async def test_records_that_wait_for_a_silent_topic_go_on_after_some_ticks_though_the_clock_was_set_back(
    inputs: Inputs,
) -> None:
    owner = await Owner.takes_over(Broker(), inputs)
    inputs.write(ORDERS, FORGETFUL, ordered(po_number=FORGETFUL), at=0)
    inputs.write(ACKS, FORGETFUL, acked(po_number=FORGETFUL), at=HOUR)
    owner.line.feed(Acked(), inputs.fetch(ORDERS))
    inputs.now -= DAY
    for _ in range(SIDE_BY_SIDE_WAIT):
        assert await applied(owner) == 0
        owner.line.tick(0.0)
    assert await applied(owner) == 1
    await owner.line.end()


async def applied(owner: Owner) -> int:
    """Records, once everything that can go on has."""
    for _ in range(50):
        await asyncio.sleep(0)
    turns = [owner.turns.ended.get_nowait() for _ in range(owner.turns.ended.qsize())]
    return sum(sum(turn.records.values()) for turn in turns)
