"""The show: feed at full speed, listen, and tell what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice
from time import monotonic
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.contracts.encode import Encoder
from app.contracts.fileform import parse, render
from app.contracts.registry import RegistrySchemas
from app.dev.demo.audience import Audience
from app.dev.demo.stage import Stage
from app.errors import SchemaMissing
from app.kafka.publisher import KafkaPublisher
from app.topics import INPUT_NAMES, OUTPUTS
from tables import TABLES

BATCH = 500  # lines
LOOK = 0.25  # seconds between two looks at the worker
AHEAD = 10_000  # records the feed may be ahead of the worker: the embedded broker keeps little
FOLLOWED = INPUT_NAMES & {topic for table in TABLES for topic in table.topics}
LISTENED = tuple(topic.name for topic in OUTPUTS)
Progress = Callable[[int], None]  # hears how many records were applied so far


class Show:
    """One run on a stage; `audience` hears everything said."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.audience = stage, Audience()
        self.sent, self.seconds = 0, 0.0
        self._schemas = RegistrySchemas(stage.settings.schema_registry_url)
        self._publisher = KafkaPublisher(stage.settings.kafka_bootstrap)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=stage.settings.kafka_bootstrap)
        self._applied = 0

    async def __aenter__(self) -> Show:
        self._encoder = Encoder(await asyncio.to_thread(self._schemas.ids))
        await self._publisher.start()
        await self._consumer.start()
        places = [TopicPartition(t, n) for t in LISTENED for n in range(self.stage.settings.partitions)]
        self._consumer.assign(places)
        await self._consumer.seek_to_beginning(*places)
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        await self._consumer.stop()
        await self._publisher.stop()

    async def play(self, lines: Iterable[bytes], progress: Progress, rate: int | None = None) -> None:
        """Feed all lines, at `rate` a second if given, and wait until each was applied and everything said was heard.

        Raises WorkerDied.
        """
        began, first = monotonic(), self.sent
        source = iter(lines)
        while batch := list(islice(source, BATCH if rate is None else max(1, rate // 4))):
            await self._send(batch)
            await self._not_too_far(AHEAD, progress)
            if rate is not None:
                await asyncio.sleep(max(0.0, began + (self.sent - first) / rate - monotonic()))
        await self._not_too_far(0, progress)
        self.seconds += monotonic() - began
        await self._heard_all()

    async def _send(self, lines: list[bytes]) -> None:
        records = [parse(line, self._encoder) for line in lines]
        await self._publisher.send(records)
        self.sent += sum(record.topic in FOLLOWED for record in records)

    async def _not_too_far(self, ahead: int, progress: Progress) -> None:
        while True:
            if self.sent - self._applied > ahead:
                self._applied = await asyncio.to_thread(self.stage.applied)
            progress(self._applied)
            if self.sent - self._applied <= ahead:
                return
            await asyncio.sleep(LOOK)

    # --- listening --------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            for records in (await self._consumer.getmany(timeout_ms=100, max_records=2_000)).values():
                for record in records:
                    await self._hear(record)

    async def _hear(self, record: Any) -> None:
        while True:
            try:
                line = msgspec.json.decode(render(record.topic, record.key, record.value, self._schemas))
            except SchemaMissing as missing:
                await self._schemas.fetch(missing.schema_id)
            else:
                self.audience.hear(record.topic, line.get("key"), line["value"])
                return

    async def _heard_all(self) -> None:
        """Outputs are out before their records count as applied: what stands in the topics now is everything."""
        places = list(self._consumer.assignment())
        ends = await self._consumer.end_offsets(places)
        for tp in places:
            while await self._consumer.position(tp) < ends[tp] and not self._listening.done():  # noqa: ASYNC110
                await asyncio.sleep(LOOK)
        if self._listening.done():
            self._listening.result()
