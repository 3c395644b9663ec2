"""What masters change in the judgement of a position."""

from __future__ import annotations

from app.domain.codes import AlertState, Severity
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.masters import ITEM, LOCATION, item, know, knowing, location
from tests.support.movements import HOUR, KEY, moved

SHORT = [moved("a", "ISSUE", 5)]


def told(following: Following) -> list[tuple[Severity, AlertState]]:
    return [(alert.severity, alert.state) for alert in following.alerts]


def test_stock_below_zero_is_nobody_s_concern_where_not_all_of_it_is_booked() -> None:
    assert told(Following.told(POSITIONS, KEY, SHORT, HOUR, knowing(location(perpetual=False)))) == []


def test_stock_below_zero_at_a_perpetual_location_is_told() -> None:
    following = Following.told(POSITIONS, KEY, SHORT, HOUR, knowing(location(), item()))
    assert told(following) == [(Severity.WARN, AlertState.OPEN)]


def test_a_critical_item_is_urgent() -> None:
    following = Following.told(POSITIONS, KEY, SHORT, HOUR, knowing(item(critical=True)))
    assert told(following) == [(Severity.HIGH, AlertState.OPEN)]
    assert following.alerts[0].message.startswith(
        f"{ITEM}, a critical item, at {LOCATION}: AVAILABLE stock stands at -5"
    )


def test_a_master_that_comes_later_changes_what_was_said_without_any_other_event() -> None:
    following = Following.told(POSITIONS, KEY, SHORT, HOUR)
    for master in (item(2, critical=True), location(3, perpetual=False)):
        know(following.policy, master)
        following.partition.judge_again([getattr(master, "item_id", LOCATION)])
        following.wait_until(following.clock)
    assert told(following) == [
        (Severity.WARN, AlertState.OPEN),
        (Severity.HIGH, AlertState.OPEN),
        (Severity.HIGH, AlertState.HEALED),
    ]
    assert {alert.episode for alert in following.alerts} == {1}


def test_a_location_that_becomes_perpetual_begins_a_grace() -> None:
    following = Following.told(POSITIONS, KEY, SHORT, HOUR, knowing(location(perpetual=False)))
    know(following.policy, location(2))
    following.partition.judge_again(None)
    following.wait_until(following.clock)
    assert told(following) == []
    following.wait_until(following.clock + HOUR)
    assert told(following) == [(Severity.WARN, AlertState.OPEN)]


def test_what_others_masters_say_changes_nothing_and_writes_nothing() -> None:
    following = Following.told(POSITIONS, KEY, SHORT, HOUR)
    before = dict(following.partition.heads)
    following.partition.judge_again(None)
    following.wait_until(following.clock)
    assert following.partition.heads == before
