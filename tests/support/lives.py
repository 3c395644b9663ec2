"""Lives of a table's owners in memory: they die anywhere, are taken over, and what was not committed comes again."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import fastavro
from msgspec.structs import replace

from app.contracts.decode import Decoder, split
from app.contracts.schemas import reader
from app.domain.facts import Fact
from app.domain.policy import Policy
from app.flow import Lane
from app.store.ports import Group
from app.store.table import Table
from tests.support.memory import SCHEMAS, Broker, Delivered, Died, taken_over

DECODER = Decoder(SCHEMAS)


class Applied(NamedTuple):
    """A record that became state, and the ids of the ledger entries that it caused."""

    fact: Fact
    entry_ids: tuple[str, ...]


class Witness(Broker):
    """A broker that knows for each key which records became state, in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: dict[bytes, list[Applied]] = defaultdict(list)
        self.pending: dict[bytes, list[Applied]] = defaultdict(list)

    def watching(self, table: Table) -> Table:
        """The table; what it applies is pending until its key's state is in the changelog."""

        def apply(state: Any, fact: Any, *rest: Any) -> Any:
            outcome = table.apply(state, fact, *rest)
            ids = tuple(output.entry_id for output in outcome.outputs if hasattr(output, "entry_id"))
            self.pending[state.key.encode()].append(Applied(fact, ids))
            return outcome

        return replace(table, apply=apply)

    def _step(self) -> None:
        try:
            super()._step()
        except Died:
            self.pending.clear()
            raise

    async def write(self, groups: Sequence[Group]) -> None:
        for group in groups:
            await super().write([group])
            head = group[-1][0]
            self.journal[head] += self.pending.pop(head, [])


class Life(NamedTuple):
    """How a table's owners live: chance decides over chunks, topics, deaths and commits; times are ms."""

    table: Table
    broker: Broker
    draw: random.Random
    start: int
    step: int  # the clock goes on by up to this each turn
    policy: Policy | None = None

    async def lived(self, topics: Mapping[str, Sequence[Delivered]], deaths: int) -> Lane:
        """Follow all topics to their ends; each turn takes chunks of some of them, in any order."""
        read, committed, clock = dict.fromkeys(topics, 0), dict.fromkeys(topics, 0), self.start
        lane = await self._owner()
        while any(read[topic] < len(records) for topic, records in topics.items()):
            self._may_die(deaths)
            clock += self.draw.randint(0, self.step)
            chunks = self._chunks(topics, read)
            try:
                await lane.turn([record for chunk in chunks.values() for record in chunk], clock)
                read |= {topic: read[topic] + len(chunk) for topic, chunk in chunks.items()}
                committed = dict(read) if self.draw.random() < 0.5 else committed
            except Died:
                deaths, read = deaths - 1, dict(committed)
                lane = await self._owner(self.draw.random() < 0.3)
        self.broker.dies_at = None
        return lane

    def _may_die(self, deaths: int) -> None:
        self.broker.dies_at = self.draw.randint(0, 25) if deaths > 0 and self.draw.random() < 0.7 else None

    def _chunks(self, topics: Mapping[str, Sequence[Delivered]], read: Mapping[str, int]) -> dict[str, Any]:
        names = [topic for topic, records in topics.items() if read[topic] < len(records)]
        chosen = self.draw.sample(names, k=self.draw.randint(1, len(names)))
        return {t: topics[t][read[t] : read[t] + self.draw.randint(1, 6)] for t in chosen}

    async def _owner(self, dies_while_settling: bool = False) -> Lane:
        self.broker.dies_at = 0 if dies_while_settling else None
        try:
            return await taken_over(self.table, self.broker, self.policy)
        except Died:
            return await self._owner()


def fact_of(record: Delivered) -> Any:
    """The fact as the line decodes it."""
    return DECODER.decode(record.topic, record.key, record.value)


def read(broker: Broker, topic: str) -> list[dict[str, Any]]:
    """The records of an output topic, each distinct message once, as a consumer that knows repeats sees them."""
    seen = dict.fromkeys(m.value for m in broker.published if m.topic == topic)
    return [decoded(topic, value) for value in seen]


def decoded(topic: str, value: bytes) -> dict[str, Any]:
    return dict(fastavro.schemaless_reader(io.BytesIO(split(value)[1]), reader(topic)))  # type: ignore[arg-type]


def open_alerts(broker: Broker) -> set[tuple[str, str, str]]:
    """What a consumer of the alerts holds to be open."""
    latest: dict[str, Any] = {}
    rank = {"OPEN": 0, "HEALED": 1}
    for alert in read(broker, "alerts"):
        known = latest.get(alert["alert_id"])
        if known is None or (alert["episode"], rank[alert["state"]]) > (known["episode"], rank[known["state"]]):
            latest[alert["alert_id"]] = alert
    return {(a["entity_id"], a["code"], a["evidence"]) for a in latest.values() if a["state"] == "OPEN"}


def views(lane: Lane) -> dict[str, dict[str, Any]]:
    """The table as its readers see it, by key."""
    partition = lane.partition
    found = partition.table.views(map(partition.read, partition.heads), lane.clock, lane.planner.policy)
    return {view["key"]: view for view in found}


def stated_alerts(lane: Lane) -> set[tuple[str, str, str]]:
    """What the state holds to be open."""
    return {(key, a["code"], a["evidence"]) for key, view in views(lane).items() for a in view["open_alerts"]}
