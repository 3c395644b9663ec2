"""The running line of one table partition: what waits and its ticks pass one turn at a time.

Whatever fails here stops the worker: a change in doubt is settled by recovery, and Faust would acknowledge what raises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic, perf_counter, time
from typing import Any, NoReturn, Protocol

from aiokafka.errors import ProducerFenced

from app.errors import ChangelogCorrupt, TooManyDeadLetters
from app.flow import Lane, Tally
from app.kafka.complaints import Complaints
from app.kafka.gate import Gate, Sight
from app.kafka.stop import DEFECT, RETRY, reason, stop
from app.kafka.waiting import TURNS_SIZE, Taken, Waiting
from app.kafka.writer import Writer
from app.store.ports import Record

LAGGING = 10_000  # ms behind the wall clock from which on topics are read side by side
SIDE_BY_SIDE_WAIT = 5  # ticks to wait for a topic that holds records and sends none, before going on without it
TOO_MANY = (
    "That looks like a bad deploy or producer, not like bad records: mend it (or raise dead_letter_cap), start again, "
    "and replay the dead letters"
)


class Inputs(Protocol):
    """What a line asks of the consumer."""

    def pause(self, topic: str, partition: int) -> None: ...
    def resume(self, topic: str, partition: int) -> None: ...
    def sight(self, topic: str, partition: int) -> Sight | None: ...


class Meter(Protocol):
    """Where turns are counted."""

    def turn(self, table: str, tally: Tally, seconds: float) -> None: ...
    def tick(self, table: str, late: float) -> None: ...
    def reach(self, table: str, partition: int, lags: Mapping[str, int], clock_lag: float) -> None: ...
    def leave(self, table: str, partition: int, topics: Iterable[str]) -> None: ...


def wall_ms() -> int:
    return int(time() * 1000)


class Line:
    """One table partition at work; closed to ticks until `open` is called."""

    def __init__(self, number: int, lane: Lane, writer: Writer, inputs: Inputs, meter: Meter, by_wall: bool) -> None:
        self.number, self.lane, self.writer = number, lane, writer
        self.inputs, self.meter, self.by_wall = inputs, meter, by_wall
        self.table = lane.partition.table
        self.waiting, self.gate = Waiting(), Gate(self.table.topics)
        self.complaints = Complaints(self.table.name, number)
        self._paused: set[str] = set()
        self._wake, self._turning = asyncio.Event(), asyncio.Lock()
        self._open = False
        self._due: float | None = None  # when the tick was to come that waits for its turn
        self._waited: int | None = None  # ticks, not seconds: a process that stands still hears of no topic meanwhile
        self._task: asyncio.Task[None] | None = None

    # --- from the engine --------------------------------------------------------------------------------------------

    def feed(self, event: Any, records: Sequence[Record]) -> None:
        """Take a chunk in; never waits, because one full line must not stop the others.

        Of a topic with more than a turn waiting no more is fetched, until half of that is left.
        """
        self.waiting.add(event, records)
        topic = records[-1].topic
        if self.waiting.size[topic] > self.waiting.turn_size and topic not in self._paused:
            self._paused.add(topic)
            self.inputs.pause(topic, self.number)
        self._wake.set()

    def tick(self, due: float) -> None:
        """Look how far the inputs reach; the clock moves there once that is applied. `due` is of `monotonic`."""
        if not self._open:
            return
        if self._waited is not None:
            self._waited += 1
        seen = ((topic, self.inputs.sight(topic, self.number)) for topic in self.table.topics)
        sights = {topic: sight for topic, sight in seen if sight is not None}
        if self.by_wall:
            self.gate.look(sights)
            self._due = due if self._due is None else self._due
            self._wake.set()
        else:
            self.gate.see(sights)
            self._wake.set()
        self.meter.reach(self.table.name, self.number, self.gate.lags(), (wall_ms() - self.lane.clock) / 1000)

    def judge_again(self, ids: Iterable[str] | None) -> None:
        """Have the keys judged that ask for masters of these ids; None: for any."""
        self.lane.partition.judge_again(ids)
        self._wake.set()

    def share(self, lines: int) -> None:
        """Be one of so many lines of a worker: the more there are, the less each takes at once."""
        self.waiting.turn_size = TURNS_SIZE // lines

    def open(self) -> None:
        self._open = True
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())

    async def rest(self) -> None:
        """No tick begins any more, and a turn that has begun is over."""
        self._open = False
        self._wake.set()  # records held back for the sake of order wait no longer
        async with self._turning:
            pass

    async def hand_over(self) -> None:
        """Say in the changelog that everything was said, and forget what was known of the inputs."""
        await self.rest()
        self.waiting.clear()
        self._paused.clear()
        self.gate.reset()
        try:
            await self.writer.write([[self.lane.mark()]])
        except ProducerFenced:
            return  # somebody else has it already; the next take-over finds out
        except Exception as error:
            self._fail(error)

    async def end(self) -> None:
        """Stop for good; the partition belongs to somebody else."""
        await self.rest()
        if self._task is not None:
            self._task.cancel()
            self.meter.leave(self.table.name, self.number, self.table.topics)
        await self.writer.stop()

    # --- the turns --------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._turns()
        except TooManyDeadLetters as error:
            stop(DEFECT, f"{error}. {TOO_MANY}")
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> NoReturn:
        if isinstance(error, ChangelogCorrupt):
            stop(DEFECT, str(error))
        stop(RETRY, f"table {self.table.name}, partition {self.number}: {reason(error)}")

    async def _turns(self) -> None:
        while (self.waiting and not self._must_wait()) or ((self._due is not None or self._swept) and self._open):
            async with self._turning:
                await self._turn()
            await asyncio.sleep(0)

    @property
    def _swept(self) -> bool:
        """Whether keys are to be judged because a master changed."""
        return bool(self.lane.partition.sweep)

    async def _turn(self) -> None:
        if self._due is not None:
            self.meter.tick(self.table.name, monotonic() - self._due)
            self._due = None
        taken, now = self._take()
        began = perf_counter()
        tally = await self.lane.turn(taken.records, now)
        for topic, offset in taken.reached.items():
            self.gate.applied(topic, offset)
        for event in taken.events:
            event.ack()
        self.meter.turn(self.table.name, tally, perf_counter() - began)
        self.complaints.hear(tally)

    def _take(self) -> tuple[Taken, int | None]:
        """Records for one turn and its time (ms)."""
        if self._lagging:
            taken = Taken([], [], 0, {}) if self._must_wait() else self.waiting.take_side_by_side()
        else:
            taken = self.waiting.take()
        self._go_on()
        if not self.by_wall:
            return taken, None
        return taken, max(self.gate.clock(), min(taken.until, wall_ms()))

    @property
    def _lagging(self) -> bool:
        """Whether topics are read side by side; where the data is the clock, always."""
        return self._open and (not self.by_wall or wall_ms() - self.lane.clock > LAGGING)

    def _must_wait(self) -> bool:
        """In a backlog, for topics whose records are on their way; not for ever, because a leader may be down."""
        if not (self._lagging and self.waiting.absent(self.gate.behind())):
            self._waited = None
            return False
        self._waited = self._waited or 0
        return self._waited < SIDE_BY_SIDE_WAIT

    def _go_on(self) -> None:
        for topic in [topic for topic in self._paused if self.waiting.size[topic] <= self.waiting.turn_size // 2]:
            self._paused.discard(topic)
            self.inputs.resume(topic, self.number)
