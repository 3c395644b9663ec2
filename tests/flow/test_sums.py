"""A sum of legal inputs always fits: the largest quantities, added up until no machine's integer holds them."""

from __future__ import annotations

import pytest

from app.domain.outputs import CorrectedPurchaseOrder
from tables.positions import POSITIONS
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import PO, ordered, shipped
from tests.support.following import Following
from tests.support.movements import DAY, KEY, MINUTE, folded, moved, summed

MOST = 99_999_999_999_999  # whole units that decimal(18,4) holds
MANY = 30  # 30 times as much needs 65 bits and more


@pytest.mark.parametrize(("movement", "sign"), [("RECEIPT", 1), ("ISSUE", -1)])
def test_balances_grow_beyond_64_bits_and_are_read_again(movement: str, sign: int) -> None:
    following = Following.told(POSITIONS, KEY, [moved(f"e{n}", movement, MOST, at=n) for n in range(MANY)], DAY)
    assert following.view(KEY)["on_hand"] == str(sign * MANY * MOST)
    assert following.ledger[-1].balance_after == sign * MANY * MOST * 10_000


def test_what_counts_find_missing_grows_likewise_at_hand_and_in_the_annex() -> None:
    counts = [moved(f"c{n}", "COUNT_SET", n, at=DAY + n * MINUTE, lot="A") for n in range(12)]
    late = [moved(f"e{n}", "ISSUE", MOST, at=n, recorded=2 * DAY, lot="A") for n in range(MANY)]
    between = moved("b", "RECEIPT", MOST, at=DAY + MINUTE + 1, recorded=2 * DAY, lot="A")
    story = [*counts, *late, between]
    following = Following.told(POSITIONS, KEY, story)
    for time in {event.event_time for event in story}:
        assert summed(following.ledger, time) == folded(story, time)


def test_reservations_and_counters_of_orders_grow_likewise() -> None:
    reserved = Following.told(POSITIONS, KEY, [moved(f"e{n}", "RESERVE", MOST, at=n) for n in range(MANY)])
    assert reserved.view(KEY)["reserved"] == str(MANY * MOST)
    order = Following.told(
        PURCHASE_ORDERS, PO, [ordered(), *(shipped(f"s{n}", goods={"10": MOST}) for n in range(MANY))]
    )
    [line] = order.view(PO)["lines"]
    assert line["shipped"] == str(MANY * MOST)
    last = [word for word in order.outputs if isinstance(word, CorrectedPurchaseOrder)][-1]
    assert last.lines[0].shipped == MANY * MOST * 10_000
