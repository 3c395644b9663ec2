"""The records that wait for one table partition, from all topics of its table.

Live, a turn takes everything, up to a size. In a backlog the topics are read side by side by their records'
timestamps, so that time passes as it would have passed live. Sizes are bytes of memory, roughly: values and what
Python keeps around a record.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from app.store.ports import Record

AROUND = 500  # bytes of objects around a record's value
TURNS_SIZE = 16 << 20  # of one turn of every table partition of a worker: ticks come between them


class Taken(NamedTuple):
    """Records for one turn, the events they complete, and the timestamp (ms) that all topics were read to."""

    records: list[Record]
    events: list[Any]
    until: int
    reached: dict[str, int]  # topic -> offset of the last record


class _Chunk:
    __slots__ = ("event", "reach", "records", "size")

    def __init__(self, event: Any, records: Sequence[Record]) -> None:
        self.event = event
        self.keep(records)

    def keep(self, records: Sequence[Record]) -> None:
        self.records, self.size = records, size_of(records)
        self.reach = max([record.timestamp for record in records])


def size_of(records: Sequence[Record]) -> int:
    """What records weigh in memory, in bytes."""
    return sum([len(record.value or b"") for record in records]) + AROUND * len(records)


class Waiting:
    """Chunks in arrival order, by topic; what is above `turn_size` is left for the next turn."""

    def __init__(self, turn_size: int = TURNS_SIZE) -> None:
        self.turn_size = turn_size
        self._chunks: dict[str, deque[_Chunk]] = defaultdict(deque)
        self.size: dict[str, int] = defaultdict(int)  # bytes, by topic

    def __bool__(self) -> bool:
        return any(self._chunks.values())

    def add(self, event: Any, records: Sequence[Record]) -> None:
        topic, chunk = records[-1].topic, _Chunk(event, records)
        self._chunks[topic].append(chunk)
        self.size[topic] += chunk.size

    def clear(self) -> None:
        self._chunks.clear()
        self.size.clear()

    def absent(self, topics: Iterable[str]) -> bool:
        """Whether one of these topics has nothing waiting."""
        return any(not self._chunks.get(topic) for topic in topics)

    def take(self) -> Taken:
        """What came first in every topic; everything, where it is not too much."""
        taken = Taken([], [], 0, {})
        for topic, chunks in self._first().items():
            for chunk in chunks:
                self._complete(topic, chunk, taken)
        return taken

    def take_side_by_side(self) -> Taken:
        """What came first in every topic, up to the timestamp that the shortest of them reaches."""
        first = self._first()
        reach = (max(chunk.reach for chunk in chunks) for chunks in first.values())
        taken = Taken([], [], min(reach, default=0), {})
        for topic, chunks in first.items():
            for chunk in chunks:
                if not self._take_from(topic, chunk, taken):
                    break
        return taken

    def _first(self) -> dict[str, list[_Chunk]]:
        """The front of every topic's queue: each topic has an equal share of a turn, and one chunk at least."""
        queues = {topic: queue for topic, queue in self._chunks.items() if queue}
        return {topic: _front(queue, self.turn_size // len(queues)) for topic, queue in queues.items()}

    def _take_from(self, topic: str, chunk: _Chunk, taken: Taken) -> bool:
        """Take the front of a topic's first chunk; whether that was all of it."""
        if chunk.reach <= taken.until:
            self._complete(topic, chunk, taken)
            return True
        end = next(number for number, record in enumerate(chunk.records) if record.timestamp > taken.until)
        _give(topic, chunk.records[:end], taken)
        self.size[topic] -= chunk.size
        chunk.keep(chunk.records[end:])
        self.size[topic] += chunk.size
        return False

    def _complete(self, topic: str, chunk: _Chunk, taken: Taken) -> None:
        self._chunks[topic].popleft()
        self.size[topic] -= chunk.size
        _give(topic, chunk.records, taken)
        taken.events.append(chunk.event)


def _give(topic: str, records: Sequence[Record], taken: Taken) -> None:
    if records:
        taken.records.extend(records)
        taken.reached[topic] = records[-1].offset


def _front(queue: Iterable[_Chunk], size: int) -> list[_Chunk]:
    front: list[_Chunk] = []
    for chunk in queue:
        if front and size < chunk.size:
            break
        size -= chunk.size
        front.append(chunk)
    return front
