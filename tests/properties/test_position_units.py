"""Movements in any unit and what masters say of it, in whatever order: balances and sums in the base unit, always."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.codes import StockStatus
from app.domain.facts import Fact, InventoryEvent, ItemMaster
from app.domain.policy import Policy
from app.domain.units import base, converted, ratio
from tables.positions import POSITIONS
from tests.properties.test_positions import events
from tests.support.following import Following
from tests.support.masters import ITEM, Deciding, item, unit
from tests.support.movements import DAY, KEY, MINUTE, START, Balances, folded, summed

UOMS = st.sampled_from(["EA", "EA", "XCS", "XCS", "XBX", "CS"])
VALID = st.sampled_from([0, 0, START + 20 * MINUTE, START + 40 * MINUTE, START + 3 * DAY])
PACKS = st.sampled_from([unit("XCS", 12), unit("XCS", 10), unit("XBX", 3), unit("XBX", 1, 3), unit("EA", 1, 4)])


@st.composite
def movements(draw: st.DrawFn, number: int) -> InventoryEvent:
    """Another unit is another content, as any other field would be."""
    event = draw(events(number))
    uom = draw(UOMS)
    return replace(event, uom=uom, content=hashlib.sha256(event.content + uom.encode()).digest())


@st.composite
def masters(draw: st.DrawFn, version: int) -> ItemMaster:
    """What counts of the item from then on; now and then nothing any more, or not what another version says."""
    other = draw(st.sampled_from([None] * 3 + [number for number in range(1, 5) if number != version]))
    uoms = tuple(draw(st.lists(PACKS, max_size=4, unique=True)))
    base_uom = draw(st.sampled_from(["EA"] * 4 + ["XCS"]))
    purpose = draw(st.sampled_from(["ORIGINAL"] * 5 + ["CANCEL"] if other is None else ["REPLACE", "CANCEL"]))
    return item(
        version,
        base_uom=base_uom,
        uoms=tuple(u for u in uoms if u.uom != base_uom),
        purpose=purpose,
        valid_from=draw(VALID),
        supersedes=None if other is None else f"item-mdm-{other}",
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    moved = [draw(movements(n)) for n in range(draw(st.integers(1, 20)))]
    return [*moved, *(draw(masters(n + 1)) for n in range(draw(st.integers(1, 4))))]


def booked(history: Iterable[Fact], policy: Policy, item_id: str = ITEM) -> list[InventoryEvent]:
    """The movements as the versions of their days make of them: each in the base unit where that is exact."""
    into = base(policy.masters.packings(item_id))
    return [_booked(event, into, policy, item_id) for event in history if isinstance(event, InventoryEvent)]


def _booked(event: InventoryEvent, into: str | None, policy: Policy, item_id: str) -> InventoryEvent:
    if into in (None, event.uom):
        return event
    packings = policy.masters.packings(item_id, event.event_time)
    quantity = converted(event.quantity, ratio(packings, event.uom), (1, 1))
    return event if quantity is None else replace(event, uom=into, quantity=quantity)


def take(following: Following, deciding: Deciding, facts: list[Fact]) -> None:
    """Movements in one turn; a master as the sweep does it."""
    for fact in facts:
        if isinstance(fact, ItemMaster):
            hear(following, deciding.take(fact, now=START + DAY))
    following.take(KEY, [fact for fact in facts if isinstance(fact, InventoryEvent)], now=START + DAY)


def hear(following: Following, ids: list[str]) -> None:
    if ids:
        following.partition.judge_again(ids)
        following.take("", [])


def told(history: list[Fact], shuffle: random.Random, turns: bool = False) -> Following:
    again = [*history, *shuffle.sample(history, k=shuffle.randint(0, len(history)))]
    shuffle.shuffle(again)
    following = Following(POSITIONS)
    deciding = Deciding(following.policy)
    while again:
        size = shuffle.randint(1, 7) if turns else 1
        take(following, deciding, again[:size])
        again = again[size:]
    hear(following, deciding.wait_until(START + 10 * DAY))
    following.wait_until(START + 10 * DAY)
    return following


def shown(following: Following) -> Balances:
    return {
        (b["uom"], StockStatus(b["stock_status"]), b["lot"] or ""): round(float(b["quantity"]) * 10_000)
        for b in following.view(KEY)["balances"]
    }


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_balances_are_those_of_the_plain_fold_in_the_base_unit(history: list[Fact], shuffle: random.Random) -> None:
    following = told(history, shuffle)
    assert shown(following) == folded(booked(history, following.policy))


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_ledger_sums_to_the_balance_as_of_every_time_after_every_cause(
    history: list[Fact], shuffle: random.Random
) -> None:
    following, told_so_far = Following(POSITIONS), []
    deciding = Deciding(following.policy)
    again = [*history, *shuffle.sample(history, k=shuffle.randint(0, len(history)))]
    shuffle.shuffle(again)
    for fact in again:
        take(following, deciding, [fact])
        told_so_far.append(fact)
        so_far = booked(told_so_far, following.policy)
        for time in {e.event_time for e in so_far}:
            assert summed(following.ledger, time) == folded(so_far, time)


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_view_nor_open_alerts(
    history: list[Fact], one: random.Random, other: random.Random
) -> None:
    assert told(history, one).view(KEY) == told(history, other, turns=True).view(KEY)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_balance_after_is_the_sum_of_the_deltas_so_far_and_no_two_entries_share_an_id(
    history: list[Fact], shuffle: random.Random
) -> None:
    ledger = told(history, shuffle).ledger
    for n, entry in enumerate(ledger):
        slot = entry.uom, entry.stock_status, entry.lot or ""
        assert entry.balance_after == summed(ledger[: n + 1]).get(slot, 0)
    assert len({entry.entry_id for entry in ledger}) == len(ledger)
