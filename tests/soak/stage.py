"""Everything that runs in a soak: a broker, a registry, workers, a feeder, and somebody who watches."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from app.domain.policy import Policy
from app.kafka import topics
from app.kafka.names import changelog, history
from tables import TABLES
from tests.engine.apache import ApacheKafka, free_port
from tests.engine.cluster import Cluster
from tests.soak.feeder import Feeder
from tests.soak.fleet import Fleet
from tests.soak.plan import Options
from tests.soak.watch import Watch

# Changelogs are compacted while they are written: segments close after seconds and are cleaned at once.
COMPACTED_HARD = {
    "segment.ms": "5000",
    "segment.bytes": str(16 << 20),
    "min.cleanable.dirty.ratio": "0.01",
    "min.compaction.lag.ms": "0",
    "delete.retention.ms": "100",
}
BY_DATA = {"SYNCLINE_CLOCK": "data"}
GRACE = 5  # seconds of every rule where the wall clock rules: all deadlines come while the soak lasts, or right after
BY_WALL = {
    "SYNCLINE_CLOCK": "wall",
    "SYNCLINE_CLOSED_ORDER_RETENTION": "36500d",  # the events are of one year, the wall clock is not
    **{f"SYNCLINE_{name.upper()}": f"{GRACE}s" for name in Policy.__struct_fields__ if name.endswith("_grace")},
}


class Happened(NamedTuple):
    """A fault: its kind, what was done, and its seconds."""

    kind: str
    what: str
    at: float
    until: float


class Stage:
    """The parts, and the clock of the soak: seconds since the first record."""

    def __init__(
        self, options: Options, directory: Path, broker: ApacheKafka, fleet: Fleet, say: Callable[[str], None]
    ) -> None:
        self.options, self.directory, self.broker, self.fleet, self._say = options, directory, broker, fleet, say
        self.cluster = Cluster(broker.bootstrap, options.partitions, **(BY_WALL if options.wall else BY_DATA))
        self.watch = Watch(broker.bootstrap, self.cluster.settings.application_id, options.partitions)
        self.broker_lock, self.registry_lock = asyncio.Lock(), asyncio.Lock()
        self.happened: list[Happened] = []
        self.feeder: Feeder | None = None
        self.begin()
        port = free_port()
        self._registry = [sys.executable, "-m", "app.cli.main", "registry", "--port", str(port)]
        fleet.environ = {**self.cluster.environ, "SCHEMA_REGISTRY_URL": f"http://127.0.0.1:{port}"}
        self.start_registry()

    def begin(self) -> None:
        self.began = monotonic()

    def clock(self) -> float:
        return monotonic() - self.began

    def say(self, what: str) -> None:
        self._say(f"{self.clock():7.1f} s  {what}")

    def start_registry(self) -> None:
        with (self.directory / "registry.log").open("ab") as log:
            self.registry = subprocess.Popen(self._registry, stdout=log, stderr=log)

    def kill_registry(self) -> None:
        self.registry.kill()
        self.registry.wait()

    async def prepare(self) -> None:
        """All topics, changelogs compacted as hard as a broker can, workers started."""
        await topics.create(self.cluster.settings, TABLES)
        self._compact_hard()
        for number in range(1, self.options.workers + 1):
            self.fleet.add(f"worker-{number}")

    def _compact_hard(self) -> None:
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap})
        changes = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in COMPACTED_HARD.items()
        ]
        resources = [
            ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=changes) for name in self.compacted()
        ]
        for answer in admin.incremental_alter_configs(resources).values():
            answer.result(timeout=30)

    def compacted(self) -> list[str]:
        """The topics that tables keep."""
        app = self.cluster.settings.application_id
        return [name for table in TABLES for name in (changelog(app, table), history(app, table)) if name]


@contextmanager
def staged(options: Options, directory: Path, say: Callable[[str], None]) -> Iterator[Stage]:
    """Ends everything that it started."""
    with ApacheKafka(directory) as broker, Fleet(directory, options.named, say) as fleet:
        stage = Stage(options, directory, broker, fleet, say)
        fleet.say = stage.say
        try:
            yield stage
        finally:
            stage.kill_registry()
