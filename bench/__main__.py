"""`python -m bench`: every side over the same records, round after round, in one table."""

from __future__ import annotations

import sys
from itertools import product
from signal import SIGTERM, signal
from typing import Annotated

import typer
from rich.console import Console

from bench.feeds import Sizes
from bench.report import Comparison, grid
from bench.results import save
from bench.run import Figures, measure
from bench.sides import SIDES, Side
from bench.stages import STAGES

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
    chosen = _there([_side(name) for name in sides.split(",")])
    done = []
    for place, number in product(broker.split(","), map(int, keys.split(","))):
        try:
            done.append(_compare(place, chosen, rounds, events, number))
        except RuntimeError as error:
            raise SystemExit(f"{place}: {error}") from error
        Console(width=140).print(grid(done[-1]))
    if save_as:
        console.print(f"written: {', '.join(save(save_as, done))}")


def _side(name: str) -> Side:
    if name not in SIDES:
        raise typer.BadParameter(f"{name}: no such side; there are {', '.join(SIDES)}")
    return SIDES[name]


def _there(sides: list[Side]) -> list[Side]:
    """Those that can run here, their environments made; the others are named."""
    left = []
    for side in sides:
        reason = side.environment.missing()
        if reason:
            console.print(f"[yellow]left out: {side.name}: {reason}")
        else:
            side.environment.make()
            left.append(side)
    return left


def _compare(broker: str, sides: list[Side], rounds: int, events: int, keys: int) -> Comparison:
    if broker == "embedded":
        sides, events = [side for side in sides if side.embedded], min(events, EMBEDDED_EVENTS)
    sizes = Sizes(events, keys, share=broker != "embedded")
    return Comparison(broker, keys, events, [_round(broker, sides, sizes, number) for number in range(rounds)])


def _round(broker: str, sides: list[Side], sizes: Sizes, number: int) -> list[Figures]:
    at = number % len(sides)
    with STAGES[broker]({side.feed for side in sides}, sizes) as stage:
        found = []
        for side in (*sides[at:], *sides[:at]):
            found.append(measure(side, stage, number))
            told = found[-1]
            console.print(f"{broker}, round {number + 1}: {told.side} {told.rate:,.0f}/s, {told.cpu:.1f} µs CPU")
        return found


if __name__ == "__main__":
    typer.run(main)
