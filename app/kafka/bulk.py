"""Reading partitions in bulk: whole batches folded into key -> value, no object kept per record, no group.

A read is done when its *position* reaches the end, not when a record there comes: the end may be compacted away or be
a transaction's marker.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, NoError, OffsetOutOfRangeError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.memory_records import MemoryRecords

from app.errors import ChangelogCorrupt

PARTITION_BYTES, ANSWER_BYTES = 8 << 20, 50 << 20
WAIT_MS = 250
Rows = dict[bytes, bytes]


class Piece(NamedTuple):
    """What one fetch brought of one partition; `position` is where the next one begins."""

    partition: int
    rows: int
    size: int  # bytes as fetched
    position: int


class Kept(NamedTuple):
    """What is known of a partition already: its rows as of an offset. The read goes on from there."""

    offset: int
    rows: Rows


def unwatched(piece: Piece) -> None:
    """Nobody watches this read."""


async def bulk_read(
    servers: str,
    topic: str,
    ends: Mapping[int, int],
    kept: Mapping[int, Kept] | None = None,
    watch: Callable[[Piece], None] = unwatched,
) -> dict[int, Rows]:
    """The last value of each key, per partition, up to its end offset; deleted keys are absent.

    Retriable errors are retried for ever: the caller is cancelled by the next rebalance. Raises ChangelogCorrupt for
    bytes that are no records and where records were deleted, and other KafkaErrors.
    """
    read = _Read(servers, topic, ends, kept or {}, watch)
    await read.run()
    return read.rows


async def locate(servers: str, topic: str, partition: int, end: int, key: bytes | None) -> int:
    """The offset of the last record with this key before `end`; -1 if there is none."""
    search = _Search(servers, topic, {partition: end}, {}, unwatched)
    search.key = key
    await search.run()
    return search.found


class _Read:
    def __init__(
        self,
        servers: str,
        topic: str,
        ends: Mapping[int, int],
        kept: Mapping[int, Kept],
        watch: Callable[[Piece], None],
    ) -> None:
        self.client = AIOKafkaClient(bootstrap_servers=servers)
        self.topic, self.ends, self.watch = topic, ends, watch
        self.rows: dict[int, Rows] = {number: kept[number].rows if number in kept else {} for number in ends}
        starts = {number: kept[number].offset if number in kept else 0 for number in ends}
        self.position = {number: start for number, start in starts.items() if start < ends[number]}

    async def run(self) -> None:
        try:
            await self.client.bootstrap()
            await self.client._wait_on_metadata(self.topic)
            while self.position:
                await self._step()
        finally:
            await self.client.close()

    async def _step(self) -> None:
        by_leader: dict[Any, list[tuple[int, int, int]]] = defaultdict(list)
        for partition, offset in self.position.items():
            by_leader[self._leader(partition)].append((partition, offset, PARTITION_BYTES))
        if by_leader.keys() & {None, -1}:
            await self._refresh()
            return
        try:
            answers = await asyncio.gather(*(self._fetch(node, parts) for node, parts in by_leader.items()))
        except KafkaError as error:
            if not error.retriable:
                raise
            await self._refresh()
            return
        for part in (part for answer in answers for _, parts in answer.topics for part in parts):
            await self._take(part[0], part[1], part[-1])

    async def _fetch(self, node: Any, parts: list[tuple[int, int, int]]) -> Any:
        return await self.client.send(node, FetchRequest(WAIT_MS, 1, ANSWER_BYTES, 0, [(self.topic, parts)]))

    async def _take(self, partition: int, code: int, records: bytes) -> None:
        error = for_code(code)
        if error is OffsetOutOfRangeError:  # compaction alone never moves the start of a log
            place = f"{self.topic}/{partition}, offset {self.position[partition]}"
            raise ChangelogCorrupt(f"{place} is not in the log any more: records were deleted, and state with them")
        if error is not NoError:
            if not error.retriable:
                raise error(self.topic, partition)
            await self._refresh()
        else:
            await self._fold_all(partition, records)
        if self.position[partition] >= self.ends[partition]:
            del self.position[partition]

    async def _fold_all(self, partition: int, records: bytes) -> None:
        rows = 0
        for batch in self._batches(partition, records):
            rows += self._fold(partition, batch)
            await asyncio.sleep(0)
        self.watch(Piece(partition, rows, len(records), self.position[partition]))

    def _batches(self, partition: int, records: bytes) -> Any:
        batches = MemoryRecords(records)
        try:
            while batches.has_next():
                yield batches.next_batch()
        except Exception as error:
            raise self._corrupt(partition, self.position[partition], error) from error

    def _fold(self, partition: int, batch: Any) -> int:
        """Fold a batch in; returns how many records it held."""
        if not batch.validate_crc():
            raise self._corrupt(partition, batch.base_offset, "the batch's checksum (CRC) is wrong")
        count = 0
        if not batch.is_control_batch:
            try:
                count = self._fold_records(self.position[partition], self.rows[partition], batch)
            except Exception as error:
                raise self._corrupt(partition, batch.base_offset, error) from error
        self.position[partition] = batch.next_offset  # over compacted records and control batches, too
        return count

    def _fold_records(self, position: int, rows: Rows, batch: Any) -> int:
        count = 0
        fresh = batch if batch.base_offset >= position else (r for r in batch if r.offset >= position)
        for record in fresh:
            count += 1
            value = record.value
            if value is None:
                rows.pop(record.key, None)
            else:
                rows[record.key] = value
        return count

    def _corrupt(self, partition: int, offset: int, what: object) -> ChangelogCorrupt:
        return ChangelogCorrupt(f"{self.topic}/{partition}, batch at offset {offset}: {what}")

    def _leader(self, partition: int) -> Any:
        return self.client.cluster.leader_for_partition(TopicPartition(self.topic, partition))

    async def _refresh(self) -> None:
        await self.client.force_metadata_update()
        await asyncio.sleep(0.1)


class _Search(_Read):
    """Remembers offsets, which the fold does not need, of one key alone."""

    key: bytes | None = None
    found = -1

    def _fold_records(self, position: int, rows: Rows, batch: Any) -> int:
        for record in batch:
            if record.key == self.key:
                self.found = record.offset
        return 0
