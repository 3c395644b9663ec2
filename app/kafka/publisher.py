"""Outputs on their way: one batch a topic-partition, partitioned as every Java client does, all acks awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol
from zlib import crc32

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from app.kafka.batches import Entry, Headers, producer, send
from app.kafka.writer import Writer, persist
from app.store.ports import Message, Publisher


class Outgoing(Protocol):
    """A record on its way; `Message` is one."""

    @property
    def topic(self) -> str: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@lru_cache(1 << 16)
def _number(key: bytes) -> int:
    """murmur2 is slow, and the keys of a worker's partitions come again."""
    return int(murmur2(key)) & 0x7FFFFFFF


def partition_of(key: bytes | None, value: bytes | None, partitions: int) -> int:
    """murmur2 of the key; what has no key is spread by its value."""
    number = crc32(value or b"") if key is None else _number(key)
    return number % partitions


def belongs(number: int, partitions: int, key: bytes) -> bool:
    """Whether a key is one of this partition's."""
    return partition_of(key, None, partitions) == number


def _entry(record: Outgoing) -> Entry:
    return (record.key, record.value, record.headers) if record.headers else (record.key, record.value)


class KafkaPublisher:
    """A `Publisher` of `app.store.ports`."""

    def __init__(self, servers: str) -> None:
        self.servers = servers
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        await persist(self._start)

    async def _start(self) -> None:
        fresh = producer(self.servers)
        try:
            await fresh.start()
        except BaseException:
            await fresh.stop()
            raise
        self._producer = fresh

    async def stop(self) -> None:
        if self._producer is not None:
            await self._producer.stop()

    async def publish(self, messages: Sequence[Message]) -> None:
        await self.send(messages)

    async def send(self, records: Iterable[Outgoing]) -> None:
        """The same for records that may be tombstones."""
        if self._producer is None:
            raise RuntimeError("publish before start")
        topics: dict[str, list[list[Entry]]] = {}  # the entries of each of their partitions
        for record in records:
            topic, key, value = record.topic, record.key, record.value
            if topic not in topics:
                topics[topic] = [[] for _ in await self._producer.partitions_for(topic)]
            partitions = topics[topic]
            partitions[partition_of(key, value, len(partitions))].append(_entry(record))
        groups = [
            (topic, number, ((entry,) for entry in entries))
            for topic, partitions in topics.items()
            for number, entries in enumerate(partitions)
            if entries
        ]
        await asyncio.gather(*(send(self._producer, *group) for group in groups))


class FencedPublisher:
    """The `Publisher` of a table partition: what its table alone says passes the fence, all else goes through `rest`.

    Of a compacted topic the last record is the truth: there a former owner must not be able to repeat what it said.
    """

    def __init__(self, writer: Writer, rest: Publisher) -> None:
        self.writer, self.rest = writer, rest

    async def publish(self, messages: Sequence[Message]) -> None:
        for topic in self.writer.says:
            if own := [_entry(message) for message in messages if message.topic == topic]:
                await self.writer.say(topic, own)
        if others := [message for message in messages if message.topic not in self.writer.says]:
            await self.rest.publish(others)
