"""Record batches written whole: what belongs together is never split, and every ack is awaited."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from time import time
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch

from app.kafka.limits import BATCH_BYTES, RECORD_BYTES
from app.store.packing import PACKED_ABOVE

Headers = Sequence[tuple[str, bytes | None]]
# Key and value, and headers where there are any.
Entry = tuple[bytes | None, bytes | None] | tuple[bytes | None, bytes | None, Headers]
OVERHEAD = 32  # an upper bound of what a record adds to its key, value and headers
NO_HEADERS: list[tuple[str, bytes]] = []


class Producer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """Lets one batch at a time wait for room on its partition, in the order in which they come.

    Of many that wait at once, aiokafka 0.14 lets one go on, and takes from the others' patience all that they have
    waited so far, again each time: 30 s are over within a few.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns: dict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> Any:
        async with self._turns[topic, partition]:
            return await super().send_batch(batch, topic, partition=partition)


def producer(servers: str, transactional_id: str | None = None) -> Producer:
    """A producer whose retries neither lose, repeat nor reorder."""
    return Producer(
        bootstrap_servers=servers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=RECORD_BYTES,
        request_timeout_ms=30_000,
        transactional_id=transactional_id,
    )


async def send(via: AIOKafkaProducer, topic: str, partition: int, groups: Iterable[Sequence[Entry]]) -> list[int]:
    """Append groups in order to one partition and wait for all acks; raises ValueError for a group too large.

    Returns where each batch begins; -1 where the broker had it already.
    """
    acks = [await via.send_batch(batch, topic, partition=partition) for batch in _batches(via, groups)]
    return [ack.offset for ack in await asyncio.gather(*acks)]


def _batches(via: AIOKafkaProducer, groups: Iterable[Sequence[Entry]]) -> Iterator[Any]:
    batch, count, filled, now = via.create_batch(), 0, 0, int(time() * 1000)
    append = batch._builder.append  # what the batch's own would call, for records that need no serializer
    for group in groups:
        size = _size(group)
        if count and filled + size > BATCH_BYTES:
            yield _closed(batch, count)
            batch, count, filled = via.create_batch(), 0, 0
            append = batch._builder.append
        if size > PACKED_ABOVE:
            batch = BatchBuilder(size + BATCH_BYTES, DefaultRecordBatch.CODEC_ZSTD)
            append = batch._builder.append
        for entry in group:
            headers = list(entry[2]) if len(entry) > 2 else NO_HEADERS
            if append(count, now, entry[0], entry[1], headers) is None:
                raise ValueError(f"{size} bytes belong together and do not fit a batch of {RECORD_BYTES}")
            count += 1
        filled += size
    if count:
        yield _closed(batch, count)


def _closed(batch: Any, count: int) -> Any:
    batch._relative_offset = count
    batch.close()
    return batch


def _size(group: Sequence[Entry]) -> int:
    size = OVERHEAD * len(group)
    for entry in group:
        size += len(entry[0] or b"") + len(entry[1] or b"")
        if len(entry) > 2:
            size += sum(len(name) + len(value or b"") + 8 for name, value in entry[2])
    return size
