"""Balances in the base unit that an item's master names, and a ledger that says so from the beginning."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.codes import AlertState, EntryKind
from app.domain.facts import Fact, UnitOfMeasure
from app.domain.policy import Policy
from app.domain.positions.restating import STEP
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.masters import ITEM, item, know, knowing, unit
from tests.support.movements import DAY, HOUR, KEY, MINUTE, ONE, START, moved, summed

CASE: tuple[UnitOfMeasure, ...] = (unit("XCS", 12), unit("XCS", 5, supplier_id="SUP-1"))


def packed(version: int = 1, uoms: tuple[UnitOfMeasure, ...] = CASE, **said: Any) -> Fact:
    return item(version, uoms=uoms, **said)


def told(*story: Fact, policy: Policy | None = None) -> Following:
    return Following.told(POSITIONS, KEY, story, HOUR, policy or knowing(packed()))


def learn(following: Following, *versions: Fact) -> None:
    know(following.policy, *versions)
    following.partition.judge_again([ITEM])
    following.wait_until(following.clock + HOUR)


def shown(following: Following) -> list[tuple[str, str]]:
    return [(balance["quantity"], balance["uom"]) for balance in following.view(KEY)["balances"]]


def sums(following: Following, until: int | None = None) -> dict[str, int]:
    """By unit, in whole ones."""
    found: dict[str, int] = {}
    for (uom, _, _), quantity in summed(following.ledger, until).items():
        found[uom] = found.get(uom, 0) + quantity // ONE
    return found


def test_cases_are_booked_as_pieces_where_the_master_is_known() -> None:
    following = told(moved("a", quantity=30), moved("b", "ISSUE", 2, at=HOUR, uom="XCS"))
    assert (following.view(KEY)["on_hand"], following.open_codes(KEY)) == ("6", [])
    assert sums(following) == {"EA": 6}


def test_from_the_second_case_on_nothing_is_said_of_cases_at_all() -> None:
    following = told(moved("a", quantity=2, uom="XCS"), moved("b", quantity=1, at=HOUR, uom="XCS"))
    last = following.ledger[-1]
    assert (last.uom, last.delta, last.balance_after, last.kind) == ("EA", 12 * ONE, 36 * ONE, EntryKind.MOVEMENT)


def test_a_master_that_comes_later_reverses_what_was_said_and_books_it_anew_at_its_own_time() -> None:
    following = told(moved("a", quantity=2, at=MINUTE, uom="XCS"), policy=Policy())
    assert shown(following) == [("2", "XCS")]
    said = following.ledger[-1]
    learn(following, packed())
    assert shown(following) == [("24", "EA")]
    assert [(entry.uom, entry.delta, entry.balance_after) for entry in following.ledger[1:]] == [
        ("XCS", -2 * ONE, 0), ("EA", 24 * ONE, 24 * ONE),
    ]  # fmt: skip
    for entry in following.ledger[1:]:
        assert (entry.kind, entry.rule, entry.corrects) == (EntryKind.CORRECTION, "RESTATED", said.entry_id)
        assert (entry.caused_by, entry.effective_time) == (packed().event_id, said.effective_time)


@pytest.mark.parametrize(
    ("master", "balances", "ledger"),
    [
        (packed(2, (unit("XCS", 10),)), [("20", "EA")], {"EA": 20}),  # another factor
        (packed(2, (unit("EA", 1, 4),), base_uom="XCS"), [("2", "XCS")], {"XCS": 2}),  # another base unit
        (packed(2, ()), [("2", "XCS")], {"XCS": 2}),  # the pack is gone
        (packed(2, purpose="CANCEL"), [("2", "XCS")], {"XCS": 2}),  # all of it is
        (packed(2, (unit("XCS", 12), unit("XCS", 10))), [("2", "XCS")], {"XCS": 2}),  # it is two packs
    ],
)
def test_a_master_that_changes_its_units_is_followed(master: Fact, balances: Any, ledger: dict[str, int]) -> None:
    following = told(moved("a", quantity=2, uom="XCS"))
    learn(following, master)
    assert (shown(following), sums(following)) == (balances, ledger)


def test_a_master_that_comes_back_is_followed_once_more() -> None:
    following = told(moved("a", quantity=2, uom="XCS"))
    for version, factor in enumerate((10, 12, 10, 12), start=2):
        learn(following, packed(version, (unit("XCS", factor),)))
        assert sums(following) == {"EA": 2 * factor}


def test_a_count_in_cases_says_how_many_pieces_are_there() -> None:
    following = told(moved("a", quantity=30), moved("c", "COUNT_SET", 2, at=HOUR, uom="XCS"), moved("b", at=2 * HOUR))
    assert shown(following) == [("25", "EA")]
    following.follow(KEY, [moved("late", "ISSUE", 5, at=MINUTE, recorded=3 * HOUR)])
    assert shown(following) == [("25", "EA")]


def test_what_is_reserved_in_cases_is_reserved_in_pieces() -> None:
    following = told(moved("a", quantity=30), moved("r", "RESERVE", 2, at=HOUR, uom="XCS"))
    assert following.view(KEY)["reserved"] == "24"


def test_a_unit_that_the_master_does_not_know_is_told_until_it_does() -> None:
    following = told(moved("a", quantity=30), moved("b", uom="CS"))
    assert (following.view(KEY)["on_hand"], following.open_codes(KEY)) == (None, ["UOM_MISMATCH"])
    assert following.alerts[-1].message.endswith("The item's master knows EA, XCS, and makes no exact quantity of CS.")
    learn(following, packed(2, (*CASE, unit("CS", 6))))
    assert (following.view(KEY)["on_hand"], following.open_codes(KEY)) == ("36", [])


def test_what_has_no_exact_quantity_in_the_base_unit_keeps_its_own() -> None:
    following = told(moved("a"), moved("b", uom="XBX"), policy=knowing(packed(uoms=(unit("XBX", 1, 3),))))
    assert shown(following) == [("1", "EA"), ("1", "XBX")]


def test_a_long_life_is_restated_in_steps_and_the_sums_are_right_after_each_and_after_a_restart() -> None:
    life = [moved(f"e{n}", at=n * MINUTE, uom="XCS") for n in range(2 * STEP + STEP // 2)]
    following = told(*life, policy=Policy())
    know(following.policy, packed())
    following.partition.judge_again([ITEM])
    steps = 0
    while following.partition.deadline is not None and following.partition.deadline <= following.clock:
        before = len(following.ledger)
        following.take("", [], now=following.clock)
        following.partition.cool([KEY.encode()])  # whoever goes on reads what is stored
        steps += 1
        assert len(following.ledger) - before <= 2 * STEP
        held = sums(following)
        assert held["EA"] + 12 * held.get("XCS", 0) == 12 * len(life)
        until = life[STEP // 2].event_time
        assert sums(following, until)["EA"] == 12 * sum(event.event_time <= until for event in life)
        if steps == 1:
            amid = [moved("amid", at=MINUTE, recorded=DAY, uom="XCS"), moved("end", at=DAY, uom="XCS")]
            following.take(KEY, amid)
            life += amid
    assert steps >= len(life) // STEP
    assert sums(following) == {"EA": 12 * len(life)}


def test_what_was_forgotten_is_restated_as_one_at_the_end_of_what_was() -> None:
    life = [moved(f"e{n}", at=n * DAY, uom="XCS") for n in range(900)]
    following = told(moved("r", "RESERVE", 2, uom="XCS"), *life, policy=Policy())
    learn(following, packed())
    assert following.view(KEY)["reserved"] == "24"
    assert (shown(following), following.open_codes(KEY)) == ([(str(12 * len(life)), "EA")], [])
    assert sums(following) == {"EA": 12 * len(life)}
    newest = life[-1].event_time
    for back in (0, 100 * DAY, 399 * DAY):
        assert sums(following, until=newest - back) == {"EA": 12 * (len(life) - back // DAY)}


def test_a_position_whose_unit_is_no_longer_used_forgets_like_any_other() -> None:
    life = [moved("first", uom="XCS"), *(moved(f"e{n}", at=n * DAY) for n in range(1, 900))]
    following = told(*life)
    assert following.partition.read(KEY.encode()).forgotten is not None


MADE_SMALLER = packed(2, (unit("XCS", 10),), valid_from=START + DAY)


def test_a_version_that_is_valid_later_counts_for_what_is_dated_from_its_day_on() -> None:
    following = told(moved("a", quantity=2, uom="XCS"))
    learn(following, packed(), MADE_SMALLER)
    following.take(KEY, [moved("b", quantity=1, at=DAY, uom="XCS"), moved("c", quantity=1, at=DAY - 1, uom="XCS")])
    assert following.view(KEY)["on_hand"] == str(24 + 10 + 12)
    assert (sums(following), sums(following, START + DAY - 1)) == ({"EA": 46}, {"EA": 36})


def test_a_new_version_restates_what_is_dated_from_its_day_on_and_nothing_else() -> None:
    following = told(moved("a", quantity=2, uom="XCS"), moved("b", quantity=1, at=2 * DAY, uom="XCS"))
    said = len(following.ledger)
    learn(following, packed(), MADE_SMALLER)
    restated = following.ledger[said:]
    assert {entry.effective_time for entry in restated} == {START + 2 * DAY}
    assert following.view(KEY)["on_hand"] == str(24 + 10)


def test_a_corrected_version_of_the_same_days_restates_them_alone() -> None:
    following = told(moved("a", quantity=2, uom="XCS"), moved("b", quantity=1, at=2 * DAY, uom="XCS"))
    learn(following, packed(), MADE_SMALLER)
    said = len(following.ledger)
    wrong = packed(), packed(1, (unit("XCS", 11),), event_id="m2", purpose="REPLACE", supersedes=packed().event_id)
    learn(following, *wrong, MADE_SMALLER, packed(3, (unit("XCS", 10),), valid_from=START + DAY))
    assert {entry.effective_time for entry in following.ledger[said:]} == {START}
    assert following.view(KEY)["on_hand"] == str(22 + 10)


@pytest.mark.parametrize("records", [1, STEP + 20])
def test_stock_below_zero_stays_one_alert_when_a_master_names_the_base_unit(records: int) -> None:
    following = told(*(moved(f"e{n}", "ISSUE", 2, at=n, uom="XCS") for n in range(records)), policy=Policy())
    learn(following, packed())
    learn(following, packed(2, (unit("XCS", 7),)))
    told_of = [(alert.code, alert.state) for alert in following.alerts]
    assert told_of == [("NEGATIVE_STOCK", AlertState.OPEN)]
    assert following.view(KEY)["on_hand"] == str(-14 * records)
