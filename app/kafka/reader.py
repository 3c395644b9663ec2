"""A topic's records as they lie in its partitions, for commands that look at a cluster and take no part in its work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.settings import Settings

POLL_MS = 500
MOST = 1_000  # records of one poll


async def polls(
    settings: Settings, topic: str, partitions: int, from_beginning: bool, until_end: bool
) -> AsyncIterator[list[Any]]:
    """Records as they come, in order in each partition, a list a poll; until the end as it was at the start, or on."""
    places = [TopicPartition(topic, number) for number in range(partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        ends = await consumer.end_offsets(places)
        await _place(consumer, ends, from_beginning)
        while not until_end or await _before(consumer, ends):
            polled = await consumer.getmany(*places, timeout_ms=POLL_MS, max_records=MOST)
            records = [record for batch in polled.values() for record in batch]
            yield [r for r in records if not until_end or r.offset < ends[TopicPartition(topic, r.partition)]]
    finally:
        await consumer.stop()


async def _place(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], from_beginning: bool) -> None:
    consumer.assign(list(ends))
    if from_beginning:
        await consumer.seek_to_beginning(*ends)
        return
    for tp, end in ends.items():
        consumer.seek(tp, end)


async def _before(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    positions = [(await consumer.position(tp), end) for tp, end in ends.items()]
    return any(position < end for position, end in positions)
