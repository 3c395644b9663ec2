"""`python -m bench.memory`: bytes that a position takes in a worker's memory, all told.

Each figure is the growth of the resident memory of a process of its own, divided by the positions it came to hold:
once as it stands after taking their movements through the line, once after recovery from the rows that the first one
wrote. A position has one to four movements, a warehouse's every twentieth shelf of an item; nothing waits on it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from struct import Struct as Packing
from typing import BinaryIO

import typer

from app.store.ports import Group, Row
from app.store.recovery import recover, recover_history
from bench.figures import Figures, SaveAs, tell
from bench.inside import LANES, Feed, Worker

HEAD = ("process", "positions", "bytes a position", "at its peak", "MiB")
WARM = 1_000  # positions
MOST = 4  # movements of a position
PAGE = 4_096
TARGET = 1_024  # bytes a position
_SIZES = Packing(">Ii")


class Written:
    """A changelog and history that lie in two files."""

    def __init__(self, directory: Path, number: int) -> None:
        self.files = [(directory / f"{kind}-{number}").open("wb") for kind in ("changelog", "history")]

    async def write(self, groups: Sequence[Group]) -> None:
        for group in groups:
            await self._append(self.files[0], group)

    async def seal(self, rows: Sequence[Row]) -> None:
        await self._append(self.files[1], rows)

    async def _append(self, file: BinaryIO, rows: Sequence[Row]) -> None:
        file.writelines(map(_packed, rows))

    def close(self) -> None:
        for file in self.files:
            file.close()


def _packed(row: Row) -> bytes:
    key, value = row
    return _SIZES.pack(len(key), -1 if value is None else len(value)) + key + (value or b"")


def _rows(path: Path) -> Iterator[tuple[bytes, bytes | None]]:
    with path.open("rb") as file:
        while sizes := file.read(_SIZES.size):
            key, value = _SIZES.unpack(sizes)
            yield file.read(key), None if value < 0 else file.read(value)


def resident() -> int:
    """Bytes of this process in memory, garbage gone."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


async def run(directory: Path, positions: int) -> dict[str, int]:
    """Take one to four movements of each position through the line; the rows stay in `directory`."""
    written = [Written(directory, number) for number in range(LANES)]
    worker, feed = Worker(written), Feed(positions + WARM)
    await worker.take(feed.of(range(positions, positions + WARM)))  # what a worker has, however little it holds
    before = resident()
    for round_ in range(MOST):
        await worker.take(feed.of(at for at in range(positions) if at % MOST >= round_))
    for changelog in written:
        changelog.close()
    return _told(before, worker)


async def take_over(directory: Path, positions: int) -> dict[str, int]:
    """Read the rows as a worker reads large changelogs: one partition after another."""
    worker = Worker()
    before = resident()
    for number, lane in enumerate(worker.lanes):
        recover_history(lane.partition, _last(directory / f"history-{number}"))
        recover(lane.partition, _last(directory / f"changelog-{number}"))
    return _told(before, worker)


def _last(path: Path) -> dict[bytes, bytes]:
    rows: dict[bytes, bytes] = {}
    for key, value in _rows(path):
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = value
    return rows


def _told(before: int, worker: Worker) -> dict[str, int]:
    grown, peak = resident() - before, getrusage(RUSAGE_SELF).ru_maxrss * 1_024 - before
    return {"positions": sum(len(lane.partition.heads) for lane in worker.lanes), "grown": grown, "peak": peak}


SIDES = {"after running": run, "after recovery": take_over}


def compare(positions: int) -> dict[str, dict[str, int]]:
    """Measure both sides, one after the other."""
    with tempfile.TemporaryDirectory() as directory:
        return {side: _measured(side, directory, positions) for side in SIDES}


def _measured(side: str, directory: str, positions: int) -> dict[str, int]:
    command = [sys.executable, "-m", "bench.memory", "side", side, directory, str(positions)]
    told: dict[str, int] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    print(f"{side}: {told}", file=sys.stderr)
    return told


def main(positions: int = 1_000_000, save_as: SaveAs = "") -> None:
    """Measure bytes a position."""
    rows = []
    for side, told in compare(positions).items():
        count = told["positions"]
        each = (f"{told['grown'] / count:,.0f}", f"{told['peak'] / count:,.0f}", f"{told['grown'] >> 20:,}")
        rows.append((side, f"{count:,}", *each))
    tell([Figures(f"memory; target at most {TARGET:,} bytes a position", HEAD, rows)], save_as)


if __name__ == "__main__":
    if sys.argv[1:2] == ["side"]:
        print(json.dumps(asyncio.run(SIDES[sys.argv[2]](Path(sys.argv[3]), int(sys.argv[4])))))
    else:
        typer.run(main)
