"""The dead letters of a cluster: read to their end, and their records sent back where they came from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from app.errors import TopicsWrong
from app.flow.dead_letters import Revived
from app.flow.lane import DEAD_LETTERS
from app.kafka import topics
from app.kafka.publisher import KafkaPublisher
from app.kafka.reader import polls
from app.settings import Settings

AT_ONCE = 500  # records between two waits for acks


async def read_all(settings: Settings) -> AsyncIterator[bytes]:
    """The values of all dead letters that stand in the topic now, in order in each partition.

    Raises ConfigurationError where there is no broker or no topic.
    """
    partitions = await _partitions(settings, DEAD_LETTERS)
    async for records in polls(settings, DEAD_LETTERS, partitions, from_beginning=True, until_end=True):
        for record in records:
            if record.value is not None:
                yield record.value


async def send_back(settings: Settings, records: Sequence[Revived]) -> None:
    """Send records to their topics, those of a partition in order, and wait for every ack.

    Raises ConfigurationError where there is no broker or no such topic.
    """
    for topic in sorted({record.topic for record in records}):
        await _partitions(settings, topic)
    publisher = KafkaPublisher(settings.kafka_bootstrap)
    await publisher.start()
    try:
        for at in range(0, len(records), AT_ONCE):
            await publisher.send(records[at : at + AT_ONCE])
    finally:
        await publisher.stop()


async def _partitions(settings: Settings, topic: str) -> int:
    existing = await topics.existing(settings)
    if topic not in existing:
        raise TopicsWrong(f"{topic}: absent at {settings.kafka_bootstrap}; run `syncline topics create`")
    return existing[topic]
