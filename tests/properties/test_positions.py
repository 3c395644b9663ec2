"""Whatever order movements come in, and however often: one state, one set of alerts, one ledger at every time."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.codes import StockStatus
from app.domain.facts import InventoryEvent
from app.domain.rules.positions import POSITIONS as RULES
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, HOUR, KEY, MINUTE, START, folded, moved, summed

LOTS = st.sampled_from([None, None, "A", "B"])
TIMES = st.integers(0, 12).map(lambda n: n * 5 * MINUTE)
MOVES = st.sampled_from(
    ["RECEIPT", "ISSUE", "ISSUE", "CONSUME", "ADJUST", "COUNT_SET", "COUNT_SET", "RESERVE", "SCRAP"]
)


@st.composite
def events(draw: st.DrawFn, number: int) -> InventoryEvent:
    """One event; ids, numbers and targets come from small pools, so that they meet.

    An id has one event_time: under another one it is recognised only while recent, by the contract.
    """
    event_id = draw(st.sampled_from([f"e{number}", f"e{number}", f"e{number}", "e1", "e2"]))
    at = int(event_id[1:]) * 5 * MINUTE if event_id in ("e1", "e2") else draw(TIMES)
    movement = draw(MOVES)
    purpose = draw(st.sampled_from(["ORIGINAL"] * 6 + ["CANCEL", "REPLACE", "CHANGE", "DUPLICATE"]))
    takes_back = purpose != "ORIGINAL" or draw(st.sampled_from([False] * 9 + [True]))
    return moved(
        event_id,
        movement,
        draw(st.integers(-3, 3)) if movement == "ADJUST" else draw(st.integers(0, 9)),
        at,
        recorded=at + draw(st.sampled_from([0, MINUTE, HOUR])),
        purpose=purpose,
        supersedes=f"e{draw(st.integers(0, 12))}" if takes_back else None,
        source_system=draw(st.sampled_from(["wms", "cabinet"])),
        source_seq=draw(st.sampled_from([None, number + 1, number + 1, draw(st.integers(1, 4))])),
        lot=draw(LOTS),
        all_lots=draw(st.booleans()) if movement == "COUNT_SET" else False,
        stock_status=draw(st.sampled_from(["AVAILABLE", "AVAILABLE", "AVAILABLE", "HOLD"])),
        uom=draw(st.sampled_from(["EA"] * 9 + ["XBX"])),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[InventoryEvent]:
    return [draw(events(n)) for n in range(draw(st.integers(1, 30)))]


def told(history: list[InventoryEvent], shuffle: random.Random, turns: bool = False) -> Following:
    """A history in random order with random repeats, one by one or several a turn."""
    again = [*history, *shuffle.sample(history, k=shuffle.randint(0, len(history)))]
    shuffle.shuffle(again)
    following = Following(POSITIONS)
    while again:
        size = shuffle.randint(1, 7) if turns else 1
        following.take(KEY, again[:size], now=START + DAY)
        again = again[size:]
    following.wait_until(START + 10 * DAY)
    return following


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_balances_are_those_of_the_plain_fold(history: list[InventoryEvent], shuffle: random.Random) -> None:
    following = told(history, shuffle)
    shown = {
        (b["uom"], StockStatus(b["stock_status"]), b["lot"] or ""): int(b["quantity"]) * 10_000
        for b in following.view(KEY)["balances"]
    }
    assert shown == folded(history)


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_ledger_sums_to_the_balance_as_of_every_time_after_every_cause(
    history: list[InventoryEvent], shuffle: random.Random
) -> None:
    following, told_so_far = Following(POSITIONS), []
    again = [*history, *shuffle.sample(history, k=shuffle.randint(0, len(history)))]
    shuffle.shuffle(again)
    for event in again:
        following.take(KEY, [event], now=START + DAY)
        told_so_far.append(event)
        for time in {e.event_time for e in history}:
            assert summed(following.ledger, time) == folded(told_so_far, time)


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_view_nor_open_alerts(
    history: list[InventoryEvent], one: random.Random, other: random.Random
) -> None:
    assert told(history, one).view(KEY) == told(history, other, turns=True).view(KEY)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_balance_after_is_the_sum_of_the_deltas_so_far(history: list[InventoryEvent], shuffle: random.Random) -> None:
    ledger = told(history, shuffle).ledger
    for n, entry in enumerate(ledger):
        slot = entry.uom, entry.stock_status, entry.lot or ""
        assert entry.balance_after == summed(ledger[: n + 1]).get(slot, 0)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_no_two_entries_share_an_id_and_every_correction_names_one_published(
    history: list[InventoryEvent], shuffle: random.Random
) -> None:
    ledger = told(history, shuffle).ledger
    published = [entry.entry_id for entry in ledger]
    assert len(set(published)) == len(published)
    assert {entry.corrects for entry in ledger if entry.corrects} <= set(published)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_whatever_a_rule_finds_in_a_position_is_remembered(
    history: list[InventoryEvent], shuffle: random.Random
) -> None:
    following = told(history, shuffle)
    position = following.partition.read(KEY.encode()).state
    found = {(rule.code, f.evidence) for rule in RULES for f in rule.finds(position, following.clock, following.policy)}
    assert {(condition.code, condition.evidence) for condition in position.oddities.memory.conditions} == found
