"""Which version of a master counts at a time: the highest of those that are valid by then.

Only items say from when on a version is valid. A lower version waits for a higher one to be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.golden import GoldenItem
from app.domain.masters.state import Sheet, Slot
from app.domain.outcome import Mark, Outcome

KEPT = 16  # versions, the highest ones, and the one that counts
AnySheet = Sheet[Any]


def take(slot: Slot[Any], sheet: AnySheet, now: int) -> Outcome:
    """Keep a version, if it is among those that may count; `settle` says which one does. Of one the best rank stays."""
    known = slot.known
    rival = next((other for other in known if other.version == sheet.version), None)
    marks = () if rival is None else (Mark.DUPLICATE if rival.content == sheet.content else Mark.CONFLICT,)
    if rival is not None and rival.rank <= sheet.rank:
        return Outcome(False, (), marks)
    every = sorted([*(other for other in known if other is not rival), sheet], key=lambda s: s.version)
    counts = counting(every, now)
    kept = [other for other in every[:-KEPT] if other is counts] + every[-KEPT:]
    if sheet not in kept:
        return Outcome(False, (), (Mark.SUPERSEDED,))
    slot.sheet, slot.others = None, kept
    return Outcome(True, (), marks)


def settle(slot: Slot[Any], now: int) -> None:
    """Let the version count that does at a time (ms)."""
    known = slot.known
    slot.sheet = counting(known, now)
    slot.others = [sheet for sheet in known if sheet is not slot.sheet]
    slot.retired_from = _retired_from(known, slot.sheet)


def counting(known: Sequence[AnySheet], now: int) -> AnySheet | None:
    """The version that counts at a time (ms)."""
    return max((s for s in known if s.valid_from <= now), key=lambda s: s.version, default=None)


def next_change(slot: Slot[Any], now: int) -> int | None:
    """When (ms) another version begins to count, if none comes before."""
    least = -1 if slot.sheet is None else slot.sheet.version
    later = (sheet.valid_from for sheet in slot.others if sheet.valid_from > now and sheet.version > least)
    return min(later, default=None)


def _retired_from(known: Sequence[AnySheet], sheet: AnySheet | None) -> int | None:
    """From when on (ms) all versions, one after the other, say that the item is inactive or replaced."""
    since = None
    while sheet is not None and _retired(sheet.golden):
        since = sheet.valid_from
        sheet = counting(known, since - 1)
    return since


def _retired(golden: Any) -> bool:
    return isinstance(golden, GoldenItem) and (not golden.active or golden.replaced_by is not None)
