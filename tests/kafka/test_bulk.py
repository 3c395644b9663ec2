"""Reading a partition in bulk gives what its log says now, whatever the broker made of it, and always ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from app.errors import ChangelogCorrupt
from app.kafka.bulk import Kept, Piece, Rows, bulk_read
from tests.engine.apache import ApacheKafka

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
Pairs = Sequence[tuple[bytes, bytes | None]]
HARD = {  # compaction begins as soon as a segment is closed, and a segment is closed by the next record
    "cleanup.policy": "compact",
    "segment.ms": "1",
    "min.cleanable.dirty.ratio": "0.001",
    "delete.retention.ms": "0",
}


class Log:
    """One topic of one partition."""

    def __init__(self, kafka: ApacheKafka, topic: str) -> None:
        self.kafka, self.topic = kafka, topic
        self.place = TopicPartition(topic, 0)

    async def create(self, **configs: str) -> None:
        async with self._admin() as admin:
            await admin.create_topics([NewTopic(self.topic, 1, 1, topic_configs=configs)])
        await self.append([])

    async def append(self, pairs: Pairs, transactional_id: str | None = None) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, transactional_id=transactional_id)
        await producer.start()
        try:
            await producer.partitions_for(self.topic)
            if transactional_id:
                await producer.begin_transaction()
            for key, value in pairs:
                await producer.send_and_wait(self.topic, value, key, partition=0)
            if transactional_id:
                await producer.commit_transaction()
        finally:
            await producer.stop()

    async def delete_before(self, offset: int) -> None:
        async with self._admin() as admin:
            await admin.delete_records({self.place: RecordsToDelete(before_offset=offset)})

    async def end(self) -> int:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap)
        await consumer.start()
        try:
            return int((await consumer.end_offsets([self.place]))[self.place])
        finally:
            await consumer.stop()

    async def read(self, kept: Kept | None = None) -> tuple[Rows, int]:
        """What a bulk read finds, and how many records it saw."""
        pieces: list[Piece] = []
        known = {} if kept is None else {0: kept}
        rows = await bulk_read(self.kafka.bootstrap, self.topic, {0: await self.end()}, known, pieces.append)
        return rows[0], sum(piece.rows for piece in pieces)

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    @property
    def segment(self) -> Path:
        """The file of the log's first records."""
        return self.kafka.directory / "logs" / f"{self.topic}-0" / f"{0:020}.log"


async def test_an_empty_partition_has_no_rows(shared_kafka: ApacheKafka) -> None:
    log = Log(shared_kafka, "empty")
    await log.create()
    assert await log.read() == ({}, 0)


async def test_the_last_value_of_a_key_counts_and_a_tombstone_removes_it(shared_kafka: ApacheKafka) -> None:
    log = Log(shared_kafka, "tombstones")
    await log.create()
    await log.append([(b"a", b"1"), (b"b", b"1"), (b"c", b"1"), (b"a", b"2"), (b"b", None), (b"c", None), (b"c", b"3")])
    assert await log.read() == ({b"a": b"2", b"c": b"3"}, 7)


async def test_what_compaction_left_is_read_to_the_end_although_the_last_offsets_are_gone(
    shared_kafka: ApacheKafka,
) -> None:
    log = Log(shared_kafka, "compacted")
    await log.create(**HARD)
    await log.append([(b"%d" % (n % 5), b"%d" % n) for n in range(60)])
    await log.append([(b"0", None), (b"last", b"1"), (b"last", None), (b"end", b"1")])
    while (await log.read())[1] > 20:
        await log.append([(b"end", b"1")])  # closes a segment, which the cleaner may then take
        await asyncio.sleep(0.2)
    rows, _ = await log.read()
    assert rows == {b"1": b"56", b"2": b"57", b"3": b"58", b"4": b"59", b"end": b"1"}


@pytest.mark.parametrize("before", [1, 7, 10])
async def test_a_log_whose_first_records_were_deleted_is_refused_although_what_is_left_reads_well(
    shared_kafka: ApacheKafka, before: int
) -> None:
    log = Log(shared_kafka, f"retention-{before}")
    await log.create()
    await log.append([(b"%d" % n, b"x") for n in range(10)])
    await log.delete_before(before)
    with pytest.raises(ChangelogCorrupt, match=rf"retention-{before}/0, offset 0 .* records were deleted"):
        await log.read()


async def test_the_marker_of_a_transaction_as_last_offset_ends_the_read(shared_kafka: ApacheKafka) -> None:
    log = Log(shared_kafka, "marker")
    await log.create()
    await log.append([(b"a", b"1")], transactional_id="somebody")
    assert await log.end() == 2
    assert await log.read() == ({b"a": b"1"}, 1)


async def test_a_kept_copy_is_read_on_from_its_offset(shared_kafka: ApacheKafka) -> None:
    log = Log(shared_kafka, "tail")
    await log.create()
    await log.append([(b"a", b"1"), (b"b", b"1"), (b"c", b"1"), (b"b", None), (b"c", b"2")])
    rows, read = await log.read(Kept(3, {b"a": b"1", b"b": b"1", b"c": b"1"}))
    assert (rows, read) == ({b"a": b"1", b"c": b"2"}, 2)


async def test_a_kept_copy_does_not_stand_for_deleted_records(shared_kafka: ApacheKafka) -> None:
    log = Log(shared_kafka, "forgotten")
    await log.create()
    await log.append([(b"a", b"1"), (b"b", b"1"), (b"b", None), (b"c", b"2")])
    await log.delete_before(3)
    with pytest.raises(ChangelogCorrupt, match=r"forgotten/0, offset 2 .* records were deleted"):
        await log.read(Kept(2, {b"a": b"1", b"b": b"1"}))


async def test_a_flipped_bit_is_named_by_topic_partition_and_offset(shared_kafka: ApacheKafka) -> None:
    log = Log(shared_kafka, "flipped")
    await log.create()
    await log.append([(b"a", b"good"), (b"b", b"flipped"), (b"c", b"good")])
    stored = log.segment.read_bytes()
    with log.segment.open("r+b") as segment:
        segment.seek(stored.index(b"flipped"))
        segment.write(b"F")
    with pytest.raises(ChangelogCorrupt, match=r"flipped/0, batch at offset 1: .*\(CRC\)"):
        await log.read()
