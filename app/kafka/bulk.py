"""Reading partitions in bulk: whole batches folded into key -> value, no object per record, no group.

A read is done when its *position* reaches the end, not when a record there comes: the end may be compacted away or be
a transaction's marker.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import CorruptRecordException, KafkaError, NoError, OffsetOutOfRangeError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.record.memory_records import MemoryRecords

PARTITION_BYTES, ANSWER_BYTES = 8 << 20, 50 << 20
WAIT_MS = 250
EARLIEST = -2
Rows = dict[bytes, bytes]


async def bulk_read(servers: str, topic: str, ends: Mapping[int, int]) -> dict[int, Rows]:
    """The last value of each key, per partition, up to its end offset; deleted keys are absent.

    Retriable errors are retried for ever: the caller is cancelled by the next rebalance. Raises other KafkaErrors.
    """
    client = AIOKafkaClient(bootstrap_servers=servers)
    try:
        await client.bootstrap()
        await client._wait_on_metadata(topic)
        read = _Read(client, topic, ends)
        while read.position:
            await read.step()
        return read.rows
    finally:
        await client.close()


class _Read:
    def __init__(self, client: AIOKafkaClient, topic: str, ends: Mapping[int, int]) -> None:
        self.client, self.topic, self.ends = client, topic, ends
        self.position = {partition: 0 for partition, end in ends.items() if end}
        self.rows: dict[int, Rows] = {partition: {} for partition in ends}

    async def step(self) -> None:
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
        if error is OffsetOutOfRangeError:  # retention moved the start
            self.position[partition] = await self._earliest(partition)
        elif error is not NoError:
            if not error.retriable:
                raise error(self.topic, partition)
            await self._refresh()
        else:
            batches = MemoryRecords(records)
            while batches.has_next():
                self._fold(partition, batches.next_batch())
                await asyncio.sleep(0)
        if self.position[partition] >= self.ends[partition]:
            del self.position[partition]

    def _fold(self, partition: int, batch: Any) -> None:
        if not batch.validate_crc():
            raise CorruptRecordException(f"{self.topic}/{partition} near offset {self.position[partition]}")
        position, rows = self.position[partition], self.rows[partition]
        if not batch.is_control_batch:
            for record in batch:
                if record.offset < position:
                    continue
                if record.value is None:
                    rows.pop(record.key, None)
                else:
                    rows[record.key] = record.value
        self.position[partition] = batch.next_offset  # over compacted records and control batches, too

    async def _earliest(self, partition: int) -> int:
        request = OffsetRequest(-1, 0, [(self.topic, [(partition, EARLIEST)])])
        answer = await self.client.send(self._leader(partition), request)
        return int(answer.topics[0][1][0][-1])

    def _leader(self, partition: int) -> Any:
        return self.client.cluster.leader_for_partition(TopicPartition(self.topic, partition))

    async def _refresh(self) -> None:
        await self.client.force_metadata_update()
        await asyncio.sleep(0.1)
