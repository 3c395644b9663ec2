"""What happens next."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Task = Callable[[int], None]


class Agenda:
    """Tasks in the order of their time; a task hears the time (ms) at which it was put."""

    def __init__(self) -> None:
        self._tasks: list[tuple[int, int, Task]] = []
        self._count = 0

    def put(self, at: int, task: Task) -> None:
        self._count += 1
        heapq.heappush(self._tasks, (at, self._count, task))

    def run(self, until: int) -> None:
        """Do all that happens before a time (ms)."""
        while self._tasks and self._tasks[0][0] < until:
            at, _, task = heapq.heappop(self._tasks)
            task(at)

    def __bool__(self) -> bool:
        return bool(self._tasks)
