"""By what an order and its invoices may be the same as others: told when it changes, taken back when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from typing import Any

from app.domain.internal import Sighting, joined
from app.domain.orders.documents import InvoiceDocument
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order, Shown

INVOICE = "invoice"
DIGEST_BYTES = 8


def sight(order: Order, picture: Picture, now: int) -> list[Sighting]:
    """What changed since the order last told, what is gone first."""
    make = partial(Sighting, record_time=now, state_version=order.version, entity=order.key)
    facts = dict(_shown(picture))
    shown = tuple(Shown(*place, _digest(said)) for place, said in facts.items())
    before = order.shown
    if shown == before:
        return []
    order.shown = shown
    gone = [old for old in before if (old.block, old.document) not in facts]
    fresh = [new for new in shown if new not in before]
    return [
        *(make(block=old.block, document=old.document, stands=False) for old in gone),
        *(make(block=new.block, document=new.document, stands=True, **facts[new.block, new.document]) for new in fresh),
    ]


def _digest(said: dict[str, Any]) -> bytes:
    return blake2b(repr(sorted(said.items())).encode(), digest_size=DIGEST_BYTES).digest()


def _shown(picture: Picture) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """(block, document) and what is said of it."""
    for entry, _ in picture.invoices:
        invoice = entry.document
        if isinstance(invoice, InvoiceDocument):
            yield (
                (joined(INVOICE, invoice.supplier_id, invoice.number), entry.event_id),
                {
                    "at": entry.event_time,
                    "name": invoice.number,
                    "source_system": entry.source_system,
                    "supplier_id": invoice.supplier_id,
                    "facility_id": entry.facility_id or picture.facility_id,
                    "day": invoice.invoice_date,
                    "amount": invoice.document_total,
                },
            )
