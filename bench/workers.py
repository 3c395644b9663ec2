"""`python -m bench.workers`: two workers against one, over a backlog of four partitions.

The group is settled and stands still while the backlog is produced, so that no start and no rebalance is counted. The
broker keeps one core, and one worker the others; a second one has to share the broker's where there are but two, which
is then the limit that is measured. So the CPU an event costs stands beside the rates.
"""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from statistics import median
from typing import Annotated, NamedTuple

import typer

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from bench.events import sent
from bench.figures import Figures, SaveAs, tell
from bench.kafka import Topic, produce
from bench.process import Process
from bench.worker import LEDGER, joined, reach, stage, started

HEAD = ("workers", "events/s", "ratio", "CPU µs", "broker's CPU µs")
MOST = 0.98  # a hundredth of the records are repeats, which nothing is said of


class Pace(NamedTuple):
    """How fast a number of workers were."""

    rate: float  # events/s
    cpu: float  # µs an event, all workers
    broker: float  # µs an event


def measure(workers: int, events: int, keys: int) -> Pace:
    """Let so many workers through a backlog; its first tenth is not counted."""
    with stage() as broker, ExitStack() as stack:
        first, *others = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(broker.process.pid, {first})
        crew = [stack.enter_context(started("bench.worker", broker.bootstrap)) for _ in range(workers)]
        for number, worker in enumerate(crew):
            os.sched_setaffinity(worker.pid, {first} if number and len(others) < 2 else others or {first})
        joined(broker.bootstrap, crew)
        ledger, used = Topic(broker.bootstrap, LEDGER), [Process(worker.pid) for worker in crew]
        for worker in crew:
            worker.send_signal(signal.SIGSTOP)
        produce(broker.bootstrap, sent(Encoder(LocalSchemas().ids()), events, keys))
        for worker in crew:
            worker.send_signal(signal.SIGCONT)
        begin = reach(crew, ledger, events // 10)
        before = sum(process.cpu() for process in used), Process(broker.process.pid).cpu()
        end = reach(crew, ledger, int(events * MOST))
        after = sum(process.cpu() for process in used), Process(broker.process.pid).cpu()
    count = end[1] - begin[1]
    cpu, java = ((now - then) / count * 1e6 for then, now in zip(before, after, strict=True))
    return Pace(count / (end[0] - begin[0]), cpu, java)


def _figures(found: dict[int, list[Pace]], events: int) -> Figures:
    base, rows = median(pace.rate for pace in found[min(found)]), []
    for workers, paces in found.items():
        rate, cpu, broker = (median(column) for column in zip(*paces, strict=True))
        rows.append((str(workers), f"{rate:,.0f}", f"{rate / base:.2f}", f"{cpu:.1f}", f"{broker:.1f}"))
    return Figures(f"{events:,} events, {os.cpu_count()} cores, one of them the broker's", HEAD, rows)


Events = Annotated[int, typer.Option(help="Produced within a session timeout, so not too many.")]


def main(events: Events = 200_000, keys: int = 10_000, rounds: int = 3, save_as: SaveAs = "") -> None:
    """Measure one worker and two, in turns."""
    found: dict[int, list[Pace]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, paces in found.items():
            paces.append(measure(workers, events, keys))
    tell([_figures(found, events)], save_as)


if __name__ == "__main__":
    typer.run(main)
