"""Until when a supplier is to answer an order, as his master says; what it does not say the settings do."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.calendar import named_calendar
from app.domain.codes import AlertState
from app.domain.policy import Policy
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import DAY, HOUR, MINUTE, PO, START, acked, ordered  # START is a Sunday
from tests.support.following import Following
from tests.support.masters import know, knowing, supplier


def acme(version: int = 1, **says: Any) -> Any:
    return supplier(version, supplier_id="ACME", **says)


def opened(policy: Policy, order: Any = None, wait: int = 9 * DAY) -> list[tuple[int, str]]:
    """When (ms after the order) and how severely ACK_STUCK opened, while nobody answers."""
    order = order or ordered()
    alerts = Following.told(PURCHASE_ORDERS, PO, [order], wait, policy).alerts
    stuck = [alert for alert in alerts if alert.code == "ACK_STUCK"]
    return [(alert.last_seen - order.record_time, alert.severity.value) for alert in stuck]


@pytest.mark.parametrize(
    ("says", "after"),
    [
        ({"ack_sla_minutes": 240}, 4 * HOUR),
        ({"ack_sla_minutes": 3_000}, 50 * HOUR),
        ({}, DAY),
        ({"ack_sla_minutes": 0}, DAY),
        ({"ack_sla_minutes": -5}, DAY),
        ({"ack_sla_minutes": 240, "calendar": "US"}, 16 * HOUR),  # from Sunday noon: four hours of Monday
        ({"calendar": "US-BUSINESS"}, 36 * HOUR),
        ({"calendar": "SA"}, DAY),  # where people work on Sundays
        ({"calendar": "our own"}, DAY),
    ],
    ids=str,
)
def test_an_answer_is_due_when_the_master_of_the_supplier_says(says: dict[str, Any], after: int) -> None:
    assert opened(knowing(acme(**says))) == [(after, "WARN")]


def test_where_business_days_count_anyway_the_supplier_s_own_go_before_them() -> None:
    country = Policy(ack_business_days=True, calendar_country="US")
    assert opened(knowing(acme(calendar="SA"), policy=country)) == [(DAY, "WARN")]
    assert opened(knowing(acme(2, calendar="our own"), policy=country)) == [(36 * HOUR, "WARN")]


def test_where_suppliers_answer_electronically_the_breach_is_the_supplier_s_and_no_warning_comes_after_it() -> None:
    electronic = Policy(ack_electronic=True)
    assert opened(knowing(acme(ack_sla_minutes=360), policy=electronic)) == [(2 * HOUR, "WARN"), (6 * HOUR, "HIGH")]
    assert opened(knowing(acme(2, ack_sla_minutes=60), policy=electronic)) == [(HOUR, "HIGH")]


def test_the_words_say_within_what_time() -> None:
    following = Following.told(
        PURCHASE_ORDERS, PO, [ordered()], 9 * DAY, knowing(acme(ack_sla_minutes=240, calendar="US"))
    )
    alert = next(alert for alert in following.alerts if alert.code == "ACK_STUCK")
    assert alert.expected == "an acknowledgement within 4 h of business days"
    assert alert.due == START + 16 * HOUR


def test_a_master_that_comes_later_opens_and_heals_what_is_due_by_it() -> None:
    following = Following.told(PURCHASE_ORDERS, PO, [ordered()], 5 * HOUR, knowing(acme()))
    states = []
    for version, minutes in ((2, 240), (3, 2_880), (4, 240)):
        know(following.policy, acme(version, ack_sla_minutes=minutes))
        following.partition.judge_again(["ACME"])
        following.wait_until(following.clock + MINUTE)
        states += [(a.state, a.episode) for a in following.alerts[len(states) :] if a.code == "ACK_STUCK"]
    assert states == [(AlertState.OPEN, 1), (AlertState.HEALED, 1), (AlertState.OPEN, 2)]
    following.follow(PO, [acked(at=8 * HOUR)])
    assert "ACK_STUCK" not in following.open_codes(PO)


@pytest.mark.parametrize(
    ("name", "means"),
    [("US", "US"), ("US-MA", "US-MA"), ("US-BUSINESS", "US"), ("BOSTON-OR", ""), ("", ""), ("-", ""), ("us", "")],
)
def test_a_calendar_is_known_by_its_country(name: str, means: str) -> None:
    assert named_calendar(name) == means
