"""Whether this worker does its part of its group: ready, or on its way there. A worker stuck on the way must not live
on: it would look alive and hold partitions that nobody works on.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Protocol

STUCK_AFTER = 180.0  # seconds without a step; a rebalance waits up to 60 s for its slowest member


class GroupMeter(Protocol):
    """Where the standing of a worker is shown."""

    def ready(self, partitions: Mapping[str, int], paused: float) -> None: ...
    def waiting(self) -> None: ...


class Membership:
    """Begins as waiting for the group."""

    def __init__(self, meter: GroupMeter) -> None:
        self._meter = meter
        self.is_ready = False
        self._since = self._step = monotonic()
        meter.waiting()

    def wait(self) -> None:
        """The group is about to assign anew: nothing is worked on."""
        if self.is_ready:
            self.is_ready, self._since = False, monotonic()
        self._meter.waiting()
        self.move()

    def move(self) -> None:
        """Some step was made towards being ready."""
        self._step = monotonic()

    def work(self, partitions: Mapping[str, int]) -> None:
        """Everything assigned is being worked on; table -> partitions, which may be none."""
        self.is_ready = True
        self._meter.ready(partitions, monotonic() - self._since)

    def stuck(self) -> str | None:
        """What to say of a worker that will never be ready; None while it may be."""
        if self.is_ready or monotonic() - self._step < STUCK_AFTER:
            return None
        return (
            f"nothing assigned or taken over for {STUCK_AFTER:.0f} s: its group does not take it in, or a changelog or "
            "history takes no records; the log before this says which"
        )
