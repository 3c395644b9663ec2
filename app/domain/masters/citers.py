"""Who names an id that has no master: by entity, as long as they are few; of more than MOST only that they are many."""

from __future__ import annotations

from typing import Any

from app.domain.internal import Citation
from app.domain.masters.state import Citer, Slot
from app.domain.outcome import NOTHING, Mark, Outcome
from app.domain.policy import DAY
from app.domain.rules.masters import MOST

KNOWN_FOR = DAY  # longer than what a worker said that lost its partitions can be on its way


def hear(slot: Slot[Any], told: Citation) -> Outcome:
    """Take in one citation: of each entity the highest version holds."""
    if slot.many:
        return NOTHING
    known = slot.citers.get(told.entity)
    if known is not None and known.version >= told.state_version:
        return Outcome(False, (), (Mark.DUPLICATE,))
    slot.citers[told.entity] = Citer(told.state_version, told.record_time, told.stands)
    if slot.golden is None and len(slot.standing) > MOST:  # else they take it back once they hear of the master
        slot.many, slot.citers = True, {}
    return Outcome(True)


def forget(slot: Slot[Any], now: int) -> int | None:
    """Let go of those who took it back long ago; when (ms) to look again."""
    gone = {entity: citer.heard + KNOWN_FOR for entity, citer in slot.citers.items() if not citer.stands}
    if not gone:
        return None
    slot.citers = {entity: citer for entity, citer in slot.citers.items() if gone.get(entity, now + 1) > now}
    return min((until for until in gone.values() if until > now), default=None)
