"""Documents taken back, sent again, booked again; and what an answer to a cancel does not say."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from app.domain.facts import Fact
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import (
    DAY,
    HOUR,
    PO,
    START,
    acked,
    cancelled,
    confirmed,
    line,
    ordered,
    received,
    shipped,
    status,
)
from tests.support.following import Following

Story = list[Fact]
FOUR: dict[str, Any] = {"goods": {"10": 4}}
SAME: dict[str, Any] = {"receipt_id": "R", "received_at": START + 3 * HOUR}


def told(story: Story, wait: int = 3 * DAY) -> Following:
    following = Following.told(PURCHASE_ORDERS, PO, story)
    following.wait_until(START + wait)
    return following


def views(*story: Fact) -> list[dict[str, Any]]:
    """The view of an acknowledged order with these documents, in every order of their arrival."""
    return [told([ordered(), acked(), *order]).view(PO) for order in permutations(story)]


def counted(field: str, *story: Fact) -> set[str]:
    return {view["lines"][0][field] for view in views(*story)}


def codes(*story: Fact) -> set[tuple[str, ...]]:
    return {tuple(alert["code"] for alert in view["open_alerts"]) for view in views(*story)}


def test_a_document_that_names_another_stands_for_it_whatever_its_purpose() -> None:
    assert counted("shipped", shipped(**FOUR), shipped("s2", at=3 * HOUR, goods={"10": 6}, supersedes="s1")) == {"6"}


def test_a_document_sent_twice_is_cancelled_by_either_id() -> None:
    sent = [shipped(shipment_id="S"), shipped("s2", at=3 * HOUR, shipment_id="S")]
    for event_id in ("s1", "s2"):
        cancel = shipped("x", at=5 * HOUR, shipment_id="S", purpose="CANCEL", supersedes=event_id)
        assert counted("shipped", *sent, cancel) == {"0"}


def test_a_receipt_booked_again_after_its_cancel_counts() -> None:
    booked = [received(**SAME), received("x", at=5 * HOUR, purpose="CANCEL", supersedes="r1", **SAME)]
    assert counted("received_good", *booked) == {"0"}
    assert counted("received_good", *booked, received("r2", at=6 * HOUR, **SAME)) == {"10"}


def test_a_replaced_receipt_sent_again_stays_replaced() -> None:
    story = [
        received(**SAME),
        received("x", at=5 * HOUR, purpose="REPLACE", supersedes="r1", **SAME, **FOUR),
        received("r2", at=6 * HOUR, **SAME),
    ]
    assert counted("received_good", *story) == {"4"}


def test_a_reversal_that_was_withdrawn_is_no_orphan() -> None:
    reversal = received("x", at=4 * HOUR, purpose="CANCEL", supersedes="never")
    withdrawal = received("y", at=5 * HOUR, purpose="CANCEL", supersedes="x")
    assert codes(reversal) == {("REVERSAL_ORPHAN",)}
    assert codes(reversal, withdrawal) == {()}


def test_a_conflict_is_over_once_what_lost_it_was_taken_back() -> None:
    rivals = [shipped(**FOUR), shipped(goods={"10": 5}, recorded=3 * HOUR)]
    assert codes(*rivals) == {("DUPLICATE_CONFLICT",)}
    assert codes(*rivals, shipped("x", at=4 * HOUR, purpose="CANCEL", supersedes="s1")) == {()}


@pytest.mark.parametrize("says", [{"ack_type": "AT"}, {"ack_type": "RJ"}, {"codes": {"10": [status("ID")]}}])
def test_the_answer_to_a_cancel_says_nothing_of_the_lines(says: dict[str, Any]) -> None:
    answer = acked("a2", at=DAY + HOUR, change_response=True, **says)
    backordered = acked(codes={"10": [status("IB")]})
    for order in permutations([ordered(), backordered, cancelled(), answer]):
        only = told(list(order)).view(PO)["lines"][0]
        assert (only["ack"], only["rejected"], only["cancelled"]) == ("BACKORDERED", "0", "10")
    revived = told([ordered(), backordered, cancelled(), answer, confirmed()]).view(PO)["lines"][0]
    assert (revived["ack"], revived["rejected"]) == ("BACKORDERED", "0")


def test_a_receipt_on_an_order_of_cancelled_lines_is_a_receipt_on_a_closed_order() -> None:
    gone = ordered("o2", line("10", 10, cancelled=True), at=2 * HOUR, version=2, purpose="CHANGE")
    assert "RECEIPT_ON_CLOSED" in told([ordered(), gone, received(at=5 * HOUR)], wait=6 * HOUR).open_codes(PO)
    assert "RECEIPT_ON_CLOSED" not in told([ordered(), received(at=HOUR), gone], wait=6 * HOUR).open_codes(PO)
