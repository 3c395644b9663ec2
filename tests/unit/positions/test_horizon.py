"""How far back an event may lie that nobody can prove new."""

from __future__ import annotations

from app.domain.facts import InventoryEvent
from app.domain.policy import Policy
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, KEY, moved

OLD = -401 * DAY


def open_codes(*story: InventoryEvent) -> list[str]:
    following = Following(POSITIONS)
    following.follow(KEY, story)
    return following.open_codes(KEY)


def test_the_horizon_counts_back_from_the_newest_event_of_the_stock_status() -> None:
    assert open_codes(moved("a"), moved("b", at=OLD, recorded=0)) == ["LATE_BEYOND_HORIZON"]
    assert open_codes(moved("a"), moved("b", at=OLD, recorded=0, stock_status="HOLD")) == []


def test_another_unit_has_no_horizon_of_its_own() -> None:
    assert open_codes(moved("a"), moved("b", at=OLD, recorded=0, uom="XBX")) == ["LATE_BEYOND_HORIZON"]


def test_a_number_proves_an_old_event_new() -> None:
    story = [moved("a", source_seq=2), moved("b", at=OLD, recorded=0, source_seq=1)]
    assert open_codes(*story) == []


def forgotten(*story: InventoryEvent) -> Following:
    """A story that begins at OLD, after so many newer events that its own are let go."""
    newer = [moved(f"n{n}", at=OLD + n * DAY) for n in range(1, 500)]
    following = Following.told(POSITIONS, KEY, [*story[:-1], *newer])
    following.follow(KEY, story[-1:])
    return following


def test_a_forgotten_replacement_that_comes_again_is_not_booked_again() -> None:
    replacement = moved("r", quantity=2, at=OLD, purpose="REPLACE", supersedes="a")
    cancel = moved("x", at=0, recorded=100 * DAY, purpose="CANCEL", supersedes="a")
    following = forgotten(moved("a", at=OLD), replacement, cancel)
    before = list(following.ledger)
    following.follow(KEY, [replacement])
    assert following.ledger == before
    assert "LATE_BEYOND_HORIZON" in following.open_codes(KEY)


def test_a_forgotten_event_that_was_taken_back_is_known_by_its_number_when_it_comes_again() -> None:
    event = moved("a", at=OLD, source_seq=1)
    following = forgotten(event, moved("x", at=0, recorded=100 * DAY, purpose="CANCEL", supersedes="a"))
    before, marks = list(following.ledger), dict(following.tally.marks)
    following.follow(KEY, [event])
    assert following.ledger == before
    assert following.tally.marks["duplicate"] == marks.get("duplicate", 0) + 1


def test_a_target_that_is_waited_for_is_placed_behind_the_horizon() -> None:
    story = [moved("a"), moved("x", at=0, purpose="CANCEL", supersedes="o"), moved("o", at=OLD, recorded=0)]
    assert open_codes(*story) == []


SHORT = Policy(horizon=3 * DAY)


def days(first: int, last: int, stock_status: str = "AVAILABLE") -> list[InventoryEvent]:
    """A receipt of one a day."""
    return [moved(f"{stock_status}{n}", at=n * DAY, stock_status=stock_status) for n in range(first, last)]


def test_a_forgotten_cancel_that_comes_again_takes_nothing_back_again() -> None:
    cancel = moved("x", at=2, recorded=8 * DAY, purpose="CANCEL", supersedes="a")
    ahead = moved("ahead", at=60 * DAY, recorded=0, stock_status="HOLD")  # its segment is kept, with "a"
    beside = [moved(f"b{n}", at=1) for n in range(6)]
    newer = [event for n in range(1, 40) for status in ("AVAILABLE", "HOLD") for event in days(n, n + 1, status)]
    following = Following.told(POSITIONS, KEY, [moved("a", at=1), ahead, *beside, cancel, *newer], policy=SHORT)
    kept = [entry.event_id for entry in following.partition.read(KEY.encode()).every()]
    assert "a" in kept
    assert "x" not in kept
    before = list(following.ledger)
    following.take(KEY, [cancel], now=following.clock)
    assert following.ledger == before
    assert "LATE_BEYOND_HORIZON" in following.open_codes(KEY)


def test_a_forgotten_event_that_comes_again_is_not_proven_new_by_a_rival_of_its_id() -> None:
    event = moved("a", "COUNT_SET", 8, lot="A")
    story = [event, *(moved(f"b{n}", at=n) for n in range(7)), moved("r", at=DAY, purpose="REPLACE", supersedes="a")]
    story += [moved("a", recorded=DAY, source_seq=1), *days(2, 20)]
    following = Following.told(POSITIONS, KEY, story, policy=Policy(horizon=15 * DAY))
    kept = [entry for entry in following.partition.read(KEY.encode()).every() if entry.event_id == "a"]
    assert [entry.source_seq for entry in kept] == [1]
    before = list(following.ledger)
    following.take(KEY, [event], now=following.clock)
    assert following.ledger == before


def test_a_forgotten_event_is_not_proven_new_by_who_took_it_back_once_it_was_forgotten() -> None:
    event = moved("a", quantity=5)
    late = moved("x", at=20 * DAY, purpose="CANCEL", supersedes="a")
    following = Following.told(POSITIONS, KEY, [event, *days(1, 20), late], policy=SHORT)
    before = list(following.ledger)
    following.take(KEY, [event], now=following.clock)
    assert following.ledger == before
