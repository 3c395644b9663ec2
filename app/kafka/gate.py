"""When time may pass: a partition's clock moves to a moment once everything that stood in its inputs then was applied.

So a worker that was down for hours raises no storm of alerts out of its backlog. Times are ms of the wall clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

ON_ITS_WAY = 100  # ms an answer of the broker may have travelled


class Sight(NamedTuple):
    """What was known of a topic-partition when a fetch had answered."""

    position: int  # everything before it was handed over, or is nothing to hand over (markers, compacted records)
    handed: int  # offset after the last record handed over; 0 for none
    highwater: int
    answered: int  # when the broker said so, ms


class Gate:
    """The horizons of one table partition: moments, and the offsets its topics had reached by then."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._topics = tuple(topics)
        self.reset()

    def reset(self) -> None:
        """Forget everything known of the inputs: they may have been read by somebody else since."""
        self._applied: dict[str, int] = {}
        self._sights: dict[str, Sight] = {}
        self._horizons: deque[tuple[int, dict[str, int]]] = deque()

    def see(self, sights: Mapping[str, Sight]) -> bool:
        """Take in how far the inputs reach, once every topic has answered; False before that."""
        if len(sights) < len(self._topics):
            return False
        self._sights = dict(sights)
        return True

    def look(self, sights: Mapping[str, Sight]) -> None:
        """The same, and the moment becomes one that the clock may reach."""
        if not self.see(sights):
            return
        when = min(sight.answered for sight in sights.values()) - ON_ITS_WAY
        if not self._horizons or when > self._horizons[-1][0]:
            self._horizons.append((when, {topic: sight.highwater for topic, sight in sights.items()}))

    def applied(self, topic: str, offset: int) -> None:
        self._applied[topic] = offset + 1

    def clock(self) -> int:
        """The latest moment whose inputs were all applied; 0 for none since the last one asked for."""
        moment = 0
        while self._horizons and all(self._read(topic) >= end for topic, end in self._horizons[0][1].items()):
            moment = self._horizons.popleft()[0]
        return moment

    def behind(self) -> set[str]:
        """Topics that hold records not yet applied; all of them while nothing is known."""
        if not self._sights:
            return set(self._topics)
        return {topic for topic, sight in self._sights.items() if self._read(topic) < sight.highwater}

    def lags(self) -> dict[str, int]:
        """Records not yet applied, by topic, as far as is known."""
        return {topic: max(0, sight.highwater - self._read(topic)) for topic, sight in self._sights.items()}

    def _read(self, topic: str) -> int:
        sight, applied = self._sights[topic], self._applied.get(topic, 0)
        return max(applied, sight.position) if applied >= sight.handed else applied
