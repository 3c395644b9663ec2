"""The usual record: nobody spoke of it before, and it speaks of nobody. And what every record leaves behind."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.entry import held, implausible
from app.domain.facts import InventoryEvent
from app.domain.log import Log
from app.domain.outcome import Mark, Outcome
from app.domain.outputs import CorrectedInventory
from app.domain.policy import DAY, Policy
from app.domain.positions.booking import Booking, target
from app.domain.positions.entry import SIGNS, Entry
from app.domain.positions.ledger import ledger, own_entry
from app.domain.positions.standing import Standing
from app.domain.positions.state import Annex, Position, Stream
from app.domain.sequences import add

PositionLog = Log[Entry, Annex]
NO_MARK, HELD, LATE = (), (Mark.HELD,), (Mark.LATE,)


def follow_alone(
    position: Position, event: InventoryEvent, entry: Entry, log: PositionLog, now: int, policy: Policy
) -> Outcome:
    """Take in a record that is linked to no other."""
    booked = position.booked(entry)
    stream = position.stream(booked.uom, booked.stock_status)
    newest, odd = position.newest(stream), implausible(entry, policy)
    behind = entry.event_time < newest - policy.horizon
    if (behind and entry.source_seq is None) or not exact(stream, entry, log):
        return park(position, entry, log)
    position.version += 1
    late = entry.event_time < newest - policy.late_after
    is_held = odd and held(entry, policy)
    if is_held or entry.movement not in SIGNS or _counted_since(stream, entry):
        outputs = _book(position, stream, event, entry, log, now, policy)
    else:
        outputs = _move(position, stream, event, booked, now)
    remember_number(position, entry)
    if odd:
        implausibles = position.oddities.implausible
        implausibles[entry.source_system] = implausibles.get(entry.source_system, 0) + 1
    remember_stream(position, stream, event, entry, is_held)
    log.append(entry if outputs else replace(entry, silent=True))
    sweep(position, log, policy)
    return Outcome(True, outputs, HELD if is_held else LATE if late else NO_MARK)


def _counted_since(stream: Stream, entry: Entry) -> bool:
    """Whether a count stands after it."""
    newest = stream.counts[-1].order if stream.counts else stream.shelved
    return newest is not None and newest > entry.order


def _move(
    position: Position, stream: Stream, event: InventoryEvent, entry: Entry, now: int
) -> tuple[CorrectedInventory, ...]:
    """Nothing stands in the way of the balance."""
    stream.standing += 1
    slot, delta = entry.lot or "", SIGNS[entry.movement] * entry.quantity
    balance = stream.lots.get(slot, 0) + delta
    if balance:
        stream.lots[slot] = balance
    else:
        stream.lots.pop(slot, None)
    return (own_entry(position, stream, event, entry, slot, delta, balance, now),)


def _book(
    position: Position,
    stream: Stream,
    event: InventoryEvent,
    entry: Entry,
    log: PositionLog,
    now: int,
    policy: Policy,
) -> tuple[CorrectedInventory, ...]:
    """A count, a movement that counts absorb, or what changes no balance."""
    if held(entry, policy):
        return ()
    booking, record = Booking(position, log, policy), Standing(entry, None)
    booking.put(record)
    booking.close()
    if not entry.in_ledger:
        return ()
    return ledger(position, booking, event, (position.streams.index(stream), target(record), entry.slot), entry, now)


# --- what every record leaves behind --------------------------------------------------------------------------------


def exact(stream: Stream, entry: Entry, log: PositionLog) -> bool:
    """Whether all that stands after it is still known."""
    if entry.counts and log.forgotten is not None and entry.event_time <= log.forgotten:
        return False
    return stream.lost_counts is None or entry.event_time > stream.lost_counts


def park(position: Position, entry: Entry, log: PositionLog) -> Outcome:
    """Keep it where an operator finds it; it counts nowhere."""
    remember_number(position, entry)
    position.oddities.park(entry.event_id)
    position.version += 1
    log.append(replace(entry, parked=True, silent=True))
    return Outcome(True, (), (Mark.BEYOND_HORIZON,))


def remember_number(position: Position, entry: Entry) -> None:
    number = entry.source_seq
    if number is None:
        return
    ranges = position.sources.get(entry.source_system)
    if ranges is None:
        position.sources[entry.source_system] = [number, number]
    elif ranges[-1] == number - 1:  # the next one in order
        ranges[-1] = number
    else:
        add(ranges, number)


def remember_stream(position: Position, stream: Stream, event: InventoryEvent, entry: Entry, is_held: bool) -> None:
    if not is_held and entry.event_time > stream.high:
        stream.high = entry.event_time
    facility = event.facility_id
    if facility is not None and facility != position.facility_id:
        position.facility_id = min(position.facility_id or facility, facility)


def _newest_of_all(position: Position) -> int:
    """How far every stock status has come; a unit in which nothing is booked any more keeps nothing back."""
    if position.conversions is None:
        return min(stream.high for stream in position.streams)
    return min(position.newest(stream) for stream in position.streams)


def sweep(position: Position, log: PositionLog, policy: Policy) -> None:
    """Once a day of events, let go of what lies a day below the horizon of every stock status; not while restating."""
    if position.conversions is not None and position.conversions.until is not None:
        return
    streams = position.streams
    newest = streams[0].high if len(streams) == 1 else _newest_of_all(position)
    before = newest - policy.horizon - DAY
    if before > position.swept + DAY:
        position.swept = before
        gone = [*log.forget(before)]
        if gone or any(stream.shelved is not None for stream in streams):
            booking = Booking(position, log, policy)
            booking.forget(before, gone)
            booking.close()
