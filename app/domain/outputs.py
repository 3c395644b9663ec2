"""What follows from facts: one struct a record of the contracts' outputs, field for field.

Units are those of the facts. `state_version` rises with each change of the key's state; a repeat carries its old one.
"""

from __future__ import annotations

from msgspec import Struct, field

from app.domain.codes import (
    AckState,
    AlertState,
    Confidence,
    EntryKind,
    ErrorClass,
    Fulfilment,
    Invoicing,
    Life,
    Queue,
    Severity,
    StockStatus,
)
from app.domain.internal import Internal


class CorrectedInventory(Struct, frozen=True, gc=False):
    """One ledger entry: consumers add `delta` and never recompute."""

    entry_id: str
    item_id: str
    location_id: str
    stock_status: StockStatus
    uom: str
    effective_time: int
    delta: int
    balance_after: int
    kind: EntryKind
    caused_by: str
    rule: str
    state_version: int
    published_time: int
    confidence: Confidence = Confidence.DETERMINISTIC
    lot: str | None = None
    owner_id: str | None = None
    corrects: str | None = None
    facility_id: str | None = None
    correlation_id: str | None = None


class CorrectedOrderLine(Struct, frozen=True, gc=False):
    """Counters and dimensions of one order line, in its own unit."""

    line: str
    item_id: str | None
    uom: str
    promised: int | None
    ordered: int
    accepted: int
    backordered: int
    rejected: int
    cancelled: int
    substituted: int
    shipped: int
    received_good: int
    received_discrepant: int
    returned: int
    invoiced: int
    credited: int
    ack: AckState
    fulfilment: Fulfilment
    invoicing: Invoicing
    smoothed: int = 0  # an amount of the order's currency
    tolerated: str | None = None  # what of the answer was accepted because it lies within the tolerances


class Change(Struct, frozen=True, gc=False):
    """One field that changed, as `lines[10].shipped`; values in the file form, null where absent."""

    path: str
    before: str | None = None
    after: str | None = None


class CorrectedPurchaseOrder(Struct, kw_only=True, frozen=True, gc=False):
    """The derived state of an order after a change; the highest state_version holds."""

    po_number: str
    published_time: int
    state_version: int
    life: Life
    ack: AckState
    fulfilment: Fulfilment
    invoicing: Invoicing
    supplier_id: str | None = None
    facility_id: str | None = None
    lines: tuple[CorrectedOrderLine, ...] = ()
    changed: tuple[Change, ...] = ()
    caused_by: tuple[str, ...] = ()


class Alert(Struct, kw_only=True, frozen=True):
    """A condition that outlived its grace (OPEN), or stopped being true (HEALED)."""

    alert_id: str
    state_version: int
    code: str
    severity: Severity
    state: AlertState
    episode: int
    group_id: str
    entity_type: str
    entity_id: str
    evidence: str
    message: str
    suggested_action: str
    since: int
    first_seen: int
    last_seen: int
    facility_id: str | None = None
    partner_id: str | None = None
    source_system: str | None = None
    item_id: str | None = None
    location_id: str | None = None
    po_number: str | None = None
    line: str | None = None
    expected: str | None = None
    actual: str | None = None
    queue: Queue | None = None
    due: int | None = None
    caused_by: tuple[str, ...] = ()
    value_at_risk: int | None = None
    currency: str | None = None
    decided_by: str | None = None
    decided_at: int | None = None
    note: str | None = None
    waived_until: int | None = None
    details: dict[str, str] = field(default_factory=dict)


class Header(Struct, kw_only=True, frozen=True):
    """One header of a record."""

    name: str
    value: bytes | None = None


class DeadLetter(Struct, kw_only=True, frozen=True):
    """A record that could not be used, whole, with the reason."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    error_class: ErrorClass
    reason: str
    attempts: int = 1
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[Header, ...] = ()
    replay_of: str | None = None


Output = CorrectedInventory | CorrectedPurchaseOrder | Alert | Internal
