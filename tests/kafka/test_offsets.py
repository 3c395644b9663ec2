"""Offsets of a group that its topics do not hold any more: every record that stands there is applied all the same."""

from __future__ import annotations

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.kafka.topics import create
from tables import TABLES
from tests.engine import feed
from tests.engine.cluster import Cluster
from tests.kafka.conftest import delete

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
TOPIC = "inventory-events"


def balances(count: int) -> list[str]:
    return [str(n) for n in range(1, count + 1)]


async def told(cluster: Cluster, count: int) -> list[str]:
    said = await cluster.said("inventory-corrected", at_least=count)
    return [line["value"]["balance_after"] for line in said]


async def commit(cluster: Cluster, offset: int) -> None:
    """What the group has read of the topic's first partition, by its own account."""
    place = TopicPartition(TOPIC, 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=cluster.bootstrap, group_id=cluster.settings.application_id, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign([place])
        await consumer.commit({place: offset})
    finally:
        await consumer.stop()


async def test_records_before_an_offset_that_lies_beyond_the_end_are_applied(fresh_cluster: Cluster) -> None:
    lines = feed.series(fresh_cluster.key_of(0, "I-{}@X"), 30)
    worker = fresh_cluster.start_worker()
    await fresh_cluster.feed(lines[:10])
    await fresh_cluster.applied()
    worker.terminate()
    await fresh_cluster.ended(worker, 0)
    await commit(fresh_cluster, 25)
    await fresh_cluster.feed(lines[10:20])
    worker = fresh_cluster.start_worker()
    assert await told(fresh_cluster, 20) == balances(20)
    worker.terminate()
    await fresh_cluster.ended(worker, 0)
    await fresh_cluster.feed(lines[20:])  # past where the group seemed to have been
    fresh_cluster.start_worker()
    assert await told(fresh_cluster, 30) == balances(30)


async def test_records_of_a_topic_made_anew_under_a_worker_are_applied(fresh_cluster: Cluster) -> None:
    lines = feed.series(fresh_cluster.key_of(0, "I-{}@X"), 25)
    worker = fresh_cluster.start_worker()
    await fresh_cluster.feed(lines[:20])
    await fresh_cluster.applied()
    await delete(fresh_cluster.bootstrap, [TOPIC])
    await create(fresh_cluster.settings, TABLES)
    await fresh_cluster.feed(lines[20:])
    assert f"{TOPIC}/0" in await fresh_cluster.ended(worker, 75)
    fresh_cluster.start_worker()
    assert await told(fresh_cluster, 25) == balances(25)
