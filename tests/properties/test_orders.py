"""Whatever order documents come in, and however often: one view, one set of alerts, one last word to consumers."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain import sequences
from app.domain.codes import MatchPolicy
from app.domain.facts import Fact, Receipt, Shipment
from app.domain.orders.case import case_of
from app.domain.orders.derive import life
from app.domain.orders.enter import enter
from app.domain.orders.fold import fold
from app.domain.orders.state import new
from app.domain.policy import Policy
from app.domain.rules.orders import ORDERS, asked
from app.store.table import Table
from tables.purchase_orders import PURCHASE_ORDERS
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
    charged,
    confirmed,
    line,
    ordered,
    published,
    received,
    shipped,
    status,
)
from tests.support.following import Following

LINES = st.sampled_from(["10", "10", "20", "30"])
TIMES = st.integers(0, 10).map(lambda n: n * 6 * HOUR)
CODES = st.sampled_from(["IA", "IA", "IB", "BP", "IQ", "IR", "DR", "IH", "IS", "XX"])
DAYS = st.sampled_from([None, None, TODAY - 2, TODAY + 3])
GOODS = st.dictionaries(LINES, st.integers(0, 12), max_size=2)
KINDS = ["order", "order", "change", "cancel", "confirm", "ack", "ack", "ship", "ship", "receive", "receive", "bill"]


@st.composite
def order_lines(draw: st.DrawFn) -> list[Any]:
    numbers = draw(st.lists(st.sampled_from(["10", "20"]), min_size=1, max_size=2, unique=True))
    return [
        line(
            n,
            draw(st.sampled_from([5, 10])),
            cancelled=draw(st.sampled_from([False] * 5 + [True])),
            need_by=draw(DAYS),
            unit_price=draw(st.sampled_from([None, 2_000_000])),
            match_policy=draw(st.sampled_from([None, None, *MatchPolicy])),
        )
        for n in numbers
    ]


@st.composite
def answers(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Codes by line, for none, one or two of them."""
    return {
        draw(LINES): [
            status(draw(CODES), draw(st.sampled_from([None, 4, 10])), date=draw(DAYS))
            for _ in range(draw(st.integers(1, 2)))
        ]
        for _ in range(draw(st.integers(0, 2)))
    }


@st.composite
def documents(draw: st.DrawFn, number: int) -> Fact:
    """One document; ids, numbers, versions and targets come from small pools, so that they meet."""
    kind = draw(st.sampled_from(KINDS))
    event_id = draw(st.sampled_from([f"e{number}", f"e{number}", f"e{number}", "e1", "e2"]))
    at = draw(TIMES)
    common: dict[str, Any] = {
        "at": at,
        "recorded": at + draw(st.sampled_from([0, 0, MINUTE, HOUR, -HOUR, 800 * DAY])),
        "source_system": draw(st.sampled_from(["edi", "erp"])),
        "source_seq": draw(st.sampled_from([None, None, number + 1, draw(st.integers(1, 4))])),
    }
    if kind == "order":
        return ordered(event_id, *draw(order_lines()), version=draw(st.sampled_from([1, 1, 1, 2])), **common)
    if kind == "change":
        partial, version = draw(st.booleans()), draw(st.integers(2, 4))
        return ordered(event_id, *draw(order_lines()), version=version, purpose="CHANGE", partial=partial, **common)
    if kind == "cancel":
        return cancelled(event_id, **common)
    if kind == "confirm":
        return confirmed(event_id, **common)
    purpose = draw(st.sampled_from(["ORIGINAL"] * 5 + ["CANCEL", "REPLACE", "DUPLICATE"]))
    common["purpose"] = purpose
    if purpose in ("CANCEL", "REPLACE") or draw(st.sampled_from([False] * 9 + [True])):
        common["supersedes"] = f"e{draw(st.integers(0, 12))}"
    if kind == "ack":
        common["po_version"] = draw(st.sampled_from([None, None, None, 1, 2]))
        common |= draw(st.sampled_from([{}, {}, {"ack_type": "RJ"}, {"ack_type": "AT"}, {"ack_type": "AE"}]))
        return acked(event_id, codes=draw(answers()), change_response=draw(st.booleans()), **common)
    return draw(movements(kind, event_id, common))


@st.composite
def movements(draw: st.DrawFn, kind: str, event_id: str, common: dict[str, Any]) -> Fact:
    """A shipment, receipt, return, invoice or credit."""
    goods = draw(GOODS)
    if kind == "ship":
        return shipped(event_id, goods=goods, shipment_id=f"S{draw(st.integers(1, 3))}", eta=draw(DAYS), **common)
    if kind == "receive":
        common["condition"] = draw(st.sampled_from(["07", "07", "01", "02"]))
        common["kind"] = draw(st.sampled_from(["RECEIPT"] * 4 + ["RETURN"]))
        shipment_id = draw(st.sampled_from([None, "S1", "S2"]))
        return received(event_id, goods=goods, shipment_id=shipment_id, final=draw(st.booleans()), **common)
    common["kind"] = draw(st.sampled_from(["DEBIT"] * 3 + ["CREDIT"]))
    common["unit_price"] = draw(st.sampled_from([None, 2_000_000, 2_001_000, 2_900_000]))
    common["currency"] = draw(st.sampled_from(["USD"] * 4 + ["EUR"]))
    common["ref_invoice"] = draw(st.sampled_from([None, None, "INV-e1", "INV-e2"]))
    common["charges"] = draw(st.sampled_from([(), (), charged(1, "10"), charged(3)]))
    return billed(event_id, goods=goods, **common)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    return [draw(documents(n)) for n in range(draw(st.integers(1, 14)))]


def told(history: list[Fact], shuffle: random.Random, turns: bool = False, table: Table = PURCHASE_ORDERS) -> Following:
    """A history in random order with random repeats, one by one or several a turn."""
    again = [*history, *shuffle.sample(history, k=shuffle.randint(0, len(history)))]
    shuffle.shuffle(again)
    following = Following(table)
    while again:
        size = shuffle.randint(1, 5) if turns else 1
        following.take(PO, again[:size], now=START + 5 * DAY)
        again = again[size:]
    following.wait_until(START + 30 * DAY)
    return following


def last_word(following: Following) -> Any:
    """What consumers hold in the end, but for what tells of the way there."""
    words = published(following)
    assert [word.state_version for word in words] == sorted({word.state_version for word in words})
    return msgspec.structs.replace(words[-1], state_version=0, changed=(), caused_by=(), published_time=0)


@settings(max_examples=600, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_view_nor_alerts_nor_the_last_word(
    history: list[Fact], one: random.Random, other: random.Random
) -> None:
    first, second = told(history, one), told(history, other, turns=True)
    assert first.view(PO) == second.view(PO)
    assert last_word(first) == last_word(second)


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_last_word_is_what_the_view_shows(history: list[Fact], shuffle: random.Random) -> None:
    following = told(history, shuffle)
    view, word = following.view(PO), last_word(following)
    assert (view["life"], view["ack"], view["fulfilment"], view["invoicing"]) == (
        word.life, word.ack, word.fulfilment, word.invoicing,
    )  # fmt: skip
    assert [int(shown["shipped"]) * ONE for shown in view["lines"]] == [shown.shipped for shown in word.lines]


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_changes_published_lead_from_nothing_to_the_last_word(history: list[Fact], shuffle: random.Random) -> None:
    held: dict[str, str | None] = {}
    following = told(history, shuffle)
    for word in published(following):
        for change in word.changed:
            before = held.pop(change.path, None)
            assert before == change.before or before in (None, "0", "NONE")
            if change.after is not None:
                held[change.path] = change.after
    view = following.view(PO)
    assert held["life"] == view["life"]
    for shown in view["lines"]:
        for name, value in shown.items():
            if name != "line":
                assert held.get(f"lines[{shown['line']}].{name}", value) == value


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers(), st.booleans())
def test_an_order_kept_from_turn_to_turn_says_what_one_read_anew_each_time_says(
    history: list[Fact], seed: int, turns: bool
) -> None:
    kept, read = (told(history, random.Random(seed), turns, replace(PURCHASE_ORDERS, hot=hot)) for hot in (100, 0))
    assert kept.outputs == read.outputs
    assert kept.partition.heads == read.partition.heads


PLAIN = st.lists(
    st.one_of(
        st.tuples(st.just("ship"), st.integers(1, 9)),
        st.tuples(st.just("receive"), st.integers(1, 9)),
        st.tuples(st.just("return"), st.integers(1, 3)),
        st.tuples(st.just("bill"), st.integers(1, 9)),
    ),
    max_size=10,
)


@settings(max_examples=200, deadline=None)
@given(PLAIN, st.sets(st.integers(0, 9)), st.randoms(use_true_random=False))
def test_counters_are_the_sums_of_the_documents_not_taken_back(
    moves: list[tuple[str, int]], taken_back: set[int], shuffle: random.Random
) -> None:
    makers = {"ship": shipped, "receive": received, "bill": billed}
    facts: list[Fact] = [ordered()]
    sums: Counter[str] = Counter()
    for n, (kind, quantity) in enumerate(moves):
        fields: dict[str, Any] = {"kind": "RETURN"} if kind == "return" else {}
        facts.append(makers.get(kind, received)(f"e{n}", goods={"10": quantity}, **fields))
        if n in taken_back:
            facts.append(makers.get(kind, received)(f"x{n}", purpose="CANCEL", supersedes=f"e{n}", goods={}, **fields))
        else:
            sums[kind] += quantity
    (shown,) = told(facts, shuffle).view(PO)["lines"]
    assert [shown[name] for name in ("shipped", "received_good", "returned", "invoiced")] == [
        str(sums[kind]) for kind in ("ship", "receive", "return", "bill")
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([("IA", "IB"), ("BP", "IB"), ("IA", "IR"), ("IP", "IB")]), st.integers(0, 10), st.integers(0, 10)
)
def test_parts_of_an_answer_add_up_to_the_line_or_it_is_held(kinds: tuple[str, str], first: int, second: int) -> None:
    codes = {"10": [status(kinds[0], first, unit_price=1), status(kinds[1], second)]}
    following = Following(PURCHASE_ORDERS)
    following.take(PO, [ordered(), acked(codes=codes)])
    (shown,) = following.view(PO)["lines"]
    total = sum(int(shown[name]) for name in ("accepted", "backordered", "rejected"))
    assert total == (10 if first + second == 10 else 0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 6), max_size=6), st.integers(0, 3))
def test_more_than_ordered_is_told_exactly_where_it_is_more(quantities: list[int], tolerance: int) -> None:
    order = ordered("o1", line("10", 10, over_tolerance_pct=tolerance * 10 * ONE))
    facts: list[Fact] = [order, *(shipped(f"s{n}", goods={"10": q}) for n, q in enumerate(quantities))]
    following = Following(PURCHASE_ORDERS)
    following.take(PO, facts)
    following.wait_until(START + DAY)
    assert ("OVER_SHIP" in following.open_codes(PO)) == (sum(quantities) > 10 + tolerance)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_no_rule_that_is_not_asked_would_have_found_anything(history: list[Fact]) -> None:
    policy, order = Policy(), new(PO)
    for fact in history:
        if fact.source_seq is not None:
            sequences.add(order.sources.setdefault(fact.source_system, []), fact.source_seq)
    picture = fold(map(enter, history), policy)
    case = case_of(order, picture, life(picture, START, policy))
    left_out = [rule for rule in ORDERS if rule not in asked(case.matters(policy))]
    assert [rule.code for rule in left_out if list(rule.finds(case, START, policy))] == []


def test_builders_date_what_they_make() -> None:
    assert isinstance(shipped(), Shipment)
    assert isinstance(received(), Receipt)
    assert ordered().order_date == TODAY
