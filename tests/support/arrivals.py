"""One purchase told in many orders of arrival: does it end the same, and does every line add up all the way?

Of every line, ordered = accepted + backordered + rejected + cancelled + open at every step. `open` is derived, never
kept (`app/domain/orders/state.py`): what nobody has answered yet, or holds. It cannot be below zero but where one
answers more than was ordered (IQ), which no supplier in `purchases` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from app.domain.facts import Fact
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import DAY, PO, published
from tests.support.following import Following

AFTER_ALL_WAITS = 60 * DAY


def told(documents: Sequence[Fact]) -> Following:
    """One purchase as it was written down, one document a turn, and all deadlines on the way and after it."""
    return Following.told(PURCHASE_ORDERS, PO, documents, AFTER_ALL_WAITS)


def arriving(documents: Sequence[Fact], chance: Random) -> Following:
    """The same in any order, up to half of it twice, in turns of one to four documents, and all deadlines likewise."""
    again = [*documents, *chance.sample(documents, chance.randint(0, len(documents) // 2))]
    chance.shuffle(again)
    following = Following(PURCHASE_ORDERS)
    while again:
        turn = [again.pop() for _ in range(min(len(again), chance.randint(1, 4)))]
        following.wait_until(max(fact.record_time for fact in turn))
        following.take(PO, turn)
    following.wait_until(following.clock + AFTER_ALL_WAITS)
    return following


def faults(documents: Sequence[Fact], arrivals: int, chance: Random) -> Iterator[str]:
    """What differs from the order in which the documents were written down, and what does not add up."""
    in_order = told(documents)
    expected = in_order.view(PO)
    yield from _unsound(in_order)
    for number in range(arrivals):
        following = arriving(documents, chance)
        found = following.view(PO)
        if found != expected:
            yield f"arrival {number}: {_differences(expected, found)}"
        yield from _unsound(following)


def _differences(expected: dict[str, Any], found: dict[str, Any]) -> str:
    names = [name for name in expected if expected[name] != found[name]]
    return "; ".join(f"{name} is {found[name]} instead of {expected[name]}" for name in names)


def _unsound(following: Following) -> Iterator[str]:
    for word in published(following):
        for shown in word.lines:
            if shown.accepted + shown.backordered + shown.rejected + shown.cancelled > shown.ordered:
                yield f"line {shown.line} of version {word.state_version} does not add up: {shown}"
