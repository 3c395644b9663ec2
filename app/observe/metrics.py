"""Prometheus metrics of a worker, made from the tallies of its turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from app.errors import ConfigurationError

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)  # seconds

LATE = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60)  # seconds
SUPPLIERS = 200  # that have a series of their own
OTHER = "other"
UNJUDGED = "unjudged"  # the mark of all errors of judging together
PAUSES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300)  # seconds


class Counts(Protocol):
    """What a turn came to; `app.flow.Tally` is one."""

    @property
    def records(self) -> Mapping[str, int]: ...
    @property
    def marks(self) -> Mapping[str, int]: ...
    @property
    def unjudged(self) -> Mapping[str, int]: ...
    @property
    def outputs(self) -> Mapping[str, int]: ...
    @property
    def alerts(self) -> Mapping[tuple[str, str], int]: ...
    @property
    def dead_letters(self) -> Mapping[tuple[str, str], int]: ...
    @property
    def suppliers(self) -> Mapping[str, int]: ...
    @property
    def misplaced(self) -> Mapping[tuple[str, bytes], int]: ...


class Metrics:
    """One worker's metrics in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        of = self.registry
        self.records = Counter("syncline_records", "Records taken in", ["topic"], registry=of)
        self.marks = Counter("syncline_marks", "What happened besides being applied", ["mark"], registry=of)
        self.outputs = Counter("syncline_outputs", "Outputs published", ["topic"], registry=of)
        self.alerts = Counter("syncline_alerts", "Alerts published", ["code", "state"], registry=of)
        self.dead_letters = Counter("syncline_dead_letters", "Dead letters", ["topic", "error_class"], registry=of)
        strange = "New keys that murmur2 would have put on another partition"
        self.misplaced = Counter("syncline_misplaced_keys", strange, ["topic"], registry=of)
        said = "Alerts opened, or told again as milder or worse, of the first 200 suppliers; of the others together"
        self.supplier_alerts = Counter("syncline_supplier_alerts", said, ["supplier"], registry=of)
        self._suppliers: set[str] = set()
        self.seconds = Histogram("syncline_turn_seconds", "One turn", ["table"], buckets=BUCKETS, registry=of)
        self.late = Histogram("syncline_tick_late_seconds", "Ticks overdue", ["table"], buckets=LATE, registry=of)
        self.lag = Gauge("syncline_lag_records", "Not yet applied", ["topic", "partition"], registry=of)
        self._recovery(of)
        self.behind = Gauge("syncline_clock_lag_seconds", "Clock behind wall", ["table", "partition"], registry=of)

    def _recovery(self, of: CollectorRegistry) -> None:
        places = ["topic", "partition"]
        self.rows = Counter("syncline_recovery_rows", "Rows read by take-overs", ["topic"], registry=of)
        self.size = Counter("syncline_recovery_bytes", "Bytes read by take-overs", ["topic"], registry=of)
        self.remaining = Gauge("syncline_recovery_remaining_offsets", "Still to be read", places, registry=of)
        self.is_ready = Gauge("syncline_worker_ready", "1: all assigned is worked on; 0: waits or loads", registry=of)
        self.partitions = Gauge("syncline_worker_partitions", "Table partitions owned", ["table"], registry=of)
        self.pauses = Histogram("syncline_rebalance_seconds", "Revoke to ready", buckets=PAUSES, registry=of)

    def recovering(self, topic: str, partition: int, rows: int, size: int, remaining: int) -> None:
        """Rows and bytes that a take-over read now, and offsets that are left."""
        self.rows.labels(topic).inc(rows)
        self.size.labels(topic).inc(size)
        self.remaining.labels(topic, partition).set(remaining)

    def waiting(self) -> None:
        """The worker waits for its group, or loads."""
        self.is_ready.set(0)

    def ready(self, partitions: Mapping[str, int], paused: float) -> None:
        """The worker owns so many partitions of each table, and was not ready for so many seconds before."""
        for table, count in partitions.items():
            self.partitions.labels(table).set(count)
        self.pauses.observe(paused)
        self.is_ready.set(1)

    def serve(self, port: int) -> None:
        """Answer at /metrics in a thread of its own. Raises ConfigurationError."""
        try:
            start_http_server(port, registry=self.registry)
        except OSError as error:
            told = f"metrics_port: cannot listen on port {port}: {error.strerror}"
            raise ConfigurationError(f"{told}; end what listens there, or choose another port (0 for none)") from error

    def reach(self, table: str, partition: int, lags: Mapping[str, int], clock_lag: float) -> None:
        """Records not yet applied, by topic, and seconds by which a partition's clock is behind."""
        for topic, lag in lags.items():
            self.lag.labels(topic, partition).set(lag)
        self.behind.labels(table, partition).set(clock_lag)

    def tick(self, table: str, late: float) -> None:
        """A tick of a partition had its turn so many seconds after its time."""
        self.late.labels(table).observe(late)

    def leave(self, table: str, partition: int, topics: Iterable[str]) -> None:
        """The partition is somebody else's: say no more about it."""
        for topic in topics:
            self.lag.remove(topic, partition)
        self.behind.remove(table, partition)

    def turn(self, table: str, tally: Counts, seconds: float) -> None:
        """Count one turn."""
        self.seconds.labels(table).observe(seconds)
        for counter, counts in ((self.records, tally.records), (self.outputs, tally.outputs)):
            for name, count in counts.items():
                counter.labels(name).inc(count)
        for mark, count in tally.marks.items():
            self.marks.labels(mark).inc(count)
        if tally.unjudged:
            self.marks.labels(UNJUDGED).inc(sum(tally.unjudged.values()))  # errors may be of any number
        for (topic, _), count in tally.misplaced.items():
            self.misplaced.labels(topic).inc(count)
        for supplier, count in tally.suppliers.items():
            self.supplier_alerts.labels(self._series(supplier)).inc(count)
        for counter, pairs in ((self.alerts, tally.alerts), (self.dead_letters, tally.dead_letters)):
            for pair, count in pairs.items():
                counter.labels(*pair).inc(count)

    def _series(self, supplier: str) -> str:
        """His own while there is room: a mistyped id is a series as well, and no worker may make any number of them."""
        if supplier not in self._suppliers and len(self._suppliers) >= SUPPLIERS:
            return OTHER
        self._suppliers.add(supplier)
        return supplier
