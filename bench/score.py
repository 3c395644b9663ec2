"""`python -m bench.score`: of what goes wrong in a network that never was, how much is found, and what besides.

A history of some hundred thousand orders, by a seed drawn now, is simulated with every fault, backtested and scored.
Masters and shelves are few beside orders, so their faults have rates of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Annotated, Any

import msgspec
import typer

from app.backtest import Settle, execute, prepare
from app.dev.simulator import Plan, Result, simulate
from app.dev.simulator.faults import parse_rates
from app.dev.simulator.score import Score, score
from app.domain.policy import DAY, Policy
from bench.figures import Figures, SaveAs, tell
from tables import TABLES

FAULTS = "0.004,dup-supplier=0.6,check-digit=0.05,stale-copy=0.03,mis-scale=0.03,late-master=0.1"
ITEMS = 600
SETTLE = Settle(30 * DAY)
TELL_EVERY = 10.0  # seconds
CODES = ("code", "injected", "found", "missed", "extra", "tolerated", "wrong end", "recall", "precision")
STAGES = ("stage", "CPU s", "wall s")
Row = Sequence[str]


@contextmanager
def _stage(name: str, spent: list[Row]) -> Iterator[Callable[[int], None]]:
    """Takes the time of a stage and says now and then how many steps of it are done."""
    began, cpu = monotonic(), process_time()
    told, done = began, 0

    def step(by: int) -> None:
        nonlocal told, done
        done += by
        if monotonic() - told > TELL_EVERY:
            told = monotonic()
            typer.echo(f"{name}: {done:,} after {told - began:,.0f} s", err=True)

    yield step
    spent.append((name, f"{process_time() - cpu:,.0f}", f"{monotonic() - began:,.0f}"))


def _write(path: Path, lines: Iterable[Any]) -> Path:
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        file.writelines(encode(line) + b"\n" for line in lines)
    return path


def measure(plan: Plan, directory: Path, spent: list[Row]) -> tuple[Result, Score]:
    """Simulate, backtest and score in an empty directory; `spent` hears what each took."""
    events, out = directory / "events", directory / "out"
    with _stage("simulate, lines", spent) as step, events.open("wb") as file:
        result = simulate(plan, file, _differences(step))
        labels, truth = _write(directory / "labels", result.labels), _write(directory / "truth", result.truth)
    prepare(out, TABLES)
    with _stage("backtest, bytes", spent) as step, events.open("rb") as lines:
        asyncio.run(execute(lines, out, TABLES, Policy(), SETTLE, step))
    with _stage("score", spent):
        return result, score(out, labels, truth)


def _differences(step: Callable[[int], None]) -> Callable[[int], None]:
    """Steps for somebody who tells sums."""
    so_far = 0

    def to(total: int) -> None:
        nonlocal so_far
        step(total - so_far)
        so_far = total

    return to


def _rows(found: Score) -> Iterator[Row]:
    for row in found.rows:
        counts = (row.injected, row.found, row.missed, row.extra, row.tolerated, row.wrong_end)
        yield (row.code, *map(str, counts), f"{row.recall:.4f}", f"{row.precision:.4f}")


def main(
    seed: Annotated[int | None, typer.Option(help="Of the history; drawn where none is given.")] = None,
    days: Annotated[int, typer.Option(help="Days of work.")] = 60,
    direct: Annotated[int, typer.Option(help="Orders a day whose goods no shelf keeps.")] = 1_700,
    save_as: SaveAs = "",
) -> None:
    """Score 100,000 orders; exit 0 only where recall and precision of every code are high and the tables are true."""
    drawn = SystemRandom().randrange(1_000_000) if seed is None else seed
    plan = Plan(facilities=1, items=ITEMS, days=days, seed=drawn, rates=parse_rates(FAULTS), direct=direct)
    spent: list[Row] = []
    with TemporaryDirectory() as directory:
        result, found = measure(plan, Path(directory), spent)
    tables = found.tables
    told = f"seed {drawn}: {result.orders:,} orders, {result.lines:,} records, faults {FAULTS}"
    kept = f"keys of the tables: {tables.equal:,} equal, {len(tables.different):,} different, {tables.undecidable:,} "
    tell([Figures(told, CODES, list(_rows(found))), Figures(f"{kept}undecidable", STAGES, spent)], save_as)
    for example in [*(example for row in found.rows for example in row.examples), *tables.different]:
        typer.echo(example)
    raise typer.Exit(0 if found.good else 1)


if __name__ == "__main__":
    typer.run(main)
