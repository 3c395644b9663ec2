"""Positions restated step by step: what comes between two steps, is forgotten before them, or dies with a worker."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.codes import StockStatus
from app.domain.facts import Fact, InventoryEvent, ItemMaster
from app.domain.policy import Policy
from app.store.partition import Partition
from app.store.recovery import history_rows_of, recover, recover_history, rows_of
from tables.positions import POSITIONS
from tests.properties.test_position_units import booked, histories, shown
from tests.support.following import Following
from tests.support.masters import ITEM, ONE, item, know, knowing, unit
from tests.support.movements import DAY, HOUR, KEY, START, folded, moved, summed

MOVES = ["RECEIPT", "ISSUE", "ADJUST", "COUNT_SET", "COUNT_SET"]


@pytest.fixture(scope="module", autouse=True)
def _few_a_turn() -> Iterator[None]:
    """Records restated in one turn, so that short lives take several."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("app.domain.positions.restating.STEP", 2)
        yield


def taken_over(former: Following) -> None:
    """Another worker goes on with what stands in the changelog."""
    partition = Partition(POSITIONS)
    recover_history(partition, dict(history_rows_of(former.partition)))
    recover(partition, dict(rows_of(former.partition)))
    partition.judge_again(None)
    former.partition = partition


def take(following: Following, fact: Fact, chance: random.Random) -> None:
    """A fact, then some of the steps that are due, and now and then the end of the worker."""
    if isinstance(fact, ItemMaster):
        know(following.policy, fact)
        following.partition.judge_again([ITEM])
    else:
        following.take(KEY, [fact], now=max(following.clock, fact.record_time))
    for _ in range(chance.randint(0, 3)):
        following.take("", [], now=following.clock)
    if chance.random() < 0.1:
        taken_over(following)


def adds_up(following: Following) -> None:
    """Who only adds has what the position has, after every entry; and no two entries share an id."""
    sums: dict[tuple[object, ...], int] = defaultdict(int)
    for entry in following.ledger:
        slot = entry.uom, entry.stock_status, entry.lot or ""
        sums[slot] += entry.delta
        assert sums[slot] == entry.balance_after
    assert len({entry.entry_id for entry in following.ledger}) == len(following.ledger)
    assert {slot: quantity for slot, quantity in sums.items() if quantity} == shown(following)


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_masters_that_change_between_two_steps_leave_sums_right_as_of_every_time(
    history: list[Fact], chance: random.Random
) -> None:
    chance.shuffle(history)
    following = Following(POSITIONS)
    following.clock = START + DAY
    for fact in history:
        take(following, fact, chance)
        adds_up(following)
    following.wait_until(START + 10 * DAY)
    adds_up(following)
    meant = booked(history, following.policy)
    for time in {event.event_time for event in meant}:
        assert summed(following.ledger, time) == folded(meant, time)


def life(chance: random.Random) -> list[Fact]:
    """Many horizons in one unit, without a late record; somewhere amid them the master that knows the unit."""
    told: list[Fact] = []
    at = 0
    for number in range(chance.randint(20, 100)):
        at += chance.choice([0, HOUR, DAY, 3 * DAY])
        told.append(movement(chance, number, at))
    told.insert(chance.randrange(len(told)), item(uoms=(unit("XCS", 12),)))
    return told


def movement(chance: random.Random, number: int, at: int) -> InventoryEvent:
    kind = chance.choice(MOVES)
    return moved(
        f"e{number}",
        kind,
        chance.randint(0, 9),
        at,
        uom="XCS",
        lot=chance.choice([None, "A"]),
        all_lots=kind == "COUNT_SET" and chance.random() < 0.3,
        stock_status=chance.choice(["AVAILABLE", "AVAILABLE", "HOLD"]),
        source_seq=number + 1,
    )


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_was_forgotten_is_restated_with_what_is_kept_and_counts_still_hold(chance: random.Random) -> None:
    told, following = life(chance), Following(POSITIONS, Policy(horizon=2 * DAY))
    for fact in told:
        take(following, fact, chance)
        adds_up(following)
    following.wait_until(following.clock + 10 * DAY)
    adds_up(following)
    assert not following.tally.unjudged
    assert shown(following) == folded(booked(told, following.policy))


def test_counts_are_restated_as_often_as_a_pack_changes() -> None:
    counts = [moved(f"c{n}", "COUNT_SET", n, n * HOUR, uom="XCS") for n in range(8)]
    following = Following.told(POSITIONS, KEY, counts)
    for version, pack in enumerate((12, 10, 8, 6), 1):
        know(following.policy, item(version, uoms=(unit("XCS", pack),)))
        following.partition.judge_again([ITEM])
        following.wait_until(following.clock + DAY)
        adds_up(following)
        assert following.view(KEY)["on_hand"] == str(7 * pack)


def test_a_master_that_changes_before_the_last_step_is_followed_after_it() -> None:
    moves = [moved(f"r{n}", "RECEIPT", 1, n * HOUR, uom="XCS") for n in range(3)]
    following = Following.told(POSITIONS, KEY, moves)
    for version, pack in enumerate((12, 10), 1):
        know(following.policy, item(version, uoms=(unit("XCS", pack),)))
        following.partition.judge_again([ITEM])
        following.take("", [])
    following.wait_until(following.clock + DAY)
    assert following.view(KEY)["on_hand"] == "30"


def test_a_late_count_knows_what_came_later_while_its_position_was_restated() -> None:
    moves = [moved(f"r{n}", "RECEIPT", 1, n * HOUR, uom="XCS") for n in range(3)]
    following = Following.told(POSITIONS, KEY, moves)
    know(following.policy, item(uoms=(unit("XCS", 12),)))
    following.partition.judge_again([ITEM])
    following.take("", [])
    following.take(KEY, [moved("later", "RECEIPT", 5, 9 * HOUR, uom="XCS")])
    following.wait_until(following.clock + DAY)
    following.take(KEY, [moved("count", "COUNT_SET", 4, 5 * HOUR, uom="XCS")])
    assert following.view(KEY)["on_hand"] == str((4 + 5) * 12)


def test_a_late_count_knows_what_came_later_and_went_back_to_a_unit_in_which_nothing_stood() -> None:
    policy = knowing(item(uoms=(unit("XCS", 12),)))
    held = moved("held", "RECEIPT", 1, 0, uom="XCS", stock_status="HOLD")
    following = Following.told(POSITIONS, KEY, [held], policy=policy)
    following.take(KEY, [moved("later", "RECEIPT", 5, 9 * HOUR, uom="XCS")])
    know(policy, item(uoms=(unit("XCS", 12),)), item(2, purpose="CANCEL"))
    following.partition.judge_again([ITEM])
    following.wait_until(following.clock + DAY)
    following.take(KEY, [moved("count", "COUNT_SET", 4, 5 * HOUR, uom="XCS")])
    assert shown(following)["XCS", StockStatus.AVAILABLE, ""] == (4 + 5) * ONE


def test_what_is_dated_before_a_forgotten_count_counts_in_no_unit() -> None:
    policy = Policy(horizon=2 * DAY, masters=knowing(item(uoms=(unit("XCS", 12),))).masters)
    many = [moved(f"r{n}", "RECEIPT", 1, 2 * HOUR + n, uom="XCS") for n in range(40)]
    story = [moved("held", "RECEIPT", 1, 0, uom="XCS", stock_status="HOLD")]
    story += [moved("count", "COUNT_SET", 4, HOUR, uom="XCS"), *many]
    for day in (10, 20, 30):
        for status in ("HOLD", "AVAILABLE"):
            story.append(moved(f"{status}{day}", "RECEIPT", 1, day * DAY, uom="XCS", stock_status=status))
    following = Following.told(POSITIONS, KEY, story, policy=policy)
    know(policy, item(uoms=(unit("XCS", 12),)), item(2, purpose="CANCEL"))
    following.partition.judge_again([ITEM])
    following.wait_until(following.clock + DAY)
    before = shown(following)
    following.take(KEY, [moved("late", "RECEIPT", 7, 0, uom="XCS", source_seq=1)])
    assert shown(following) == before
