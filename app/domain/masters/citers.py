"""Who names an id that has no master: how many, exactly, and the first ones by name."""

from __future__ import annotations

from typing import Any

from app.domain.heard import Heard, hear_once
from app.domain.internal import Citation
from app.domain.log import Log
from app.domain.masters.state import Slot
from app.domain.outcome import Mark, Outcome

KEPT = 20  # names


def hear(slot: Slot[Any], told: Citation, log: Log[Heard, Any]) -> Outcome:
    """Take in one citation: who names an id says so, and takes it back, in turn."""
    if not hear_once(log, told.entity, told.kind, told.state_version, told.record_time):
        return Outcome(False, (), (Mark.DUPLICATE,))
    slot.citing += 1 if told.stands else -1
    if not told.stands:
        slot.citers.pop(told.entity, None)
    elif len(slot.citers) < KEPT:
        slot.citers[told.entity] = told.record_time
    return Outcome(True)
