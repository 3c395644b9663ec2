"""One more record of a position: is it new, does it touch others, what does it change, what is said."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from app.domain.entry import held, implausible
from app.domain.facts import Fact, InventoryEvent
from app.domain.outcome import Mark, Outcome
from app.domain.policy import Policy
from app.domain.positions.alone import (
    PositionLog,
    exact,
    follow_alone,
    park,
    remember_number,
    remember_stream,
    sweep,
)
from app.domain.positions.booking import Booking, regular, target
from app.domain.positions.entry import Entry, enter
from app.domain.positions.irregulars import Irregulars
from app.domain.positions.ledger import Line, ledger
from app.domain.positions.standing import Identity, Standing, component, conflicts, missing, standing
from app.domain.positions.state import Position, Stream
from app.domain.positions.usual import follow_usual
from app.domain.sequences import holds

Stands = dict[Identity, Standing]
DUPLICATE = Outcome(False, (), (Mark.DUPLICATE,))


class Touched(NamedTuple):
    """The records linked to a new one, and what stands among them before and after it."""

    linked: list[Entry]
    before: Stands
    after: Stands


def apply(position: Position, event: Fact, log: PositionLog, now: int, policy: Policy) -> Outcome:
    """Take one record into the position."""
    assert isinstance(event, InventoryEvent)
    return follow_usual(position, event, log, now, policy) or follow_any(position, event, log, now, policy)


def follow_any(position: Position, event: InventoryEvent, log: PositionLog, now: int, policy: Policy) -> Outcome:
    """The long way, which every record may go."""
    entry = enter(event)
    same_id = log.mentioning(entry.event_id, entry.event_time)
    if same_id and any(e.identity == entry.identity and e.record_time <= entry.record_time for e in same_id):
        return DUPLICATE
    known = _number_known(position, entry)
    if known and not log.numbered(entry.source_system, entry.source_seq or 0):
        return DUPLICATE  # its record lies behind the horizon; its number proves that it came
    if not (known or same_id or entry.supersedes is not None or position.awaits(entry.event_id)):
        return follow_alone(position, event, entry, log, now, policy)
    touched = _touched(entry, log)
    if not _placeable(position, entry, touched, log, policy):
        return park(position, entry, log)
    return _follow(position, event, entry, touched, log, now, policy)


def _number_known(position: Position, entry: Entry) -> bool:
    number, ranges = entry.source_seq, position.sources.get(entry.source_system)
    return number is not None and ranges is not None and number <= ranges[-1] and holds(ranges, number)


def _touched(entry: Entry, log: PositionLog) -> Touched:
    linked = component(entry, log)
    return Touched(linked, standing(linked), standing([*linked, entry]))


# --- the horizon ----------------------------------------------------------------------------------------------------


def _placeable(position: Position, entry: Entry, touched: Touched, log: PositionLog, policy: Policy) -> bool:
    """Whether everything that changes can be placed exactly, and the record be proven new."""
    stream = position.stream_of(entry)
    behind = entry.event_time < position.newest(stream) - policy.horizon and not entry.cancels
    if (behind and not _proven(position, entry, touched, log)) or not _remembered(touched, log, policy):
        return False
    changed = [record.entry for _, record in touched.before.items() ^ touched.after.items()]
    return all(exact(position.stream_of(e), e, log) for e in changed)


def _proven(position: Position, entry: Entry, touched: Touched, log: PositionLog) -> bool:
    """Whether it can be told from one that was forgotten: by its number, a copy of it, or who waits for it."""
    copied = any(other.identity == entry.identity for other in touched.linked)
    gone = log.forgotten is not None and entry.event_time <= log.forgotten  # who waits may have come later
    return copied or entry.source_seq is not None or (position.awaits(entry.event_id) and not gone)


def _remembered(touched: Touched, log: PositionLog, policy: Policy) -> bool:
    """Whether the records linked to it still tell which of them count: one that took another back may be forgotten."""
    if log.forgotten is None:
        return True
    irregulars, counting = Irregulars(log), {r.entry for r in _counting(touched.before, policy).values()}
    return all(regular(entry, irregulars, policy) == (entry in counting) for entry in touched.linked)


# --- the change -----------------------------------------------------------------------------------------------------


def _follow(
    position: Position,
    event: InventoryEvent,
    entry: Entry,
    touched: Touched,
    log: PositionLog,
    now: int,
    policy: Policy,
) -> Outcome:
    repeat = _repeats_number(entry, touched)
    position.version += not repeat
    stream = position.stream_of(entry)
    marks = _marks(position, stream, entry, touched, repeat, policy)
    booking = Booking(position, log, policy)
    before, after = _counting(touched.before, policy), _counting(touched.after, policy)
    for identity, record in before.items():
        if identity not in after or after[identity].entry != record.entry:
            booking.take(record)
    for identity, record in after.items():
        if identity not in before or before[identity].entry != record.entry:
            booking.put(record)
    own = _own_line(position, entry, touched, repeat, policy)
    outputs = ledger(position, booking, event, own, entry, now)
    _remember(position, stream, event, entry, touched, policy)
    log.append(entry if own else replace(entry, silent=True))
    booking.irregulars.note([*touched.linked, entry], {record.entry for record in after.values()})
    booking.close()
    sweep(position, log, policy)
    return Outcome(True, outputs, marks)


def _counting(stands: Stands, policy: Policy) -> Stands:
    """Those that change a balance."""
    return {i: s for i, s in stands.items() if not s.entry.cancels and not held(s.entry, policy)}


def _repeats_number(entry: Entry, touched: Touched) -> bool:
    """The same event again under another id: a duplicate that does not outrank what stands."""
    number = entry.source_system, entry.source_seq
    same = [
        e
        for e in touched.linked
        if entry.source_seq is not None and (e.source_system, e.source_seq) == number and e.content == entry.content
    ]
    return bool(same) and entry.identity not in touched.after


def _own_line(position: Position, entry: Entry, touched: Touched, repeat: bool, policy: Policy) -> Line | None:
    """Where the record's own ledger entry stands; None where it says nothing or was said before."""
    said = any(e.identity == entry.identity and not e.silent for e in touched.linked)
    if said or repeat or not entry.in_ledger or held(entry, policy):
        return None
    record = touched.after.get(entry.identity, Standing(entry, None))
    return position.streams.index(position.stream_of(record.entry)), target(record), entry.slot


def _marks(
    position: Position, stream: Stream, entry: Entry, touched: Touched, repeat: bool, policy: Policy
) -> tuple[Mark, ...]:
    before, after = conflicts(touched.linked), conflicts([*touched.linked, entry])
    if before != after:
        position.oddities.contest(before, after)
    happened = (
        (Mark.DUPLICATE, repeat),
        (Mark.CONFLICT, bool(after - before)),
        (Mark.LATE, entry.event_time < position.newest(stream) - policy.late_after),
        (Mark.HELD, held(entry, policy)),
        (Mark.SUPERSEDED, bool(touched.linked) and not repeat and entry.identity not in touched.after),
    )
    return tuple(mark for mark, so in happened if so)


# --- what the head remembers ----------------------------------------------------------------------------------------


def _remember(
    position: Position, stream: Stream, event: InventoryEvent, entry: Entry, touched: Touched, policy: Policy
) -> None:
    remember_number(position, entry)
    _remember_odd(position, touched, policy)
    _remember_targets(position, [*touched.linked, entry])
    remember_stream(position, stream, event, entry, held(entry, policy))


def _remember_odd(position: Position, touched: Touched, policy: Policy) -> None:
    """Count the records of each source that stand with implausible times."""
    odd = position.oddities
    for stands, sign in ((touched.before, -1), (touched.after, 1)):
        for source in (s.entry.source_system for s in stands.values() if implausible(s.entry, policy)):
            odd.implausible[source] = odd.implausible.get(source, 0) + sign
    if not all(odd.implausible.values()):
        odd.implausible = {source: n for source, n in odd.implausible.items() if n}


def _remember_targets(position: Position, linked: list[Entry]) -> None:
    """Who waits for a record that has not come."""
    waiting = position.oddities.waiting
    for entry in linked:
        waiting.pop(entry.event_id, None)
    waiting.update(missing(linked))
