"""The corrected stream as a ledger: entries whose sums are always right, for consumers that only add."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from app.domain.codes import Confidence, EntryKind, StockStatus
from app.domain.facts import InventoryEvent
from app.domain.outputs import CorrectedInventory
from app.domain.positions.booking import Booking, Target
from app.domain.positions.entry import Entry
from app.domain.positions.state import Position, Stream

MOVEMENT, CERTAIN = EntryKind.MOVEMENT, Confidence.DETERMINISTIC
STATUSES = {status: str(status) for status in StockStatus}
MOVED = "MOVED"  # a record's own entry
COUNT_ABSORBS = "COUNT_ABSORBS"  # what a count found missing changed
TAKEN_BACK = "TAKEN_BACK"  # an entry was cancelled, replaced or beaten, or stands again
Line = tuple[int, Target, str]  # stream number, ledger entry, lot
Booked = tuple[Line, int, EntryKind]  # by how much it changes
Balances = dict[tuple[int, str], int]  # (stream number, lot) -> balance


class Occasion(NamedTuple):
    """What causes entries without being a movement, as much of it as they say; `event_id` is a master's."""

    item_id: str
    location_id: str
    event_id: str
    facility_id: str | None
    event_time: int = 0  # every entry of it corrects another, and has the time of that
    owner_id: str | None = None
    correlation_id: str | None = None
    ref_po: str | None = None


def ledger(
    position: Position,
    booking: Booking,
    event: InventoryEvent | Occasion,
    own: Line | None,
    cause: Entry | Target,
    now: int,
) -> tuple[CorrectedInventory, ...]:
    """The entries of one cause: its `own` first, then what it corrects, in the order of time."""
    net = booking.net
    lines = [(own, net.pop(own, 0), MOVEMENT)] if own else []
    changed = sorted((line for line, delta in net.items() if delta), key=lambda line: _sort_key(*line))
    lines += [(line, net[line], EntryKind.CORRECTION) for line in changed]
    running = _balances_before(position, lines)
    return tuple(_written(position, event, cause, lines, running, now))


def _sort_key(at: int, target: Target, lot: str) -> tuple[int, str, int, str, int]:
    return target.event_time, target.event_id, target.record_time, lot, at


def _balances_before(position: Position, lines: list[Booked]) -> Balances:
    running = {(at, lot): position.streams[at].lots.get(lot, 0) for (at, _, lot), _, _ in lines}
    for (at, _, lot), delta, _ in lines:
        running[at, lot] -= delta
    return running


def _written(
    position: Position,
    event: InventoryEvent | Occasion,
    cause: Entry | Target,
    lines: list[Booked],
    running: Balances,
    now: int,
) -> Iterator[CorrectedInventory]:
    for (at, target, lot), delta, kind in lines:
        stream = position.streams[at]
        running[at, lot] += delta
        own_id = entry_id(position.key, target, target, lot, stream, MOVEMENT)
        if kind is MOVEMENT:
            yield _entry(position, stream, event, own_id, lot, delta, running[at, lot], now)
            continue
        yield replace(
            _entry(position, stream, event, own_id, lot, delta, running[at, lot], now),
            entry_id=entry_id(position.key, cause, target, lot, stream, kind),
            effective_time=target.event_time,
            kind=kind,
            corrects=own_id,
            rule=_rule(stream, target),
        )


def own_entry(
    position: Position,
    stream: Stream,
    event: InventoryEvent,
    entry: Entry,
    lot: str,
    delta: int,
    balance: int,
    now: int,
) -> CorrectedInventory:
    """The entry of a record that changes no other."""
    own_id = entry_id(position.key, entry, entry, lot, stream, MOVEMENT)
    return _entry(position, stream, event, own_id, lot, delta, balance, now)


def _entry(
    position: Position,
    stream: Stream,
    event: InventoryEvent | Occasion,
    own_id: str,
    lot: str,
    delta: int,
    balance: int,
    now: int,
) -> CorrectedInventory:
    return CorrectedInventory(
        own_id,
        event.item_id,
        event.location_id,
        stream.stock_status,
        stream.uom,
        event.event_time,
        delta,
        balance,
        MOVEMENT,
        event.event_id,
        MOVED,
        position.version,
        now,
        CERTAIN,
        lot or None,
        event.owner_id,
        None,
        event.facility_id,
        event.ref_po if event.correlation_id is None else event.correlation_id,
    )


def _rule(stream: Stream, target: Target) -> str:
    counted = any(c.event_id == target.event_id and c.fingerprint == target.fingerprint for c in stream.counts)
    return COUNT_ABSORBS if counted else TAKEN_BACK


def entry_id(key: str, cause: Entry | Target, target: Entry | Target, lot: str, stream: Stream, kind: EntryKind) -> str:
    """SHA-256 of (key, cause, target, lot, stock status, unit, kind): a repeat has the same, nothing else has."""
    why = "" if cause is target else _name(cause)
    told = f"{key}\0{why}\0{_name(target)}\0{lot}\0{STATUSES[stream.stock_status]}\0{stream.uom}\0{kind}"
    return sha256(told.encode()).hexdigest()


def _name(one: Entry | Target) -> str:
    return f"{one.event_id}\0{one.record_time}\0{one.event_time}\0{one.fingerprint.hex()}"
