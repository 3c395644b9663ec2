"""A test's view of a broker with workers on it: feed lines, wait until all is applied, read what was said and kept."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from time import monotonic
from typing import Any, Self
from urllib.request import urlopen

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from app.contracts.encode import Encoder
from app.contracts.fileform import parse, render
from app.contracts.schemas import LocalSchemas
from app.kafka.bulk import bulk_read
from app.kafka.masters import informed
from app.kafka.names import changelog, history
from app.kafka.publisher import KafkaPublisher, Outgoing, partition_of
from app.kafka.reader import polls
from app.settings import load
from app.store.partition import Partition
from app.store.recovery import recover, recover_history
from app.store.table import Table
from app.topics import INPUT_NAMES, INTERNAL_NAMES
from tables import TABLES

PATIENCE = 120.0  # seconds until something that must come is given up


class Cluster:
    """Use as a context manager: its workers end with it."""

    def __init__(self, bootstrap: str, partitions: int, **environ: str) -> None:
        self.bootstrap, self.partitions = bootstrap, partitions
        self.environ = {"KAFKA_BOOTSTRAP": bootstrap, "SYNCLINE_PARTITIONS": str(partitions), **environ}
        self.settings = load(self.environ, {})
        self.schemas = LocalSchemas()
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("tests.engine.local_worker")

    def start_dying_worker(self, point: str, how: str = "kill") -> subprocess.Popen[bytes]:
        """It kills or stops itself at one of `tests.engine.points.POINTS`; its group gives it up soon."""
        return self._start("tests.engine.dying_worker", point, how, SYNCLINE_SESSION_TIMEOUT="3s")

    def _start(self, *module: str, **environ: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", *module]
        worker = subprocess.Popen(command, env={**os.environ, **self.environ, **environ}, stderr=subprocess.PIPE)
        self.workers.append(worker)
        return worker

    async def feed(self, lines: Iterable[bytes]) -> None:
        encoder = Encoder(self.schemas.ids())
        await self.publish([parse(line, encoder) for line in lines])

    async def feed_at(self, lines: Iterable[bytes], at: int) -> None:
        """The same with this time (ms) as the records' timestamp."""
        encoder = Encoder(self.schemas.ids())
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap)
        await producer.start()
        try:
            for topic, key, value, _ in (parse(line, encoder) for line in lines):
                number = partition_of(key, value, self.partitions)
                await producer.send_and_wait(topic, value, key, partition=number, timestamp_ms=at)
        finally:
            await producer.stop()

    async def publish(self, records: Sequence[Outgoing]) -> None:
        publisher = KafkaPublisher(self.bootstrap)
        await publisher.start()
        try:
            await publisher.send(records)
        finally:
            await publisher.stop()

    async def applied(self, or_ended: subprocess.Popen[bytes] | None = None) -> None:
        """Wait until everything that stands in the input topics was applied and committed, or a worker has ended."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=self.settings.application_id)
        await consumer.start()
        try:
            for topics in (INPUT_NAMES, INTERNAL_NAMES):  # what tables tell each other ends when the inputs have
                places = self._places(topic for table in TABLES for topic in table.topics if topic in topics)
                ends = {tp: end for tp, end in (await consumer.end_offsets(places)).items() if end}
                await self._until(partial(self._committed, consumer, ends, or_ended))
        finally:
            await consumer.stop()

    async def _committed(
        self, consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], or_ended: subprocess.Popen[bytes] | None
    ) -> str | None:
        if or_ended is not None and or_ended.poll() is not None:
            return None
        behind = {tp: (await consumer.committed(tp), end) for tp, end in ends.items()}
        late = [f"{tp.topic}/{tp.partition}: {at} of {end}" for tp, (at, end) in behind.items() if (at or 0) < end]
        return ", ".join(late) or None

    async def said(self, topic: str, at_least: int = 0) -> list[dict[str, Any]]:
        """Everything in a topic, in the file form; waits until it is as much as asked for."""
        found: list[dict[str, Any]] = []

        async def enough() -> str | None:
            found[:] = await self._read(topic)
            return None if len(found) >= at_least else f"{topic}: {len(found)} of {at_least}"

        await self._until(enough)
        return found

    async def told(self, port: int, what: str) -> str:
        """The metrics of a worker, once they hold a line that begins so."""
        page = [""]

        def fetch() -> str:
            with suppress(OSError, HTTPException), urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                return str(answer.read().decode())
            return ""

        async def there() -> str | None:
            page[0] = await asyncio.to_thread(fetch)
            return None if f"\n{what}" in page[0] else f"metric {what}"

        await self._until(there)
        return page[0]

    async def _read(self, topic: str) -> list[dict[str, Any]]:
        records = [record async for record in self.records(topic)]
        records.sort(key=lambda record: (record.partition, record.offset))
        return [self.line(record) for record in records]

    def line(self, record: Any) -> dict[str, Any]:
        """A record in the file form."""
        line: dict[str, Any] = msgspec.json.decode(
            render(record.topic, record.key, record.value, self.schemas, record.headers)
        )
        return line

    async def records(self, topic: str) -> AsyncIterator[Any]:
        """Everything that stands in a topic now, those of a partition in order."""
        async for polled in polls(self.settings, topic, self.partitions, from_beginning=True, until_end=True):
            for record in polled:
                yield record

    async def _until(self, missing: Any) -> None:
        """Ask again until nothing is missing; a worker that died unasked ends the wait at once."""
        end = monotonic() + PATIENCE
        while what := await missing():
            for worker in self.workers:
                if worker.poll() not in (None, 0, -9):
                    raise AssertionError(f"a worker ended with {worker.returncode}: {self._errors(worker)}")
            if monotonic() > end:
                raise AssertionError(f"still missing after {PATIENCE:.0f} s: {what}")
            await asyncio.sleep(0.2)

    async def ended(self, worker: subprocess.Popen[bytes], code: int) -> str:
        """Wait until a worker has ended with this code; returns what it said on standard error."""
        self.workers.remove(worker)
        try:
            _, said = await asyncio.to_thread(worker.communicate, None, PATIENCE)
        finally:
            worker.kill()
        assert worker.returncode == code, said.decode()[-2000:]
        return said.decode()

    def _errors(self, worker: subprocess.Popen[bytes]) -> str:
        return worker.stderr.read().decode()[-2000:] if worker.stderr else ""

    async def recovered(self, table: Table) -> list[Partition]:
        """The table as whoever takes it over would find it."""
        name, partitions = self.settings.application_id, [Partition(table) for _ in range(self.partitions)]
        rows, sealed = await self.rows(changelog(name, table)), await self.rows(history(name, table))
        for number, partition in enumerate(partitions):
            recover_history(partition, sealed.get(number, {}))
            recover(partition, rows[number])
        return partitions

    async def rows(self, topic: str | None) -> dict[int, dict[bytes, bytes]]:
        """The last value of every key of a topic, by partition."""
        if topic is None:
            return {}
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await consumer.start()
        try:
            ends = await consumer.end_offsets(self._places([topic]))
        finally:
            await consumer.stop()
        return await bulk_read(self.bootstrap, topic, {tp.partition: end for tp, end in ends.items()})

    async def views(self, table: Table) -> list[dict[str, Any]]:
        """The table's views, sorted by key, as a backtest writes them."""
        policy = await informed(self.settings, table, self.schemas)
        found: list[dict[str, Any]] = []
        for partition in await self.recovered(table):
            found += table.views(map(partition.read, partition.heads), partition.mark.clock, policy)
        return sorted(found, key=lambda view: view["key"])

    def key_of(self, number: int, form: str) -> str:
        """A key of this form (with one `{}`) that lies in a given partition."""
        keys = (form.format(n) for n in range(10_000))
        return next(key for key in keys if partition_of(key.encode(), b"", self.partitions) == number)

    def _places(self, topics: Iterable[str]) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for topic in topics for number in range(self.partitions)]
