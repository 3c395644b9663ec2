"""What to publish of an order, and which fields of it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import ne
from typing import Any

import msgspec

from app.domain.orders.state import Derived, Line
from app.domain.outputs import Change, CorrectedOrderLine, CorrectedPurchaseOrder
from app.domain.quantities import date_text, text

HEADER = ("life", "ack", "fulfilment", "invoicing", "supplier_id", "facility_id")
NAMES = Line.__struct_fields__
PLACES = range(len(NAMES))
NO_LINE = (None,) * (len(NAMES) - 1)
NOTHING = (None, 0, "NONE")


def changes(before: Derived | None, after: Derived) -> tuple[Change, ...]:
    """Field by field, `before` null for a line that is new and `after` null for one that is gone."""
    return (*_header_changes(before, after), *_line_changes(before, after))


def _header_changes(before: Derived | None, after: Derived) -> Iterator[Change]:
    for name in HEADER:
        old, new = None if before is None else getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(name, shown(name, old), shown(name, new))


def _line_changes(before: Derived | None, after: Derived) -> Iterator[Change]:
    old = {line.line: line for line in before.lines} if before is not None else {}
    new = {line.line: line for line in after.lines}
    for number in new if old.keys() == new.keys() else sorted(old.keys() | new.keys()):  # lines stand in this order
        was, now = old.get(number), new.get(number)
        if was != now:
            yield from _fields(number, was, now)


def _fields(number: str, was: Line | None, now: Line | None) -> Iterator[Change]:
    """Of a line that is new or gone only what it says: most of its fields are nothing."""
    silent = NOTHING if was is None or now is None else ()
    before, after = _values(number, was), _values(number, now)
    for place in compress(PLACES, map(ne, before, after)):
        name, old, new = NAMES[place], before[place], after[place]
        if old not in silent or new not in silent:
            yield Change(f"lines[{number}].{name}", shown(name, old), shown(name, new))


def _values(number: str, line: Line | None) -> Sequence[Any]:
    return (number, *NO_LINE) if line is None else msgspec.structs.astuple(line)


def shown(name: str, value: Any) -> str | None:
    """A value in the file form."""
    if value is None or isinstance(value, str):
        return value if value is None else str(value)
    return date_text(value) if name == "promised" else text(value)


def publication(
    po_number: str, derived: Derived, changed: tuple[Change, ...], version: int, now: int, caused_by: tuple[str, ...]
) -> CorrectedPurchaseOrder:
    """The record for consumers."""
    return CorrectedPurchaseOrder(
        po_number=po_number,
        published_time=now,
        state_version=version,
        life=derived.life,
        ack=derived.ack,
        fulfilment=derived.fulfilment,
        invoicing=derived.invoicing,
        supplier_id=derived.supplier_id,
        facility_id=derived.facility_id,
        lines=tuple(CorrectedOrderLine(*msgspec.structs.astuple(line)) for line in derived.lines),
        changed=changed,
        caused_by=caused_by,
    )
