"""The floors: read all records and do nothing with them, or decode them alone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer

from app.contracts.decode import Decoder
from app.contracts.schemas import LocalSchemas
from bench.peers.balance import Asked, asked

FLOORS: dict[str, Callable[[], Callable[..., object] | None]] = {
    "consume": lambda: None,
    "decode": lambda: Decoder(LocalSchemas()).decode,
}


async def run(decode: Callable[..., object] | None, told: Asked) -> None:
    consumer = AIOKafkaConsumer(
        told.input, bootstrap_servers=told.bootstrap, group_id=told.application, auto_offset_reset="earliest"
    )
    await consumer.start()
    seen = 0
    while True:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            if decode is not None:
                _decode(decode, records)
            seen += len(records)
            print(seen, flush=True)


def _decode(decode: Callable[..., object], records: list[Any]) -> None:
    for record in records:
        decode(record.topic, record.key, record.value)


if __name__ == "__main__":
    floor = FLOORS[sys.argv.pop(1)]()
    asyncio.run(run(floor, asked()))
