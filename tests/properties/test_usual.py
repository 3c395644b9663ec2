"""The usual way of a movement does what the long way does, and is the way of nearly all, whatever happened before."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.facts import InventoryEvent
from app.domain.positions.following import follow_any
from app.domain.positions.usual import follow_usual
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, HOUR, KEY, MINUTE, START, moved

STEPS = st.sampled_from([MINUTE, MINUTE, MINUTE, HOUR, DAY, -HOUR, 20 * DAY])
ODD: list[dict[str, Any]] = [
    {"supersedes": "never came", "purpose": "CANCEL"},
    {"supersedes": "e5", "purpose": "CANCEL"},
    {"recorded": -DAY},
    {"movement": "COUNT_SET"},
    {"movement": "RESERVE"},
    {"stock_status": "HOLD"},
    {"lot": "A"},
    {"facility_id": "NORTH"},
    {"source_system": "cabinet"},
]


def long_way(position: Any, event: Any, log: Any, now: int, policy: Any) -> Any:
    return follow_any(position, event, log, now, policy)


@st.composite
def histories(draw: st.DrawFn) -> list[InventoryEvent]:
    """Mostly one movement after another; now and then a number is missing, a time goes back, or something is odd."""
    times = accumulate(draw(st.lists(STEPS, min_size=1, max_size=40)))
    numbers = accumulate(draw(st.lists(st.sampled_from([1, 1, 1, 1, 2]), min_size=40, max_size=40)))
    events = []
    for n, (at, number) in enumerate(zip(times, numbers, strict=False)):
        odd = dict(draw(st.sampled_from(ODD))) if draw(st.integers(0, 9)) == 0 else {}
        quantity = draw(st.integers(0, 5))
        movement = odd.pop("movement", "ISSUE" if quantity == 1 else "RECEIPT")
        name = f"e{draw(st.sampled_from([n] * 9 + [5]))}"
        if "recorded" in odd:
            odd["recorded"] += at
        events.append(moved(name, movement, quantity, at, source_seq=number, **odd))
    return events


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers(1, 5))
def test_the_usual_way_ends_where_the_long_way_does(history: list[InventoryEvent], size: int) -> None:
    usual, long = Following(POSITIONS), Following(replace(POSITIONS, apply=long_way))
    for following in (usual, long):
        for at in range(0, len(history), size):
            following.wait_until(max(following.clock, history[at].record_time))
            following.take(KEY, history[at : at + size], now=following.clock)
        following.wait_until(following.clock + 2 * DAY)
    assert usual.outputs == long.outputs
    assert usual.partition.heads == long.partition.heads
    assert usual.partition.tails == long.partition.tails
    assert usual.partition.annexes == long.partition.annexes


def test_a_position_whose_alerts_are_over_goes_the_usual_way_again() -> None:
    following = Following(POSITIONS)
    following.follow(KEY, [moved("e1", at=0, source_seq=1), moved("e3", at=MINUTE, source_seq=3)])
    following.wait_until(START + DAY)
    following.follow(KEY, [moved("e2", at=30_000, recorded=DAY, source_seq=2)])
    assert [alert.state for alert in following.alerts] == ["OPEN", "HEALED"]
    log = following.partition.load(KEY.encode())
    event = moved("e4", at=23 * HOUR, source_seq=4)
    assert follow_usual(log.state, event, log, following.clock, following.policy) is not None
