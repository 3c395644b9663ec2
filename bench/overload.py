"""A worker meets far more than it can do: is memory bounded, do ticks come, does it keep its group?

    python -m bench.overload [--records 500000] [--keys 10000] [--partitions 4]

The records stand in the topic before the worker starts: the hardest burst, because every fetch is full. Its clock is
the wall's. While it works them off, its memory and metrics are read four times a second; printed are the rate, the
resident memory beside that of the same worker idle and at the end, by how much ticks came late, how long
turns took, the CPU it got and how often the group assigned anew.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.kafka import topics
from bench.events import sent
from bench.kafka import Broker, produce
from bench.process import Process
from tables import TABLES
from tests.engine.apache import free_port
from tests.engine.cluster import Cluster

LOOK_EVERY = 0.25  # seconds
WITHIN = 900.0  # seconds
Sample = tuple[str, str]  # name, value of its first label that is no partition


class Watched:
    """A worker process, seen from outside."""

    def __init__(self, pid: int, port: int) -> None:
        self.process, self.url = Process(pid), f"http://127.0.0.1:{port}/metrics"
        self.resident: list[float] = []  # MiB
        self.gone = 0  # looks at which the worker was not ready after it had been

    def look(self) -> dict[str, float]:
        """Sums of all metrics by name (of histograms by name and bound); empty before the worker answers."""
        found: dict[str, float] = {}
        with suppress(OSError), urlopen(self.url, timeout=30) as answer:
            for family in text_string_to_metric_families(answer.read().decode()):
                for sample in family.samples:
                    name = sample.name + (f" {sample.labels['le']}" if "le" in sample.labels else "")
                    found[name] = found.get(name, 0.0) + sample.value
        self.resident.append(self.process.resident())
        return found

    def until(self, records: int) -> Iterator[dict[str, float]]:
        """Look again and again until so many records were applied."""
        end, was_ready = perf_counter() + WITHIN, False
        while perf_counter() < end:
            seen = self.look()
            is_ready = seen.get("syncline_worker_ready") == 1.0
            self.gone += was_ready and not is_ready
            was_ready |= is_ready
            yield seen
            if seen.get("syncline_records_total", 0.0) >= records:
                return
            sleep(LOOK_EVERY)
        raise TimeoutError(f"{records} records are not applied after {WITHIN:.0f} s")


def bounds(seen: dict[str, float], name: str) -> list[tuple[float, float]]:
    """Of a histogram: (upper bound in seconds, how many lie at or below it)."""
    return sorted((float(key.split()[1]), value) for key, value in seen.items() if key.startswith(f"{name}_bucket "))


def run(cluster: Cluster, records: int, keys: int) -> None:
    asyncio.run(topics.create(cluster.settings, TABLES))
    produce(cluster.bootstrap, sent(Encoder(LocalSchemas().ids()), records, keys))
    began = perf_counter()
    watched = Watched(cluster.start_worker().pid, int(cluster.environ["SYNCLINE_METRICS_PORT"]))
    for seen in watched.until(records):
        done = seen.get("syncline_records_total", 0.0)
        print(f"\r{done:9.0f} of {records}, {watched.resident[-1]:5.0f} MiB", end="", file=sys.stderr, flush=True)
    took = perf_counter() - began
    print(f"\n{records} records, {keys} keys, {cluster.partitions} partitions: {records / took:.0f}/s with its start")
    print(f"resident MiB: at most {max(watched.resident):.0f}, at the end {watched.resident[-1]:.0f}")
    histograms = {"ticks late by": "syncline_tick_late_seconds", "turns that took": "syncline_turn_seconds"}
    for what, name in histograms.items():
        counted = ", ".join(f"{bound:g}: {count:.0f}" for bound, count in bounds(seen, name))
        print(f"{what} at most (s): {counted}")
    cpu, assigned = watched.process.cpu(), seen["syncline_rebalance_seconds_count"]
    print(f"CPU {cpu / took:.0%} of one processor, {cpu / records * 1e6:.0f} µs a record")
    print(f"assigned {assigned:.0f} times; looks at which it was not ready: {watched.gone}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--keys", type=int, default=10_000)
    parser.add_argument("--partitions", type=int, default=4)
    chosen = parser.parse_args()
    with TemporaryDirectory() as directory, Broker(Path(directory)) as broker:
        port = str(free_port())
        with Cluster(broker.bootstrap, chosen.partitions, SYNCLINE_METRICS_PORT=port) as cluster:
            run(cluster, chosen.records, chosen.keys)


if __name__ == "__main__":
    main()
