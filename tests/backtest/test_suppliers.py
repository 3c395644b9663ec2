"""The record of suppliers over a real history, against figures a spreadsheet makes of the same file."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from app.dev import scms
from tests.backtest.support import rows, run
from tests.structure.test_command_line import syncline

HISTORY = Path(__file__).parents[2] / "examples" / "scms-delivery-history.csv.gz"


@pytest.fixture(scope="module")
def backtest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("suppliers") / "out"
    run([json.dumps(event).encode() for event in scms.read(HISTORY)], out, settle=0)
    return out


def lines_and_punctual() -> dict[str, list[int]]:
    """Vendor -> lines, and those delivered by their scheduled day: the columns alone."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    with gzip.open(HISTORY, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            days = (row["Scheduled Delivery Date"], row["Delivered to Client Date"])
            scheduled, delivered = (datetime.strptime(day, "%d-%b-%y") for day in days)  # noqa: DTZ007
            counted[row["Vendor"]][0] += 1
            counted[row["Vendor"]][1] += delivered <= scheduled
    return counted


def test_every_vendor_of_the_history_has_his_record_and_is_as_punctual_as_the_file_says(backtest: Path) -> None:
    expected = lines_and_punctual()
    found = {view["supplier_id"]: view for view in rows(backtest / "tables" / "suppliers.jsonl")}
    assert len(found) == 73
    assert {name: [view["dated"], view["on_time_in_full"]] for name, view in found.items()} == expected
    shares = {name: view["figures"]["on_time_in_full_pct"] for name, view in found.items()}
    assert all(abs(float(shares[name]) - 100 * good / of) < 0.0001 for name, (of, good) in expected.items())


def test_what_tables_tell_each_other_is_no_output_of_a_backtest(backtest: Path) -> None:
    summary = json.loads((backtest / "summary.json").read_text())
    assert summary["tables"]["suppliers"] == 73
    assert set(summary["records"]) == {"purchase-orders", "shipments", "receipts"}
    assert not list(backtest.glob("order-contributions*"))


def test_the_report_prints_the_record_as_columns_csv_and_json(backtest: Path) -> None:
    columns, as_csv, as_json = (
        syncline("report", "suppliers", str(backtest), *form).stdout.splitlines()
        for form in ((), ("--csv",), ("--json",))
    )
    first = json.loads(as_json[0])
    assert first["supplier_id"] == "SCMS from RDC"
    assert columns[1].startswith("SCMS from RDC ")
    assert [len(columns), len(as_csv), len(as_json)] == [74, 74, 73]
    (row,) = csv.DictReader(as_csv[:2])
    assert row["on_time_pct"] == first["figures"]["on_time_pct"]
    assert row["ack_hours"] == ""


def test_a_report_of_what_is_no_backtest_says_so(tmp_path: Path) -> None:
    shown = syncline("report", "suppliers", str(tmp_path))
    assert shown.returncode == 2
    assert shown.stderr.startswith(f"syncline: {tmp_path}")


def test_a_report_without_a_broker_says_that_a_backtest_will_do() -> None:
    shown = syncline("report", "suppliers", KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert shown.returncode == 78
    *_, told = shown.stderr.splitlines()
    assert told.startswith("syncline: no Kafka broker at 127.0.0.1:1 (KAFKA_BOOTSTRAP)")
    assert told.endswith("; without Kafka, give the directory of a backtest")
