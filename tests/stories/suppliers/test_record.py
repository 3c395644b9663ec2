"""What orders add to the record of their supplier, and that nothing is added twice."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.codes import MatchPolicy
from app.domain.facts import Fact
from app.domain.internal import Contribution, joined
from tables import PURCHASE_ORDERS, SUPPLIERS
from tests.properties.test_orders import histories
from tests.support.contracts import DECODER, ENCODER
from tests.support.documents import (
    DAY,
    HOUR,
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
from tests.support.following import Following

NEEDED = line("10", 10, need_by=TODAY + 2, unit_price=1_000_000)
GOOD: list[Fact] = [ordered("o1", NEEDED), acked(at=6 * HOUR), shipped(at=DAY), received(at=DAY), billed(at=2 * DAY)]


def contributions(story: Iterable[Fact], po: str = PO) -> list[Contribution]:
    following = Following(PURCHASE_ORDERS)
    for fact in story:
        following.take(po, [fact])
    return [output for output in following.outputs if isinstance(output, Contribution)]


def heard(told: Iterable[Contribution], supplier: str = "ACME", facility: str | None = None) -> dict[str, Any]:
    following = Following(SUPPLIERS)
    for contribution in told:
        following.take(contribution.key, [read(contribution)])
    return following.view(joined(supplier, facility))


def read(told: Contribution) -> Any:
    """The contribution as it comes over a topic."""
    return DECODER.decode("order-contributions", told.key.encode(), ENCODER.encode("order-contributions", told))


def record(story: Iterable[Fact]) -> dict[str, Any]:
    return heard(contributions(story))


def figures(story: Iterable[Fact]) -> dict[str, Any]:
    return dict(record(story)["figures"])


def test_an_order_in_which_all_went_well_is_perfect() -> None:
    assert figures(GOOD) == {
        "acknowledged_pct": "100",
        "ack_hours": "6",
        "header_disagreed_pct": "0",
        "on_time_pct": "100",
        "on_time_in_full_pct": "100",
        "fill_rate_pct": "100",
        "lead_days": "1",
        "invoice_match_pct": "100",
        "perfect_line_pct": "100",
    }


def test_a_header_that_disagrees_with_its_lines_is_counted() -> None:
    rejected = acked(ack_type="AD", codes={"10": [status("IR")]})
    agreed = acked("a2", at=7 * HOUR, ack_type="AD", codes={"10": [status("IA")]})
    told = record([GOOD[0], rejected, agreed])
    assert (told["answers"], told["disagreed"]) == (2, 1)


def test_a_facility_of_no_name_is_the_same_as_none() -> None:
    unnamed = ordered("o2", NEEDED, version=2, purpose="CHANGE", at=HOUR, facility_id="")
    told = record([GOOD[0], unnamed])
    assert (told["orders"], told["lines"]) == (1, 1)


def test_an_order_that_has_just_come_counts_as_an_order_and_nothing_else() -> None:
    told = record(GOOD[:1])
    assert (told["orders"], told["lines"], told["over"]) == (1, 1, 0)
    assert told["figures"]["acknowledged_pct"] == "0"
    assert told["figures"]["on_time_pct"] is None


def test_an_order_cancelled_before_its_answer_is_no_order_left_unanswered() -> None:
    answered = [ordered(), acked(), cancelled()]
    assert [record(story)["orders"] for story in ([ordered(), cancelled()], answered)] == [0, 1]


def test_an_order_that_asks_for_no_answer_is_none_left_unanswered() -> None:
    bill_only = ordered("o2", line("20", 1, match_policy=MatchPolicy.TWO_WAY), po_number="PO-2")
    assert heard([*contributions(GOOD), *contributions([bill_only], "PO-2")])["figures"]["acknowledged_pct"] == "100"


def test_documents_without_their_order_say_nothing_of_a_supplier() -> None:
    assert contributions([acked(), received()]) == []


def test_a_line_is_late_by_the_day_on_which_the_last_of_it_came() -> None:
    parts = [received("r1", goods={"10": 6}, at=DAY), received("r2", goods={"10": 4}, at=3 * DAY)]
    told = figures([ordered("o1", NEEDED), *parts])
    assert (told["on_time_pct"], told["fill_rate_pct"], told["lead_days"]) == ("0", "100", "3")


def test_what_comes_after_the_line_was_full_makes_it_no_later() -> None:
    told = figures([ordered("o1", NEEDED), received(at=DAY), received("r2", goods={"10": 1}, at=9 * DAY)])
    assert (told["on_time_pct"], told["lead_days"]) == ("100", "1")


def test_a_short_end_in_time_is_on_time_and_not_in_full() -> None:
    told = figures([ordered("o1", NEEDED), received(goods={"10": 9}, final=True)])
    assert (told["on_time_pct"], told["on_time_in_full_pct"], told["fill_rate_pct"]) == ("100", "0", "90")


def test_a_promise_beyond_the_day_of_need_makes_no_line_punctual() -> None:
    promise = acked(codes={"10": [status("DR", date=TODAY + 9)]})
    assert figures([ordered("o1", NEEDED), promise, received(at=5 * DAY)])["on_time_pct"] == "0"


def test_where_nobody_named_a_day_the_promise_is_the_day() -> None:
    promise = acked(codes={"10": [status("IA", date=TODAY + 9)]})
    assert figures([ordered(), promise, received(at=5 * DAY)])["on_time_pct"] == "100"


def test_a_line_refused_is_neither_on_time_nor_filled_even_if_it_is_cancelled_then() -> None:
    refused = [ordered("o1", NEEDED), acked(codes={"10": [status("IR")]})]
    for story in (refused, [*refused, cancelled()]):
        told = figures(story)
        assert (told["on_time_pct"], told["fill_rate_pct"], told["perfect_line_pct"]) == ("0", "0", "0")


def test_what_the_buyer_cancels_is_no_fault_of_the_supplier() -> None:
    assert record([ordered("o1", NEEDED), acked(), cancelled()])["over"] == 0


def test_a_dearer_bill_matches_not() -> None:
    dear = billed(at=2 * DAY, unit_price=1_100_000)
    told = figures([*GOOD[:-1], dear])
    assert (told["invoice_match_pct"], told["perfect_line_pct"]) == ("0", "0")


def test_a_bill_for_more_than_came_matches_not() -> None:
    assert figures([*GOOD[:-1], billed(goods={"10": 11})])["invoice_match_pct"] == "0"


def test_a_line_without_answer_or_with_another_price_or_damaged_is_not_perfect() -> None:
    dearer = acked(codes={"10": [status("IP", unit_price=1_000_001)]})
    for story in (
        [GOOD[0], *GOOD[2:]],
        [GOOD[0], dearer, *GOOD[2:]],
        [*GOOD[:3], received(condition="01"), GOOD[4]],
    ):
        assert figures(story)["perfect_line_pct"] == "0"


def test_goods_that_came_are_taken_out_again_with_their_receipt() -> None:
    back = received("x1", purpose="CANCEL", supersedes="r1")
    assert record([*GOOD, back])["over"] == 0


def test_an_order_given_to_another_supplier_leaves_the_first_with_nothing_of_it() -> None:
    told = contributions([*GOOD, ordered("o2", NEEDED, version=2, supplier_id="OTHER", at=3 * DAY)])
    first, second = heard(told), heard(told, "OTHER")
    assert {first[name] for name in ("orders", "lines", "over", "invoiced", "ack_wait")} == {0}
    assert second["orders"] == 1


def test_an_order_under_a_number_that_was_forgotten_counts_as_another() -> None:
    later = [replace(told, record_time=told.record_time + 500 * DAY) for told in contributions(GOOD)]
    assert heard([*contributions(GOOD), *later])["orders"] == 2


def test_a_contribution_that_comes_again_counts_once() -> None:
    told = contributions(GOOD)
    assert heard([*told, *told]) == heard(told)


def test_orders_of_one_supplier_add_up() -> None:
    other = [fact for fact in GOOD if not isinstance(fact, type(GOOD[1]))]
    told = heard([*contributions(GOOD), *contributions(other, "PO-2")])
    assert (told["orders"], told["acknowledged"], told["figures"]["acknowledged_pct"]) == (2, 1, "50")


def test_facilities_have_records_of_their_own() -> None:
    told = contributions([ordered(facility_id="MERCY"), ordered("o2", facility_id="BOSTON", version=2, at=DAY)])
    assert [heard(told, facility=facility)["orders"] for facility in ("MERCY", "BOSTON")] == [0, 1]


def test_keys_of_ids_that_hold_the_separator_differ() -> None:
    assert joined("a@b", "c") != joined("a", "b@c")
    assert joined("a%40", None) != joined("a@", None)


def test_a_contribution_is_dated_by_the_clock_of_the_turn() -> None:
    (told,) = contributions([ordered()])
    assert (told.record_time, told.state_version) == (START, 1)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_record_does_not_depend_on_the_order_of_arrival(history: list[Fact], shuffle: random.Random) -> None:
    other = [*history]
    shuffle.shuffle(other)
    one, two = sums(history), sums(other)
    assert one == two


def sums(history: Iterable[Fact]) -> dict[str, list[int]]:
    """What is left of each key that is not nothing."""
    following = Following(SUPPLIERS)
    for told in contributions(history):
        following.take(told.key, [told])
    found = {key.decode(): following.partition.read(key).state.sums for key in following.partition.heads}
    return {key: numbers for key, numbers in found.items() if any(numbers)}


def test_contributions_are_remembered_for_sixty_days_and_let_go_once_a_day() -> None:
    [first] = contributions(GOOD[:1])
    following = Following(SUPPLIERS)

    def hear(count: int, at: int) -> int:
        """How many pieces of the history there are then."""
        told = (replace(first, po_number=f"PO-{at}-{n}", record_time=START + at) for n in range(count))
        following.take(first.key, map(read, told))
        return len(following.partition.history[first.key.encode()])

    held = hear(40, at=0)
    assert held > 1
    assert hear(1, at=60 * DAY) == held
    assert hear(1, at=62 * DAY) < held
