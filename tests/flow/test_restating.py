"""Positions restated in the base unit survive deaths, and no turn says more than it can carry."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.facts import Fact
from app.domain.policy import Policy
from app.domain.positions.restating import STEP
from app.flow.plan import TURN_MESSAGES
from tables.positions import POSITIONS
from tests.flow.test_replays import ITEMS, Adding, of_positions
from tests.properties.test_position_units import booked, movements
from tests.support.following import Following
from tests.support.lives import Life, Witness, open_alerts, read, stated_alerts, views
from tests.support.masters import item, know, knowing, unit
from tests.support.memory import Broker
from tests.support.movements import DAY, MINUTE, START, folded, moved

PACKS = (unit("XCS", 12), unit("XBX", 1, 3))


def knowing_all() -> Policy:
    return knowing(*(item(item_id=item_id, uoms=PACKS) for item_id in ITEMS))


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    return [draw(movements(n)) for n in range(draw(st.integers(1, 20)))]


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ITEMS, histories())), st.integers(0, 1 << 32))
async def test_restated_positions_replayed_otherwise_are_the_same_and_who_adds_is_right(of: Any, seed: int) -> None:
    draw, dying = random.Random(seed), Witness()
    topics = of_positions(of, draw)
    lane = await Life(dying.watching(POSITIONS), dying, draw, START + DAY, MINUTE, knowing_all()).lived(
        topics, deaths=8
    )
    plain = await Life(POSITIONS, Broker(), draw, START + DAY, MINUTE, knowing_all()).lived(topics, deaths=0)
    for end in (lane, plain):
        await end.turn([], START + 20 * DAY)
    assert views(lane) == views(plain)
    assert open_alerts(dying) == stated_alerts(lane)
    for item_id in ITEMS:
        consumer = Adding()
        for entry in read(dying, "inventory-corrected"):
            if entry["item_id"] == item_id:
                consumer.take(entry)
        facts = [applied.fact for applied in dying.journal[f"{item_id}@MAIN".encode()]]
        meant = booked(facts, lane.planner.policy, item_id)
        for time in {event.event_time for event in meant}:
            assert consumer.sums(time) == folded(meant, time)


def test_a_master_of_many_positions_is_followed_a_bounded_turn_at_a_time() -> None:
    following, places = Following(POSITIONS), TURN_MESSAGES // STEP
    for place in range(places):
        following.take(f"{ITEMS[0]}@{place}", [moved(f"e{n}", at=n, uom="XCS") for n in range(STEP)])
    know(following.policy, item(item_id=ITEMS[0], uoms=PACKS))
    following.partition.judge_again([ITEMS[0]])
    before, turns = len(following.ledger), 0
    while following.partition.deadline is not None and following.partition.deadline <= following.clock:
        said = len(following.ledger)
        following.take("", [], now=following.clock)
        assert len(following.ledger) - said <= TURN_MESSAGES + 2 * STEP
        turns += 1
    assert turns > 1
    assert len(following.ledger) - before == 2 * STEP * places
    assert {following.view(f"{ITEMS[0]}@{place}")["on_hand"] for place in range(places)} == {str(12 * STEP)}
