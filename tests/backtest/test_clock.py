"""The clock of a backtest: the highest record_time accepted so far, whoever wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.contracts.times import parse_time
from tests.backtest.support import rows, run
from tests.support.contracts import RECORDS, example, key_of


def told(schema: str, **changed: Any) -> bytes:
    value, topic = example(schema) | changed, RECORDS[schema]
    return json.dumps({"topic": topic.name, "key": key_of(topic, value), "value": value}).encode()


def test_records_that_no_table_follows_let_time_pass(tmp_path: Path) -> None:
    issue = told("inventory_event", movement="ISSUE", record_time="2026-01-05T08:00:00Z")
    master = told("supplier_master", record_time="2026-01-06T08:00:00Z")
    summary = run([issue, master], tmp_path / "out", settle=0)
    assert summary["clock"] == parse_time("2026-01-06T08:00:00Z")
    assert summary["alerts"] == {"NEGATIVE_STOCK": {"OPEN": 1}}


def test_refused_records_let_no_time_pass(tmp_path: Path) -> None:
    issue = told("inventory_event", movement="ISSUE", record_time="2026-01-05T08:00:00Z")
    refused = told("inventory_event", purpose="CANCEL", record_time="2026-01-06T08:00:00Z")
    summary = run([issue, refused], tmp_path / "out", settle=0)
    assert summary["clock"] == parse_time("2026-01-05T08:00:00Z")
    assert rows(tmp_path / "out" / "alerts.jsonl") == []
