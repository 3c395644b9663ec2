"""What is read: made once, sent once a broker, with the number of answers that it must get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from bench import events, orders
from bench.events import Sent
from bench.kafka import produce
from bench.sides import Feed

SHARE = {Feed.EVENTS: 1, Feed.FEWER: 20, Feed.ORDERS: 2}  # one of so many: slower sides need not read all
DOCUMENTS = len(orders.KINDS)


class Sizes(NamedTuple):
    """How much there is to read."""

    events: int
    keys: int
    share: bool = True  # whether slower sides read fewer

    def of(self, feed: Feed) -> int:
        return self.events // (SHARE[feed] if self.share else 1)


class Fed(NamedTuple):
    """One feed as it stands in its topics: records, and answers expected (accepted events, or orders)."""

    topic: str
    records: int
    answers: int


def topics(feed: Feed) -> tuple[str, ...]:
    """Where a feed stands."""
    return {
        Feed.EVENTS: (events.TOPIC,),
        Feed.FEWER: (f"{events.TOPIC}-fewer",),
        Feed.ORDERS: tuple(orders.KINDS),
    }[feed]


def fill(bootstrap: str, feed: Feed, sizes: Sizes) -> Fed:
    """Produce a feed into its topics, which must be there."""
    encoder, count, first = Encoder(LocalSchemas().ids()), sizes.of(feed), topics(feed)[0]
    if feed is Feed.ORDERS:
        number = max(1, count // DOCUMENTS)
        return Fed(first, produce(bootstrap, orders.sent(encoder, number)), number)
    fresh = _Fresh(events.sent(encoder, count, sizes.keys))
    return Fed(first, produce(bootstrap, fresh, first), fresh.count)


class _Fresh:
    """Passes records on and counts those that are no repeat of the one before."""

    def __init__(self, records: Iterable[Sent]) -> None:
        self.records, self.count = records, 0

    def __iter__(self) -> Iterator[Sent]:
        last = None
        for record in self.records:
            self.count += record is not last
            last = record
            yield record
