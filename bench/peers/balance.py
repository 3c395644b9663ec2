"""The job as a user of a stream library would write it: drop repeats, count gaps, keep the balance, say it corrected.

Events are taken in the order in which they come: nothing here mends what comes late.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from fastavro import parse_schema, schemaless_reader, schemaless_writer

SCHEMAS = Path(__file__).parents[2] / "schemas" / "avro"
PREFIX = 5  # a zero byte and the schema's id
IN = {"RECEIPT", "RETURN_IN", "TRANSFER_IN", "ADJUST"}
OUT = {"ISSUE", "CONSUME", "TRANSFER_OUT", "RETURN_OUT", "SCRAP"}
SAME = ("item_id", "location_id", "lot", "stock_status", "owner_id", "uom", "facility_id", "correlation_id")


class Asked(NamedTuple):
    """What the runner tells every peer on its command line."""

    bootstrap: str
    application: str
    input: str
    output: str
    schema_id: int
    state: str  # a folder
    partitions: int


def asked() -> Asked:
    bootstrap, application, events, corrected, schema_id, state, partitions = sys.argv[1:]
    return Asked(bootstrap, application, events, corrected, int(schema_id), state, int(partitions))


def _schema(name: str) -> Any:
    return parse_schema(json.loads((SCHEMAS / f"{name}.v1.avsc").read_text()))


class Job:
    """Bytes and the state before in; the state after and the corrected event's bytes out."""

    def __init__(self, schema_id: int) -> None:
        self._event, self._corrected = _schema("inventory_event"), _schema("corrected_inventory")
        self._prefix = b"\0" + schema_id.to_bytes(4, "big")

    def decode(self, value: bytes) -> Any:
        return schemaless_reader(BytesIO(value[PREFIX:]), self._event, None)

    def apply(self, state: dict[str, Any] | None, event: Any) -> tuple[dict[str, Any], bytes] | None:
        """None for a repeat."""
        state = state or {"numbers": {}, "balance": "0", "gaps": 0, "version": 0}
        source, number = event["source_system"], event["source_seq"]
        expected = state["numbers"].get(source, 0) + 1
        if number < expected:
            return None
        before = Decimal(state["balance"])
        delta = _delta(event, before)
        after = {
            "numbers": {**state["numbers"], source: number},
            "balance": str(before + delta),
            "gaps": state["gaps"] + number - expected,
            "version": state["version"] + 1,
        }
        return after, self._encode(event, after, delta)

    def _encode(self, event: Any, state: dict[str, Any], delta: Decimal) -> bytes:
        entry = {name: event[name] for name in SAME} | {
            "entry_id": event["event_id"],
            "effective_time": event["event_time"],
            "delta": delta,
            "balance_after": Decimal(state["balance"]),
            "kind": "MOVEMENT",
            "caused_by": event["event_id"],
            "corrects": None,
            "rule": "MOVED",
            "confidence": "DETERMINISTIC",
            "state_version": state["version"],
            "published_time": event["record_time"],
        }
        stream = BytesIO()
        stream.write(self._prefix)
        schemaless_writer(stream, self._corrected, entry)
        return stream.getvalue()


def _delta(event: Any, balance: Decimal) -> Decimal:
    quantity: Decimal = event["quantity"]
    movement = event["movement"]
    if movement == "COUNT_SET":
        return quantity - balance
    return quantity if movement in IN else -quantity if movement in OUT else Decimal(0)
