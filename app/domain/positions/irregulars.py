"""Entries of the log that do not count as they stand there (cancelled, outdone, told twice): an annex page a day."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from app.domain import sums
from app.domain.log import Log
from app.domain.policy import DAY
from app.domain.positions.entry import Copy, Entry
from app.domain.positions.state import Annex

DAYS = 1 << 31  # the page of 1970-01-01; the pages of counts begin at 1
_read = sums.reader(list[Copy])


class Irregulars:
    """Reads a day when somebody asks for it; `close` keeps what was noted."""

    def __init__(self, log: Log[Entry, Annex]) -> None:
        self._log = log
        self._days: dict[int, dict[Copy, None]] = {}  # in the order in which they were noted
        self._changed: set[int] = set()

    def __contains__(self, entry: Entry) -> bool:
        copies = self._of(entry.event_time // DAY)
        return bool(copies) and entry.copy in copies

    def note(self, entries: Sequence[Entry], regular: Container[Entry]) -> None:
        """Remember which of these entries do not count as they stand."""
        self.forget(entries)
        for entry in entries:
            if entry not in regular and entry not in self:
                self._days[entry.event_time // DAY][entry.copy] = None

    def forget(self, entries: Iterable[Entry]) -> None:
        """Remember nothing of entries."""
        for entry in entries:
            day = entry.event_time // DAY
            if entry in self:
                del self._days[day][entry.copy]
            self._changed.add(day)

    def close(self) -> None:
        """Put the pages that changed."""
        for day in self._changed:
            copies = self._of(day)
            self._log.put_page(DAYS + day, sums.encode([*copies]) if copies else None)

    def _of(self, day: int) -> dict[Copy, None]:
        copies = self._days.get(day)
        if copies is None:
            page = self._log.page(DAYS + day)
            copies = self._days[day] = {} if page is None else dict.fromkeys(_read(page))
        return copies
