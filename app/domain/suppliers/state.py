"""The record of one supplier at one facility: sums, and which contributions are in them."""

from __future__ import annotations

from msgspec import Struct


class Entry(Struct, frozen=True, array_like=True):
    """A contribution that counts: the order, its state_version and when it was made (ms)."""

    event_id: str
    source_system: str
    source_seq: int
    event_time: int
    supersedes: str | None = None


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
