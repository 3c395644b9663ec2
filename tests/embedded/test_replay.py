"""`syncline dead-letters replay` over a broker and a registry: refused, sent again, refused again, known to be so."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from pathlib import Path

import pytest

from app.backtest import Settle, execute, prepare
from app.backtest.ports import FileRecord
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.dev.registry import serving
from app.domain.codes import ErrorClass
from app.domain.policy import Policy
from app.flow.dead_letters import ATTEMPTS, REPLAY_OF, bury
from app.store.ports import Message
from tables import TABLES
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded
RECORDS = [
    FileRecord("po-acks", 3, b"PO-1", b"no Avro", (("trace", b"1"),)),
    FileRecord("po-acks", 4, b"key \xff", b"\x01\xff?", partition=1),
    FileRecord("invoices", 9, b"PO-2", None),
]


async def _replay(cluster: Cluster, url: str, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "app.cli.main", "dead-letters", "replay", *options]
    environ = {**os.environ, **cluster.environ, "SCHEMA_REGISTRY_URL": url}
    shell = await asyncio.create_subprocess_exec(*command, env=environ, stderr=asyncio.subprocess.PIPE)
    _, told = await shell.communicate()
    return shell.returncode or 0, told.decode()


async def _bury_all(cluster: Cluster) -> None:
    encoder = Encoder(LocalSchemas().ids())
    letters = [bury(record, ErrorClass.DECODE, "as it was") for record in RECORDS]
    await cluster.publish([Message("dead-letters", x.key, encoder.encode("dead-letters", x)) for x in letters])


async def test_what_is_selected_goes_back_to_its_topic_byte_for_byte(by_data: Cluster) -> None:
    await _bury_all(by_data)
    async with serving() as url:
        assert await _replay(by_data, url, "--topic", "po-acks") == (0, "3 read, 2 selected, 2 sent\n")
        assert await _replay(by_data, url, "--topic", "invoices", "--dry-run") == (0, "3 read, 1 selected, 0 sent\n")
    acks = {line["headers"][REPLAY_OF]: line for line in await by_data.said("po-acks", 2)}
    assert acks["po-acks/0/3"] == {
        "topic": "po-acks",
        "key": "PO-1",
        "raw": base64.b64encode(b"no Avro").decode(),
        "headers": {"trace": "1", REPLAY_OF: "po-acks/0/3", ATTEMPTS: "1"},
    }
    assert base64.b64decode(acks["po-acks/1/4"]["key_raw"]) == b"key \xff"
    assert await by_data.said("invoices") == []


async def test_a_line_that_a_backtest_refused_goes_to_its_topic_under_its_key(by_data: Cluster, tmp_path: Path) -> None:
    bad = b'{"topic": "po-acks", "key": "PO-1", "value": {"quantity": "a few"}}'
    out = tmp_path / "result"
    prepare(out, TABLES)
    await execute([bad + b"\n"], out, TABLES, Policy(), Settle(0))
    async with serving() as url:
        assert await _replay(by_data, url, "--from", str(out / "dead-letters.jsonl")) == (
            0,
            "1 read, 1 selected, 1 sent\n",
        )
    (line,) = await by_data.said("po-acks", 1)
    assert (line["key"], base64.b64decode(line["raw"])) == ("PO-1", bad)


async def test_a_tombstone_goes_back_as_a_tombstone(by_data: Cluster) -> None:
    await _bury_all(by_data)
    async with serving() as url:
        assert await _replay(by_data, url, "--topic", "invoices") == (0, "3 read, 1 selected, 1 sent\n")
    (line,) = await by_data.said("invoices", 1)
    assert line["value"] is None


async def test_without_dead_letters_there_is_nothing_to_send(by_data: Cluster) -> None:
    async with serving() as url:
        assert await _replay(by_data, url) == (0, "0 read, 0 selected, 0 sent\n")


async def test_without_a_registry_it_says_so(by_data: Cluster) -> None:
    await _bury_all(by_data)
    async with serving() as gone:
        pass
    code, told = await _replay(by_data, gone)
    assert code == 78
    assert f"syncline: no schema registry at {gone} (SCHEMA_REGISTRY_URL)" in told


async def test_without_a_broker_it_says_so() -> None:
    async with serving() as url:
        with Cluster("127.0.0.1:1", 1) as nowhere:
            code, told = await _replay(nowhere, url)
    assert code == 78
    assert "syncline: no Kafka broker at 127.0.0.1:1 (KAFKA_BOOTSTRAP)" in told
