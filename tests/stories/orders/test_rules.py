"""For every rule of orders: what makes it speak, what leaves it silent, and what heals it."""

from __future__ import annotations

import pytest

from app.domain.codes import AlertState, Severity
from app.domain.facts import ShipmentLine
from app.domain.policy import Policy
from app.domain.rules.orders import ORDERS as RULES
from tables.purchase_orders import PURCHASE_ORDERS
from tests.stories.orders.stories import FIRES, HEALS, QUIET, RACES, Story
from tests.support.documents import (
    DAY,
    GRACE,
    HOUR,
    MINUTE,
    ONE,
    PO,
    START,
    TODAY,
    acked,
    billed,
    cancelled,
    line,
    ordered,
    received,
    shipped,
    status,
)
from tests.support.facts import fact
from tests.support.following import Following
from tests.support.masters import item, knowing

KNOWN = item(item_id="PACEMAKER", critical=True), item(item_id="OLD", replaced_by="NEW")


def told(story: Story, wait: int, policy: Policy | None = None) -> tuple[Following, str]:
    """The story and the key that it is told under."""
    number = getattr(story[0], "po_number", None)
    key = number or f"~{getattr(story[0], 'receipt_id', '')}"
    return Following.told(PURCHASE_ORDERS, key, story, wait, policy or knowing(*KNOWN)), key


def opened(following: Following, key: str, code: str) -> list[tuple[str, str]]:
    found = following.view(key)["open_alerts"]
    return [(alert["evidence"], alert["severity"]) for alert in found if alert["code"] == code]


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_fires_with_its_evidence_and_severity(code: str) -> None:
    story, wait, evidence, severity = FIRES[code]
    following, key = told(story, wait)
    assert opened(following, key, code) == [(evidence, severity.value)]


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_waits_for_its_grace(code: str) -> None:
    story, wait, *_ = FIRES[code]
    if wait:
        following, key = told(story, wait - 1)
        assert opened(following, key, code) == []


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_is_quiet_where_nothing_is_wrong(code: str) -> None:
    story, wait = QUIET[code]
    following, key = told(story, wait)
    assert opened(following, key, code) == []


@pytest.mark.parametrize("code", HEALS)
def test_an_alert_heals_when_its_condition_ends(code: str) -> None:
    story, end = HEALS[code]
    following, key = told(story, 2 * DAY)
    assert opened(following, key, code)
    following.follow(key, end)
    last = [alert for alert in following.alerts if alert.code == code][-1]
    assert opened(following, key, code) == []
    assert last.state is AlertState.HEALED
    assert last.message.startswith(f"{code} is over for order {PO}")


ALONE = {
    "CHECK_DIGIT", "DUPLICATE_CONFLICT", "DUP_INVOICE", "DUP_PO", "IMPLAUSIBLE_TIME", "INVOICE_TOTAL", "NOT_RECEIVED",
    "OVERDUE", "RECEIPT_NO_PO", "SHIPPED_BEFORE_ORDERED", "TRANSMISSION_REJECTED",
}  # fmt: skip


def test_only_what_no_other_feed_can_explain_any_more_is_told_at_once() -> None:
    assert {rule.code for rule in RULES if rule.stages(Policy())[0].grace < GRACE} == ALONE


@pytest.mark.parametrize("code", RACES)
def test_what_the_word_of_another_feed_explains_within_minutes_pages_nobody(code: str) -> None:
    for grace, told_of in (0, True), (GRACE, False):
        following, _ = told(RACES[code], DAY, Policy(overtaking_grace=grace))
        assert (code in {alert.code for alert in following.alerts}) is told_of


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_message_names_the_order_or_its_document_and_what_to_do(code: str) -> None:
    story, wait, *_ = FIRES[code]
    following, _ = told(story, wait)
    alert = next(alert for alert in following.alerts if alert.code == code)
    assert PO in alert.message or "REC-r1" in alert.message
    assert alert.message.endswith(".")
    assert not alert.message[0].islower()
    assert alert.suggested_action


def test_a_supplier_who_answers_electronically_is_asked_early_and_the_breach_rises() -> None:
    following, _ = told([ordered()], 2 * DAY, Policy(ack_electronic=True))
    alerts = [alert for alert in following.alerts if alert.code == "ACK_STUCK"]
    assert [(a.severity, a.episode, a.first_seen - START) for a in alerts] == [
        (Severity.WARN, 1, 2 * HOUR),
        (Severity.HIGH, 1, 2 * HOUR),
    ]


def test_a_grace_shorter_than_an_hour_is_told_in_minutes() -> None:
    following, _ = told([ordered()], HOUR, Policy(ack_grace=30 * MINUTE))
    [alert] = [alert for alert in following.alerts if alert.code == "ACK_STUCK"]
    assert "for 30 min: no acknowledgement of line(s) 10, which is due within 30 min." in alert.message


def test_a_change_of_the_order_restarts_the_wait_for_an_answer() -> None:
    following, key = told([ordered(), acked(), ordered("o2", line("10", 12), version=2, at=2 * DAY)], DAY - 1)
    assert opened(following, key, "ACK_STUCK") == []
    following.wait_until(START + 3 * DAY)
    assert opened(following, key, "ACK_STUCK") == [("o2", "WARN")]


@pytest.mark.parametrize("code", ["ACK_STUCK", "NO_ASN", "SHIPPED_BEFORE_ORDERED", "ASN_RECEIPT"])
def test_two_way_lines_expect_no_answer_no_notice_and_no_receipt(code: str) -> None:
    story = [
        ordered(match_policy="TWO_WAY"),
        shipped(goods={"10": 2}, ship_date=TODAY - 1),
        received(goods={"10": 1}, received_at=START - 2 * DAY),
        received("r2", goods={"10": 2}, shipment_id="NONE"),
        billed(),
    ]
    following, key = told(story, 20 * DAY)
    assert opened(following, key, code) == []


def test_a_receipt_on_a_short_closed_order_only_warns() -> None:
    story = [ordered(), shipped(goods={"10": 4}), cancelled(), received(goods={"10": 4}, at=2 * DAY)]
    following, key = told(story, GRACE)
    assert opened(following, key, "RECEIPT_ON_CLOSED") == [("REC-r1", "WARN")]


def test_an_alert_is_told_again_when_what_comes_later_makes_it_milder() -> None:
    story = [ordered(), cancelled(), received(goods={"10": 4}, at=2 * DAY), shipped(goods={"10": 4}, recorded=3 * DAY)]
    following, key = told(story, GRACE)
    told_about = [(a.severity, a.episode) for a in following.alerts if a.code == "RECEIPT_ON_CLOSED"]
    assert told_about == [(Severity.HIGH, 1), (Severity.WARN, 1)]
    assert opened(following, key, "RECEIPT_ON_CLOSED") == [("REC-r1", "WARN")]


def test_goods_that_go_back_without_having_come_are_told_until_their_receipt_comes() -> None:
    story = [ordered(), shipped(), received(), received("b1", kind="RETURN", goods={"10": 15})]
    following, key = told(story, DAY - 1)
    assert opened(following, key, "REVERSAL_ORPHAN") == []
    following.wait_until(following.clock + 1)
    assert opened(following, key, "REVERSAL_ORPHAN") == [("line 10", "WARN")]
    following.follow(key, [received("r2", goods={"10": 5}, at=3 * DAY)])
    assert opened(following, key, "REVERSAL_ORPHAN") == []


def test_an_empty_id_names_no_line() -> None:
    lines = [line(number, 10, gtin="", supplier_item="") for number in ("10", "20")]
    moved = fact(ShipmentLine, item_id="ITEM-20", gtin="", supplier_item="", quantity=10 * ONE, uom="EA")
    following, key = told([ordered("o1", *lines), shipped(lines=(moved,))], DAY)
    assert opened(following, key, "LINE_UNMATCHED") == []
    assert [shown["shipped"] for shown in following.view(key)["lines"]] == ["0", "10"]


def test_lots_are_compared_where_both_sides_name_them() -> None:
    following, key = told([ordered(), shipped(lot="A"), received(lot="B")], GRACE)
    assert opened(following, key, "ASN_RECEIPT") == [("10/A", "WARN"), ("10/B", "WARN")]


def test_a_short_final_receipt_waits_for_no_remainder() -> None:
    following, key = told([ordered(), shipped(), received(goods={"10": 8}, final=True)], GRACE)
    assert opened(following, key, "ASN_RECEIPT") == [("10", "WARN")]


def test_a_document_whose_id_and_version_are_contested_is_told_once() -> None:
    following, key = told([ordered(), ordered("o1", line("10", 12))], DAY)
    assert opened(following, key, "DUPLICATE_CONFLICT") == [("o1", "WARN")]
    assert opened(following, key, "DUP_PO") == []


def test_dates_are_compared_in_the_calendar_of_their_source() -> None:
    story = [ordered(), shipped(at=-13 * HOUR, tz_offset_minutes=120)]  # 23:00 UTC of the day before is 01:00 here
    following, key = told(story, GRACE)
    assert opened(following, key, "SHIPPED_BEFORE_ORDERED") == []


CHANGES = {
    "a price": ({"unit_price": 1_000_000}, status("IP", unit_price=1_010_001), "a price of 1.010001"),
    "a date": ({"need_by": TODAY + 5}, status("DR", date=TODAY + 8), "instead of"),
    "a substitute": ({}, status("IS", 4, item_id="OTHER"), "4 EA of a substitute"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_beyond_its_tolerance_says_what_was_ordered_and_what_was_answered(what: str) -> None:
    terms, said, words = CHANGES[what]
    codes = [said] if what != "a substitute" else [status("IA", 6), said]
    following, key = told([ordered("o1", line("10", 10, **terms)), acked(codes={"10": codes})], GRACE)
    [alert] = [alert for alert in following.alerts if alert.code == "ACK_CHANGE"]
    assert words in alert.message
    assert opened(following, key, "ACK_CHANGE") == [("10", "WARN")]


def test_an_order_rejected_on_its_way_is_also_one_that_nobody_answers() -> None:
    following, key = told([ordered(), acked(level="TECHNICAL", ack_type="R")], DAY)
    assert opened(following, key, "ACK_STUCK") == [("o1", "WARN")]
    assert opened(following, key, "TRANSMISSION_REJECTED") == [("ACK-a1", "HIGH")]


@pytest.mark.parametrize("quantity", [0, 11])
def test_a_line_that_is_cut_to_nothing_or_raised_is_a_change(quantity: int) -> None:
    following, key = told([ordered(), acked(codes={"10": [status("IQ", quantity)]})], GRACE)
    assert opened(following, key, "ACK_CHANGE") == [("10", "WARN")]


def test_who_ships_more_than_he_accepted_has_changed_no_quantity_but_still_the_price() -> None:
    codes = {"10": [status("IQ", 4), status("IP", unit_price=1_050_000)]}
    order = ordered("o1", line("10", 10, unit_price=1_000_000))
    for goods, words in ({"10": 4}, "a price of 1.05; 4 EA"), ({"10": 10}, "a price of 1.05"):
        following, _ = told([order, shipped(goods=goods), acked(codes=codes, recorded=5 * HOUR)], GRACE)
        [alert] = [alert for alert in following.alerts if alert.code == "ACK_CHANGE"]
        assert alert.actual == words


def test_a_refusal_of_what_has_come_is_told_and_one_of_what_comes_after_it_heals() -> None:
    refusal = acked("a2", at=DAY, ack_type="RJ")
    following, key = told([ordered(), received(), refusal], GRACE)
    assert opened(following, key, "STATUS_REGRESSION") == [("10", "WARN")]
    following, key = told([ordered(), acked(), refusal], GRACE)
    assert opened(following, key, "STATUS_REGRESSION") == [("10", "WARN")]
    following.follow(key, [received(at=2 * DAY)])
    assert opened(following, key, "STATUS_REGRESSION") == []


def test_a_change_that_does_not_arrive_is_told_though_the_order_was_answered() -> None:
    change = ordered("o2", line("10", 12), version=2, purpose="CHANGE", at=DAY)
    following, key = told([ordered(), acked(), change, acked("t1", level="TECHNICAL", ack_type="R", at=2 * DAY)], 0)
    assert opened(following, key, "TRANSMISSION_REJECTED") == [("ACK-t1", "HIGH")]
    following.follow(key, [acked("a2", at=3 * DAY)])
    assert opened(following, key, "TRANSMISSION_REJECTED") == []


def test_what_leaves_no_doubt_any_more_is_not_ambiguous() -> None:
    unclear = acked(codes={"10": [status("IA", 6)]})
    following, key = told([ordered(), unclear, shipped(), received()], DAY)
    assert opened(following, key, "ACK_AMBIGUOUS") == []


def test_a_rejected_transmission_of_a_cancelled_order_is_nobodys_business() -> None:
    refused = acked(level="TECHNICAL", ack_type="R")
    following, key = told([ordered(), refused, cancelled()], 2 * DAY)
    assert opened(following, key, "TRANSMISSION_REJECTED") == []


def test_a_later_whole_version_settles_which_of_two_contents_was_meant() -> None:
    rivals = [ordered(), ordered("o2", line("10", 11))]
    following, key = told([*rivals, ordered("o3", line("10", 11), version=2, at=DAY)], DAY)
    assert opened(following, key, "DUP_PO") == []


def test_a_line_that_a_whole_change_leaves_out_is_cancelled_and_keeps_what_it_had() -> None:
    both = ordered("o1", line("10", 10), line("20", 5))
    goods = {"10": 10, "20": 5}
    change = ordered("o2", line("10", 10), version=2, purpose="CHANGE", at=DAY)
    following, key = told([both, shipped(goods=goods), received(goods=goods), change], 2 * DAY)
    assert [shown["received_good"] for shown in following.view(key)["lines"]] == ["10", "5"]
    assert opened(following, key, "LINE_UNMATCHED") == []
