"""What tells one topic from another of the same name: its id and its cluster's. And how long its tombstones stand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, NamedTuple

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType

WAIT = 30.0  # seconds
MASK = (1 << 64) - 1


class Identity(NamedTuple):
    """`tombstones` in ms: a deletion can be read at least that long."""

    id: str
    tombstones: int


async def identities(servers: str, topics: Collection[str]) -> dict[str, Identity]:
    """Ask once for all; empty where the brokers do not tell."""
    return await asyncio.to_thread(_ask, servers, topics)


def _ask(servers: str, topics: Collection[str]) -> dict[str, Identity]:
    admin = AdminClient({"bootstrap.servers": servers, "log_level": 3})
    try:
        cluster = admin.describe_cluster(request_timeout=WAIT).result(WAIT).cluster_id
        described = admin.describe_topics(TopicCollection([*topics]), request_timeout=WAIT)
        ids = {topic: _id(cluster, answer.result(WAIT).topic_id) for topic, answer in described.items()}
        asked = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic) for topic in topics])
        configs = {resource.name: answer.result(WAIT) for resource, answer in asked.items()}
    except KafkaException:
        return {}
    if not all(ids.values()):
        return {}
    return {topic: Identity(ids[topic], int(configs[topic]["delete.retention.ms"].value)) for topic in topics}


def _id(cluster: str | None, topic: Any) -> str:
    most, least = topic.get_most_significant_bits(), topic.get_least_significant_bits()
    return f"{cluster}/{most & MASK:016x}{least & MASK:016x}" if cluster and (most or least) else ""
