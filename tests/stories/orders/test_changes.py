"""What becomes of an order that the buyer changes (860), and of what the supplier says to it (865)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import Fact
from tables.purchase_orders import PURCHASE_ORDERS
from tests.stories.orders.stories import changed
from tests.support.documents import (
    DAY,
    GRACE,
    HOUR,
    MINUTE,
    PO,
    TODAY,
    acked,
    cancelled,
    line,
    ordered,
    received,
    shipped,
    status,
)
from tests.support.following import Following


def told(*story: Fact, wait: int = GRACE) -> Following:
    return Following.told(PURCHASE_ORDERS, PO, story, wait)


def answered(at: int = DAY + HOUR, **fields: Any) -> Fact:
    return acked("a9", at=at, change_response=True, **fields)


def message(following: Following, code: str) -> str:
    return [alert.message for alert in following.alerts if alert.code == code][-1]


def test_a_refused_change_says_on_which_terms_the_supplier_still_stands() -> None:
    first = ordered("o1", line("10", 10, need_by=TODAY + 5, unit_price=2_000_000))
    second = line("10", 12, need_by=TODAY + 3, unit_price=2_000_000)
    change = ordered("o2", second, version=2, purpose="CHANGE", at=DAY)
    following = told(first, acked(), change, answered(ack_type="RJ"))
    assert "10 EA instead of 12 EA, 2026-02-06 instead of 2026-02-04" in message(following, "CHANGE_REJECTED")
    assert "ACK_REJECTED" not in following.open_codes(PO)


def test_a_refused_change_leaves_lines_alone_that_it_did_not_change() -> None:
    first = ordered("o1", line("10", 10), line("20", 5))
    change = ordered("o2", line("10", 12), line("20", 5), version=2, purpose="CHANGE", at=DAY)
    ten, twenty = told(first, acked(), change, answered(ack_type="RJ")).view(PO)["lines"]
    assert (ten["ack"], twenty["ack"], twenty["accepted"]) == ("REJECTED", "ACCEPTED", "5")


def test_goods_of_a_refused_change_are_still_due() -> None:
    first = ordered("o1", line("10", 10, need_by=TODAY + 2))
    change = ordered("o2", line("10", 12, need_by=TODAY + 2), version=2, purpose="CHANGE", at=HOUR)
    following = told(first, change, answered(at=2 * HOUR, ack_type="RJ"), wait=9 * DAY)
    assert "OVERDUE" in following.open_codes(PO)


@pytest.mark.parametrize("says", [{"ack_type": "RJ"}, {"codes": {"10": [status("IR")]}}])
def test_a_refused_cancel_is_told_until_the_supplier_agrees(says: dict[str, Any]) -> None:
    following = told(ordered(), acked(), cancelled(), answered(**says))
    assert "CHANGE_REJECTED" in following.open_codes(PO)
    following.follow(PO, [acked("a10", at=2 * DAY, ack_type="AT", change_response=True)])
    assert "CHANGE_REJECTED" not in following.open_codes(PO)


def test_a_refused_deletion_of_a_line_is_told() -> None:
    deletion = ordered("o2", line("10", 10, cancelled=True), line("20", 5), version=2, purpose="CHANGE", at=DAY)
    following = told(ordered("o1", line("10", 10), line("20", 5)), acked(), deletion, answered(ack_type="RJ"))
    assert "line 10: 10 EA instead of nothing" in message(following, "CHANGE_REJECTED")


def test_the_deletion_of_a_line_that_the_supplier_had_acknowledged_waits_for_his_answer() -> None:
    deletion = ordered("o2", line("10", 10, cancelled=True), line("20", 5), version=2, purpose="CHANGE", at=DAY)
    first = ordered("o1", line("10", 10), line("20", 5))
    assert "CHANGE_UNANSWERED" in told(first, acked(), deletion, wait=DAY).open_codes(PO)
    assert "CHANGE_UNANSWERED" not in told(first, deletion, wait=30 * DAY).open_codes(PO)
    assert told(first, acked(), deletion, answered(ack_type="AT"), wait=30 * DAY).open_codes(PO) == []


def test_a_change_of_which_nothing_has_moved_is_one_order_that_nobody_answers() -> None:
    following = told(ordered(), acked(), changed(12, DAY), wait=DAY)
    assert following.open_codes(PO) == ["ACK_STUCK"]
    assert "has not answered the change (version 2) of order PO-1" in message(following, "ACK_STUCK")


def test_a_supplier_changes_lines_of_an_order_that_he_acknowledged_by_himself() -> None:
    own = answered(codes={"10": [status("IQ", 9)]})
    assert told(ordered(), acked(), own, wait=DAY).open_codes(PO) == ["ACK_CHANGE"]
    assert "NO_CHANGE_PENDING" in told(ordered(), acked(), answered(ack_type="RJ"), wait=DAY).open_codes(PO)


def test_goods_that_have_come_need_no_acknowledgement_any_more() -> None:
    following = told(ordered(), shipped(), wait=DAY)
    assert following.open_codes(PO) == ["NO_ACK"]
    following.follow(PO, [received(at=2 * DAY)])
    assert following.open_codes(PO) == []


def test_what_is_refused_of_no_change_refuses_no_line() -> None:
    (shown,) = told(ordered(), acked(), answered(ack_type="RJ")).view(PO)["lines"]
    assert (shown["ack"], shown["accepted"]) == ("ACCEPTED", "10")


@pytest.mark.parametrize(("moved", "verb"), [(shipped(goods={"10": 8}), "shipped"), (received(), "received")])
def test_a_line_lowered_below_what_moved_says_how_much_had_moved(moved: Fact, verb: str) -> None:
    following = told(ordered(), moved, changed(6, DAY))
    assert verb in message(following, "CHANGE_AFTER_SHIP")


def test_goods_that_move_after_a_line_was_lowered_are_no_fault_of_the_change() -> None:
    following = told(ordered(), changed(6, HOUR), shipped(goods={"10": 8}))
    assert "CHANGE_AFTER_SHIP" not in following.open_codes(PO)
    assert "OVER_SHIP" in following.open_codes(PO)


def test_a_change_of_a_line_that_a_final_receipt_closed_has_no_effect_and_is_told() -> None:
    following = told(ordered(), received(goods={"10": 8}, final=True), changed(12, DAY))
    assert "CHANGE_ON_CANCELLED" in following.open_codes(PO)
    assert "closed line(s) 10" in message(following, "CHANGE_ON_CANCELLED")


def test_an_order_that_moves_to_another_supplier_waits_for_his_own_answer() -> None:
    moved = ordered("o2", version=2, supplier_id="OTHER", at=DAY)
    following = told(ordered(), acked(), moved, wait=DAY)
    (shown,) = following.view(PO)["lines"]
    assert (shown["ack"], shown["accepted"]) == ("NONE", "0")
    assert "for 24 h" in message(following, "ACK_STUCK")
    following.follow(PO, [acked("a2", at=3 * DAY, ack_type="RJ")])
    assert following.view(PO)["ack"] == "REJECTED"
    following.wait_until(following.clock + GRACE)
    assert following.open_codes(PO) == ["ACK_REJECTED"]


def test_the_cancel_of_an_order_waits_for_no_answer_but_its_present_suppliers() -> None:
    moved = ordered("o2", version=2, supplier_id="OTHER", at=HOUR + MINUTE)
    assert told(ordered(), acked(), moved, cancelled(), wait=0).view(PO)["life"] == "CANCELLED"
    assert told(ordered(), moved, acked(at=2 * HOUR), cancelled(), wait=0).view(PO)["life"] == "CANCEL_PENDING"
