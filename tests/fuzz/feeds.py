"""Good records of many keys in the order of their times, made from the shipped examples."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.support.contracts import RECORDS, encoded, example, key_of
from tests.support.memory import Delivered

START = 1_770_000_000_000
MINUTE = 60_000
MOVEMENTS = ("RECEIPT", "ISSUE", "CONSUME", "ADJUST", "TRANSFER_IN", "TRANSFER_OUT", "COUNT_SET", "RESERVE", "SCRAP")
DOCUMENTS = ("purchase_order", "purchase_order_ack", "shipment", "receipt", "invoice")


def movements(chance: Random, count: int, keys: int, prefix: str) -> list[Delivered]:
    """Movements of positions `<prefix><n>@MAIN`, cancels and late counts among them."""
    records, sent = [], dict[str, list[str]]()
    for number in range(count):
        item = f"{prefix}{chance.randrange(keys)}"
        value = example("inventory_event") | _envelope(chance, f"{prefix}-m{number}", number) | {
            "item_id": item,
            "location_id": "MAIN",
            "movement": chance.choice(MOVEMENTS),
            "quantity": str(chance.randrange(100)),
            "lot": chance.choice((None, "L1", "L2")),
        }  # fmt: skip
        if sent.get(item) and chance.random() < 0.1:
            value |= {"purpose": chance.choice(("CANCEL", "REPLACE")), "supersedes": chance.choice(sent[item])}
        sent.setdefault(item, []).append(value["event_id"])
        records.append(_delivered("inventory_event", value))
    return records


def documents(chance: Random, count: int, keys: int, prefix: str) -> list[Delivered]:
    """Orders `<prefix><n>` and the documents that follow them, one of a kind after the other."""
    records = []
    for number in range(count):
        order, schema = f"{prefix}{chance.randrange(keys)}", chance.choice(DOCUMENTS)
        name = "full" if chance.random() < 0.5 else "minimal"
        value = example(schema, name) | _envelope(chance, f"{prefix}-d{number}", number)
        value |= {"po_number": order, "purpose": "ORIGINAL", "supersedes": None}
        if schema == "purchase_order":
            value |= {"version": number + 1, "purpose": chance.choice(("ORIGINAL", "CHANGE", "CANCEL", "CONFIRM"))}
        records.append(_delivered(schema, value))
    return records


def _envelope(chance: Random, event_id: str, number: int) -> dict[str, Any]:
    at = START + number * MINUTE
    late = chance.choice((0, 0, 0, 30, 600)) * MINUTE
    return {"event_id": event_id, "source_seq": None, "event_time": at - late, "record_time": at}


def _delivered(schema: str, value: dict[str, Any]) -> Delivered:
    topic = RECORDS[schema]
    return Delivered(topic.name, key_of(topic, value).encode(), encoded(schema, value))
