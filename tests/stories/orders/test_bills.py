"""Bills against orders and goods: what is owed, what is held, and what a credit ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.domain.facts import ReceiptLine
from tests.stories.orders.test_rules import opened, told
from tests.support.documents import (
    DAY,
    GRACE,
    ONE,
    START,
    acked,
    billed,
    cancelled,
    charged,
    line,
    ordered,
    published,
    received,
    shipped,
    status,
)
from tests.support.facts import fact
from tests.support.masters import item, knowing, unit

BILLED = {  # pieces, ordered at, billed at, told
    "one percent of a small line is less than half a unit of money": (10, "2.00", "2.05", False),
    "one percent of a middling line": (10, "20.00", "20.20", False),
    "more than one percent of it": (10, "20.00", "20.21", True),
    "five of a large line": (100, "20.00", "20.05", False),
    "more than five of it": (100, "20.00", "20.06", True),
    "less than ordered": (10, "20.00", "10.00", False),
}


@pytest.mark.parametrize("case", BILLED)
def test_a_price_may_be_higher_by_one_percent_or_five_a_line_whichever_is_less_and_always_by_a_half(case: str) -> None:
    pieces, ordered_at, billed_at, told_of = BILLED[case]
    first, second = (int(price.replace(".", "")) * 10_000 for price in (ordered_at, billed_at))
    bill = billed(goods={"10": pieces}, unit_price=second)
    following, key = told([ordered("o1", line("10", pieces, unit_price=first)), bill], GRACE)
    assert bool(opened(following, key, "MATCH_PRICE")) is told_of


PRICED = line("10", 10, unit_price=2_000_000)
PER_BOX = line("10", 10, unit_price=20_000_000, price_uom="XBX")


def alone(bill: Any, code: str, *goods: Any, order: Any = PRICED) -> list[tuple[str, str]]:
    following, key = told([ordered("o1", order), *goods, bill], GRACE)
    return opened(following, key, code)


def test_a_price_of_another_unit_cannot_be_compared_and_is_told() -> None:
    following, key = told([ordered("o1", PRICED), billed(unit_price=90_000_000, price_uom="XBX")], GRACE)
    assert opened(following, key, "MATCH_PRICE") == [("10", "WARN")]
    assert "nobody can tell" in following.alerts[-1].message


def test_prices_of_one_other_unit_are_compared_by_the_amount() -> None:
    dear = billed(unit_price=22_000_000, price_uom="XBX", extended=22 * ONE)
    right = billed(unit_price=20_000_000, price_uom="XBX", extended=20 * ONE)
    assert alone(dear, "MATCH_PRICE", order=PER_BOX) == [("10", "WARN")]
    assert alone(right, "MATCH_PRICE", order=PER_BOX) == []


def test_an_amount_reckoned_with_the_price_of_another_unit_proves_nothing() -> None:
    as_if_each_were_a_box = billed(unit_price=20_000_000, price_uom="XBX", extended=200 * ONE, total=200 * ONE)
    story = [ordered("o1", PER_BOX), received(), as_if_each_were_a_box]
    following, key = told(story, GRACE)
    assert opened(following, key, "MATCH_PRICE") == [("10", "WARN")]
    assert "nobody can tell" in following.alerts[-1].message
    assert following.view(key)["invoicing"] == "BLOCKED"


def test_the_master_says_how_many_of_the_priced_unit_are_billed() -> None:
    boxes_of_ten = knowing(item(item_id="ITEM-10", uoms=(unit("XBX", 10),)))
    for asked, told_of in (20, False), (200, True), (25, True):
        bill = billed(unit_price=20_000_000, price_uom="XBX", extended=asked * ONE, total=asked * ONE)
        following, key = told([ordered("o1", PER_BOX), bill], GRACE, boxes_of_ten)
        assert bool(opened(following, key, "MATCH_PRICE")) is told_of


def test_what_was_ordered_without_a_price_is_paid_only_when_somebody_has_looked() -> None:
    bill = billed(unit_price=2_000_000)
    following, key = told([ordered(), received(), bill], GRACE)
    assert opened(following, key, "MATCH_PRICE") == [("10", "WARN")]
    assert "the order names no price" in following.alerts[-1].message
    assert following.view(key)["invoicing"] == "BLOCKED"
    following.follow(key, [billed("k1", kind="CREDIT", unit_price=2_000_000, at=DAY)])
    assert opened(following, key, "MATCH_PRICE") == []


def test_a_bill_that_names_no_price_and_no_amount_must_come_to_its_charges() -> None:
    assert alone(billed(total=20 * ONE), "INVOICE_TOTAL") == [("INV-i1", "WARN")]
    assert alone(billed(total=2 * ONE, charges=charged(2)), "INVOICE_TOTAL") == []


def test_an_amount_is_compared_where_no_price_is_given() -> None:
    assert alone(billed(extended=21 * ONE), "MATCH_PRICE") == [("10", "WARN")]
    assert alone(billed(extended=20 * ONE), "MATCH_PRICE") == []


def test_amounts_in_another_currency_are_not_compared() -> None:
    assert alone(billed(unit_price=9_000_000, currency="EUR"), "MATCH_PRICE") == []


def test_small_surpluses_of_several_bills_add_up() -> None:
    bills = [billed(f"i{n}", goods={"10": 1}, unit_price=2_300_000) for n in range(3)]
    assert alone(bills[0], "MATCH_PRICE", bills[1], bills[2]) == [("10", "WARN")]
    assert alone(bills[0], "MATCH_PRICE") == []


def test_a_price_that_the_supplier_answered_within_the_tolerance_is_agreed() -> None:
    large = line("10", 10_000, unit_price=2_000_000)
    answered = acked(codes={"10": [status("IP", unit_price=2_020_000)]})
    bill = billed(goods={"10": 10_000}, unit_price=2_020_000)
    assert alone(bill, "MATCH_PRICE", answered, order=large) == []
    assert alone(bill, "MATCH_PRICE", order=large) == [("10", "WARN")]


SMOOTHED = {"20.02": "0.02", "19.99": "-0.01", "20.03": "0", "20": "0"}


@pytest.mark.parametrize("asked", SMOOTHED)
def test_a_net_difference_of_two_cents_is_smoothed_and_published(asked: str) -> None:
    bill = billed(extended=int(Decimal(asked) * ONE), total=int(Decimal(asked) * ONE))
    following, key = told([ordered("o1", PRICED), received(), bill], GRACE)
    assert following.view(key)["lines"][0]["smoothed"] == SMOOTHED[asked]
    assert opened(following, key, "MATCH_PRICE") == []


ODD_TOTALS: dict[str, dict[str, Any]] = {
    "a total beyond its parts": {"unit_price": 2_000_000, "total": 20 * ONE + 201},
    "a negative total": {"total": -ONE},
    "a negative line": {"extended": -ONE, "total": -ONE},
    "a charge left out": {"unit_price": 2_000_000, "charges": charged(3)},
}


@pytest.mark.parametrize("case", ODD_TOTALS)
def test_amounts_that_do_not_add_up_are_told(case: str) -> None:
    assert alone(billed(**ODD_TOTALS[case]), "INVOICE_TOTAL") == [("INV-i1", "WARN")]


HELD: dict[str, tuple[list[Any], str]] = {
    "before its goods": ([ordered(), billed()], "BLOCKED"),
    "after its goods": ([ordered(), billed(), received()], "FULL"),
    "first, as agreed": ([ordered(match_policy="THREE_WAY_INVOICE_FIRST"), billed()], "BLOCKED"),
    "a part that came": ([ordered(), received(goods={"10": 4}), billed(goods={"10": 4})], "PART"),
    "more than is wanted": ([ordered(), received(), billed(goods={"10": 11})], "OVER"),
    "damaged goods": ([ordered(), received(condition="01"), billed()], "BLOCKED"),
    "too dear": ([ordered("o1", PRICED), received(), billed(unit_price=3_000_000)], "BLOCKED"),
    "in another currency": ([ordered(), received(), billed(currency="EUR")], "BLOCKED"),
    "what needs no receipt": ([ordered(match_policy="TWO_WAY"), billed()], "FULL"),
    "for consignment": ([ordered(match_policy="CONSIGNMENT"), received(), billed()], "BLOCKED"),
    "credited whole": ([ordered(), billed(), billed("k1", kind="CREDIT")], "NONE"),
}


@pytest.mark.parametrize("case", HELD)
def test_a_bill_is_blocked_while_it_may_not_be_paid_as_it_is(case: str) -> None:
    story, invoicing = HELD[case]
    following, key = told(story, GRACE)
    assert following.view(key)["invoicing"] == invoicing


def test_a_block_is_released_by_the_late_receipt_and_consumers_are_told() -> None:
    following, _ = told([ordered(), billed(), received(at=DAY)], GRACE)
    changes = [change for word in published(following) for change in word.changed]
    steps = [(change.before, change.after) for change in changes if change.path == "lines[10].invoicing"]
    assert steps == [("NONE", "BLOCKED"), ("BLOCKED", "FULL")]


def test_goods_under_way_at_the_cancel_may_be_billed_and_page_nobody() -> None:
    story = [ordered(), shipped(goods={"10": 4}), cancelled(), billed(goods={"10": 4}, at=2 * DAY)]
    following, key = told(story, GRACE)
    assert opened(following, key, "INVOICE_ON_CANCELLED") == []
    following.wait_until(START + 10 * DAY)
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]


def test_a_bill_from_before_the_cancel_is_no_bill_on_a_cancelled_order() -> None:
    following, key = told([ordered(), billed(), cancelled()], 8 * DAY)
    assert opened(following, key, "INVOICE_ON_CANCELLED") == []
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]


def test_a_surplus_after_a_cancel_is_charged_to_the_newest_bills_only() -> None:
    story = [ordered(), shipped(goods={"10": 4}), received(goods={"10": 4}), cancelled()]
    bills = [billed(goods={"10": 4}, at=2 * DAY), billed("i2", goods={"10": 3}, at=3 * DAY)]
    following, key = told([*story, *bills], GRACE)
    assert opened(following, key, "INVOICE_ON_CANCELLED") == [("INV-i2", "HIGH")]
    assert following.alerts[-1].details == {}


def test_over_billing_is_told_where_invoices_come_first_as_well() -> None:
    first = {"match_policy": "THREE_WAY_INVOICE_FIRST"}
    following, key = told([ordered(**first), billed(goods={"10": 11})], 7 * DAY)
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]
    following, key = told([ordered(**first), billed(), received(goods={"10": 8}, final=True)], 7 * DAY)
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]


def test_what_is_billed_too_much_has_a_value_and_says_when_a_credit_is_due() -> None:
    story = [ordered("o1", PRICED), received(goods={"10": 8}, final=True), billed(unit_price=2_000_000)]
    following, _ = told(story, 7 * DAY)
    (alert,) = [alert for alert in following.alerts if alert.code == "MATCH_QTY"]
    assert (alert.value_at_risk, alert.currency, alert.details["credit_due"]) == (4 * ONE, "USD", "2")
    assert alert.message.endswith("Nothing more is expected: a credit is due.")


def test_a_line_that_was_never_covered_is_no_reversed_match() -> None:
    taken_back = received("x1", purpose="CANCEL", supersedes="r1", at=DAY)
    following, key = told([ordered(), received(goods={"10": 4}), billed(), taken_back], 8 * DAY)
    assert opened(following, key, "MATCH_REVERSED") == []
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]


def test_a_match_is_reversed_as_well_by_the_cancel_of_a_receipt_that_names_the_item_and_no_line() -> None:
    lines = (fact(ReceiptLine, item_id="ITEM-10", quantity=10 * ONE, uom="EA", condition="07"),)
    taken_back = received("x1", lines=lines, purpose="CANCEL", supersedes="r1", at=DAY)
    following, key = told([ordered(), received(lines=lines), billed(), taken_back], DAY)
    assert opened(following, key, "MATCH_REVERSED") == [("10", "HIGH")]


def test_more_credited_than_billed_is_told() -> None:
    following, key = told([ordered(), billed(goods={"10": 4}), billed("k1", kind="CREDIT", goods={"10": 5})], DAY)
    assert opened(following, key, "CREDIT_ORPHAN") == [("10", "WARN")]


def test_an_invoice_may_come_days_before_its_goods_and_nobody_is_told() -> None:
    following, _ = told([ordered(), billed(), shipped(at=6 * DAY), received(at=7 * DAY)], 30 * DAY)
    assert [alert.code for alert in following.alerts if alert.code == "MATCH_QTY"] == []


def test_goods_that_go_back_are_billed_too_much_until_a_credit_comes() -> None:
    story = [ordered(), received(), billed(), received("b1", kind="RETURN", goods={"10": 3}, at=DAY)]
    following, key = told(story, 7 * DAY)
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]
    following.follow(key, [billed("k1", kind="CREDIT", goods={"10": 3}, at=9 * DAY)])
    assert opened(following, key, "MATCH_QTY") == []


def test_what_needs_no_receipt_is_billed_too_much_without_waiting_for_one() -> None:
    following, key = told([ordered(match_policy="TWO_WAY"), billed(goods={"10": 11})], GRACE)
    assert opened(following, key, "MATCH_QTY") == [("10", "WARN")]


def test_damaged_goods_that_go_back_are_not_missing_from_the_good_ones() -> None:
    came = [received(goods={"10": 8}), received("r2", goods={"10": 2}, condition="01")]
    back = received("b1", kind="RETURN", goods={"10": 2}, condition="01", at=DAY)
    credit = billed("k1", kind="CREDIT", goods={"10": 2}, at=2 * DAY)
    following, key = told([ordered(), *came, billed(), back, credit], 10 * DAY)
    assert opened(following, key, "MATCH_QTY") == []
    assert following.view(key)["life"] == "COMPLETED"


def test_a_bill_without_lines_must_come_to_its_tax_freight_and_charges() -> None:
    assert alone(billed(goods={}, total=100_000 * ONE), "INVOICE_TOTAL") == [("INV-i1", "WARN")]
    assert alone(billed(goods={}, total=3 * ONE, freight=ONE, charges=charged(2)), "INVOICE_TOTAL") == []


def test_a_negative_price_is_told() -> None:
    assert alone(billed(unit_price=-2_000_000, total=0, tax=20 * ONE), "INVOICE_TOTAL") == [("INV-i1", "WARN")]


def test_a_value_too_large_for_its_field_is_left_out_and_the_alert_opens_all_the_same() -> None:
    huge = line("10", 99_999_999_999_999, unit_price=2_000_000)
    bills = [billed(f"i{n}", goods={"10": 99_999_999_999_999}, unit_price=None) for n in range(2)]
    following, _ = told([ordered("o1", huge, match_policy="TWO_WAY"), *bills], GRACE)
    (alert,) = [alert for alert in following.alerts if alert.code == "MATCH_QTY"]
    assert alert.value_at_risk is None
