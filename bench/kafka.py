"""The broker of a measurement: Apache Kafka as its own scripts start it, its topics, and records produced fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from time import monotonic, sleep
from typing import Any, Protocol

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.engine.apache import ApacheKafka

SCRIPT = ("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35")
WAIT = 30.0  # seconds
MANY = 10_000  # records asked for at once
BEHIND = 100_000  # records handed to the producer between two looks at its answers
PACED = 1_000  # records between two looks at the clock
LINGER, BATCH = 200, 1_000  # ms, records: the embedded broker answers a fetch with one batch; small ones, small turns


class Keyed(Protocol):
    """A record to produce."""

    @property
    def topic(self) -> str: ...
    @property
    def key(self) -> bytes: ...
    @property
    def value(self) -> bytes: ...


class Broker(ApacheKafka):
    """One node with the heap and collector of Kafka's own scripts, compiled as hot as Java can."""

    jvm = SCRIPT


def create(bootstrap: str, topics: Mapping[str, int], **configs: str) -> None:
    """Make topics (name -> partitions), all with these configs; raises KafkaException for one that is there."""
    if not topics:
        return
    wanted = [NewTopic(name, partitions, 1, config=configs) for name, partitions in topics.items()]
    admin = _admin(bootstrap)  # kept: its answers end with it
    for made in admin.create_topics(wanted, operation_timeout=WAIT).values():
        made.result(WAIT)
    while any(_partitions(admin, name) < count for name, count in topics.items()):
        sleep(0.05)  # a broker answers before it shows what it has made


def _partitions(admin: AdminClient, name: str) -> int:
    return len(admin.list_topics(name, timeout=WAIT).topics[name].partitions)


def drop(bootstrap: str, prefix: str) -> None:
    """Remove every topic whose name begins so: a side's changelogs must not fill the disk for the next."""
    admin = _admin(bootstrap)
    names = [name for name in admin.list_topics(timeout=WAIT).topics if name.startswith(prefix)]
    for gone in admin.delete_topics(names).values() if names else ():
        gone.result(WAIT)


def produce(bootstrap: str, records: Iterable[Keyed], topic: str | None = None, rate: float = inf) -> int:
    """Send records in order, partitioned by key as every Java client does; returns how many were acknowledged.

    At most `rate` a second.
    """
    refused: list[Any] = []
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "linger.ms": LINGER,
            "batch.num.messages": BATCH,
            "log_level": 3,
            "queue.buffering.max.messages": 2 * BEHIND,
            "on_delivery": lambda error, _: refused.append(error) if error else None,
        }
    )
    count, began = 0, monotonic()
    for count, record in enumerate(records, 1):
        producer.produce(topic or record.topic, record.value, record.key)
        if not count % PACED:
            sleep(max(0.0, began + count / rate - monotonic()))
        if not count % BEHIND:
            producer.flush(WAIT)
    left = producer.flush(WAIT)
    if refused or left:
        raise RuntimeError(f"{len(refused) + left} of {count} records were not taken: {refused[:1]}")
    return count


class Topic:
    """One topic from where it stood when this was made: how much was written since, and what."""

    def __init__(self, bootstrap: str, name: str) -> None:
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "bench", "enable.auto.commit": False, "log_level": 2}
        )
        partitions = self._consumer.list_topics(name, timeout=WAIT).topics[name].partitions
        self._places = [TopicPartition(name, number) for number in partitions]
        self._base = self._ends()

    def count(self) -> int:
        """Records written since."""
        return sum(self._ends()) - sum(self._base)

    def read(self) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) of each of them, a partition after the other."""
        left = self.count()
        starts = zip(self._places, self._base, strict=True)
        self._consumer.assign([TopicPartition(place.topic, place.partition, base) for place, base in starts])
        while left:
            for record in self._consumer.consume(MANY, WAIT):
                if record.error():
                    raise RuntimeError(f"{record.topic()}: {record.error()}")
                left -= 1
                yield record.key() or b"", record.value() or b""

    def close(self) -> None:
        self._consumer.close()

    def _ends(self) -> list[int]:
        return list(map(self._end, self._places))

    def _end(self, place: TopicPartition) -> int:
        end = monotonic() + WAIT
        while True:
            try:
                return int(self._consumer.get_watermark_offsets(place, timeout=WAIT)[1])
            except KafkaException:  # a broker that was too busy to keep its partitions has them back soon
                if monotonic() > end:
                    raise
                sleep(0.1)


def _admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 3})
