"""How far back an event may lie that nobody can prove new."""

from __future__ import annotations

from app.domain.facts import InventoryEvent
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
