"""Our worker on a fresh broker, as every worker is: by the wall clock, with its metrics, following positions alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

import faust
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents import follow_positions
from app.contracts.schemas import LocalSchemas
from app.kafka.application import application
from app.kafka.names import changelog, history
from app.observe.metrics import Metrics
from app.settings import Settings
from bench.kafka import Broker, Topic, create
from tables import POSITIONS

PARTITIONS = 4
LEDGER = "inventory-corrected"
OUTPUTS = (LEDGER, "alerts", "dead-letters")
GROUP = "syncline"
STARTS_WITHIN = 60.0  # seconds


@contextmanager
def stage() -> Iterator[Broker]:
    """A broker with all topics that the worker needs."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, Broker(Path(directory)) as broker:
        create(broker.bootstrap, dict.fromkeys((*POSITIONS.topics, *OUTPUTS, "golden-records"), PARTITIONS))
        own = [name for name in (changelog(GROUP, POSITIONS), history(GROUP, POSITIONS)) if name]
        create(broker.bootstrap, dict.fromkeys(own, PARTITIONS), **{"cleanup.policy": "compact"})
        yield broker


@contextmanager
def started(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of a module; it ends with the context."""
    with subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def joined(bootstrap: str, workers: Sequence[subprocess.Popen[str]]) -> None:
    """Wait until the group is settled and has all of them."""
    admin, end = AdminClient({"bootstrap.servers": bootstrap, "log_level": 2}), perf_counter() + STARTS_WITHIN
    while (found := _standing(admin)) != ("STABLE", len(workers)):
        _alive(workers)
        if perf_counter() > end:
            raise SystemExit(f"the group is {found[0]} with {found[1]} of {len(workers)} workers")
        sleep(0.2)


def _standing(admin: AdminClient) -> tuple[str, int]:
    """The group's state, and how many members own partitions."""
    try:
        group = admin.describe_consumer_groups([GROUP])[GROUP].result()
    except KafkaException as error:  # a broker just started does not know its groups yet
        return str(error), 0
    owners = [member for member in group.members if member.assignment and member.assignment.topic_partitions]
    return group.state.name, len(owners)


def reach(workers: Sequence[subprocess.Popen[str]], ledger: Topic, least: int) -> tuple[float, int]:
    """When the ledger held so many entries, and how many it held then."""
    while (found := ledger.count()) < least:
        _alive(workers)
        sleep(0.05)
    return perf_counter(), found


def _alive(workers: Sequence[subprocess.Popen[str]]) -> None:
    if any(worker.poll() is not None for worker in workers):
        raise SystemExit("a worker ended early")


def work(bootstrap: str) -> None:
    """Be the worker."""
    settings = Settings(kafka_bootstrap=bootstrap, application_id=GROUP, partitions=PARTITIONS)
    app = application(settings, LocalSchemas(), [follow_positions], Metrics())
    worker = faust.Worker(app, loglevel="ERROR", quiet=True)
    worker.spinner = None
    worker.execute_from_commandline()


if __name__ == "__main__":
    work(sys.argv[1])
