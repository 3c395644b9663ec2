"""What is known of masters: golden records, all of them read before anything begins, and by a worker then followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec.structs import replace

from app.contracts.decode import Decoder
from app.domain.golden import GoldenRecord, Masters
from app.domain.policy import Policy
from app.flow.intake import take_in
from app.kafka.bulk import Rows, bulk_read
from app.kafka.stop import RETRY, stop
from app.kafka.topics import existing
from app.kafka.whole import read_whole
from app.settings import Settings
from app.store.layout import FENCE
from app.store.table import Table
from app.topics import OUTPUT_TOPICS

TOPIC = OUTPUT_TOPICS[GoldenRecord]
POLL_MS = 500
Heard = Callable[[Sequence[str] | None], None]


class Row(NamedTuple):
    """A record as a bulk read leaves it."""

    topic: str
    key: bytes
    value: bytes
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    headers: tuple[tuple[str, bytes | None], ...] = ()


async def informed(settings: Settings, table: Table, schemas: Any) -> Policy:
    """By what whoever looks at a cluster derives the views of a table: thresholds, and the masters as they are now.

    A table whose keys ask for none needs none. Raises UsageError where there is no such topic, and BrokerUnavailable.
    """
    if table.masters is None:
        return settings.policy
    masters = Masters()
    await _take(masters, _records(await read_whole(settings, TOPIC)), Decoder(schemas), schemas)
    return replace(settings.policy, masters=masters)


def _records(parts: Mapping[int, Rows]) -> list[Row]:
    return [Row(TOPIC, *row) for rows in parts.values() for row in rows.items()]


async def _take(masters: Masters, records: Sequence[Any], decoder: Any, schemas: Any) -> list[str] | None:
    """The ids that changed; None for any."""
    accepted, refused = await take_in([record for record in records if record.key != FENCE], decoder, schemas)
    if refused:  # our own record, which nobody else may write
        raise ValueError(f"{TOPIC}, offset {refused[0].offset}: {refused[0].reason}")
    return masters.take_all(each.fact for each in accepted if isinstance(each.fact, GoldenRecord))


class MasterFeed:
    """Fills `masters`; `heard` is told the ids that changed since, or None for any."""

    def __init__(self, settings: Settings, decoder: Any, schemas: Any, masters: Masters, heard: Heard) -> None:
        self.settings, self.decoder, self.schemas = settings, decoder, schemas
        self.masters, self.heard = masters, heard
        self._consumer: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when all that stood in the topic is known; what comes later is followed until `stop`."""
        if self._task is not None:
            return
        servers, count = self.settings.kafka_bootstrap, (await existing(self.settings))[TOPIC]
        await self.stop()
        consumer = self._consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
        await consumer.start()
        places = [TopicPartition(TOPIC, number) for number in range(count)]
        ends = await consumer.end_offsets(places)
        rows = await bulk_read(servers, TOPIC, {place.partition: end for place, end in ends.items()})
        await self._take(_records(rows))
        consumer.assign(places)
        for place, end in ends.items():
            consumer.seek(place, end)
        self._task = asyncio.ensure_future(self._follow(consumer))

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        try:
            while True:
                polled = await consumer.getmany(timeout_ms=POLL_MS)
                news = await self._take([record for batch in polled.values() for record in batch])
                if news is None or news:
                    self.heard(news)
        except Exception as error:
            stop(RETRY, f"following {TOPIC}: {type(error).__name__}: {error}")

    async def _take(self, records: Sequence[Any]) -> list[str] | None:
        return await _take(self.masters, records, self.decoder, self.schemas)
