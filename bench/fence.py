"""What the fence costs: two owners take the partitions of a table from each other, again and again; state apart.

    python -m bench.fence [--partitions 16] [--rounds 20]

Per round: `take over` (for every partition a new epoch, a fence in changelog and history, both read up to it), `prove`
(the owner writes a fence of its epoch into all of them, as it does after a rebalance for what it keeps), and the same
50 changelog writes one after another through a fenced writer and through one without a fence.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from app.contracts.schemas import LocalSchemas
from app.kafka import topics
from app.kafka.engine import Engine, Place
from app.kafka.gate import Sight
from app.kafka.writer import Writer
from app.observe.metrics import Metrics
from app.settings import Settings, load
from bench.kafka import Broker, create
from tables import POSITIONS, TABLES

WRITES, ROW = 50, (b"key", bytes(200))


class Nothing:
    """The inputs of a worker that reads none."""

    def pause(self, topic: str, partition: int) -> None: ...
    def resume(self, topic: str, partition: int) -> None: ...
    def sight(self, topic: str, partition: int) -> Sight | None: ...


@asynccontextmanager
async def owner(settings: Settings) -> AsyncIterator[Engine]:
    engine = Engine(settings, LocalSchemas(), Nothing(), Metrics())
    engine.tables[POSITIONS.name] = POSITIONS
    await engine.publisher.start()
    yield engine
    await engine.own([])
    await engine.publisher.stop()


@asynccontextmanager
async def writing(settings: Settings, topic: str, fenced: bool) -> AsyncIterator[Writer]:
    create(settings.kafka_bootstrap, {topic: 1})
    writer = Writer(settings.kafka_bootstrap, topic, None, 0, fenced)
    await writer.start()
    yield writer
    await writer.stop()


async def measure(settings: Settings, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every round, by what was done."""
    await topics.create(settings, TABLES)
    spent: dict[str, list[float]] = defaultdict(list)
    places = [Place(POSITIONS.name, number) for number in range(settings.partitions)]
    async with (
        owner(settings) as one,
        owner(settings) as other,
        writing(settings, "fenced", True) as fenced,
        writing(settings, "plain", False) as plain,
    ):
        await one.own(places)
        for number in range(rounds):
            taker = (other, one)[number % 2]
            spent["take over"].append(await _ms(taker.own(places)))
            spent["prove"].append(await _ms(taker.own(places)))
            spent["fenced writes"].append(await _ms(_write(fenced)))
            spent["plain writes"].append(await _ms(_write(plain)))
    return spent


async def _write(writer: Writer) -> None:
    for _ in range(WRITES):
        await writer.write([[ROW]])


async def _ms(work: Awaitable[Any]) -> float:
    began = perf_counter()
    await work
    return (perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--partitions", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=20)
    chosen = parser.parse_args()
    with TemporaryDirectory() as directory, Broker(Path(directory)) as broker:
        settings = load({"KAFKA_BOOTSTRAP": broker.bootstrap, "SYNCLINE_PARTITIONS": str(chosen.partitions)}, {})
        spent = asyncio.run(measure(settings, chosen.rounds))
    print(f"{chosen.partitions} partitions, {chosen.rounds} rounds; ms, wall clock\n")
    for name, times in spent.items():
        print(f"{name:14} median {median(times):7.1f}   least {min(times):7.1f}   most {max(times):7.1f}")


if __name__ == "__main__":
    main()
