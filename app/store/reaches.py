"""How far the segments of a key reach, side by side: a search by time touches only those that it finds.

A late record asks for all segments since its time. Each lies at a place of its own that no cache holds, so to look into
every one for its times costs more than to read the few that cover it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import chain, islice

from app.store.layout import TIMES_AT, Times, segment_times


class Reaches:
    """The newest segments of a history with their times, the oldest first, as far back as somebody asked.

    Most segments begin where the one before ends: of those a search finds neighbours. `_wide` are the others, with late
    records in them.
    """

    __slots__ = ("_newest", "_oldest", "_reach", "_segments", "_whole", "_wide")

    def __init__(self, backwards: Iterable[bytes], first: int, least: int) -> None:
        """Take at least so many of a history that comes backwards, and what may hold a time from `first` (ms) on."""
        self._segments: list[bytes] = []
        self._oldest, self._newest, self._reach = array("q"), array("q"), array("q")
        self._wide: list[int] = []
        taken: list[bytes] = []
        self._whole = True  # whether there are none before
        for segment in backwards:
            taken.append(segment)
            if segment_times(segment, TIMES_AT)[2] < first and len(taken) >= least:
                self._whole = False
                break
        for segment in reversed(taken):
            self.add(segment, Times(*segment_times(segment, TIMES_AT)))

    def __len__(self) -> int:
        return len(self._segments)

    def hold(self, first: int) -> bool:
        """Whether they are all that may hold a time from this one (ms) on."""
        return self._whole or self._reach[0] < first

    def add(self, segment: bytes, times: Times) -> None:
        """One more, newer than all."""
        oldest, newest, reach = times
        if self._reach and oldest < self._reach[-1]:
            self._wide.append(len(self._segments))
        self._segments.append(segment)
        self._oldest.append(oldest)
        self._newest.append(newest)
        self._reach.append(reach)

    def covering(self, first: int, last: int) -> list[bytes]:
        """Those that may hold a time from the first to the last."""
        oldest, newest, segments, reach = self._oldest, self._newest, self._segments, self._reach
        at = bisect_left(reach, first)
        end = min(bisect_right(reach, last, at) + 1, len(segments))
        wide = islice(self._wide, bisect_left(self._wide, end), None)
        places = chain(range(at, end), wide)
        return [segments[place] for place in places if oldest[place] <= last and newest[place] >= first]
