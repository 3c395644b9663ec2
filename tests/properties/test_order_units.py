"""Documents in any unit and what masters say of it, in whatever order: one view, one last word, one supplier record."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.facts import Fact, ItemMaster
from app.domain.internal import COUNTERS, Contribution
from app.domain.quantities import text
from app.store.table import Table
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import (
    DAY,
    HOUR,
    PO,
    START,
    acked,
    billed,
    cancelled,
    line,
    ordered,
    published,
    received,
    shipped,
    status,
)
from tests.support.following import Following
from tests.support.masters import Deciding, item, unit

UOMS = st.sampled_from(["EA", "EA", "XCS", "XCS", "XBX", "CS"])
LINES = st.sampled_from(["10", "10", "20"])
PACKS = st.sampled_from([unit("XCS", 5), unit("XCS", 2, supplier_id="ACME"), unit("XCS", 10), unit("XBX", 1, 3)])
VALID = st.sampled_from([0, 0, START + 20 * HOUR, START + 40 * HOUR, START + 9 * DAY])
PRICES = st.sampled_from([None, 10_000_000, 2_000_000])
NOW = START + 5 * DAY


@st.composite
def documents(draw: st.DrawFn, number: int) -> Fact:
    """One document of one line, in some unit."""
    kind = draw(st.sampled_from(["change", "cancel", "ack", "ship", "ship", "receive", "receive", "bill", "credit"]))
    event_id, at = f"e{number}", draw(st.integers(1, 10)) * 6 * HOUR
    uom, quantity, number_ = draw(UOMS), draw(st.integers(1, 6)), draw(LINES)
    goods = {number_: quantity}
    if kind == "change":
        changed = line(number_, quantity, uom=draw(UOMS))
        return ordered(event_id, changed, version=draw(st.integers(2, 3)), purpose="CHANGE", partial=True, at=at)
    if kind == "cancel":
        return cancelled(event_id, at=at)
    if kind == "ack":
        said = status(draw(st.sampled_from(["IA", "IQ", "IR"])), quantity, uom=uom, unit_price=draw(PRICES))
        return acked(event_id, at=at, codes={number_: [said]})
    if kind in ("bill", "credit"):
        money = {"unit_price": draw(PRICES), "price_uom": draw(st.sampled_from([None, "EA"]))}
        return billed(event_id, at=at, goods=goods, uom=uom, kind="CREDIT" if kind == "credit" else "DEBIT", **money)
    if kind == "ship":
        return shipped(event_id, at=at, goods=goods, uom=uom)
    back = draw(st.sampled_from(["RECEIPT", "RECEIPT", "RETURN"]))
    return received(event_id, at=at, goods=goods, uom=uom, kind=back, final=draw(st.sampled_from([False, False, True])))


@st.composite
def masters(draw: st.DrawFn, version: int) -> ItemMaster:
    """What counts of one of the two items from some day on; now and then nothing any more, or another version again."""
    other = draw(st.sampled_from([None] * 3 + [number for number in range(1, 4) if number != version]))
    uoms = tuple(draw(st.lists(PACKS, max_size=3, unique=True)))
    purpose = draw(st.sampled_from(["ORIGINAL"] * 4 + ["CANCEL"] if other is None else ["REPLACE", "CANCEL"]))
    base = draw(st.sampled_from(["EA"] * 3 + ["XCS"]))
    name = f"ITEM-{draw(LINES)}"
    said = {"uoms": uoms, "purpose": purpose, "base_uom": base, "valid_from": draw(VALID)}
    return item(version, item_id=name, supersedes=None if other is None else f"item-mdm-{other}", **said)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    lines = [line("10", 10, uom=draw(UOMS), unit_price=draw(PRICES)), line("20", 4, uom=draw(UOMS))]
    papers = [draw(documents(n)) for n in range(draw(st.integers(1, 7)))]
    return [ordered("o1", *lines), *papers, *(draw(masters(n + 1)) for n in range(draw(st.integers(1, 3))))]


def told(history: list[Fact], shuffle: random.Random, table: Table = PURCHASE_ORDERS) -> Following:
    """A history in random order, masters as they come among the documents, the last thing a take-over."""
    order = shuffle.sample(history, k=len(history))
    following = Following(table)
    deciding = Deciding(following.policy)
    for fact in order:
        if isinstance(fact, ItemMaster):
            hear(following, deciding.take(fact, now=NOW))
        else:
            following.take(PO, [fact], now=NOW)
    hear(following, deciding.wait_until(START + 40 * DAY))
    following.wait_until(START + 40 * DAY)
    return following


def hear(following: Following, ids: list[str]) -> None:
    following.partition.judge_again(ids)
    following.take("", [], now=NOW)


def last_word(following: Following) -> Any:
    words = published(following)
    assert [word.state_version for word in words] == sorted({word.state_version for word in words})
    return msgspec.structs.replace(words[-1], state_version=0, changed=(), caused_by=(), published_time=0)


def supplier_record(following: Following) -> Counter[tuple[str | None, str]]:
    """What the table of suppliers adds up: differences, each version once."""
    sums: Counter[tuple[str | None, str]] = Counter()
    said: set[tuple[str, int, str | None]] = set()
    for each in following.outputs:
        if isinstance(each, Contribution):
            assert (each.supplier_id, each.state_version, each.facility_id) not in said
            said.add((each.supplier_id, each.state_version, each.facility_id))
            sums.update({(each.facility_id, name): getattr(each, name) for name in COUNTERS})
    return Counter({name: count for name, count in sums.items() if count})


@settings(max_examples=600, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_it_does_not_matter_whether_a_master_comes_before_or_after_the_documents(
    history: list[Fact], one: random.Random, other: random.Random
) -> None:
    first, second = told(history, one), told(history, other)
    assert first.view(PO) == second.view(PO)
    assert last_word(first) == last_word(second)
    assert supplier_record(first) == supplier_record(second)


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers())
def test_an_order_kept_from_turn_to_turn_says_what_one_read_anew_each_time_says(history: list[Fact], seed: int) -> None:
    kept, read = (told(history, random.Random(seed), replace(PURCHASE_ORDERS, hot=hot)) for hot in (100, 0))
    assert kept.outputs == read.outputs
    assert kept.partition.heads == read.partition.heads


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_last_word_is_what_the_view_shows(history: list[Fact], shuffle: random.Random) -> None:
    following = told(history, shuffle)
    view, word = following.view(PO), last_word(following)
    for shown, line_ in zip(view["lines"], word.lines, strict=True):
        assert (shown["fulfilment"], shown["invoicing"], shown["ack"]) == (line_.fulfilment, line_.invoicing, line_.ack)
        assert shown["shipped"] == text(line_.shipped)
