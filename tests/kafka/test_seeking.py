"""What a fetch takes while the flow stands still is dropped by Faust, and must come again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError

from agents import follow_positions
from app.flow import Tally
from app.kafka.application import Application, application
from tests.engine import feed
from tests.engine.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]


class Quiet:
    """Nobody counts."""

    def turn(self, table: str, tally: Tally, seconds: float) -> None: ...
    def reach(self, table: str, partition: int, lags: Mapping[str, int], clock_lag: float) -> None: ...
    def leave(self, table: str, partition: int, topics: Iterable[str]) -> None: ...
    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


@asynccontextmanager
async def standing_still(cluster: Cluster) -> AsyncIterator[Application]:
    """A worker in this process that has committed nothing yet and whose flow was stopped."""
    app = application(cluster.settings, cluster.schemas, [follow_positions], Quiet())
    await app.start()
    try:
        await cluster._until(lambda: until_ready(app))
        app.consumer.stop_flow()
        app.flow_control.suspend()
        yield app
    finally:
        await app.stop()


async def until_ready(app: Application) -> str | None:
    return None if app.consumer.flow_active and not app.rebalancing else "a worker that is ready"


async def take(app: Application) -> int:
    """Take records as a fetch does that was on its way when the flow stopped; nobody gets them."""
    thread: Any = app.consumer._thread
    places = [tp for tp in thread._consumer.assignment() if tp.topic == "inventory-events"]
    fetching = thread._consumer._fetcher.fetched_records
    taken = 0
    while not taken:
        got = await thread.call_thread(fetching, places, timeout=0.2, max_records=500)
        taken = sum(map(len, got.values()))
    return taken


def go_on(app: Application) -> None:
    app.flow_control.resume()
    app.consumer.resume_flow()


async def test_records_taken_before_the_first_commit_are_read_again(cluster: Cluster) -> None:
    async with standing_still(cluster) as app:
        await cluster.feed(feed.series(cluster.key_of(0, "I-{}@X"), 9))
        assert await take(app) > 0
        await app.consumer.perform_seek()
        go_on(app)
        said = await cluster.said("inventory-corrected", at_least=9)
    assert [line["value"]["balance_after"] for line in said] == [str(n) for n in range(1, 10)]


async def test_a_seek_that_failed_is_made_up_for_before_the_next_fetch(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with standing_still(cluster) as app:
        await cluster.feed(feed.series(cluster.key_of(0, "I-{}@X"), 9))
        assert await take(app) > 0
        with monkeypatch.context() as once:
            once.setattr(app.consumer._thread, "seek_to_committed", away)
            with pytest.raises(KafkaTimeoutError):
                await app.consumer.perform_seek()
        go_on(app)
        said = await cluster.said("inventory-corrected", at_least=9)
    assert [line["value"]["balance_after"] for line in said] == [str(n) for n in range(1, 10)]


async def away() -> None:
    raise KafkaTimeoutError
