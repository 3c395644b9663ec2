"""A worker dies at a named point of its life, the next one takes over, and so on: the truth is that of a backtest."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.engine import feed, verdict
from tests.engine.cluster import PATIENCE, Cluster
from tests.engine.points import POINTS

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]

DEATHS = {
    "dead letters": ("before the dead letters", "after the dead letters"),
    "history": ("before the history", "within the history", "after the history"),
    "changelog": ("before the changelog", "within the changelog", "after the changelog"),
    "outputs": ("within the outputs", "after the outputs", "after the store"),
    "commit": ("before the commit", "after the commit"),
    "hand-over": ("before the mark", "after the mark"),
    "take-over": (
        "after the changelog",  # leaves something to be said again
        "after the fence",
        "after the bulk read",
        "within what is said again",
        "after what is said again",
        "after it is marked as said",
        "after the take-over",
    ),
}
LINES = [*feed.movements(7, 12, 32), *feed.orders(8, 24)]


def portions(count: int) -> list[list[bytes]]:
    """The lines in so many parts, each with some that no table can use."""
    return [[*feed.damaged(), *LINES[at * len(LINES) // count : (at + 1) * len(LINES) // count]] for at in range(count)]


def test_somebody_dies_at_every_point() -> None:
    assert {point for points in DEATHS.values() for point in points} == POINTS.keys()


@pytest.mark.parametrize("points", DEATHS.values(), ids=DEATHS.keys())
async def test_death_at_a_named_point_leaves_the_truth(
    fresh_cluster: Cluster, points: Sequence[str], tmp_path: Path
) -> None:
    *portions_of_the_dying, last = portions(len(points) + 1)
    for point, portion in zip(points, portions_of_the_dying, strict=True):
        await fresh_cluster.feed(portion)
        await _die(fresh_cluster, point)
    fresh_cluster.start_worker()
    await fresh_cluster.feed(last)
    await fresh_cluster.applied()
    lines = [line for portion in [*portions_of_the_dying, last] for line in portion]
    await verdict.hold_against_a_backtest(fresh_cluster, lines, tmp_path / "backtest")


async def _die(cluster: Cluster, point: str) -> None:
    worker = cluster.start_dying_worker(point)
    if point in DEATHS["hand-over"]:
        # Told to stop while it starts it has nothing to hand over; and a rebalance may make it hand over untold.
        await cluster.applied(or_ended=worker)
        worker.terminate()
    assert await asyncio.to_thread(worker.wait, PATIENCE) == -signal.SIGKILL
