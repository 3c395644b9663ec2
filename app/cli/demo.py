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
FACILITIES, ITEMS, DAYS = 2, 60, 5
FAULTS = "0.01"  # each kind
LIVE_DAYS = 60
LIVE_RATE = 20  # records a second once the demo is kept running
console = Console()


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Go on with simulated days until Ctrl-C, live.")] = False,
    seed: Annotated[int, typer.Option(help="Of the simulated day.")] = 1,
) -> None:
    """Feed seven years of real deliveries and a simulated day of a hospital network through broker and worker."""
    asyncio.run(_demo(keep, seed))


async def _demo(keep: bool, seed: int) -> None:
    console.print("Reading the USAID delivery history, simulating a day of a hospital network ...")
    lines = [*_history(), *_simulated(seed, DAYS)]
    console.print("Starting an embedded broker, a schema registry and a worker ...")
    async with staged() as stage, Show(stage) as show:
        await _feed(show, lines)
        console.print(report(show.audience, show.sent, show.seconds))
        if keep:
            await _live(stage, show, seed)


async def _feed(show: Show, lines: list[bytes]) -> None:
    columns = (TextColumn("events followed"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("demo", total=len(lines))
        await show.play(lines, lambda applied: progress.update(task, completed=applied))


async def _live(stage: Stage, show: Show, seed: int) -> None:
    """Days that follow each other, until somebody presses Ctrl-C."""
    console.print("Kept running; Ctrl-C ends it. From another terminal, with these in its environment:")
    for name in ("KAFKA_BOOTSTRAP", "SCHEMA_REGISTRY_URL"):
        console.print(f"  {name}={stage.environ[name]}")
    console.print("  try: syncline tail alerts\n")
    days = _simulated(seed, LIVE_DAYS)[len(_simulated(seed, DAYS)) :]
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
