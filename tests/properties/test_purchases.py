"""Purchases from the order to the payment end alike however their documents arrive, and add up all the way."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from app.domain.codes import Life
from app.domain.orders.packed import DIGITS
from tests.soak.arrivals import soak
from tests.support.arrivals import faults, told
from tests.support.documents import PO
from tests.support.purchases import PACKS, purchase

BLOCKS, BLOCK, ARRIVALS = 8, 25, 50  # 200 purchases


@pytest.mark.parametrize("block", range(BLOCKS))
def test_fifty_orders_of_arrival_of_a_purchase_end_as_it_was_written_down(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        assert list(faults(purchase(Random(seed)), ARRIVALS, Random(seed))) == [], f"purchase {seed}"


def test_purchases_come_to_every_end_and_most_of_them_to_the_good_one() -> None:
    views = [told(purchase(Random(seed))).view(PO) for seed in range(200)]
    lives = Counter(view["life"] for view in views)
    assert lives.keys() == {life.value for life in Life} - {"UNKNOWN", "STUB", "CANCEL_PENDING"}
    assert lives["COMPLETED"] > 100
    alerts = [alert for view in views for alert in view["open_alerts"]]
    codes = {alert["code"] for alert in alerts}
    assert len(codes) > 15
    assert not codes & {"UNKNOWN_PO", "DUP_PO", "SEQ_GAP", "LINE_UNMATCHED", "REVERSAL_ORPHAN"}
    conflicts = {alert["evidence"] for alert in alerts if alert["code"] == "DUPLICATE_CONFLICT"}
    assert conflicts == {f"sscc {pack}" for pack in PACKS if pack and len(pack) == DIGITS}


def test_the_same_seed_makes_the_same_purchase() -> None:
    assert purchase(Random(7)) == purchase(Random(7)) != purchase(Random(8))


def test_the_soak_of_arrivals_counts_what_it_tried() -> None:
    heard: list[str] = []
    assert soak(orders=3, arrivals=2, seed=5, say=heard.append) == []
    assert heard[-1].startswith("3 of 3 purchases, 6 arrivals")
