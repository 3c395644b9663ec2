"""What becomes wrong by time alone is told when it does: no deadline is forgotten, none fires for nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.facts import Fact
from app.domain.orders.case import case_of
from app.domain.orders.derive import life
from app.domain.orders.enter import enter
from app.domain.orders.fold import fold
from app.domain.orders.state import new
from app.domain.policy import Policy
from app.domain.rules.orders import ORDERS
from app.domain.rules.rule import Finding
from tables.purchase_orders import PURCHASE_ORDERS
from tests.properties.test_orders import histories
from tests.support.documents import DAY, HOUR, PO, START
from tests.support.following import Following

DATED = [rule for rule in ORDERS if rule.code in ("ACK_STUCK", "CHANGE_UNANSWERED", "NOT_RECEIVED", "OVERDUE")]
POLICIES = st.sampled_from([Policy(), Policy(ack_business_days=True, calendar_country="US")])


def due(history: list[Fact], now: int, policy: Policy) -> set[tuple[str, str]]:
    """What is due at a time (ms) by the documents alone, whoever judged them when."""
    picture = fold(map(enter, history), policy)
    case = case_of(new(PO), picture, life(picture, now, policy))
    return {
        (rule.code, found.evidence)
        for rule in DATED
        for found in rule.finds(case, now, policy)
        if isinstance(found, Finding) and (found.since or now) + (found.stages or rule.stages(policy))[0].grace <= now
    }


@settings(max_examples=150, deadline=None)
@given(histories(), POLICIES)
def test_at_every_noon_and_midnight_that_is_open_which_is_due_by_then(history: list[Fact], policy: Policy) -> None:
    following = Following(PURCHASE_ORDERS, policy)
    following.take(PO, history, now=START)
    for now in range(START, START + 15 * DAY, 12 * HOUR):
        following.wait_until(now)
        shown = following.view(PO)["open_alerts"]
        dated = {(a["code"], a["evidence"]) for a in shown if a["code"] in {rule.code for rule in DATED}}
        assert dated == due(history, now, policy)


@settings(max_examples=100, deadline=None)
@given(histories())
def test_time_comes_to_an_end(history: list[Fact]) -> None:
    """Every deadline is later than the one before, so that nobody judges one order for ever."""
    following = Following(PURCHASE_ORDERS)
    following.take(PO, history, now=START)
    seen = 0
    while following.partition.deadline is not None and following.partition.deadline <= START + 60 * DAY:
        following.take("", [], now=following.partition.deadline)
        seen += 1
        assert seen < 100
