"""`make soak SOAK=arrivals`: many whole purchases, each in many orders of arrival, as `tests/properties` does a few."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import monotonic
from typing import Annotated

import typer

from tests.support.arrivals import faults
from tests.support.purchases import purchase

TELL_EVERY = 10.0  # seconds
SHOWN = 20  # findings


def soak(orders: int, arrivals: int, seed: int, say: Callable[[str], None]) -> list[str]:
    """What was found; purchase n is that of seed + n, and so is the order of its arrivals."""
    found: list[str] = []
    told = monotonic()
    for number in range(1, orders + 1):
        own = seed + number - 1
        found += [f"purchase {own}: {fault}" for fault in faults(purchase(Random(own)), arrivals, Random(own))]
        if number == orders or monotonic() - told > TELL_EVERY:
            told = monotonic()
            say(f"{number:,} of {orders:,} purchases, {number * arrivals:,} arrivals, {len(found):,} findings")
    return found


def command(
    orders: Annotated[int, typer.Option(min=1, help="How many purchases.")] = 1_000,
    arrivals: Annotated[int, typer.Option(min=1, help="Orders of arrival of each.")] = 1_000,
    seed: Annotated[int, typer.Option(help="Of the first purchase; the same seed gives the same ones.")] = 1,
) -> None:
    """Tell whole purchases in random orders of arrival, with repeats, and hold each against the order of its writing.

    Progress goes to standard error, the verdict to standard output. Exit 0 only where nothing was found.
    """
    found = soak(orders, arrivals, seed, lambda line: typer.echo(line, err=True))
    for finding in found[:SHOWN]:
        typer.echo(finding)
    verdict = f"NOT CLEAN: {len(found):,} findings" if found else "clean: every purchase ends the same and adds up"
    typer.echo(f"{verdict} ({orders:,} purchases in {arrivals:,} orders of arrival each, seed {seed})")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(command)
