"""Topics and tables as they lie in their partitions, for commands that only look at a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.kafka.masters import informed
from app.kafka.names import changelog
from app.kafka.whole import read_whole
from app.settings import Settings
from app.store.partition import Partition
from app.store.recovery import recover
from app.store.table import Table

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


async def views(settings: Settings, table: Table, schemas: Any) -> list[dict[str, Any]]:
    """The table as its workers keep it now, a view a key; no segments are read, so views may not ask for history.

    `schemas` are those of the golden records. Raises UsageError where no worker ever kept it, and BrokerUnavailable.
    """
    policy = await informed(settings, table, schemas)
    found: list[dict[str, Any]] = []
    for rows in (await read_whole(settings, changelog(settings.application_id, table))).values():
        partition = Partition(table)
        recover(partition, rows)
        found += table.views(map(partition.read, sorted(partition.heads)), partition.mark.clock, policy)
    return found
