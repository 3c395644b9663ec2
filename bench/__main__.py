"""`python -m bench`: every side over the same records, round after round, in one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from signal import SIGTERM, signal
from typing import Annotated

import typer
from rich.console import Console

from bench.feeds import Sizes
from bench.report import Comparison, grid
from bench.results import save
from bench.run import Figures, measure
from bench.sides import SIDES, Side
from bench.stages import STAGES, Stage
from tests.engine import apache

EVERY = ",".join(SIDES)
EMBEDDED_EVENTS = 30_000  # what 5 MiB a partition hold
console = Console(stderr=True)
Names = Annotated[str, typer.Option(help="Sides, separated by commas; all by default.")]
Brokers = Annotated[str, typer.Option(help="kafka, embedded, or both separated by a comma.")]
Rounds = Annotated[int, typer.Option(min=1, help="Rounds; the order of the sides turns with each.")]
Events = Annotated[int, typer.Option(min=1_000, help="Inventory events on Apache Kafka.")]
Keys = Annotated[str, typer.Option(help="Numbers of positions, separated by commas.")]
Saved = Annotated[str, typer.Option(help="Write bench/results/<date>-<this>.json and .md.")]


def main(
    sides: Names = EVERY,
    broker: Brokers = "embedded,kafka",
    rounds: Rounds = 3,
    events: Events = 1_000_000,
    keys: Keys = "10000,100",
    save_as: Saved = "",
) -> None:
    """Compare this project with its peers, its ceiling and its floors."""
    signal(SIGTERM, lambda *_: sys.exit(128 + SIGTERM))  # brokers and sides end with the runner
    chosen, numbers = [_side(name) for name in sides.split(",")], [int(number) for number in keys.split(",")]
    done, failed = [], 0
    for place in filter(_opens, broker.split(",")):
        there = _there([side for side in chosen if side.embedded or place != "embedded"])
        for number in numbers if there else ():
            done.append(_compare(place, there, rounds, events, number))
            failed += sum(len(there) - len(found) for found in done[-1].rounds)
            Console(width=140).print(grid(done[-1]))
    if save_as:
        console.print(f"written: {', '.join(save(save_as, done))}")
    if failed:
        raise SystemExit(f"{failed} turns have no figures")


def _side(name: str) -> Side:
    if name not in SIDES:
        raise typer.BadParameter(f"{name}: no such side; there are {', '.join(SIDES)}")
    return SIDES[name]


def _opens(broker: str) -> bool:
    """Whether this broker can be started here; if not, says so."""
    if broker not in STAGES:
        raise typer.BadParameter(f"{broker}: no such broker; there are {', '.join(STAGES)}")
    reason = apache.missing() if broker == "kafka" else None
    return _told(f"all of {broker}", reason)


def _there(sides: Sequence[Side]) -> list[Side]:
    """Those that can run here, their environments made; the others are named."""
    left = [side for side in sides if _told(side.name, side.environment.missing())]
    for environment in {side.environment.name: side.environment for side in left}.values():
        environment.make()
    return left


def _told(what: str, reason: str | None) -> bool:
    if reason:
        console.print(f"left out: {what}: {reason}")
    return reason is None


def _compare(broker: str, sides: Sequence[Side], rounds: int, events: int, keys: int) -> Comparison:
    small = broker == "embedded"
    sizes = Sizes(min(events, EMBEDDED_EVENTS) if small else events, keys, share=not small)
    return Comparison(broker, keys, sizes.events, [_round(broker, sides, sizes, number) for number in range(rounds)])


def _round(broker: str, sides: Sequence[Side], sizes: Sizes, number: int) -> list[Figures]:
    at = number % len(sides)
    with STAGES[broker]({side.feed for side in sides}, sizes) as stage:
        turns = [_turn(side, stage, number) for side in (*sides[at:], *sides[:at])]
    return [figures for figures in turns if figures]


def _turn(side: Side, stage: Stage, number: int) -> Figures | None:
    """A side that fails is told and has no figures; the others go on."""
    try:
        found = measure(side, stage, number)
    except RuntimeError as error:
        console.print(f"round {number + 1}: no figures for {error}", markup=False)
        return None
    console.print(f"round {number + 1}: {found.side} {found.rate:,.0f}/s, {found.cpu:.1f} µs CPU")
    return found


if __name__ == "__main__":
    typer.run(main)
