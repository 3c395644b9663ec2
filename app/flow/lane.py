"""One lane per table partition: its records and ticks pass one turn at a time, each a step of the same order.

Changelog with the outputs riding along, then the outputs, then the store: what is said never contradicts what is
stored, and a crash between any two of them is healed by whoever takes the partition over.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.outputs import DeadLetter
from app.domain.policy import Policy
from app.errors import TooManyDeadLetters
from app.flow.dead_letters import LETTER_BYTES, bury, key_of, shortened
from app.flow.intake import Accepted, Decoder, Schemas, take_in
from app.flow.plan import Apart, Encoder, Plan, Planner, Poison
from app.flow.tally import Tally
from app.store import layout
from app.store.layout import Mark
from app.store.packing import packs
from app.store.partition import Partition
from app.store.ports import Changelog, Message, Publisher, Record, Row

DEAD_LETTERS = "dead-letters"


class Lane:
    """The line of one table partition."""

    def __init__(
        self,
        partition: Partition,
        decoder: Decoder,
        encoder: Encoder,
        schemas: Schemas,
        policy: Policy,
        changelog: Changelog,
        publisher: Publisher,
        dead_letter_cap: int | None = None,
    ) -> None:
        self.partition, self.planner = partition, Planner(partition, encoder, policy)
        self.decoder, self.encoder, self.schemas = decoder, encoder, schemas
        self.changelog, self.publisher = changelog, publisher
        self.dead_letter_cap, self.dead_in_a_row = dead_letter_cap, 0

    @property
    def clock(self) -> int:
        """How far time has come in this partition, in ms."""
        return self.partition.mark.clock

    @property
    def deadline(self) -> int | None:
        """The next time (ms) at which a turn without records has something to do."""
        return self.partition.deadline

    async def turn(self, records: Sequence[Record], now: int | None = None) -> Tally:
        """Take records through the line; `now` in ms, None where the records' own times are the clock.

        Raises whatever the ports raise: the fate of the last write is then in doubt and the worker must stop.
        """
        intake = await take_in(records, self.decoder, self.schemas)
        return await self.advance(intake.accepted, intake.refused, now)

    async def advance(self, facts: Sequence[Accepted], refused: Sequence[DeadLetter], now: int | None) -> Tally:
        """The turn of records already decoded."""
        tally, waiting, letters, applied = Tally(), list(facts), list(refused), 0
        await self._bury(refused, tally)
        while True:
            step = self._plan(waiting, now)
            if isinstance(step, Poison):
                waiting = [accepted for accepted in waiting if accepted is not step.accepted]
                letters.append(bury(step.accepted.record, step.error_class, step.reason))
                await self._bury(letters[-1:], tally)
                continue
            await self._commit(step)
            tally.add(step.tally)
            applied += step.taken
            waiting = waiting[step.taken :]
            if not waiting:
                self._count_dead(letters, applied)
                return tally

    def mark(self) -> Row:
        """The partition's record for a clean hand-over: everything up to here was said."""
        return layout.MARK, layout.pack_mark(self.partition.mark)

    def _plan(self, facts: Sequence[Accepted], now: int | None) -> Plan | Poison:
        at = max((accepted.fact.record_time for accepted in facts), default=0) if now is None else now
        try:
            return self.planner.plan(facts, max(self.clock, at))
        except Apart as apart:
            return self._plan(facts[: apart.count], now)
        except Poison as poison:
            return poison

    async def _commit(self, plan: Plan) -> None:
        mark = Mark(plan.n, self.partition.mark.said, plan.clock)
        if plan.history:
            await self.changelog.seal(plan.history)
        if plan.groups:
            first, *rest = plan.groups
            await self.changelog.write([[(layout.MARK, layout.pack_mark(mark)), *first], *rest])
            await self.publisher.publish(plan.messages)
            mark = mark._replace(said=plan.n)
            self.partition.keep(plan.kept)
            for key in plan.removed:
                self.partition.remove(key)
        else:
            mark = mark._replace(n=plan.n - 1)
        self.partition.mark = mark
        if plan.forgotten:
            await self.changelog.seal(plan.forgotten)

    async def _bury(self, letters: Sequence[DeadLetter], tally: Tally) -> None:
        """Publish dead letters and wait for their acks."""
        if not letters:
            return
        await self.publisher.publish([Message(DEAD_LETTERS, key_of(letter), self._told(letter)) for letter in letters])
        for letter in letters:
            tally.records[letter.topic] += 1
            tally.dead_letters[letter.topic, letter.error_class.value] += 1
        tally.outputs[DEAD_LETTERS] += len(letters)

    def _count_dead(self, letters: Sequence[DeadLetter], applied: int) -> None:
        """Those of one turn; too many with nothing applied between them are a bad deploy, not bad records."""
        self.dead_in_a_row = len(letters) + (0 if applied else self.dead_in_a_row)
        if letters and self.dead_letter_cap is not None and self.dead_in_a_row > self.dead_letter_cap:
            raise TooManyDeadLetters(f"{self.dead_in_a_row} dead letters in a row, the last: {_named(letters[-1])}")

    def _told(self, letter: DeadLetter) -> bytes:
        """Whole wherever the topic takes it so, because the next record can be read only when this one is told."""
        value = self.encoder.encode(DEAD_LETTERS, letter)
        return value if packs([value], LETTER_BYTES) else self.encoder.encode(DEAD_LETTERS, shortened(letter))


def _named(letter: DeadLetter) -> str:
    return f"{letter.topic}/{letter.partition} at {letter.offset}: {letter.error_class}: {letter.reason}"
