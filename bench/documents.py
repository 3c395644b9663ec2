"""`python -m bench.documents`: what an order document costs the line, and what an open order takes in memory.

Method of `bench.line`: CPU time of one process, no broker, the first tenth not counted; five documents an order, three
lines each: two or three of an order in one turn, each in a turn of its own, or each so late that its order is read from
bytes again. Python's collector rests as it does in a worker. Memory is the growth of the resident memory by orders that
were sent, answered and shipped, all still open.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from itertools import islice

import typer

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.kafka.application import COLLECT
from bench.events import Sent
from bench.figures import Figures, SaveAs, tell
from bench.line import STAGES, costs, followed_by, lane_of, run
from bench.memory import resident
from bench.orders import FAR, FORGOTTEN, KINDS, NEAR, sent
from tables.purchase_orders import PURCHASE_ORDERS

TURN = 1_000  # documents
RATE, ROOM = 10_000, 2_048  # targets: documents/s and core, bytes an open order
OPEN = 3  # kinds of documents that an open order has had
APART = {"two or three": NEAR, "one": FAR, "one, its order read from bytes": FORGOTTEN}


def _documents(orders: int, behind: int = NEAR) -> Iterator[Sent]:
    return sent(Encoder(LocalSchemas().ids()), orders, behind)


async def held(orders: int) -> float:
    """Bytes of memory an open order."""
    lane = lane_of(PURCHASE_ORDERS)
    topics = set(islice(KINDS, OPEN))
    records = (one for one in _documents(orders + 1_000) if one.topic in topics)
    await run(lane, list(islice(records, 1_000 * OPEN)), TURN)
    before, had = resident(), len(lane.partition.heads)
    while turn := list(islice(records, TURN)):
        await run(lane, turn, TURN)
    return (resident() - before) / (len(lane.partition.heads) - had)


def main(orders: int = 10_000, open_orders: int = 100_000, save_as: SaveAs = "") -> None:
    """Measure documents/s and bytes an open order."""
    gc.set_threshold(*COLLECT)
    room = f"{asyncio.run(held(open_orders)):,.0f}"  # first: what others let go of would be taken again
    rows = []
    for name, behind in APART.items():
        result = asyncio.run(followed_by(PURCHASE_ORDERS, list(_documents(orders, behind)), TURN))
        rows.append((name, *costs(result)))
    head = ("documents of an order in a turn", *STAGES, "sum, µs", "no clocks", "documents/s")
    title = f"order documents; targets {RATE:,} a second and core, {ROOM:,} bytes an open order: {room}"
    tell([Figures(title, head, rows)], save_as)


if __name__ == "__main__":
    typer.run(main)
