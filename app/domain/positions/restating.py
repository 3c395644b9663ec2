"""Balances in the base unit: when the item's master names another, records are reversed in the old and booked anew.

A long life is restated in steps, in the order of the fold, so that the sums of the ledger are right after each of them.
What lies behind the horizon has no records any more, or none that can be placed exactly: its balance is restated as
one, at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from itertools import pairwise

from msgspec.structs import replace

from app.domain.codes import EntryKind, Movement, Purpose
from app.domain.golden import Packings
from app.domain.outputs import CorrectedInventory
from app.domain.policy import Policy
from app.domain.positions.alone import PositionLog, exact
from app.domain.positions.booking import Booking, Target, regular, target
from app.domain.positions.conversions import LONG_AGO, Before, Conversion, Conversions
from app.domain.positions.entry import Entry, OrderKey
from app.domain.positions.irregulars import Irregulars
from app.domain.positions.ledger import Occasion, entry_id, ledger
from app.domain.positions.standing import Standing, component, merged
from app.domain.positions.state import Position, Stream
from app.domain.units import Ratio, base, exactly, ratio

STEP = 100  # records restated in one turn
RESTATED = "RESTATED"
LAST = 1 << 62  # ms: after everything
UNKNOWN: Ratio = (0, 0)
START: OrderKey = (LONG_AGO, 0, 0, "")


def restate(position: Position, log: PositionLog, now: int, policy: Policy) -> tuple[list[CorrectedInventory], bool]:
    """Book what is not yet booked as the item's master says, and whether anything is left to do; `now` is in ms."""
    conversions = _under_way(position, log, policy)
    if conversions is None:
        return [], False
    position.version += 1
    irregulars = Irregulars(log)
    kept = (e for e in log.every() if conversions.restates(e) and regular(e, irregulars, policy))
    waiting = (entry for entry in kept if not _behind(position, entry, log))
    step = nsmallest(STEP, waiting, key=lambda entry: entry.order)
    outputs = [output for entry in step for output in _restated(position, _standing(entry, log), log, now, policy)]
    if len(step) == STEP:
        return outputs, True
    outputs += _forgotten(position, log, now, policy)
    position.conversions = Conversions(conversions.current) if conversions.current else None
    changed = _wanted(position, policy.masters.packings(position.item_id)) != conversions.current
    return outputs, changed  # by a master that came amid this


def _under_way(position: Position, log: PositionLog, policy: Policy) -> Conversions | None:
    """What is being restated, begun here where the master has changed; None where all is booked as it says."""
    known = position.conversions
    if known is not None and known.until is not None:
        return known
    packings = policy.masters.packings(position.item_id)
    wanted = _wanted(position, packings)
    booked = {} if known is None else known.current
    if wanted == booked:
        return None
    cause = packings[-1].event_id if packings else position.item_id
    version = policy.masters.version(position.item_id)
    position.conversions = begun = Conversions(wanted, booked, START, cause, version)
    _make_room(position, wanted, booked, log)
    return begun


def _wanted(position: Position, packings: Packings) -> dict[str, Conversion]:
    """By unit, of those that the position has met."""
    into = base(packings)
    if into is None:
        return {}
    units = sorted({stream.uom for stream in position.streams} - {into})
    conversions = {uom: _conversion(uom, into, packings) for uom in units}
    return {uom: conversion for uom, conversion in conversions.items() if conversion.factor or conversion.before}


def _conversion(uom: str, into: str, packings: Packings) -> Conversion:
    """A unit in the base unit, by the version of each day."""
    ratios = [ratio(packings[n:], uom) or UNKNOWN for n in range(len(packings))]
    changes = zip(packings[1:], pairwise(ratios), strict=True)
    before = tuple(Before(packing.valid_from, *was) for packing, (was, then) in changes if was != then)
    return Conversion(into, *ratios[-1], before)


def _make_room(
    position: Position, wanted: dict[str, Conversion], booked: dict[str, Conversion], log: PositionLog
) -> None:
    """Streams for what will be booked in them; what is known of one of a stock status is known of all."""
    for stream in list(position.streams):
        for uom, former in booked.items():
            if former.uom == stream.uom:  # what came in this unit goes back to it, or on from there
                position.stream(uom, stream.stock_status)
    for stream in list(position.streams):
        if stream.uom in wanted:
            position.stream(wanted[stream.uom].uom, stream.stock_status)
    for stream in position.streams:
        alike = [other for other in position.streams if other.stock_status is stream.stock_status]
        lost = [time for other in alike for time in _lost_counts(other, log)]
        for other in alike:
            other.high, other.lost_counts = max(each.high for each in alike), max(lost, default=None)


def _behind(position: Position, entry: Entry, log: PositionLog) -> bool:
    """Whether counts at or after it were forgotten, though its record is kept: it belongs to what was forgotten."""
    alike = (stream for stream in position.streams if stream.stock_status is entry.stock_status)
    return not all(exact(stream, entry, log) for stream in alike)


def _forgotten_until(position: Position, stream: Stream, log: PositionLog) -> int | None:
    """The newest event_time (ms) of what can be placed exactly no more; None where all can."""
    alike = (other.lost_counts for other in position.streams if other.stock_status is stream.stock_status)
    return max((time for time in (log.forgotten, *alike) if time is not None), default=None)


def _lost_counts(stream: Stream, log: PositionLog) -> Iterator[int]:
    """Times of counts that no record in the log tells of any more."""
    if stream.lost_counts is not None:
        yield stream.lost_counts
    if log.forgotten is not None:
        yield from (count.event_time for count in stream.counts if count.event_time <= log.forgotten)


def _standing(entry: Entry, log: PositionLog) -> Standing:
    """A record that counts as it stands, and under which of its copies it was published."""
    if not entry.silent:
        return Standing(entry, entry.record_time)
    return Standing(entry, merged(component(entry, log))[entry.identity].published)


def _restated(
    position: Position, record: Standing, log: PositionLog, now: int, policy: Policy
) -> list[CorrectedInventory]:
    """The ledger's entries for one record: it is the cause, with the master that names the unit."""
    conversions, entry, about = position.conversions, record.entry, target(record)
    assert conversions is not None
    booking, before = Booking(position, log, policy), position.stream_of(entry)
    booking.take(record)
    conversions.until = entry.order
    booking.put(record)
    booking.close()
    after = position.stream_of(entry)
    after.high = max(after.high, entry.event_time)
    said, own = (_own_id(position, about, entry, stream) for stream in (before, after))
    cause = Target(conversions.cause, conversions.version, said.encode(), entry.event_time)
    occasion = Occasion(position.item_id, position.location_id, conversions.cause, position.facility_id)
    outputs = ledger(position, booking, occasion, None, cause, now)
    return [replace(o, corrects=said, rule=RESTATED) if o.corrects in (said, own) else o for o in outputs]


def _own_id(position: Position, about: Target, entry: Entry, stream: Stream) -> str:
    return entry_id(position.key, about, about, entry.slot, stream, EntryKind.MOVEMENT)


def _forgotten(position: Position, log: PositionLog, now: int, policy: Policy) -> Iterator[CorrectedInventory]:
    """Restate what is left of a unit behind the horizon, as one record a lot, unless records in it are kept."""
    conversions = position.conversions
    assert conversions is not None
    irregulars = Irregulars(log)
    regulars = (e for e in log.every() if regular(e, irregulars, policy))
    kept = {position.stream_of(entry).uom for entry in regulars if not _behind(position, entry, log)}
    kept.update(conversions.former)
    for stream in position.streams:
        conversion, end = conversions.current.get(stream.uom), _forgotten_until(position, stream, log)
        if conversion is None or end is None or stream.uom in kept or not stream.standing:
            continue
        packed = conversion.throughout(end)
        if packed is None:
            continue
        reserved = exactly(stream.reserved, *packed)
        lots = [exactly(quantity, *packed) for quantity in stream.lots.values()]
        if reserved is None or None in lots:
            continue
        position.stream(conversion.uom, stream.stock_status).reserved += reserved
        for lot, quantity in list(stream.lots.items()):
            conversions.until = START
            yield from _restated(position, Standing(_rest(stream, lot, quantity, end), None), log, now, policy)
        stream.standing = stream.reserved = 0


def _rest(stream: Stream, lot: str, quantity: int, end: int) -> Entry:
    """Everything that was forgotten of a lot, after all that was dated so."""
    return Entry(
        event_id="",
        source_system="",
        source_seq=None,
        event_time=end,
        record_time=LAST,
        supersedes=None,
        purpose=Purpose.ORIGINAL,
        content=b"",
        movement=Movement.ADJUST,
        quantity=quantity,
        uom=stream.uom,
        stock_status=stream.stock_status,
        lot=lot or None,
        all_lots=False,
    )
