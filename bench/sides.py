"""What is compared, one row a side: adding a side is adding a row."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from app.kafka.names import changelog, history
from bench.environments import FAUST, KSTREAMS, OURS, QUIX, ROOT, Environment
from tables import POSITIONS, PURCHASE_ORDERS

SCHEMAS = [str(ROOT / "schemas" / "avro" / f"{name}.v1.avsc") for name in ("inventory_event", "corrected_inventory")]
LEDGER, OWN_OUTPUT = "inventory-corrected", "{application}-corrected"


class Feed(StrEnum):
    """What a side reads."""

    EVENTS = "inventory events"
    FEWER = "inventory events, fewer"
    ORDERS = "documents of orders"


class Side(NamedTuple):
    """One program."""

    name: str
    environment: Environment
    program: tuple[str, ...]
    feed: Feed = Feed.EVENTS
    output: str | None = None  # the topic that holds its answers
    prints: bool = False  # it prints how many records it has done; else its answers are counted
    keeps: tuple[str, ...] = ()  # compacted topics that it does not create itself
    more: tuple[str, ...] = ()  # arguments behind those that every side gets
    embedded: bool = False  # whether the embedded broker is enough for it


_KEPT = tuple(name for name in (changelog("{application}", POSITIONS), history("{application}", POSITIONS)) if name)
_ROWS = (
    Side("ours", OURS, ("bench.ours", "positions"), output=LEDGER, keeps=_KEPT, embedded=True),
    Side(
        "ours-orders",
        OURS,
        ("bench.ours", "purchase-orders"),
        Feed.ORDERS,
        output="po-corrected",
        prints=True,
        keeps=(changelog("{application}", PURCHASE_ORDERS),),
        embedded=True,
    ),
    Side("hand", OURS, ("bench.hand",), output=LEDGER, keeps=_KEPT, embedded=True),
    Side(
        "textbook",
        FAUST,
        ("bench.peers.faust.agent",),
        Feed.FEWER,
        output=OWN_OUTPUT,
        keeps=("{application}-balance-changelog",),
        embedded=True,
    ),
    Side("quix", QUIX, ("bench.peers.quix.balance",), output=OWN_OUTPUT),
    Side("kstreams", KSTREAMS, ("bench.Balance",), output=OWN_OUTPUT, more=(*SCHEMAS, "rocksdb")),
    Side("kstreams-memory", KSTREAMS, ("bench.Balance",), output=OWN_OUTPUT, more=(*SCHEMAS, "memory")),
    Side("consume", OURS, ("bench.floors", "consume"), prints=True),
    Side("decode", OURS, ("bench.floors", "decode"), prints=True),
)
SIDES = {side.name: side for side in _ROWS}
