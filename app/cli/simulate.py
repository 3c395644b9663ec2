"""`syncline simulate`: the events of a network that never was, and the score of a backtest over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from app.cli.files import writing
from app.dev.simulator import Plan
from app.dev.simulator import simulate as run
from app.dev.simulator.faults import check, parse_rates
from app.dev.simulator.score import report
from app.dev.simulator.score import score as compare


def simulate(
    facilities: Annotated[int, typer.Option(min=1, help="Hospitals, each a warehouse and three wards.")] = 2,
    items: Annotated[int, typer.Option(min=1, help="Items that they keep.")] = 50,
    days: Annotated[int, typer.Option(min=1, help="Days of work.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    faults: Annotated[str, typer.Option(help="A rate for every fault, name=rate,... for some, or both.")] = "0",
    out: Annotated[Path | None, typer.Option(help="Where the events go; - is standard output.")] = None,
    labels: Annotated[Path | None, typer.Option(help="One line a fault and what must come of it.")] = None,
    truth: Annotated[Path | None, typer.Option(help="One line a key: what is true in the end.")] = None,
    events: Annotated[int | None, typer.Option(min=1, help="Go on for so many events instead of --days.")] = None,
    direct: Annotated[int, typer.Option(min=0, help="Orders a day and hospital for goods that no shelf keeps.")] = 0,
    score: Annotated[
        Path | None, typer.Option(help="Compare this DIR of a backtest with --labels and --truth instead.")
    ] = None,
) -> None:
    """Write EVENTS as they arrive from a made-up network, with faults, labels and truth; or score a backtest."""
    if score is not None:
        _score(score, labels, truth)
        return
    if out is None:
        raise typer.BadParameter("name a file with --out, or a backtest's directory with --score")
    rates = parse_rates(faults)
    check(rates)  # before a former file is written over
    plan = Plan(facilities, items, days, seed, rates, events, direct)
    with writing(out) as target, _progress() as advance:
        result = run(plan, target, advance)
    _write(labels, result.labels)
    _write(truth, result.truth)
    typer.echo(f"{result.lines} lines, {result.orders} orders, {len(result.labels)} faults labelled", err=True)


def _write(path: Path | None, lines: Iterable[Any]) -> None:
    if path is None:
        return
    encode = msgspec.json.Encoder().encode
    with writing(path) as target:
        target.writelines(encode(line) + b"\n" for line in lines)


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A count of lines on standard error; nothing where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("simulate {task.completed:,} lines"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("simulate", total=None)
        yield lambda lines: progress.update(task, completed=lines)


def _score(directory: Path, labels: Path | None, truth: Path | None) -> None:
    if labels is None or truth is None:
        raise typer.BadParameter("--score needs --labels and --truth")
    result = compare(directory, labels, truth)
    for line in report(result):
        typer.echo(line)
    if not result.good:
        raise typer.Exit(1)
