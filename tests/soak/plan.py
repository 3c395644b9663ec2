"""What a soak is asked to do, and which fault comes when: the same seed asks for the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from random import Random
from typing import NamedTuple

LETHAL = ("kill", "zombie")  # at least half of all faults
OTHERS = ("rolling", "broker-kill", "registry", "join", "broker-pause", "term")
KINDS = (*LETHAL, *OTHERS)
SECONDS_A_FAULT = 18  # where nobody asks for a number of faults
QUIET_BEFORE, QUIET_AFTER = 0.03, 0.10  # parts of the duration without a new fault


class Options(NamedTuple):
    """Durations in seconds, rate in records a second."""

    duration: float = 600.0
    workers: int = 2
    seed: int = 1
    rate: int = 1_000
    faults: int = 33
    partitions: int = 4
    named: bool = False  # workers keep an instance_id over restarts
    wall: bool = False  # deadlines by the wall clock

    @property
    def outage(self) -> float:
        """How long the registry stays away."""
        return min(60.0, self.duration / 4)


class Planned(NamedTuple):
    """A fault and when it begins, in seconds after the first record."""

    at: float
    kind: str


def schedule(options: Options) -> list[Planned]:
    """All faults in the order of their times."""
    dice = Random(f"faults of {options.seed}")
    kinds = list(_kinds(options.faults))
    dice.shuffle(kinds)
    first, last = options.duration * QUIET_BEFORE, options.duration * (1 - QUIET_AFTER)
    step = (last - first) / max(1, len(kinds))
    return [Planned(first + step * (number + dice.random() / 2), kind) for number, kind in enumerate(kinds)]


def _kinds(count: int) -> Iterator[str]:
    lethal = (count + 1) // 2
    yield from islice(cycle(LETHAL), lethal)
    yield from islice(cycle(OTHERS), count - lethal)
