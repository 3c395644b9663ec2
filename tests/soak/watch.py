"""What can be seen from outside: how far each table partition is behind, and how long it stood still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from tables import TABLES

SAMPLE_EVERY = 0.5  # seconds
ANSWER_WITHIN = 3.0  # seconds
SAYS = {"positions": "inventory-corrected", "purchase-orders": "po-corrected"}  # others are seen by their commits
INPUTS = [topic for table in TABLES for topic in table.topics]


class Standstill(NamedTuple):
    """A table partition that had something to read and neither committed nor said anything; seconds."""

    place: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class _Place:
    def __init__(self, name: str, inputs: list[TopicPartition], outputs: list[TopicPartition]) -> None:
        self.name, self.inputs, self.outputs = name, inputs, outputs
        self.mark: tuple[int, ...] = ()
        self.since = 0.0


def _of(topics: Iterable[str], number: int) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics]


class Watch:
    """Samples offsets from beside the group."""

    def __init__(self, bootstrap: str, group: str, partitions: int) -> None:
        self._servers = {"bootstrap.servers": bootstrap, "log_level": 2}
        self._group = {**self._servers, "group.id": group, "enable.auto.commit": False}
        self._connect()
        numbers = range(partitions)
        self.places = [
            _Place(f"{t.name}/{n}", _of(t.topics, n), _of([SAYS[t.name]] if t.name in SAYS else [], n))
            for t in TABLES
            for n in numbers
        ]
        self._inputs = [TopicPartition(topic, number) for topic in INPUTS for number in numbers]
        self._outputs = [TopicPartition(topic, number) for topic in SAYS.values() for number in numbers]
        self.standstills: list[Standstill] = []
        self.behind: int | None = None  # records not yet committed; None while the broker does not answer
        self._asked = 0
        self._answered = asyncio.Condition()

    def _connect(self) -> None:
        """Also after an outage: a client that is never polled does not find back by itself."""
        self._consumer, self._admin = Consumer(self._group), AdminClient(self._servers)

    async def run(self, clock: Callable[[], float]) -> None:
        """Until cancelled; `clock` tells the seconds of the soak."""
        while True:
            self._asked += 1
            try:
                committed, ends = await asyncio.to_thread(self._sample)
                self._see(committed, ends, clock())
            except KafkaException:
                self.behind = None
                self._connect()
            async with self._answered:
                self._answered.notify_all()
            await asyncio.sleep(SAMPLE_EVERY)

    async def fresh(self) -> int | None:
        """`behind` as seen by a sample that begins after this call."""
        asked = self._asked
        async with self._answered:
            await self._answered.wait_for(lambda: self._asked > asked)
        return self.behind

    def standing(self, now: float) -> list[str]:
        """Partitions that stand still now, with the seconds since when."""
        pending = [place for place in self.places if place.since < now - 2 * SAMPLE_EVERY]
        return [f"{place.name} for {now - place.since:.0f} s" for place in pending]

    def longest(self, now: float) -> float:
        return max(now - place.since for place in self.places)

    def _sample(self) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        committed = self._consumer.committed(self._inputs, timeout=ANSWER_WITHIN)
        latest = {tp: OffsetSpec.latest() for tp in (*self._inputs, *self._outputs)}
        found = self._admin.list_offsets(latest, request_timeout=ANSWER_WITHIN)
        return {tp: max(0, tp.offset) for tp in committed}, {tp: answer.result().offset for tp, answer in found.items()}

    def _see(self, committed: dict[TopicPartition, int], ends: dict[TopicPartition, int], now: float) -> None:
        self.behind = 0
        for place in self.places:
            behind = sum(ends[tp] - committed[tp] for tp in place.inputs)
            mark = (*(ends[tp] for tp in place.outputs), *(committed[tp] for tp in place.inputs))
            self.behind += behind
            if mark != place.mark or not behind:
                self.standstills.append(Standstill(place.name, place.since, now))
                place.mark, place.since = mark, now
