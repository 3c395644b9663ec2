"""The inventory line beside a textbook Faust agent, each over the same records of one embedded broker.

The textbook agent does less: it decodes with fastavro, adds to a balance in a table and sends the balance. It knows no
repeats, no late events, no counts, no rules, no ledger. Both read records already there, in a process of their own, one
after the other; the first tenth warms up. Wall time, so the broker's share is in it, and so is what else the machine
does: the medians of several rounds are compared.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

import faust
from aiokafka import AIOKafkaProducer
from fastavro import parse_schema, schemaless_reader
from rich.console import Console
from rich.table import Table as Grid

from agents import follow_positions
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas, latest
from app.dev.broker import EmbeddedBroker
from app.flow import Tally
from app.kafka.application import application
from app.kafka.names import changelog, history
from app.settings import Settings
from bench.events import TOPIC, Sent, sent
from tables import POSITIONS

PARTITIONS = 8
ROUNDS = 3
OUTPUTS = ("inventory-corrected", "alerts", "dead-letters")
IN, OUT = {"RECEIPT", "RETURN_IN", "TRANSFER_IN"}, {"ISSUE", "CONSUME", "TRANSFER_OUT", "RETURN_OUT", "SCRAP"}


class Progress:
    """Prints the rate once all records are through; the first tenth is not counted."""

    def __init__(self, count: int) -> None:
        self.count, self.seen = count, 0
        self.began: tuple[float, int] | None = None

    def add(self, count: int) -> None:
        self.seen += count
        if self.began is None and self.seen >= self.count // 10:
            self.began = perf_counter(), self.seen
        elif self.began is not None and self.seen >= self.count:
            print((self.seen - self.began[1]) / (perf_counter() - self.began[0]), flush=True)

    def turn(self, _table: str, tally: Tally, _seconds: float) -> None:
        if tally.dead_letters:
            print("refused", flush=True)
        self.add(sum(tally.records.values()))

    def reach(self, *_: Any) -> None:
        """How far the line has come is no matter here."""

    def leave(self, *_: Any) -> None:
        """Nor which partitions it leaves."""

    recovering = ready = waiting = leave


def syncline(bootstrap: str, count: int) -> faust.App:
    """Our worker, following positions alone."""
    settings = Settings(kafka_bootstrap=bootstrap, partitions=PARTITIONS, clock="data")
    return application(settings, LocalSchemas(), [follow_positions], Progress(count))


def textbook(bootstrap: str, count: int) -> faust.App:
    """The agent that a tutorial would write."""
    app = faust.App(
        "textbook",
        broker=f"kafka://{bootstrap}",
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    events, balances = app.topic(TOPIC, value_type=bytes, value_serializer="raw"), app.topic("balances")
    table = app.Table("balance", default=int, partitions=PARTITIONS)
    schema, progress = parse_schema(latest("inventory_event").raw), Progress(count)

    @app.agent(events)
    async def follow(stream: Any) -> None:
        async for key, value in stream.items():
            event: Any = schemaless_reader(BytesIO(value[5:]), schema, None)
            sign = 1 if event["movement"] in IN else -1 if event["movement"] in OUT else 0
            table[key] += sign * int(event["quantity"].scaleb(4))
            await balances.send(key=key, value={"balance": table[key]})
            progress.add(1)

    return app


SIDES = {"textbook": textbook, "syncline": syncline}


async def _fill(bootstrap: str, records: Iterable[Sent]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
    await producer.start()
    try:
        await asyncio.gather(*[await producer.send(r.topic, r.value, r.key) for r in records])
    finally:
        await producer.stop()


def _rate(side: str, bootstrap: str, count: int) -> float:
    command = [sys.executable, "-m", "bench.textbook", side, bootstrap, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            told = worker.stdout.readline().strip() if worker.stdout else ""
            return float(told)
        except ValueError as error:
            raise SystemExit(f"{side} did not get through the records: {told or 'it ended early'}") from error
        finally:
            worker.kill()


def compare(count: int = 30_000, keys: int = 1_000) -> None:
    """Let both work through `count` records on a fresh broker, round after round; print rates and their ratio."""
    rates: dict[str, list[float]] = {side: [] for side in SIDES}
    for _ in range(ROUNDS):
        for side, rate in _round(count, keys).items():
            rates[side].append(rate)
    _show(rates, count, keys)


def _round(count: int, keys: int) -> dict[str, float]:
    own = [name for name in (changelog("syncline", POSITIONS), history("syncline", POSITIONS)) if name]
    names = (*POSITIONS.topics, *OUTPUTS, *own, "balances", "textbook-balance-changelog")
    with EmbeddedBroker(dict.fromkeys(names, PARTITIONS)) as broker:
        records = sent(Encoder(LocalSchemas().ids()), count, keys)
        asyncio.run(_fill(broker.bootstrap, records))
        rates = {side: _rate(side, broker.bootstrap, count) for side in SIDES}
        if broker.lost():
            raise SystemExit(f"too many records for the embedded broker: {', '.join(broker.lost())}")
    return rates


def _show(rates: dict[str, list[float]], count: int, keys: int) -> None:
    title = f"{count:,} records, {keys:,} keys, embedded broker, wall time, {ROUNDS} rounds side by side"
    grid = Grid("worker", "events/s, median", "lowest to highest", "ratio", title=title)
    base = median(rates["textbook"])
    for side, found in rates.items():
        middle = median(found)
        grid.add_row(side, f"{middle:,.0f}", f"{min(found):,.0f} to {max(found):,.0f}", f"{middle / base:.2f}")
    Console(width=100).print(grid)


def _work(side: str, bootstrap: str, count: int) -> None:
    worker = faust.Worker(SIDES[side](bootstrap, count), loglevel="ERROR", quiet=True)
    worker.spinner = None
    worker.execute_from_commandline()


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in SIDES:
        _work(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        compare(*map(int, sys.argv[1:]))
