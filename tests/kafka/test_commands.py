"""The commands as an operator types them, from an empty cluster to a corrected stream."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import feed
from tests.engine.apache import ApacheKafka, free_port
from tests.engine.cluster import PATIENCE

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
SYNCLINE = [sys.executable, "-m", "app.cli.main"]


class Shell:
    """`syncline` in the environment of one cluster and one registry."""

    def __init__(self, bootstrap: str, registry: str) -> None:
        names = {"KAFKA_BOOTSTRAP": bootstrap, "SCHEMA_REGISTRY_URL": registry, "SYNCLINE_PARTITIONS": "2"}
        self.environ = {**os.environ, **names}
        self.started: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [*SYNCLINE, *words]
        return subprocess.run(
            command, input=stdin, env=self.environ, capture_output=True, timeout=PATIENCE, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        self.started.append(subprocess.Popen([*SYNCLINE, *words], env=self.environ, stdout=pipe, stderr=pipe))
        return self.started[-1]

    def end(self) -> None:
        """Nothing that was started outlives its test, whatever became of it."""
        for process in self.started:
            process.kill()
            process.communicate()


@pytest.fixture
def shell(kafka: ApacheKafka) -> Iterator[Shell]:
    port = free_port()
    shell = Shell(kafka.bootstrap, f"http://127.0.0.1:{port}")
    registry = shell.start("registry", "--port", str(port))
    try:
        assert registry.stdout is not None
        assert registry.stdout.readline().strip().decode() == f"http://127.0.0.1:{port}"
        yield shell
    finally:
        shell.end()


def test_from_an_empty_cluster_to_a_corrected_stream(shell: Shell, tmp_path: Path) -> None:
    absent = shell.run("topics", "check")
    assert absent.returncode == 78
    assert b"inventory-events: absent; run `syncline topics create`" in absent.stderr
    assert shell.run("worker").returncode == 78
    assert shell.run("topics", "create").returncode == 0
    assert shell.run("topics", "check").returncode == 0
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(feed.series("ITEM-1@MAIN", 5)))
    assert shell.run("produce", str(events)).returncode == 0
    worker = shell.start("worker")
    tail = shell.start("tail", "inventory-corrected", "--from-beginning")
    assert tail.stdout is not None
    lines = [json.loads(tail.stdout.readline()) for _ in range(5)]
    for process in (tail, worker):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert [line["value"]["balance_after"] for line in lines] == ["1", "2", "3", "4", "5"]
    assert tail.returncode == 130


def test_lines_that_no_schema_can_encode_are_named_and_the_others_are_sent(shell: Shell) -> None:
    assert shell.run("topics", "create").returncode == 0
    good, *_ = feed.series("ITEM-1@MAIN", 1)
    raw = b'{"topic": "inventory-events", "key": "X", "raw": "AAAA"}'
    tombstone = b'{"topic": "item-master", "key": "ITEM-1", "value": null}'
    lines = [good, b"no json", b'{"topic": "elsewhere", "key": "X", "value": {}}', raw, tombstone]
    sent = shell.run("produce", "-", stdin=b"\n".join(lines))
    assert sent.returncode == 1
    assert b"line 2: not a line of JSON" in sent.stderr
    assert b"line 3: topic 'elsewhere'" in sent.stderr
    assert b"3 records sent, 2 lines refused" in sent.stderr
    printed = shell.run("tail", "inventory-events", "--from-beginning", "--until-end").stdout.splitlines()
    shown = {json.loads(line)["key"]: json.loads(line) for line in printed}
    assert shown["X"]["raw"] == "AAAA"
    assert shown["ITEM-1@MAIN"]["value"]["quantity"] == "1"
    assert len(printed) == 2
    [gone] = shell.run("tail", "item-master", "--from-beginning", "--until-end").stdout.splitlines()
    assert json.loads(gone)["value"] is None


def test_a_topic_that_is_not_there_cannot_be_printed(shell: Shell) -> None:
    found = shell.run("tail", "nothing", "--until-end")
    assert found.returncode == 2
    assert b"nothing: no such topic" in found.stderr
