"""Facts for tests: what a test does not say has the contract's default."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, get_type_hints

from msgspec import Struct

from app.domain.codes import AckLevel, InvoiceKind, MatchPolicy, Purpose, ReceiptKind, ShipmentKind, StockStatus

S = TypeVar("S", bound=Struct)
DEFAULTS: dict[Any, Any] = {
    bool: False,
    bytes: b"",
    Purpose: Purpose.ORIGINAL,
    StockStatus: StockStatus.AVAILABLE,
    MatchPolicy: MatchPolicy.THREE_WAY_GR_FIRST,
    AckLevel: AckLevel.BUSINESS,
    ShipmentKind: ShipmentKind.ASN,
    ReceiptKind: ReceiptKind.RECEIPT,
    InvoiceKind: InvoiceKind.DEBIT,
}
ZERO = {"tax", "freight", "total"}


@cache
def _defaults(kind: type[Struct]) -> dict[str, Any]:
    hints = {name: str(hint) for name, hint in get_type_hints(kind).items()}
    known = {name: DEFAULTS[hint] for name, hint in get_type_hints(kind).items() if hint in DEFAULTS}
    nulls = {name: None for name, hint in hints.items() if hint.endswith("| None")}
    lists: dict[str, Any] = {name: () for name, hint in hints.items() if hint.startswith("tuple")}
    return {**known, **nulls, **lists, **{name: 0 for name in hints if name in ZERO}}


def fact(kind: type[S], /, **fields: Any) -> S:
    """A struct with these fields; raises TypeError for one that has no default and is not said."""
    return kind(**{**_defaults(kind), **fields})
