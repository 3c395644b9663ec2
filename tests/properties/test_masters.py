"""Records of one item's master, repeated under other ids, replaced and cancelled: one view in any order of arrival."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.facts import ItemMaster
from tables.masters import MASTERS
from tests.support.following import Following
from tests.support.masters import ITEM, item
from tests.support.movements import MINUTE, START

IDS = ("e0", "e1", "e2", "e3", "e4")


@st.composite
def record(draw: st.DrawFn, number: int) -> ItemMaster:
    """One of two contents of one of two versions, or what takes another record back."""
    purpose = draw(st.sampled_from(["ORIGINAL", "ORIGINAL", "ORIGINAL", "REPLACE", "CANCEL"]))
    said = {"description": draw(st.sampled_from(["one", "other"])), "purpose": purpose}
    named = None if purpose == "ORIGINAL" else draw(st.sampled_from([i for i in IDS if i != IDS[number]]))
    made = item(draw(st.integers(1, 2)), at=draw(st.integers(0, 3)) * MINUTE, **said)
    return replace(made, event_id=IDS[number], supersedes=named)


STORIES = st.tuples(*(record(number) for number in range(len(IDS))))


def told(*story: ItemMaster) -> object:
    following = Following(MASTERS)
    for fact in story:
        following.take(ITEM, [fact], now=START + 4 * MINUTE)
    return following.view(ITEM)["item"]


@given(STORIES, st.randoms(use_true_random=False))
def test_the_same_records_end_in_the_same_master_in_any_order(
    story: tuple[ItemMaster, ...], chance: random.Random
) -> None:
    assert told(*chance.sample(story, len(story))) == told(*story)


def test_a_master_sent_under_two_ids_stays_when_either_is_cancelled() -> None:
    first = item(1)
    again = replace(first, event_id="again", record_time=first.record_time + 1)
    for gone, left in ((first, again), (again, first)):
        cancel = replace(item(1, purpose="CANCEL"), event_id="cancel", supersedes=gone.event_id)
        for order in ((first, again, cancel), (again, first, cancel), (cancel, first, again), (first, cancel, again)):
            assert told(*order)["master"]["event_id"] == left.event_id  # type: ignore[index]
