"""Which records count: a pure function of the set of them, whatever their order and however often they came.

Copies of one record merge (the lowest record_time holds). Of rivals that share an id or a source's number the lowest
rank counts. What an unbeaten record supersedes never counts again; of several replacements of one event only the
highest (record_time, event_id) counts, and none where it was cancelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from app.domain.log import Log
from app.domain.positions.entry import Entry

Identity = tuple[str, str, int | None, int, bytes]


class Standing(NamedTuple):
    """A record that stands, under its lowest record_time; `published`: the one its ledger entry carries, if any."""

    entry: Entry
    published: int | None


def component(entry: Entry, log: Log[Entry, Any]) -> list[Entry]:
    """Every kept record linked to this one by id, number or supersedes, in order of arrival."""
    found: dict[tuple[Identity, int], Entry] = {}
    ids, numbers = _Once(), _Once()
    _link(entry, ids, numbers)
    while ids.waiting or numbers.waiting:
        got: list[Entry] = []
        for event_id in ids.take():
            got += log.mentioning(event_id)
        for source_system, source_seq in numbers.take():
            got += log.numbered(source_system, source_seq)
        for other in got:
            found[other.identity, other.record_time] = other
            _link(other, ids, numbers)
    return list(found.values())


class _Once:
    """Things to ask for, each once."""

    def __init__(self) -> None:
        self.seen: set[Any] = set()
        self.waiting: list[Any] = []

    def add(self, thing: Any) -> None:
        if thing not in self.seen:
            self.seen.add(thing)
            self.waiting.append(thing)

    def take(self) -> list[Any]:
        taken, self.waiting = self.waiting, []
        return taken


def _link(entry: Entry, ids: _Once, numbers: _Once) -> None:
    ids.add(entry.event_id)
    if entry.supersedes is not None:
        ids.add(entry.supersedes)
    if entry.source_seq is not None:
        numbers.add((entry.source_system, entry.source_seq))


def merged(entries: Iterable[Entry]) -> dict[Identity, Standing]:
    """Copies of one record as one: its lowest record_time, and the first that was published."""
    copies: dict[Identity, list[Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.parked:
            copies[entry.identity].append(entry)
    return {identity: _merge(same) for identity, same in copies.items()}


def _merge(same: list[Entry]) -> Standing:
    lowest = min(same, key=lambda entry: entry.record_time)
    return Standing(lowest, next((entry.record_time for entry in same if not entry.silent), None))


def standing(entries: Iterable[Entry]) -> dict[Identity, Standing]:
    """The records that stand, cancels among them."""
    records = merged(entries)
    best = _best(records.values())
    unbeaten = [record.entry for record in records.values() if record.entry in best]
    taken_back = {entry.supersedes for entry in unbeaten if entry.supersedes is not None}
    cancelled = {entry.supersedes for entry in unbeaten if entry.cancels}
    heirs: dict[str | None, Entry] = {}
    for entry in unbeaten:
        if entry.replaces:
            heir = heirs.get(entry.supersedes, entry)
            heirs[entry.supersedes] = max(heir, entry, key=lambda e: (e.record_time, e.event_id))
    return {
        entry.identity: records[entry.identity]
        for entry in unbeaten
        if entry.event_id not in taken_back
        and not (entry.replaces and (entry.supersedes in cancelled or heirs[entry.supersedes] is not entry))
    }


def _best(records: Iterable[Standing]) -> set[Entry]:
    """The records that no rival by id or number outranks."""
    entries = [record.entry for record in records]
    lowest: dict[Any, Entry] = {}
    for entry in entries:
        for name in _names(entry):
            lowest[name] = min(lowest.get(name, entry), entry, key=lambda e: e.rank)
    return {entry for entry in entries if all(lowest[name] is entry for name in _names(entry))}


def _names(entry: Entry) -> list[Any]:
    names: list[Any] = [entry.event_id]
    if entry.source_seq is not None:
        names.append((entry.source_system, entry.source_seq))
    return names


def conflicts(entries: Iterable[Entry]) -> set[str]:
    """Evidence of ids that came with different records, and of numbers that came with different ids and contents."""
    by_id: dict[str, set[Identity]] = defaultdict(set)
    by_number: dict[str, set[tuple[str, bytes]]] = defaultdict(set)
    for entry in (record.entry for record in merged(entries).values()):
        by_id[entry.event_id].add(entry.identity)
        if entry.source_seq is not None:
            by_number[f"{entry.source_system}#{entry.source_seq}"].add((entry.event_id, entry.content))
    ids = {event_id for event_id, seen in by_id.items() if len(seen) > 1}
    return ids | {number for number, seen in by_number.items() if _differ(seen)}


def _differ(seen: set[tuple[str, bytes]]) -> bool:
    ids, contents = zip(*seen, strict=True)
    return len(set(ids)) > 1 and len(set(contents)) > 1
