"""What a worker knows of masters: golden records, all of them read before it begins, then followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.domain.golden import GoldenRecord, Masters
from app.flow.intake import take_in
from app.kafka.bulk import bulk_read
from app.kafka.stop import RETRY, stop
from app.kafka.topics import existing
from app.settings import Settings
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
        await self._take([Row(TOPIC, *row) for part in rows.values() for row in part.items()])
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
        """The ids that changed; None for any."""
        accepted, refused = await take_in(records, self.decoder, self.schemas)
        if refused:  # our own record, which nobody else may write
            raise ValueError(f"{TOPIC}, offset {refused[0].offset}: {refused[0].reason}")
        golden = (accepted.fact for accepted in accepted if isinstance(accepted.fact, GoldenRecord))
        return self.masters.take_all(golden)
