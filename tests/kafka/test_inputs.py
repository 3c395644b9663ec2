"""What producers and their broker may do to the bytes of an input topic without any record saying so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from confluent_kafka import Producer

from app.contracts.encode import Encoder
from app.contracts.fileform import parse
from tests.engine import feed
from tests.engine.apache import ApacheKafka
from tests.engine.cluster import PATIENCE, Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
CODECS = ("gzip", "snappy", "lz4", "zstd")


def compressed(cluster: Cluster, codec: str, lines: Sequence[bytes], partition: int) -> None:
    """Send lines as a librdkafka producer does that packs its batches."""
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "compression.type": codec, "linger.ms": 50})
    encoder = Encoder(cluster.schemas.ids())
    for topic, key, value, _ in (parse(line, encoder) for line in lines):
        producer.produce(topic, value, key, partition=partition)
    assert producer.flush(PATIENCE) == 0


async def test_every_codec_of_kafka_is_read(fresh_cluster: Cluster) -> None:
    keys = {codec: fresh_cluster.key_of(number, codec + "-{}@X") for number, codec in enumerate(CODECS)}
    for number, (codec, key) in enumerate(keys.items()):
        compressed(fresh_cluster, codec, feed.series(key, 100), number)
    fresh_cluster.start_worker()
    await fresh_cluster.applied()
    said = await fresh_cluster.said("inventory-corrected")
    assert len(said) == 100 * len(CODECS)


async def test_what_a_transaction_took_back_never_was(fresh_cluster: Cluster) -> None:
    key = fresh_cluster.key_of(0, "I-{}@X")
    lines = feed.series(key, 10)
    await in_a_transaction(fresh_cluster, lines[:3], commits=True)
    await in_a_transaction(fresh_cluster, lines[3:6], commits=False)
    await fresh_cluster.feed(lines[6:])
    fresh_cluster.start_worker()
    await fresh_cluster.applied()
    said = await fresh_cluster.said("inventory-corrected")
    assert [line["value"]["balance_after"] for line in said] == [str(n) for n in range(1, 8)]


async def in_a_transaction(cluster: Cluster, lines: Sequence[bytes], commits: bool) -> None:
    encoder = Encoder(cluster.schemas.ids())
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap, transactional_id="feed")
    await producer.start()
    try:
        await producer.begin_transaction()
        for topic, key, value, _ in (parse(line, encoder) for line in lines):
            await producer.send_and_wait(topic, value, key, partition=0)
        await (producer.commit_transaction() if commits else producer.abort_transaction())
    finally:
        await producer.stop()


class NoText(str):
    """The name of a header as a careless producer sends it."""

    def encode(self, *_: str) -> bytes:
        return b"\xff\xfe"


async def test_a_header_whose_name_is_no_text_is_named_with_its_place(fresh_cluster: Cluster) -> None:
    key = fresh_cluster.key_of(1, "I-{}@X")
    await fresh_cluster.feed(feed.series(key, 3))
    producer = AIOKafkaProducer(bootstrap_servers=fresh_cluster.bootstrap)
    await producer.start()
    try:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, 0, 1_000)
        batch.append(timestamp=None, key=key.encode(), value=b"", headers=[(NoText("x"), b"")])
        await (await producer.send_batch(batch, "inventory-events", partition=1))
    finally:
        await producer.stop()
    said = await fresh_cluster.ended(fresh_cluster.start_worker(), 70)
    assert "inventory-events/1, offset 3: the name of a header is not UTF-8" in said


async def test_a_batch_that_rotted_at_the_broker_loses_nothing_of_the_other_partitions(
    kafka: ApacheKafka, cluster: Cluster
) -> None:
    keys = [cluster.key_of(number, "I-{}@X") for number in range(cluster.partitions)]
    for key in keys:
        await cluster.feed(feed.series(key, 50))
    rot(kafka, "inventory-events-2")
    said = await cluster.ended(cluster.start_worker(), 75)
    assert "inventory-events" in said, said


def rot(kafka: ApacheKafka, partition: str) -> None:
    """Flip a bit in the middle of a partition's first segment."""
    path = kafka.directory / "logs" / partition / f"{0:020}.log"
    with path.open("r+b") as segment:
        segment.seek(path.stat().st_size // 2)
        byte = segment.read(1)
        segment.seek(-1, 1)
        segment.write(bytes([byte[0] ^ 1]))
