"""Lines in file order through the lanes of all tables, under one clock: the highest record_time accepted so far.

Time passes as it would live: whatever was due before a record was written is judged before it is applied.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.backtest.ports import FilePublisher, FileRecord, NoChangelog
from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.contracts.fileform import parse
from app.contracts.schemas import LocalSchemas
from app.domain.golden import GoldenRecord, Masters
from app.domain.outputs import DeadLetter
from app.domain.policy import Policy
from app.errors import RecordError
from app.flow import Lane, Tally
from app.flow.dead_letters import bury
from app.flow.intake import Accepted, take_in
from app.store.partition import Partition
from app.store.table import Table


class Until(NamedTuple):
    """After the last line the clock goes on to this time (ms)."""

    time: int

    def end(self, clock: int) -> int:
        return max(clock, self.time)


class Settle(NamedTuple):
    """After the last line the clock goes on by this much (ms)."""

    duration: int

    def end(self, clock: int) -> int:
        return clock + self.duration


class Backtest:
    """One run; `tally` counts it, `clock` (ms) tells how far time has come."""

    def __init__(
        self, tables: Iterable[Table], policy: Policy, schemas: LocalSchemas, publisher: FilePublisher
    ) -> None:
        self.policy = policy = replace(policy, masters=Masters())
        self.schemas, self.told = schemas, publisher.told
        self.encoder, self.decoder = Encoder(schemas.ids()), Decoder(schemas)
        self.lanes = [
            Lane(Partition(table), self.decoder, self.encoder, schemas, policy, NoChangelog(), publisher)
            for table in tables
        ]
        self._by_topic = {topic: lane for lane in self.lanes for topic in lane.partition.table.topics}
        self.tally, self.clock, self.lines = Tally(), 0, 0
        self.not_followed: dict[str, int] = {}

    async def line(self, line: bytes) -> None:
        """One line of the file, as a record or as a dead letter."""
        record: FileRecord
        try:
            topic, key, value, headers = parse(line, self.encoder)
            record = FileRecord(topic, self.lines, key, value, headers)
            intake = await take_in([record], self.decoder, self.schemas)
            accepted, refused = intake
        except RecordError as error:
            record = FileRecord(error.topic or "", self.lines, error.key, line)
            accepted, refused = [], [bury(record, error.error_class, error.reason)]
        self.lines += 1
        lane = self._by_topic.get(record.topic)
        if accepted:
            await self.pass_time(accepted[0].fact.record_time)
        if accepted and lane is None:
            self.not_followed[record.topic] = self.not_followed.get(record.topic, 0) + 1
            return
        await self._advance(lane or self.lanes[0], accepted, refused)

    async def _advance(self, lane: Lane, accepted: list[Accepted], refused: list[DeadLetter]) -> None:
        """A turn, and those in which other tables hear at once what it told them."""
        self.tally.add(await lane.advance(accepted, refused, self.clock))
        while self.told:
            record = self.told.popleft()
            intake = await take_in([record], self.decoder, self.schemas)
            hearing = self._by_topic.get(record.topic)
            if hearing is None:
                self._know(intake.accepted)
                continue
            self.tally.add(await hearing.advance(intake.accepted, intake.refused, self.clock))

    def _know(self, accepted: list[Accepted]) -> None:
        """Golden records, which every table hears of: what they concern is judged before anything else happens."""
        golden = (a.fact for a in accepted if isinstance(a.fact, GoldenRecord))
        news = self.policy.masters.take_all(golden)
        for lane in self.lanes if news is None or news else ():
            lane.partition.judge_again(news)

    async def pass_time(self, until: int) -> None:
        """Judge everything that falls due on the way, in the order of time, then stand at `until` (ms)."""
        while True:
            due = [lane for lane in self.lanes if lane.deadline is not None and lane.deadline <= until]
            if not due:
                break
            lane = min(due, key=lambda lane: lane.deadline or 0)
            self.clock = max(self.clock, lane.deadline or 0)
            await self._advance(lane, [], [])
        self.clock = max(self.clock, until)

    def views(self, lane: Lane) -> Iterable[dict[str, Any]]:
        """The table as its readers see it, sorted by key."""
        partition = lane.partition
        return partition.table.views(map(partition.read, sorted(partition.heads)), self.clock, self.policy)
