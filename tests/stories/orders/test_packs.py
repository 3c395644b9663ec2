"""Packs that shipments name by their SSCC: whether the numbers can be right, and whether one pack leaves once."""

from __future__ import annotations

from app.domain.check_digits import check_digit
from app.domain.facts import ShipmentLine
from tables import PURCHASE_ORDERS
from tests.stories.orders.test_rules import opened, told
from tests.support.documents import DAY, HOUR, ONE, PO, START, billed, ordered, received, shipped
from tests.support.facts import fact
from tests.support.following import Following

PACK = "10614141123456789" + check_digit("10614141123456789")
OTHER = "00614141000000000" + check_digit("00614141000000000")


def carton(quantity: int, sscc: str) -> ShipmentLine:
    return fact(ShipmentLine, line="10", quantity=quantity * ONE, uom="EA", sscc=sscc)


def test_the_cartons_of_a_line_add_up_to_it() -> None:
    notice = shipped(lines=(carton(4, PACK), carton(6, OTHER)))
    following, key = told([ordered(), notice, received()], DAY)
    assert following.view(key)["lines"][0]["shipped"] == "10"
    assert following.open_codes(key) == []


def test_a_pack_that_leaves_with_two_shipments_is_told_until_one_is_taken_back() -> None:
    again = shipped("s2", at=3 * HOUR, sscc=PACK)
    following, key = told([ordered(), shipped(sscc=f"00{PACK}"), again], 0)
    assert opened(following, key, "DUPLICATE_CONFLICT") == [(f"sscc {PACK}", "WARN")]
    alert = next(alert for alert in following.alerts if alert.code == "DUPLICATE_CONFLICT")
    assert alert.message == (
        f"Pack {PACK} of order PO-1 (supplier ACME) left with 2 shipments: shipment SHIP-s1 from edi; shipment SHIP-s2 "
        "from edi. Their quantities all count as shipped, and one pack arrives once."
    )
    assert following.view(key)["lines"][0]["shipped"] == "20"
    following.follow(key, [shipped("x2", purpose="CANCEL", supersedes="s2", at=DAY)])
    assert opened(following, key, "DUPLICATE_CONFLICT") == []


def test_a_number_that_is_given_to_another_pack_after_a_year_is_told_of_no_pack_but_its_own() -> None:
    notices = [shipped(f"s{n}", at=at, goods={"10": 1}, sscc=PACK) for n, at in ((1, HOUR), (2, HOUR + 365 * DAY))]
    following, key = told([ordered(), *notices], 0)
    assert opened(following, key, "DUPLICATE_CONFLICT") == []
    following.follow(key, [shipped("s3", at=366 * DAY, goods={"10": 1}, sscc=PACK)])
    alert = next(alert for alert in following.alerts if alert.code == "DUPLICATE_CONFLICT")
    assert alert.caused_by == ("s2", "s3")


def test_what_is_no_number_is_no_pack_that_leaves_twice() -> None:
    following, key = told([ordered(), shipped(sscc="N/A"), shipped("s2", at=3 * HOUR, sscc="N/A")], 0)
    assert opened(following, key, "DUPLICATE_CONFLICT") == []
    assert opened(following, key, "CHECK_DIGIT") == [("SHIP-s1", "INFO"), ("SHIP-s2", "INFO")]


def test_several_lines_in_one_pack_and_several_records_of_one_shipment_are_as_they_should_be() -> None:
    one, two = shipped(goods={"10": 4}, sscc=PACK), shipped("s2", goods={"10": 6}, shipment_id="SHIP-s1", sscc=PACK)
    following, key = told([ordered(), one, two], DAY)
    assert opened(following, key, "DUPLICATE_CONFLICT") == []


def test_of_many_wrong_numbers_of_a_notice_the_first_ones_are_named() -> None:
    wrong = tuple(
        carton(1, f"10614141{number:09}{(int(check_digit(f'10614141{number:09}')) + 1) % 10}") for number in range(24)
    )
    following, _ = told([ordered(), shipped(lines=(*wrong, carton(1, PACK)))], 0)
    (alert,) = [alert for alert in following.alerts if alert.code == "CHECK_DIGIT"]
    assert alert.message.startswith(
        "Shipment SHIP-s1 from edi for order PO-1 (supplier ACME) names 24 of its 25 packs by what is no SSCC: "
        "10614141000000000"
    )
    assert "; and 4 more. Scanners" in alert.message
    assert (alert.actual or "").endswith(", and 4 more")


def test_of_many_shipments_with_one_pack_the_first_ones_are_named_and_the_others_counted() -> None:
    notices = [shipped(f"s{n}", at=n * HOUR, goods={"10": 1}, sscc=PACK, shipment_id=f"SHIP-{n}") for n in range(1, 23)]
    following = Following(PURCHASE_ORDERS)
    following.take(PO, [ordered(), *notices], now=START + 22 * HOUR)
    alert = next(alert for alert in following.alerts if alert.code == "DUPLICATE_CONFLICT")
    assert "left with 22 shipments: shipment SHIP-1 from edi; " in alert.message
    assert "shipment SHIP-20 from edi; and 2 more. Their quantities" in alert.message
    assert (alert.actual or "").endswith("SHIP-20; and 2 more")


def test_nobody_is_told_of_the_numbers_of_goods_that_have_all_come() -> None:
    following, key = told([ordered(), shipped(sscc="123"), received(), billed()], DAY)
    assert opened(following, key, "CHECK_DIGIT") == []
