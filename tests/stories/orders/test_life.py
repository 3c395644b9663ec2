"""The life of an order, told by its documents."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.codes import Life
from app.domain.facts import Fact, ReceiptLine
from app.domain.orders.derive import LIFE
from tables.purchase_orders import PURCHASE_ORDERS
from tests.stories.orders.stories import Story
from tests.support.documents import (
    DAY,
    HOUR,
    PO,
    START,
    acked,
    billed,
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
from tests.support.following import Following

EIGHT: dict[str, Any] = {"goods": {"10": 8}}


def told(*story: Fact, wait: int = 0) -> Following:
    return Following.told(PURCHASE_ORDERS, PO, story, wait)


LINE_BY_LINE: Story = [
    ordered("o1", line("10", 10), line("20", 5)),
    acked(),
    ordered("o2", line("10", 10, cancelled=True), version=2, purpose="CHANGE", partial=True, at=DAY),
    ordered("o3", line("20", 5, cancelled=True), version=3, purpose="CHANGE", partial=True, at=DAY + 2 * HOUR),
]
ANSWER = acked("a2", at=DAY + 3 * HOUR, change_response=True)
ANYTHING_GOES = ordered("o1", line("10", 10, under_tolerance_pct=1_000_000))
LIVES: list[tuple[str, Story, int, Life]] = [
    ("only an answer has come", [acked()], 0, Life.STUB),
    ("a partial change waits for its order", [ordered(version=2, purpose="CHANGE", partial=True)], 0, Life.STUB),
    ("a whole change counts before its original", [ordered(version=2, purpose="CHANGE")], 0, Life.OPEN),
    ("a confirming order is an order", [confirmed()], 0, Life.OPEN),
    ("ordered", [ordered()], 0, Life.OPEN),
    ("a cancel waits for an answer", [ordered(), acked(), cancelled()], DAY - 1, Life.CANCEL_PENDING),
    ("nobody answers a cancel", [ordered(), acked(), cancelled()], DAY, Life.CANCELLED),
    (
        "the supplier answers a cancel",
        [ordered(), acked(), cancelled(), acked("a2", at=DAY + HOUR, change_response=True)],
        0,
        Life.CANCELLED,
    ),
    ("a cancel before any answer needs none", [ordered(), cancelled()], 0, Life.CANCELLED),
    ("a cancel of the rest", [ordered(), shipped(goods={"10": 4}), cancelled()], 0, Life.CLOSED_SHORT),
    ("reactivated", [ordered(), cancelled(), confirmed()], 0, Life.REACTIVATED),
    ("cancelled again", [ordered(), cancelled(), confirmed(), cancelled("c2", at=3 * DAY)], 0, Life.CANCELLED),
    ("every line cancelled", [ordered(), ordered("o2", line("10", 10, cancelled=True), version=2)], 0, Life.CANCELLED),
    ("every line cancelled that was acknowledged", LINE_BY_LINE, DAY - 1, Life.CANCEL_PENDING),
    ("and nobody answers", LINE_BY_LINE, DAY, Life.CANCELLED),
    ("and the supplier answers", [*LINE_BY_LINE, ANSWER], 0, Life.CANCELLED),
    ("any quantity counts as enough, and none has come", [ANYTHING_GOES, billed()], DAY, Life.OPEN),
    ("an order of nothing expects nothing", [ordered("o1", line("10", 0))], 0, Life.COMPLETED),
    ("received, not invoiced", [ordered(), acked(), shipped(), received()], 0, Life.OPEN),
    ("received and invoiced", [ordered(), acked(), shipped(), received(), billed()], 0, Life.COMPLETED),
    (
        "a final receipt and its invoice",
        [ordered(), received(final=True, **EIGHT), billed(**EIGHT)],
        0,
        Life.COMPLETED,
    ),
    (
        "short within the tolerance",
        [
            ordered("o1", line("10", 10, under_tolerance_pct=200_000)),
            received(goods={"10": 8}),
            billed(goods={"10": 8}),
        ],
        0,
        Life.COMPLETED,
    ),
    ("damaged goods are billed or credited yet", [ordered(), shipped(), received(condition="01")], 0, Life.OPEN),
    ("so are goods that went back", [ordered(), received(), received("r2", kind="RETURN")], 0, Life.OPEN),
    ("a bill-only order", [ordered(match_policy="TWO_WAY"), billed()], 0, Life.COMPLETED),
    ("consignment is never invoiced", [ordered(match_policy="CONSIGNMENT"), received()], 0, Life.COMPLETED),
]


def test_every_life_has_a_row_and_a_story() -> None:
    lives = set(Life) - {Life.UNKNOWN}
    assert {life for *_, life in LIFE} == lives
    assert {life for *_, life in LIVES} == lives


@pytest.mark.parametrize(("story", "wait", "life"), [row[1:] for row in LIVES], ids=[row[0] for row in LIVES])
def test_life_follows_the_documents_and_the_clock(story: Story, wait: int, life: Life) -> None:
    following = told(*story, wait=wait)
    assert following.view(PO)["life"] == life.value
    assert published(following)[-1].life is life


def test_a_cancel_takes_what_had_not_been_shipped() -> None:
    following = told(ordered(), acked(), shipped(goods={"10": 4}), cancelled(), wait=DAY)
    (shown,) = following.view(PO)["lines"]
    assert (shown["cancelled"], shown["accepted"], shown["shipped"]) == ("6", "4", "4")
    assert following.view(PO)["life"] == "CLOSED_SHORT"


@pytest.mark.parametrize("code", ["BP", "IQ", "IR", "IS"])
def test_nothing_is_answered_any_more_of_what_a_cancel_took(code: str) -> None:
    answer = [status(code, 6)] if code in ("BP", "IQ") else [status("IA", 6), status(code, 4)]
    story = [ordered(), acked(codes={"10": answer}), shipped(goods={"10": 3}), cancelled()]
    (shown,) = told(*story).view(PO)["lines"]
    names = ("cancelled", "accepted", "backordered", "rejected")
    assert [shown[name] for name in names] == ["7", "3", "0", "0"]
    assert int(shown["substituted"]) <= 3


def test_a_reactivation_restores_the_counters() -> None:
    following = told(ordered(), acked(), cancelled(), confirmed())
    (shown,) = following.view(PO)["lines"]
    assert (shown["cancelled"], shown["accepted"]) == ("0", "10")


def test_a_line_cancelled_by_one_version_is_revived_by_the_next() -> None:
    gone = ordered("o2", line("10", 10, cancelled=True), version=2, purpose="CHANGE", partial=True, at=HOUR)
    back = ordered("o3", line("10", 10), version=3, purpose="CHANGE", partial=True, at=2 * HOUR)
    two = ordered("o1", line("10", 10), line("20", 5))
    assert [shown["cancelled"] for shown in told(two, gone).view(PO)["lines"]] == ["10", "0"]
    assert [shown["cancelled"] for shown in told(two, gone, back).view(PO)["lines"]] == ["0", "0"]


def test_a_partial_change_touches_only_the_lines_it_names() -> None:
    change = ordered("o2", line("20", 7), version=2, purpose="CHANGE", partial=True, at=HOUR)
    following = told(change, ordered("o1", line("10", 10), line("20", 5), recorded=HOUR))
    assert [shown["ordered"] for shown in following.view(PO)["lines"]] == ["10", "7"]


def test_an_older_version_that_comes_late_changes_nothing() -> None:
    following = told(ordered("o2", line("10", 12), version=2, purpose="CHANGE"), ordered(recorded=HOUR))
    (shown,) = following.view(PO)["lines"]
    assert shown["ordered"] == "12"


def test_a_change_voids_the_answer_to_the_lines_it_changes() -> None:
    change = ordered("o2", line("10", 12), line("20", 5), version=2, purpose="CHANGE", at=DAY)
    two = ordered("o1", line("10", 10), line("20", 5))
    following = told(two, acked(), change)
    assert [(shown["accepted"], shown["ack"]) for shown in following.view(PO)["lines"]] == [
        ("0", "NONE"),
        ("5", "ACCEPTED"),
    ]


def test_an_answer_that_names_the_new_version_counts_even_if_dated_before_it() -> None:
    change = ordered("o2", line("10", 12), version=2, purpose="CHANGE", at=DAY)
    following = told(ordered(), change, acked(at=HOUR, recorded=DAY, po_version=2))
    (shown,) = following.view(PO)["lines"]
    assert shown["accepted"] == "12"


def test_a_newer_answer_replaces_an_older_one_in_either_order_of_arrival() -> None:
    older = acked("a1", codes={"10": [status("IB")]}, at=HOUR, recorded=5 * HOUR)
    newer = acked("a2", codes={"10": [status("IA")]}, at=2 * HOUR)
    (shown,) = told(ordered(), newer, older).view(PO)["lines"]
    assert (shown["accepted"], shown["backordered"], shown["ack"]) == ("10", "0", "ACCEPTED")


def test_an_ambiguous_answer_is_held_and_the_older_one_stays() -> None:
    clear = acked("a1", codes={"10": [status("BP", 6)]})
    unclear = acked("a2", codes={"10": [status("IA", 3)]}, at=2 * HOUR)
    (shown,) = told(ordered(), clear, unclear).view(PO)["lines"]
    assert (shown["accepted"], shown["backordered"]) == ("6", "4")


def test_an_answer_of_exceptions_only_accepts_the_lines_it_leaves_out() -> None:
    exceptions = acked(ack_type="AE", codes={"20": [status("IB")]})
    following = told(ordered("o1", line("10", 10), line("20", 5)), exceptions)
    assert [shown["ack"] for shown in following.view(PO)["lines"]] == ["ACCEPTED", "BACKORDERED"]
    assert following.view(PO)["ack"] == "BACKORDERED"


def test_a_technical_acknowledgement_answers_nothing() -> None:
    assert told(ordered(), acked(level="TECHNICAL")).view(PO)["ack"] == "NONE"


def test_a_shipment_accepts_what_it_ships() -> None:
    (shown,) = told(ordered(), acked(codes={"10": [status("IB")]}), shipped(goods={"10": 4})).view(PO)["lines"]
    assert (shown["accepted"], shown["backordered"], shown["ack"]) == ("4", "6", "PART_BACKORDERED")


def test_goods_are_sorted_by_condition_and_returns_leave_received_alone() -> None:
    following = told(
        ordered(),
        received(goods={"10": 6}),
        received("r2", goods={"10": 2}, condition="01"),
        received("r3", goods={"10": 2}, condition="02"),
        received("r4", goods={"10": 3}, kind="RETURN"),
    )
    (shown,) = following.view(PO)["lines"]
    assert [shown[name] for name in ("received_good", "received_discrepant", "returned")] == ["6", "2", "3"]
    assert shown["fulfilment"] == "PART_RECEIVED"


def test_a_line_without_a_number_belongs_to_the_only_one_with_its_item() -> None:
    named = shipped(goods={})
    lines = (fact(ReceiptLine, item_id="ITEM-20", quantity=50_000, uom="EA", condition="07"),)
    following = told(ordered("o1", line("10", 10), line("20", 5)), named, received(goods={}, lines=lines))
    assert [shown["received_good"] for shown in following.view(PO)["lines"]] == ["0", "5"]


def test_a_document_sent_again_under_a_new_id_counts_once() -> None:
    (shown,) = told(ordered(), shipped("s1", shipment_id="S"), shipped("s2", shipment_id="S")).view(PO)["lines"]
    assert shown["shipped"] == "10"


def test_two_records_of_one_number_and_other_contents_are_two_because_ids_know_records() -> None:
    parts = [received("r1", receipt_id="R", goods={"10": 4}), received("r2", receipt_id="R", goods={"10": 6})]
    assert told(ordered(), *parts).view(PO)["lines"][0]["received_good"] == "10"


def test_a_cancelled_replacement_does_not_revive_the_original() -> None:
    replacement = shipped("s2", purpose="REPLACE", supersedes="s1", goods={"10": 7})
    cancel = shipped("s3", purpose="CANCEL", supersedes="s2")
    assert told(ordered(), shipped(), replacement).view(PO)["lines"][0]["shipped"] == "7"
    assert told(ordered(), shipped(), replacement, cancel).view(PO)["lines"][0]["shipped"] == "0"


def test_a_document_dated_impossibly_counts_nowhere_until_somebody_decides() -> None:
    assert told(ordered(), shipped(at=100 * DAY, recorded=HOUR)).view(PO)["lines"][0]["shipped"] == "0"


def test_changes_name_the_fields_that_changed() -> None:
    following = told(ordered(), shipped(goods={"10": 4}))
    changed = {change.path: (change.before, change.after) for change in published(following)[-1].changed}
    assert changed == {
        "ack": ("NONE", "ACCEPTED"),
        "fulfilment": ("NONE", "PART_SHIPPED"),
        "lines[10].accepted": ("0", "4"),
        "lines[10].shipped": ("0", "4"),
        "lines[10].ack": ("NONE", "ACCEPTED"),
        "lines[10].fulfilment": ("NONE", "PART_SHIPPED"),
    }


def test_a_document_that_changes_nothing_is_not_published() -> None:
    following = told(ordered(), acked(), acked("a2", at=2 * HOUR), ordered(recorded=5 * HOUR))
    assert [word.state_version for word in published(following)] == [1, 2]


def test_an_order_cancelled_line_by_line_and_not_answered_is_told_once() -> None:
    following = told(*LINE_BY_LINE, wait=DAY)
    assert following.open_codes(PO) == ["CANCEL_UNANSWERED"]
    assert published(following)[-1].caused_by == ("o3",)


def test_time_alone_publishes_the_end_of_a_cancel() -> None:
    following = told(ordered(), acked(), cancelled(), wait=DAY)
    last = published(following)[-1]
    assert (last.life, last.caused_by, last.published_time) == (Life.CANCELLED, ("c1",), START + 2 * DAY)
    assert [(c.path, c.before, c.after) for c in last.changed] == [("life", "CANCEL_PENDING", "CANCELLED")]


def test_a_closed_order_goes_after_its_retention_and_an_open_one_never() -> None:
    done = told(ordered(), acked(), shipped(), received(), billed())
    waiting = told(ordered(), acked())
    for following in (done, waiting):
        following.wait_until(START + 401 * DAY)
    assert PO.encode() not in done.partition.heads
    assert PO.encode() in waiting.partition.heads
