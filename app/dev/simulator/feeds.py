"""What each source says and when: ids, numbers without gaps, the time of writing down, the way to us."""

from __future__ import annotations

from random import Random
from typing import Any

from app.contracts.times import format_time
from app.dev.simulator.wire import Event

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WRITING_S = 180  # a source writes within so many seconds
WAY_S = 120  # and the record needs so many to arrive


class Feeds:
    """Turns bodies into records; the numbers of a (source, key) rise with the time of writing down."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._last: dict[tuple[str, str], tuple[int, int]] = {}

    def event(
        self,
        topic: str,
        key: str,
        source: str,
        at: int,
        body: dict[str, Any],
        purpose: str | None = None,
        supersedes: str | None = None,
        numbered: bool = True,
        written: int | None = None,
    ) -> Event:
        """A record of `source` about what happened `at` (ms); `written` down then, or later.

        Every number must be sent, or a gap is made.
        """
        recorded = (at if written is None else written) + self._rng.randrange(WRITING_S) * SECOND
        value: dict[str, Any] = {"event_id": self.new_id(), "source_system": source}
        if numbered:
            value["source_seq"], recorded = self._numbered(source, key, recorded)
        value["event_time"], value["record_time"] = format_time(at), format_time(recorded)
        if purpose is not None:
            value["purpose"] = purpose
        if supersedes is not None:
            value["supersedes"] = supersedes
        value.update(body)
        arrival = recorded + (1 + self._rng.randrange(WAY_S)) * SECOND
        return Event(topic, key, source, at, recorded, arrival, value)

    def _numbered(self, source: str, key: str, recorded: int) -> tuple[int, int]:
        """The next number of a source, which is written down no earlier than the one before."""
        number, last = self._last.get((source, key), (0, 0))
        self._last[source, key] = number + 1, max(recorded, last)
        return self._last[source, key]

    def new_id(self) -> str:
        """An id as UUIDs are written."""
        digits = f"{self._rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
