"""Lines in the order in which they arrive, and what a listener can tell from their numbers alone."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from app.dev.simulator.labels import Label

GAP_GRACE = 15 * 60_000
_encode = msgspec.json.Encoder().encode


class Event(Struct):
    """One record of one source, from its event_time to its arrival (all ms)."""

    topic: str
    key: str
    source: str
    at: int
    recorded: int
    arrival: int
    value: dict[str, Any]
    about: Any = None  # the stock position or the order that it speaks of
    guarded: bool = False  # its content must reach the other end as it is

    @property
    def event_id(self) -> str:
        return str(self.value["event_id"])


class _Source(Struct):
    """The numbers of one source and key as they came in."""

    top: int = 0
    missing: set[int] = set()
    since: int = 0
    noticed: bool = False


class Wire:
    """Holds lines back until their time; `clock` is the highest record_time written (ms)."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._waiting: list[tuple[int, int, int, str, str, int | None, bytes, Label | None]] = []
        self._sources: dict[tuple[str, str], _Source] = {}
        self._count = 0
        self.clock = 0
        self.written = 0

    def send(self, event: Event) -> None:
        """A record that every reader can accept."""
        line = _encode({"topic": event.topic, "key": event.key, "value": event.value})
        number = event.value.get("source_seq")
        self._put((event.arrival, event.recorded, event.key, event.source, number, line, None))

    def send_refused(self, event: Event, label: Label, raw: str | None = None) -> None:
        """A record that goes to the dead letters; `raw` is base64 instead of the value."""
        said = {"value": event.value} if raw is None else {"raw": raw}
        line = _encode({"topic": event.topic, "key": event.key, **said})
        self._put((event.arrival, 0, event.key, event.source, None, line, label))

    def _put(self, entry: tuple[int, int, str, str, int | None, bytes, Label | None]) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (entry[0], self._count, *entry[1:]))

    def release(self, until: int | None = None) -> None:
        """Write what has arrived before `until` (ms), or all of it."""
        waiting = self._waiting
        while waiting and (until is None or waiting[0][0] < until):
            _, _, recorded, key, source, number, line, label = heapq.heappop(waiting)
            self._out.write(line + b"\n")
            if label is not None:
                label.offset = self.written
            self.written += 1
            self.clock = max(self.clock, recorded)
            if number is not None:
                self._hear(key, source, number)

    def _hear(self, key: str, source: str, number: int) -> None:
        heard = self._sources.get((key, source))
        if heard is None:
            heard = self._sources[key, source] = _Source(missing=set())
        if heard.missing and heard.since + GAP_GRACE <= self.clock:
            heard.noticed = True
        complete = not heard.missing
        if number > heard.top:
            heard.missing.update(range(heard.top + 1, number))
            heard.top = number
        heard.missing.discard(number)
        if complete and heard.missing:
            heard.since = self.clock

    def gaps(self) -> Iterator[Label]:
        """Gaps that outlived their grace, once everything is written and time has gone on."""
        for (key, source), heard in self._sources.items():
            if heard.noticed or heard.missing:
                yield Label("gap", "SEQ_GAP", key, source, open_at_end=bool(heard.missing))
