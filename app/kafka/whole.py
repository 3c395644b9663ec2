"""A compacted topic read whole, as it is now, by whoever only looks at a cluster."""

from __future__ import annotations

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.errors import UsageError
from app.kafka.bulk import Rows, bulk_read
from app.kafka.topics import existing
from app.settings import Settings


async def read_whole(settings: Settings, topic: str) -> dict[int, Rows]:
    """The last value of each key, per partition. Raises UsageError where there is no such topic, BrokerUnavailable."""
    partitions = (await existing(settings)).get(topic)
    if partitions is None:
        raise UsageError(f"{topic}: no such topic at {settings.kafka_bootstrap}")
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(partitions)])
    finally:
        await consumer.stop()
    return await bulk_read(settings.kafka_bootstrap, topic, {place.partition: end for place, end in ends.items()})
