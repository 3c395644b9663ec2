"""The Faust app: its settings, and the places where it hands over to the engine."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterable
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import quote

import faust
from faust.types import TP

from app.kafka.chunks import ChunkSchema
from app.kafka.engine import Engine, WorkerMeter
from app.kafka.gate import Sight
from app.kafka.names import changelog
from app.kafka.recovery import TableManager
from app.kafka.stop import RETRY, stop
from app.kafka.transport import Transport
from app.settings import Settings
from app.store.table import Table

TICK = 1.0  # seconds
STOP_WITHIN = 20.0  # seconds; Kubernetes kills 30 s after SIGTERM
RENEW_CHECK = 3_600.0  # seconds
WATCH = 1.0  # seconds between two looks at the worker's standing in its group
TROUBLED = 3  # looks at the same trouble until the worker ends
COLLECT = (100_000, 50, 100)  # a turn makes many objects and no cycles: Python's default looks for them all the time
POLL_RECORDS = 2_000  # that leave the fetched bytes at once; the rest stays there, packed
CHANNEL_CHUNKS = 8  # chunks in the channel before a table's lines
Agent = Callable[["Application"], None]


class Application(faust.App):
    """One worker. Agents register their table with `follow`."""

    engine: Engine

    def follow(self, table: Table) -> Any:
        """The channel of all topics of a table, whose events are chunks; each goes to `feed`."""
        self.engine.tables[table.name] = table
        name = changelog(self.conf.id, table)
        kept = self.Table(table.name, partitions=self.engine.settings.partitions)
        if kept.changelog_topic.get_topic_name() != name:
            raise RuntimeError(f"Faust calls the changelog of {table.name} {kept.changelog_topic.get_topic_name()}")
        return self.topic(*table.topics, schema=ChunkSchema(), maxsize=CHANNEL_CHUNKS)

    def feed(self, table: Table, event: Any) -> None:
        """Never raises: Faust would acknowledge the chunk and skip it."""
        try:
            self.engine.feed(table, event.message.partition, event, event.value)
        except Exception as error:
            stop(RETRY, f"table {table.name}, partition {event.message.partition}: {type(error).__name__}: {error}")

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""

    async def on_start(self) -> None:
        gc.set_threshold(*COLLECT)
        await self.engine.publisher.start()
        await super().on_start()
        self.add_future(_watch(self))  # at once: tasks begin only after the first take-over

    async def on_shutdown(self) -> None:
        await super().on_shutdown()
        await self.engine.end()

    async def _stop_consumer(self) -> None:
        await self.engine.rest()
        await super()._stop_consumer()
        await self.engine.hand_over_for_good()  # still in the group: nobody else owns them yet


class Worker(faust.Worker):
    """Ends when everything is handed over; Faust's waits two seconds more, which a restart would stand still.

    Where the broker is away it would wait for it, and be killed: it says so and ends, and recovery does the rest.
    """

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        limit = Timer(
            STOP_WITHIN, stop, (RETRY, f"nothing was handed over within {STOP_WITHIN:.0f} s of {signal.name}")
        )
        limit.daemon = True
        limit.start()
        super()._schedule_shutdown(signal)

    def _gather_all(self) -> None:
        for task in asyncio.all_tasks(loop=self.loop):
            task.cancel()

    async def _sentinel_task(self) -> None:
        """Nothing is left to wait for."""


class ConsumerInputs:
    """The lines' view of Faust's consumer."""

    def __init__(self, app: Application) -> None:
        self.app = app

    def pause(self, topic: str, partition: int) -> None:
        self._consumer.hold(TP(topic, partition))

    def resume(self, topic: str, partition: int) -> None:
        self._consumer.release(TP(topic, partition))

    def sight(self, topic: str, partition: int) -> Sight | None:
        found: Sight | None = self._consumer.sight(TP(topic, partition))
        return found

    @property
    def _consumer(self) -> Any:
        return self.app.consumer


FAUST: dict[str, Any] = {  # what is the same wherever a worker runs
    "store": "memory://",
    "TableManager": TableManager,
    "processing_guarantee": "at_least_once",
    "stream_wait_empty": True,
    "stream_recovery_delay": 0.0,
    "consumer_auto_offset_reset": "earliest",
    "consumer_max_fetch_size": 4 << 20,
    "broker_max_poll_records": POLL_RECORDS,
    "broker_commit_interval": 1.0,
    "broker_commit_every": 50,
    "broker_heartbeat_interval": 0.3,  # the others learn by it that they must stand still
    "broker_rebalance_timeout": 60.0,
    "consumer_metadata_max_age_ms": 60_000,  # until it is noticed that a topic vanished or has other partitions
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "table_standby_replicas": 0,
    "producer_request_timeout": 60.0,
    "web_enabled": False,
    "worker_redirect_stdouts": False,
}


def application(settings: Settings, schemas: Any, agents: Iterable[Agent], meter: WorkerMeter) -> Application:
    """A worker ready to be started."""
    session = settings.session_timeout / 1000
    app = Application(
        settings.application_id,
        broker=[f"kafka://{server.strip()}" for server in settings.kafka_bootstrap.split(",")],
        broker_session_timeout=session,
        broker_request_timeout=max(90.0, session + 30.0),
        **FAUST,
        **_static(settings.instance_id),
    )
    app.engine = Engine(settings, schemas, ConsumerInputs(app), meter)
    app.transport = Transport(app.conf.broker_consumer, app)
    for agent in agents:
        agent(app)
    app.task(_ticks)
    app.task(_renewals)
    return app


def _static(instance_id: str) -> dict[str, Any]:
    """Settings of a static member. Its URL follows it to other hosts: Faust gives up a member that changes its own."""
    if not instance_id:
        return {}
    return {"consumer_group_instance_id": instance_id, "canonical_url": f"http://worker/{quote(instance_id, safe='')}"}


async def _ticks(app: Application) -> None:
    while not app.should_stop:
        due = monotonic() + TICK
        await asyncio.sleep(TICK)
        app.engine.tick(due)


async def _renewals(app: Application) -> None:
    while not app.should_stop:
        await asyncio.sleep(RENEW_CHECK)
        try:
            await app.engine.renew()
        except Exception as error:
            stop(RETRY, f"renewing the changelog writers: {type(error).__name__}: {error}")


async def _watch(app: Application) -> None:
    """A worker that its group does not know lives on in silence: end it, so that it starts anew."""
    troubled = 0
    while not app.should_stop:
        await asyncio.sleep(WATCH)
        consumer: Any = app.consumer
        trouble = None if app.should_stop else consumer.trouble()
        troubled = troubled + 1 if trouble else 0
        if reason := (trouble if troubled >= TROUBLED else app.engine.membership.stuck()):
            stop(RETRY, reason)
