"""Masters in a file of events: they concern what stands, and what comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.backtest.support import rows, run

KEY = "GLOVES-M@ICU"


def line(topic: str, key: str, day: int, **value: Any) -> bytes:
    time = f"2026-01-{day:02}T08:00:00Z"
    envelope = {"event_id": f"{topic}-{key}-{day}", "source_system": "mdm", "event_time": time, "record_time": time}
    return json.dumps({"topic": topic, "key": key, "value": {**envelope, **value}}).encode()


def issue(day: int) -> bytes:
    ids = {"item_id": "GLOVES-M", "location_id": "ICU"}
    return line("inventory-events", KEY, day, **ids, movement="ISSUE", quantity="5", uom="EA")


def item(day: int, **said: Any) -> bytes:
    fixed = {"item_id": "GLOVES-M", "version": day, "description": "Glove", "base_uom": "EA", "valid_from": 0}
    return line("item-master", "GLOVES-M", day, **fixed, **said)


def place(day: int, **said: Any) -> bytes:
    fixed = {"location_id": "ICU", "version": day, "facility_id": "H1", "kind": "PAR"}
    return line("location-master", "ICU", day, **fixed, **said)


def alerts(lines: list[bytes], out: Path) -> list[tuple[str, str, str]]:
    run(lines, out)
    told = [row["value"] for row in rows(out / "alerts.jsonl") if row["value"]["code"] == "NEGATIVE_STOCK"]
    return [(alert["last_seen"][:10], alert["severity"], alert["state"]) for alert in told]


def test_masters_that_come_after_the_movements_change_what_was_said_of_them(tmp_path: Path) -> None:
    assert alerts([issue(5), item(6, critical=True), place(7, perpetual=False)], tmp_path / "out") == [
        ("2026-01-05", "WARN", "OPEN"),
        ("2026-01-06", "HIGH", "OPEN"),
        ("2026-01-07", "HIGH", "HEALED"),
    ]


def test_masters_that_came_before_count_at_once_and_no_copy_does(tmp_path: Path) -> None:
    assert alerts([place(4, perpetual=False), place(5, role="COPY"), issue(6)], tmp_path / "out") == []


def test_a_tombstone_brings_the_default_back(tmp_path: Path) -> None:
    gone = b'{"topic": "location-master", "key": "ICU", "value": null}'
    assert alerts([place(4, perpetual=False), issue(6), gone, issue(7)], tmp_path / "out") == [
        ("2026-01-06", "WARN", "OPEN")
    ]


def test_one_run_knows_nothing_of_another(tmp_path: Path) -> None:
    assert alerts([place(4, perpetual=False), issue(6)], tmp_path / "one") == []
    assert len(alerts([issue(6)], tmp_path / "other")) == 1


def test_views_show_what_counts_and_who_holds_what(tmp_path: Path) -> None:
    run([place(4), place(5, role="COPY")], tmp_path / "out")
    view = rows(tmp_path / "out" / "tables" / "masters.jsonl")[0]
    assert (view["location"]["master"]["version"], view["location"]["master"]["kind"]) == (4, "PAR")
    assert view["location"]["copies"] == [{"source_system": "mdm", "version": 5}]
