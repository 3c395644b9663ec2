"""Kept copies: a start after a clean stop reads only the rest, and all of it wherever the copy is in doubt."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from msgspec.structs import replace

from app.kafka.copies import Doubtful
from app.kafka.engine import Engine, Place
from app.kafka.names import changelog
from app.kafka.topics import create
from tables import POSITIONS, TABLES
from tests.engine import feed
from tests.engine.apache import free_port
from tests.engine.cluster import Cluster
from tests.kafka.conftest import delete
from tests.kafka.test_takeover import Quiet, arriving

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
PLACE = Place(POSITIONS.name, 0)
EVENTS = 60


@pytest.fixture
def cluster(fresh_cluster: Cluster, tmp_path: Path) -> Cluster:
    fresh_cluster.environ["SYNCLINE_STATE_DIR"] = str(tmp_path / "state")
    fresh_cluster.settings = replace(fresh_cluster.settings, state_dir=str(tmp_path / "state"))
    return fresh_cluster


class Counting(Quiet):
    """Adds up the rows that a take-over reads from topics."""

    rows = 0

    def recovering(self, topic: str, partition: int, rows: int, size: int, remaining: int) -> None:
        self.rows += rows


@asynccontextmanager
async def owner(cluster: Cluster) -> AsyncIterator[tuple[Engine, int]]:
    """Someone who owns the partition and leaves cleanly, and how many rows he read."""
    meter = Counting()
    engine = Engine(cluster.settings, cluster.schemas, Quiet(), meter)
    engine.tables[POSITIONS.name] = POSITIONS
    await engine.publisher.start()
    await engine.own([PLACE])
    yield engine, meter.rows
    await engine.rest()
    await engine.hand_over_for_good()
    await engine.end()


def stored(cluster: Cluster) -> str:
    return changelog(cluster.settings.application_id, POSITIONS)


def copies(cluster: Cluster) -> list[Path]:
    return sorted(Path(cluster.settings.state_dir).iterdir())


def held(engine: Engine) -> tuple[object, ...]:
    partition = engine.lines[PLACE].lane.partition
    return partition.heads, partition.tails, partition.history, partition.annexes


async def worked(cluster: Cluster, first: int = 0, count: int = EVENTS) -> tuple[object, ...]:
    """Let an owner work and leave; returns what he held."""
    key = cluster.key_of(0, "I-{}@X")
    async with owner(cluster) as (engine, _):
        for record in arriving(cluster, feed.series(key, first + count)[first:]):
            await engine.lines[PLACE].lane.turn([record])
        return held(engine)


async def test_a_start_after_a_clean_stop_reads_only_what_came_since(cluster: Cluster) -> None:
    before = await worked(cluster)
    async with owner(cluster) as (engine, read):
        assert read <= 4  # two fences of each topic
        assert held(engine) == before
    kept = {path: path.read_bytes() for path in copies(cluster)}
    after = await worked(cluster, EVENTS, 5)
    for path, content in kept.items():  # the copies of an owner before the last one
        path.write_bytes(content)
    async with owner(cluster) as (engine, read):
        assert 5 <= read < EVENTS
        assert held(engine) == after


async def test_a_damaged_copy_is_refused_with_a_word_and_everything_is_read(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    before = await worked(cluster)
    [first, *_] = copies(cluster)
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    with caplog.at_level(logging.WARNING, "app"):
        async with owner(cluster) as (engine, read):
            assert read > EVENTS
            assert held(engine) == before
    assert "is not used, all of" in caplog.text
    assert "it is damaged" in caplog.text


async def test_a_truncated_or_empty_copy_is_refused(cluster: Cluster) -> None:
    before = await worked(cluster)
    for path, size in zip(copies(cluster), (100, 0), strict=True):
        path.write_bytes(path.read_bytes()[:size])
    async with owner(cluster) as (engine, read):
        assert read > EVENTS
        assert held(engine) == before


async def test_a_copy_that_recovers_nothing_is_thrown_away_and_the_next_start_reads_everything(
    cluster: Cluster,
) -> None:
    before = await worked(cluster)
    async with owner(cluster) as (engine, _):
        assert engine.copies is not None
        _, row = next(iter(engine.lines[PLACE].lane.partition.heads.items()))
        end = (await engine.lines[PLACE].writer.prove())[stored(cluster)]
        copy = engine.copies
    copy.write(stored(cluster), 0, end, [(b"WITHOUT-ENTRIES@X", row)])
    with pytest.raises(Doubtful, match=r"WITHOUT-ENTRIES.*the next start reads all"):
        async with owner(cluster):
            """Never reached."""
    async with owner(cluster) as (engine, read):
        assert read > EVENTS
        assert held(engine) == before


async def test_a_topic_made_anew_is_noticed(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    await worked(cluster)
    await delete(cluster.bootstrap, [stored(cluster)])
    await create(cluster.settings, TABLES)
    async with owner(cluster) as (engine, _):
        assert engine.lines[PLACE].lane.partition.heads == {}
    assert "the topic was made anew" in caplog.text


async def test_a_copy_older_than_deletions_stay_readable_is_refused(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    before = await worked(cluster)
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    try:
        configs = {"cleanup.policy": "compact", "delete.retention.ms": "0"}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, stored(cluster), configs)])
    finally:
        await admin.close()
    async with owner(cluster) as (engine, read):
        assert read > EVENTS
        assert held(engine) == before
    assert "deletions stay readable for 0 s" in caplog.text


async def test_a_worker_that_was_stopped_goes_on_from_its_copies(cluster: Cluster) -> None:
    cluster.environ["SYNCLINE_METRICS_PORT"] = str(port := free_port())
    lines = feed.movements(5, 20, 10)
    worker = cluster.start_worker()
    await cluster.feed(lines)
    await cluster.applied()
    worker.terminate()
    await cluster.ended(worker, 0)
    said = await cluster.said("inventory-corrected")
    cluster.start_worker()
    page = await cluster.told(port, "syncline_worker_ready 1.0")
    read = next(
        x for x in page.splitlines() if x.startswith(f'syncline_recovery_rows_total{{topic="{stored(cluster)}"')
    )
    assert float(read.split(" ")[-1]) <= 2 * cluster.partitions  # fences, and the marks before them
    await cluster.feed(lines)
    await cluster.applied()
    assert await cluster.said("inventory-corrected") == said
