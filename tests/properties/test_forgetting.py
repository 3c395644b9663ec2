"""Positions of many horizons: what a worker knows after any turn is what its successor finds, and no more than that."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import sums
from app.domain.facts import InventoryEvent
from app.domain.policy import Policy
from app.domain.positions.entry import Copy
from app.domain.positions.irregulars import DAYS
from app.store.layout import parse_key
from app.store.partition import Partition
from app.store.recovery import history_rows_of, recover, recover_history, rows_of
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, HOUR, KEY, moved, summed

copies = sums.reader(list[Copy])


def told(chance: random.Random, number: int, now: int, former: list[InventoryEvent]) -> InventoryEvent:
    """A record of now or some days to either side; in a third of all cases it is about one of those before it."""
    at = max(0, now + chance.choice([0, 0, 0, -HOUR, -DAY, -6 * DAY, -12 * DAY, 12 * DAY]))
    about = chance.choice(former[-30:]).event_id if former else f"e{number}"
    case = chance.randrange(9)
    return moved(
        about if case == 0 else f"e{number}",
        chance.choice(["RECEIPT", "ISSUE", "ADJUST", "RESERVE", "COUNT_SET"]),
        chance.randint(0, 9),
        at,
        recorded=now,
        purpose={1: "CANCEL", 2: "REPLACE"}.get(case, "ORIGINAL"),
        supersedes=about if case in (1, 2) else None,
        source_seq=chance.choice([None, number + 1, number + 1]),
        lot=chance.choice([None, "A"]),
        stock_status=chance.choice(["AVAILABLE", "AVAILABLE", "HOLD"]),
    )


def life(chance: random.Random) -> list[InventoryEvent]:
    story: list[InventoryEvent] = []
    now = 0
    for number in range(chance.choice([40, 100])):
        now += chance.choice([0, 0, HOUR, HOUR, DAY, 4 * DAY])
        again = story and chance.random() < 0.1
        story.append(chance.choice(story) if again else told(chance, number, now, story))
    return story


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_who_takes_over_after_any_turn_goes_on_as_the_former_owner_would_and_keeps_nothing_of_what_was_forgotten(
    chance: random.Random,
) -> None:
    one, other = (Following(POSITIONS, Policy(horizon=3 * DAY)) for _ in range(2))
    story = life(chance)
    while story:
        turn, story = story[:5], story[5:]
        for following in (one, other):
            following.take(KEY, turn)
        other.partition = _recovered(other.partition)
        for part in ("heads", "tails", "annexes"):
            assert getattr(other.partition, part) == getattr(one.partition, part)
    assert one.ledger == other.ledger
    assert not one.tally.unjudged
    assert summed(one.ledger) == {slot: quantity for slot, quantity in _balances(one).items() if quantity}
    kept = {entry.copy for entry in other.partition.read(KEY.encode()).every()}
    pages = other.partition.annexes.items()
    assert kept.issuperset(copy for row_key, page in pages if parse_key(row_key)[2] >= DAYS for copy in copies(page))


def _balances(following: Following) -> dict[tuple[object, ...], int]:
    streams = following.partition.read(KEY.encode()).state.streams
    return {(s.uom, s.stock_status, lot): quantity for s in streams for lot, quantity in s.lots.items()}


def _recovered(former: Partition) -> Partition:
    partition = Partition(POSITIONS)
    recover_history(partition, dict(history_rows_of(former)))
    recover(partition, dict(rows_of(former)))
    return partition
