"""Rounds made into one table, for the eye and for the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from rich.table import Table as Grid

from bench.run import Figures

RIVALS = ("textbook", "kstreams", "hand")
HEAD = (
    "side",
    "records/s",
    "low to high",
    *(f"x {rival}" for rival in RIVALS),
    "CPU µs",
    *(f"CPU x {rival}" for rival in RIVALS[1:]),
    "broker µs",
    "peak MiB",
)


class Comparison(NamedTuple):
    """All rounds of one broker and one number of keys."""

    broker: str
    keys: int
    records: int
    rounds: Sequence[Sequence[Figures]]

    @property
    def title(self) -> str:
        return f"{self.broker}: {self.records:,} events, {self.keys:,} keys, medians of {len(self.rounds)} rounds"


def rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """One a side, fastest first: medians over the rounds, and ratios of medians, of rates and of CPU."""
    by_side: dict[str, list[Figures]] = {}
    for figures in (figures for found in comparison.rounds for figures in found):
        by_side.setdefault(figures.side, []).append(figures)
    rates = {side: median(figures.rate for figures in found) for side, found in by_side.items()}
    cpu = {side: median(figures.cpu for figures in found) for side, found in by_side.items()}
    order = sorted(by_side, key=lambda side: -rates[side])
    left = [(*_rate(by_side[side]), *_ratios(side, rates, RIVALS)) for side in order]
    right = [(f"{cpu[side]:.1f}", *_ratios(side, cpu, RIVALS[1:]), *_rest(by_side[side])) for side in order]
    return [(side, *speed, *cost) for side, speed, cost in zip(order, left, right, strict=True)]


def _rate(found: Sequence[Figures]) -> Iterable[str]:
    rates = sorted(figures.rate for figures in found)
    return f"{median(rates):,.0f}", f"{rates[0]:,.0f} to {rates[-1]:,.0f}"


def _rest(found: Sequence[Figures]) -> Iterable[str]:
    yield f"{median(figures.broker for figures in found):.1f}"
    yield f"{median(figures.peak for figures in found):.0f}"


def _ratios(side: str, of: dict[str, float], rivals: Iterable[str]) -> Iterable[str]:
    return (f"{of[side] / of[rival]:.2f}" if of.get(rival) else "" for rival in rivals)


def grid(comparison: Comparison) -> Grid:
    """For a terminal."""
    made = Grid(HEAD[0], title=comparison.title)
    for name in HEAD[1:]:
        made.add_column(name, justify="right")
    for row in rows(comparison):
        made.add_row(*row)
    return made


def markdown(comparison: Comparison) -> str:
    """For a file."""
    lines = [HEAD, ("---", *("--:" for _ in HEAD[1:])), *rows(comparison)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## {comparison.title}\n\n{table}\n"
