"""Which record of a master counts, whatever the order they arrive in, and what is said of it."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.domain import check_digits
from app.domain.check_digits import GTIN
from app.domain.facts import Fact
from app.domain.golden import GoldenRecord
from tables.masters import MASTERS
from tests.support.following import Following
from tests.support.masters import ITEM, item, location, removed, supplier
from tests.support.movements import HOUR, MINUTE


def told(*story: Fact) -> Following:
    following = Following(MASTERS)
    for record in story:
        following.take(ITEM, [record], now=max(following.clock, record.record_time))
    return following


def golden(following: Following) -> list[GoldenRecord]:
    return [output for output in following.outputs if isinstance(output, GoldenRecord)]


def test_the_same_records_end_in_the_same_master_in_any_order() -> None:
    story = (
        item(1, at=5),
        item(2, at=10, description="one"),
        item(2, at=9, description="other"),
        item(2, at=8, copy_of="erp"),
        item(1, at=9, copy_of="erp"),
        supplier(1, at=3, supplier_id=ITEM),
    )
    views = [told(*order).view(ITEM) for order in permutations(story)]
    assert all(view == views[0] for view in views)
    assert views[0]["item"]["master"]["description"] == "other"
    assert views[0]["item"]["copies"] == [{"source_system": "erp", "version": 1}]
    assert views[0]["supplier"]["master"]["legal_name"] == "Glovers Ltd"
    assert views[0]["location"] is None


def test_a_copy_is_never_used() -> None:
    following = told(item(9, copy_of="erp"))
    assert following.view(ITEM)["item"]["master"] is None
    assert [(record.told, record.item) for record in golden(following)] == [(("item-master",), None)]


def test_what_counts_is_said_when_it_changes_and_only_then() -> None:
    following = told(item(1), item(1, at=MINUTE), item(2, at=HOUR), item(1, at=2 * HOUR), item(2, copy_of="erp"))
    assert [(record.item.version, record.state_version) for record in golden(following) if record.item] == [
        (1, 1),
        (2, 2),
    ]
    assert dict(following.tally.marks) == {"duplicate": 1, "superseded": 1}


def test_two_contents_of_one_version_are_counted_and_the_one_written_down_first_counts() -> None:
    following = told(item(1, at=MINUTE, critical=True), item(1, critical=False))
    assert following.tally.marks["conflict"] == 1
    assert [record.item.critical for record in golden(following) if record.item] == [True, False]


def test_a_tombstone_removes_one_kind_of_master_and_leaves_the_others() -> None:
    following = told(item(3), location(1, location_id=ITEM), removed(), item(1, at=HOUR))
    assert [record.item and record.item.version for record in golden(following)] == [3, 3, None, 1]
    assert following.view(ITEM)["location"]["master"]["facility_id"] == "H1"


def test_a_master_that_was_withdrawn_comes_back_with_a_higher_version_only() -> None:
    following = told(item(1), item(2, purpose="CANCEL", at=HOUR), item(1, at=2 * HOUR), item(3, at=3 * HOUR))
    assert [record.item and record.item.version for record in golden(following)] == [1, None, 3]


def test_a_view_shows_decimals_as_the_file_form_does() -> None:
    view = told(item(standard_cost=2_500_000, currency="USD")).view(ITEM)
    assert view["item"]["master"]["standard_cost"] == "2.5"


@pytest.mark.parametrize("gtin", ["00614141999996", "10614141999993", "96385074", "036000291452", "4006381333931"])
def test_numbers_of_real_packages_are_valid(gtin: str) -> None:
    assert check_digits.problem(gtin, GTIN) is None


@pytest.mark.parametrize(
    ("gtin", "problem"),
    [("0061414199999X", "holds more than digits"), ("12345", "has 5 digits, not 8 or 12 or 13 or 14")],
)
def test_what_is_no_number_is_said_in_words(gtin: str, problem: str) -> None:
    assert check_digits.problem(gtin, GTIN) == problem
