"""A producer of records at a steady rate, through every outage of its broker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from time import monotonic, sleep
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from app.contracts.fileform import Parsed

AT_ONCE = 20  # records between two looks at the clock
ANSWER_WITHIN = 30.0  # seconds
CONFIG = {
    "enable.idempotence": True,
    # A leader of a new topic that refuses the first batch and takes the second calls the first, sent again, a repeat.
    "max.in.flight": 1,
    "partitioner": "murmur2_random",
    "linger.ms": 20,
    "message.timeout.ms": 0,  # never give up
    "queue.buffering.max.messages": 2_000_000,
    "queue.buffering.max.kbytes": 2_000_000,
    "reconnect.backoff.max.ms": 500,
}


class Feeder:
    """`run` in a thread of its own."""

    def __init__(self, bootstrap: str, records: Sequence[Parsed], order: Iterable[int], rate: int) -> None:
        self.records, self.order, self.rate = records, order, rate
        self.bootstrap = bootstrap
        self.producer = Producer({"bootstrap.servers": bootstrap, "log_level": 2, **CONFIG})
        self.sent, self.seconds = 0, 0.0
        self.times: Counter[int] = Counter()  # how often each record was sent
        self.refused: list[str] = []
        self.acknowledged: Counter[tuple[str, int]] = Counter()  # records, by topic and partition
        self.given_up = False  # by whoever waits for it

    def run(self) -> None:
        """Send everything and wait for all acknowledgements, unless given up."""
        began = monotonic()
        for number in self.order:
            if self.given_up:
                return
            self._send(self.records[number])
            self.times[number] += 1
            self.sent += 1
            if self.sent % AT_ONCE == 0:
                self.producer.poll(0)
                sleep(max(0.0, began + self.sent / self.rate - monotonic()))
        self.seconds = monotonic() - began
        while self.producer.flush(1.0) and not self.given_up:
            pass

    def _send(self, record: Parsed) -> None:
        headers: Any = list(record.headers)
        self.producer.produce(record.topic, record.value, record.key, headers=headers, on_delivery=self._acknowledged)

    def _acknowledged(self, error: Any, message: Any) -> None:
        if error is not None:
            self.refused.append(str(error))
        else:
            self.acknowledged[message.topic(), message.partition()] += 1

    def lost(self) -> list[str]:
        """Topic-partitions that hold fewer records than their broker acknowledged: no worker can make that good."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "soak-feeder"})
        held = {place: self._held(consumer, *place) for place in sorted(self.acknowledged)}
        consumer.close()
        return [
            f"{topic}/{number}: {count} records were acknowledged, the broker holds {first} to {after}"
            for (topic, number), (first, after) in held.items()
            if after - first < (count := self.acknowledged[topic, number])
        ]

    def _held(self, consumer: Consumer, topic: str, number: int) -> tuple[int, int]:
        """The first offset and the one after the last."""
        first, after = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_WITHIN)
        return int(first), int(after)
