"""`make bench`: microseconds an event costs in each stage of the inventory line, in one process, without a broker.

Method: CPU time of one warm pass over records already in memory, in turns of a fixed size; the changelog and the
publisher accept at once, Python's collector rests as it does in a worker. The first tenth warms up and is not counted.
A clock costs what a small part of a stage does, so what an event costs as a whole comes from a second pass without any.
Compare runs of one machine only.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from time import process_time_ns
from typing import Any

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table as Grid

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.domain.policy import Policy
from app.flow import Lane
from app.kafka.application import COLLECT
from app.store.partition import Partition
from app.store.ports import Group, Message, Row
from app.store.table import Table
from bench.events import Sent, sent
from tables.positions import POSITIONS

STAGES = ("decode", "apply", "judge", "encode", "rest of the turn")
SHAPES = ((10_000, 200), (10_000, 1_000), (100, 1_000))  # keys, records a turn


class Clocked:
    """Adds up the CPU time of what it wraps, by stage."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    def __call__(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def clocked(*arguments: Any) -> Any:
            began = process_time_ns()
            try:
                return call(*arguments)
            finally:
                self.spent[stage] += process_time_ns() - began

        return clocked


class Nowhere:
    """A changelog and a publisher that accept at once and count bytes."""

    def __init__(self) -> None:
        self.stored = self.said = 0

    async def write(self, groups: Sequence[Group]) -> None:
        self.stored += sum(len(key) + len(row or b"") for group in groups for key, row in group)

    async def seal(self, rows: Sequence[Row]) -> None:
        self.stored += sum(len(key) + len(row or b"") for key, row in rows)

    async def publish(self, messages: Sequence[Message]) -> None:
        self.said += sum(len(message.value) for message in messages)


class Result:
    """What so many records cost."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.spent: Counter[str] = Counter()
        self.stored = self.unclocked = 0

    def us(self, stage: str) -> float:
        return self.spent[stage] / self.count / 1_000

    @property
    def whole(self) -> float:
        """µs a record, no clock in between."""
        return self.unclocked / self.count / 1_000


async def measure(keys: int, turn: int, count: int) -> Result:
    """Run `count` records over `keys` positions in turns of `turn`, every stage clocked."""
    return await followed_by(POSITIONS, list(sent(Encoder(LocalSchemas().ids()), count, keys)), turn)


async def followed_by(followed: Table, records: Sequence[Sent], turn: int) -> Result:
    """Take records through the line of a table in turns of `turn`: with every stage clocked, and without clocks."""
    clock, nowhere, warm = Clocked(), Nowhere(), len(records) // 10
    result = Result(len(records) - warm)
    lane = clocked(followed, clock, nowhere)
    await run(lane, records[:warm], turn)
    clock.spent.clear()
    before = nowhere.stored
    spent = await run(lane, records[warm:], turn)
    result.spent = clock.spent
    result.spent["rest of the turn"] = spent - sum(clock.spent.values())
    result.stored = nowhere.stored - before
    lane = lane_of(followed)
    await run(lane, records[:warm], turn)
    result.unclocked = await run(lane, records[warm:], turn)
    return result


def lane_of(followed: Table) -> Lane:
    """The line of a table in this process."""
    schemas, nowhere = LocalSchemas(), Nowhere()
    return Lane(Partition(followed), Decoder(schemas), Encoder(schemas.ids()), schemas, Policy(), nowhere, nowhere)


def clocked(followed: Table, clock: Clocked, nowhere: Nowhere) -> Lane:
    """The same with its stages clocked."""
    schemas = LocalSchemas()
    table = replace(followed, apply=clock("apply", followed.apply), judge=clock("judge", followed.judge))
    decoder, encoder = Decoder(schemas), Encoder(schemas.ids())
    decoder.decode = clock("decode", decoder.decode)  # type: ignore[method-assign]
    encoder.encode = clock("encode", encoder.encode)  # type: ignore[method-assign]
    return Lane(Partition(table), decoder, encoder, schemas, Policy(), nowhere, nowhere)


async def run(lane: Lane, records: Sequence[Sent], turn: int) -> int:
    """Take records through a lane; returns the CPU time (ns) that it took."""
    began = process_time_ns()
    for at in range(0, len(records), turn):
        tally = await lane.turn(records[at : at + turn])
        if tally.dead_letters:
            raise SystemExit(f"the bench's own records were refused: {dict(tally.dead_letters)}")
    return process_time_ns() - began


def costs(result: Result) -> list[str]:
    """Of each stage, of all of them by their clocks, of all of it without; and records/s."""
    stages = [result.us(stage) for stage in STAGES]
    return [*(f"{us:.1f}" for us in (*stages, sum(stages), result.whole)), f"{1e6 / result.whole:,.0f}"]


def show(results: Sequence[tuple[int, int, Result]]) -> None:
    """Print the table."""
    head = ("keys", "turn", *STAGES, "sum", "no clocks", "events/s", "changelog B")
    grid = Grid(*head, title="µs an event, CPU")
    for keys, turn, result in results:
        stored = f"{result.stored / result.count:,.0f}"
        grid.add_row(f"{keys:,}", f"{turn:,}", *costs(result), stored)
    Console(width=120).print(grid)


def main(count: int = 30_000) -> None:
    """Measure every shape; `count` records each."""
    gc.set_threshold(*COLLECT)
    show([(keys, turn, asyncio.run(measure(keys, turn, count))) for keys, turn in SHAPES])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
