"""A worker and the registry its schemas come from: `syncline worker` as it is started, nothing in its place."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.contracts.schemas import shipped
from app.dev.registry import Refused, Registry, serving
from app.store.ports import Message
from app.topics import TOPICS
from tests.engine.apache import free_port
from tests.engine.cluster import Cluster
from tests.support.contracts import encoded, example, key_of

pytestmark = pytest.mark.embedded
ORDERS = TOPICS["purchase-orders"]


class Faltering(Registry):
    """Has every schema, and answers the first questions for one with an error of its own."""

    failures = 2

    def schema(self, schema_id: int) -> object:
        if self.failures:
            self.failures -= 1
            raise Refused(503, 50301, "no leader")
        return super().schema(schema_id)


@asynccontextmanager
async def _worker(cluster: Cluster, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environ = {**os.environ, **cluster.environ, "SCHEMA_REGISTRY_URL": url}
    command = [sys.executable, "-m", "app.cli.main", "worker"]
    worker = await asyncio.create_subprocess_exec(*command, env=environ, stderr=asyncio.subprocess.PIPE)
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.communicate()


async def test_a_registry_that_falters_is_waited_for_and_an_unknown_schema_is_not(by_data: Cluster) -> None:
    value = example(ORDERS.schema)
    order, key = encoded(ORDERS.schema, value), key_of(ORDERS, value).encode()
    unknown = b"\x00\x00\x00\x27\x0f" + order[5:]
    registry = Faltering(shipped())
    async with serving(registry) as url, _worker(by_data, url):
        await by_data.publish([Message(ORDERS.name, key, order), Message(ORDERS.name, key, unknown)])
        (said,) = await by_data.said("po-corrected", 1)
        (letter,) = await by_data.said("dead-letters", 1)
    assert registry.failures == 0
    assert said["value"]["po_number"] == value["po_number"]
    assert letter["value"]["error_class"] == "DECODE"
    assert "9999" in letter["value"]["reason"]


async def test_a_worker_that_starts_before_its_registry_waits_for_it(by_data: Cluster) -> None:
    port, value = free_port(), example(ORDERS.schema)
    order, key = encoded(ORDERS.schema, value), key_of(ORDERS, value).encode()
    async with _worker(by_data, f"http://127.0.0.1:{port}") as worker:
        assert worker.stderr is not None
        assert b"syncline worker waits: no schema registry" in await worker.stderr.readline()
        async with serving(port=port):
            await by_data.publish([Message(ORDERS.name, key, order)])
            (said,) = await by_data.said("po-corrected", 1)
    assert said["value"]["po_number"] == value["po_number"]


async def test_a_worker_that_waits_for_its_broker_says_so_itself_and_ends_when_told_to(by_data: Cluster) -> None:
    by_data.environ["KAFKA_BOOTSTRAP"] = f"127.0.0.1:{free_port()}"
    async with _worker(by_data, "http://127.0.0.1:1") as worker:
        assert worker.stderr is not None
        assert (await worker.stderr.readline()).startswith(b"syncline worker waits: no Kafka broker")
        worker.terminate()
        assert await worker.wait() == 143


async def test_a_worker_does_not_start_where_its_schemas_are_not_registered(by_data: Cluster) -> None:
    async with serving(Registry()) as url, _worker(by_data, url) as worker:
        _, told = await worker.communicate()
    assert worker.returncode == 78
    assert b"run `syncline schemas register`" in told
