"""A partition that nobody owned for hours: its new owner reads what waits, and only then lets time pass."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from app.flow import Tally
from app.kafka.gate import ON_ITS_WAY, Sight
from app.kafka.line import Line
from tables import PURCHASE_ORDERS
from tests.support.documents import DAY, HOUR, MINUTE, START, acked, ordered
from tests.support.lives import open_alerts, read, stated_alerts
from tests.support.memory import Broker, Delivered, delivered, taken_over

ORDERS, ACKS = "purchase-orders", "po-acks"
EVERYBODY = [f"PO-{n}" for n in range(20)]
FORGETFUL = "PO-7"
IDLE = 30 * HOUR


class Inputs:
    """The input topics of one partition as a consumer sees them at a time (ms)."""

    def __init__(self) -> None:
        self.topics: dict[str, list[Delivered]] = {topic: [] for topic in PURCHASE_ORDERS.topics}
        self.position = dict.fromkeys(self.topics, 0)
        self.handed = dict.fromkeys(self.topics, 0)
        self.now = START

    def assign(self) -> None:
        """To somebody who begins where the last one stopped."""
        self.handed = dict.fromkeys(self.topics, 0)

    def write(self, topic: str, po: str, fact: Any, at: int) -> None:
        offset = len(self.topics[topic])
        self.topics[topic].append(delivered(topic, po, fact, offset)._replace(timestamp=START + at))

    def fetch(self, topic: str) -> list[Delivered]:
        records = self.topics[topic][self.position[topic] :]
        self.position[topic] = self.handed[topic] = len(self.topics[topic])
        return records

    def sight(self, topic: str, partition: int) -> Sight:
        position, handed, highwater = self.position[topic], self.handed[topic], len(self.topics[topic])
        return Sight(position, handed, highwater, answered=self.now)

    def pause(self, topic: str, partition: int) -> None: ...
    def resume(self, topic: str, partition: int) -> None: ...


class Turns:
    """A meter that lets a test wait for the end of a turn."""

    def __init__(self) -> None:
        self.ended: asyncio.Queue[Tally] = asyncio.Queue()

    def turn(self, table: str, tally: Tally, seconds: float) -> None:
        self.ended.put_nowait(tally)

    def tick(self, table: str, late: float) -> None: ...
    def reach(self, table: str, partition: int, lags: Mapping[str, int], clock_lag: float) -> None: ...
    def leave(self, table: str, partition: int, topics: Iterable[str]) -> None: ...


class Acked:
    """A chunk's event; nobody looks at its acknowledgement."""

    def ack(self) -> None: ...


class Unfenced:
    """The writer of a line whose rows go elsewhere."""

    async def stop(self) -> None: ...


class Owner:
    """Whoever owns the partition: its line at work over the inputs."""

    def __init__(self, line: Line, inputs: Inputs, turns: Turns) -> None:
        self.line, self.inputs, self.turns = line, inputs, turns

    @classmethod
    async def takes_over(cls, broker: Broker, inputs: Inputs) -> Owner:
        inputs.assign()
        turns = Turns()
        lane = await taken_over(PURCHASE_ORDERS, broker)
        line = Line(0, lane, Unfenced(), inputs, turns, by_wall=True)  # type: ignore[arg-type]
        line.open()
        return cls(line, inputs, turns)

    async def reads(self, *topics: str) -> None:
        for topic in topics:
            self.line.feed(Acked(), self.inputs.fetch(topic))
        await self.turns.ended.get()

    async def ticks(self) -> None:
        self.line.tick(0.0)
        await self.turns.ended.get()


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
