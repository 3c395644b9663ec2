"""Apache Kafka for each test; without Java the tests are skipped, unless SYNCLINE_REQUIRE_KAFKA=1 forbids that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from app.kafka import topics
from tables import TABLES
from tests.engine.apache import ApacheKafka, missing
from tests.engine.cluster import Cluster

PARTITIONS = 4


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    yield from started(tmp_path)


@pytest.fixture(scope="module")
def shared_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """One for all tests of a file."""
    yield from started(tmp_path_factory.mktemp("kafka"))


def started(directory: Path, besides: Mapping[str, str] | None = None) -> Iterator[ApacheKafka]:
    """A broker, with more properties where a test needs them."""
    require()
    with ApacheKafka(directory, besides) as broker:
        yield broker


def require() -> None:
    """Go on only where a broker can be started."""
    reason = missing()
    if reason and os.environ.get("SYNCLINE_REQUIRE_KAFKA") == "1":
        pytest.fail(f"SYNCLINE_REQUIRE_KAFKA=1, and {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture
def cluster(kafka: ApacheKafka) -> Iterator[Cluster]:
    """All topics created; workers' clock is the data's."""
    with Cluster(kafka.bootstrap, PARTITIONS, SYNCLINE_CLOCK="data") as cluster:
        asyncio.run(topics.create(cluster.settings, TABLES))
        yield cluster


@pytest.fixture
def fresh_cluster(shared_kafka: ApacheKafka, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """The same on the file's broker, with all topics created anew and a group of its own."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    with Cluster(shared_kafka.bootstrap, PARTITIONS, SYNCLINE_CLOCK="data", SYNCLINE_APPLICATION_ID=name) as cluster:
        asyncio.run(topics.create(cluster.settings, TABLES))
        yield cluster
    asyncio.run(delete(shared_kafka.bootstrap, [topic.name for topic in topics.wanted(cluster.settings, TABLES)]))


async def delete(bootstrap: str, names: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics(names)
        left = set(names)
        while left:
            await asyncio.sleep(0.1)
            left &= set(await admin.list_topics())
    finally:
        await admin.close()
