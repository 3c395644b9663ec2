"""One file told in two orders, and one file told twice."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from app.contracts.times import parse_time
from app.dev import scms
from app.dev.simulator.faults import NAMES
from tables import TABLES
from tests.backtest.support import files, rows, run, simulated

EVENTS = 6_000
WITHIN = 10 * 60_000  # ms: less than the shortest grace
HISTORY = Path(__file__).parents[2] / "examples" / "scms-delivery-history.csv.gz"
# Whether a record lies behind the horizon depends on what was held when it came: the one fault bound to its place.
FAULTS = ",".join(f"{name}=0.01" for name in NAMES if name != "stale")


def permuted(lines: list[bytes], seed: int) -> list[bytes]:
    """Lines moved by less than the shortest grace."""
    draw = Random(seed)
    newest, keyed = 0, []
    for line in lines:
        value = json.loads(line).get("value") or {}
        newest = max(newest, parse_time(value["record_time"]) if "record_time" in value else 0)
        keyed.append((newest + draw.randrange(WITHIN), line))
    return [line for _, line in sorted(keyed, key=lambda pair: pair[0])]


@pytest.mark.parametrize("seed", [1, 2])
def test_two_permutations_within_the_grace_end_in_the_same_tables_and_open_alerts(seed: int, tmp_path: Path) -> None:
    simulated(tmp_path / "events", EVENTS, seed, FAULTS)
    lines = (tmp_path / "events").read_bytes().splitlines()
    for name in ("one", "other"):
        run(permuted(lines, seed + len(name)), tmp_path / name)
    for table in ("positions", "purchase-orders", "masters"):
        one, other = (rows(tmp_path / name / "tables" / f"{table}.jsonl") for name in ("one", "other"))
        assert one == other


def test_any_permutation_at_all_ends_in_the_same_tables(tmp_path: Path) -> None:
    simulated(tmp_path / "events", EVENTS // 2, 4, FAULTS)
    lines = (tmp_path / "events").read_bytes().splitlines()
    for name in ("one", "other"):
        run(lines, tmp_path / name)
        Random(4).shuffle(lines)
    for table in TABLES:
        one, other = (rows(tmp_path / name / "tables" / f"{table.name}.jsonl") for name in ("one", "other"))
        assert one == other


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    simulated(tmp_path / "events", EVENTS, 3, FAULTS)
    lines = (tmp_path / "events").read_bytes().splitlines()
    for name in ("one", "other"):
        run(lines, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_the_delivery_history_shows_what_is_known_of_it(tmp_path: Path) -> None:
    lines = [json.dumps(event).encode() for event in scms.read(HISTORY)]
    summary = run(lines, tmp_path / "out", settle=0)
    assert summary["records"] == {"purchase-orders": 6_233, "receipts": 7_030, "shipments": 7_030}
    assert summary["tables"]["purchase-orders"] == 6_233
    assert summary["alerts"]["SHIPPED_BEFORE_ORDERED"] == {"OPEN": 5}
    assert summary["dead_letters"] == {}
