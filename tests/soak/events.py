"""What is fed: the events of a made-up network, once each for the oracle, and delivered with repeats and disorder."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from io import BytesIO
from random import Random
from typing import NamedTuple

import msgspec

from app.contracts.encode import Encoder
from app.contracts.fileform import Parsed, parse
from app.contracts.schemas import LocalSchemas
from app.contracts.times import parse_time
from app.dev.simulator import Plan, simulate
from app.dev.simulator.faults import NAMES
from app.errors import ContractError
from tests.engine import feed

DAYS = 60  # that the network's events spread over: well within the horizon
EVENTS_A_DAY = 2.6  # of one item at one facility
FACILITIES = 4
ORDERS = 0.15  # part of the events that are documents of orders beside the network's own
FAULT_RATE = 0.01
# Whether a record lies behind the horizon depends on what was held when it came: the one fault bound to its place.
FAULTS = {name: FAULT_RATE for name in NAMES if name != "stale"}
REPEATED, REPEATED_WITHIN = 0.10, 20_000  # part of the events that come again, and how many records later at most
LATE, LATE_BY = 0.05, 300  # part of the events that others overtake, and by how many records
BEYOND = 35  # days after the last event at which every deadline has passed


class Events(NamedTuple):
    """Distinct events: lines of the file form, and the same as records."""

    lines: list[bytes]
    records: list[Parsed]

    @property
    def beyond(self) -> int:
        """Days after the feed's start by which all of it is past."""
        last = max(_record_time(line) for line in self.lines)
        return (last - feed.START) // feed.DAY + BEYOND


def events(seed: int, count: int) -> Events:
    """About so many distinct events, in the order of their times."""
    dice, encoder = Random(f"events of {seed}"), Encoder(LocalSchemas().ids())
    found = Events([], [])
    for line in dict.fromkeys(_merged(dice, _network(seed, count), _orders(seed, count))):
        try:
            record = parse(line, encoder)
        except ContractError:  # no producer could send it
            continue
        found.lines.append(line)
        found.records.append(record)
    return found


def _network(seed: int, count: int) -> list[bytes]:
    wanted = int(count * (1 - ORDERS))
    items = max(20, int(wanted / (DAYS * EVENTS_A_DAY * FACILITIES)))
    out = BytesIO()
    simulate(Plan(FACILITIES, items, DAYS, seed, FAULTS, wanted), out)
    return out.getvalue().splitlines()


def _orders(seed: int, count: int) -> list[bytes]:
    return [*feed.orders(seed, int(count * ORDERS / 5)), *feed.damaged()]


def _merged(dice: Random, *sources: list[bytes]) -> Iterator[bytes]:
    """Each source in its own order."""
    turns = [number for number, source in enumerate(sources) for _ in source]
    dice.shuffle(turns)
    readers = [iter(source) for source in sources]
    return (next(readers[number]) for number in turns)


def deliveries(count: int, seed: int) -> Iterator[int]:
    """Numbers of events in the order in which they are sent: some late, some again."""
    dice = Random(f"deliveries of {seed}")
    waiting: list[tuple[int, int]] = []
    for number in range(count):
        heapq.heappush(waiting, (number + (LATE_BY if dice.random() < LATE else 0), number))
        if dice.random() < REPEATED:
            heapq.heappush(waiting, (number + dice.randrange(1, REPEATED_WITHIN), number))
        while waiting and waiting[0][0] <= number:
            yield heapq.heappop(waiting)[1]
    while waiting:
        yield heapq.heappop(waiting)[1]


def _record_time(line: bytes) -> int:
    said = (msgspec.json.decode(line).get("value") or {}).get("record_time", 0)
    return said if isinstance(said, int) else parse_time(said)
