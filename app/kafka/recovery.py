"""Bulk recovery in the place of Faust's, which reads a record at a time and waits for ever on compacted tails."""

from __future__ import annotations

from typing import Any

from aiokafka.errors import IllegalStateError, ProducerFenced
from faust.tables.manager import TableManager as FaustTableManager
from faust.tables.recovery import RebalanceAgain, Recovery, ServiceStopped
from faust.transport.drivers.aiokafka import ensure_aiokafka_TP
from faust.types import TP
from mode import Service

from app.errors import ChangelogCorrupt
from app.kafka.engine import Place
from app.kafka.stop import DEFECT, RETRY, reason, stop


class BulkRecovery(Recovery):
    """Loads what was assigned through the engine; the rest of the rebalance is Faust's."""

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        app: Any = self.app
        self._assigned = app.assignor.assigned_actives()  # as they are when Faust takes the changelogs out of them
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    @Service.task
    async def _restart_recovery(self) -> None:
        while not self.should_stop:
            begin: Any = self.signal_recovery_start
            if await self.wait_for_stopped(begin):
                break
            self.signal_recovery_start.clear()
            generation = self._generation_id
            try:
                self._set_recovery_started()
                await self._wait(self._load())
                await self._wait(self.on_recovery_completed(generation))
                self._working(generation)
            except (RebalanceAgain, IllegalStateError, ProducerFenced):
                continue  # fenced: a newer generation exists, its rebalance is on the way
            except ServiceStopped:
                break
            except ChangelogCorrupt as error:
                stop(DEFECT, str(error))
            except Exception as error:  # Faust would live on, owning nothing
                stop(RETRY, f"taking partitions over: {reason(error)}")

    @Service.task
    async def _slurp_changelogs(self) -> None:
        """Changelogs are read in bulk, not fetched by the consumer."""

    async def _load(self) -> None:
        # Faust's own pause only hides records: without this aiokafka would prefetch every changelog again.
        app: Any = self.app
        thread, changelogs = app.consumer._thread, self.tables._changelogs
        await thread.call_thread(thread._consumer.pause, *map(ensure_aiokafka_TP, self.active_tps))
        places = {Place(changelogs[tp.topic].name, tp.partition) for tp in self.active_tps}
        if wrong := app.engine.unlike(places, self._assigned):
            stop(RETRY, wrong)
        await app.engine.own(places)

    def _working(self, generation: int) -> None:
        app: Any = self.app
        if app.consumer_generation_id == generation:  # else the next rebalance has begun
            app.engine.working()


class TableManager(FaustTableManager):
    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = BulkRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery

    async def on_start(self) -> None:
        """Faust waits a second here for tables that modules may still declare; ours stand before the start."""
        await self._update_channels()
        await self.recovery.start()
