"""Apache Kafka for each test; without Java the tests are skipped, unless SYNCLINE_REQUIRE_KAFKA=1 forbids that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kafka import topics
from tables import TABLES
from tests.engine.apache import ApacheKafka, missing
from tests.engine.cluster import Cluster

PARTITIONS = 4


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    reason = missing()
    if reason and os.environ.get("SYNCLINE_REQUIRE_KAFKA") == "1":
        pytest.fail(f"SYNCLINE_REQUIRE_KAFKA=1, and {reason}")
    if reason:
        pytest.skip(reason)
    with ApacheKafka(tmp_path) as broker:
        yield broker


@pytest.fixture
def cluster(kafka: ApacheKafka) -> Iterator[Cluster]:
    """All topics created; workers' clock is the data's."""
    with Cluster(kafka.bootstrap, PARTITIONS, SYNCLINE_CLOCK="data") as started:
        asyncio.run(topics.create(started.settings, TABLES))
        yield started
