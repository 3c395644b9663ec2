"""Reading a table back from its changelog: `python -m bench.recovery [positions] [rounds]`.

Readers of the same rows, in turns: our take-over, of which the read alone is a loop as fast as one can be written by
hand; a loop on aiokafka's `getmany` as one would write it, which folds key -> value; and Faust's own recovery of a
smaller table of the same rows. Rows are those of a few thousand positions with one to four movements each, under ever
new keys. Besides: what a kept copy costs to write and to read.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Producer
from rich.console import Console
from rich.table import Table as Grid

from app.kafka.bulk import Rows, bulk_read
from app.kafka.copies import Copies
from app.kafka.identity import Identity
from app.kafka.takeover import uncollected
from app.store.partition import Partition
from app.store.ports import Group, Row
from app.store.recovery import recover, rows_of
from bench.inside import LANES, Feed, Worker
from bench.kafka import Broker, create
from tables.positions import POSITIONS

TOPIC, STOCK, STOCK_ROWS = "positions-changelog", "stock-balance-changelog", 20_000
TEMPLATE, MOST = 2_000, 4  # positions that go through the line, and movements of one at most
PATIENCE = 400  # seconds
PLACES = [TopicPartition(TOPIC, number) for number in range(LANES)]


class Spent(NamedTuple):
    """What some rows cost: seconds by the clock and of CPU."""

    rows: int
    wall: float
    cpu: float


class Kept:
    """A changelog that keeps its rows."""

    def __init__(self) -> None:
        self.rows: Rows = {}

    async def write(self, groups: Sequence[Group]) -> None:
        self.rows.update((key, row) for group in groups for key, row in group if row is not None)

    async def seal(self, rows: Sequence[Row]) -> None:
        """Four movements are never sealed."""


async def template() -> list[Rows]:
    """The rows of a few positions, by partition."""
    kept, feed = [Kept() for _ in range(LANES)], Feed(TEMPLATE)
    worker = Worker(kept)
    for round_ in range(MOST):
        await worker.take(feed.of(at for at in range(TEMPLATE) if at % MOST >= round_))
    for lane, changelog in zip(worker.lanes, kept, strict=True):
        changelog.rows.update([lane.mark()])  # type: ignore[list-item]
    return [changelog.rows for changelog in kept]


def many(rows: Rows, times: int) -> Iterator[tuple[bytes, bytes]]:
    """The same rows under so many names of their keys."""
    for number in range(times):
        for row_key, row in rows.items():
            key, mark, rest = row_key.partition(b"\0")
            yield (key + b"-%d" % number if key else key) + mark + rest, row


def fill(bootstrap: str, topic: str, rows: list[Rows], times: int) -> list[int]:
    """Produce the rows; returns the end offsets."""
    create(bootstrap, {topic: LANES}, **{"cleanup.policy": "compact"})
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20, "queue.buffering.max.messages": 500_000})
    ends = []
    for partition, of in enumerate(rows):
        count = 0
        for count, (key, row) in enumerate(many(of, times), 1):
            producer.produce(topic, row, key, partition=partition)
            if not count % 100_000:
                producer.flush()
        producer.flush()
        ends.append(count)
    return ends


async def clocked(rows: int, job: Callable[[], Awaitable[Any]]) -> tuple[Any, Spent]:
    began = perf_counter(), process_time()
    answer = await job()
    return answer, Spent(rows, perf_counter() - began[0], process_time() - began[1])


async def ours(bootstrap: str, ends: list[int]) -> dict[str, Spent]:
    """As a take-over does: read all partitions, then recover one after the other."""
    with uncollected():
        read, reading = await clocked(sum(ends), lambda: bulk_read(bootstrap, TOPIC, dict(enumerate(ends))))
        _, recovering = await clocked(sum(ends), lambda: recovered(read))
    both = Spent(reading.rows, reading.wall + recovering.wall, reading.cpu + recovering.cpu)
    return {"ours: read and recover": both, "  read": reading, "  recover": recovering}


async def recovered(read: dict[int, Rows]) -> list[Partition]:
    partitions = []
    for number in sorted(read):
        partitions.append(Partition(POSITIONS))
        if recover(partitions[-1], read.pop(number)):
            raise SystemExit("the bench's own rows hold outputs that were never said")
    return partitions


async def by_hand(bootstrap: str, ends: list[int]) -> dict[str, Spent]:
    """key -> value with aiokafka's consumer."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, max_partition_fetch_bytes=8 << 20)
    await consumer.start()
    try:
        consumer.assign(PLACES)
        await consumer.seek_to_beginning(*PLACES)
        _, spent = await clocked(sum(ends), lambda: _fold(consumer, sum(ends)))
        return {"by hand: getmany, key -> value": spent}
    finally:
        await consumer.stop()


async def _fold(consumer: AIOKafkaConsumer, count: int) -> list[Rows]:
    rows: list[Rows] = [{} for _ in range(LANES)]
    while count:
        for place, records in (await consumer.getmany(timeout_ms=1_000)).items():
            count -= len(records)
            _fold_into(rows[place.partition], records)
    return rows


def _fold_into(rows: Rows, records: Sequence[Any]) -> None:
    for record in records:
        if record.value is None:
            rows.pop(record.key, None)
        else:
            rows[record.key] = record.value


async def stock(bootstrap: str) -> dict[str, Spent]:
    """Faust's own recovery, in a process of its own."""
    command = [sys.executable, "-m", "bench.stock", bootstrap, str(LANES)]
    try:
        ended = await asyncio.to_thread(subprocess.run, command, stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        print(f"Faust's own recovery of {STOCK_ROWS:,} rows did not end within {PATIENCE} s")
        return {}
    return {"Faust's own": Spent(*json.loads(ended.stdout.splitlines()[-1]))}


async def copies(directory: Path, read: dict[int, Rows], ends: list[int]) -> dict[str, Spent]:
    """A kept copy written from partitions, and read again."""
    kept = Copies(directory, {TOPIC: Identity("bench", 86_400_000)})
    partitions = await recovered(read)

    async def write() -> None:
        for number, partition in enumerate(partitions):
            kept.write(TOPIC, number, ends[number], rows_of(partition))

    async def again() -> dict[int, Any]:
        return kept.read_all(TOPIC, dict(enumerate(ends)))

    _, writing = await clocked(sum(ends), write)
    _, reading = await clocked(sum(ends), again)
    return {"a kept copy: write": writing, "a kept copy: read": reading}


async def rounds(bootstrap: str, ends: list[int], count: int) -> dict[str, list[Spent]]:
    found: dict[str, list[Spent]] = {}
    for _ in range(count):
        for side in (ours, by_hand):
            for name, spent in (await side(bootstrap, ends)).items():
                found.setdefault(name, []).append(spent)
    with tempfile.TemporaryDirectory() as directory:
        read = await bulk_read(bootstrap, TOPIC, dict(enumerate(ends)))
        once = await copies(Path(directory), read, ends) | await stock(bootstrap)
    return found | {name: [spent] for name, spent in once.items()}


def show(found: dict[str, list[Spent]]) -> None:
    """Print the table; ratios are of CPU a row, more is better for ours."""
    cpu = {name: median(s.cpu / s.rows for s in spent) * 1e6 for name, spent in found.items()}
    mine = cpu["ours: read and recover"]
    grid = Grid("reader", "rows", "rows/s", "CPU µs/row", "times as fast as it, by CPU, are ours")
    for name, spent in found.items():
        rate = median(s.rows / s.wall for s in spent)
        grid.add_row(name, f"{spent[0].rows:,}", f"{rate:,.0f}", f"{cpu[name]:.2f}", f"{cpu[name] / mine:.2f}")
    Console(width=110).print(grid)


def compare(positions: int = 500_000, count: int = 3) -> None:
    """Fill a changelog and let all readers read it."""
    rows = asyncio.run(template())
    with tempfile.TemporaryDirectory() as directory, Broker(Path(directory)) as broker:
        ends = fill(broker.bootstrap, TOPIC, rows, max(1, positions // TEMPLATE))
        create(broker.bootstrap, {"stock-events": LANES})
        fill(broker.bootstrap, STOCK, rows, max(1, STOCK_ROWS // sum(map(len, rows))))
        show(asyncio.run(rounds(broker.bootstrap, ends, count)))


if __name__ == "__main__":
    compare(*map(int, sys.argv[1:]))
