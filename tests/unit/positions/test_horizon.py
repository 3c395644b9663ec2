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
