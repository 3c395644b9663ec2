"""Many who publish to one partition at once, as the tables of a worker do, over a broker that is slow."""

from __future__ import annotations

import asyncio

import pytest

from app.dev.broker import EmbeddedBroker
from app.kafka.publisher import KafkaPublisher
from app.store.ports import Message
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded
SENDERS = 20


async def test_all_of_many_senders_have_their_turn_however_slow_the_broker_is(
    broker: EmbeddedBroker, by_data: Cluster
) -> None:
    publisher = KafkaPublisher(broker.bootstrap)
    await publisher.start()
    broker.slow_down(300)
    try:
        messages = [Message("alerts", b"PO-1", str(number).encode()) for number in range(SENDERS)]
        await asyncio.gather(*(publisher.publish([message]) for message in messages))
    finally:
        broker.slow_down(0)
        await publisher.stop()
    assert len(await by_data.said("alerts", SENDERS)) == SENDERS
