"""The line of one partition of orders at work in memory, its inputs and its clock in a test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from app.flow import Tally
from app.kafka.gate import Sight
from app.kafka.line import Line
from tables import PURCHASE_ORDERS
from tests.support.documents import START
from tests.support.memory import Broker, Delivered, delivered, taken_over


class Inputs:
    """The input topics of one partition as a consumer sees them at a time (ms)."""

    def __init__(self) -> None:
        self.topics: dict[str, list[Delivered]] = {topic: [] for topic in PURCHASE_ORDERS.topics}
        self.position = dict.fromkeys(self.topics, 0)
        self.handed = dict.fromkeys(self.topics, 0)
        self.paused: set[str] = set()
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

    def pause(self, topic: str, partition: int) -> None:
        self.paused.add(topic)

    def resume(self, topic: str, partition: int) -> None:
        self.paused.discard(topic)


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
