"""Record batches written whole: what belongs together is never split, and every ack is awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from app.kafka.limits import BATCH_BYTES, RECORD_BYTES

Entry = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]]]  # key, value, headers
OVERHEAD = 32  # an upper bound of what a record adds to its key, value and headers


def producer(servers: str, transactional_id: str | None = None) -> AIOKafkaProducer:
    """A producer whose retries neither lose, repeat nor reorder."""
    return AIOKafkaProducer(
        bootstrap_servers=servers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=RECORD_BYTES,
        request_timeout_ms=30_000,
        transactional_id=transactional_id,
    )


async def send(via: AIOKafkaProducer, topic: str, partition: int, groups: Iterable[Sequence[Entry]]) -> None:
    """Append groups in order to one partition and wait for all acks; raises ValueError for a group too large."""
    acks = [await via.send_batch(batch, topic, partition=partition) for batch in _batches(via, groups)]
    await asyncio.gather(*acks)


def _batches(via: AIOKafkaProducer, groups: Iterable[Sequence[Entry]]) -> Iterator[Any]:
    batch = via.create_batch()
    for group in groups:
        size = _size(group[0]) if len(group) == 1 else sum(map(_size, group))
        if batch.record_count() and batch.size() + size > BATCH_BYTES:
            batch.close()
            yield batch
            batch = via.create_batch()
        for key, value, headers in group:
            if batch.append(timestamp=None, key=key, value=value, headers=list(headers)) is None:
                raise ValueError(f"{size} bytes belong together and do not fit a batch of {RECORD_BYTES}")
    if batch.record_count():
        batch.close()
        yield batch


def _size(entry: Entry) -> int:
    key, value, headers = entry
    size = OVERHEAD + len(key or b"") + len(value or b"")
    return size + sum(len(n) + len(v or b"") + 8 for n, v in headers) if headers else size
