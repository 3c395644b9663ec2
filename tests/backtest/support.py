"""Backtests of files in a directory of the test's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.backtest import Settle, execute, prepare
from app.dev.simulator import Plan, simulate
from app.dev.simulator.faults import parse_rates
from app.domain.policy import DAY, Policy
from tables import TABLES

SETTLE = 30 * DAY


def run(lines: Iterable[bytes], out: Path, settle: int = SETTLE) -> dict[str, Any]:
    """The summary of a backtest into `out`."""
    prepare(out, TABLES)
    return asyncio.run(execute(lines, out, TABLES, Policy(), Settle(settle)))


def simulated(path: Path, events: int, seed: int, faults: str) -> Any:
    """A network's events in `path`; labels and truth come back."""
    with path.open("wb") as file:
        return simulate(Plan(events=events, seed=seed, rates=parse_rates(faults)), file)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.json*")}
