"""Taking table partitions over: fence, read what was stored, settle, and say what the former owner may have not."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import NamedTuple, TypeVar

from app.errors import ChangelogCorrupt, RowCorrupt
from app.kafka.betrayed import refuse_what_is_not_whole
from app.kafka.bulk import Rows, bulk_read, locate
from app.kafka.copies import Copies, Doubtful
from app.kafka.line import Line
from app.kafka.progress import Progress
from app.kafka.writer import persist
from app.store.recovery import prove_history, recover, recover_history

ADVICE = (
    "The worker does not start without it: see `What to do when it refuses` in docs/recovery.md, and never skip it, "
    "because a position or order would be wrong without a word"
)
WAVE = 500_000  # records read before anything of them is put in its place; small take-overs are one wave
R = TypeVar("R")


class Source(NamedTuple):
    """One topic-partition that a line is recovered from, up to an offset."""

    topic: str
    line: Line
    end: int


class TakeOver:
    """Makes fresh lines the owners of their partitions, ready to be opened."""

    def __init__(
        self, lines: Sequence[Line], servers: str, partitions: int, progress: Progress, copies: Copies | None
    ) -> None:
        self.lines, self.servers, self.partitions = lines, servers, partitions
        self.progress, self.copies = progress, copies
        self._rows: dict[str, dict[int, Rows]] = {}

    async def run(self) -> None:
        """Raises ProducerFenced if outrun, ChangelogCorrupt where a partition cannot be recovered,

        Doubtful where it could not be from a copy.
        """
        ends = await all_of(line.writer.start() for line in self.lines)
        sources = [Source(t, line, end) for line, of in zip(self.lines, ends, strict=True) for t, end in of.items()]
        for source in sources:
            self.progress.expect(source.topic, source.line.number, 0, source.end)
        with uncollected():
            for wave in waves(sources):
                await self._recover(wave)

    async def _recover(self, sources: Sequence[Source]) -> None:
        """Some lines, whole: what they read is let go of before the next ones are read."""
        history = [source for source in sources if source.topic == source.line.writer.history]
        await self._read(history)
        for source in history:
            await self._recover_history(source.line)
        rest = [source for source in sources if source.topic == source.line.writer.changelog]
        await self._read(rest)
        await all_of(self._settle(source.line) for source in rest)

    async def _read(self, sources: Sequence[Source]) -> None:
        """Read topics side by side, all partitions of each at once."""
        by_topic: dict[str, dict[int, int]] = defaultdict(dict)
        for topic, line, end in sources:
            by_topic[topic][line.number] = end
        reads = [self._read_topic(topic, ends) for topic, ends in by_topic.items()]
        self._rows.update(zip(by_topic, await all_of(reads), strict=True))

    async def _read_topic(self, topic: str, ends: dict[int, int]) -> dict[int, Rows]:
        kept = {} if self.copies is None else await asyncio.to_thread(self.copies.read_all, topic, ends)
        for number, copy in kept.items():
            self.progress.expect(topic, number, copy.offset, ends[number])
        watch = self.progress.watch(topic)
        return await persist(partial(bulk_read, self.servers, topic, ends, kept, watch))

    async def _recover_history(self, line: Line) -> None:
        topic = line.writer.history
        if topic is None:
            return
        try:
            recover_history(line.lane.partition, self._rows[topic].pop(line.number))
        except RowCorrupt as error:
            raise await self._named(error, topic, line) from error

    async def _settle(self, line: Line) -> None:
        """Whatever the former owner may not have said is said before anything else."""
        partition, topic = line.lane.partition, line.writer.changelog
        try:
            unsaid = recover(partition, self._rows[topic].pop(line.number))
            prove_history(partition)
        except RowCorrupt as error:
            raise await self._named(error, topic, line) from error
        refuse_what_is_not_whole(line, self.progress.end(topic, line.number), self.partitions)
        if unsaid:
            await line.lane.publisher.publish(unsaid)
            partition.mark = partition.mark._replace(said=partition.mark.n)
            await line.writer.write([[line.lane.mark()]])  # the next take-over need not say them again

    async def _named(self, error: RowCorrupt, topic: str, line: Line) -> Exception:
        """The same with the row's offset, which the fold does not keep; a copy is doubted before the topic is."""
        place = f"{topic}/{line.number}"
        if self.copies is not None and self.copies.drop_all((line.writer.changelog, line.writer.history), line.number):
            return Doubtful(f"{place}: {error}, read from a copy that is now thrown away: the next start reads all")
        offset = await locate(self.servers, topic, line.number, self.progress.end(topic, line.number), error.key)
        at = f"offset {offset}" if offset >= 0 else "no row left"
        return ChangelogCorrupt(f"{place}, {at}, key {error.key!r}: {error.reason}. {ADVICE}")


def waves(sources: Iterable[Source], most: int = WAVE) -> Iterator[list[Source]]:
    """Lines to recover together, with all that each is recovered from: as many as hold so many records, or one."""
    wave: list[Source] = []
    held = 0
    for _, own in groupby(sources, key=lambda source: source.line):
        line = list(own)
        size = sum(source.end for source in line)
        if wave and held + size > most:
            yield wave
            wave, held = [], 0
        wave += line
        held += size
    if wave:
        yield wave


@contextmanager
def uncollected() -> Iterator[None]:
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
