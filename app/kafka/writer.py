"""The fenced way to a changelog: the broker refuses whoever lost the partition.

A transactional id is used for its epoch only: taking a partition over raises the epoch, and one record written with it
(the fence) makes the partition's leader refuse every later batch of the former owner. No transaction is ever opened.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from app.errors import ChangelogCorrupt
from app.kafka.batches import Entry, producer, send
from app.store.layout import FENCE
from app.store.ports import Group, Row

RENEW_AFTER = 21_600.0  # seconds; brokers forget who wrote last to a partition after a day of silence
PATIENCE = 60.0  # seconds a broker may take to come back before a take-over fails
RESTORE = "See `What to do when it refuses` in docs/recovery.md"
R = TypeVar("R")


class Writer:
    """The changelog and history of one table partition; a `Changelog` of `app.store.ports`.

    The partition of the same number of what the table `says` alone is fenced with them.
    """

    def __init__(
        self,
        servers: str,
        changelog: str,
        history: str | None,
        partition: int,
        fenced: bool = True,
        says: Sequence[str] = (),
    ) -> None:
        self.servers, self.changelog, self.history, self.partition = servers, changelog, history, partition
        self.says = says
        self.identity = f"{changelog}-{partition}" if fenced else None
        self.empty: frozenset[str] = frozenset()  # topics in which nothing had ever stood before the take-over
        self._reached: dict[str, int] = {}  # topic -> offset after the last ack, or one before that
        self._producer: AIOKafkaProducer | None = None
        self._lock, self._born = asyncio.Lock(), 0.0

    async def start(self) -> dict[str, int]:
        """Take the partition over; returns topic -> offset after the fence. Raises ProducerFenced if outrun."""
        async with self._lock:
            return await persist(self._start)

    async def _start(self) -> dict[str, int]:
        fresh = producer(self.servers, self.identity)
        try:
            await fresh.start()  # a new epoch
            if self.identity:
                fresh._txn_manager.transactional_id = None  # keeps id and epoch, and never opens a transaction
            ends = await self._fence(fresh)
        except BaseException:  # also a take-over cancelled by the next rebalance
            await fresh.stop()
            raise
        former, self._producer, self._born = self._producer, fresh, monotonic()
        if former is None:
            self.empty = frozenset(topic for topic, end in self._reached.items() if end == 1)
        else:
            await former.stop()
        return ends

    async def _fence(self, via: AIOKafkaProducer) -> dict[str, int]:
        kept = [topic for topic in (self.changelog, self.history) if topic]
        topics = [*kept, *self.says]
        sent = [via.send_and_wait(t, key=FENCE, value=os.urandom(8), partition=self.partition) for t in topics]
        answers = await asyncio.gather(*sent)
        for topic, answer in zip(topics, answers, strict=True):
            self._reach(topic, answer.offset)
        return {topic: self._reached[topic] for topic in kept}

    def _reach(self, topic: str, *offsets: int) -> None:
        """Acks go up. One that goes down comes from a log that no longer holds what was written before."""
        for offset in offsets:
            if 0 <= offset < self._reached.get(topic, 0):
                raise ChangelogCorrupt(
                    f"{topic}/{self.partition} took a record at offset {offset}, though {self._reached[topic] - 1} was "
                    f"reached before: it was cut or made anew under a worker, and what stood there is lost. {RESTORE}"
                )
            self._reached[topic] = max(offset + 1, self._reached.get(topic, 0))

    async def prove(self) -> dict[str, int]:
        """Write a fence with our epoch: it passes only if nobody took over since. Raises ProducerFenced.

        Returns topic -> offset after it: everything before is ours, or was read when we took over.
        """
        async with self._lock:
            return await self._fence(self._current)

    async def renew(self) -> None:
        """Four times a day: prove that the epoch is the newest, then take the next one. Raises ProducerFenced.

        Its two fences must be neighbours: a process that was stopped between them would take the partition away from
        whoever took it over meanwhile, and not know what that one wrote.
        """
        if not self.identity or monotonic() - self._born < RENEW_AFTER:
            return
        async with self._lock:
            before = await self._fence(self._current)
            after = await persist(self._start)
            if any(after[topic] != end + 1 for topic, end in before.items()):
                raise ProducerFenced(f"{self.changelog}/{self.partition}: somebody wrote while the writer was renewed")

    async def write(self, groups: Sequence[Group]) -> None:
        async with self._lock:
            self._reach(self.changelog, *await send(self._current, self.changelog, self.partition, groups))

    async def seal(self, rows: Sequence[Row]) -> None:
        if self.history is None:
            raise ValueError(f"{self.changelog}: its table does not seal and has no history topic")
        async with self._lock:
            self._reach(self.history, *await send(self._current, self.history, self.partition, ((r,) for r in rows)))

    async def say(self, topic: str, entries: Sequence[Entry]) -> None:
        """Append to the partition of a topic that the table alone writes to, and wait for every ack."""
        if topic not in self.says:
            raise ValueError(f"{topic}: {self.changelog} does not fence it")
        async with self._lock:
            self._reach(topic, *await send(self._current, topic, self.partition, ((entry,) for entry in entries)))

    async def stop(self) -> None:
        async with self._lock:
            if self._producer is not None:
                await self._producer.stop()

    @property
    def _current(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise RuntimeError(f"{self.changelog}: write before start")
        return self._producer


async def persist(attempt: Callable[[], Awaitable[R]], seconds: float = PATIENCE) -> R:
    """Try again while a broker that has just come back has no metadata (aiokafka asserts) or no coordinator yet."""
    end = monotonic() + seconds
    while True:
        try:
            return await attempt()
        except ProducerFenced:
            raise
        except (KafkaError, AssertionError):
            if monotonic() > end:
                raise
            await asyncio.sleep(0.5)
