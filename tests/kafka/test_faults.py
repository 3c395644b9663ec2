"""What faults leave behind on a real Kafka: the same truth as a backtest of the same events."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.engine import feed, verdict
from tests.engine.apache import ApacheKafka
from tests.engine.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]


def twice_in_part(lines: list[bytes], seed: int) -> list[bytes]:
    """Some lines are delivered again, a while later."""
    again = random.Random(seed).sample(lines, len(lines) // 5)
    return lines + again


async def test_kill_9_and_repeated_delivery_leave_the_truth_of_a_backtest(cluster: Cluster, tmp_path: Path) -> None:
    lines = [*feed.movements(3, 20, 30), *feed.orders(4, 40), *feed.damaged()]
    half = len(lines) // 2
    first, _ = cluster.start_worker(), cluster.start_worker()
    await cluster.feed(lines[:half])
    await cluster.said("inventory-corrected", at_least=1)
    await cluster.feed(lines[half:])
    first.kill()
    cluster.start_worker()
    await cluster.feed(twice_in_part(lines, 5))
    await cluster.applied()
    await verdict.hold_against_a_backtest(cluster, lines, tmp_path / "backtest")


async def test_a_clean_restart_repeats_no_output(cluster: Cluster) -> None:
    lines = feed.movements(6, 10, 20)
    worker = cluster.start_worker()
    await cluster.feed(lines)
    await cluster.applied()
    worker.terminate()
    await cluster.ended(worker, 0)
    before = await cluster.said("inventory-corrected")
    cluster.start_worker()
    await cluster.feed(lines)
    await cluster.applied()
    assert await cluster.said("inventory-corrected") == before


async def test_a_worker_that_cannot_hand_over_because_the_broker_is_gone_ends_all_the_same(
    kafka: ApacheKafka, cluster: Cluster
) -> None:
    worker = cluster.start_worker()
    await cluster.feed(feed.movements(6, 5, 5))
    await cluster.applied()
    kafka.process.kill()
    worker.terminate()
    await cluster.ended(worker, 75)
