"""The lines of one worker: which table partitions it owns, and how they are taken over and handed over."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from aiokafka.errors import ProducerFenced

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.flow import Lane
from app.kafka.complaints import Clocks
from app.kafka.copies import Copies
from app.kafka.identity import identities
from app.kafka.line import Inputs, Line, Meter, wall_ms
from app.kafka.masters import MasterFeed
from app.kafka.membership import GroupMeter, Membership
from app.kafka.names import changelog, history
from app.kafka.progress import Progress, RecoveryMeter
from app.kafka.publisher import FencedPublisher, KafkaPublisher, belongs
from app.kafka.takeover import TakeOver
from app.kafka.writer import Writer
from app.settings import Settings
from app.store.partition import Partition
from app.store.recovery import history_rows_of, rows_of
from app.store.table import Table

log = logging.getLogger(__name__)
TOGETHER = (
    "A topic was deleted or given partitions (`syncline topics check` says which), or another release is in the group"
)


class Place(NamedTuple):
    """One table partition."""

    table: str
    number: int


class WorkerMeter(Meter, RecoveryMeter, GroupMeter, Protocol):
    """Where everything about a worker is counted."""


class Engine:
    """Owns exactly the assigned table partitions; everything Faust asks of the lines passes here."""

    def __init__(self, settings: Settings, schemas: Any, inputs: Inputs, meter: WorkerMeter) -> None:
        self.settings, self.schemas, self.inputs, self.meter = settings, schemas, inputs, meter
        self.publisher = KafkaPublisher(settings.kafka_bootstrap)
        self.decoder, self.encoder = Decoder(schemas), Encoder(schemas.ids())
        self.membership = Membership(meter)
        self.masters = MasterFeed(settings, self.decoder, schemas, settings.policy.masters, self._judge_again)
        self._resting, self._clocks = False, Clocks()
        self.copies: Copies | None = None
        self._ends: dict[Place, dict[str, int]] = {}
        self.tables: dict[str, Table] = {}
        self.lines: dict[Place, Line] = {}

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that some table follows."""
        return frozenset(topic for table in self.tables.values() for topic in table.topics)

    def unlike(self, places: Collection[Place], assigned: Collection[tuple[str, int]]) -> str | None:
        """What is wrong with topic-partitions that do not come with those of their tables; None where all do."""
        wanted = {(topic, number) for name, number in places for topic in self.tables[name].topics}
        given = {(topic, number) for topic, number in assigned if topic in self.topics}
        if wanted == given:
            return None
        alone, absent = (
            ", ".join(f"{topic}/{number}" for topic, number in sorted(these)) or "none"
            for these in (given - wanted, wanted - given)
        )
        return f"assigned without their tables: {alone}; absent beside their tables: {absent}. {TOGETHER}"

    def begun(self) -> dict[tuple[str, int], str]:
        """Topic-partitions of lines that began with an empty changelog, each with its name; told once."""
        lines = [line for line in self.lines.values() if line.writer.changelog in line.writer.empty]
        for line in lines:
            line.writer.empty = frozenset()
        return {(topic, line.number): line.writer.changelog for line in lines for topic in line.table.topics}

    def feed(self, table: Table, number: int, event: Any, records: Any) -> None:
        self.lines[Place(table.name, number)].feed(event, records)

    def tick(self, due: float) -> None:
        """Time passes in every line; the tick was to come at `due` (of `monotonic`)."""
        for line in self.lines.values():
            line.tick(due)
        if self.settings.clock == "wall":
            self._clocks.hear({place: line.lane.clock for place, line in self.lines.items()}, wall_ms())

    async def renew(self) -> None:
        """Keep the writers' epochs known to the broker. Raises ProducerFenced if one was outrun."""
        for line in list(self.lines.values()):
            await line.writer.renew()

    async def rest(self) -> None:
        """No tick begins any more, and what has begun is over. A take-over under way will open nothing."""
        self._resting = True
        await asyncio.gather(*(line.rest() for line in self.lines.values()))

    async def hand_over(self) -> None:
        await asyncio.gather(*(line.hand_over() for line in self.lines.values()))

    async def hand_over_for_good(self) -> None:
        """Hand over while nobody else can own them, and note how far the changelogs are ours."""
        await self.hand_over()
        if self.copies is not None:
            for place, line in self.lines.items():
                with suppress(ProducerFenced):
                    self._ends[place] = await line.writer.prove()

    async def end(self) -> None:
        """Leave copies behind, and let go of everything."""
        for place, ends in self._ends.items():
            await asyncio.to_thread(self._leave_copies, self.lines[place], ends)
        await self._drop(self.lines.keys())
        await self.masters.stop()
        await self.publisher.stop()

    def _leave_copies(self, line: Line, ends: Mapping[str, int]) -> None:
        partition, topics = line.lane.partition, (line.writer.changelog, line.writer.history)
        for topic, rows in zip(topics, (rows_of, history_rows_of), strict=True):
            if topic is not None and self.copies is not None:
                self.copies.write(topic, line.number, ends[topic], rows(partition))

    # --- taking over ------------------------------------------------------------------------------------------------

    async def own(self, places: Iterable[Place]) -> None:
        """Own exactly these: keep what nobody else wrote since, take over the rest, let go of everything else."""
        wanted, self._resting = set(places), False
        await self._drop(self.lines.keys() - wanted)
        kept = await asyncio.gather(*(self._still_ours(line) for line in self.lines.values()))
        await self._drop({place for place, ours in zip(list(self.lines), kept, strict=True) if not ours})
        if any(table.masters is not None for table in self.tables.values()):
            await self.masters.start()
        fresh = await self._take_over(wanted - self.lines.keys())
        self.lines.update(fresh)
        if self.settings.policy.masters:
            for line in fresh.values():  # whoever had them may not have heard, or not have done, all of it
                line.judge_again(None)
        if self._resting:  # revoked meanwhile: the next assignment proves and opens
            return
        for line in self.lines.values():
            line.share(len(self.lines))
            line.open()

    def _judge_again(self, ids: Sequence[str] | None) -> None:
        """Masters changed: whatever asks for them is judged once more, a slice a turn."""
        for line in self.lines.values():
            line.judge_again(ids)

    def working(self) -> None:
        """Everything assigned is owned and its records come."""
        self.membership.work(dict.fromkeys(self.tables, 0) | Counter(place.table for place in self.lines))

    async def _drop(self, places: Iterable[Place]) -> None:
        await asyncio.gather(*(self.lines.pop(place).end() for place in set(places)))

    async def _still_ours(self, line: Line) -> bool:
        try:
            await line.writer.prove()
        except ProducerFenced:
            return False
        return True

    async def _take_over(self, places: Iterable[Place]) -> dict[Place, Line]:
        fresh = {place: self._line(place) for place in places}
        if not fresh:
            return fresh
        self.copies = self.copies or await self._find_copies()
        progress = Progress(self.meter, self.membership.move)
        try:
            servers, partitions = self.settings.kafka_bootstrap, self.settings.partitions
            await TakeOver([*fresh.values()], servers, partitions, progress, self.copies).run()
        except BaseException:  # also when the next rebalance cancels this one
            await asyncio.gather(*(line.end() for line in fresh.values()), return_exceptions=True)
            raise
        log.info("%d partitions taken over: %s", len(fresh), progress.told())
        return fresh

    async def _find_copies(self) -> Copies | None:
        """None where they are not wanted, or where nothing would tell a topic from one made anew."""
        name, folder = self.settings.application_id, self.settings.state_dir
        if not folder:
            return None
        topics = [topic for table in self.tables.values() for topic in (changelog(name, table), history(name, table))]
        known = await identities(self.settings.kafka_bootstrap, [topic for topic in topics if topic])
        if not known:
            log.warning("state_dir is not used: the brokers tell no ids of topics and clusters")
            return None
        return Copies(Path(folder), known)

    def _line(self, place: Place) -> Line:
        settings, table = self.settings, self.tables[place.table]
        names = changelog(settings.application_id, table), history(settings.application_id, table)
        writer = Writer(settings.kafka_bootstrap, *names, place.number, says=table.says)
        lane = Lane(
            Partition(table, partial(belongs, place.number, settings.partitions)),
            self.decoder,
            self.encoder,
            self.schemas,
            settings.policy,
            writer,
            FencedPublisher(writer, self.publisher) if table.says else self.publisher,
            settings.dead_letter_cap,
        )
        return Line(place.number, lane, writer, self.inputs, self.meter, settings.clock == "wall")
