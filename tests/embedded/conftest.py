"""The embedded broker with all topics, and a cluster view of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.dev.broker import EmbeddedBroker
from app.kafka.topics import wanted
from app.settings import load
from tables import TABLES
from tests.engine.cluster import Cluster

PARTITIONS = 2


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """Fails a test that wrote more than the broker keeps: its verdict would be about what is left."""
    topics = wanted(load({}, {"partitions": str(PARTITIONS)}), TABLES)
    with EmbeddedBroker({topic.name: topic.partitions for topic in topics}) as started:
        yield started
        assert started.lost() == []


@pytest.fixture
def by_data(broker: EmbeddedBroker) -> Iterator[Cluster]:
    """Workers whose clock is the data's."""
    with Cluster(broker.bootstrap, PARTITIONS, SYNCLINE_CLOCK="data") as cluster:
        yield cluster


@pytest.fixture
def by_wall(broker: EmbeddedBroker) -> Iterator[Cluster]:
    """Workers whose clock is the wall's, with a short grace for missing numbers."""
    with Cluster(broker.bootstrap, PARTITIONS, SYNCLINE_SEQ_GAP_GRACE="1s") as cluster:
        yield cluster
