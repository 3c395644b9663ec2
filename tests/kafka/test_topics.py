"""The check of topics names the topic, what is wrong with it and the fix."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.errors import TopicsWrong
from app.kafka import topics
from app.settings import load
from tables import TABLES
from tests.engine.apache import ApacheKafka

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]


async def _make(bootstrap: str, name: str, partitions: int, **configs: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=configs)])
    await admin.close()


def test_topics_are_created_once_and_what_differs_is_named_with_its_fix(kafka: ApacheKafka) -> None:
    settings = load({"KAFKA_BOOTSTRAP": kafka.bootstrap}, {})
    asyncio.run(_make(kafka.bootstrap, "po-acks", 3))
    asyncio.run(_make(kafka.bootstrap, "syncline-positions-changelog", 8))
    asyncio.run(_make(kafka.bootstrap, "receipts", 8, **{"max.message.bytes": "8388608"}))
    asyncio.run(_make(kafka.bootstrap, "invoices", 8, **{"cleanup.policy": "compact"}))
    asyncio.run(_make(kafka.bootstrap, "syncline-positions-history", 8, **{"min.insync.replicas": "2"}))
    created = asyncio.run(topics.create(settings, TABLES))
    assert "inventory-events" in created
    assert "po-acks" not in created
    assert asyncio.run(topics.create(settings, TABLES)) == []
    with pytest.raises(TopicsWrong) as caught:
        asyncio.run(topics.check(settings, TABLES))
    message = str(caught.value)
    assert "po-acks: 3 partitions instead of 8" in message
    assert "syncline-positions-changelog: cleanup.policy=delete loses state; kafka-configs.sh --alter" in message
    assert "syncline-positions-changelog: max.message.bytes=1048588, at least 4194304 needed" in message
    assert "receipts: max.message.bytes=8388608, at most 4128768: what cannot be used goes whole" in message
    assert "invoices: cleanup.policy=compact keeps only the last record of a key" in message
    assert "syncline-positions-history: min.insync.replicas=2, and it has 1 of them: nothing can be written" in message
    assert "inventory-events" not in message
