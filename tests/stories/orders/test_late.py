"""Answers that come too late or say nothing clear, notices that leave goods out, and from when an order is one."""

from __future__ import annotations

import pytest

from app.domain.facts import AckStatus, ShipmentLine
from tests.stories.orders.stories import Story
from tests.stories.orders.test_rules import opened, told
from tests.support.documents import (
    DAY,
    GRACE,
    TODAY,
    acked,
    cancelled,
    confirmed,
    line,
    ordered,
    published,
    received,
    shipped,
    status,
)
from tests.support.facts import fact


def test_what_is_accepted_by_tolerance_is_published_with_the_change_that_brought_it() -> None:
    order = ordered("o1", line("10", 10, need_by=TODAY + 5, unit_price=1_000_000))
    answer = acked(codes={"10": [status("DR", date=TODAY + 7), status("IP", unit_price=1_010_000)]})
    following, key = told([order, answer], GRACE)
    accepted = "a price of 1.01 instead of a price of 1; delivery on 2026-02-08 instead of delivery by 2026-02-06"
    assert following.view(key)["lines"][0]["tolerated"] == accepted
    last = published(following)[-1]
    assert [(c.before, c.after) for c in last.changed if c.path == "lines[10].tolerated"] == [(None, accepted)]
    assert last.caused_by == ("a1",)


def test_what_lies_beyond_the_tolerances_was_accepted_by_nobody() -> None:
    order = ordered("o1", line("10", 10, unit_price=1_000_000))
    following, key = told([order, acked(codes={"10": [status("IP", unit_price=1_010_001)]})], GRACE)
    assert following.view(key)["lines"][0]["tolerated"] is None
    assert opened(following, key, "ACK_CHANGE") == [("10", "WARN")]


def test_the_day_of_an_order_is_the_first_on_which_it_was_written() -> None:
    change = ordered("o2", line("10", 12), version=2, purpose="CHANGE", order_date=TODAY + 3, at=3 * DAY)
    following, key = told([ordered(), shipped(at=DAY, ship_date=TODAY + 1), change], DAY)
    assert opened(following, key, "SHIPPED_BEFORE_ORDERED") == []


def test_who_has_answered_unclearly_is_asked_what_he_means_and_not_whether_he_got_the_order() -> None:
    following, key = told([ordered(), acked(codes={"10": [status("ZZ")]})], 2 * DAY)
    assert following.open_codes(key) == ["ACK_AMBIGUOUS"]


def test_who_takes_an_order_up_again_waits_for_its_answer_from_then_on() -> None:
    taken_up = confirmed(at=3 * DAY)
    following, key = told([ordered(), cancelled(), taken_up], DAY - 1)
    assert opened(following, key, "ACK_STUCK") == []
    following, key = told([ordered(), cancelled(), taken_up], DAY)
    assert opened(following, key, "ACK_STUCK") == [("n1", "WARN")]
    assert following.alerts[-1].message.startswith("The supplier has not answered the reactivation of order PO-1 ")


def test_who_changes_an_order_after_its_reactivation_waits_from_the_change_on() -> None:
    change = ordered("o2", line("10", 12), version=10, purpose="CHANGE", at=4 * DAY)
    following, key = told([ordered(), cancelled(), confirmed(), change], DAY)
    assert opened(following, key, "ACK_STUCK") == [("o2", "WARN")]


def test_a_change_from_before_the_cancel_is_asked_for_anew_by_the_reactivation() -> None:
    change = ordered("o2", line("10", 12), version=2, purpose="CHANGE", at=DAY - 1)
    story: Story = [ordered(), acked(), shipped(goods={"10": 4}), change, cancelled(), confirmed()]
    following, key = told(story, DAY - 1)
    assert opened(following, key, "CHANGE_UNANSWERED") == []
    following, key = told(story, DAY)
    assert opened(following, key, "CHANGE_UNANSWERED") == [("o2", "WARN")]


ANNOUNCED: dict[str, Story] = {
    "nothing of the line": [shipped(goods={"10": 0}), received()],
    "only another line": [shipped(goods={"20": 5}), received(goods={"10": 10, "20": 5}, shipment_id="SHIP-s1")],
}


@pytest.mark.parametrize("case", ANNOUNCED)
def test_goods_that_their_ship_notice_does_not_name_are_told(case: str) -> None:
    following, key = told([ordered("o1", line("10", 10), line("20", 5)), *ANNOUNCED[case]], DAY)
    assert opened(following, key, "ASN_RECEIPT") == [("10", "WARN")]


@pytest.mark.parametrize("codes", [[status("IQ", 4)], [status("BP", 6)], [status("IH")]])
def test_an_answer_that_changes_what_has_come_already_is_told(codes: list[AckStatus]) -> None:
    late = acked("a2", at=DAY, codes={"10": codes})
    following, key = told([ordered(), acked(), shipped(), received(), late], GRACE)
    assert opened(following, key, "LATE_ACK") == [("ACK-a2", "INFO")]
    following, key = told([ordered(), acked(), shipped(goods={"10": 4}), late, received(at=2 * DAY)], GRACE)
    assert opened(following, key, "LATE_ACK") == []


SUBSTITUTE = acked(codes={"10": [status("IS", 10, item_id="OTHER", supplier_item="V-9")]})
OF_SUBSTITUTE: dict[str, dict[str, str]] = {"its item": {"item_id": "OTHER"}, "its number": {"supplier_item": "V-9"}}


def of(**names: str) -> tuple[ShipmentLine, ...]:
    return (fact(ShipmentLine, quantity=100_000, uom="EA", **names),)


@pytest.mark.parametrize("case", OF_SUBSTITUTE)
def test_a_substitute_that_is_shipped_under_its_own_name_is_of_the_line_it_replaces(case: str) -> None:
    order, notice = ordered("o1", line("10", 10), line("20", 5)), shipped(lines=of(**OF_SUBSTITUTE[case]))
    for story in [order, SUBSTITUTE, notice], [order, notice, SUBSTITUTE], [SUBSTITUTE, notice, order]:
        following, key = told(story, GRACE)
        assert [shown["shipped"] for shown in following.view(key)["lines"]] == ["10", "0"]
        assert opened(following, key, "LINE_UNMATCHED") == []


def test_an_answer_after_the_notice_says_what_the_notice_meant() -> None:
    late = acked("a2", at=DAY, codes={"10": [status("IS", 10, item_id="OTHER")]})
    following, key = told([ordered(), shipped(lines=of(item_id="OTHER")), late], GRACE)
    assert following.view(key)["lines"][0]["shipped"] == "10"


def test_what_is_ordered_on_a_line_of_its_own_replaces_no_other() -> None:
    order = ordered("o1", line("10", 10), line("20", 10, item_id="OTHER"))
    following, key = told([order, SUBSTITUTE, shipped(lines=of(item_id="OTHER"))], GRACE)
    assert [shown["shipped"] for shown in following.view(key)["lines"]] == ["0", "10"]
