"""Faust's consumer, changed where a chunk differs from a record and where Faust loses or repeats one.

Offsets commit up to the contiguous prefix of acknowledged chunks. A revoke drains first, then commits.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from time import monotonic
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException, IllegalStateError, KafkaError, UnsupportedCodecError
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.transport.drivers.aiokafka import ensure_aiokafka_TP
from faust.types import TP

from app.kafka.chunks import Chunk, Unpacked, UnreadableHeader
from app.kafka.gate import Sight
from app.kafka.stop import DEFECT, RETRY, stop
from app.kafka.writer import RESTORE

CHUNK_MAX = 1_000  # records
FETCH_WAIT = 50  # ms; a fetch asks only for partitions that nothing is held of, and those it leaves out wait for it
fetcher.PartitionRecords = Unpacked
FIND_BACK_EVERY = 0.2  # seconds
CUT = "its log was cut or made anew, and is read once more from there; what was applied already is no news"
LOOK_EVERY = 0.1  # seconds between two looks at how far the inputs reach


class _Thread(driver.AIOKafkaConsumerThread):
    """Faust lets a fetch wait for 1.5 s: so long would busy partitions stand still beside idle ones.

    And it reads what a producer's transaction took back.
    """

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT
        consumer._isolation_level = "read_committed"
        return consumer


class Consumer(driver.Consumer):
    """Hands chunks to Faust and knows how far each topic-partition reaches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._flight: dict[TP, deque[int]] = defaultdict(deque)
        self._handed: dict[TP, int] = {}
        self._sights: dict[TP, Sight] = {}
        self._looked = 0.0
        self._full: set[TP] = set()
        self._astray = False  # records were taken and not handed over, and the position stands behind them
        super().__init__(*args, **kwargs)

    # --- for the lines ----------------------------------------------------------------------------------------------

    def sight(self, tp: TP) -> Sight | None:
        return self._sights.get(tp)

    def hold(self, tp: TP) -> None:
        """Fetch no more of a topic-partition until `release`."""
        self._full.add(tp)
        self.on_buffer_full(tp)

    def release(self, tp: TP) -> None:
        self._full.discard(tp)
        self.on_buffer_drop(tp)

    def forget(self) -> None:
        """After a drain: nothing is in flight, nobody is full."""
        self._full.clear()
        self._buffered_partitions.clear()
        self._handed.clear()
        self._sights.clear()

    @property
    def _engine(self) -> Any:
        app: Any = self.app
        return app.engine

    def trouble(self) -> str | None:
        """Why the group will never take this worker in, where aiokafka knows and only waits to be asked."""
        fetching: Any = self._thread._consumer
        coordinator = None if fetching is None else fetching._coordinator
        if coordinator is None:
            return None
        if coordinator._coordination_task.done():
            return "the coordination with the group died; the reason stands in the log before this"
        error = coordinator._pending_exception
        return error and f"the group does not take this worker in: {type(error).__name__}: {error}"

    def _new_consumer_thread(self) -> Any:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    # --- Faust's --------------------------------------------------------------------------------------------------

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109  Faust's signature
        if self._astray and not await self._found_back():
            return {}
        got = await self._fetched(active_partitions, timeout)
        chunks = {tp: list(_chunks(records)) for tp, records in got.items()}
        for tp, records in got.items():
            if records:
                await self._go_back(ensure_TP(tp), records[0].offset)
                self._handed[ensure_TP(tp)] = records[-1].offset + 1
        self._look(active_partitions or ())
        return chunks

    async def _fetched(self, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109  as above
        """What aiokafka has. Bytes that are no records end the worker: others may be unpacked and lost by then."""
        try:
            return await super()._getmany(active_partitions, timeout)
        except UnreadableHeader as error:
            stop(DEFECT, str(error))
        except (CorruptRecordException, UnsupportedCodecError, ValueError) as error:
            stop(RETRY, f"fetching records: {type(error).__name__}: {error}")

    async def _go_back(self, tp: TP, first: int) -> None:
        """Records from before what was read mean another log than was read; Faust would drop them without a word."""
        read = self._read_offset[tp]
        if read is None or first >= read:
            return
        told = f"{tp.topic}/{tp.partition} goes on at offset {first}, though offset {read} was reached: {CUT}"
        if tp in self._handed:  # lines hold offsets of the log that was
            await self._commit({tp: first})
            stop(RETRY, told)
        self.log.warning("%s", told)
        self._read_offset[tp] = self._committed_offset[tp] = None

    def _look(self, tps: Iterable[TP]) -> None:
        """Everything before a position was handed over by now: between two fetches it cannot move."""
        if monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = monotonic()
        try:
            fetching: Any = self._thread._consumer
            assignment = fetching._subscription.subscription.assignment
            states = [(tp, assignment.state_value(ensure_aiokafka_TP(tp))) for tp in tps]
        except (AttributeError, AssertionError, IllegalStateError, KeyError):
            return  # between two assignments
        for tp, state in states:
            if state is not None and state.highwater is not None and state.timestamp and state.has_valid_position:
                place = ensure_TP(tp)
                handed = self._handed.get(place, 0)
                self._sights[place] = Sight(state.position, handed, state.highwater, state.timestamp)

    def _to_message(self, tp: Any, record: Any) -> Any:
        read = self._read_offset[tp]
        if type(record) is Chunk and (read is None or record.offset >= read):
            self._flight[ensure_TP(tp)].append(record.offset)
        return super()._to_message(tp, record)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Chunks have no gaps: their offsets commit by the order in which they were handed over."""

    def _new_offset(self, tp: TP) -> int | None:
        queue, acked, last = self._flight[tp], self._acked_index[tp], None
        while queue and queue[0] in acked:
            last = queue.popleft()
            acked.discard(last)
        self._acked[tp] = [offset for offset in self._acked[tp] if offset in acked]
        return None if last is None else last + 1

    async def perform_seek(self) -> None:
        """Stand where the group has committed, before the flow goes on.

        Faust also comes here when a fetch took records while the flow stood still: it drops them, and where this fails
        it only warns. So the next fetch tries again.
        """
        self._astray = True
        self.stop_flow()
        self.app.flow_control.suspend()
        await super().perform_seek()
        self._astray = False
        self._flight.clear()
        self._handed.clear()
        self._sights.clear()

    async def seek_to_committed(self) -> Any:
        """Where nothing was committed yet aiokafka would stay where it is, which is behind what was dropped."""
        offsets: Any = await super().seek_to_committed()
        fetching: Any = self._thread
        fresh = [tp for tp, offset in offsets.items() if not offset and tp.topic in self._engine.topics]
        if fresh:
            await fetching.call_thread(fetching._consumer.seek_to_beginning, *fresh)
        begun = self._engine.begun()
        if read := {tp: offset for tp, offset in offsets.items() if offset and tuple(tp) in begun}:
            starts = await fetching.call_thread(fetching._consumer.beginning_offsets, [*read])
            for tp in (tp for tp, offset in read.items() if offset > starts[tp]):
                told = f"{begun[tuple(tp)]}/{tp.partition} is empty, though {tp.topic}/{tp.partition} was read up to "
                stop(DEFECT, f"{told}{read[tp]}: the topic was deleted, and what it held is lost. {RESTORE}")
        return offsets

    async def _found_back(self) -> bool:
        try:
            await super().perform_seek()
        except (KafkaError, AssertionError) as error:  # a rebalance is on its way, or the broker is away
            self.log.warning("Seeking back before the next fetch: %s: %s", type(error).__name__, error)
            await asyncio.sleep(FIND_BACK_EVERY)
        else:
            self._astray = False
        return not self._astray

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        self._engine.membership.wait()
        if revoked and not self.app.should_stop:
            await self._engine.rest()
            self.stop_flow()
            self.app.flow_control.suspend()
            self.app.flow_control.clear()
            await self.wait_empty()
            await self.commit()  # wait_empty may have joined a commit that began before the last ack
            self.forget()
            await self._engine.hand_over()  # nobody else can own them before we rejoin
        for tp in revoked:
            self._flight.pop(tp, None)
        await super().on_partitions_revoked(revoked)

    def verify_event_path(self, now: float, tp: TP) -> None:
        if tp.topic in self._engine.topics:  # changelogs are never fetched here
            super().verify_event_path(now, tp)

    def on_buffer_drop(self, tp: TP) -> None:
        if tp not in self._full:  # a line, not the channel's queue, says when to go on
            super().on_buffer_drop(tp)

    def highwater(self, tp: TP) -> int:
        try:
            return super().highwater(tp) or 0
        except (AssertionError, IllegalStateError):
            return 0


def _chunks(records: list[Any]) -> Iterable[Chunk]:
    return (Chunk(records[at : at + CHUNK_MAX]) for at in range(0, len(records), CHUNK_MAX))


class Transport(driver.Transport):
    Consumer = Consumer
