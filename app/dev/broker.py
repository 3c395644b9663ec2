"""The embedded broker: librdkafka's mock cluster, a real Kafka wire protocol on 127.0.0.1, nothing durable.

Its limits: 5 MiB a partition (older records are dropped then: see `lost`), no compaction, no CreateTopics.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import confluent_kafka
from aiokafka import AIOKafkaConsumer, TopicPartition

PRODUCER = 0  # rd_kafka_type_t
TEXT = 512
ONLY = 1  # broker


@cache
def _library() -> ctypes.CDLL:
    """The librdkafka of confluent-kafka's wheel, already loaded by it."""
    folder = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    library = ctypes.CDLL(str(next(folder.glob("librdkafka*.so*"))))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    signatures = {
        "rd_kafka_conf_new": (pointer, ()),
        "rd_kafka_conf_set": (number, (pointer, text, text, text, ctypes.c_size_t)),
        "rd_kafka_new": (pointer, (number, pointer, text, ctypes.c_size_t)),
        "rd_kafka_handle_mock_cluster": (pointer, (pointer,)),
        "rd_kafka_mock_cluster_bootstraps": (text, (pointer,)),
        "rd_kafka_mock_topic_create": (number, (pointer, text, number, number)),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, (pointer, ctypes.c_int32)),
        "rd_kafka_mock_broker_set_rtt": (number, (pointer, ctypes.c_int32, number)),
        "rd_kafka_destroy": (None, (pointer,)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class EmbeddedBroker:
    """A broker that lives as long as its `with` block; `bootstrap` is its address."""

    def __init__(self, topics: Mapping[str, int]) -> None:
        self.topics = topics  # name -> partitions
        self.bootstrap = ""

    def __enter__(self) -> Self:
        library, error = _library(), ctypes.create_string_buffer(TEXT)
        conf = library.rd_kafka_conf_new()
        library.rd_kafka_conf_set(conf, b"test.mock.num.brokers", b"1", error, TEXT)
        library.rd_kafka_conf_set(conf, b"log_level", b"3", error, TEXT)
        self._handle = library.rd_kafka_new(PRODUCER, conf, error, TEXT)
        if not self._handle:
            raise RuntimeError(f"the embedded broker does not start: {error.value.decode()}")
        self._cluster = library.rd_kafka_handle_mock_cluster(self._handle)
        library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        self.bootstrap = library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        for name, partitions in self.topics.items():
            self.create(name, partitions)
        return self

    def create(self, topic: str, partitions: int) -> None:
        code = _library().rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1)
        if code:
            raise RuntimeError(f"the embedded broker does not create {topic} (error {code})")

    def slow_down(self, milliseconds: int) -> None:
        """From now on every answer takes so long."""
        code = _library().rd_kafka_mock_broker_set_rtt(self._cluster, ONLY, milliseconds)
        if code:
            raise RuntimeError(f"the embedded broker cannot be slowed down (error {code})")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _library().rd_kafka_destroy(self._handle)

    def lost(self) -> list[str]:
        """Topic-partitions that grew beyond what the broker keeps: their oldest records are gone."""
        return asyncio.run(_lost(self.bootstrap, self.topics.items()))


async def _lost(bootstrap: str, topics: Iterable[tuple[str, int]]) -> list[str]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for topic, partitions in topics for number in range(partitions)]
        starts = await consumer.beginning_offsets(places)
        return sorted(f"{tp.topic}/{tp.partition}" for tp, start in starts.items() if start > 0)
    finally:
        await consumer.stop()
