"""The lines of one worker: which table partitions it owns, and how they are taken over and handed over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from aiokafka.errors import ProducerFenced

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.flow import Lane
from app.kafka.bulk import Rows, bulk_read
from app.kafka.line import Inputs, Line, Meter
from app.kafka.names import changelog, history
from app.kafka.publisher import KafkaPublisher
from app.kafka.writer import Writer, persist
from app.settings import Settings
from app.store.partition import Partition
from app.store.table import Table

YIELD_EVERY = 10_000  # rows folded between two breaths of the event loop


class Place(NamedTuple):
    """One table partition."""

    table: str
    number: int


class Engine:
    """Owns exactly the assigned table partitions; everything Faust asks of the lines passes here."""

    def __init__(self, settings: Settings, schemas: Any, inputs: Inputs, meter: Meter) -> None:
        self.settings, self.schemas, self.inputs, self.meter = settings, schemas, inputs, meter
        self.publisher = KafkaPublisher(settings.kafka_bootstrap)
        self.decoder, self.encoder = Decoder(schemas), Encoder(schemas.ids())
        self.tables: dict[str, Table] = {}
        self.lines: dict[Place, Line] = {}

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that some table follows."""
        return frozenset(topic for table in self.tables.values() for topic in table.topics)

    def feed(self, table: Table, number: int, event: Any, records: Any) -> None:
        self.lines[Place(table.name, number)].feed(event, records)

    def tick(self) -> None:
        for line in self.lines.values():
            line.tick()

    async def renew(self) -> None:
        """Keep the writers' epochs known to the broker. Raises ProducerFenced if one was outrun."""
        for line in list(self.lines.values()):
            await line.writer.renew()

    async def rest(self) -> None:
        await asyncio.gather(*(line.rest() for line in self.lines.values()))

    async def hand_over(self) -> None:
        await asyncio.gather(*(line.hand_over() for line in self.lines.values()))

    # --- taking over ------------------------------------------------------------------------------------------------

    async def own(self, places: Iterable[Place]) -> None:
        """Own exactly these: keep what nobody else wrote since, take over the rest, let go of everything else."""
        wanted = set(places)
        await self._drop(self.lines.keys() - wanted)
        kept = await asyncio.gather(*(self._still_ours(line) for line in self.lines.values()))
        await self._drop({place for place, ours in zip(list(self.lines), kept, strict=True) if not ours})
        self.lines.update(await self._take_over(wanted - self.lines.keys()))
        for line in self.lines.values():
            line.open()

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
        try:
            ends = dict(zip(fresh, await _all(line.writer.start() for line in fresh.values()), strict=True))
            await self._absorb(fresh, ends, lambda w: w.changelog, lambda p: p.absorb)
            await self._absorb(fresh, ends, lambda w: w.history, lambda p: p.absorb_history)
            await _all(self._settle(line) for line in fresh.values())
        except BaseException:  # also when the next rebalance cancels this one
            await asyncio.gather(*(line.end() for line in fresh.values()), return_exceptions=True)
            raise
        return fresh

    def _line(self, place: Place) -> Line:
        settings, table = self.settings, self.tables[place.table]
        names = changelog(settings.application_id, table), history(settings.application_id, table)
        writer = Writer(settings.kafka_bootstrap, *names, place.number)
        lane = Lane(
            Partition(table),
            self.decoder,
            self.encoder,
            self.schemas,
            settings.policy,
            writer,
            self.publisher,
            settings.dead_letter_cap,
        )
        return Line(place.number, lane, writer, self.inputs, self.meter, settings.clock == "wall")

    async def _absorb(
        self,
        fresh: dict[Place, Line],
        ends: dict[Place, dict[str, int]],
        topic_of: Callable[[Writer], str | None],
        door: Callable[[Partition], Callable[[bytes, bytes | None], None]],
    ) -> None:
        """Read one kind of topic of all fresh lines up to the fences, and fold it in."""
        for topic in {t for line in fresh.values() if (t := topic_of(line.writer))}:
            lines = {place.number: line for place, line in fresh.items() if topic_of(line.writer) == topic}
            until = {place.number: end[topic] for place, end in ends.items() if topic in end}
            read = await persist(partial(bulk_read, self.settings.kafka_bootstrap, topic, until))
            for number, rows in read.items():
                await _fold(rows, door(lines[number].lane.partition))

    async def _settle(self, line: Line) -> None:
        """Whatever the former owner may not have said is said before anything else."""
        unsaid = line.lane.partition.settle()
        if unsaid:
            await self.publisher.publish(unsaid)
            line.lane.partition.mark = line.lane.partition.mark._replace(said=line.lane.partition.mark.n)


async def _fold(rows: Rows, absorb: Callable[[bytes, bytes | None], None]) -> None:
    for number, (key, value) in enumerate(rows.items()):
        absorb(key, value)
        if not number % YIELD_EVERY:
            await asyncio.sleep(0)


async def _all(tasks: Iterable[Any]) -> list[Any]:
    """Wait for all of them, then raise the first failure: none is left running."""
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers
