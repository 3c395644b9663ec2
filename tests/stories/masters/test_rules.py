"""For every rule of masters: what makes it speak, what leaves it silent, and what heals it."""

from __future__ import annotations

import pytest

from app.domain.codes import AlertState, Severity
from app.domain.facts import Fact
from app.domain.internal import Citation
from app.domain.rules.masters import MASTERS as RULES
from tables.masters import MASTERS
from tests.support.following import Following
from tests.support.masters import ITEM, LOCATION, SUPPLIER, cited, item, location, removed, supplier, unit
from tests.support.movements import DAY, HOUR, MINUTE

Story = list[Fact | Citation]

FIRES: dict[str, tuple[Story, int, str, Severity]] = {  # records, wait, evidence, severity
    "STALE_MASTER": ([item(1), item(1, copy_of="erp"), item(2, at=DAY)], 4 * HOUR, "erp", Severity.WARN),
    "CHECK_DIGIT": ([item(gtin="00614141999997")], 0, "gtin", Severity.INFO),
    "DUPLICATE_CONFLICT": ([item(1), item(1, at=HOUR, critical=True)], 0, "version 1", Severity.WARN),
    "UOM_MISMATCH": ([item(uoms=(unit("XCS", 12), unit("XCS", 10)))], 0, "XCS", Severity.WARN),
    "UNKNOWN_ITEM": ([cited("item", ITEM)], 30 * MINUTE, "item-master", Severity.WARN),
    "UNKNOWN_SUPPLIER": ([cited("supplier", SUPPLIER)], 30 * MINUTE, "supplier-master", Severity.WARN),
    "UNKNOWN_LOCATION": ([cited("location", LOCATION)], 30 * MINUTE, "location-master", Severity.WARN),
}
QUIET: dict[str, Story] = {
    "STALE_MASTER": [item(1, copy_of="erp"), item(2, at=DAY), item(2, at=DAY + HOUR, copy_of="erp")],
    "CHECK_DIGIT": [item(gtin="00614141999996"), supplier(gln="0614141000005"), location(gln="")],
    "DUPLICATE_CONFLICT": [item(1), item(1, at=HOUR), item(2, critical=True), item(2, copy_of="erp")],
    "UOM_MISMATCH": [item(uoms=(unit("XCS", 12), unit("XCS", 24, 2), unit("XCS", 10, supplier_id=SUPPLIER)))],
    "UNKNOWN_ITEM": [cited("item", ITEM), item(at=20 * MINUTE), cited("item", ITEM, by="PO-2", at=HOUR)],
    "UNKNOWN_SUPPLIER": [supplier(), cited("supplier", SUPPLIER)],
    "UNKNOWN_LOCATION": [cited("location", LOCATION), cited("location", LOCATION, 2, at=MINUTE, stands=False)],
}
HEALS: dict[str, Fact | Citation] = {
    "STALE_MASTER": item(2, at=3 * DAY, copy_of="erp"),
    "CHECK_DIGIT": item(2, at=3 * DAY, gtin="00614141999996"),
    "DUPLICATE_CONFLICT": item(2, at=3 * DAY),
    "UOM_MISMATCH": item(2, at=3 * DAY, uoms=(unit("XCS", 12),)),
    "UNKNOWN_ITEM": item(at=3 * DAY),
    "UNKNOWN_SUPPLIER": supplier(at=3 * DAY),
    "UNKNOWN_LOCATION": cited("location", LOCATION, 2, at=3 * DAY, stands=False),
}
ABOUT = {"UNKNOWN_SUPPLIER": ("supplier", SUPPLIER), "UNKNOWN_LOCATION": ("location", LOCATION)}
CODES = [rule.code for rule in RULES]


def about(code: str) -> tuple[str, str]:
    """Kind and id."""
    return ABOUT.get(code, ("item", ITEM))


def told(story: Story, wait: int, code: str = "STALE_MASTER") -> Following:
    return Following.told(MASTERS, about(code)[1], story, wait)


def opened(following: Following, code: str) -> list[tuple[str, str]]:
    found = following.view(about(code)[1])["open_alerts"]
    return [(alert["evidence"], alert["severity"]) for alert in found if alert["code"] == code]


@pytest.mark.parametrize("code", CODES)
def test_a_rule_fires_with_its_evidence_and_severity(code: str) -> None:
    story, wait, evidence, severity = FIRES[code]
    assert opened(told(story, wait, code), code) == [(evidence, severity.value)]
    if wait:
        assert opened(told(story, wait - 1, code), code) == []


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_quiet_where_nothing_is_wrong(code: str) -> None:
    assert opened(told(QUIET[code], 30 * DAY, code), code) == []


@pytest.mark.parametrize("code", CODES)
def test_an_alert_heals_when_its_condition_ends(code: str) -> None:
    story, *_ = FIRES[code]
    following = told(story, 2 * DAY, code)
    assert opened(following, code)
    following.follow(about(code)[1], [HEALS[code]])
    assert opened(following, code) == []
    assert following.alerts[-1].state is AlertState.HEALED


@pytest.mark.parametrize("code", CODES)
def test_a_message_names_whom_it_is_about_and_what_to_do(code: str) -> None:
    story, wait, *_ = FIRES[code]
    alert = told(story, wait, code).alerts[-1]
    kind, key = about(code)
    assert (alert.entity_type, alert.entity_id) == (kind, key)
    assert {"item": alert.item_id, "supplier": alert.partner_id, "location": alert.location_id}[kind] == key
    assert key in alert.message and alert.message.endswith(".") and alert.suggested_action.endswith(".")


def test_a_lagging_copy_is_told_with_both_versions() -> None:
    alert = told(*FIRES["STALE_MASTER"][:2]).alerts[-1]
    assert alert.message == f"erp still works with version 1 of item {ITEM}; the master says version 2."
    assert (alert.expected, alert.actual, alert.source_system) == ("version 2", "version 1", "erp")


def test_a_source_that_lags_again_and_again_has_one_grace_until_it_has_caught_up() -> None:
    story = [item(1, copy_of="erp"), item(2, at=HOUR), item(3, at=4 * HOUR)]
    assert opened(told(story, HOUR), "STALE_MASTER") == [("erp", "WARN")]


def test_a_source_that_went_back_to_an_older_version_lags() -> None:
    story = [item(2), item(2, copy_of="erp"), item(1, at=HOUR, copy_of="erp")]
    assert opened(told(story, 4 * HOUR), "STALE_MASTER") == [("erp", "WARN")]


def test_a_copy_that_is_ahead_of_the_master_or_was_let_go_does_not_lag() -> None:
    gone = item(1, at=MINUTE, copy_of="wms", purpose="CANCEL")
    assert opened(told([item(2), item(3, copy_of="erp"), item(1, copy_of="wms"), gone], DAY), "STALE_MASTER") == []


def test_who_works_with_a_withdrawn_master_lags() -> None:
    story = [item(1), item(1, copy_of="erp"), item(2, at=HOUR, purpose="CANCEL")]
    following = told(story, 4 * HOUR)
    assert opened(following, "STALE_MASTER") == [("erp", "WARN")]
    assert "the master withdrew it with version 2" in following.alerts[-1].message


def test_a_tombstone_ends_what_was_wrong() -> None:
    following = told([item(1, copy_of="erp", at=-HOUR), item(2, gtin="1234")], DAY)
    following.take(ITEM, [removed()], now=following.clock)
    assert following.view(ITEM)["open_alerts"] == []


def test_units_that_carry_a_wrong_number_are_named() -> None:
    from app.domain.facts import UnitOfMeasure

    case = UnitOfMeasure("XCS", 120_000, 10_000, "SUP-1", "10614141999990")
    following = told([item(uoms=(case,))], 0)
    assert [alert.evidence for alert in following.alerts] == ["uoms/XCS/SUP-1"]
    assert following.alerts[0].message.endswith(
        "is 10614141999990, which ends with 0, and its check digit is 3: scanners and partners will not know it."
    )


def test_packs_that_contradict_each_other_are_told_by_unit_and_supplier() -> None:
    own = unit("XCS", 5, supplier_id=SUPPLIER), unit("XCS", 6, supplier_id=SUPPLIER)
    following = told([item(uoms=(unit("XCS", 12), *own, unit("EA", 2)))], 0)
    assert opened(following, "UOM_MISMATCH") == [("EA", "WARN"), (f"XCS/{SUPPLIER}", "WARN")]
    assert following.alerts[-1].message == (
        f"The master of item {ITEM} says that 1 XCS of supplier {SUPPLIER} is 5 and 6 EA: what is counted in XCS comes "
        "to no one quantity."
    )
