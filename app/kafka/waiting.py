"""The records that wait for one table partition, from all topics of its table.

Live, a turn takes everything. In a backlog the topics are read side by side by their records' timestamps, so that time
passes as it would have passed live.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from app.store.ports import Record


class Taken(NamedTuple):
    """Records for one turn, the events they complete, and the timestamp (ms) that all topics were read to."""

    records: list[Record]
    events: list[Any]
    until: int


class _Chunk:
    __slots__ = ("event", "records")

    def __init__(self, event: Any, records: Sequence[Record]) -> None:
        self.event, self.records = event, records


class Waiting:
    """Chunks in arrival order, by topic."""

    def __init__(self) -> None:
        self._chunks: dict[str, deque[_Chunk]] = defaultdict(deque)
        self.size: dict[str, int] = defaultdict(int)  # records, by topic

    def __bool__(self) -> bool:
        return any(self._chunks.values())

    def add(self, event: Any, records: Sequence[Record]) -> None:
        topic = records[-1].topic
        self._chunks[topic].append(_Chunk(event, records))
        self.size[topic] += len(records)

    def clear(self) -> None:
        self._chunks.clear()
        self.size.clear()

    def absent(self, topics: Iterable[str]) -> bool:
        """Whether one of these topics has nothing waiting."""
        return any(not self._chunks.get(topic) for topic in topics)

    def take_all(self) -> Taken:
        """Everything that waits."""
        chunks = [chunk for queue in self._chunks.values() for chunk in queue]
        self.clear()
        records = [record for chunk in chunks for record in chunk.records]
        return Taken(records, [chunk.event for chunk in chunks], 0)

    def take_side_by_side(self) -> Taken:
        """Every topic up to the timestamp that the shortest of them reaches."""
        queues = [queue for queue in self._chunks.values() if queue]
        until = min((max(r.timestamp for chunk in queue for r in chunk.records) for queue in queues), default=0)
        taken = Taken([], [], until)
        for topic, queue in self._chunks.items():
            while queue and self._take_from(topic, queue[0], taken):
                taken.events.append(queue.popleft().event)
        return taken

    def _take_from(self, topic: str, chunk: _Chunk, taken: Taken) -> bool:
        """Take the front of a chunk; whether that was all of it."""
        later = (number for number, record in enumerate(chunk.records) if record.timestamp > taken.until)
        end = next(later, len(chunk.records))
        taken.records.extend(chunk.records[:end])
        self.size[topic] -= end
        chunk.records = chunk.records[end:]
        return not chunk.records
