"""Which version of a master counts at a time: the highest of those that are valid by then.

Only items say from when on a version is valid. A lower version waits for a higher one to be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any

from app.domain.golden import GoldenItem, Packing
from app.domain.masters.state import Sheet, Slot
from app.domain.outcome import Mark, Outcome

KEPT = 16  # versions, the highest ones, and the one that counts
RIVALS = 4  # other records of one version
AnySheet = Sheet[Any]


def take(slot: Slot[Any], sheet: AnySheet, now: int) -> Outcome:
    """Keep a version, if it is among those that may count; `settle` says which one does. Of one the best rank stays."""
    known = [*slot.known, *slot.rivals]
    same = [other for other in known if other.version == sheet.version]
    marks = () if not same else (Mark.DUPLICATE if sheet.content in {s.content for s in same} else Mark.CONFLICT,)
    if _distinct(same) == _distinct([*same, sheet]):
        return Outcome(False, (), marks)
    versions = _by_version([*known, sheet])
    counts = counting([records[0] for records in versions.values()], now)
    kept = {*sorted(versions)[-KEPT:], *(() if counts is None else (counts.version,))}
    if sheet.version not in kept:
        return Outcome(False, (), (Mark.SUPERSEDED,))
    arrange(slot, [other for other in (*known, sheet) if other.version in kept])
    return Outcome(True, (), marks)


def arrange(slot: Slot[Any], sheets: Iterable[AnySheet]) -> None:
    """Keep these and no others: of each version the best, and its rivals apart."""
    versions = [records for _, records in sorted(_by_version(sheets).items())]
    slot.sheet, slot.others = None, [records[0] for records in versions]
    slot.rivals = [rival for records in versions for rival in records[1:]]


def _by_version(sheets: Iterable[AnySheet]) -> dict[int, list[AnySheet]]:
    found: dict[int, list[AnySheet]] = {}
    for sheet in sheets:
        found.setdefault(sheet.version, []).append(sheet)
    return {version: _distinct(same) for version, same in found.items()}


def _distinct(same: Iterable[AnySheet]) -> list[AnySheet]:
    """One sheet a content and event_id, the best first: of one content under two ids either may be taken back."""
    best: dict[tuple[bytes, str], AnySheet] = {}
    for sheet in sorted(same, key=lambda s: s.rank):
        best.setdefault((sheet.content, sheet.event_id), sheet)
    return list(best.values())[: 1 + RIVALS]


def settle(slot: Slot[Any], now: int) -> None:
    """Let the version count that does at a time (ms)."""
    known = slot.known
    slot.sheet = counting(known, now)
    slot.others = [sheet for sheet in known if sheet is not slot.sheet]
    slot.retired_from = _retired_from(known, now)


def counting(known: Sequence[AnySheet], now: int) -> AnySheet | None:
    """The version that counts at a time (ms)."""
    return max((s for s in known if s.valid_from <= now), key=lambda s: s.version, default=None)


def next_change(slot: Slot[Any], now: int) -> int | None:
    """When (ms) another version begins to count, if none comes before."""
    least = -1 if slot.sheet is None else slot.sheet.version
    later = (sheet.valid_from for sheet in slot.others if sheet.valid_from > now and sheet.version > least)
    return min(later, default=None)


def _passed(known: Sequence[AnySheet], now: int) -> Iterator[AnySheet]:
    """The versions that count and counted by their days, whenever they came: the one of now (ms) first."""
    sheet = counting(known, now)
    while sheet is not None:
        yield sheet
        sheet = counting(known, sheet.valid_from - 1)


def packings(slot: Slot[GoldenItem], now: int) -> tuple[Packing, ...]:
    """How an item is counted, and was, by the versions of each day up to a time (ms); nothing where that is all one."""
    found: list[Packing] = []
    for sheet in reversed([*_passed(slot.known, now)]):
        packing = _packing(sheet)
        if not found or (packing.base_uom, packing.uoms) != (found[-1].base_uom, found[-1].uoms):
            found.append(packing)
    return tuple(found) if len(found) > 1 else ()


def _packing(sheet: Sheet[GoldenItem]) -> Packing:
    item = sheet.golden
    if item is None:
        return Packing(valid_from=sheet.valid_from, event_id=sheet.event_id)
    return Packing(valid_from=sheet.valid_from, event_id=sheet.event_id, base_uom=item.base_uom, uoms=item.uoms)


def _retired_from(known: Sequence[AnySheet], now: int) -> int | None:
    """From when on (ms) all versions, one after the other, say that the item is inactive or replaced."""
    retired = takewhile(lambda sheet: _retired(sheet.golden), _passed(known, now))
    return min((sheet.valid_from for sheet in retired), default=None)


def _retired(golden: Any) -> bool:
    return isinstance(golden, GoldenItem) and (not golden.active or golden.replaced_by is not None)
