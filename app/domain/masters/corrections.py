"""Masters that take other masters back: in either order of arrival, whoever is named never counts again.

Of several that name the same record a CANCEL goes before a REPLACE, then the highest (record_time, event_id).
"""

from __future__ import annotations

from typing import Any

from app.domain.codes import Purpose
from app.domain.masters.state import Correction, Slot
from app.domain.masters.validity import arrange


def correct(slot: Slot[Any], fact: Any) -> bool:
    """Let a MASTER take back what it names; whether that changed anything."""
    if fact.supersedes is None:
        return False
    correction = Correction(fact.purpose is Purpose.CANCEL, fact.record_time, fact.event_id)
    before = slot.corrections.get(fact.supersedes)
    if before is not None and before.rank >= correction.rank:
        return False
    slot.corrections[fact.supersedes] = correction
    gone = {fact.supersedes} if before is None else {fact.supersedes, before.event_id}
    arrange(slot, [sheet for sheet in (*slot.known, *slot.rivals) if sheet.event_id not in gone])
    return True


def counts(slot: Slot[Any], fact: Any) -> bool:
    """Whether a MASTER is itself a version: one that was taken back is not, nor a CANCEL of another."""
    if fact.event_id in slot.corrections:
        return False
    if fact.supersedes is None:
        return True
    return fact.purpose is not Purpose.CANCEL and slot.corrections[fact.supersedes].event_id == fact.event_id
