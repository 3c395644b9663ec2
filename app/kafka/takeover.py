"""Taking table partitions over: fence, read what was stored, settle, and say what the former owner may have not."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple, TypeVar

from app.errors import ChangelogCorrupt, RowCorrupt
from app.kafka.bulk import Rows, bulk_read, locate
from app.kafka.line import Line
from app.kafka.progress import Progress
from app.kafka.writer import persist
from app.store.ports import Message, Publisher
from app.store.recovery import recover, recover_history

ADVICE = (
    "The worker does not start without it: see `What to do when it refuses` in docs/recovery.md, and never skip it, "
    "because a position or order would be wrong without a word"
)
R = TypeVar("R")


class Source(NamedTuple):
    """One topic-partition that a line is recovered from, up to an offset."""

    topic: str
    partition: int
    end: int


class TakeOver:
    """Makes fresh lines the owners of their partitions, ready to be opened."""

    def __init__(self, lines: Sequence[Line], servers: str, publisher: Publisher, progress: Progress) -> None:
        self.lines, self.servers, self.publisher, self.progress = lines, servers, publisher, progress
        self._read: dict[str, dict[int, Rows]] = {}

    async def run(self) -> None:
        """Raises ProducerFenced if outrun, ChangelogCorrupt where a partition cannot be recovered."""
        ends = await all_of(line.writer.start() for line in self.lines)
        with _no_collection():
            found = zip(self.lines, ends, strict=True)
            sources = [Source(topic, line.number, end) for line, of in found for topic, end in of.items()]
            await all_of(self._load(topic, sources) for topic in {source.topic for source in sources})
            await all_of(self._settle(line) for line in self.lines)

    async def _load(self, topic: str, sources: Sequence[Source]) -> None:
        """Read one topic, all partitions at once."""
        ends = {source.partition: source.end for source in sources if source.topic == topic}
        for number, end in ends.items():
            self.progress.expect(topic, number, 0, end)
        watch = self.progress.watch(topic)
        self._read[topic] = await persist(partial(bulk_read, self.servers, topic, ends, watch=watch))

    async def _settle(self, line: Line) -> None:
        """Whatever the former owner may not have said is said before anything else."""
        unsaid = await self._recover(line)
        if unsaid:
            await self.publisher.publish(unsaid)
            partition = line.lane.partition
            partition.mark = partition.mark._replace(said=partition.mark.n)

    async def _recover(self, line: Line) -> Sequence[Message]:
        partition, writer, topic = line.lane.partition, line.writer, ""
        try:
            if topic := writer.history or "":
                recover_history(partition, self._read[topic].pop(line.number))
            return recover(partition, self._read[topic := writer.changelog].pop(line.number))
        except RowCorrupt as error:
            raise await self._named(error, topic, line.number) from error

    async def _named(self, error: RowCorrupt, topic: str, partition: int) -> ChangelogCorrupt:
        """The same with the row's offset, which the fold does not keep."""
        offset = await locate(self.servers, topic, partition, self.progress.end(topic, partition), error.key)
        at = f"offset {offset}" if offset >= 0 else "no row left"
        return ChangelogCorrupt(f"{topic}/{partition}, {at}, key {error.key!r}: {error.reason}. {ADVICE}")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of objects that stay: the cyclic collector would walk them again and again, for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def all_of(tasks: Iterable[Awaitable[R]]) -> list[R]:
    """Wait for all of them, then raise the first failure: none is left running."""
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]
