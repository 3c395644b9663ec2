"""Lines that name only what their supplier calls the item: the one item whose master names it so."""

from __future__ import annotations

import pytest

from app.domain.facts.masters import SupplierItem
from app.domain.golden import sold_as
from app.domain.policy import Policy
from tests.stories.orders.packs import learn, packed, told
from tests.support.documents import PO, acked, billed, line, ordered, received, shipped
from tests.support.masters import item, knowing

BY_THEIR_NAME = ordered("o1", line("10", 10, item_id=None, supplier_item="GL-M"))
SOLD = {"supplier_items": (SupplierItem("ACME", "GL-M"), SupplierItem("OTHER", "77"))}


@pytest.mark.parametrize("known_before", [True, False])
def test_a_line_that_names_only_the_supplier_s_item_is_the_item_whose_master_names_it(known_before: bool) -> None:
    documents = acked(), *(make(uom="XCS", goods={"10": 2}) for make in (shipped, received, billed))
    following = told(BY_THEIR_NAME, *documents, policy=knowing(packed(**SOLD)) if known_before else Policy())
    if not known_before:
        assert set(following.open_codes(PO)) == {"UOM_MISMATCH"}
        learn(following, packed(**SOLD), ids=None)
    assert (following.view(PO)["life"], following.open_codes(PO)) == ("COMPLETED", [])


def test_it_is_held_and_told_where_two_items_go_by_that_name_or_none_does() -> None:
    other = item(item_id="OTHER", **SOLD)
    following = told(BY_THEIR_NAME, acked(), shipped(uom="XCS", goods={"10": 2}), policy=knowing(packed(**SOLD), other))
    assert following.open_codes(PO) == ["UOM_MISMATCH"]
    assert following.alerts[-1].message.endswith(
        "there is not exactly one item whose master names the supplier's GL-M."
    )
    learn(following, item(2, item_id="OTHER"), ids=(sold_as("ACME", "GL-M"),))
    assert following.open_codes(PO) == []


def test_a_closed_order_hears_of_a_second_item_of_its_supplier_s_name() -> None:
    documents = acked(), *(make(uom="XCS", goods={"10": 2}) for make in (shipped, received, billed))
    following = told(BY_THEIR_NAME, *documents, policy=knowing(packed(**SOLD)))
    learn(following, item(item_id="OTHER", **SOLD), ids=(sold_as("ACME", "GL-M"),))
    assert following.view(PO)["life"] == "OPEN"


def test_a_line_known_by_its_supplier_s_name_is_held_against_the_packs_of_its_item() -> None:
    following = told(BY_THEIR_NAME, acked(), shipped(goods={"10": 50}), policy=knowing(packed(**SOLD)))
    assert "UOM_MISMATCH" in following.open_codes(PO)
