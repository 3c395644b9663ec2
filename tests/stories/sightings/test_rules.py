"""For every rule across keys: what makes it speak, what leaves it silent, and what heals it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.codes import AlertState
from app.domain.facts import Fact
from app.domain.internal import Sighting
from app.domain.policy import Policy
from app.domain.rules.sightings import SIGHTINGS as RULES
from tables import SIGHTINGS
from tests.stories.sightings.stories import AGAIN, BILL, BILLED, FIRES, FIRST, HEALS, QUIET, SECOND, WHOLE
from tests.support.across import Across
from tests.support.documents import (
    DAY,
    HOUR,
    MINUTE,
    ONE,
    PO,
    START,
    TODAY,
    acked,
    billed,
    cancelled,
    confirmed,
    line,
    ordered,
    received,
    shipped,
)
from tests.support.following import Following

KEY = "invoice@ACME@INV-1"


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_fires_with_its_evidence_and_severity(code: str) -> None:
    story, wait, key, evidence, severity = FIRES[code]
    assert Across.of(story, wait).open(code) == [(key, evidence, severity.value)]


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_waits_for_its_grace(code: str) -> None:
    story, wait, *_ = FIRES[code]
    assert Across.of(story, wait - 1).open(code) == []


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_is_quiet_where_all_is_well(code: str) -> None:
    story, wait = QUIET[code]
    across = Across.of(story, wait)
    assert [alert for alert in across.sightings.alerts if alert.code == code] == []


@pytest.mark.parametrize("code", sorted(HEALS))
def test_what_ends_heals_and_the_alert_says_so(code: str) -> None:
    story, end = HEALS[code]
    across = Across.of(story, DAY)
    assert across.open(code)
    across.follow(end)
    assert across.open(code) == []
    begin, over = across.sightings.alerts
    assert (begin.state, over.state) == (AlertState.OPEN, AlertState.HEALED)
    assert (begin.po_number, begin.partner_id, begin.facility_id) == (over.po_number, over.partner_id, over.facility_id)
    assert over.message.startswith(f"{code} is over for ") and "@" not in over.message


def test_an_alert_names_its_own_order_and_not_the_last_of_its_goods() -> None:
    stranger = ordered("o3", po_number="PO-3", source_system="erp", at=2 * HOUR)
    (alert,) = Across.of([ordered(), ordered("o2", po_number="PO-2"), stranger], DAY).sightings.alerts
    assert (alert.entity_type, alert.entity_id, alert.po_number) == ("purchase-order", "PO-2", "PO-2")


def test_the_alert_names_both_orders_and_both_documents() -> None:
    (alert,) = Across.of([FIRST, SECOND, BILLED, AGAIN], DAY).sightings.alerts
    assert (alert.entity_type, alert.entity_id, alert.evidence) == ("purchase-order", "PO-2", f"{KEY}/PO-2")
    assert (alert.po_number, alert.partner_id, alert.queue) == ("PO-2", "ACME", "AP")
    assert "for order PO-1" in alert.message and "for order PO-2" in alert.message
    assert alert.caused_by == ("i2", "i1")


def test_a_bill_typed_in_without_its_order_is_the_same_bill() -> None:
    loose = billed("i2", invoice_number=BILL, po_number=None)
    across = Across.of([FIRST, BILLED, loose], 15 * MINUTE)
    assert across.open("DUP_INVOICE") == [(KEY, "~INV-1", "HIGH")]
    assert across.sightings.alerts[0].po_number is None


def test_one_number_twice_in_one_order_is_told_even_with_one_document_total() -> None:
    one = billed(invoice_number=BILL, document_total=WHOLE)
    other = billed("i2", invoice_number=BILL, document_total=WHOLE, goods={"10": 9})
    assert Across.of([FIRST, one, other], 15 * MINUTE).open("DUP_INVOICE") == [(KEY, "i2", "HIGH")]


def test_shares_of_one_document_that_name_different_totals_are_told() -> None:
    one = billed(invoice_number=BILL, document_total=WHOLE)
    other = billed("i2", invoice_number=BILL, document_total=WHOLE + 1, po_number="PO-2")
    assert Across.of([FIRST, SECOND, one, other], 15 * MINUTE).open("DUP_INVOICE")


SHARES = {"they come to the whole": (50, 30, []), "each is the whole": (80, 80, [(KEY, "PO-2", "HIGH")])}


@pytest.mark.parametrize("case", SHARES)
def test_shares_of_one_document_must_not_come_to_more_than_its_total(case: str) -> None:
    first, second, told = SHARES[case]
    one = billed(invoice_number=BILL, document_total=WHOLE, total=first * ONE)
    other = billed("i2", invoice_number=BILL, document_total=WHOLE, total=second * ONE, po_number="PO-2")
    assert Across.of([FIRST, SECOND, one, other], 15 * MINUTE).open("DUP_INVOICE") == told


def test_a_bill_moved_to_another_order_within_the_grace_says_nothing() -> None:
    back = billed("x1", invoice_number=BILL, purpose="CANCEL", supersedes="i1", at=4 * HOUR + 14 * MINUTE)
    across = Across.of([FIRST, SECOND, BILLED, AGAIN, back], DAY)
    assert across.sightings.alerts == []


def test_a_bill_with_another_number_moves_to_another_block_and_leaves_the_first() -> None:
    renamed = billed("i3", invoice_number="INV-2", purpose="REPLACE", supersedes="i1", at=DAY)
    across = Across.of([FIRST, BILLED, renamed])
    assert [(told.block, told.stands) for told in across.told if told.document] == [
        ("invoice@ACME@INV-1", True),
        ("invoice@ACME@INV-1", False),
        ("invoice@ACME@INV-2", True),
    ]


def test_what_does_not_change_a_bill_tells_nothing_of_it() -> None:
    across = Across.of([FIRST, BILLED, billed("i9", invoice_number="INV-9"), ordered("o3", version=2, at=DAY)])
    assert [told.name for told in across.told] == ["10 EA of ITEM-10", "INV-1", "INV-9"]


def test_goods_that_first_say_where_an_order_belongs_tell_of_it_anew() -> None:
    across = Across.of([ordered(), shipped(facility_id="MAIN"), received(facility_id="MAIN")])
    assert [told.facility_id for told in across.told] == [None, "MAIN"]


def test_an_older_sighting_that_comes_again_revives_nothing() -> None:
    across = Across.of([*HEALS["DUP_INVOICE"][0], *HEALS["DUP_INVOICE"][1]], DAY)
    before = across.sightings.view(KEY)
    again = [told for told in across.told if told.block == KEY]
    across.sightings.take(KEY, again)
    assert across.sightings.view(KEY) == before
    assert across.sightings.tally.marks["duplicate"] == len(again)


def test_a_block_that_all_took_back_is_kept_and_not_shown() -> None:
    back = billed("x1", invoice_number=BILL, purpose="CANCEL", supersedes="i1", at=DAY)
    partition = Across.of([FIRST, BILLED, back]).sightings.partition
    assert KEY.encode() in partition.heads
    shown = SIGHTINGS.views(map(partition.read, partition.heads), 0, Policy())
    assert KEY not in {view["key"] for view in shown}


def test_a_block_that_nobody_showed_for_long_is_forgotten() -> None:
    across = Across.of([FIRST, BILLED], 401 * DAY)
    assert not across.sightings.partition.heads


TWIN = ordered("o2", po_number="PO-2", at=3 * HOUR)


def test_an_order_number_that_is_used_again_when_the_first_order_is_forgotten_is_seen() -> None:
    following = Following(SIGHTINGS)
    for day, entity, version in ((0, PO, 9), (300, "PO-2", 1), (401, PO, 1)):
        told = Sighting(
            record_time=START + day * DAY, state_version=version, block=KEY, entity=entity, document="i1", stands=True
        )
        following.take(KEY, [told])
    assert [seen["entity"] for seen in following.view(KEY)["seen"]] == ["PO-1", "PO-2"]


def test_an_order_number_that_is_used_again_before_its_first_sighting_is_forgotten_is_seen_as_it_is_now() -> None:
    following = Following(SIGHTINGS)  # a worker that lagged heard of the first order days after its last document
    for day, version in ((3, 9), (401, 1)):
        told = Sighting(
            record_time=START + day * DAY, state_version=version, block=KEY, entity=PO, name=f"{day}", stands=True
        )
        following.take(KEY, [told])
    assert [seen["name"] for seen in following.view(KEY)["seen"]] == ["401"]


def share(order: int, document: str = "", at: int = 0, amount: int = 10**6) -> Sighting:
    """What one order is to pay of a document over several."""
    return Sighting(
        record_time=START + at, state_version=1, block=KEY, entity=f"PO-{order}", document=document,
        stands=True, at=START + at, day=TODAY, amount=amount, share=1,
    )  # fmt: skip


def test_of_a_document_over_hundreds_of_orders_only_what_is_no_share_of_it_is_told() -> None:
    following = Following(SIGHTINGS)
    shares = [share(order, at=order) for order in range(500)]
    following.take(KEY, [*shares, share(7, "again", at=HOUR), share(999, "other", at=2 * HOUR, amount=7)])
    following.wait_until(following.clock + DAY)
    told = {alert.entity_id: alert.message for alert in following.alerts}
    assert told.keys() == {"PO-7", "PO-999"}
    assert "was there already: for order PO-7," in told["PO-7"]
    assert "was there already: for order PO-0," in told["PO-999"]


def test_the_alert_says_how_shortly_after_each_other_and_what_goods() -> None:
    two = [line("20", 3, item_id="GOWN"), line("10", 2)]
    orders = [ordered("o1", *two), ordered("o2", *reversed(two), po_number="PO-2", at=90 * MINUTE)]
    (alert,) = Across.of(orders, DAY).sightings.alerts
    assert (alert.po_number, alert.queue, alert.entity_type) == ("PO-2", "BUYER", "purchase-order")
    assert "as order PO-1, 1 h 30 min after it: 3 EA of GOWN and 1 more" in alert.message


def test_one_buyer_in_two_systems_is_one_hand() -> None:
    other = ordered("o2", po_number="PO-2", source_system="erp", buyer_id="B-1")
    assert Across.of([ordered(buyer_id="B-1"), other], DAY).open("DUP_PO")


def test_an_order_changed_to_the_goods_of_another_is_compared_by_them_and_by_its_first_day() -> None:
    late = [ordered("o2", line("10", 9), po_number="PO-2"), ordered("o3", version=2, po_number="PO-2", at=5 * DAY)]
    assert Across.of([ordered(), *late], DAY).open("DUP_PO") == [(FIRES["DUP_PO"][2], "PO-2", "WARN")]


def test_a_cancelled_order_is_compared_with_none_until_it_is_revived() -> None:
    gone = [ordered(), TWIN, cancelled("c2", po_number="PO-2", at=4 * HOUR)]
    assert Across.of(gone, DAY).open("DUP_PO") == []
    assert Across.of([*gone, confirmed("n2", po_number="PO-2", at=6 * HOUR)], DAY).open("DUP_PO")


def test_an_order_in_the_place_of_one_that_the_supplier_refused_is_none_too_many() -> None:
    refused = acked(ack_type="RJ", at=HOUR)
    assert Across.of([ordered(), refused, TWIN], DAY).sightings.alerts == []
    assert Across.of([ordered(), TWIN, acked(ack_type="RJ", at=4 * HOUR)], DAY).open("DUP_PO") == []


def test_an_order_that_a_shipment_of_its_id_beats_is_compared_no_more() -> None:
    rival = shipped("o2", po_number="PO-2", at=0)
    across = Across.of([ordered(), ordered("o2", po_number="PO-2", recorded=MINUTE), rival], DAY)
    assert across.open("DUP_PO") == []


def test_a_bill_that_a_receipt_takes_back_is_compared_no_more() -> None:
    takes_back = received("r1", purpose="REPLACE", supersedes="i1", at=DAY)
    assert Across.of([FIRST, SECOND, BILLED, AGAIN, takes_back], DAY).open("DUP_INVOICE") == []


def test_goods_without_ids_are_compared_with_none() -> None:
    unnamed = line("10", 10, item_id=None)
    assert Across.of([ordered("o1", unnamed), ordered("o2", unnamed, po_number="PO-2")]).told == []


def test_the_same_goods_at_the_same_hour_every_day_are_no_double() -> None:
    daily = [ordered(f"o{day}", po_number=f"PO-{day}", at=day * DAY) for day in range(5)]
    assert Across.of(daily, DAY).sightings.alerts == []


BILLS = [
    FIRST,
    SECOND,
    BILLED,
    AGAIN,
    billed("i3", invoice_number=BILL, po_number="PO-2", purpose="REPLACE", supersedes="i2", document_total=WHOLE),
    billed("i4", invoice_number=BILL, po_number="PO-3", document_total=WHOLE),
    billed("x4", invoice_number=BILL, po_number="PO-3", purpose="CANCEL", supersedes="i4"),
    billed("i5", invoice_number="INV-5", po_number="PO-2"),
    ordered("o9", version=2, po_number="PO-2"),
    cancelled("c9"),
    ordered("o4", po_number="PO-4"),
]


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(0, len(BILLS) - 1)), st.randoms(use_true_random=False))
def test_what_is_seen_does_not_depend_on_the_order_of_arrival(chosen: set[int], shuffle: random.Random) -> None:
    facts: list[Fact] = [BILLS[number] for number in sorted(chosen)]
    other = [*facts]
    shuffle.shuffle(other)
    assert seen(facts) == seen(other)


def seen(facts: list[Fact]) -> dict[str, object]:
    """Every block that somebody stands with."""
    across = Across.of(facts, 2 * DAY)
    views = [across.sightings.view(key.decode()) for key in sorted(across.sightings.partition.heads)]
    return {view["key"]: view for view in views if view["seen"]}


def test_sightings_between_partitions_may_come_in_any_order_of_orders() -> None:
    told = Across.of([FIRST, SECOND, BILLED, AGAIN]).told
    backwards = Following(SIGHTINGS)
    backwards.take(KEY, [sighting for sighting in reversed(told) if sighting.block == KEY])
    backwards.wait_until(backwards.clock + DAY)
    assert [alert.entity_id for alert in backwards.alerts] == ["PO-2"]
    assert all(isinstance(one, Sighting) for one in told)
