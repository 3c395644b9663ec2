"""What the log of a key keeps of any accepted record, and which of several counts: the same law everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from app.domain.codes import Purpose
from app.domain.policy import Policy

CANCEL = Purpose.CANCEL
CONTENT_BYTES = 16  # of the SHA-256: enough to tell contents apart, half the room


class LogEntry(Struct, frozen=True, array_like=True, gc=False):
    """One accepted record, for ever as it came; tables add what it says."""

    event_id: str
    source_system: str
    source_seq: int | None
    event_time: int
    record_time: int
    supersedes: str | None
    purpose: Purpose
    content: bytes

    @property
    def rank(self) -> tuple[int, bytes, int, int, str]:
        """Of rivals the lowest counts: record_time, then content, then whatever else differs."""
        return self.record_time, self.content, self.event_time, self.source_seq or 0, self.event_id

    @property
    def cancels(self) -> bool:
        """Whether it only takes another record back."""
        return self.purpose is CANCEL

    @property
    def replaces(self) -> bool:
        """Whether it stands for another: whatever names one and does not cancel it."""
        return self.supersedes is not None and self.purpose is not CANCEL


E = TypeVar("E", bound=LogEntry)


def names(entry: LogEntry) -> list[Any]:
    """What no two records may share: the id, and the source's number."""
    if entry.source_seq is None:
        return [entry.event_id]
    return [entry.event_id, (entry.source_system, entry.source_seq)]


def best(entries: Sequence[E], names: Callable[[E], list[Any]] = names) -> list[E]:
    """The records that no rival outranks; rivals have a name in common."""
    lowest: dict[Any, E] = {}
    for entry in entries:
        for name in names(entry):
            lowest[name] = min(lowest.get(name, entry), entry, key=lambda e: e.rank)
    return [entry for entry in entries if all(lowest[name] is entry for name in names(entry))]


def heirs(entries: Iterable[E], target: Callable[[E], Any]) -> dict[Any, E]:
    """Of several replacements of one record the highest (record_time, event_id), by what they replace."""
    highest: dict[Any, E] = {}
    for entry in entries:
        if entry.replaces:
            other = highest.get(target(entry), entry)
            highest[target(entry)] = max(other, entry, key=lambda e: (e.record_time, e.event_id))
    return highest


def held(entry: LogEntry, policy: Policy) -> bool:
    """Too far from its record_time to be believed: counts nowhere until an operator decides."""
    ahead = entry.event_time - entry.record_time
    return ahead > policy.held_after or -ahead > policy.held_before


def implausible(entry: LogEntry, policy: Policy) -> bool:
    """Worth a word, whether it counts or is held."""
    ahead = entry.event_time - entry.record_time
    return ahead > policy.future_tolerance or ahead > policy.held_after or -ahead > policy.held_before
