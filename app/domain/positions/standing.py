"""Which records count: a pure function of the set of them, whatever their order and however often they came.

Copies of one record merge (the lowest record_time holds). Of rivals that share an id or a source's number the lowest
rank counts. What an unbeaten record supersedes never counts again, under whichever of its ids it is named; of several
replacements of one event only the highest (record_time, event_id) counts, and none where it was cancelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from app.domain.entry import best, heirs
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
    unbeaten = best([record.entry for record in records.values()])
    named = _Targets(records.values(), unbeaten)
    cancelled = {named.by(entry) for entry in unbeaten if entry.cancels}
    heir = heirs(unbeaten, named.by)
    return {
        entry.identity: records[entry.identity]
        for entry in unbeaten
        if not named.take_back(entry)
        and not (entry.replaces and (named.by(entry) in cancelled or heir[named.by(entry)] is not entry))
    }


class _Targets:
    """What is taken back. An event sent again under its number has several ids, of which the first stands for all."""

    def __init__(self, records: Iterable[Standing], unbeaten: Iterable[Entry]) -> None:
        self._first: dict[str, str] = {}
        numbered: dict[tuple[str, int, bytes], str] = {}
        for entry in sorted((record.entry for record in records), key=lambda e: e.rank):
            if entry.source_seq is not None:
                number = entry.source_system, entry.source_seq, entry.content
                self._first.setdefault(entry.event_id, numbered.setdefault(number, entry.event_id))
        self._taken_back = {self.by(entry) for entry in unbeaten if entry.supersedes is not None}

    def by(self, entry: Entry) -> str | None:
        """The event that a record takes back."""
        return self._known_as(entry.supersedes) if entry.supersedes is not None else None

    def take_back(self, entry: Entry) -> bool:
        """Whether some record takes this one back."""
        return self._known_as(entry.event_id) in self._taken_back

    def _known_as(self, event_id: str) -> str:
        return self._first.get(event_id, event_id)


def missing(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Ids taken back that have not come, each with those that ask for it and were not withdrawn themselves."""
    entries = list(entries)
    came = {entry.event_id for entry in entries}
    absent = {entry.supersedes for entry in entries if entry.supersedes is not None} - came
    if not absent:
        return {}
    records = merged(entries).values()
    unbeaten = best([record.entry for record in records])
    named = _Targets(records, unbeaten)
    asking = [entry for entry in unbeaten if not named.take_back(entry)]
    return {target: sorted({e.event_id for e in asking if e.supersedes == target}) for target in sorted(absent)}


def conflicts(entries: Iterable[Entry]) -> set[str]:
    """Evidence of ids that came with different records, and of numbers that came with different ids and contents.

    A conflict is over once every record that lost it was taken back.
    """
    records = merged(entries).values()
    rivals: dict[str, list[Entry]] = defaultdict(list)
    for entry in (record.entry for record in records):
        rivals[entry.event_id].append(entry)
        if entry.source_seq is not None:
            rivals[f"{entry.source_system}#{entry.source_seq}"].append(entry)
    contested = {evidence: same for evidence, same in rivals.items() if _differ(evidence, same)}
    if not contested:
        return set()
    unbeaten = best([record.entry for record in records])
    named = _Targets(records, unbeaten)
    counts = set(unbeaten)
    return {
        evidence
        for evidence, same in contested.items()
        if any(entry not in counts and not named.take_back(entry) for entry in same)
    }


def _differ(evidence: str, same: list[Entry]) -> bool:
    """Copies of an id always differ; a number's holders may be one event under several ids."""
    ids = {entry.event_id for entry in same}
    return len(same) > 1 and (ids == {evidence} or (len(ids) > 1 and len({entry.content for entry in same}) > 1))
