"""The record of one supplier at one facility: sums of what orders contributed."""

from __future__ import annotations

from msgspec import Struct


class Supplier(Struct, array_like=True):
    """`sums` stand in the order of `internal.COUNTERS`."""

    key: str
    supplier_id: str = ""
    facility_id: str | None = None
    sums: list[int] = []
    swept: int = 0  # how far (ms) the log was swept


def void(supplier: Supplier) -> bool:
    """Whether every order went to another supplier or facility since."""
    return not any(supplier.sums)


def new(key: str) -> Supplier:
    """A supplier of whom nothing is known."""
    return Supplier(key)
