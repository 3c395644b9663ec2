"""The two ends of a latency measurement, each a process of its own: who sends evenly, and who sees the ledger.

A record's event_time is the moment at which it was due to be sent, so that a sender held up flatters nobody. Its ledger
entry carries that time on.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterator
from io import BytesIO
from random import Random
from time import sleep, time
from typing import Any, NamedTuple

from confluent_kafka import Consumer, Producer
from fastavro import parse_schema, schemaless_reader
from msgspec.structs import replace

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas, latest
from app.domain.facts import InventoryEvent
from bench.events import TOPIC, _event
from bench.worker import LEDGER

PAUSE = 0.001  # seconds between two looks at what is due
LOOKED_AT = 8  # one entry of so many is decoded: the reader shall not be what is measured
SILENCE = 15.0  # seconds without an entry after which nothing more comes


class Told(NamedTuple):
    """Milliseconds, sorted: from due to seen, or from due to handed to the producer."""

    p50: float
    p99: float
    most: float
    entries: int


def told(waits: array[float]) -> Told:
    """What a measurement came to; raises ValueError for an empty one."""
    if not waits:
        raise ValueError("nothing was seen")
    ordered = sorted(waits)
    return Told(ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1], len(ordered))


def send(bootstrap: str, rate: int, seconds: int, keys: int) -> None:
    """Send `rate` records a second, one by one; print how late they were handed over."""
    producer = Producer(
        {"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "linger.ms": 5, "acks": "all"}
    )
    encoder, lags, began = Encoder(LocalSchemas().ids()), array("d"), time()
    for number, event in enumerate(_events(keys, began, rate, rate * seconds)):
        while (early := began + number / rate - time()) > 0:
            producer.poll(0)
            sleep(max(PAUSE, early))
        key = f"{event.item_id}@{event.location_id}".encode()
        producer.produce(TOPIC, encoder.encode(TOPIC, event), key)
        lags.append((time() - began - number / rate) * 1_000)
    producer.flush()
    print(json.dumps(told(lags)), flush=True)


def _events(keys: int, began: float, rate: int, count: int) -> Iterator[InventoryEvent]:
    dice, numbers = Random(7).random, array("I", bytes(4)) * keys
    for number in range(count):
        at = int(dice() * keys)
        numbers[at] += 1
        due = int((began + number / rate) * 1_000)
        yield replace(_event(dice, at, numbers[at], number), event_time=due, record_time=due)


def see(bootstrap: str, warm: int) -> None:
    """Read the ledger as it comes; print how old its entries were, those of the first `warm` seconds left out."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-latency",
            "fetch.wait.max.ms": 20,
            "fetch.queue.backoff.ms": 5,
        }
    )
    consumer.subscribe([LEDGER], on_assign=lambda *_: print("ready", flush=True))
    schema: Any = parse_schema(latest("corrected_inventory").raw)
    waits, seen, first, last = array("d"), 0, 0.0, time() + 2 * SILENCE
    while time() - last < SILENCE:
        batch = consumer.consume(1_000, 0.02)
        now = time()
        if batch:
            last, first = now, first or now
        for message in batch[(-seen) % LOOKED_AT :: LOOKED_AT] if now - first > warm else ():
            entry: Any = schemaless_reader(BytesIO((message.value() or b"")[5:]), schema, None)
            if entry["kind"] == "MOVEMENT":
                waits.append(now * 1_000 - entry["effective_time"].timestamp() * 1_000)
        seen += len(batch)
    print(json.dumps(told(waits)), flush=True)


if __name__ == "__main__":
    role, where, *numbers = sys.argv[1:]
    roles: dict[str, Callable[..., None]] = {"send": send, "see": see}
    roles[role](where, *map(int, numbers))
