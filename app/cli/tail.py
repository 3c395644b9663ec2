"""`syncline tail`: a topic as lines, in the form that `produce` and `backtest` read."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition

from app import settings
from app.contracts.fileform import render
from app.contracts.registry import RegistrySchemas
from app.errors import SchemaMissing, UsageError
from app.kafka import topics
from app.settings import Settings

POLL_MS = 500
MOST = 1_000  # records of one poll


def tail(
    topic: Annotated[str, typer.Argument(help="Any topic of the cluster.")],
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Start with the oldest record.")] = False,
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop at the end of the topic as it is when the command starts.")
    ] = False,
) -> None:
    """Print TOPIC, one JSON object a line; what no schema can read is printed as raw bytes in base64."""
    chosen = settings.load(os.environ, {})
    asyncio.run(_print(chosen, topic, from_beginning, until_end))


async def _print(chosen: Settings, topic: str, from_beginning: bool, until_end: bool) -> None:
    schemas = RegistrySchemas(chosen.schema_registry_url)
    async for records in _polls(chosen, topic, from_beginning, until_end):
        for record in records:
            sys.stdout.buffer.write(await _line(record, schemas) + b"\n")
        sys.stdout.buffer.flush()


async def _line(record: Any, schemas: RegistrySchemas) -> bytes:
    while True:
        try:
            return render(record.topic, record.key, record.value, schemas, record.headers)
        except SchemaMissing as missing:
            await schemas.fetch(missing.schema_id)


async def _polls(chosen: Settings, topic: str, from_beginning: bool, until_end: bool) -> AsyncIterator[list[Any]]:
    partitions = (await topics.existing(chosen)).get(topic)
    if partitions is None:
        raise UsageError(f"{topic}: no such topic at {chosen.kafka_bootstrap}")
    places = [TopicPartition(topic, number) for number in range(partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=chosen.kafka_bootstrap)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        for tp in places:
            consumer.seek(tp, ends[tp])
        if from_beginning:
            await consumer.seek_to_beginning(*places)
        while not until_end or await _before(consumer, ends):
            polled = await consumer.getmany(*places, timeout_ms=POLL_MS, max_records=MOST)
            records = [record for batch in polled.values() for record in batch]
            yield [r for r in records if not until_end or r.offset < ends[TopicPartition(topic, r.partition)]]
    finally:
        await consumer.stop()


async def _before(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    positions = [(await consumer.position(tp), end) for tp, end in ends.items()]
    return any(position < end for position, end in positions)
