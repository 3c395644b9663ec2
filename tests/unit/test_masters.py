"""Which record of a master counts, whatever the order they arrive in, and what is said of it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
import pytest

from app.domain import check_digits
from app.domain.check_digits import GTIN
from app.domain.facts import Fact
from app.domain.facts.masters import SupplierItem
from app.domain.golden import GoldenRecord, Masters, sold_as
from app.domain.masters import apply
from app.store.table import Codec
from tables.masters import MASTERS
from tests.support.following import Following
from tests.support.masters import ITEM, SUPPLIER, item, location, removed, supplier, unit
from tests.support.movements import DAY, HOUR, MINUTE, START


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


def test_of_one_master_sent_under_two_ids_the_same_counts_in_any_order() -> None:
    first = item(1)
    again = msgspec.structs.replace(first, event_id="again")
    assert told(first, again).view(ITEM) == told(again, first).view(ITEM)


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
    assert dict(following.tally.marks) == {"duplicate": 2}


def test_two_contents_of_one_version_are_counted_and_the_one_written_down_first_counts() -> None:
    following = told(item(1, at=MINUTE, critical=True), item(1, critical=False))
    assert following.tally.marks["conflict"] == 1
    assert [record.item.critical for record in golden(following) if record.item] == [True, False]


def test_two_contents_of_one_version_are_told_with_what_differs_until_a_higher_one_counts() -> None:
    story = (
        item(1, event_id="m1", description="Glove"),
        item(1, at=HOUR, event_id="m2", source_system="pim", description="Mask", critical=True),
    )
    for order in permutations(story):
        following = told(*order)
        assert [(alert.code, alert.evidence, alert.source_system) for alert in following.alerts] == [
            ("DUPLICATE_CONFLICT", "version 1", "pim")
        ]
        assert following.alerts[0].message == (
            f"Version 1 of item {ITEM} came with 2 contents: m1 of mdm, written on 2026-02-02, which counts; m2 of "
            "pim, written on 2026-02-02. They differ in description, critical."
        )
        following.take(ITEM, [item(2, at=2 * HOUR)])
        assert following.open_codes(ITEM) == []


def test_a_master_sent_again_under_another_id_contests_nothing_and_is_no_second_content() -> None:
    first, other = item(1, event_id="m1"), item(1, at=2 * HOUR, event_id="m3", description="Mask")
    again = msgspec.structs.replace(first, event_id="m2", record_time=first.record_time + HOUR)
    for order in permutations((first, again)):
        assert told(*order).alerts == []
    for order in permutations((first, again, other)):
        assert ["came with 2 contents" in alert.message for alert in told(*order).alerts] == [True]


def test_a_rival_of_a_version_stands_in_for_it_once_that_is_taken_back_and_nothing_is_contested() -> None:
    first, other = item(1, event_id="m1", description="Glove"), item(1, at=HOUR, event_id="m2", description="Mask")
    gone = item(9, at=DAY, event_id="m3", purpose="CANCEL", supersedes="m1")
    for order in permutations((first, other, gone)):
        following = told(*order)
        assert following.view(ITEM)["item"]["master"]["description"] == "Mask"
        assert following.open_codes(ITEM) == []


def test_of_many_contents_of_one_version_the_first_written_are_named() -> None:
    following = told(*(item(1, at=number, description=f"{number}") for number in range(9)))
    state = following.partition.read(ITEM.encode()).state
    assert [rival.golden.description for rival in state.item.rivals] == ["1", "2", "3", "4"]
    assert state.item.golden.description == "0"


def test_a_tombstone_removes_one_kind_of_master_and_leaves_the_others() -> None:
    following = told(item(3), location(1, location_id=ITEM), removed(), item(1, at=HOUR))
    assert [record.item and record.item.version for record in golden(following)] == [3, 3, None, 1]
    assert following.view(ITEM)["location"]["master"]["facility_id"] == "H1"


def test_a_master_that_was_withdrawn_comes_back_with_a_higher_version_only() -> None:
    following = told(item(1), item(2, purpose="CANCEL", at=HOUR), item(1, at=2 * HOUR), item(3, at=3 * HOUR))
    assert [record.item and record.item.version for record in golden(following)] == [1, None, 3]


def counting(*story: Fact) -> set[str | None]:
    """The description that counts in the end, for every order of arrival."""
    masters = [told(*order).view(ITEM)["item"]["master"] for order in permutations(story)]
    return {master and master["description"] for master in masters}


def test_what_a_correction_names_never_counts_again_whatever_its_version() -> None:
    wrong, mended = item(1, event_id="m1", description="wrong"), {"purpose": "REPLACE", "supersedes": "m1"}
    assert counting(wrong, item(1, at=HOUR, event_id="m2", description="right", **mended)) == {"right"}
    both = item(1, at=DAY, event_id="m3", description="best", **mended)
    assert counting(wrong, item(1, at=HOUR, event_id="m2", description="right", **mended), both) == {"best"}
    gone = item(1, at=MINUTE, event_id="m4", purpose="CANCEL", supersedes="m1")
    assert counting(wrong, both, gone) == {None}


@pytest.mark.parametrize("make", [item, supplier])
def test_a_version_that_is_taken_back_leaves_the_one_before_it(make: Any) -> None:
    story = make(1), make(2, at=HOUR, event_id="m2"), make(3, at=DAY, purpose="CANCEL", supersedes="m2", event_id="m3")
    kind, name = ("item", ITEM) if make is item else ("supplier", SUPPLIER)
    for order in permutations(story):
        following = Following(MASTERS)
        for record in order:
            following.take(name, [record], now=START + 2 * DAY)
        assert following.view(name)[kind]["master"]["version"] == 1


def test_versions_that_are_valid_later_never_push_out_the_one_that_counts() -> None:
    later = [item(number, at=number, valid_from=START + 9 * DAY) for number in range(2, 40)]
    following = told(item(1), *later)
    assert following.view(ITEM)["item"]["master"]["version"] == 1


def counted(following: Following) -> list[tuple[int | None, int | None, int]]:
    """Version and retirement of the item in every golden record, and when (ms after START) that was said."""
    told = [(record.item, record.record_time - START) for record in golden(following)]
    return [(item and item.version, item and item.retired_from, at) for item, at in told]


def test_a_version_counts_from_its_day_and_the_one_before_it_until_then() -> None:
    following = told(item(1, copy_of="erp"), item(1), item(2, at=HOUR, valid_from=START + 3 * DAY))
    assert counted(following)[-1] == (1, None, 0)
    following.wait_until(START + 3 * DAY - 1)
    assert following.view(ITEM)["item"]["master"]["version"] == 1
    following.wait_until(START + 3 * DAY)
    assert counted(following)[-1] == (2, None, 3 * DAY)
    assert following.alerts == []
    following.wait_until(START + 4 * DAY)
    assert [alert.code for alert in following.alerts] == ["STALE_MASTER"]


def test_an_older_version_that_is_valid_later_never_counts() -> None:
    following = told(item(1, valid_from=START + DAY), item(2, at=HOUR))
    following.wait_until(START + 9 * DAY)
    assert counted(following) == [(None, None, 0), (2, None, HOUR)]


def test_whatever_the_order_of_arrival_the_same_version_counts_at_every_time() -> None:
    story = (
        item(1, valid_from=START),
        item(2, at=MINUTE, valid_from=START + 5 * DAY),
        item(3, at=MINUTE, valid_from=START + 2 * DAY, active=False),
        item(4, at=MINUTE, valid_from=START + 4 * DAY, active=False, description="other"),
        item(5, at=MINUTE, valid_from=START + 6 * DAY),
        item(5, at=0, valid_from=START + 7 * DAY),
    )
    for order in permutations(story):
        following, seen = told(*order), []
        for day in range(9):
            following.wait_until(START + day * DAY)
            master = following.view(ITEM)["item"]["master"]
            seen.append((master["version"], master["retired_from"]))
        since = START + 2 * DAY
        assert seen == [(1, None)] * 2 + [(3, since)] * 2 + [(4, since)] * 3 + [(5, None)] * 2


def test_a_replaced_item_is_retired_and_one_that_is_taken_up_again_is_not() -> None:
    following = told(item(1), item(2, at=HOUR, valid_from=START + HOUR, replaced_by="GLOVES-N"), item(3, at=DAY))
    assert counted(following) == [(1, None, 0), (2, START + HOUR, HOUR), (3, None, DAY)]


def test_of_many_versions_the_highest_are_kept() -> None:
    following = told(*(item(number, at=number, valid_from=START + number) for number in range(1, 40)), item(1))
    state = following.partition.read(ITEM.encode()).state
    assert len(state.item.known) == 16
    assert state.item.golden.version == 39
    assert following.tally.marks["superseded"] == 1


def test_a_master_kept_before_versions_were_is_the_one_that_counts() -> None:
    following = told(item(2))
    codec = Codec(MASTERS)
    fields = msgspec.msgpack.decode(codec.encode_sums(following.partition.read(ITEM.encode()).state))
    fields[2] = [fields[2][0][:5], *fields[2][1:4]]
    state = codec.state(codec.encode(fields))
    assert [sheet.version for sheet in state.item.known] == [2]
    assert apply(state, item(1), None, START, following.policy).marks == ()  # type: ignore[arg-type]
    assert state.item.golden.version == 2


def packs(following: Following) -> list[list[tuple[int, int | None]]]:
    """From when on (days after START) a case is how many pieces, by every golden record; None without a master."""
    return [
        [((p.valid_from - START) // DAY, p.uoms[0].factor // 10_000 if p.uoms else None) for p in record.packings]
        for record in golden(following)
    ]


def cased(version: int, factor: int, day: int = 0, **said: Any) -> Fact:
    return item(version, at=version, uoms=(unit("XCS", factor),), valid_from=START + day * DAY, **said)


def test_how_an_item_was_packed_is_told_with_it_by_the_versions_of_their_days() -> None:
    story = cased(1, 12), cased(2, 12, 1, description="other"), cased(3, 10, 3), cased(4, 8, 5, purpose="CANCEL")
    for order in permutations(story):
        following = told(*order)
        following.wait_until(START + 4 * DAY)
        assert packs(following)[-1] == [(0, 12), (3, 10)]
        following.wait_until(START + 6 * DAY)
        assert packs(following)[-1] == [(0, 12), (3, 10), (5, None)]


def test_of_packs_that_never_changed_nothing_is_told_beside_the_item() -> None:
    following = told(cased(1, 12), cased(2, 12, description="other"))
    assert packs(following) == [[], []]


def test_a_version_that_is_mended_is_told_though_another_one_counts() -> None:
    following = told(cased(1, 12, event_id="m1"))
    following.take(ITEM, [cased(3, 10, 3)], now=START + 4 * DAY)
    following.take(ITEM, [cased(2, 11, event_id="m2", purpose="REPLACE", supersedes="m1")], now=START + 4 * DAY)
    assert packs(following)[-2:] == [[(0, 12), (3, 10)], [(0, 11), (3, 10)]]


def test_who_knows_an_item_by_its_supplier_s_name_alone_hears_of_it_too() -> None:
    following, masters = told(item(1, supplier_items=(SupplierItem("S", "7"),)), item(2, at=HOUR)), Masters()
    first, second = golden(following)
    assert masters.take_all([first]) is None  # the first record of its topic concerns everybody
    assert masters.sold("S", "7") == ITEM
    assert masters.take_all([second, second]) == [ITEM, sold_as("S", "7")]
    assert masters.sold("S", "7") is None


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
