"""For every rule of positions: what makes it speak, what leaves it silent, and what heals it."""

from __future__ import annotations

import pytest

from app.domain.codes import AlertState, Severity
from app.domain.facts import InventoryEvent
from app.domain.rules.positions import POSITIONS as RULES
from app.domain.rules.rule import Rule
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.movements import DAY, HOUR, KEY, MINUTE, START, moved

Story = list[InventoryEvent]

FIRES: dict[str, tuple[Story, int, str, Severity]] = {  # events, wait, evidence, severity
    "DUPLICATE_CONFLICT": (
        [moved("a", quantity=5), moved("a", quantity=6, recorded=MINUTE)], 0, "a", Severity.WARN,
    ),
    "SEQ_GAP": (
        [moved("a", source_seq=1), moved("b", source_seq=3, at=MINUTE)], HOUR, "wms", Severity.WARN,
    ),
    "LATE_BEYOND_HORIZON": (
        [moved("a", at=500 * DAY), moved("b", at=0, recorded=500 * DAY)], 0, "b", Severity.WARN,
    ),
    "IMPLAUSIBLE_TIME": (
        [moved("a", at=HOUR, recorded=0)], 0, "wms", Severity.WARN,
    ),
    "NEGATIVE_STOCK": (
        [moved("a", "ISSUE", 5)], HOUR, "AVAILABLE", Severity.WARN,
    ),
    "LOT_NEGATIVE": (
        [moved("a", quantity=5, lot="L1"), moved("b", "ISSUE", 2)], HOUR, "AVAILABLE/", Severity.INFO,
    ),
    "UOM_MISMATCH": (
        [moved("a", quantity=5), moved("b", quantity=1, uom="XCS")], HOUR, "uom", Severity.WARN,
    ),
    "REVERSAL_ORPHAN": (
        [moved("b", purpose="CANCEL", supersedes="a")], 2 * DAY, "b", Severity.WARN,
    ),
}  # fmt: skip

QUIET: dict[str, tuple[Story, int]] = {
    "DUPLICATE_CONFLICT": ([moved("a", quantity=5), moved("a", quantity=5, recorded=MINUTE)], DAY),
    "SEQ_GAP": ([moved("a", source_seq=1), moved("c", source_seq=3), moved("b", source_seq=2, recorded=MINUTE)], DAY),
    "LATE_BEYOND_HORIZON": (
        [moved("a", at=500 * DAY, source_seq=2), moved("b", at=0, recorded=500 * DAY, source_seq=1)],
        DAY,
    ),
    "IMPLAUSIBLE_TIME": ([moved("a", at=5 * MINUTE, recorded=0), moved("b", at=0, recorded=300 * DAY)], DAY),
    "NEGATIVE_STOCK": ([moved("a", "ISSUE", 5), moved("b", quantity=5, recorded=10 * MINUTE)], DAY),
    "LOT_NEGATIVE": ([moved("a", quantity=5, lot="L1"), moved("b", "ISSUE", 2, lot="L1")], DAY),
    "UOM_MISMATCH": (
        [moved("a", quantity=5), moved("b", uom="XCS"), moved("c", purpose="CANCEL", supersedes="b", recorded=MINUTE)],
        DAY,
    ),
    "REVERSAL_ORPHAN": ([moved("b", purpose="CANCEL", supersedes="a"), moved("a", recorded=HOUR)], 2 * DAY),
}


def followed(story: Story, wait: int) -> Following:
    return Following.told(POSITIONS, KEY, story, wait)


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_the_rule_opens_one_alert_that_names_its_evidence(code: str) -> None:
    story, wait, evidence, severity = FIRES[code]
    opened = [a for a in followed(story, wait).alerts if a.code == code]
    assert [(a.evidence, a.severity, a.state, a.episode) for a in opened] == [(evidence, severity, AlertState.OPEN, 1)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_position_in_which_the_rule_finds_something_is_judged(rule: Rule) -> None:
    following = followed(FIRES[rule.code][0], 0)
    position = following.partition.read(KEY.encode()).state
    assert list(rule.finds(position, following.clock, following.policy))
    remembered = {condition.code for condition in position.oddities.memory.conditions}
    assert rule.code in remembered, "app/domain/positions/judging.py takes the position for sound and asks no rule"


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_the_rule_stays_quiet_where_nothing_is_wrong(code: str) -> None:
    story, wait = QUIET[code]
    assert code not in [a.code for a in followed(story, wait).alerts]


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_an_alert_says_what_happened_and_what_to_do(code: str) -> None:
    story, wait, _, _ = FIRES[code]
    alert = next(a for a in followed(story, wait).alerts if a.code == code)
    assert alert.message.endswith(".") and alert.suggested_action.endswith(".")
    assert (alert.item_id, alert.location_id, alert.entity_id) == ("GLOVES-M", "MAIN", KEY)


def test_nothing_opens_before_its_grace() -> None:
    assert followed([moved("a", "ISSUE", 5)], 14 * MINUTE).alerts == []


def test_a_late_receipt_heals_negative_stock() -> None:
    following = followed([moved("a", "ISSUE", 5)], HOUR)
    following.follow(KEY, [moved("b", quantity=5, at=0, recorded=2 * HOUR)])
    assert [a.state for a in following.alerts] == [AlertState.OPEN, AlertState.HEALED]
    assert following.open_codes(KEY) == []
    assert following.alerts[-1].message == (
        "NEGATIVE_STOCK is over for GLOVES-M at MAIN (AVAILABLE). The balance is no longer below zero."
    )


def test_an_event_behind_the_horizon_is_told_with_the_horizon_s_days() -> None:
    story, wait, _, _ = FIRES["LATE_BEYOND_HORIZON"]
    assert f"Event b for {KEY} is dated more than 400 days before" in followed(story, wait).alerts[-1].message


def test_odd_times_are_told_in_a_count_and_the_bounds_that_were_passed() -> None:
    story, wait, _, _ = FIRES["IMPLAUSIBLE_TIME"]
    message = followed(story, wait).alerts[-1].message
    assert message.startswith(f"Source wms sent 1 event for {KEY} with a date after the time of writing")
    assert "90 days ahead or 730 days back counts nowhere" in message


def test_a_condition_that_comes_back_opens_the_same_alert_in_its_next_episode() -> None:
    following = followed([moved("a", "ISSUE", 5)], HOUR)
    following.follow(KEY, [moved("b", quantity=5, recorded=2 * HOUR), moved("c", "ISSUE", 1, at=3 * HOUR)])
    following.wait_until(START + DAY)
    assert [(a.state, a.episode) for a in following.alerts] == [
        (AlertState.OPEN, 1),
        (AlertState.HEALED, 1),
        (AlertState.OPEN, 2),
    ]
    assert len({a.alert_id for a in following.alerts}) == 1


def test_a_gap_that_fills_heals() -> None:
    following = followed([moved("a", source_seq=1), moved("b", source_seq=3)], HOUR)
    following.follow(KEY, [moved("c", source_seq=2, recorded=2 * HOUR)])
    assert [a.state for a in following.alerts] == [AlertState.OPEN, AlertState.HEALED]
