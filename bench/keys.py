"""`python -m bench.keys`: what many keys, and keys with many movements, cost beside few.

Each side fills a process of its own, then both take the same number of records by slices, one here and one there, so
that what else the machine does weighs on both. CPU time of the line alone, without broker.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from statistics import median
from time import process_time
from typing import Annotated, NamedTuple

import typer

from bench.events import Sent
from bench.figures import Figures, SaveAs, tell
from bench.inside import Feed, Worker

HEAD = ("side", "µs an event, CPU", "lowest to highest", "ratio")
SLICES = 20
SLICE = 8_000  # records
BUSY, AT_ONCE = 40, 20  # where movements of a key are compared: keys at work at a time, movements of each in a turn


class Side(NamedTuple):
    """What is measured: `fill` records first, then slices; `block` records are taken at a time."""

    name: str
    fill: int
    block: int
    records: Iterator[Sent]


def spread(keys: int) -> Side:
    """Every key has a movement; more come for keys drawn at random."""
    feed = Feed(keys)
    records = chain(feed.of(range(keys)), feed.spread(SLICES * SLICE))
    return Side(f"{keys:,} keys", keys, SLICE, records)


def lived(movements: int) -> Side:
    """A few keys at a time until each has had `movements`, or so many more as the slices take; then others."""
    fill = 0 if movements == AT_ONCE else BUSY * movements
    generations = SLICES * SLICE // (BUSY * AT_ONCE) if movements == AT_ONCE else 1
    feed = Feed(BUSY * generations)
    each = movements if generations > 1 else movements + SLICES * SLICE // BUSY
    positions = (
        at for start in range(0, BUSY * generations, BUSY) for _ in range(each) for at in range(start, start + BUSY)
    )
    return Side(f"{movements:,} movements a key", fill, BUSY * AT_ONCE, feed.of(positions))


class Pair(NamedTuple):
    """Two sizes of one kind, and the least ratio of their speeds."""

    make: Callable[[int], Side]
    few: int
    many: int
    target: float


PAIRS = {"keys": Pair(spread, 10_000, 1_000_000, 0.7), "movements": Pair(lived, 20, 20_000, 0.9)}


async def work(side: Side) -> None:
    """Fill, say so, and take a slice for every line read."""
    worker, records = Worker(), side.records
    await _take(worker, islice(records, side.fill), side.block)
    gc.collect()
    gc.freeze()
    print(side.name, flush=True)
    for _ in sys.stdin:
        batch = list(islice(records, SLICE))
        began = process_time()
        await _take(worker, batch, side.block)
        print((process_time() - began) / len(batch) * 1e6, flush=True)


async def _take(worker: Worker, records: Iterable[Sent], block: int) -> None:
    left = iter(records)
    while some := list(islice(left, block)):
        await worker.take(some)


class Child:
    """A side in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "bench.keys", "work", *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.spent: list[float] = []

    def read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def slice(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.spent.append(float(self.read()))


def compare(name: str, many: int) -> Figures:
    """Measure a pair."""
    pair = PAIRS[name]
    children = [Child(name, str(size)) for size in (pair.few, many)]
    names = [child.read() for child in children]
    for _ in range(SLICES):
        for child in children:
            child.slice()
    for child in children:
        child.process.kill()
    middles = [median(child.spent) for child in children]
    rows = [
        (told, f"{middle:.1f}", f"{min(child.spent):.1f} to {max(child.spent):.1f}", f"{middles[0] / middle:.2f}")
        for told, child, middle in zip(names, children, middles, strict=True)
    ]
    return Figures(f"{name}; target at least {pair.target}", HEAD, rows)


Sizes = Annotated[
    str, typer.Option(help="Pairs to compare, separated by commas, each with its larger size or without.")
]


def main(pairs: Sizes = "keys,movements", save_as: SaveAs = "") -> None:
    """Compare few and many."""
    asked = [pair.partition("=") for pair in pairs.split(",")]
    tell([compare(name, int(many or PAIRS[name].many)) for name, _, many in asked], save_as)


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        asyncio.run(work(PAIRS[sys.argv[2]].make(int(sys.argv[3]))))
    else:
        typer.run(main)
