"""The corrected stream as a ledger: entries whose sums are always right, for consumers that only add."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from app.domain.codes import EntryKind
from app.domain.facts import InventoryEvent
from app.domain.outputs import CorrectedInventory
from app.domain.positions.booking import Booking, Target
from app.domain.positions.entry import Entry
from app.domain.positions.state import Position, Stream

MOVED = "MOVED"  # a record's own entry
COUNT_ABSORBS = "COUNT_ABSORBS"  # what a count found missing changed
TAKEN_BACK = "TAKEN_BACK"  # an entry was cancelled, replaced or beaten, or stands again
Line = tuple[int, Target, str]  # stream number, ledger entry, lot
Booked = tuple[Line, int, EntryKind]  # by how much it changes
Balances = dict[tuple[int, str], int]  # (stream number, lot) -> balance


def ledger(
    position: Position, booking: Booking, event: InventoryEvent, own: Line | None, cause: Entry, now: int
) -> tuple[CorrectedInventory, ...]:
    """The entries of one cause: its `own` first, then what it corrects, in the order of time."""
    net = booking.net
    if len(net) == 1 and own in net:  # the usual case
        at, _, lot = own
        balance = position.streams[at].lots.get(lot, 0)
        return (_entry(position, event, cause, (own, net[own], EntryKind.MOVEMENT), balance, now),)
    lines = [(own, net.pop(own, 0), EntryKind.MOVEMENT)] if own else []
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
    position: Position, event: InventoryEvent, cause: Entry, lines: list[Booked], running: Balances, now: int
) -> Iterator[CorrectedInventory]:
    for line in lines:
        (at, _, lot), delta, _ = line
        running[at, lot] += delta
        yield _entry(position, event, cause, line, running[at, lot], now)


def _entry(
    position: Position, event: InventoryEvent, cause: Entry, booked: Booked, balance: int, now: int
) -> CorrectedInventory:
    (at, target, lot), delta, kind = booked
    stream = position.streams[at]
    return CorrectedInventory(
        entry_id=entry_id(position.key, cause, target, lot, stream, kind),
        item_id=event.item_id,
        location_id=event.location_id,
        lot=lot or None,
        stock_status=stream.stock_status,
        owner_id=event.owner_id,
        uom=stream.uom,
        effective_time=target.event_time,
        delta=delta,
        balance_after=balance,
        kind=kind,
        caused_by=cause.event_id,
        corrects=_corrected(position.key, target, lot, stream, kind),
        rule=_rule(stream, target, kind),
        facility_id=event.facility_id,
        correlation_id=event.correlation_id,
        state_version=position.version,
        published_time=now,
    )


def _corrected(key: str, target: Target, lot: str, stream: Stream, kind: EntryKind) -> str | None:
    if kind is EntryKind.MOVEMENT:
        return None
    return entry_id(key, target, target, lot, stream, EntryKind.MOVEMENT)


def _rule(stream: Stream, target: Target, kind: EntryKind) -> str:
    if kind is EntryKind.MOVEMENT:
        return MOVED
    counted = any(c.event_id == target.event_id and c.fingerprint == target.fingerprint for c in stream.counts)
    return COUNT_ABSORBS if counted else TAKEN_BACK


def entry_id(key: str, cause: Entry | Target, target: Target, lot: str, stream: Stream, kind: EntryKind) -> str:
    """SHA-256 of (key, cause, target, lot, stock status, unit, kind): a repeat has the same, nothing else has."""
    parts = (
        key,
        *(cause.event_id, str(cause.record_time), str(cause.event_time), cause.fingerprint.hex()),
        *(target.event_id, str(target.record_time), str(target.event_time), target.fingerprint.hex()),
        *(lot, stream.stock_status, stream.uom, kind),
    )
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
