"""The documents of purchase orders as systems send them: five an order, each kind some orders behind the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from app.contracts.encode import Encoder
from bench.events import REPEATED, START, UNIT, Sent

LINES, QUANTITY = 3, 10 * UNIT
PRICE, AMOUNT = 2_500_000, 250_000  # 2.5 as a price of six digits, 25 as an amount of four
NEAR, FAR = 50, 300  # orders between two documents of one: two or three in a turn of 1,000, or one
FORGOTTEN = 3_000  # so many that a worker has let go of the order meanwhile, and reads it from bytes
STEP = 10_000  # ms between two orders: with any of these an answer comes within a day
TODAY = START // 86_400_000
NUMBERS = range(1, LINES + 1)
Record = dict[str, Any]  # plain values, decimals unscaled


def sent(encoder: Encoder, orders: int, behind: int = NEAR, seed: int = 7) -> Iterator[Sent]:
    """The documents of so many orders, some of them twice; the same seed gives the same bytes."""
    dice = Random(seed).random
    offset = 0
    for step in range(orders + behind * len(KINDS)):
        for place, (topic, document) in enumerate(KINDS.items()):
            number = step - place * behind
            for _ in range(1 + (dice() < REPEATED) if 0 <= number < orders else 0):
                record = document(f"PO-{number}", START + step * STEP)
                yield Sent(f"PO-{number}".encode(), encoder.encode_record(topic, record), offset, topic)
                offset += 1


def _envelope(kind: str, po: str, at: int) -> dict[str, Any]:
    return {"event_id": f"{kind}-{po}", "source_system": "erp", "event_time": at, "record_time": at, "po_number": po}


def _line(number: int) -> dict[str, Any]:
    return {"line": str(number), "item_id": f"ITEM-{number:05}", "quantity": QUANTITY, "uom": "EA"}


def _order(po: str, at: int) -> Record:
    lines = [dict(**_line(n), unit_price=PRICE) for n in NUMBERS]
    return dict(**_envelope("order", po, at), version=1, supplier_id="ACME", currency="USD", lines=lines)


def _ack(po: str, at: int) -> Record:
    lines = [{"line": str(n), "statuses": [{"code": "IA"}]} for n in NUMBERS]
    return dict(**_envelope("ack", po, at), ack_id=f"A-{po}", ack_date=TODAY, lines=lines)


def _shipment(po: str, at: int) -> Record:
    lines = [_line(n) for n in NUMBERS]
    return dict(**_envelope("shipment", po, at), shipment_id=f"S-{po}", ship_date=TODAY, lines=lines)


def _receipt(po: str, at: int) -> Record:
    lines = [dict(**_line(n), condition="07") for n in NUMBERS]
    return dict(**_envelope("receipt", po, at), receipt_id=f"R-{po}", received_at=at, lines=lines)


def _invoice(po: str, at: int) -> Record:
    return dict(
        **_envelope("invoice", po, at),
        invoice_number=f"I-{po}",
        supplier_id="ACME",
        invoice_date=TODAY,
        currency="USD",
        total=LINES * AMOUNT,
        lines=[dict(**_line(n), unit_price=PRICE) for n in NUMBERS],
    )


Document = Callable[[str, int], Record]
KINDS: dict[str, Document] = {
    "purchase-orders": _order,
    "po-acks": _ack,
    "shipments": _shipment,
    "receipts": _receipt,
    "invoices": _invoice,
}
