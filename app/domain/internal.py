"""What one table tells another: records of topics that Syncline writes and reads itself.

They are made by a turn as any output, and read by the other table as any fact; `key` is the other table's key.
"""

from __future__ import annotations

from msgspec import Struct


class Internal(Struct, frozen=True, kw_only=True):
    """`record_time` (ms) is the clock of the turn that made it, `state_version` that of the key that speaks."""

    record_time: int
    state_version: int

    @property
    def key(self) -> str:
        raise NotImplementedError


def joined(*parts: str | None) -> str:
    """One key of several ids, joined by @, which is %40 inside them; None is empty."""
    return "@".join((part or "").replace("%", "%25").replace("@", "%40") for part in parts)


class Contribution(Internal, frozen=True, kw_only=True):
    """By how much one order changes the sums of its supplier at a facility. A line that is over came in full, or is
    final, or was refused; its quantities are those of the order line."""

    supplier_id: str
    facility_id: str | None
    po_number: str
    orders: int = 0
    acknowledged: int = 0
    ack_wait: int = 0
    lines: int = 0
    over: int = 0
    dated: int = 0
    on_time: int = 0
    on_time_in_full: int = 0
    filled: int = 0
    led: int = 0
    lead_days: int = 0
    invoiced: int = 0
    matched: int = 0
    perfect: int = 0

    @property
    def key(self) -> str:
        return joined(self.supplier_id, self.facility_id)


COUNTERS = Contribution.__struct_fields__[Contribution.__struct_fields__.index("orders") :]
