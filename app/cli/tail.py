"""`syncline tail`: a topic as lines, in the form that `produce` and `backtest` read."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Annotated, Any

import typer

from app import settings
from app.contracts.fileform import render
from app.contracts.registry import RegistrySchemas
from app.errors import SchemaMissing, UsageError
from app.kafka import topics
from app.kafka.reader import polls
from app.settings import Settings


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
    partitions = await _partitions(chosen, topic)
    async for records in polls(chosen, topic, partitions, from_beginning, until_end):
        for record in records:
            sys.stdout.buffer.write(await _line(record, schemas) + b"\n")
        sys.stdout.buffer.flush()


async def _line(record: Any, schemas: RegistrySchemas) -> bytes:
    while True:
        try:
            return render(record.topic, record.key, record.value, schemas, record.headers)
        except SchemaMissing as missing:
            await schemas.fetch(missing.schema_id)


async def _partitions(chosen: Settings, topic: str) -> int:
    partitions = (await topics.existing(chosen)).get(topic)
    if partitions is None:
        raise UsageError(f"{topic}: no such topic at {chosen.kafka_bootstrap}")
    return partitions
