"""A score counts what was found, what was missed and what was said without need, and compares tables with the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.backtest import Settle, execute, prepare
from app.contracts.times import parse_time
from app.dev.simulator import Plan, simulate
from app.dev.simulator.faults import parse_rates
from app.dev.simulator.labels import DEAD_LETTER, Label
from app.dev.simulator.score import Score, report, score
from app.domain.policy import DAY, Policy
from app.errors import UsageError
from tables import TABLES


def _write(path: Path, lines: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def _alert(code: str, key: str, evidence: str, state: str = "OPEN") -> dict[str, Any]:
    return {"value": {"code": code, "entity_id": key, "evidence": evidence, "state": state}}


def _score(
    tmp_path: Path,
    alerts: Iterable[Any] = (),
    labels: Iterable[Label] = (),
    letters: Iterable[int] = (),
    views: Iterable[Any] = (),
    truth: Iterable[Any] = (),
    clock: int = 0,
) -> Score:
    _write(tmp_path / "alerts.jsonl", alerts)
    _write(tmp_path / "dead-letters.jsonl", ({"value": {"offset": offset}} for offset in letters))
    for table in ("positions", "purchase-orders"):
        _write(tmp_path / "tables" / f"{table}.jsonl", views)
    (tmp_path / "summary.json").write_bytes(msgspec.json.encode({"clock": clock}))
    return score(tmp_path, _write(tmp_path / "labels", labels), _write(tmp_path / "truth", truth))


def test_an_alert_that_was_asked_for_is_found(tmp_path: Path) -> None:
    result = _score(tmp_path, [_alert("SEQ_GAP", "K", "wms")], [Label("gap", "SEQ_GAP", "K", "wms", open_at_end=True)])
    assert (result.rows[0].injected, result.rows[0].found, result.rows[0].extra) == (1, 1, 0)
    assert result.good


def test_an_alert_that_never_came_is_missed(tmp_path: Path) -> None:
    result = _score(tmp_path, [], [Label("gap", "SEQ_GAP", "K", "wms")])
    assert result.rows[0].missed == 1
    assert not result.good


def test_an_alert_nobody_asked_for_is_extra_unless_it_may_come(tmp_path: Path) -> None:
    alerts = [_alert("NEGATIVE_STOCK", "K", "AVAILABLE/EA")]
    assert _score(tmp_path, alerts).rows[0].extra == 1
    row = _score(tmp_path, alerts, [Label("delay", "none", "K", may=("NEGATIVE_STOCK",))]).rows[0]
    assert (row.extra, row.tolerated) == (0, 1)


def test_an_alert_of_other_evidence_is_not_the_one_asked_for(tmp_path: Path) -> None:
    row = _score(tmp_path, [_alert("SEQ_GAP", "K", "adc")], [Label("gap", "SEQ_GAP", "K", "wms")]).rows[0]
    assert (row.missed, row.extra) == (1, 1)


def test_an_alert_that_should_have_healed_ends_wrong(tmp_path: Path) -> None:
    labels = [Label("gap", "SEQ_GAP", "K", "wms", open_at_end=False)]
    assert _score(tmp_path, [_alert("SEQ_GAP", "K", "wms")], labels).rows[0].wrong_end == 1
    healed = [_alert("SEQ_GAP", "K", "wms"), _alert("SEQ_GAP", "K", "wms", "HEALED")]
    assert _score(tmp_path, healed, labels).good


def test_a_shortage_of_a_key_whose_balance_nobody_can_know_counts_neither_way(tmp_path: Path) -> None:
    labels = [Label("over-issue", "NEGATIVE_STOCK", "B", "AVAILABLE/EA")]
    truth = [{"table": "positions", "key": "B", "undecidable": True, "view": {}}]
    assert _score(tmp_path, labels=labels, truth=truth).rows == []
    row = _score(tmp_path, [_alert("NEGATIVE_STOCK", "B", "AVAILABLE/EA")], labels, truth=truth).rows[0]
    assert (row.found, row.extra, row.tolerated) == (0, 0, 1)


def test_dead_letters_are_known_by_their_lines(tmp_path: Path) -> None:
    labels = [Label("garbage", DEAD_LETTER, "K", offset=offset) for offset in (3, 4)]
    row = _score(tmp_path, labels=labels, letters=[4, 5]).rows[0]
    assert (row.found, row.missed, row.extra) == (1, 1, 1)


def test_tables_are_compared_in_what_the_truth_speaks_of(tmp_path: Path) -> None:
    views = [{"key": key, "on_hand": "5", "open_alerts": []} for key in ("A", "B", "C")]
    truth = [
        {"table": "positions", "key": "A", "undecidable": False, "view": {"on_hand": "5"}},
        {"table": "positions", "key": "B", "undecidable": False, "view": {"on_hand": "6"}},
        {"table": "positions", "key": "C", "undecidable": True, "view": {"on_hand": "7"}},
        {"table": "positions", "key": "D", "undecidable": False, "view": {"on_hand": "1"}},
    ]
    tables = _score(tmp_path, views=views, truth=truth).tables
    assert (tables.equal, tables.undecidable) == (1, 1)
    assert tables.different == ["positions B: on_hand is '5', truth '6'", "positions D: absent"]


@pytest.mark.parametrize(("life", "days", "let_go"), [("COMPLETED", 400, 1), ("COMPLETED", 399, 0), ("OPEN", 500, 0)])
def test_closed_orders_are_let_go_after_their_retention_and_no_others(
    tmp_path: Path, life: str, days: int, let_go: int
) -> None:
    last, clock = "2026-01-05T00:00:00Z", parse_time("2026-01-05T00:00:00Z") + days * DAY
    order = {"table": "purchase-orders", "key": "PO-1", "undecidable": False, "last": last, "view": {"life": life}}
    tables = _score(tmp_path, truth=[order], clock=clock).tables
    assert (tables.let_go, len(tables.different)) == (let_go, 1 - let_go)
    assert _score(tmp_path, views=[{"key": "PO-1", "life": life}], truth=[order], clock=clock).tables.equal == 1


def test_a_backtest_that_came_to_no_end_is_refused(tmp_path: Path) -> None:
    _score(tmp_path)
    (tmp_path / "summary.json").write_text('{"finished": false}')
    with pytest.raises(UsageError, match="came to its end"):
        score(tmp_path, tmp_path / "labels", tmp_path / "truth")


def test_a_directory_without_a_backtest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        score(tmp_path, _write(tmp_path / "labels", []), _write(tmp_path / "truth", []))


def _backtested(tmp_path: Path, plan: Plan) -> Score:
    """The whole pipeline over a made-up network."""
    events = tmp_path / "events.jsonl"
    with events.open("wb") as file:
        result = simulate(plan, file)
    out = tmp_path / "out"
    prepare(out, TABLES)
    with events.open("rb") as lines:
        asyncio.run(execute(lines, out, TABLES, Policy(), Settle(30 * DAY)))
    return score(out, _write(tmp_path / "labels", result.labels), _write(tmp_path / "truth", result.truth))


def test_a_healthy_network_raises_no_alert(tmp_path: Path) -> None:
    result = _backtested(tmp_path, Plan(facilities=1, items=25, days=20, seed=8, direct=10))
    assert result.rows == []
    assert result.tables.different == []


@pytest.mark.parametrize(("seed", "direct"), [(1, 0), (2, 20)])
def test_every_injected_fault_is_found_and_nothing_else(tmp_path: Path, seed: int, direct: int) -> None:
    plan = Plan(facilities=1, items=40, days=30, seed=seed, rates=parse_rates("0.015"), direct=direct)
    result = _backtested(tmp_path, plan)
    text = "\n".join(report(result))
    assert [row for row in result.rows if row.missed or row.extra or row.wrong_end] == [], text
    assert result.tables.different == [], text
    assert len(result.rows) > 12
