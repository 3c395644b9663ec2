"""`python -m bench.latency`: from the moment a record was due to the moment its ledger entry is seen, in ms.

Apache Kafka, four partitions, one worker process, no backlog; sender, reader and broker on the same machine. Rates are
shares of what this worker does on a backlog, measured first, or a given number. The first seconds are not counted.
"""

from __future__ import annotations

import json
import subprocess
from time import sleep
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from bench.events import sent
from bench.figures import Figures, SaveAs, tell
from bench.inside import Feed
from bench.kafka import Topic, produce
from bench.live import Told
from bench.process import Process
from bench.worker import LEDGER, PARTITIONS, reach, stage, started

WARM = 30  # seconds in which a broker just started compiles itself, and a worker that fell behind meanwhile catches up
HEAD = ("records/s", "p50", "p99", "max", "sender's p99", "worker's CPU µs")
console = Console(stderr=True)


class Live(NamedTuple):
    """One rate: what was seen, how late the sender was, what the worker used."""

    rate: int
    seen: Told
    sender: Told
    cpu: float  # µs a record, the worker's


def capacity(count: int, keys: int) -> float:
    """Records/s of a worker on a backlog; its first tenth is not counted."""
    with stage() as broker:
        produce(broker.bootstrap, sent(Encoder(LocalSchemas().ids()), count, keys))
        ledger = Topic(broker.bootstrap, LEDGER)
        with started("bench.worker", broker.bootstrap) as worker:
            begin = reach([worker], ledger, count // 10)
            end = reach([worker], ledger, count * 98 // 100)  # a hundredth are repeats
        return (end[1] - begin[1]) / (end[0] - begin[0])


def live(rate: int, seconds: int, keys: int) -> Live:
    """Send at a rate to a worker with nothing else to do."""
    with (
        stage() as broker,
        started("bench.worker", broker.bootstrap) as worker,
        started("bench.live", "see", broker.bootstrap, str(WARM)) as reader,
    ):
        _line(reader)  # it stands at the ledger's end before anything is said
        ledger = Topic(broker.bootstrap, LEDGER)
        produce(broker.bootstrap, Feed(keys + 1).of([keys]))
        reach([worker], ledger, 1)  # the worker is at work
        used = Process(worker.pid)
        with started("bench.live", "send", broker.bootstrap, str(rate), str(seconds + WARM), str(keys)) as sender:
            sleep(WARM)
            before = used.cpu()
            lag = Told(*json.loads(_line(sender)))
            cpu = (used.cpu() - before) / (rate * seconds) * 1e6
        return Live(rate, Told(*json.loads(_line(reader))), lag, cpu)


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise SystemExit(f"{process.args!r} ended early")
    return line


def _figures(found: list[Live], seconds: int) -> Figures:
    rows = [
        (
            f"{one.rate:,}",
            *(f"{ms:.0f}" for ms in (one.seen.p50, one.seen.p99, one.seen.most, one.sender.p99)),
            f"{one.cpu:.0f}",
        )
        for one in found
    ]
    return Figures(f"due to seen, ms, over {seconds} s; live, {PARTITIONS} partitions", HEAD, rows)


Rates = Annotated[str, typer.Option(help="Records/s, separated by commas; by default shares of the capacity.")]
Shares = Annotated[str, typer.Option(help="Shares of the worker's capacity on a backlog.")]


def main(
    rates: Rates = "",
    shares: Shares = "0.5,0.1",
    seconds: int = 300,
    keys: int = 10_000,
    backlog: int = 300_000,
    save_as: SaveAs = "",
) -> None:
    """Measure latency on live input."""
    chosen = [int(rate) for rate in rates.split(",") if rate]
    if not chosen:
        most = capacity(backlog, keys)
        console.print(f"on a backlog: {most:,.0f} records/s")
        chosen = [int(most * float(share)) for share in shares.split(",")]
    tell([_figures([live(rate, seconds, keys) for rate in chosen], seconds)], save_as)


if __name__ == "__main__":
    typer.run(main)
