"""What masters change in the judgement of an order."""

from __future__ import annotations

import pytest

from app.domain.facts import SupplierItem
from app.domain.policy import Policy
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import DAY, HOUR, PO, START, TODAY, acked, line, ordered, received
from tests.support.following import Following
from tests.support.masters import item, know, knowing, supplier


def told(policy: Policy, *story: object, wait: int = 2 * DAY) -> Following:
    return Following.told(PURCHASE_ORDERS, PO, story, wait, policy)  # type: ignore[arg-type]


def test_a_supplier_who_sends_no_acknowledgements_is_not_reminded_of_them() -> None:
    silent = knowing(supplier(supplier_id="ACME", sends_acks=False))
    assert "ACK_STUCK" not in told(silent, ordered()).open_codes(PO)
    assert "ACK_STUCK" in told(knowing(supplier(supplier_id="ACME")), ordered()).open_codes(PO)


def test_a_supplier_who_says_that_he_sends_them_is_reminded_whatever_the_setting() -> None:
    says = knowing(supplier(supplier_id="ACME", sends_acks=True), policy=Policy(ack_expected=False))
    assert "ACK_STUCK" in told(says, ordered()).open_codes(PO)


def test_a_supplier_who_sends_no_ship_notices_is_not_asked_for_them() -> None:
    story = ordered(), acked(), received()
    assert "NO_ASN" in told(knowing(), *story).open_codes(PO)
    assert "NO_ASN" not in told(knowing(supplier(supplier_id="ACME", sends_asns=False)), *story).open_codes(PO)


def test_a_supplier_s_master_that_comes_later_heals_what_was_asked_of_him() -> None:
    following = told(knowing(), ordered())
    assert "ACK_STUCK" in following.open_codes(PO)
    know(following.policy, supplier(supplier_id="ACME", sends_acks=False))
    following.partition.judge_again(["ACME"])
    following.wait_until(following.clock)
    assert "ACK_STUCK" not in following.open_codes(PO)


def test_late_goods_of_a_critical_item_are_urgent() -> None:
    order = ordered("o1", line("10", 10, need_by=TODAY - 10))
    severities = [
        {alert.severity for alert in told(policy, order, acked(), wait=9 * DAY).alerts if alert.code == "OVERDUE"}
        for policy in (knowing(), knowing(item(item_id="ITEM-10", critical=True)))
    ]
    assert severities == [{"WARN"}, {"HIGH"}]


def stale(policy: Policy, *story: object) -> list[str]:
    return [alert.message for alert in told(policy, *story).alerts if alert.code == "STALE_MASTER"]


def test_an_order_for_a_replaced_item_names_the_one_at_the_end_of_the_chain() -> None:
    sold = SupplierItem("ACME", "V-77")
    chain = [item(item_id="ITEM-10", replaced_by="B"), item(item_id="B", replaced_by="C")]
    chain.append(item(item_id="C", supplier_items=(sold,)))
    assert stale(knowing(*chain), ordered(), acked(), received(goods={"10": 4})) == [
        "Line(s) 10 (6 EA to come) of order PO-1 (supplier ACME) are for item ITEM-10, which is replaced by B, and "
        "that by C. Order C instead (ACME calls it V-77). edi works with an old master: its other orders for ITEM-10 "
        "have alerts of their own, in one group."
    ]


@pytest.mark.parametrize("valid_from", [0, START - DAY])
def test_since_when_an_item_is_retired_is_told_where_its_master_says_so(valid_from: int) -> None:
    (message,) = stale(knowing(item(item_id="ITEM-10", active=False, valid_from=valid_from)), ordered())
    assert ("which is inactive since 2026-01-31." if valid_from else "which is inactive.") in message


NOBODY = "No active item takes its place: ask who keeps the items."
INSTEAD = {
    "a circle": ([item(item_id="B", replaced_by="ITEM-10")], NOBODY),
    "an item that is inactive itself": ([item(item_id="B", active=False)], NOBODY),
    "an item without a master": ([], "Order B instead, of which there is no master yet."),
    "an item that this supplier does not sell": (
        [item(item_id="B", supplier_items=(SupplierItem("ZETA", "Z-1"),))], "Order B instead.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", INSTEAD)
def test_what_takes_the_place_of_a_replaced_item_is_named_only_where_it_can_be_ordered(case: str) -> None:
    others, instead = INSTEAD[case]
    (message,) = stale(knowing(item(item_id="ITEM-10", replaced_by="B"), *others), ordered())
    assert f" {instead} edi works with an old master" in message


def test_what_was_ordered_before_the_item_was_retired_is_no_slip_of_the_source() -> None:
    later = item(2, item_id="ITEM-10", active=False, valid_from=START + HOUR)
    assert stale(knowing(item(item_id="ITEM-10"), later), ordered()) == []
    assert len(stale(knowing(item(item_id="ITEM-10"), later), ordered(at=HOUR))) == 1


def test_an_item_that_is_active_again_is_no_concern_of_an_order_any_more() -> None:
    following = told(knowing(item(item_id="ITEM-10", active=False)), ordered())
    assert "STALE_MASTER" in following.open_codes(PO)
    know(following.policy, item(2, item_id="ITEM-10"))
    following.partition.judge_again(["ITEM-10"])
    following.wait_until(following.clock)
    assert "STALE_MASTER" not in following.open_codes(PO)
