"""The fold of one position, kept up to date without folding again: what one more or one less record changes.

A movement dated before a count changes what the count found missing, not the balance after it; so its effect is
carried from count to count, and only what no count absorbs reaches the balances.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.domain.entry import held
from app.domain.log import Log
from app.domain.policy import Policy
from app.domain.positions.entry import RESERVATIONS, Entry, OrderKey
from app.domain.positions.irregulars import Irregulars
from app.domain.positions.shelf import ORDER, Shelf
from app.domain.positions.standing import Standing
from app.domain.positions.state import COUNTS_AT_HAND, COUNTS_MOST, Annex, Count, Position, Stream


class Target(NamedTuple):
    """The ledger entry that a change is about: its record, and the record_time under which it was published."""

    event_id: str
    record_time: int
    fingerprint: bytes
    event_time: int


class Booking:
    """Changes to one position by one cause; `net` collects by how much each ledger entry changes."""

    def __init__(self, position: Position, log: Log[Entry, Annex], policy: Policy) -> None:
        self.position, self.log, self.policy = position, log, policy
        self.net: dict[tuple[int, Target, str], int] = defaultdict(int)
        self.irregulars = Irregulars(log)
        self._annex: Annex | None = None
        self._shelves: dict[int, Shelf] = {}
        self._changed = False  # whether the annex is no longer as it was read
        self._taken: set[Entry] = set()
        self._put: list[Entry] = []

    # --- one record more, one record less ---------------------------------------------------------------------------

    def put(self, record: Standing) -> None:
        """Count one more record."""
        if self.position.conversions is not None:
            record = record._replace(entry=self.position.booked(record.entry))
        entry = record.entry
        at, stream = self._stream(entry)
        stream.standing += 1
        if entry.movement in RESERVATIONS:
            stream.reserved += RESERVATIONS[entry.movement] * entry.quantity
            return
        delta = entry.quantity - self._found(at, entry) if entry.counts else entry.delta
        if entry.counts:
            self._shelve(at, _count(record, delta))
        self._put.append(entry)
        self._change(at, entry, target(record), delta)

    def take(self, record: Standing) -> None:
        """Let a record that counted no longer count."""
        entry = self.position.booked(record.entry)
        at, stream = self._stream(entry)
        stream.standing -= 1
        if entry.movement in RESERVATIONS:
            stream.reserved -= RESERVATIONS[entry.movement] * entry.quantity
            return
        delta = self._unshelve(at, entry).delta if entry.counts else entry.delta
        self._taken.add(record.entry)
        self._change(at, entry, target(record), -delta)

    def _change(self, at: int, entry: Entry, about: Target, delta: int) -> None:
        self.net[at, about, entry.slot] += delta
        lots = self.position.streams[at].lots
        for slot, rest in self._absorbed(at, entry.order, entry.slot, delta).items():
            balance = lots.get(slot, 0) + rest
            if balance:
                lots[slot] = balance
            else:
                lots.pop(slot, None)

    def _absorbed(self, at: int, order: OrderKey, slot: str, delta: int) -> dict[str, int]:
        """Let later counts absorb a change; what is left of it, by lot."""
        carry = {slot: delta} if delta else {}
        for count in self._later(at, order) if carry else ():
            taken = sum(carry.values()) if count.all_lots else carry.pop(count.lot, 0)
            if taken:
                count.delta -= taken
                self.net[at, _counted(count), count.lot] -= taken
            if count.all_lots:
                carry[""] = carry.get("", 0) - taken
            if not any(carry.values()):
                return {}
        return carry

    # --- what a count found -----------------------------------------------------------------------------------------

    def _found(self, at: int, entry: Entry) -> int:
        """The balance that a count found at its own time: of its lot, or of all."""
        stream = self.position.streams[at]
        balance = stream.balance if entry.all_lots else stream.lots.get(entry.slot, 0)
        if entry.event_time > stream.high and not self._put:
            return balance
        slot, until, counted = entry.slot, None, 0
        for count in self._later(at, entry.order):
            if count.all_lots if entry.all_lots else count.lot == slot and not count.all_lots:
                balance, until = count.quantity - count.delta, count.order  # what that one found
                break
            if entry.all_lots or count.lot == slot:
                counted += count.delta
        moved = sum(e.delta for e in self._moves(entry, until) if entry.all_lots or (e.lot or "") == slot)
        return balance - moved - counted

    def _moves(self, count: Entry, until: OrderKey | None) -> Iterator[Entry]:
        """The movements of the count's stream that count and stand after it, up to a place."""
        irregulars, taken, policy = self.irregulars, self._taken, self.policy
        conversions = self.position.conversions
        for kept in self.log.between(count.event_time, None if until is None else until[0]):
            entry = kept if conversions is None else conversions.booked(kept)
            if _follows(entry, count, until) and regular(kept, irregulars, policy) and not (taken and kept in taken):
                yield entry
        yield from (entry for entry in self._put if _follows(entry, count, until))

    # --- counts, at hand and in the annex ---------------------------------------------------------------------------

    def _later(self, at: int, order: OrderKey) -> Iterator[Count]:
        """In order; the first one or two are mostly all that anybody asks for."""
        stream = self.position.streams[at]
        if stream.shelved is not None and order < stream.shelved:
            yield from self._shelf(at).after(order)
        yield from stream.counts[bisect_right(stream.counts, order, key=ORDER) :]

    def _shelve(self, at: int, count: Count) -> None:
        stream = self.position.streams[at]
        if stream.shelved is not None and count.order < stream.shelved:
            self._shelf(at).insert(count)
            return
        insort(stream.counts, count, key=ORDER)
        if len(stream.counts) > COUNTS_MOST:
            older = stream.counts[:-COUNTS_AT_HAND]
            self._shelf(at).append(older)
            del stream.counts[:-COUNTS_AT_HAND]
            stream.shelved = older[-1].order

    def _unshelve(self, at: int, entry: Entry) -> Count:
        counts = self.position.streams[at].counts
        if not counts or entry.order < counts[0].order:
            return self._shelf(at).pop(entry.order)
        return counts.pop(bisect_right(counts, entry.order, key=ORDER) - 1)

    # --- the annex --------------------------------------------------------------------------------------------------

    def _the_annex(self) -> Annex:
        if self._annex is None:
            self._annex = self.log.annex() or Annex()
        return self._annex

    def _shelf(self, at: int) -> Shelf:
        """The stream's older counts, to be changed."""
        shelf = self._shelves.get(at)
        if shelf is None:
            shelf = self._shelves[at] = Shelf(self.log, self._the_annex(), at)
        return shelf

    def forget(self, before: int, gone: Iterable[Entry]) -> None:
        """Let go of shelved counts dated before this (ms), and of what is known of entries that the log let go."""
        self.irregulars.forget(gone)
        for at, stream in enumerate(self.position.streams):
            lost = self._shelf(at).forget(before) if stream.shelved is not None else None
            stream.lost_counts = stream.lost_counts if lost is None else lost

    def close(self) -> None:
        """Give the annex and its pages back to the log where they changed."""
        self.irregulars.close()
        for at, shelf in self._shelves.items():
            packs, counts = shelf.close(), self._the_annex().counts
            self._changed |= packs != counts.get(at, [])
            counts[at] = packs
        if self._changed:
            self.log.put_annex(self._the_annex())

    def _stream(self, entry: Entry) -> tuple[int, Stream]:
        stream = self.position.stream(entry.uom, entry.stock_status)
        return self.position.streams.index(stream), stream


def regular(entry: Entry, irregulars: Irregulars, policy: Policy) -> bool:
    """Whether an entry of the log counts as it stands there."""
    return not (entry.parked or entry.cancels or entry in irregulars or held(entry, policy))


def target(record: Standing) -> Target:
    """The ledger entry of a record."""
    entry, published = record
    return Target(
        entry.event_id, entry.record_time if published is None else published, entry.fingerprint, entry.event_time
    )


def _counted(count: Count) -> Target:
    return Target(count.event_id, count.published, count.fingerprint, count.event_time)


def _count(record: Standing, delta: int) -> Count:
    e, about = record.entry, target(record)
    said_at = about.record_time
    return Count(e.event_time, e.record_time, e.event_id, e.fingerprint, said_at, e.slot, e.all_lots, e.quantity, delta)


def _follows(entry: Entry, count: Entry, until: OrderKey | None) -> bool:
    """Whether it is a movement of the same stream that stands after a count, and before a place."""
    if entry.counts or entry.uom != count.uom or entry.stock_status is not count.stock_status:
        return False
    return entry.order > count.order and (until is None or entry.order < until)
