"""All that the demo needs on this machine: embedded broker, registry and a worker, gone with the `with` block."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from app.dev.broker import EmbeddedBroker
from app.dev.registry import serving
from app.errors import SynclineError
from app.kafka import topics
from app.settings import Settings, load
from app.topics import INPUT_NAMES
from tables import TABLES

PARTITIONS = 8
GOODBYE = 15.0  # seconds a worker may take to hand over


class WorkerDied(SynclineError):
    """The worker ended before the demo did."""


class Stage(NamedTuple):
    """Where everything is, and the worker's process."""

    settings: Settings
    environ: Mapping[str, str]
    worker: subprocess.Popen[bytes]

    def applied(self) -> int:
        """Records that the worker has taken through the line so far; raises WorkerDied."""
        if self.worker.poll() is not None:
            raise WorkerDied(f"the worker ended with exit code {self.worker.returncode}; its last words stand above")
        try:
            with urlopen(f"http://127.0.0.1:{self.settings.metrics_port}/metrics", timeout=5) as answer:
                return _count(answer.read().decode())
        except OSError:
            return 0  # not up yet


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Start everything; a worker asked to stop hands over first."""
    wanted = topics.wanted(load({}, {"partitions": str(PARTITIONS)}), TABLES)
    with EmbeddedBroker({row.name: row.partitions for row in wanted}) as broker:
        async with serving() as registry:
            environ = {
                "KAFKA_BOOTSTRAP": broker.bootstrap,
                "SCHEMA_REGISTRY_URL": registry,
                "SYNCLINE_PARTITIONS": str(PARTITIONS),
                "SYNCLINE_CLOCK": "data",
                "SYNCLINE_METRICS_PORT": str(_free_port()),
            }
            worker = _start(environ)
            try:
                yield Stage(load(environ, {}), environ, worker)
            finally:
                await asyncio.to_thread(_end, worker)


def _start(environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """In a process group of its own: a Ctrl-C is for the demo, which then tells the worker to hand over."""
    environ = {**os.environ, **environ}
    return subprocess.Popen([sys.executable, "-m", "app.cli.main", "worker"], env=environ, process_group=0)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(GOODBYE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _count(text: str) -> int:
    families = {family.name: family for family in text_string_to_metric_families(text)}
    records = families.get("syncline_records")
    samples = records.samples if records is not None else []
    fed = [sample for sample in samples if sample.labels.get("topic") in INPUT_NAMES]
    return sum(int(sample.value) for sample in fed if sample.name == "syncline_records_total")
