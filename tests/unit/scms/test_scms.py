"""The delivery history becomes events: all of it, the same every time, with what was assumed said aloud."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from app.contracts.encode import Encoder
from app.contracts.fileform import parse
from app.contracts.schemas import LocalSchemas
from app.dev import scms
from app.dev.scms.summary import before_order, lateness
from app.errors import UsageError

FILE = Path(__file__).resolve().parents[3] / "examples" / "scms-delivery-history.csv.gz"


@pytest.fixture(scope="module")
def history() -> scms.History:
    return scms.load(FILE)


def _written(tmp_path: Path, **changes: str) -> Path:
    """The first row of the history, with some cells changed."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        row = next(iter(csv.DictReader(file)))
    path = tmp_path / "one.csv"
    with path.open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        writer.writeheader()
        writer.writerow({**row, **changes})
    return path


def test_every_row_becomes_part_of_an_order_a_notice_and_a_receipt(history: scms.History) -> None:
    events = scms.events(history)
    assert not history.rejected
    assert Counter(event["topic"] for event in events) == {
        "purchase-orders": 6233,
        "shipments": 7030,
        "receipts": 7030,
    }
    for topic in ("purchase-orders", "shipments", "receipts"):
        assert sum(len(event["value"]["lines"]) for event in events if event["topic"] == topic) == 10_324


def test_the_same_file_gives_the_same_bytes(history: scms.History) -> None:
    encode = msgspec.json.encode
    assert [encode(event) for event in scms.read(FILE)] == [encode(event) for event in scms.events(history)]


def test_every_event_keeps_the_contract_and_has_its_own_id(history: scms.History) -> None:
    events = scms.events(history)
    encoder = Encoder(LocalSchemas().ids())
    for event in events[::50]:
        assert parse(msgspec.json.encode(event), encoder).value
    assert len({event["value"]["event_id"] for event in events}) == len(events)


def test_events_come_in_the_order_in_which_they_were_written_down(history: scms.History) -> None:
    times = [event["value"]["record_time"] for event in scms.events(history)]
    assert times == sorted(times)


def test_an_order_nobody_dated_has_no_order_date(tmp_path: Path) -> None:
    order = next(iter(scms.read(_written(tmp_path))))["value"]
    assert "order_date" not in order
    assert order["event_time"] == "2006-06-02T00:00:00Z"


def test_an_order_is_dated_on_the_day_it_was_sent(tmp_path: Path) -> None:
    order = next(iter(scms.read(_written(tmp_path, **{"PO Sent to Vendor Date": "4/19/06"}))))["value"]
    assert order["order_date"] == "2006-04-19"
    assert order["event_time"] == "2006-04-19T00:00:00Z"


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("Delivered to Client Date", "Date Not Captured", "Delivered to Client Date: not captured"),
        ("Scheduled Delivery Date", "31-Feb-06", "Scheduled Delivery Date: not a date"),
        ("Line Item Quantity", "many", "Line Item Quantity: not a decimal"),
        ("Line Item Quantity", "-3", "Line Item Quantity: negative"),
        ("PO / SO #", "", "PO / SO #: empty"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_with_its_reason(
    tmp_path: Path, column: str, cell: str, reason: str
) -> None:
    found = scms.load(_written(tmp_path, **{column: cell}))
    assert not found.deliveries
    assert found.rejected == [scms.Rejected(2, "1", reason)]


def test_lines_delivered_before_their_order_was_sent_are_named(history: scms.History) -> None:
    assert [line.id for line in before_order(history.deliveries)] == ["4190", "4432", "13148", "25539", "52710"]


def test_lateness_counts_every_shipment_once(history: scms.History) -> None:
    rows = lateness(history.deliveries)
    assert sum(row.shipments for row in rows) == 7030
    assert rows[0].vendor == "SCMS from RDC"
    assert all(row.late <= row.shipments for row in rows)


def test_the_summary_counts_and_says_what_was_assumed(history: scms.History) -> None:
    text = "\n".join(scms.summary(history, scms.events(history)))
    assert "10324 rows: 10324 used, 0 rejected" in text
    assert "lines delivered late 1186, early 2814; recorded after the day of delivery 1908" in text
    assert "orders without a date of sending" in text


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="no column"):
        scms.load(tmp_path / "other.csv")
