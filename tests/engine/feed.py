"""A small network's events for tests over a broker: late, repeated, cancelled, damaged; always the same for a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

START = 1_770_000_000_000
MINUTE, DAY = 60_000, 86_400_000
SOURCES = ("wms-a", "wms-b")


def movements(seed: int, keys: int, each: int) -> list[bytes]:
    """Per key and source a gap-free series, then shuffled in part, repeated in part, and a few numbers lost."""
    dice = random.Random(seed)
    lines = [
        _movement(dice, key, source, number)
        for number in range(1, each + 1)
        for key in range(keys)
        for source in SOURCES
        if dice.random() > 0.01
    ]
    lines = [line for _, line in sorted(enumerate(lines), key=lambda pair: pair[0] + dice.choice((0, 0, 0, 40)))]
    return [line for line in lines for _ in range(dice.choice((1, 1, 1, 1, 2)))]


def _movement(dice: random.Random, key: int, source: str, number: int) -> bytes:
    at = START + number * 10 * MINUTE
    kind = dice.choice(("RECEIPT", "RECEIPT", "ISSUE", "CONSUME", "ADJUST", "COUNT_SET"))
    value = {
        **_envelope(f"{source}-{key}-{number}", source, at + dice.randrange(MINUTE), at + MINUTE),
        "source_seq": number,
        "item_id": f"ITEM-{key}",
        "location_id": "MAIN",
        "movement": kind,
        "quantity": str(dice.randrange(1, 20)),
        "uom": "EA",
    }
    if number > 3 and dice.random() < 0.05:
        value |= {"purpose": "CANCEL", "supersedes": f"{source}-{key}-{number - 2}"}
    return _line("inventory-events", f"ITEM-{key}@MAIN", value)


def series(key: str, count: int) -> list[bytes]:
    """Receipts of one piece each, numbered from 1."""
    item, _, location = key.partition("@")
    fields = {"item_id": item, "location_id": location, "movement": "RECEIPT", "quantity": "1", "uom": "EA"}
    times = [START + number * MINUTE for number in range(1, count + 1)]
    envelopes = [_envelope(f"{key}-{number}", "wms-a", at, at) for number, at in enumerate(times, 1)]
    return [
        _line("inventory-events", key, {**envelope, "source_seq": number, **fields})
        for number, envelope in enumerate(envelopes, 1)
    ]


def orders(seed: int, count: int) -> list[bytes]:
    """Orders with their acks, shipments, receipts and invoices; some documents lost, some early, some twice."""
    dice = random.Random(seed)
    lines = [line for number in range(count) for line in order(f"PO-{number}", START + number * MINUTE)]
    kept = [line for line in lines if dice.random() > 0.05]
    return [line for at, line in sorted(enumerate(kept), key=lambda pair: pair[0] + dice.choice((0, 0, 7)))] + kept[::9]


def order(po: str, at: int, quantity: str = "10", uom: str = "EA") -> list[bytes]:
    """An order of ten pieces at a time (ms), and all its documents, which may count them in another unit."""
    line = {"line": "1", "item_id": "GLOVES", "quantity": quantity, "uom": uom}
    pieces = line | {"quantity": "10", "uom": "EA"}
    header = {"po_number": po, "supplier_id": "ACME", "currency": "USD"}
    dock = f"DOCK-{at // (3 * MINUTE)}"  # three orders each: some are twins, not all

    def document(topic: str, minutes: int, **fields: Any) -> bytes:
        when = at + minutes * MINUTE
        return _line(topic, po, {**_envelope(f"{topic}-{po}", "erp", when, when), "po_number": po, **fields})

    return [
        document("purchase-orders", 0, **header, version=1, ship_to=dock, lines=[{**pieces, "unit_price": "2.5"}]),
        document(
            "po-acks", 5, ack_id=f"A-{po}", ack_date="2026-02-02", lines=[{"line": "1", "statuses": [{"code": "IA"}]}]
        ),
        document("shipments", 60, shipment_id=f"S-{po}", ship_date="2026-02-03", lines=[line]),
        document(
            "receipts",
            120,
            receipt_id=f"R-{po}",
            received_at=at + 120 * MINUTE,
            lines=[{**line, "condition": "07"}],
        ),
        document(
            "invoices",
            180,
            **header,
            invoice_number=f"I-{po}",
            invoice_date="2026-02-05",
            lines=[{**line, "unit_price": "2.5", "price_uom": "EA"}],
            total="25",
        ),
    ]


def item(name: str, **said: Any) -> bytes:
    """What an item's master says of it, from the beginning on."""
    fixed = {"item_id": name, "version": 1, "description": "", "base_uom": "EA", "valid_from": START}
    return _line("item-master", name, {**_envelope(f"item-{name}", "mdm", START, START), **fixed, **said})


def damaged() -> list[bytes]:
    """Records that no table can use, each its own way."""
    wrong_key = _line(
        "inventory-events",
        "ELSE@WHERE",
        {
            **_envelope("wrong-key", "wms-a", START, START),
            "item_id": "ITEM-1",
            "location_id": "MAIN",
            "movement": "RECEIPT",
            "quantity": "1",
            "uom": "EA",
        },
    )
    raw = [("inventory-events", "AAAA"), ("purchase-orders", "AAAAAAEAAAA="), ("receipts", "bm8gYXZybw==")]
    return [wrong_key, *(json.dumps({"topic": topic, "key": "X@Y", "raw": raw}).encode() for topic, raw in raw)]


def clock(partitions: int, key_of: Callable[[int, str], str], days: int = 30) -> list[bytes]:
    """One record of so many days later in every partition of every table, so that all deadlines come."""
    forms = (
        ("inventory-events", "CLOCK-{}@X"),
        ("purchase-orders", "CLOCK-{}"),
        ("sightings", "clock@{}"),
        ("item-master", "CLOCK-{}"),
    )
    return [later(days, topic, key_of(number, form)) for topic, form in forms for number in range(partitions)]


def later(days: int, topic: str, key: str) -> bytes:
    """A harmless record of a later time: it moves the clock of its partition."""
    at = START + days * DAY
    if topic == "sightings":
        return _line(topic, key, {"record_time": at, "state_version": 1, "block": key, "entity": "X", "stands": False})
    fields: dict[str, Any]
    if topic == "item-master":
        fields = {"item_id": key, "version": 1, "description": "", "base_uom": "EA", "valid_from": at}
    elif topic == "inventory-events":
        item, _, location = key.partition("@")
        fields = {"item_id": item, "location_id": location, "movement": "RECEIPT", "quantity": "1", "uom": "EA"}
    else:
        fields = {"po_number": key, "supplier_id": "ACME", "currency": "USD", "version": 1, "lines": []}
    return _line(topic, key, {**_envelope(f"later-{key}", "clock", at, at), **fields})


def _envelope(event_id: str, source: str, event_time: int, record_time: int) -> dict[str, Any]:
    return {"event_id": event_id, "source_system": source, "event_time": event_time, "record_time": record_time}


def _line(topic: str, key: str, value: dict[str, Any]) -> bytes:
    return json.dumps({"topic": topic, "key": key, "value": value}).encode()
