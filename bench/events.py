"""Inventory events as a warehouse sends them: every shelf is counted first; some come late, some again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from msgspec.structs import replace

from app.contracts.encode import Encoder
from app.domain.codes import Movement, Purpose, StockStatus
from app.domain.facts import InventoryEvent

TOPIC = "inventory-events"
START = 1_770_000_000_000
LATE, COUNTED, REPEATED = 0.01, 0.03, 0.01
UNIT = 10_000
OUTWARD = (Movement.ISSUE, Movement.CONSUME)
MOVED = (Movement.RECEIPT, Movement.ISSUE, Movement.CONSUME, Movement.ISSUE, Movement.RECEIPT)
SHELVES = 20  # locations an item lies in
NOTHING: dict[str, Any] = dict.fromkeys(InventoryEvent.__struct_fields__)
EVENT = InventoryEvent(
    **NOTHING
    | {
        "source_system": "wms",
        "purpose": Purpose.ORIGINAL,
        "facility_id": "NORTH",
        "uom": "EA",
        "stock_status": StockStatus.AVAILABLE,
        "all_lots": False,
    }
)
Dice = Callable[[], float]


class Sent:
    """One record, as an engine would deliver it; a repeat is the same one again."""

    __slots__ = ("headers", "key", "offset", "partition", "timestamp", "topic", "value")

    def __init__(self, key: bytes, value: bytes, offset: int, topic: str = TOPIC) -> None:
        self.topic, self.partition, self.offset, self.timestamp = topic, 0, offset, START
        self.key, self.value, self.headers = key, value, ()


def sent(encoder: Encoder, count: int, keys: int, seed: int = 7) -> Iterator[Sent]:
    """`count` records over `keys` positions; the same seed gives the same bytes."""
    dice = Random(seed).random
    numbers = [0] * keys
    last: Sent | None = None
    for offset in range(count):
        if last is None or dice() >= REPEATED:
            at = int(dice() * keys)
            numbers[at] += 1
            event = _event(dice, at, numbers[at], offset)
            last = Sent(f"{event.item_id}@{event.location_id}".encode(), encoder.encode(TOPIC, event), offset)
        yield last


def _event(dice: Dice, at: int, number: int, offset: int) -> InventoryEvent:
    now = START + offset * 50
    counted = number == 1 or dice() < COUNTED
    movement = Movement.COUNT_SET if counted else MOVED[int(dice() * len(MOVED))]
    item, shelf = divmod(at, SHELVES)
    return replace(
        EVENT,
        event_id=f"wms-{at}-{number}",
        source_seq=number,
        event_time=now - (3_600_000 if dice() < LATE else 0),
        record_time=now,
        item_id=f"ITEM-{item:05}",
        location_id=f"NORTH-{shelf:02}",
        movement=movement,
        quantity=int(1 + dice() * 40) * UNIT * (1 if movement in OUTWARD else 20),
    )
