"""Ids without a master: who names them is told once each, whatever comes again or late, and however many they are."""

from __future__ import annotations

from itertools import permutations

from app.domain.codes import AlertState
from app.domain.internal import Citation
from tables.masters import MASTERS
from tests.support.following import Following
from tests.support.masters import ITEM, cited, item, removed
from tests.support.movements import DAY, HOUR, MINUTE, START

CODE = "UNKNOWN_ITEM"


def told(*story: Citation, wait: int = DAY) -> Following:
    return Following.told(MASTERS, ITEM, story, wait)


def named(by: str, version: int = 1, at: int = 0, stands: bool = True) -> Citation:
    return cited("item", ITEM, version, by, at, stands)


def states(following: Following) -> list[tuple[str, AlertState, int]]:
    return [(alert.code, alert.state, alert.episode) for alert in following.alerts]


def test_many_who_name_it_are_one_alert_that_names_the_first_ones() -> None:
    following = told(*(named(f"PO-{number}", at=number) for number in range(23)))
    first = ", ".join(f"PO-{number}" for number in range(20))
    assert states(following) == [(CODE, AlertState.OPEN, 1)]
    assert following.alerts[0].message == f"There is no master of item {ITEM}, named by {first}, and 3 more."


def test_it_stands_until_the_last_one_takes_it_back() -> None:
    story = [named("PO-1"), named("PO-2"), named("PO-1", 2, at=HOUR, stands=False)]
    assert told(*story).open_codes(ITEM) == [CODE]
    assert told(*story, named("PO-2", 2, at=2 * HOUR, stands=False)).open_codes(ITEM) == []


def test_what_is_said_again_or_late_changes_nothing() -> None:
    story = (named("PO-1", 1), named("PO-1", 2, stands=False), named("PO-1", 3), named("PO-1", 3))
    views = []
    for order in permutations(story):
        following = Following(MASTERS)
        for citation in order:
            following.take(ITEM, [citation], now=citation.record_time)
        following.wait_until(following.clock + DAY)
        views.append(following.view(ITEM))
    assert all(view["open_alerts"] == views[0]["open_alerts"] != [] for view in views)


def test_an_order_under_a_number_that_was_forgotten_misses_what_it_names() -> None:
    first = [named("order PO-1"), named("order PO-1", 2, at=HOUR, stands=False)]
    assert told(*first, named("order PO-1", 1, at=500 * DAY)).open_codes(ITEM) == [CODE]


MANY = 500


def test_however_many_name_it_the_last_one_that_takes_it_back_is_the_end() -> None:
    many = [named(f"order {number}", at=number) for number in range(MANY)]
    back = [named(f"order {number}", 2, at=HOUR, stands=False) for number in range(MANY)]
    following = told(*many, *back[:-1])
    assert following.open_codes(ITEM) == [CODE]
    assert following.alerts[0].message.endswith(f"order 18, order 19, and {MANY - 20} more.")
    following.follow(ITEM, back[-1:])
    assert following.open_codes(ITEM) == []


def test_where_the_first_ones_took_it_back_the_others_are_told_by_their_number() -> None:
    many = [named(f"order {number}", at=number) for number in range(MANY)]
    following = told(*many, *(named(f"order {number}", 2, at=MINUTE, stands=False) for number in range(100)))
    assert following.alerts[0].message.endswith("named by 400 positions, orders and documents.")


def test_what_many_said_before_long_is_known_when_it_comes_again() -> None:
    many = [named(f"order {number}", at=number) for number in range(MANY)]
    following = told(*many, *many, *(named(f"order {number}", 2, at=HOUR, stands=False) for number in range(MANY)))
    assert following.open_codes(ITEM) == []


def test_one_who_names_an_item_and_a_place_of_one_id_misses_both() -> None:
    by = "position X@X"
    following = Following.told(MASTERS, "X", [cited("item", "X", 1, by), cited("location", "X", 1, by)], DAY)
    assert following.open_codes("X") == ["UNKNOWN_ITEM", "UNKNOWN_LOCATION"]


def test_of_many_who_took_it_back_since_nobody_misses_a_master_that_is_removed_later() -> None:
    many = [named(f"order {number}") for number in range(MANY)]
    back = [named(f"order {number}", 3, at=HOUR, stands=False) for number in range(MANY)]
    following = told(*many, item(at=HOUR), *back)
    following.take(ITEM, [removed()], now=following.clock)
    following.wait_until(following.clock + DAY)
    assert following.open_codes(ITEM) == []


def test_a_master_that_is_removed_is_missed_again_in_another_episode() -> None:
    following = told(named("PO-1"), item(at=HOUR))
    following.take(ITEM, [removed()], now=following.clock)
    following.wait_until(following.clock + 30 * MINUTE)
    assert states(following) == [
        (CODE, AlertState.OPEN, 1),
        (CODE, AlertState.HEALED, 1),
        (CODE, AlertState.OPEN, 2),
    ]


def test_a_master_that_counts_from_a_later_day_on_is_missed_until_then() -> None:
    following = told(named("PO-1"), item(valid_from=START + 3 * DAY))
    assert following.alerts[-1].message.endswith("named by PO-1. It has one that counts from 2026-02-05 on.")
    following.wait_until(START + 3 * DAY)
    assert following.open_codes(ITEM) == []


def test_of_who_took_it_back_nothing_is_left_to_show() -> None:
    following = told(named("PO-1"), named("PO-1", 2, at=MINUTE, stands=False), wait=2 * DAY)
    assert MASTERS.void(following.partition.read(ITEM.encode()).state)
    assert following.alerts == []
