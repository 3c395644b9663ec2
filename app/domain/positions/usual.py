"""The usual event, in one piece: the next number of its source, newer than all that stands, spoken of by nobody.

Nineteen of twenty events end here, so nothing is called that need not be. Whatever it does not take it leaves as it
was, and `following` takes the long way, which does the same and more.
"""

from __future__ import annotations

from app.domain.facts import InventoryEvent
from app.domain.log import Log
from app.domain.outcome import Outcome
from app.domain.policy import DAY, Policy
from app.domain.positions.entry import SIGNS, Entry, enter
from app.domain.positions.ledger import own_entry
from app.domain.positions.state import Annex, Position


def follow_usual(
    position: Position, event: InventoryEvent, log: Log[Entry, Annex], now: int, policy: Policy
) -> Outcome | None:
    """Take the event into the position; None where it is not usual."""
    at, number, streams = event.event_time, event.source_seq, position.streams
    ranges, sign = position.sources.get(event.source_system), SIGNS.get(event.movement)
    ahead = at - event.record_time
    if (
        sign is None
        or ranges is None
        or number is None
        or number != ranges[-1] + 1
        or len(streams) != 1
        or at <= streams[0].high
        or event.uom != streams[0].uom
        or event.stock_status is not streams[0].stock_status
        or event.supersedes is not None
        or event.facility_id != position.facility_id
        or (position.odd is not None and event.event_id in position.odd.waiting)
        or ahead > policy.future_tolerance
        or ahead > policy.held_after
        or -ahead > policy.held_before
        or at > position.swept + policy.horizon + 2 * DAY
        or log.mentions(event.event_id, at)
    ):
        return None
    stream, slot = streams[0], event.lot or ""
    delta = sign * event.quantity
    balance = stream.lots.get(slot, 0) + delta
    if balance:
        stream.lots[slot] = balance
    else:
        stream.lots.pop(slot, None)
    position.version += 1
    stream.standing += 1
    stream.high = at
    ranges[-1] = number
    entry = enter(event)
    log.append(entry)
    return Outcome(True, (own_entry(position, stream, event, entry, slot, delta, balance, now),))
