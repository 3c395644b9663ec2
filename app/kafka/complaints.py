"""What a turn came to that somebody has to read in the worker's log, where a number alone would not say what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from app.flow import Tally

AHEAD = 60_000  # ms
CLOCK = (
    "table %s, partition %d and %d more: their time is %d s ahead of this machine's, because some worker's clock was: "
    "no deadline comes until that is made up. Set the clocks of all workers by NTP"
)
log = logging.getLogger(__name__)


class Complaints:
    """Of one table partition. Of each topic the first key that lies wrong is told of; metrics count them all."""

    def __init__(self, table: str, number: int) -> None:
        self.table, self.number = table, number
        self._told: set[str] = set()

    def hear(self, tally: Tally) -> None:
        for error in tally.unjudged:
            log.error("table %s, partition %d: a key was not judged: %s", self.table, self.number, error)
        for topic, key in tally.misplaced:
            if topic not in self._told:
                self._told.add(topic)
                self._tell(topic, key)

    def _tell(self, topic: str, key: bytes) -> None:
        log.warning(
            "table %s, partition %d: key %s of %s is another partition's by murmur2. Where another producer puts it "
            "there it is two keys to us, each with half of the truth: set the producer's partitioner "
            "(partitioner=murmur2_random of librdkafka), and see docs/topics.md",
            *(self.table, self.number, key.decode("utf-8", "replace"), topic),
        )


class Clocks:
    """Of all partitions of a worker. That some are ahead of its clock is told once, until all are right again."""

    def __init__(self) -> None:
        self._ahead = False

    def hear(self, clocks: Mapping[tuple[str, int], int], now: int) -> None:
        """The clock (ms) of each partition, by table and number, and this machine's."""
        was = self._ahead
        ahead = [place for place, clock in clocks.items() if clock - now > AHEAD]
        self._ahead = bool(ahead)
        if ahead and not was:
            table, number = first = max(ahead, key=clocks.__getitem__)
            log.error(CLOCK, table, number, len(ahead) - 1, (clocks[first] - now) // 1000)
