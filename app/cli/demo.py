"""`syncline demo`: the whole pipeline on real and made-up events, on this machine alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.dev import scms
from app.dev.demo.report import live, report
from app.dev.demo.show import Show
from app.dev.demo.stage import Stage, staged
from app.dev.simulator.faults import parse_rates
from app.dev.simulator.run import Plan, simulate

HISTORY = Path(__file__).parents[2] / "examples" / "scms-delivery-history.csv.gz"
FACILITIES, ITEMS, DAYS = 2, 12, 30
FAULTS = "0.01"  # each kind
LIVE_DAYS = 1_000
LIVE_RATE = 20  # records a second once the demo is kept running
console = Console()


def demo(
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help="Go on, live, with further simulated days until Ctrl-C (or the days are over, after about an hour).",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed tells other days.")] = 1,
) -> None:
    """Send seven years of real deliveries and a simulated month of two hospitals through the whole pipeline.

    Broker, schema registry and worker run on this machine and end with the demo.
    """
    asyncio.run(_demo(keep, seed))


async def _demo(keep: bool, seed: int) -> None:
    console.print(f"Reading the USAID delivery history, simulating {DAYS} days of {FACILITIES} hospitals ...")
    days = _simulated(seed, LIVE_DAYS if keep else DAYS)
    told = len(days) * DAYS // LIVE_DAYS if keep else len(days)
    lines = [*_history(), *days[:told]]
    console.print("Starting an embedded broker, a schema registry and a worker ...")
    async with staged() as stage, Show(stage) as show:
        await _feed(show, lines)
        console.print(report(show.audience, show.sent, show.seconds))
        if keep:
            await _live(stage, show, days[told:])


async def _feed(show: Show, lines: list[bytes]) -> None:
    columns = (TextColumn("events followed"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("demo", total=len(lines))
        await show.play(lines, lambda applied: progress.update(task, completed=applied))


async def _live(stage: Stage, show: Show, days: list[bytes]) -> None:
    """Days that follow each other, until somebody presses Ctrl-C."""
    console.print("Kept running; Ctrl-C ends it. From another terminal, with these in its environment:")
    for name in ("KAFKA_BOOTSTRAP", "SCHEMA_REGISTRY_URL"):
        console.print(f"  {name}={stage.environ[name]}")
    console.print("  try: syncline tail alerts\n")
    with Live(console=console, refresh_per_second=4) as screen:
        await show.play(days, lambda _: screen.update(live(show.audience, show.sent)), LIVE_RATE)


def _history() -> Iterable[bytes]:
    encode = msgspec.json.Encoder().encode
    return map(encode, scms.read(HISTORY))


def _simulated(seed: int, days: int) -> list[bytes]:
    """The events of so many days, in the order of arrival; one seed always tells the same days."""
    out = BytesIO()
    simulate(Plan(FACILITIES, ITEMS, days, seed, parse_rates(FAULTS)), out)
    return out.getvalue().splitlines()
