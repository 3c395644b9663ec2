"""A table followed without an engine: the real planner and the real store, outputs caught as structs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from app.domain.facts import Fact
from app.domain.outputs import Alert, CorrectedInventory, Output
from app.domain.policy import Policy
from app.flow.intake import Accepted
from app.flow.plan import Planner
from app.flow.tally import Tally
from app.store.layout import Mark
from app.store.partition import Partition
from app.store.table import Table


class KeyedRecord(NamedTuple):
    """As much of a record as the planner looks at."""

    topic: str
    key: bytes
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    value: bytes | None = b""
    headers: tuple[tuple[str, bytes], ...] = ()


class Catching:
    """An encoder that keeps what it is given."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []

    def encode(self, topic: str, struct: Any) -> bytes:
        self.outputs.append(struct)
        return b"-"


class Following:
    """One partition of a table; `outputs` in publishing order."""

    def __init__(self, table: Table, policy: Policy | None = None) -> None:
        self.partition, self.policy = Partition(table), policy or Policy()
        self.caught, self.tally, self.clock = Catching(), Tally(), 0

    @classmethod
    def told(
        cls, table: Table, key: str, story: Iterable[Fact], wait: int = 0, policy: Policy | None = None
    ) -> Following:
        """A story of one key, and what becomes of it within `wait` ms."""
        following = cls(table, policy)
        following.follow(key, story)
        following.wait_until(following.clock + wait)
        return following

    @property
    def outputs(self) -> list[Output]:
        return self.caught.outputs

    def take(self, key: str, facts: Iterable[Fact], now: int | None = None) -> None:
        """Pass facts of one key through one turn; `now` is the newest record_time where not given."""
        topic = self.partition.table.topics[0]
        accepted = [Accepted(KeyedRecord(topic, key.encode()), fact) for fact in facts]
        self.clock = max(self.clock, max((a.fact.record_time for a in accepted), default=0) if now is None else now)
        plan = Planner(self.partition, self.caught, self.policy).plan(accepted, self.clock)
        self.partition.keep(plan.kept)
        for gone in plan.removed:
            self.partition.remove(gone)
        self.partition.mark = Mark(plan.n, plan.n, self.clock)
        self.tally.add(plan.tally)

    def follow(self, key: str, facts: Iterable[Fact]) -> None:
        """Facts one by one, deadlines on the way, as a backtest does it."""
        for fact in facts:
            self.wait_until(fact.record_time)
            self.take(key, [fact])

    def wait_until(self, time: int) -> None:
        """Let every deadline up to a time (ms) fire."""
        while self.partition.deadline is not None and self.partition.deadline <= time:
            self.take("", [], now=self.partition.deadline)
        self.clock = max(self.clock, time)

    def view(self, key: str) -> dict[str, Any]:
        log = self.partition.read(key.encode())
        return self.partition.table.view(log.state, log, self.clock, self.policy)

    @property
    def ledger(self) -> list[CorrectedInventory]:
        return [output for output in self.outputs if isinstance(output, CorrectedInventory)]

    @property
    def alerts(self) -> list[Alert]:
        return [output for output in self.outputs if isinstance(output, Alert)]

    def open_codes(self, key: str) -> list[str]:
        return [alert["code"] for alert in self.view(key)["open_alerts"]]
