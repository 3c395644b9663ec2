"""Which documents count: a pure function of the set of them, whatever their order and however often they came.

Copies of one record merge (the lowest record_time holds). Of rivals that share an id or a source's number the lowest
rank counts, and of order documents that share a version likewise. A document sent again under a new id counts once.
What an unbeaten record supersedes never counts again; of several replacements of one document only the highest
(record_time, event_id) counts, and none where it was cancelled. What was cancelled may be booked again under a new id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

from msgspec import Struct

from app.domain.codes import Purpose
from app.domain.entry import best, heirs, held, implausible, names
from app.domain.orders.documents import OrderDocument
from app.domain.orders.entry import Entry, Identity
from app.domain.policy import Policy

Names = Callable[[Entry], list[Any]]


class Standing(Struct, frozen=True):
    """The documents that count, in document order, and what is odd about the others.

    `names` are those of all that came, where none takes another back and no two have one in common; else null.
    """

    names: set[Any] | None
    documents: list[Entry]
    conflicts: dict[str, list[Entry]]  # evidence -> rivals, the one that counts first
    doubles: dict[int, list[Entry]]  # order version -> rivals, the one that counts first
    orphans: list[Entry]  # take back what never came
    implausible: dict[str, list[Entry]]  # source -> documents that would stand but for their times
    cancelled: list[Entry]  # came, and were taken back by a CANCEL

    def join(self, entry: Entry, policy: Policy) -> bool:
        """Put a document behind the others, where it says nothing of them and nothing is odd about it."""
        own = [*names(entry), *_versions(entry)]
        if self.names is None or entry.supersedes is not None or entry.cancels or not self.names.isdisjoint(own):
            return False
        if self.documents and entry.place < self.documents[-1].place:
            return False
        if implausible(entry, policy) or held(entry, policy):
            return False
        self.names.update(own)
        self.documents.append(entry)
        return True


def standing(entries: Iterable[Entry], policy: Policy) -> Standing:
    """The documents that count, of all that came."""
    records = merged(entries)
    own = _plain(records)
    if own is not None:
        return _sorted_out(own, records, {}, {}, [], [], policy)
    unbeaten = best(records)
    latest = best(_left(unbeaten, records), _versions)
    conflicts = _unsettled(_contested(records, names), unbeaten)
    doubles, orphans = _contested(unbeaten, _versions), _orphans(unbeaten, records)
    return _sorted_out(None, latest, conflicts, doubles, orphans, _cancelled(unbeaten), policy)


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Copies of one record as one: its lowest record_time."""
    lowest: dict[Identity, Entry] = {}
    for entry in entries:
        other = lowest.setdefault(entry.identity, entry)
        if entry.record_time < other.record_time:
            lowest[entry.identity] = entry
    return list(lowest.values())


def _plain(records: Sequence[Entry]) -> set[Any] | None:
    """The names of all, where nothing is taken back and no two records have one in common: the usual case."""
    seen: set[Any] = set()
    count = 0
    for entry in records:
        if entry.supersedes is not None or entry.cancels:
            return None
        own = [*names(entry), *_versions(entry)]
        seen.update(own)
        count += len(own)
    return seen if len(seen) == count else None


def _versions(entry: Entry) -> list[Any]:
    """An order document's version, any other's content: a document sent again under a new id."""
    document = entry.document
    if not isinstance(document, OrderDocument):
        return [entry.content]
    return [] if entry.purpose in (Purpose.CANCEL, Purpose.CONFIRM) else [document.version]


def _orphans(unbeaten: Sequence[Entry], records: Sequence[Entry]) -> list[Entry]:
    """What takes back a document that never came, and was not withdrawn itself."""
    known = {entry.event_id for entry in records}
    withdrawn = _taken_back(unbeaten)
    return [
        entry
        for entry in best(unbeaten, _versions)
        if entry.supersedes is not None and entry.supersedes not in known and entry.event_id not in withdrawn
    ]


def _cancelled(unbeaten: Sequence[Entry]) -> list[Entry]:
    """What a CANCEL took back, in document order."""
    named = {entry.supersedes for entry in unbeaten if entry.cancels}
    found = [entry for entry in best(unbeaten, _versions) if entry.event_id in named and not entry.cancels]
    return sorted(found, key=lambda entry: entry.place)


def _unsettled(contested: dict[str, list[Entry]], unbeaten: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Conflicts in which somebody lost who was not taken back since."""
    winners, taken_back = {id(entry) for entry in unbeaten}, _taken_back(unbeaten)
    return {
        evidence: rivals
        for evidence, rivals in contested.items()
        if any(id(entry) not in winners and entry.event_id not in taken_back for entry in rivals)
    }


def _taken_back(unbeaten: Iterable[Entry]) -> set[str]:
    return {entry.supersedes for entry in unbeaten if entry.supersedes is not None}


def _until(unbeaten: Sequence[Entry], records: Sequence[Entry]) -> dict[bytes, float]:
    """Contents taken back, under every id they were sent with: copies written down until then (ms) count nowhere."""
    takers: dict[str | None, float] = {}
    for entry in unbeaten:
        if entry.supersedes is not None:
            taken = entry.record_time if entry.cancels else inf
            takers[entry.supersedes] = max(takers.get(entry.supersedes, taken), taken)
    until: dict[bytes, float] = {}
    for entry in records:
        if entry.event_id in takers and not isinstance(entry.document, OrderDocument):
            until[entry.content] = max(until.get(entry.content, 0), takers[entry.event_id])
    return until


def _left(unbeaten: Sequence[Entry], records: Sequence[Entry]) -> list[Entry]:
    """What is left once documents were taken back."""
    taken_back, until = _taken_back(unbeaten), _until(unbeaten, records)
    cancelled = {entry.supersedes for entry in unbeaten if entry.cancels}
    heir = heirs(unbeaten, lambda entry: entry.supersedes)
    return [
        entry
        for entry in unbeaten
        if not entry.cancels
        and entry.event_id not in taken_back
        and entry.record_time > until.get(entry.content, -inf)
        and not (entry.replaces and (entry.supersedes in cancelled or heir[entry.supersedes] is not entry))
    ]


def _contested(records: Iterable[Entry], named: Names) -> dict[Any, list[Entry]]:
    """Names that came with different contents; for an id another number or event_time is another content too."""
    rivals: dict[Any, list[Entry]] = defaultdict(list)
    for entry in records:
        for name in named(entry):
            rivals[name].append(entry)
    found: dict[Any, list[Entry]] = {}
    for name, same in rivals.items():
        same_id = isinstance(name, tuple) and len({entry.event_id for entry in same}) == 1  # the id tells of it
        if not same_id and len({entry.identity if isinstance(name, str) else entry.content for entry in same}) > 1:
            evidence = f"{name[0]}#{name[1]}" if isinstance(name, tuple) else name
            found[evidence] = sorted(same, key=lambda e: e.rank)
    return found


def _sorted_out(
    own: set[Any] | None,
    records: Iterable[Entry],
    conflicts: dict[str, list[Entry]],
    doubles: dict[int, list[Entry]],
    orphans: list[Entry],
    cancelled: list[Entry],
    policy: Policy,
) -> Standing:
    odd: dict[str, list[Entry]] = {}
    documents = []
    for entry in records:
        if implausible(entry, policy):
            odd.setdefault(entry.source_system, []).append(entry)
        if not held(entry, policy):
            documents.append(entry)
    documents.sort(key=lambda entry: entry.place)
    return Standing(own, documents, conflicts, doubles, orphans, odd, cancelled)
