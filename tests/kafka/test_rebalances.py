"""Workers come, go and come back: nobody else is disturbed more than he must be, and nothing is said twice."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import pytest

from tests.engine import feed
from tests.engine.apache import free_port
from tests.engine.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
NAMES = ("worker-a", "worker-b")


@pytest.fixture
def cluster(fresh_cluster: Cluster) -> Cluster:
    fresh_cluster.environ["SYNCLINE_SESSION_TIMEOUT"] = "2m"  # nobody is given up here, however long he takes
    return fresh_cluster


def start(cluster: Cluster, port: int, name: str | None = None) -> subprocess.Popen[bytes]:
    cluster.environ["SYNCLINE_METRICS_PORT"] = str(port)
    cluster.environ["SYNCLINE_INSTANCE_ID"] = name or ""
    return cluster.start_worker()


async def stop(cluster: Cluster, worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    await cluster.ended(worker, 0)


async def shared(cluster: Cluster, ports: Sequence[int]) -> list[int]:
    """Wait until workers share all partitions evenly; returns how often each of them has become ready."""
    each = cluster.partitions // len(ports)
    pages = []
    for port in ports:
        await cluster.told(port, f'syncline_worker_partitions{{table="positions"}} {each}.0')
        pages.append(await cluster.told(port, "syncline_worker_ready 1.0"))
    found = [
        line for page in pages for line in page.splitlines() if line.startswith("syncline_rebalance_seconds_count")
    ]
    return [int(float(line.split(" ")[-1])) for line in found]


async def test_a_rolling_restart_of_named_workers_moves_no_partition_and_repeats_nothing(cluster: Cluster) -> None:
    lines = feed.movements(8, 20, 20)
    third = len(lines) // 3
    ports = [free_port(), free_port()]
    workers = [start(cluster, port, name) for port, name in zip(ports, NAMES, strict=True)]
    before = await shared(cluster, ports)
    await cluster.feed(lines[:third])
    for number, name in enumerate(NAMES):
        await stop(cluster, workers[number])
        await cluster.feed(lines[third * (number + 1) : third * (number + 2)])
        workers[number] = start(cluster, ports[number], name)
        after = await shared(cluster, ports)
        other = 1 - number
        assert after[other] == before[other]  # it never stopped working
        before = after
    await cluster.feed(lines[third * 3 :])
    await cluster.applied()
    said = [entry["value"]["entry_id"] for entry in await cluster.said("inventory-corrected")]
    assert len(said) == len(set(said)) > 0


async def test_workers_that_join_and_leave_share_evenly_and_repeat_nothing(cluster: Cluster) -> None:
    lines = feed.movements(9, 20, 20)
    third = len(lines) // 3
    ports = [free_port(), free_port()]
    first = start(cluster, ports[0])
    await shared(cluster, ports[:1])
    await cluster.feed(lines[:third])
    second = start(cluster, ports[1])
    await cluster.feed(lines[third : third * 2])
    await shared(cluster, ports)
    await stop(cluster, first)
    await cluster.feed(lines[third * 2 :])
    await shared(cluster, ports[1:])
    await cluster.applied()
    await stop(cluster, second)
    said = [entry["value"]["entry_id"] for entry in await cluster.said("inventory-corrected")]
    assert len(said) == len(set(said)) > 0


async def test_a_worker_that_its_group_refuses_ends_and_says_why(cluster: Cluster) -> None:
    cluster.environ["SYNCLINE_SESSION_TIMEOUT"] = "31m"  # brokers allow 30 minutes
    said = await cluster.ended(start(cluster, free_port()), 75)
    assert "the group does not take this worker in: InvalidSessionTimeoutError" in said
