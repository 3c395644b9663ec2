"""From a plan to files: events in the order of arrival, labels of faults, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random
from typing import Any, BinaryIO, NamedTuple

from app.contracts.times import parse_time
from app.dev.simulator.agenda import Agenda
from app.dev.simulator.courier import Courier
from app.dev.simulator.faults import Faults
from app.dev.simulator.feeds import DAY
from app.dev.simulator.history import History
from app.dev.simulator.keeping import Keeping
from app.dev.simulator.labels import SHORTAGES, Label
from app.dev.simulator.network import build
from app.dev.simulator.wire import Wire

START = "2026-01-05T00:00:00Z"


class Plan(NamedTuple):
    """`events`: go on until about so many are told, instead of for `days`; rates by name of fault.

    `direct`: orders a day and hospital for goods that no shelf keeps.
    """

    facilities: int = 2
    items: int = 50
    days: int = 30
    seed: int = 1
    rates: Mapping[str, float] = {}
    events: int | None = None
    direct: int = 0


class Result(NamedTuple):
    """What was written, and what must come of it."""

    lines: int
    orders: int
    labels: list[Label]
    truth: Iterator[dict[str, Any]]


def simulate(plan: Plan, out: BinaryIO, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Write the events of a plan; `progress` hears how many lines stand. The same plan gives the same bytes."""
    rng = Random(plan.seed)  # noqa: S311  a simulation wants repeatable numbers
    network = build(rng, plan.facilities, plan.items)
    wire, agenda, start = Wire(out), Agenda(), parse_time(START)
    faults = Faults(rng, plan.rates)
    courier = Courier(rng, wire, faults, agenda.put)
    keeping = Keeping(plan.seed, network, courier, plan.rates, start)
    history = History(rng, network, courier, faults, agenda, start, plan.direct)
    for number in count():
        if courier.told >= plan.events if plan.events is not None else number >= plan.days:
            break
        history.day(number)
        keeping.day(start + number * DAY)
        wire.release(start + (number + 1) * DAY)
        progress(wire.written)
    for after in history.finish(number):
        wire.release(start + after * DAY)
    wire.release()
    truth = _truth(courier)
    return Result(wire.written, history.buying.count, [*_closed(courier), *wire.gaps()], truth)


def _truth(courier: Courier) -> Iterator[dict[str, Any]]:
    yield from courier.positions.lines()
    yield from courier.orders.lines()


def _closed(courier: Courier) -> list[Label]:
    """All labels; shortages are open in the end where the books say so, whatever brought them about."""
    short: dict[str, set[str]] = {}
    for key, book in courier.positions.books.items():
        book.settle()
        found = book.shortages()
        if found and not book.undecidable:
            short[key] = found
    for label in courier.labels:
        if label.code in SHORTAGES:
            label.open_at_end = label.code in short.get(label.key, ())
            if courier.positions.book(label.key).undecidable:
                label.open_at_end = None
    known = {(label.key, label.code) for label in courier.labels}
    rest = [(key, code) for key, codes in short.items() for code in sorted(codes) if (key, code) not in known]
    return [*courier.labels, *(Label("shortage", code, key, open_at_end=True) for key, code in rest)]
