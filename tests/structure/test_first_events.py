"""What the README lets a newcomer type, and what it promises to show."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = f"{shlex.quote(sys.executable)} -m app.cli.main"
TYPED = [
    line.partition("#")[0].strip()
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("    ") and "syncline backtest" in line
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory in which everything that the README types about backtests was typed."""
    here = tmp_path_factory.mktemp("newcomer")
    for command in TYPED:
        typed = command.replace(".venv/bin/syncline", PROGRAM).replace("--out ", f"--out {here}/")
        subprocess.run(["bash", "-o", "pipefail", "-c", typed], cwd=ROOT, check=True)
    return here


def rows(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [line.get("value", line) for line in lines]


def test_the_readme_types_three_backtests() -> None:
    assert [command.split("--out ")[1].split()[0] for command in TYPED] == ["result", "backwards", "other"]


def test_the_tables_are_those_of_the_readme_in_either_order_of_arrival(results: Path) -> None:
    for told in ("result", "backwards"):
        [position] = rows(results / told / "tables" / "positions.jsonl")
        [order] = rows(results / told / "tables" / "purchase-orders.jsonl")
        [line] = order["lines"]
        assert (position["on_hand"], line["ordered"], line["received_good"]) == ("12", "80", "90")
        assert [alert["code"] for alert in order["open_alerts"]] == ["OVER_RECEIPT"]


def test_the_outputs_tell_the_story_of_the_readme(results: Path) -> None:
    assert [entry["balance_after"] for entry in rows(results / "result" / "inventory-corrected.jsonl")][-2:] == [
        "-3",
        "12",
    ]
    assert [word["lines"][0]["ordered"] for word in rows(results / "result" / "po-corrected.jsonl")] == [
        "100",
        "80",
        "80",
    ]
    told = Counter((alert["code"], alert["state"]) for alert in rows(results / "result" / "alerts.jsonl"))
    assert told["NEGATIVE_STOCK", "HEALED"] == 1
    assert told["ACK_STUCK", "OPEN"] == told["ACK_STUCK", "HEALED"] == 2
    [letter] = rows(results / "result" / "dead-letters.jsonl")
    assert letter["reason"].startswith("quantity: 'a few'")


def test_a_wider_tolerance_opens_no_alert(results: Path) -> None:
    [order] = rows(results / "other" / "tables" / "purchase-orders.jsonl")
    assert order["open_alerts"] == []
