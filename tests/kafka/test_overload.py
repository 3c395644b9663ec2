"""More than a worker or its broker can take: memory and membership are kept, and nothing is lost."""

from __future__ import annotations

import asyncio
import base64
import os
import resource
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError

from app.contracts.encode import Encoder
from app.kafka import topics
from app.kafka.limits import INPUT_MOST
from app.store.ports import Message
from bench.events import sent
from bench.kafka import produce
from bench.overload import Watched
from bench.process import Process
from tables import TABLES
from tests.engine import feed, verdict
from tests.engine.apache import ApacheKafka, free_port
from tests.engine.cluster import PATIENCE, Cluster
from tests.engine.slow import TwoWays, slow_way
from tests.kafka.conftest import PARTITIONS, require

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]

LARGE = 512 * 1024  # bytes of one record
MIB = 1 << 20
LINES = [*feed.movements(11, 10, 20), *feed.orders(12, 20)]
HALF = len(LINES) // 2


async def test_a_backlog_is_worked_off_with_ticks_between_its_turns_in_bounded_memory_and_in_one_generation(
    fresh_cluster: Cluster,
) -> None:
    port, backlog = free_port(), 60_000
    fresh_cluster.environ |= {"SYNCLINE_CLOCK": "wall", "SYNCLINE_METRICS_PORT": str(port)}
    produce(fresh_cluster.bootstrap, sent(Encoder(fresh_cluster.schemas.ids()), backlog, keys=500))
    watched = Watched(fresh_cluster.start_worker().pid, port)
    looks = await asyncio.to_thread(list, watched.until(backlog))
    ticks = "syncline_tick_late_seconds_count"
    before = [look.get(ticks, 0) for look in looks if not look.get("syncline_records_total")]
    assert looks[-1][ticks] > max(before, default=0)
    assert looks[-1]["syncline_rebalance_seconds_count"] == 1
    assert watched.gone == 0
    assert max(watched.resident) < 300  # MiB, about 110 of them before the first record


async def test_large_records_wait_in_the_broker_and_not_in_the_workers_memory(fresh_cluster: Cluster) -> None:
    """A hundred megabytes that no table can use, each record of which must be kept whole."""
    await fresh_cluster.publish(
        [Message("inventory-events", f"K{n}@X".encode(), bytes(LARGE)) for n in range(100 * MIB // LARGE)]
    )
    worker = fresh_cluster.start_worker()
    await fresh_cluster.applied()
    assert Process(worker.pid).peak() < 300  # MiB, about 110 of them before the first record


async def test_a_record_that_was_packed_small_and_unpacks_huge_is_kept_whole_and_stops_nobody(
    fresh_cluster: Cluster,
) -> None:
    huge, key = bytes(8 * MIB), fresh_cluster.key_of(0, "ITEM-{}@MAIN")
    packing = AIOKafkaProducer(
        bootstrap_servers=fresh_cluster.bootstrap, compression_type="gzip", max_request_size=16 * MIB
    )
    await packing.start()
    await packing.send_and_wait("inventory-events", huge, key.encode(), partition=0)
    await packing.stop()
    await fresh_cluster.feed(feed.series(key, 3))
    fresh_cluster.start_worker()
    await fresh_cluster.applied()
    [letter] = await fresh_cluster.said("dead-letters")
    assert base64.b64decode(letter["value"]["value"]) == huge
    assert [e["value"]["balance_after"] for e in await fresh_cluster.said("inventory-corrected")] == ["1", "2", "3"]


@pytest.mark.parametrize("in_key", [False, True], ids=["in its value", "in its key"])
async def test_a_record_as_large_as_an_input_takes_is_kept_whole_and_stops_nobody(
    fresh_cluster: Cluster, in_key: bool
) -> None:
    noise, key = os.urandom(INPUT_MOST - 200), fresh_cluster.key_of(0, "ITEM-{}@MAIN")
    await allow(fresh_cluster, "inventory-events", INPUT_MOST)
    await insist(fresh_cluster, *((b"", noise) if in_key else (noise, key.encode())))
    await fresh_cluster.feed(feed.series(key, 3))
    fresh_cluster.start_worker()
    await fresh_cluster.applied()
    [letter] = await fresh_cluster.said("dead-letters")
    assert base64.b64decode(letter["value"]["key" if in_key else "value"]) == noise
    assert [e["value"]["balance_after"] for e in await fresh_cluster.said("inventory-corrected")] == ["1", "2", "3"]


async def insist(cluster: Cluster, value: bytes, key: bytes) -> None:
    """Send a movement until the broker has heard that it may be so large."""
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap, max_request_size=16 * MIB)
    await producer.start()
    try:
        while not await taken(producer, value, key):
            pass
    finally:
        await producer.stop()


async def taken(producer: AIOKafkaProducer, value: bytes, key: bytes) -> bool:
    try:
        await producer.send_and_wait("inventory-events", value, key, partition=0)
    except MessageSizeTooLargeError:
        return False
    return True


async def allow(cluster: Cluster, topic: str, size: int) -> None:
    """Let a topic take records of so many bytes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"max.message.bytes": str(size)})
    await admin.alter_configs([resource])
    await admin.close()


async def test_slow_acknowledgements_cost_time_and_neither_membership_nor_truth(tmp_path: Path) -> None:
    require()
    port, metrics = free_port(), free_port()
    with TwoWays(tmp_path, port) as broker, Cluster(broker.bootstrap, PARTITIONS, SYNCLINE_CLOCK="data") as cluster:
        await topics.create(cluster.settings, TABLES)
        async with slow_way(broker.slow, port) as way:
            cluster.environ |= {"KAFKA_BOOTSTRAP": f"127.0.0.1:{port}", "SYNCLINE_METRICS_PORT": str(metrics)}
            cluster.start_worker()
            await cluster.feed(LINES[:HALF])
            await cluster.said("inventory-corrected", at_least=1)
            way.delay = 0.3
            await cluster.feed(LINES[HALF:])
            await cluster.applied()
            await cluster.told(metrics, "syncline_rebalance_seconds_count 1.0")  # a backtest keeps the relay waiting
            await verdict.hold_against_a_backtest(cluster, LINES, tmp_path / "backtest")


def write_no_further(pid: int, limit: int) -> None:
    """No file of a process may grow beyond so many bytes: to it the disk is full."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


async def test_a_broker_whose_disk_is_full_ends_and_the_worker_goes_on_when_it_is_back(
    kafka: ApacheKafka, cluster: Cluster, tmp_path: Path
) -> None:
    worker = cluster.start_worker()
    await cluster.feed(LINES)
    await cluster.said("inventory-corrected", at_least=1)
    write_no_further(kafka.process.pid, 16 * 1024)
    await asyncio.to_thread(kafka.process.wait, PATIENCE)
    kafka.start()
    await cluster.applied()
    await verdict.hold_against_a_backtest(cluster, LINES, tmp_path / "backtest")
    assert worker.poll() is None
