"""Inventory events as a warehouse sends them: every shelf is counted first; some come late, some again."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from app.contracts.encode import Encoder

TOPIC = "inventory-events"
START = 1_770_000_000_000
LATE, COUNTED, REPEATED = 0.01, 0.03, 0.01
UNIT = 10_000


class Sent:
    """One record, as an engine would deliver it."""

    __slots__ = ("headers", "key", "offset", "partition", "timestamp", "topic", "value")

    def __init__(self, key: bytes, value: bytes, offset: int) -> None:
        self.topic, self.partition, self.offset, self.timestamp = TOPIC, 0, offset, START
        self.key, self.value, self.headers = key, value, ()


def sent(encoder: Encoder, count: int, keys: int, seed: int = 7) -> Iterator[Sent]:
    """`count` records over `keys` positions; the same seed gives the same bytes."""
    random = Random(seed)
    numbers = [0] * keys
    last: Sent | None = None
    for offset in range(count):
        if last is None or random.random() >= REPEATED:
            at = random.randrange(keys)
            numbers[at] += 1
            record = _record(random, at, numbers[at], offset)
            key = f"{record['item_id']}@{record['location_id']}".encode()
            last = Sent(key, encoder.encode_record(TOPIC, record), offset)
        yield last


def _record(random: Random, at: int, number: int, offset: int) -> dict[str, Any]:
    now = START + offset * 50
    counted = random.random() < COUNTED or number == 1
    movement = "COUNT_SET" if counted else random.choice(("RECEIPT", "ISSUE", "CONSUME", "ISSUE", "RECEIPT"))
    return {
        "event_id": f"wms-{at}-{number}",
        "source_system": "wms",
        "source_seq": number,
        "event_time": now - (3_600_000 if random.random() < LATE else 0),
        "record_time": now,
        "facility_id": "NORTH",
        "item_id": f"ITEM-{at // 20:05}",
        "location_id": f"NORTH-{at % 20:02}",
        "movement": movement,
        "quantity": random.randint(1, 40) * UNIT * (1 if movement in ("ISSUE", "CONSUME") else 20),
        "uom": "EA",
        "lot": None,
    }
