"""The ceiling: one hand-written loop with our decode, apply and batches; no Faust, no line of its own, no fence."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.domain.policy import Policy
from app.flow import Lane
from app.kafka.application import COLLECT
from app.kafka.batches import producer, send
from app.kafka.names import changelog, history
from app.kafka.publisher import KafkaPublisher
from app.store.partition import Partition
from app.store.ports import Group, Row
from bench.peers.balance import Asked, asked
from tables import POSITIONS

TURN = 2_000  # records of a partition
COMMIT_EVERY = 1.0  # seconds


class Changelog:
    """One partition's rows, through the producer that all share."""

    def __init__(self, via: AIOKafkaProducer, application: str, partition: int) -> None:
        self.via, self.partition = via, partition
        self.changelog, self.history = changelog(application, POSITIONS), history(application, POSITIONS) or ""

    async def write(self, groups: Sequence[Group]) -> None:
        await send(self.via, self.changelog, self.partition, ([(k, v, ()) for k, v in group] for group in groups))

    async def seal(self, rows: Sequence[Row]) -> None:
        await send(self.via, self.history, self.partition, ([(key, value, ())] for key, value in rows))


async def run(told: Asked) -> None:
    via, publisher = producer(told.bootstrap), KafkaPublisher(told.bootstrap)
    consumer = AIOKafkaConsumer(
        told.input,
        bootstrap_servers=told.bootstrap,
        group_id=told.application,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=45_000,  # as Java's consumers; the loop may be long between two heartbeats
    )
    await asyncio.gather(via.start(), publisher.start(), consumer.start())
    schemas = LocalSchemas()
    decoder, encoder = Decoder(schemas), Encoder(schemas.ids())
    lanes = [
        Lane(Partition(POSITIONS), decoder, encoder, schemas, Policy(), Changelog(via, told.application, n), publisher)
        for n in range(told.partitions)
    ]
    await _loop(consumer, lanes)


async def _loop(consumer: Any, lanes: Sequence[Lane]) -> None:
    committed = monotonic()
    while True:
        got = await consumer.getmany(timeout_ms=200, max_records=TURN * len(lanes))
        await asyncio.gather(*(_turns(lanes[place.partition], records) for place, records in got.items()))
        if monotonic() - committed > COMMIT_EVERY:
            await consumer.commit()
            committed = monotonic()


async def _turns(lane: Lane, records: Sequence[Any]) -> None:
    for at in range(0, len(records), TURN):
        await lane.turn(records[at : at + TURN])


if __name__ == "__main__":
    gc.set_threshold(*COLLECT)
    asyncio.run(run(asked()))
