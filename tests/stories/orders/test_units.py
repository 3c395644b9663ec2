"""Documents that count in another unit than the order line: what the item's master makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.codes import AlertState, Invoicing
from app.domain.facts import Fact, ShipmentLine
from app.domain.internal import Contribution
from app.domain.policy import Policy
from tests.stories.orders.packs import CASES, DOLLAR, learn, packed, shown, told
from tests.support.documents import (
    DAY,
    HOUR,
    MINUTE,
    ONE,
    PO,
    acked,
    billed,
    line,
    ordered,
    published,
    received,
    shipped,
    status,
)
from tests.support.facts import fact
from tests.support.masters import knowing, unit


def test_goods_and_bills_in_packs_of_the_supplier_count_in_the_unit_of_the_order() -> None:
    goods = {"10": 2}
    following = told(
        ordered(), acked(), *(make(uom="XCS", goods=goods) for make in (shipped, received, billed)), wait=30 * DAY
    )
    assert shown(following, "shipped", "received_good", "invoiced") == ["10", "10", "10"]
    assert following.view(PO)["life"] == "COMPLETED"
    assert following.open_codes(PO) == []


def test_an_order_in_packs_is_held_against_pieces() -> None:
    following = told(ordered("o1", line("10", 2, uom="XCS")), shipped(), received(uom="XBX", goods={"10": 30}))
    assert shown(following, "ordered", "shipped", "received_good", "uom") == ["2", "2", "2", "XCS"]


def test_a_line_found_by_its_item_is_converted_too() -> None:
    moved = fact(ShipmentLine, item_id="ITEM-10", quantity=2 * ONE, uom="XCS")
    assert shown(told(ordered(), shipped(lines=(moved,))), "shipped") == ["10"]


def test_an_answer_in_packs_is_heard_in_the_unit_of_the_order() -> None:
    order = ordered("o1", line("10", 10, unit_price=2 * DOLLAR))
    answer = acked(codes={"10": [status("IA", 1, uom="XCS", unit_price=10 * DOLLAR), status("IB", 5, uom="EA")]})
    following = told(order, answer)
    assert shown(following, "accepted", "backordered") == ["5", "5"]
    assert {"ACK_AMBIGUOUS", "ACK_CHANGE"}.isdisjoint(following.open_codes(PO))


@pytest.mark.parametrize(
    ("said", "dearer"),
    [
        ({"uom": "XCS", "unit_price": 11 * DOLLAR}, True),
        ({"uom": "XCS", "unit_price": 2 * DOLLAR, "price_uom": "EA"}, False),
        ({"uom": "EA", "unit_price": 10 * DOLLAR, "price_uom": "XCS"}, False),
    ],
)
def test_an_answered_price_is_compared_per_unit_of_the_order(said: dict[str, Any], dearer: bool) -> None:
    order = ordered("o1", line("10", 10, unit_price=2 * DOLLAR))
    answer = acked(codes={"10": [status("IA", 2 if said["uom"] == "XCS" else 10, **said)]})
    assert ("ACK_CHANGE" in told(order, answer).open_codes(PO)) == dearer


def test_an_answer_in_a_unit_that_nobody_knows_is_held() -> None:
    following = told(ordered(), acked(codes={"10": [status("IA", 10, uom="CS")]}))
    assert following.open_codes(PO) == ["ACK_AMBIGUOUS"]


@pytest.mark.parametrize(
    ("price", "price_uom", "state"),
    [
        (10, None, Invoicing.FULL),
        (10, "XCS", Invoicing.FULL),
        (2, "EA", Invoicing.FULL),
        (12, None, Invoicing.BLOCKED),
        (3, "EA", Invoicing.BLOCKED),
    ],
)
def test_a_bill_in_packs_is_held_against_what_its_pieces_cost(
    price: int, price_uom: str | None, state: Invoicing
) -> None:
    order = ordered("o1", line("10", 10, unit_price=2 * DOLLAR))
    bill = billed(uom="XCS", goods={"10": 2}, unit_price=price * DOLLAR, price_uom=price_uom)
    following = told(order, acked(), shipped(), received(), bill)
    assert shown(following, "invoiced", "invoicing") == ["10", state]
    assert ("MATCH_PRICE" in following.open_codes(PO)) == (state is Invoicing.BLOCKED)


def test_a_cancelled_receipt_in_packs_is_told_in_the_unit_of_the_order() -> None:
    story = ordered(), received(uom="XCS", goods={"10": 2}), billed(), received("x1", purpose="CANCEL", supersedes="r1")
    following = told(*story, wait=2 * DAY)
    assert "MATCH_REVERSED" in following.open_codes(PO)


UNITS = {
    "an unknown unit": (CASES, {"uom": "CS"}, "the item's master knows EA, XBX, XCS, and no CS."),
    "two packs of one name": (
        (unit("XPK", 5), unit("XPK", 6)), {"uom": "XPK"}, "by the item's master it comes to no one quantity in EA.",
    ),
    "a part without end": (CASES, {"uom": "XBX", "goods": {"10": 1}}, "it comes to no one quantity in EA."),
    "another supplier's pack": (
        (unit("XPK", 5, supplier_id="OTHER"),), {"uom": "XPK"}, "the item's master knows EA, and no XPK.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNITS)
def test_what_does_not_come_to_one_exact_quantity_counts_nowhere_and_is_told(what: str) -> None:
    uoms, notice, words = UNITS[what]
    following = told(ordered(), acked(), shipped(**notice), policy=knowing(packed(uoms=uoms)))
    assert shown(following, "shipped") == ["0"]
    assert following.open_codes(PO) == ["UOM_MISMATCH"]
    assert following.alerts[-1].message.endswith(words)


def test_how_another_item_in_its_place_is_packed_is_not_known() -> None:
    moved = fact(ShipmentLine, line="10", item_id="OTHER", quantity=2 * ONE, uom="XCS")
    assert told(ordered(), shipped(lines=(moved,))).open_codes(PO)[-1] == "UOM_MISMATCH"


def test_a_master_that_comes_after_the_documents_heals_and_publishes_what_they_come_to() -> None:
    following = told(ordered(), acked(), shipped(uom="XCS", goods={"10": 2}), policy=Policy())
    assert following.open_codes(PO) == ["UOM_MISMATCH"]
    before = published(following)[-1]
    learn(following, packed())
    after = published(following)[-1]
    assert [(word.lines[0].shipped, word.fulfilment) for word in (before, after)] == [
        (0, "NONE"), (10 * ONE, "SHIPPED"),
    ]  # fmt: skip
    assert (after.state_version, after.caused_by) == (4, (packed().event_id,))
    assert following.alerts[-1].state is AlertState.HEALED
    assert following.open_codes(PO) == []


def test_a_master_that_says_what_it_said_publishes_nothing() -> None:
    following = told(ordered(), acked(), shipped(uom="XCS", goods={"10": 2}))
    before, heads = len(following.outputs), dict(following.partition.heads)
    learn(following, packed(2), ids=None)
    assert (len(following.outputs), following.partition.heads) == (before, heads)


@pytest.mark.parametrize("ids", [("ITEM-10",), None])
def test_a_closed_order_hears_of_the_packs_that_its_counters_rest_on(ids: tuple[str, ...] | None) -> None:
    goods = {"10": 2}
    story = ordered(), acked(), *(make(uom="XCS", goods=goods) for make in (shipped, received, billed))
    following = told(*story)
    assert following.view(PO)["life"] == "COMPLETED"
    learn(following, packed(2, (unit("XCS", 4),)), ids=ids)
    assert published(following)[-1].lines[0].received_good == 8 * ONE
    assert following.view(PO)["life"] == "OPEN"


def test_the_record_of_the_supplier_hears_of_it() -> None:
    goods = {"10": 2}
    story = ordered(), acked(), *(make(uom="XCS", goods=goods) for make in (shipped, received, billed))
    following = told(*story, policy=Policy())
    learn(following, packed())
    told_of = [output for output in following.outputs if isinstance(output, Contribution)]
    assert sum(each.perfect for each in told_of) == 1
    assert len({each.state_version for each in told_of}) == len(told_of)


def uneven(*story: Fact, wait: int) -> list[tuple[str, str]]:
    """Evidence and end of the message of what is told of the units of an order of 10 pieces."""
    following = told(ordered(), acked(), *story, policy=knowing(packed(uoms=(unit("XCS", 5),))), wait=wait)
    open_now = {alert["evidence"] for alert in following.view(PO)["open_alerts"] if alert["code"] == "UOM_MISMATCH"}
    last = {alert.evidence: alert.actual or "" for alert in following.alerts if alert.code == "UOM_MISMATCH"}
    return [(evidence, last[evidence]) for evidence in sorted(open_now)]


STORIES: dict[str, tuple[tuple[Fact, ...], int, str]] = {
    "pieces announced as if they were packs": ((shipped(goods={"10": 50}),), 15 * MINUTE, "50 EA shipped, 10 wanted"),
    "packs billed as if they were pieces": (
        (shipped(), received(), billed(goods={"10": 2})), 7 * DAY, "10 EA received, 2 billed",
    ),
    "packs announced as if they were pieces": (
        (shipped(goods={"10": 2}), received()), 7 * DAY, "10 EA received, 2 shipped",
    ),
    "packs received as if they were pieces": (
        (shipped(), received(goods={"10": 2})), 7 * DAY, "10 EA shipped, 2 received",
    ),
    "the same, and no more to come": (
        (shipped(), received(goods={"10": 2}, final=True)), 15 * MINUTE, "10 EA shipped, 2 received",
    ),
    "packs counted as if they were pieces, and billed as what they are": (
        (shipped(goods={"10": 2}), received(goods={"10": 2}, final=True), billed()),
        15 * MINUTE, "10 EA billed, 2 received",
    ),
    "pieces accepted as if they were packs": (
        (acked("a2", at=2 * HOUR, codes={"10": [status("IQ", 50)]}),), 15 * MINUTE, "50 EA accepted, 10 wanted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", STORIES)
def test_quantities_that_differ_by_one_pack_are_told_after_their_grace(what: str) -> None:
    story, grace, actual = STORIES[what]
    assert uneven(*story, wait=grace) == [("10", actual)]
    assert uneven(*story, wait=grace - 1) == []


@pytest.mark.parametrize(
    "story",
    [
        (shipped(goods={"10": 2}), received(goods={"10": 2})),  # a part
        (shipped(goods={"10": 2}), received(goods={"10": 2}, final=True)),  # short, and nobody says otherwise
        (shipped(goods={"10": 20}), received(goods={"10": 20})),  # two is no pack
        (shipped(), received(goods={"10": 2}), received("r2", goods={"10": 8}, at=DAY)),
        (shipped(), received(), billed(goods={"10": 2}), billed("i2", goods={"10": 8}, at=DAY)),
    ],
)
def test_parts_and_other_differences_are_no_wrong_units(story: tuple[Fact, ...]) -> None:
    assert uneven(*story, wait=10 * DAY) == []


def test_without_packs_nothing_is_guessed() -> None:
    following = told(ordered(), acked(), shipped(goods={"10": 50}), policy=knowing(packed(uoms=())))
    assert "UOM_MISMATCH" not in following.open_codes(PO)


def test_a_difference_by_one_pack_heals_with_the_document_that_ends_it() -> None:
    following = told(ordered(), acked(), shipped(goods={"10": 50}))
    assert "UOM_MISMATCH" in following.open_codes(PO)
    following.follow(PO, [shipped("s2", purpose="REPLACE", supersedes="s1", at=DAY)])
    assert "UOM_MISMATCH" not in following.open_codes(PO)


def test_a_line_ordered_in_a_unit_that_its_item_does_not_have_is_told_until_it_is_over() -> None:
    order, goods = ordered("o1", line("10", 10, uom="CS")), {"uom": "CS"}
    following = told(order, acked())
    [alert] = [alert for alert in following.alerts if alert.code == "UOM_MISMATCH"]
    assert (alert.evidence, alert.expected, alert.actual) == ("10/CS", "EA or XBX or XCS", "CS")
    following.follow(PO, [shipped(**goods), received(**goods), billed(**goods, at=DAY)])
    assert (following.view(PO)["life"], following.open_codes(PO)) == ("COMPLETED", [])


def test_a_master_that_gains_the_unit_heals_it() -> None:
    following = told(ordered("o1", line("10", 10, uom="CS")), acked())
    learn(following, packed(2, (unit("CS", 7),)))
    assert following.open_codes(PO) == []


@pytest.mark.parametrize("known_before", [True, False])
def test_what_a_pack_explains_of_a_closed_order_is_told_whenever_its_master_comes(known_before: bool) -> None:
    story = ordered(), acked(), *(make(goods={"10": 50}) for make in (shipped, received, billed))
    following = told(*story, policy=knowing(packed()) if known_before else Policy())
    assert following.view(PO)["life"] == "COMPLETED"
    learn(following, packed(2))
    assert "UOM_MISMATCH" in following.open_codes(PO)
