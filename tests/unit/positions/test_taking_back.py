"""What takes back what, and what is left to say of it."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.domain.facts import InventoryEvent
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, HOUR, KEY, START, moved

Story = list[InventoryEvent]


def told(story: Story, wait: int = 10 * DAY) -> Following:
    following = Following.told(POSITIONS, KEY, story)
    following.wait_until(START + wait)
    return following


def on_hand(story: Story) -> set[str]:
    """What is left of a story, in every order of arrival."""
    return {told(list(order)).view(KEY)["on_hand"] for order in permutations(story)}


def test_an_event_sent_again_under_its_number_is_cancelled_by_either_id() -> None:
    sent = [moved("a", quantity=5, source_seq=1), moved("b", quantity=5, source_seq=1, recorded=HOUR)]
    for event_id in ("a", "b"):
        assert on_hand([*sent, moved("c", at=2 * HOUR, purpose="CANCEL", supersedes=event_id)]) == {"0"}


def test_of_replacements_of_one_event_under_two_ids_one_counts() -> None:
    story = [
        moved("a", quantity=5, source_seq=1),
        moved("b", quantity=5, source_seq=1, recorded=HOUR),
        moved("c", quantity=6, at=2 * HOUR, purpose="REPLACE", supersedes="a"),
        moved("d", quantity=7, at=3 * HOUR, purpose="REPLACE", supersedes="b"),
    ]
    assert on_hand(story) == {"7"}


@pytest.mark.parametrize("purpose", ["ORIGINAL", "CONFIRM", "DUPLICATE", "CHANGE", "REPLACE"])
def test_whatever_names_another_event_stands_for_it(purpose: str) -> None:
    replaced = [moved("a", quantity=5), moved("b", quantity=6, at=HOUR, purpose=purpose, supersedes="a")]
    assert on_hand(replaced) == {"6"}
    assert on_hand([*replaced, moved("c", at=2 * HOUR, purpose="CANCEL", supersedes="a")]) == {"0"}


def test_a_reversal_that_was_withdrawn_is_no_orphan_and_still_takes_back() -> None:
    story = [
        moved("b", at=HOUR, purpose="CANCEL", supersedes="a"),
        moved("c", at=30 * HOUR, purpose="CANCEL", supersedes="b"),
    ]
    for order in permutations(story):
        assert told(list(order)).open_codes(KEY) == []
    assert [alert.code for alert in told(story[:1]).alerts] == ["REVERSAL_ORPHAN"]
    assert on_hand([*story, moved("a", quantity=5, recorded=DAY)]) == {"0"}


def test_an_orphan_with_two_contents_is_one_orphan() -> None:
    story = [
        moved("b", at=HOUR, purpose="CANCEL", supersedes="a1"),
        moved("b", at=HOUR, recorded=2 * HOUR, purpose="CANCEL", supersedes="a2"),
    ]
    for order in permutations(story):
        assert told(list(order)).open_codes(KEY) == ["DUPLICATE_CONFLICT", "REVERSAL_ORPHAN"]


def test_a_conflict_is_over_once_what_lost_it_was_taken_back() -> None:
    same_id = [moved("a", quantity=5), moved("a", quantity=6, recorded=HOUR)]
    same_number = [moved("a", quantity=5, source_seq=1), moved("b", quantity=6, source_seq=1, recorded=HOUR)]
    for story, wrong in ((same_id, "a"), (same_number, "b")):
        cancel = moved("c", at=2 * HOUR, purpose="CANCEL", supersedes=wrong)
        assert told(story).open_codes(KEY) == ["DUPLICATE_CONFLICT"]
        for order in permutations([*story, cancel]):
            assert told(list(order)).open_codes(KEY) == []


def test_a_conflict_whose_winner_was_taken_back_stays_open() -> None:
    story = [
        moved("a", quantity=5, source_seq=1),
        moved("b", quantity=6, source_seq=1, recorded=HOUR),
        moved("c", at=2 * HOUR, purpose="CANCEL", supersedes="a"),
    ]
    for order in permutations(story):
        assert told(list(order)).open_codes(KEY) == ["DUPLICATE_CONFLICT"]


def test_the_ledger_calls_the_thread_by_the_order_number_where_it_has_no_name() -> None:
    ledger = told([moved("a", ref_po="PO-7"), moved("b", ref_po="PO-7", correlation_id="T-1")]).ledger
    assert [entry.correlation_id for entry in ledger] == ["PO-7", "T-1"]
