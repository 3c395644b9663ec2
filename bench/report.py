"""Rounds made into one table, for the eye and for the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from rich.table import Table as Grid

from bench.run import Figures

RIVALS = ("textbook", "kstreams", "hand")
HEAD = ("side", "records/s", "low to high", "CPU µs", "broker µs", "peak MiB", *(f"x {rival}" for rival in RIVALS))


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
    """One a side, fastest first: medians over the rounds, and ratios of median rates."""
    by_side: dict[str, list[Figures]] = {}
    for figures in (figures for found in comparison.rounds for figures in found):
        by_side.setdefault(figures.side, []).append(figures)
    rates = {side: median(figures.rate for figures in found) for side, found in by_side.items()}
    order = sorted(by_side, key=lambda side: -rates[side])
    return [(side, *_cells(by_side[side]), *_ratios(rates[side], rates)) for side in order]


def _cells(found: Sequence[Figures]) -> Iterable[str]:
    rates = sorted(figures.rate for figures in found)
    yield f"{median(rates):,.0f}"
    yield f"{rates[0]:,.0f} to {rates[-1]:,.0f}"
    yield f"{median(figures.cpu for figures in found):.1f}"
    yield f"{median(figures.broker for figures in found):.1f}"
    yield f"{median(figures.peak for figures in found):.0f}"


def _ratios(rate: float, rates: dict[str, float]) -> Iterable[str]:
    return (f"{rate / rates[rival]:.2f}" if rival in rates else "" for rival in RIVALS)


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
