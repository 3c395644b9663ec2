"""What one table tells another: records of topics that Syncline writes and reads itself.

They are made by a turn as any output, and read by the other table as any fact; `key` is the other table's key.
"""

from __future__ import annotations

from msgspec import Struct


class Internal(Struct, frozen=True, kw_only=True, gc=False):
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
    final, or was refused; its quantities are those of the order line. An order cancelled before its answer is none."""

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
    answers: int = 0
    disagreed: int = 0

    @property
    def key(self) -> str:
        return joined(self.supplier_id, self.facility_id)


class Sighting(Internal, frozen=True, kw_only=True):
    """That a key shows something by which others may show the same thing: who has a `block` in common is compared.

    `entity` is who shows it, `document` which of its documents (its event_id; empty: itself); `stands` false takes an
    earlier sighting back. `at` (ms) is when that document happened, `day` the date it names, `amount` its whole total
    and `share` what of that the entity is to pay. Of a supplier `supplier_id` is its family, and `keys` are all its
    blocks, those that tell most first.
    """

    block: str
    entity: str
    document: str = ""
    stands: bool
    at: int = 0
    name: str = ""
    source_system: str | None = None
    supplier_id: str | None = None
    facility_id: str | None = None
    buyer_id: str | None = None
    day: int | None = None
    amount: int | None = None
    keys: tuple[str, ...] = ()
    share: int | None = None

    @property
    def key(self) -> str:
        return self.block


class Citation(Internal, frozen=True, kw_only=True):
    """That a position or an order names an item, supplier or location of which there is no master; `stands` false takes
    that back, and the two come in turn. `entity` is what kind of thing it is, a space, and its key."""

    id: str
    kind: str  # item, supplier or location
    entity: str
    stands: bool

    @property
    def key(self) -> str:
        return self.id


COUNTERS = Contribution.__struct_fields__[Contribution.__struct_fields__.index("orders") :]
