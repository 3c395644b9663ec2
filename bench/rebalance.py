"""How long outputs stand still when workers join, leave and restart: `python -m bench.rebalance [rounds]`.

Two workers, 16 partitions, a steady feed; a reader notes for each partition of the ledger topic when outputs come. The
pause is the longest gap between two outputs of any partition while the step lasts, start of a process included. Feeder,
reader, workers and broker share the machine, so that the first row, where nothing happens, is the floor.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic, sleep
from urllib.request import urlopen

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition
from rich.console import Console
from rich.table import Table as Grid

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.kafka import topics
from app.settings import load
from bench.events import sent
from bench.kafka import Broker
from tables import TABLES
from tests.engine.apache import free_port

PARTITIONS, KEYS, RATE = 16, 1_600, 800  # RATE in records a second: some 20 ms between two of a partition
CALM = 3.0  # seconds watched before and after a step
PATIENCE = 120.0  # seconds
LEDGER = "inventory-corrected"
ENDLESS = 1 << 40


class Watch(Thread):
    """Notes the longest gap between two outputs, by partition."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__(daemon=True)
        self.consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "watch", "fetch.wait.max.ms": 10, "log_level": 2}
        )
        self.consumer.assign([TopicPartition(LEDGER, number, OFFSET_END) for number in range(PARTITIONS)])
        self.last, self.gaps = [0.0] * PARTITIONS, [0.0] * PARTITIONS

    def run(self) -> None:
        while True:
            for message in self.consumer.consume(1_000, 0.01):
                now, number = monotonic(), message.partition() or 0
                self.gaps[number] = max(self.gaps[number], now - self.last[number])
                self.last[number] = now

    def begin(self) -> None:
        self.gaps = [0.0] * PARTITIONS

    def longest(self) -> float:
        now = monotonic()
        return max(*self.gaps, *(now - last for last in self.last))

    def flowing(self, since: float) -> bool:
        return all(last > since for last in self.last)


@contextmanager
def feeding(bootstrap: str) -> Iterator[None]:
    """Inventory events at RATE until the end of the block."""
    stop = Event()

    def feed() -> None:
        quick = {"partitioner": "murmur2_random", "linger.ms": 2, "log_level": 2}
        producer = Producer({"bootstrap.servers": bootstrap, **quick})
        began = monotonic()
        for number, record in enumerate(sent(Encoder(LocalSchemas().ids()), ENDLESS, KEYS)):
            producer.produce(record.topic, record.value, record.key)
            producer.poll(0)
            if stop.wait(max(0.0, began + number / RATE - monotonic())):
                break
        producer.flush(10)

    thread = Thread(target=feed, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Worker:
    """One worker process that can be started again."""

    def __init__(self, bootstrap: str, name: str = "") -> None:
        self.port = free_port()
        self.environ = {
            **os.environ,
            "KAFKA_BOOTSTRAP": bootstrap,
            "SYNCLINE_PARTITIONS": str(PARTITIONS),
            "SYNCLINE_METRICS_PORT": str(self.port),
            "SYNCLINE_INSTANCE_ID": name,
            "SYNCLINE_SESSION_TIMEOUT": "30s" if name else "10s",
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.engine.local_worker"]
        self.process = subprocess.Popen(command, env=self.environ, stdout=subprocess.DEVNULL)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(60)

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.end(how)
        self.start()

    def owns(self, count: int) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            page = answer.read().decode()
            return f'worker_partitions{{table="positions"}} {count}.0' in page and "worker_ready 1.0" in page
        return False


class Scene:
    """A broker under a steady feed, and the workers of one step after another."""

    def __init__(self, bootstrap: str, watch: Watch) -> None:
        self.bootstrap, self.watch = bootstrap, watch
        self.workers: list[Worker] = []
        self.found: dict[str, list[float]] = {}

    @contextmanager
    def ending(self) -> Iterator[None]:
        """No worker outlives it."""
        try:
            yield
        finally:
            for worker in self.workers:
                worker.process.kill()

    def settle(self) -> None:
        """Wait until the workers share all partitions and every partition speaks."""
        share, end = PARTITIONS // len(self.workers), monotonic() + PATIENCE
        while not all(worker.owns(share) for worker in self.workers):
            if monotonic() > end:
                raise SystemExit(f"the workers do not share {PARTITIONS} partitions")
            sleep(0.1)
        since = monotonic()
        while not self.watch.flowing(since):
            sleep(0.05)

    def step(self, name: str, act: Callable[[], None]) -> None:
        """Measure one step."""
        sleep(CALM)
        self.watch.begin()
        act()
        self.settle()
        sleep(CALM)
        self.found.setdefault(name, []).append(self.watch.longest())

    def join(self, name: str = "") -> None:
        self.workers.append(Worker(self.bootstrap, name))

    def leave(self) -> None:
        self.workers.pop().end()

    def roll(self, how: signal.Signals = signal.SIGTERM) -> None:
        for worker in self.workers:
            worker.restart(how)
            self.settle()

    def restart_all(self, *names: str) -> None:
        while self.workers:
            self.leave()
        for name in names:
            self.join(name)
        self.settle()


def play(scene: Scene) -> None:
    """One round of all steps."""
    scene.restart_all("")
    scene.step("nothing happens", lambda: None)
    scene.step("a second worker joins", scene.join)
    scene.step("rolling restart", scene.roll)
    scene.step("it leaves (SIGTERM)", scene.leave)
    scene.restart_all("a", "b")
    scene.step("rolling restart, instance_id set", scene.roll)
    scene.step("kill -9 and start, instance_id set", lambda: scene.workers[0].restart(signal.SIGKILL))


def main(rounds: int = 3) -> None:
    """Play and print the table."""
    grid = Grid("step", "pause, s: median", "least", "most", title=f"2 workers, {PARTITIONS} partitions, {RATE}/s")
    for name, pauses in measure(rounds).items():
        grid.add_row(name, *(f"{figure:.2f}" for figure in (median(pauses), min(pauses), max(pauses))))
    Console(width=100).print(grid)


def measure(rounds: int) -> dict[str, list[float]]:
    """The pauses of each step, in seconds."""
    with tempfile.TemporaryDirectory() as directory, Broker(Path(directory)) as broker:
        chosen = load({"KAFKA_BOOTSTRAP": broker.bootstrap, "SYNCLINE_PARTITIONS": str(PARTITIONS)}, {})
        asyncio.run(topics.create(chosen, TABLES))
        watch = Watch(broker.bootstrap)
        watch.start()
        scene = Scene(broker.bootstrap, watch)
        with scene.ending(), feeding(broker.bootstrap):
            for _ in range(rounds):
                play(scene)
    return scene.found


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
