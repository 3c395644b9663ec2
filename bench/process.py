"""What a process and all that it started have used, as Linux counts it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class Process:
    """A running process and its descendants."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, ended children included; counted in steps of 10 ms."""
        return sum(_ticks(pid) for pid in _family(self.pid)) / TICK

    def peak(self) -> float:
        """MiB that were resident at most."""
        return sum(_status(pid, "VmHWM") for pid in _family(self.pid)) / 1024

    def resident(self) -> float:
        """MiB resident now."""
        return sum(_status(pid, "VmRSS") for pid in _family(self.pid)) / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _family(int(child))


def _ticks(pid: int) -> int:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return 0


def _status(pid: int, name: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
