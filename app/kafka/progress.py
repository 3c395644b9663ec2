"""How far a take-over has read: counted for the metrics at once, said in the log now and then while it is long."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Protocol

from app.domain.rules.wording import listed
from app.kafka.bulk import Piece

SAY_EVERY = 5.0  # seconds
log = logging.getLogger(__name__)


class RecoveryMeter(Protocol):
    """Where what a take-over reads is counted."""

    def recovering(self, topic: str, partition: int, rows: int, size: int, remaining: int) -> None: ...


class Span:
    """The offsets to read of one topic-partition, and how far that has come."""

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name, self.start, self.end, self.position = name, start, end, start

    @property
    def remaining(self) -> int:
        return max(0, self.end - self.position)

    @property
    def percent(self) -> int:
        length = self.end - self.start
        return 100 - 100 * self.remaining // length if length else 100


class Progress:
    """Everything that one take-over reads."""

    def __init__(self, meter: RecoveryMeter, moved: Callable[[], None]) -> None:
        self._meter, self._moved = meter, moved
        self.rows = self.size = 0
        self.began = self._said = monotonic()
        self._spans: dict[tuple[str, int], Span] = {}

    def expect(self, topic: str, partition: int, start: int, end: int) -> None:
        self._spans[topic, partition] = Span(f"{topic}/{partition}", start, end)
        self._meter.recovering(topic, partition, 0, 0, end - start)

    def end(self, topic: str, partition: int) -> int:
        return self._spans[topic, partition].end

    def watch(self, topic: str) -> Callable[[Piece], None]:
        """What to hand to the read of one topic."""
        return partial(self._take, topic)

    def _take(self, topic: str, piece: Piece) -> None:
        span = self._spans[topic, piece.partition]
        span.position = piece.position
        self.rows += piece.rows
        self.size += piece.size
        self._meter.recovering(topic, piece.partition, piece.rows, piece.size, span.remaining)
        self._moved()
        if monotonic() - self._said > SAY_EVERY:
            self._said = monotonic()
            log.info("taking over: %s", self.told())

    @property
    def seconds(self) -> float:
        return monotonic() - self.began

    def told(self) -> str:
        """Rows, bytes, rows a second, and the partitions that are not read to their end, the furthest behind first."""
        behind = sorted((span for span in self._spans.values() if span.remaining), key=lambda span: span.percent)
        named = listed(f"{span.name} {span.percent} %" for span in behind)
        rate = self.rows / max(self.seconds, 0.001)
        read = f"{self.rows:,} rows, {self.size / 1e6:,.1f} MB, {self.seconds:.1f} s, {rate:,.0f} rows/s"
        return f"{read}; {named}" if named else read
