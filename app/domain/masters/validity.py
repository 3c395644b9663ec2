"""Which version of a master counts at a time: the highest of those that are valid by then.

Only items say from when on a version is valid. A lower version waits for a higher one to be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.golden import GoldenItem
from app.domain.masters.state import Sheet, Slot
from app.domain.outcome import Mark, Outcome

KEPT = 16  # versions, the highest ones, and the one that counts
RIVALS = 4  # other contents of one version
AnySheet = Sheet[Any]


def take(slot: Slot[Any], sheet: AnySheet, now: int) -> Outcome:
    """Keep a version, if it is among those that may count; `settle` says which one does. Of one the best rank stays."""
    known = [*slot.known, *slot.rivals]
    same = [other for other in known if other.version == sheet.version]
    marks = () if not same else (Mark.DUPLICATE if sheet.content in {s.content for s in same} else Mark.CONFLICT,)
    if _contents(same) == _contents([*same, sheet]):
        return Outcome(False, (), marks)
    versions = _by_version([*known, sheet])
    counts = counting([contents[0] for contents in versions.values()], now)
    kept = {*sorted(versions)[-KEPT:], *(() if counts is None else (counts.version,))}
    if sheet.version not in kept:
        return Outcome(False, (), (Mark.SUPERSEDED,))
    arrange(slot, [other for other in (*known, sheet) if other.version in kept])
    return Outcome(True, (), marks)


def arrange(slot: Slot[Any], sheets: Iterable[AnySheet]) -> None:
    """Keep these and no others: of each version the best, and its rivals apart."""
    versions = [contents for _, contents in sorted(_by_version(sheets).items())]
    slot.sheet, slot.others = None, [contents[0] for contents in versions]
    slot.rivals = [rival for contents in versions for rival in contents[1:]]


def _by_version(sheets: Iterable[AnySheet]) -> dict[int, list[AnySheet]]:
    found: dict[int, list[AnySheet]] = {}
    for sheet in sheets:
        found.setdefault(sheet.version, []).append(sheet)
    return {version: _contents(same) for version, same in found.items()}


def _contents(same: Iterable[AnySheet]) -> list[AnySheet]:
    """One sheet a content, the best first."""
    best: dict[bytes, AnySheet] = {}
    for sheet in sorted(same, key=lambda s: s.rank):
        best.setdefault(sheet.content, sheet)
    return list(best.values())[: 1 + RIVALS]


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
