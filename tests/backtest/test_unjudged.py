"""A backtest in which a judgement fails, which is a fault of ours, says so where nobody can overlook it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.domain.orders import work

EVENTS = Path(__file__).parents[2] / "examples" / "first-events.jsonl"


def backtested(out: Path) -> Any:
    return CliRunner().invoke(app, ["backtest", str(EVENTS), "--out", str(out), "--settle", "30d"])


@pytest.mark.parametrize(("broken", "code"), [(False, 0), (True, 1)])
def test_a_judgement_that_failed_is_printed_and_ends_with_exit_1(
    broken: bool, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(order: Any, picture: Any, life: Any, now: int, policy: Any) -> Any:
        if now > picture.newest:
            raise ZeroDivisionError("no such day")
        return tell(order, picture, life, now, policy)

    tell = work.tell_missing
    if broken:
        monkeypatch.setattr(work, "tell_missing", late)
    shown = backtested(tmp_path / "out")
    assert shown.exit_code == code
    assert ("not judged: ZeroDivisionError: no such day" in shown.output) is broken
    summary = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert list(summary["unjudged"]) == ["ZeroDivisionError: no such day"] * broken
