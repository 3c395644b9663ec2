"""Topics of a table that are not as its last owner left them: a worker refuses, and says which and why."""

from __future__ import annotations

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from app.kafka.names import changelog, history
from app.kafka.topics import create, wanted
from tables import MASTERS, POSITIONS, TABLES
from tests.engine import feed
from tests.engine.cluster import Cluster
from tests.kafka.conftest import PARTITIONS, delete

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
KEYS = 200


async def worked(cluster: Cluster) -> None:
    """Let a worker apply what makes keys, history and golden records, and stop it."""
    worker = cluster.start_worker()
    key = cluster.key_of(0, "I-{}@X")
    spread = [line for number in range(KEYS) for line in feed.series(f"SPREAD-{number}@X", 1)]
    masters = [feed.item(f"ITEM-{number}") for number in range(20)]
    await cluster.feed([*feed.series(key, 60), *spread, *masters])
    await cluster.applied()
    worker.terminate()
    await cluster.ended(worker, 0)


async def anew(cluster: Cluster, topic: str | None) -> None:
    await delete(cluster.bootstrap, [str(topic)])
    await create(cluster.settings, TABLES)


async def refused(cluster: Cluster) -> str:
    return await cluster.ended(cluster.start_worker(), 70)


async def test_a_changelog_deleted_between_two_starts_is_missed(fresh_cluster: Cluster) -> None:
    await worked(fresh_cluster)
    stored = changelog(fresh_cluster.settings.application_id, POSITIONS)
    await anew(fresh_cluster, stored)
    said = await refused(fresh_cluster)
    assert f"{stored}/" in said
    assert "is empty, though inventory-events/" in said


async def test_a_changelog_made_anew_under_a_worker_is_missed_with_its_next_turn(fresh_cluster: Cluster) -> None:
    stored = changelog(fresh_cluster.settings.application_id, POSITIONS)
    worker = fresh_cluster.start_worker()
    key = fresh_cluster.key_of(0, "I-{}@X")
    lines = feed.series(key, 60)
    await fresh_cluster.feed(lines[:50])
    await fresh_cluster.applied()
    await anew(fresh_cluster, stored)
    await fresh_cluster.feed(lines[50:])
    assert f"{stored}/0 took a record at offset 0" in await fresh_cluster.ended(worker, 70)


async def test_a_changelog_made_anew_under_a_worker_is_missed_when_it_hands_over(fresh_cluster: Cluster) -> None:
    stored = changelog(fresh_cluster.settings.application_id, POSITIONS)
    worker = fresh_cluster.start_worker()
    await fresh_cluster.feed(feed.series(fresh_cluster.key_of(0, "I-{}@X"), 50))
    await fresh_cluster.applied()
    await anew(fresh_cluster, stored)
    worker.terminate()
    assert "took a record at offset 0" in await fresh_cluster.ended(worker, 70)


async def test_a_history_deleted_between_two_starts_is_missed(fresh_cluster: Cluster) -> None:
    await worked(fresh_cluster)
    await anew(fresh_cluster, history(fresh_cluster.settings.application_id, POSITIONS))
    assert "its history holds 0 of " in await refused(fresh_cluster)


async def test_golden_records_deleted_between_two_starts_are_missed(fresh_cluster: Cluster) -> None:
    await worked(fresh_cluster)
    await anew(fresh_cluster, "golden-records")
    assert f"nothing stands there, though {changelog(fresh_cluster.settings.application_id, MASTERS)}" in await refused(
        fresh_cluster
    )


async def test_partitions_added_to_all_topics_are_noticed_by_where_the_keys_lie(fresh_cluster: Cluster) -> None:
    await worked(fresh_cluster)
    admin = AIOKafkaAdminClient(bootstrap_servers=fresh_cluster.bootstrap)
    await admin.start()
    try:
        names = [topic.name for topic in wanted(fresh_cluster.settings, TABLES)]
        await admin.create_partitions({name: NewPartitions(2 * PARTITIONS) for name in names})
    finally:
        await admin.close()
    fresh_cluster.environ["SYNCLINE_PARTITIONS"] = str(2 * PARTITIONS)
    assert f"its keys were spread over {PARTITIONS} partitions, and there are 8 now" in await refused(fresh_cluster)
