"""Taking table partitions over: fence, read what was stored, settle, and say what the former owner may have not."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple, TypeVar

from app.errors import ChangelogCorrupt, RowCorrupt
from app.kafka.bulk import Rows, bulk_read, locate
from app.kafka.line import Line
from app.kafka.progress import Progress
from app.kafka.writer import persist
from app.store.ports import Publisher

YIELD_EVERY = 10_000  # rows folded between two breaths of the event loop
ADVICE = (
    "The worker does not start without it: see `What to do when it refuses` in docs/recovery.md, and never skip it, "
    "because a position or order would be wrong without a word"
)
Door = Callable[[bytes, bytes | None], None]
R = TypeVar("R")


class Store(NamedTuple):
    """One topic-partition that a line is recovered from, up to an offset, and where its rows go in."""

    topic: str
    line: Line
    end: int
    absorb: Door


class TakeOver:
    """Makes fresh lines the owners of their partitions, ready to be opened."""

    def __init__(self, lines: Sequence[Line], servers: str, publisher: Publisher, progress: Progress) -> None:
        self.lines, self.servers, self.publisher, self.progress = lines, servers, publisher, progress

    async def run(self) -> None:
        """Raises ProducerFenced if outrun, ChangelogCorrupt where a partition cannot be recovered."""
        ends = await all_of(line.writer.start() for line in self.lines)
        stores = [store for line, end in zip(self.lines, ends, strict=True) for store in _stores(line, end)]
        with _no_collection():
            await all_of(self._load(topic, stores) for topic in {store.topic for store in stores})
            await all_of(self._settle(line) for line in self.lines)

    async def _load(self, topic: str, stores: Sequence[Store]) -> None:
        """Read one topic, all partitions at once, and fold each in."""
        of_topic = [store for store in stores if store.topic == topic]
        ends = {store.line.number: store.end for store in of_topic}
        for number, end in ends.items():
            self.progress.expect(topic, number, 0, end)
        read = await persist(partial(bulk_read, self.servers, topic, ends, watch=self.progress.watch(topic)))
        for store in of_topic:
            try:
                await _fold(read.pop(store.line.number), store.absorb)
            except RowCorrupt as error:
                raise await self._named(error, topic, store.line.number) from error

    async def _settle(self, line: Line) -> None:
        """Whatever the former owner may not have said is said before anything else."""
        partition = line.lane.partition
        try:
            unsaid = partition.settle()
        except RowCorrupt as error:
            raise await self._named(error, line.writer.changelog, line.number) from error
        if unsaid:
            await self.publisher.publish(unsaid)
            partition.mark = partition.mark._replace(said=partition.mark.n)

    async def _named(self, error: RowCorrupt, topic: str, partition: int) -> ChangelogCorrupt:
        """The same with the row's offset, which the fold does not keep."""
        offset = await locate(self.servers, topic, partition, self.progress.end(topic, partition), error.key)
        at = f"offset {offset}" if offset >= 0 else "no row left"
        return ChangelogCorrupt(f"{topic}/{partition}, {at}, key {error.key!r}: {error.reason}. {ADVICE}")


def _stores(line: Line, ends: Mapping[str, int]) -> Iterator[Store]:
    partition, writer = line.lane.partition, line.writer
    yield Store(writer.changelog, line, ends[writer.changelog], partition.absorb)
    if writer.history is not None:
        yield Store(writer.history, line, ends[writer.history], partition.absorb_history)


async def _fold(rows: Rows, absorb: Door) -> None:
    for number, (key, value) in enumerate(rows.items()):
        absorb(key, value)
        if not number % YIELD_EVERY:
            await asyncio.sleep(0)


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
