"""A worker meets far more than it can do: is memory bounded, do ticks come, does it keep its group?

    python -m bench.overload [--records 500000] [--keys 10000] [--partitions 4] [--burst SECONDS]

The records stand in the topic before the worker starts: the hardest burst, because every fetch is full. With `--burst`
they come to a worker at work, spread over so many seconds. Its clock is the wall's. While it works them off, its memory
and metrics are read four times a second; printed are the rate, the most resident memory and that at the end, by how
much ticks came late, how long turns took, the CPU it got and how often the group assigned anew.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.kafka import topics
from bench.events import Sent, sent
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
        with suppress(OSError, HTTPException), urlopen(self.url, timeout=30) as answer:
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


def run(cluster: Cluster, records: int, keys: int, burst: float) -> None:
    """`burst`: seconds over which the records come; 0 for all before the worker."""
    asyncio.run(topics.create(cluster.settings, TABLES))
    feed = sent(Encoder(LocalSchemas().ids()), records, keys)
    watched = _struck(cluster, list(feed), burst) if burst else _late(cluster, feed)
    began = perf_counter()
    for seen in watched.until(records):
        done = seen.get("syncline_records_total", 0.0)
        print(f"\r{done:9.0f} of {records}, {watched.resident[-1]:5.0f} MiB", end="", file=sys.stderr, flush=True)
    took = perf_counter() - began
    print(f"\n{records} records, {keys} keys, {cluster.partitions} partitions: {records / took:.0f}/s in all")
    print(f"resident MiB: at most {max(watched.resident):.0f}, at the end {watched.resident[-1]:.0f}")
    histograms = {"ticks late by": "syncline_tick_late_seconds", "turns that took": "syncline_turn_seconds"}
    for what, name in histograms.items():
        counted = ", ".join(f"{bound:g}: {count:.0f}" for bound, count in bounds(seen, name))
        print(f"{what} at most (s): {counted}")
    cpu, assigned = watched.process.cpu(), seen["syncline_rebalance_seconds_count"]
    print(f"CPU {cpu / took:.0%} of one processor, {cpu / records * 1e6:.0f} µs a record")
    print(f"assigned {assigned:.0f} times; looks at which it was not ready: {watched.gone}")


def _late(cluster: Cluster, feed: Iterable[Sent]) -> Watched:
    """A worker that begins when all has come."""
    produce(cluster.bootstrap, feed)
    return _watched(cluster)


def _struck(cluster: Cluster, feed: Sequence[Sent], burst: float) -> Watched:
    """A worker at work, upon which all begins to come."""
    watched = _watched(cluster)
    while watched.look().get("syncline_worker_ready") != 1.0:
        sleep(LOOK_EVERY)
    Thread(target=_send, args=(cluster.bootstrap, feed, len(feed) / burst), daemon=True).start()
    return watched


def _send(bootstrap: str, feed: Sequence[Sent], rate: float) -> None:
    began = perf_counter()
    produce(bootstrap, feed, rate=rate)
    print(f"\nall sent in {perf_counter() - began:.0f} s", file=sys.stderr)


def _watched(cluster: Cluster) -> Watched:
    return Watched(cluster.start_worker().pid, int(cluster.environ["SYNCLINE_METRICS_PORT"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--keys", type=int, default=10_000)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--burst", type=float, default=0.0, help="seconds in which they come to a worker at work")
    chosen = parser.parse_args()
    with TemporaryDirectory() as directory, Broker(Path(directory)) as broker:
        port = str(free_port())
        with Cluster(broker.bootstrap, chosen.partitions, SYNCLINE_METRICS_PORT=port) as cluster:
            run(cluster, chosen.records, chosen.keys, chosen.burst)


if __name__ == "__main__":
    main()
