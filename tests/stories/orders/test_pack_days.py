"""Packs of the day: a document counts by the version of the master that was valid on its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.domain.policy import Policy
from tables.purchase_orders import PURCHASE_ORDERS
from tests.stories.orders.packs import CASES, DOLLAR, learn, packed, shown, told
from tests.support.documents import DAY, PO, START, acked, billed, cancelled, line, ordered, received, shipped
from tests.support.following import Following
from tests.support.masters import know, knowing, unit

MADE_SMALLER = packed(2, (unit("XCS", 4, supplier_id="ACME"),), valid_from=START + 5 * DAY)


def test_a_version_that_is_valid_later_changes_nothing_of_an_order_that_was_over_before() -> None:
    goods = {"10": 2}
    following = told(ordered(), acked(), *(make(uom="XCS", goods=goods) for make in (shipped, received, billed)))
    said = len(following.outputs)
    learn(following, packed(), MADE_SMALLER)
    assert (following.view(PO)["life"], len(following.outputs)) == ("COMPLETED", said)


def test_a_corrected_version_of_the_same_days_changes_it() -> None:
    goods = {"10": 2}
    following = told(ordered(), acked(), *(make(uom="XCS", goods=goods) for make in (shipped, received, billed)))
    learn(following, packed(), MADE_SMALLER, packed(3, (unit("XCS", 3, supplier_id="ACME"),)))
    assert shown(following, "received_good") == ["6"]


@pytest.mark.parametrize("first", [True, False])
def test_each_document_counts_by_the_packs_of_its_own_day(first: bool) -> None:
    story = (
        ordered("o1", line("10", 9)),
        *(
            make(name, uom="XCS", goods={"10": 1}, at=at)
            for make, name in ((shipped, "s"), (received, "r"), (billed, "i"))
            for name, at in ((f"{name}1", DAY), (f"{name}2", 6 * DAY))
        ),
    )
    policy = Policy()
    know(policy, packed(), *([MADE_SMALLER] if first else []))
    following = told(*story, policy=policy)
    learn(following, packed(), MADE_SMALLER)
    assert shown(following, "shipped", "received_good", "invoiced") == ["9", "9", "9"]
    assert following.view(PO)["life"] == "COMPLETED"


def test_an_order_in_packs_means_the_packs_of_the_day_it_was_placed() -> None:
    policy = Policy()
    know(policy, packed(), MADE_SMALLER)
    order = ordered("o1", line("10", 2, uom="XCS", unit_price=10 * DOLLAR))
    bill = billed(goods={"10": 10}, at=6 * DAY, unit_price=2 * DOLLAR, price_uom="EA")
    following = told(order, acked(), shipped(at=6 * DAY), received(at=6 * DAY), bill, policy=policy)
    assert shown(following, "shipped", "received_good", "invoiced", "invoicing") == ["2", "2", "2", "FULL"]


def test_a_unit_that_a_later_version_names_first_is_what_that_one_says() -> None:
    following = told(ordered(), acked(), shipped(uom="XPK", goods={"10": 5}))
    assert following.open_codes(PO) == ["UOM_MISMATCH"]
    learn(following, packed(), packed(2, (*CASES, unit("XPK", 2)), valid_from=START + 5 * DAY))
    assert (shown(following, "shipped"), following.open_codes(PO)) == (["10"], [])


def test_a_pack_of_a_later_day_explains_no_difference_of_an_order() -> None:
    following = told(ordered(), acked(), *(make(goods={"10": 40}) for make in (shipped, received, billed)))
    learn(following, packed(), MADE_SMALLER)
    assert "UOM_MISMATCH" not in following.open_codes(PO)
    learn(following, packed(), MADE_SMALLER, packed(3, (unit("XCS", 4),)))
    assert "UOM_MISMATCH" in following.open_codes(PO)


def test_a_master_that_is_withdrawn_from_a_day_on_still_tells_of_the_days_before() -> None:
    following = told(ordered(), acked(), shipped(uom="XCS", goods={"10": 2}))
    learn(following, packed(), packed(2, purpose="CANCEL", valid_from=START + 5 * DAY))
    assert shown(following, "shipped") == ["10"]
    learn(following, packed(), packed(3, purpose="CANCEL"))
    assert shown(following, "shipped") == ["0"]


def test_a_closed_order_rests_on_the_same_masters_whether_it_was_kept_in_memory_or_read_anew() -> None:
    gone = received("x1", goods={}, purpose="CANCEL", supersedes="r1", at=DAY)
    order = ordered("o1", line("10", 10), match_policy="TWO_WAY")
    story = [order, received(uom="XCS", goods={"10": 1}), billed(), gone, cancelled(at=2 * DAY)]
    heads = []
    for hot in (100, 0):
        following = Following.told(replace(PURCHASE_ORDERS, hot=hot), PO, story, 9 * DAY, knowing(packed()))
        heads.append(following.partition.heads)
    assert heads[0] == heads[1]
